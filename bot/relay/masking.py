"""Hides a BSN or a bank account number (IBAN) in what a resident writes to a key person.

Dutch guidance on chats with municipalities says: do not ask for a BSN, and hide it when it comes all the same. A number
is taken for a BSN by its checksum (the eleven-test) and for an IBAN by its own; one in eleven other numbers of nine
digits passes the first, so telephone numbers and dates are looked for before.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Iterator, List, Tuple

import phonenumbers
from stdnum import iban
from stdnum.nl import bsn

HIDDEN = "••••••"
STAYS = 3  # characters at the end, so that the writer knows which number it was
DIGITS_OF_BSN = 9
SHORTEST_IBAN, LONGEST_IBAN = 15, 34  # characters
CONTEXT = 40  # characters before a number in which a word may say what it is

INVISIBLE = "\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069"
BETWEEN = rf"[ .\-\u00a0\u202f{INVISIBLE}]"  # what people write between the digits of one number
GROUP = re.compile(r"[0-9]+")
GAP = re.compile(rf"{BETWEEN}{{1,3}}")
YEAR_LAST = r"[0-9]{1,2}([-./ ])[0-9]{1,2}\1(?:19|20)[0-9]{2}"
YEAR_FIRST = r"(?:19|20)[0-9]{2}([-./ ])[0-9]{1,2}\2[0-9]{1,2}"
DATE = re.compile(rf"(?<![0-9])(?:{YEAR_LAST}|{YEAR_FIRST})(?![0-9])")
IBAN_START = re.compile(r"[A-Z]{2}[0-9]{2}|[A-Z]{2} [0-9]{2}")
DUTCH_IBAN = re.compile(r"NL[0-9]{2}[A-Z]{4}[0-9]{10}")  # nothing else looks like it, with a slip of the thumb or not
SKIPPED_IN_IBAN = re.compile(BETWEEN)

# A word in front of a number says what it is. "BSN" is used in every language that is spoken in the Netherlands.
BSN_WORDS = (
    r"\bbsn", r"burger\s?service", r"sofi\s?-?nummer", "citizen service", "vatandaş", "الخدمة", "المواطن", "شهروند",
    "obywatel", "громадян", "ciudadan", "citoyen",
)  # fmt: skip
PHONE_WORDS = (
    r"\btel", "phone", "mobi", r"\bgsm", r"whats\s?app", r"\bapp\b", r"\bbel", r"\bcall", r"\bsms", r"\barama",
    "هاتف", "تلفون", "تليفون", "جوال", "موبايل", "واتس", "تلفن", "همراه", "komórk", "dzwoń", "móvil", "llám",
    "portable", "appel", "телефон", "дзвон", "taleefan", "moobay", "ስልኪ", "ቴሌ",
)  # fmt: skip
SAYS_BSN = re.compile("|".join(BSN_WORDS), re.IGNORECASE)
SAYS_PHONE = re.compile("|".join(PHONE_WORDS), re.IGNORECASE)

Span = Tuple[int, int]


@dataclass(frozen=True)
class Masked:
    """A text as it may be passed on, and how many numbers were hidden in it."""

    text: str
    count: int

    @property
    def is_masked(self) -> bool:
        """Whether anything was hidden."""
        return self.count > 0


def mask(text: str) -> Masked:
    """Hide every BSN and IBAN but for its last three characters; all else stays as it was written."""
    plain = plain_digits(text)
    accounts = list(_accounts(plain))
    taken = [*accounts, *_phones(plain), *_dates(plain)]
    found = sorted([*accounts, *(span for span in _service_numbers(plain) if not _overlaps(span, taken))])
    parts, at = [], 0
    for start, end in found:
        parts += [text[at:start], HIDDEN, _last(text[start:end])]
        at = end
    return Masked("".join([*parts, text[at:]]), len(found))


def plain_digits(text: str) -> str:
    """The same text with Arabic, Persian and any other digits as 0-9. It keeps its length."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def _accounts(plain: str) -> Iterator[Span]:
    upper = "".join(sign.upper() if sign.isascii() else sign for sign in plain)  # ß would become two
    at = 0
    while match := IBAN_START.search(upper, at):
        end = _end_of_account(upper, match.start())
        if end:
            yield match.start(), end
        at = end or match.start() + 1


def _end_of_account(upper: str, start: int) -> int:
    """Where the IBAN that begins at `start` ends; 0 when none begins there. Words may follow it without a break."""
    compact, place = "", start
    while place < len(upper) and len(compact) < LONGEST_IBAN:
        sign = upper[place]
        place += 1
        if sign.isascii() and sign.isalnum():
            compact += sign
        elif not SKIPPED_IN_IBAN.match(sign):
            return 0
        enough = len(compact) >= SHORTEST_IBAN
        if enough and (iban.is_valid(compact, check_country=False) or DUTCH_IBAN.fullmatch(compact)):
            return place
    return 0


def _phones(plain: str) -> Iterator[Span]:
    """Telephone numbers with their 0 or +, as anybody in the Netherlands writes them."""
    for match in phonenumbers.PhoneNumberMatcher(plain, "NL"):
        if match.raw_string.lstrip("( ").startswith(("0", "+")):
            yield match.start, match.end


def _dates(plain: str) -> Iterator[Span]:
    return (match.span() for match in DATE.finditer(plain))


def _service_numbers(plain: str) -> Iterator[Span]:
    groups = list(GROUP.finditer(plain))
    first = 0
    while first < len(groups):
        last = _last_group(plain, groups, first)
        span = (groups[first].start(), groups[last].end())
        if _is_service_number(plain, groups[first : last + 1], span):
            yield span
            first = last
        first += 1


def _last_group(plain: str, groups: List["re.Match[str]"], first: int) -> int:
    """The group of digits with which a number of nine digits ends that begins with group `first`."""
    last, count = first, len(groups[first].group())
    while count < DIGITS_OF_BSN and last + 1 < len(groups):
        if not GAP.fullmatch(plain[groups[last].end() : groups[last + 1].start()]):
            break
        last += 1
        count += len(groups[last].group())
    return last


def _is_service_number(plain: str, groups: List["re.Match[str]"], span: Span) -> bool:
    digits = "".join(group.group() for group in groups)
    before = plain[max(0, span[0] - CONTEXT) : span[0]]
    said = _last_word(SAYS_BSN, before) > _last_word(SAYS_PHONE, before)
    if len(digits) == DIGITS_OF_BSN - 1:  # the leading zero is often left out; without a word for it, it is anything
        return said and bsn.is_valid(digits)
    if len(digits) != DIGITS_OF_BSN or not bsn.is_valid(digits):
        return False
    return said or (_is_grouped(plain, groups) and not _is_bare_mobile(digits, before))


def _is_grouped(plain: str, groups: List["re.Match[str]"]) -> bool:
    """Written as one number: in one go, or in short groups with the same sign between them."""
    gaps = {plain[one.end() : other.start()] for one, other in pairwise(groups)}
    return len(gaps) < 2 and (len(groups) == 1 or max(len(group.group()) for group in groups) <= 4)


def _is_bare_mobile(digits: str, before: str) -> bool:
    """A mobile number without its 0, where the words before it speak of calling."""
    if _last_word(SAYS_PHONE, before) < 0:
        return False
    try:
        number = phonenumbers.parse(digits, "NL")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)


def _last_word(words: "re.Pattern[str]", before: str) -> int:
    """Where the last of these words begins; -1 when there is none."""
    return max((match.start() for match in words.finditer(before)), default=-1)


def _overlaps(span: Span, others: List[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _last(written: str) -> str:
    """The last characters of a number, without what stands between them."""
    return "".join(sign for sign in written if sign.isalnum())[-STAYS:]
