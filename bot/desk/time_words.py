"""Words for days and times in a language: what "overmorgen" stands for, and the names of days and months."""

import re
from typing import Any, Dict, Optional

from babel.dates import get_day_names, get_month_names
from rapidfuzz import fuzz

from bot.replies.content import Language
from bot.replies.desk_texts import TIME_WORDS
from bot.replies.times import locale_of

MARK = "§"  # begins a word that stands for one of `TIME_WORDS`
ALIKE = 80  # per cent: a typing mistake in the name of a day or month
FEWEST_LETTERS = 5  # shorter names are too easily mistaken for each other


def marked(text: str, words: Language) -> str:
    """In small letters, with words such as "tomorrow" replaced by what they stand for. Longer ones go first."""
    texts: Dict[str, Any] = words.desk or {}
    phrases = [(_plain(phrase), name) for name in TIME_WORDS for phrase in texts[f"{name}_words"]]
    found = f" {_plain(text)} "
    for phrase, name in sorted(phrases, key=lambda pair: -len(pair[0])):
        found = re.sub(rf"(?<![^\W\d])(?<!{MARK}){re.escape(phrase)}(?![^\W\d])", f" {MARK}{name} ", found)
    return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").replace(MARK, " ").split())


def names_in(words: Language) -> Dict[str, Dict[str, int]]:
    """Names of days (Monday is 0) and months (January is 1), long and short, without full stops."""
    found: Dict[str, Dict[str, int]] = {"weekdays": {}, "months": {}}
    locale: Any = locale_of(words.code)
    for kind, names in (("weekdays", get_day_names), ("months", get_month_names)):
        for width in ("wide", "abbreviated"):
            for number, name in names(width, locale=locale).items():
                found[kind].setdefault(name.casefold().rstrip("."), number)
    return found


def close_to(word: str, names: Dict[str, int]) -> Optional[int]:
    """Which day or month is meant: by its name, a beginning of it, or nearly its name."""
    if word in names:
        return names[word]
    begun = {number for name, number in names.items() if len(word) >= 3 and name.startswith(word)}
    if len(begun) == 1:
        return begun.pop()
    best = max(names, key=lambda name: fuzz.ratio(word, name))
    enough = min(len(word), len(best)) >= FEWEST_LETTERS and fuzz.ratio(word, best) >= ALIKE
    return names[best] if enough else None
