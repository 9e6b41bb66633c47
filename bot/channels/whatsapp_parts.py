"""What fits into a WhatsApp message through Twilio, and how a longer one is taken apart. Pure functions.

Lengths are in UTF-16 units, as Twilio counts them: an emoji is two. Limits: Twilio's pages on the Message resource
(1600, error 21617), on `twilio/quick-reply` (3 buttons in a session, title 20, body 1024) and `twilio/list-picker`
(10 items of 24, body 1024); Meta's page on image messages (caption 1024).
"""

import re
import unicodedata
from dataclasses import replace
from typing import List, Optional, Tuple
from urllib.parse import quote, unquote

from bot.channels.messages import Choice, Outgoing
from bot.relay.files import is_photo

LONGEST = 1600
LONGEST_WITH_PICTURE = 1024
LONGEST_WITH_BUTTONS = 1024
MOST_BUTTONS, LONGEST_BUTTON = 3, 20
MOST_ITEMS, LONGEST_ITEM = 10, 24
LONGEST_ID = 200
ROOM_FOR_PHRASE = 120  # for "answer with the number", in any language
SMALLEST_PART = 200  # never cut finer than this: a list that leaves less room is refused when it is sent
QUICK_REPLY, LIST_PICKER = "twilio/quick-reply", "twilio/list-picker"

SENTENCE_END = re.compile(r"[.!?…؟۔።፧।。！？]+[\"”’»)\]\u2069\u200f]*(?=\s+(\S))|\n")
KEEPS_TOGETHER = re.compile("[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")  # joiners, emoji or text style, skin tones
NOT_IN_A_VARIABLE = re.compile(r"[\n\r\t]|\s{5,}|\{\{|\}\}")


def units(text: str) -> int:
    """The length as Twilio counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fit(message: Outgoing) -> List[Outgoing]:
    """The same message as one or more that WhatsApp takes: the picture with the first, the choices under the last.

    Call it when rows are PUT into the outbox: each part is a row of its own, so a retry repeats no part that was sent.
    A picture and buttons do not go together (see `style_of`), so that a text of several sentences is parted: the
    picture keeps the beginning, the buttons get the last sentence, which is the question.
    """
    if message.attachment and not is_photo(message.attachment) and (message.text.strip() or message.choices):
        return [part for one in apart(message) for part in fit(one)]
    style, has_picture = style_of(message.choices), bool(message.picture or message.attachment)
    room = LONGEST_WITH_PICTURE if has_picture else LONGEST
    if style:
        room = min(room, LONGEST_WITH_BUTTONS)
    elif message.choices:
        room = min(room, LONGEST - units(numbered(replace(message, text=""))) - ROOM_FOR_PHRASE)
    parts = split(message.text, max(room, SMALLEST_PART))
    if len(parts) == 1 and has_picture and style:
        parts = _question_apart(parts[0])
    if not parts:
        return [message]
    last = len(parts) - 1
    return [
        replace(
            message,
            text=part,
            picture=message.picture if index == 0 else None,
            attachment=message.attachment if index == 0 else None,
            choices=message.choices if index == last else [],
        )
        for index, part in enumerate(parts)
    ]


def apart(message: Outgoing) -> List[Outgoing]:
    """The words, then the voice message or file: those have no room for words under them."""
    return [replace(message, attachment=None), replace(message, text="", picture=None, choices=[])]


def style_of(choices: List[Choice]) -> Optional[str]:
    """The kind of buttons these choices can be (`QUICK_REPLY` or `LIST_PICKER`), or None: a numbered list.

    WhatsApp refuses two buttons with the same words or the same id.
    """
    titles, ids = [choice.title for choice in choices], [to_wire(choice.payload) for choice in choices]
    usable = all(title.strip() and not NOT_IN_A_VARIABLE.search(title) for title in titles)
    usable = usable and all(wire and units(wire) <= LONGEST_ID for wire in ids)
    if not usable or len(set(titles)) < len(titles) or len(set(ids)) < len(ids):
        return None
    longest = max(map(units, titles), default=0)
    if 1 <= len(choices) <= MOST_BUTTONS and longest <= LONGEST_BUTTON:
        return QUICK_REPLY
    if 1 <= len(choices) <= MOST_ITEMS and longest <= LONGEST_ITEM:
        return LIST_PICKER
    return None


def numbered(message: Outgoing, phrase: str = "") -> str:
    """The text with its choices as a numbered list, `phrase` (answer with the number) in front of the list.

    The gate understands the number, also in Arabic digits (`bot.channels.gate.choice_meant`).
    """
    listed = "\n".join(f"{number}. {choice.title}" for number, choice in enumerate(message.choices, 1))
    below = "\n".join(filter(None, [phrase, listed] if listed else []))
    return "\n\n".join(filter(None, [message.text.strip(), below]))


def to_wire(payload: str) -> str:
    """A payload as the id of a button. Percent signs keep quotes and braces out of Twilio's templates."""
    return quote(payload, safe="/")


def from_wire(wire: str) -> str:
    """The payload that `to_wire` was given."""
    return unquote(wire)


def split(text: str, room: int) -> List[str]:
    """The text in parts of at most `room` units: cut where a sentence or line ends, else at a space, else anywhere."""
    parts, rest = [], text.strip()
    while units(rest) > room:
        cut = _cut(rest, room)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def _cut(text: str, room: int) -> int:
    """Where to cut: an index into `text` above 0, so that what stands before it fits."""
    fits, used = 0, 0
    while used + units(text[fits]) <= room:
        used += units(text[fits])
        fits += 1
    ends = [end for end, _ in _sentence_ends(text, fits)]
    if ends:
        return ends[-1]
    spaces = [match.start() for match in re.finditer(r"\s", text[: fits + 1]) if match.start()]
    return spaces[-1] if spaces else _between_characters(text, fits)


def _sentence_ends(text: str, upto: int) -> List[Tuple[int, bool]]:
    """Where sentences and lines end (index after them, and whether it was a sentence), as far as `upto`.

    Not after an abbreviation (a small letter follows) nor after the number of a list entry.
    """
    found = []
    for match in SENTENCE_END.finditer(text):
        is_line = match.group() == "\n"
        end = match.start() if is_line else match.end()
        if end > upto:
            break
        line_so_far = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if is_line or not (match.group(1).islower() or line_so_far.strip().isdigit()):
            found.append((end, not is_line))
    return found


def _question_apart(text: str) -> List[str]:
    """The text without its last sentence, and the last sentence; the whole when it is a single sentence."""
    ends = [end for end, is_sentence in _sentence_ends(text, len(text)) if is_sentence]
    return [text[: ends[-1]].rstrip(), text[ends[-1] :].lstrip()] if ends else [text]


def _between_characters(text: str, cut: int) -> int:
    """`cut`, or a little before it when it would take an accent or a part of an emoji from what it belongs to."""
    back = cut
    while back > 0 and (
        unicodedata.combining(text[back]) or KEEPS_TOGETHER.match(text[back]) or text[back - 1] == "\u200d"
    ):
        back -= 1
    return back or cut
