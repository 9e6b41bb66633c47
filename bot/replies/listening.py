"""Hears a wish for a woman or a man in typed words, by the word lists of the language."""

import re
from typing import Optional

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
        for entry in words.listen.get(wish, [])
        if (phrase := _words(entry))
        and re.search(rf"\b{re.escape(phrase)}{ENDING if len(phrase) >= LONG else ''}\b", typed)
    ]
    return max(found, key=lambda item: item[0])[1] if found else None


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.replace("İ", "i").casefold()))  # a Turkish keyboard begins with İ
