"""Typed text made comparable. Used alike in training and in answering, or the model would see two worlds."""

import re
import unicodedata
from collections import Counter
from typing import Optional

import emoji

KEPT_LETTERS = 400  # characters that decide; a long story says what it is about early
_REPEATS = re.compile(r"(.)\1{2,}")
_LINKS = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)  # a phone begins a message with a capital
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u2060-\u2064\ufeff\u00ad]"
)  # Persian half-spaces too: half of all people leave them out
_ARABIC = str.maketrans("أإآٱىةؤئکی", "اااايهويكي")
_ARABIC_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")


def as_typed(text: str) -> str:
    """Lower case, no vowel marks, repeated letters cut to two, links named as such; letters stay what they are."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    text = _LINKS.sub(" link ", text)
    text = _ARABIC_MARKS.sub("", text.replace("İ", "i").casefold())
    text = _REPEATS.sub(r"\1\1", text)
    return " ".join(text.split())[:KEPT_LETTERS]


def tidy(text: str) -> str:
    """The same with one form of each Arabic letter: people type whichever their keyboard has."""
    return _REPEATS.sub(r"\1\1", as_typed(text).translate(_ARABIC))


def script(text: str) -> Optional[str]:
    """The script most letters are in, as Unicode names it ("LATIN", "ARABIC", "ETHIOPIC"); None without letters."""
    found = Counter(unicodedata.name(letter, "?").split()[0] for letter in text if letter.isalpha())
    return found.most_common(1)[0][0] if found else None


def plain_letters(text: str) -> str:
    """`tidy` without diacritics: what is left when somebody types on a phone with the wrong keyboard."""
    decomposed = unicodedata.normalize("NFD", tidy(text).replace("ı", "i"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words(text: str) -> list:
    """The words of a message, without emoji and punctuation."""
    return re.findall(r"[^\W\d_]+", emoji.replace_emoji(text, " "))
