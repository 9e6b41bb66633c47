"""Hears a wish for a woman or a man in typed words, by the word lists of the language."""

import re
from typing import List, Optional, Sequence

from bot.replies.content import Language

LONG = 5  # letters, of words that may carry an ending
ENDING = r"\w{0,4}"


def wish_in(text: str, words: Language) -> Optional[str]:
    """`woman`, `man`, `any`, or None when the text says nothing about it.

    The longest phrase wins: "geen man" speaks of a woman. Short words count only as whole words; longer ones may carry
    an ending, as Turkish and Dutch words do ("kadınla", "vrouwelijke").
    """
    typed = _words(text)
    found = [
        (len(phrase), wish)
        for wish in ("any", "woman", "man")
        for phrase in map(_words, words.listen.get(wish, []))
        if _stands_in(phrase, typed)
    ]
    return max(found, key=lambda item: item[0])[1] if found else None


def heard(text: str, words: Language, names: Sequence[str]) -> List[str]:
    """Those of the word lists `names` of which something stands in the text."""
    typed = _words(text)
    return [name for name in names if any(_stands_in(_words(entry), typed) for entry in words.listen.get(name, []))]


def _stands_in(phrase: str, typed: str) -> bool:
    ending = ENDING if len(phrase) >= LONG else ""
    return bool(phrase) and re.search(rf"\b{re.escape(phrase)}{ending}\b", typed) is not None


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.replace("İ", "i").casefold()))  # a Turkish keyboard begins with İ
