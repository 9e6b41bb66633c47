<%inherit file="layout.mako"/>\
<section class="message" data-testid="enter">
<h1>${say("enter_title")}</h1>
<p>${say("enter_about")} ${say("enter_long")}</p>
<form method="post" action="${reader.link(f"/coordinator/enter/{code}")}">
<button class="button" data-testid="enter-button">${say("enter")}</button>
</form>
</section>
