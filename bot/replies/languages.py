"""Which language somebody asks for: "can you speak Turkish", "Türkçe", "تركي", "in het turks"."""

import re
from typing import Dict, Optional

from rapidfuzz import fuzz, process

from bot.replies.content import Content
from bot.replies.times import locale_of

ALIKE = 88  # per cent: one typing mistake in a word of eight letters
OTHERS = ("nl", "en", "ar", "tr", "pl", "uk", "fa", "so", "ti", "pap", "fr", "es")


class LanguageNames:
    """The names of languages, each in its own and in every other language of the content."""

    def __init__(self, content: Content) -> None:
        self._codes: Dict[str, str] = {}
        for code in sorted({*OTHERS, *content.languages}):
            known = content.languages.get(code)
            for name in known.also_called if known else []:
                self._add(name, code)
            if known:
                self._add(known.name, code)
            self._add(locale_of(code).languages.get(code, "") if code != "pap" else "papiamentu", code)
            for words in content.languages:
                self._add(locale_of(words).languages.get(code, ""), code)

    def _add(self, name: str, code: str) -> None:
        for part in re.findall(r"[^\W\d_]{3,}", name.casefold()):
            self._codes.setdefault(part, code)

    def find(self, text: str) -> Optional[str]:
        """The code of the language that is named in the text, or None. It may be one the bot does not speak yet."""
        best, found = 0.0, None
        for word in re.findall(r"[^\W\d_]{3,}", text.casefold()):
            match = process.extractOne(word, self._codes.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
            if match and match[1] > best:
                best, found = match[1], self._codes[match[0]]
        return found
