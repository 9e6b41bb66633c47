<!doctype html>
<html lang="${say.code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<%block name="more"/>\
<title>${say("title")}</title>
<link rel="icon" href="/coordinator/page/key.svg" type="image/svg+xml">
<link rel="stylesheet" href="/coordinator/page/style.css">
</head>
<body>
<header>
<img src="/coordinator/page/key.svg" alt="" width="44" height="44">
<p class="name">Sleutel</p>
<nav aria-label="${say("page_language")}">
% for code, name in names.items():
<a href="${reader.link(here, language=code)}" lang="${code}" hreflang="${code}"${' aria-current="true"' if code == say.code else '' | n}>${name}</a>
% endfor
</nav>
</header>
<main>
${next.body()}\
</main>
</body>
</html>
