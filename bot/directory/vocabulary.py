"""What may stand in the cells of a CSV: names that the bot knows, and other words for them."""

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Dict, Iterable, List, Mapping, Sequence, Tuple

from bot.directory.place import FOR_WHOM, KINDS, folded

BETWEEN = re.compile(r"[,;|/+\n]")
Words = Dict[str, str]  # a word, folded: the name that it stands for


@dataclass(frozen=True)
class Vocabulary:
    """Topics (and groups of topics), things to bring and languages, each with everything that it may be called."""

    topics: Words = field(default_factory=dict)
    bring: Words = field(default_factory=dict)
    languages: Words = field(default_factory=dict)
    kinds: Words = field(default_factory=lambda: words_for(KINDS))
    for_whom: Words = field(default_factory=lambda: words_for(FOR_WHOM))


def words_for(names: Mapping[str, Iterable[str]]) -> Words:
    """Every name stands for itself, and every other word for its name."""
    other = {folded(word): name for name, words in names.items() for word in words if word}
    return {**other, **{folded(name): name for name in names}}


def one(cell: str, words: Words) -> str:
    """The name that a cell stands for; raises `ValueError` with a hint."""
    if folded(cell) in words:
        return words[folded(cell)]
    raise ValueError(f"“{cell}” is not known{hint(cell, words)}")


def several(cell: str, words: Words) -> Tuple[str, ...]:
    """The names in a cell, each once, in their order: `nl, ar` or `nl ar`; raises `ValueError` naming all unknown."""
    found: List[str] = []
    unknown: List[str] = []
    for part in filter(folded, BETWEEN.split(cell)):
        pieces = [part] if folded(part) in words else part.split()
        found += [words[folded(piece)] for piece in pieces if folded(piece) in words]
        unknown += [piece for piece in pieces if folded(piece) and folded(piece) not in words]
    if unknown:
        raise ValueError("; ".join(f"“{word}” is not known{hint(word, words)}" for word in unknown))
    return tuple(dict.fromkeys(found))


def hint(word: str, words: Words) -> str:
    """What may have been meant, as the end of a sentence."""
    close: Sequence[str] = get_close_matches(folded(word), words, 1)
    return f"; did you mean “{words[close[0]]}”?" if close else ""
