<%inherit file="layout.mako"/>\
<%namespace name="part" file="parts.mako"/>\
<%block name="more">\
% if not reader.still:
<meta http-equiv="refresh" content="60">
% endif
</%block>\
<h1>${say("heading")}</h1>
<p class="state">${say("updated_still" if reader.still else "updated", time=say.time(seen.moment))}
<a href="${reader.link()}">${say("refresh")}</a>
<a href="${reader.link(still=not reader.still)}" data-testid="still">${say("keep_moving" if reader.still else "keep_still")}</a></p>

<h2 class="only-heard">${say("in_short")}</h2>
<ul class="short" data-testid="short">
${part.count(say, len(seen.handovers), "open", "#open")}\
${part.count(say, seen.promises("broken"), "broken", "#open", alarm=True)}\
${part.count(say, seen.promises("almost"), "almost", "#open", alarm=True)}\
${part.count(say, sum(note.seen_at is None for note in seen.notes), "nobody", "#nobody", alarm=True)}\
${part.count(say, seen.letters_in_all, "letters", "#letters", alarm=True)}\
</ul>

<section id="open">
<h2>${say("open_title")}</h2>
% if seen.handovers:
<p>${say("open_about")}</p>
${part.handovers(say, seen)}\
% else:
<p>${say("open_none")}</p>
% endif
</section>

<section id="nobody">
<h2>${say("nobody_title")}</h2>
<p>${say("nobody_about" if seen.notes else "nobody_none")}</p>
% if seen.notes:
${part.notes(say, reader, seen, mark)}\
% endif
</section>

<section id="people">
<h2>${say("people_title")}</h2>
% if seen.helpers:
<p>${say("people_about")}</p>
${part.helpers(say, seen)}\
% else:
<p>${say("people_none")}</p>
% endif
</section>

<section id="letters">
<h2>${say("letters_title")}</h2>
<p>${say("letters_about" if seen.letters else "letters_none")}</p>
% if seen.letters:
${part.letters(say, seen)}\
% endif
<ul class="posts">
<li>${say("letters_waiting", count=seen.waiting)}</li>
<li>${say("letters_parked", count=seen.parked)}</li>
</ul>
</section>

<footer>
<p>${say("signed_in_as", name=person.name)}</p>
<form method="post" action="${reader.link("/coordinator/leave")}">
<input type="hidden" name="mark" value="${mark}">
<button class="quiet" data-testid="leave">${say("leave")}</button>
</form>
</footer>
