## The parts of the overview. On a narrow screen each row is a card and each cell says what it is (`data-label`); the
## roles say that it stays a table then.

<%def name="count(say, number, name, where, alarm=False)">
<li${' class="alarm"' if alarm and number else '' | n}><a href="${where}" data-testid="count-${name}">${say(f"count_{name}")} <strong>${number}</strong></a></li>
</%def>

<%def name="head(say, *names)">
<thead role="rowgroup"><tr role="row">
% for name in names:
<th role="columnheader" scope="col">${say(f"column_{name}")}</th>
% endfor
</tr></thead>
</%def>

<%def name="cell(say, name)">
<td role="cell"><span class="label" aria-hidden="true">${say(f"column_{name}")}</span><div>${caller.body()}</div></td>
</%def>

<%def name="promise(say, one, moment)">
<% kind = one.promise(moment) %>\
% if kind == "none":
<span class="soft">${say("promise_none")}</span>
% else:
% if kind != "holds":
<strong class="sign ${kind}" data-testid="promise-${kind}"><span aria-hidden="true">${"✖" if kind == "broken" else "▲"}</span> ${say(f"promise_{kind}")}</strong><br>
% endif
${say("promise_until", moment=say.moment(one.promised_by))}
% endif
</%def>

<%def name="handovers(say, seen)">
<table role="table">
${head(say, "waits", "promise", "question", "for", "with")}
<tbody role="rowgroup">
% for one in seen.handovers:
<tr role="row" class="${one.promise(seen.moment)}" data-testid="handover" data-number="${one.number}">
<%call expr="cell(say, 'waits')">
% if one.waits:
<strong>${say.span(one.since)}</strong><br>
% else:
${say("in_touch_for", span=say.span(one.since))}<br>
% endif
<span class="soft">${say("in_state_since", moment=say.moment(one.since))}</span>
</%call>
<%call expr="cell(say, 'promise')">
${promise(say, one, seen.moment)}
</%call>
<%call expr="cell(say, 'question')">
<% urgency = say.urgency(one.topic) %>\
<strong>${say.topic(one.topic)}</strong><br>
<span class="urgency ${urgency}">${say.of("urgencies", urgency)}</span><br>
<span class="soft">${say("number", number=one.number)}</span>
</%call>
<%call expr="cell(say, 'for')">
${say("speaks", language=say.language(one.language))}${f", {say('interpreter')}" if one.needs_interpreter else ""}<br>
${one.neighbourhood or say("no_neighbourhood")}
</%call>
<%call expr="cell(say, 'with')">
<strong>${say.with_whom(one)}</strong><br>
${say.of("states", one.state)}
% if one.asked_before:
<br><span class="soft">${say("asked_before_one" if one.asked_before == 1 else "asked_before", count=one.asked_before)}</span>
% endif
</%call>
</tr>
% endfor
</tbody>
</table>
</%def>

<%def name="notes(say, reader, seen, mark)">
<ul class="notes">
% for note in seen.notes:
<li data-testid="note"${' class="seen"' if note.seen_at else '' | n}>
<div>
<strong>${say.moment(note.at)}</strong>
% if note.language is None:
<span class="soft">${say("nobody_forgotten")}</span>
% else:
${say.topic(note.topic)}, ${say("speaks", language=say.language(note.language))}, ${note.neighbourhood or say("no_neighbourhood")}
<span class="soft">${say("number", number=note.number)}</span>
% endif
</div>
% if note.seen_at and note.seen_by:
<span class="soft">✓ ${say("seen_by", name=note.seen_by, moment=say.moment(note.seen_at))}</span>
% elif note.seen_at:
<span class="soft">✓ ${say("seen_at", moment=say.moment(note.seen_at))}</span>
% else:
<form method="post" action="${reader.link("/coordinator/seen")}">
<input type="hidden" name="mark" value="${mark}">
<input type="hidden" name="note" value="${note.id}">
<button class="quiet" data-testid="seen" aria-label="${say("seen_which", number=note.number)}">${say("seen")}</button>
</form>
% endif
</li>
% endfor
</ul>
</%def>

<%def name="helpers(say, seen)">
<table role="table">
${head(say, "person", "there", "hours", "load", "month")}
<tbody role="rowgroup">
% for one in seen.helpers:
<tr role="row" data-testid="helper" data-person="${one.id}">
<%call expr="cell(say, 'person')">
<strong>${one.name}</strong><br>
<span class="soft">${say.languages(one.languages)}</span>
</%call>
<%call expr="cell(say, 'there')">
<% there, later = say.presence(one), say.away_later(one) %>\
<span class="presence ${there["kind"]}">${there["words"]}</span>
% if later:
<br>${later}
% endif
</%call>
<%call expr="cell(say, 'hours')">
${say.hours(one.hours)}
</%call>
<%call expr="cell(say, 'load')">
${say("load", open=one.open_talks, most=one.most_at_once)}
% if one.open_talks >= one.most_at_once:
<strong class="sign almost">${say("load_full")}</strong>
% endif
</%call>
<%call expr="cell(say, 'month')">
${say("answered", answered=one.answered, yes=one.said_yes) if one.answered else say("answered_none")}<br>
<span class="soft">${say.of("channels", one.channel)}, ${say("last_seen", moment=say.moment(one.seen_at)) if one.seen_at else say("never_seen")}</span>
</%call>
</tr>
% endfor
</tbody>
</table>
</%def>

<%def name="letters(say, seen)">
<table role="table">
${head(say, "when", "to", "channel", "code")}
<tbody role="rowgroup">
% for one in seen.letters:
<tr role="row" data-testid="letter">
<%call expr="cell(say, 'when')">
${say.moment(one.at)}
</%call>
<%call expr="cell(say, 'to')">
${one.to or say("resident")}
</%call>
<%call expr="cell(say, 'channel')">
${say.of("channels", one.channel)}
</%call>
<%call expr="cell(say, 'code')">
${say.meaning(one.code)}
<span class="soft">${say("code", code=one.code)}</span>
</%call>
</tr>
% endfor
</tbody>
</table>
% if seen.letters_in_all > len(seen.letters):
<p>${say("letters_more", count=seen.letters_in_all - len(seen.letters))}</p>
% endif
</%def>
