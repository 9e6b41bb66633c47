"""Common words (practice P1): those that people seldom use are listed, once each. Only advice.

How common a word is comes from wordfreq (Zipf scale: 3 is once in a million words, 6 is once in a thousand). It knows
forms, not what they are made of; so here the usual prefixes, suffixes and compounds are taken apart first.
"""

import re
from typing import Callable, Dict, Iterator, List, Set

from bot.check.finding import Finding
from bot.check.reading import Document
from bot.check.said import Said, everything_said
from bot.check.sentences import IN_BRACKETS, sentences
from bot.check.tree import Tree

LIST = "content/official_words.yml"
SELDOM = 2.5  # Zipf
LONGEST_COMPOUND = 14  # letters: beyond, even a compound of easy words is hard to read

TOKEN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
LEFT_OUT = re.compile(r"\{[^{}]*\}|[“\"'‘«][^“”\"'‘’«»]*[”\"'’»]|\S+(?= \()")  # names, quoted words, explained words
ARABIC_BEFORE = re.compile(r"^(?:[وف])?(?:[بكلس])?(?:ال|لل|ل)?")
ARABIC_AFTER = ("كما", "هما", "كم", "هم", "ها", "نا", "ني", "ون", "ين", "ان", "ات", "ك", "ه", "ي", "ا")


def common_words(tree: Tree) -> Iterator[Finding]:
    """Words that few people use, each at the first place where it stands."""
    from wordfreq import available_languages  # takes most of a second to load: only where it is needed

    official = tree.read(LIST)
    for language in tree.languages:
        if language not in available_languages("small"):
            continue
        allowed = {part for entry in _official(official, language) for part in TOKEN.findall(lower(entry, language))}
        for word, places in _seldom(tree, language, allowed).items():
            more = f" ({len(places)} times)" if len(places) > 1 else ""
            mend = f"Use an easier word, explain it in brackets, or add it to {LIST} if letters use it."
            yield places[0].warning(f"“{word}” is a word that few people use{more}", mend)


def _official(official: Document, language: str) -> List[str]:
    return [text for section in ("everywhere", language) for _, text in official.texts(section)]


def _seldom(tree: Tree, language: str, allowed: Set[str]) -> Dict[str, List[Said]]:
    found: Dict[str, List[Said]] = {}
    known: Dict[str, bool] = {}
    for said in everything_said(tree):
        if said.language != language or not said.is_message:
            continue
        for word in _words(said.text, language):
            if word not in known:
                known[word] = bool({word, *re.split("['’-]", word)} & allowed) or is_common(word, language)
            if not known[word]:
                found.setdefault(word, []).append(said)
    return found


def _words(text: str, language: str) -> Iterator[str]:
    """The words to look at, in small letters: no names (capitals inside a sentence), no brackets, no placeholders."""
    for sentence in sentences(IN_BRACKETS.sub(" ", LEFT_OUT.sub(" ", text))):
        for index, found in enumerate(TOKEN.finditer(sentence.strip())):
            if index == 0 or not found.group()[0].isupper():
                yield lower(found.group(), language)


def lower(word: str, language: str) -> str:
    """In small letters; Turkish has two kinds of i."""
    return (word.replace("İ", "i").replace("I", "ı") if language == "tr" else word).lower()


def is_common(word: str, language: str) -> bool:
    """Whether people use the word, or it is plainly made of words that they use."""
    from wordfreq import zipf_frequency

    if zipf_frequency(word, language) >= SELDOM:
        return True
    parts = PARTS.get(language)
    return parts is not None and any(
        all(zipf_frequency(part, language) >= SELDOM for part in together) for together in parts(word)
    )


def _turkish(word: str) -> Iterator[List[str]]:
    """The stem: suffixes follow, so any beginning of the word may be it, as a noun or as a verb."""
    stem = re.split("['’]", word)[0]
    for end in range(2, len(stem) + 1):
        if end >= 4 or len(stem) <= 5:
            yield [stem[:end]]
        if end >= 3:
            yield from ([stem[:end] + ending] for ending in ("mek", "mak", "di", "dı"))


def _arabic(word: str) -> Iterator[List[str]]:
    """Without “and”, “for”, “with”, “the” in front, and “your”, “their” behind."""
    prefix = ARABIC_BEFORE.match(word)
    for start in range(len(prefix.group()) + 1 if prefix else 1):
        rest = word[start:]
        yield [rest]
        for ending in ARABIC_AFTER:
            if rest.endswith(ending) and len(rest) > len(ending) + 2:
                stem = rest[: -len(ending)]
                yield [stem]
                yield [stem[:-1] + "ة"] if stem.endswith("ت") else [stem + "ة"]


def _dutch(word: str) -> Iterator[List[str]]:
    """Two words written as one, with or without an s between them."""
    for cut in range(3, len(word) - 2 if len(word) <= LONGEST_COMPOUND else 0):
        first, second = word[:cut], word[cut:]
        yield [first, second]
        if first.endswith("s") and cut > 4:
            yield [first[:-1], second]


PARTS: Dict[str, Callable[[str], Iterator[List[str]]]] = {"tr": _turkish, "ar": _arabic, "nl": _dutch}
