"""No blame (practice P9), and easier words for difficult ones. The words stand in `content/words_to_avoid.yml`."""

import re
import unicodedata
from functools import cache
from typing import Iterator, Pattern, Tuple

from bot.check.finding import Finding
from bot.check.reading import Document
from bot.check.said import everything_said
from bot.check.sentences import IN_BRACKETS
from bot.check.tree import Tree

LIST = "content/words_to_avoid.yml"
NOT_LETTERS = re.compile(r"[^\w'’{}*]+")
EXPLAINED = re.compile(r"\S+\s*(?=\([^()]*\))")  # the word right before brackets
NEVER = r"(?!)"  # a pattern that finds nothing


def no_reproach(tree: Tree) -> Iterator[Finding]:
    """Nothing that sounds like “why did you” or “your own fault”. “It is not your fault” is let through."""
    words = tree.read(LIST)
    for said in everything_said(tree):
        kind = _any_of(_phrases(words, said.language, "kind"))
        reproach = _phrases(words, said.language, "reproach")
        for shown, _ in _found(reproach, kind.sub(" | ", plain(said.text))):
            yield said.error(f"“{shown}” may sound like a reproach", f"Say it without blame; see {LIST}.")


def easier_words(tree: Tree) -> Iterator[Finding]:
    """A difficult word that has an easier one, unless it is explained: “deurwaarder (iemand die schulden ophaalt)”."""
    words = tree.read(LIST)
    for said in everything_said(tree):
        if said.is_message:
            text = plain(IN_BRACKETS.sub(" ", EXPLAINED.sub(" ", said.text)))
            for shown, entry in _found(_phrases(words, said.language, "easier"), text):
                mend = f"Say “{words.get(said.language, 'easier', entry)}”, or explain it in brackets."
                yield said.warning(f"“{shown}” is a difficult word", mend)


def _found(phrases: Tuple[str, ...], text: str) -> Iterator[Tuple[str, str]]:
    """The phrases that a plain text holds: how to show each, and its entry in the list."""
    for found in _any_of(phrases).finditer(text):
        entry = next(entry for entry in phrases if _any_of((entry,)).fullmatch(found.group()))
        yield (found.group().strip() if "*" in entry else entry), entry


def plain(text: str) -> str:
    """Letters and spaces alone, with a space at both ends, so that whole words can be looked for."""
    letters = [sign for sign in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(sign)]
    return f" {NOT_LETTERS.sub(' ', ''.join(letters)).strip()} "


def _phrases(words: Document, language: str, name: str) -> Tuple[str, ...]:
    found = words.get(language, name)
    return tuple(map(str, found)) if isinstance(found, (list, dict)) else ()


@cache
def _any_of(phrases: Tuple[str, ...]) -> Pattern[str]:
    """Finds the phrases as whole words in a plain text; `*` is any letters: Turkish words grow at the end."""
    patterns = [re.escape(plain(phrase)).replace(r"\*", r"\w*") for phrase in phrases]
    return re.compile("|".join(patterns) or NEVER)
