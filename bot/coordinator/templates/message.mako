<%inherit file="layout.mako"/>\
## A page that only says something: not signed in, signed out, wait, try again.
<section class="message" data-testid="message" data-name="${name}">
<h1>${say(f"{name}_title")}</h1>
<p>${say(f"{name}_about")}</p>
% if name == "denied":
<p>${say("denied_how")}</p>
<p>${say("denied_again")}</p>
% endif
% if name in ("denied", "stale"):
<p><a class="button" href="${reader.link()}">${say("to_overview")}</a></p>
% endif
</section>
