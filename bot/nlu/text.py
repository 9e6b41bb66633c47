"""Typed text made comparable. Used alike in training and in answering, or the model would see two worlds."""

import re
import unicodedata

import emoji

KEPT_LETTERS = 400  # characters that decide; a long story says what it is about early
_REPEATS = re.compile(r"(.)\1{2,}")
_LINKS = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)  # a phone begins a message with a capital
_ARABIC = str.maketrans("أإآٱىةؤئکی", "اااايهويكي")
_ARABIC_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")


def tidy(text: str) -> str:
    """Lower case, one form of each letter, no vowel marks, repeated letters cut to two, links named as such."""
    text = unicodedata.normalize("NFKC", text)
    text = _LINKS.sub(" link ", text)
    text = text.replace("İ", "i").casefold()
    text = _ARABIC_MARKS.sub("", text).translate(_ARABIC)
    text = _REPEATS.sub(r"\1\1", text)
    return " ".join(text.split())[:KEPT_LETTERS]


def plain_letters(text: str) -> str:
    """`tidy` without diacritics: what is left when somebody types on a phone with the wrong keyboard."""
    decomposed = unicodedata.normalize("NFD", tidy(text).replace("ı", "i"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words(text: str) -> list:
    """The words of a message, without emoji and punctuation."""
    return re.findall(r"[^\W\d_]+", emoji.replace_emoji(text, " "))
