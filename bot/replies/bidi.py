"""The order in which the parts of a mixed line stand: Arabic from right to left, a Dutch word or number in it not.

The Unicode Bidirectional Algorithm (UAX #9, rules W1 to L2) for one paragraph without explicit embeddings, and one
rule of our own: a phone number is one piece, else 0800-8115 shows as 8115-0800.
"""

import re
from dataclasses import dataclass
from typing import List, Sequence, Tuple
from unicodedata import bidirectional

from bot.replies.fonts import Face, face_of

CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
NUMBER = re.compile(r"\+[0-9][0-9 \u00a0-]*[0-9]|[0-9]+(?:[ \u00a0-][0-9]+)+")  # as phone numbers are written
CLOSES = {")": "(", "]": "[", "}": "{"}
STRONG = ("L", "R", "EN", "AN")  # once the weak kinds are settled
JOINERS = "\u200c\u200d"  # stay with the letters around them, whatever font draws those


@dataclass(frozen=True)
class Run:
    """A part of a line that one font draws in one direction."""

    text: str
    face: Face
    direction: str  # ltr rtl


def plain(text: str) -> str:
    """The text without direction marks: here the direction is worked out, and no font draws them."""
    return CONTROLS.sub("", text)


def reads_leftwards(text: str, card_rtl: bool) -> bool:
    """The direction of a text: on a right-to-left card of any text with such letters, also when it begins with a
    Dutch word; elsewhere of its first letter. A text without letters goes with the card."""
    kinds = [kind for kind in map(bidirectional, text) if kind in ("L", "R", "AL")]
    if not kinds:
        return card_rtl
    return any(kind != "L" for kind in kinds) if card_rtl else kinds[0] != "L"


def levels(text: str, rtl: bool) -> List[int]:
    """The embedding level of each character: odd ones are read from right to left."""
    base = int(rtl)
    kinds = _neutral(_brackets(text, _weak(_kinds(text), base), base), base)
    return [base + _above(kind, base) for kind in kinds]


def visual_runs(text: str, level: Sequence[int]) -> List[Run]:
    """The runs of one line from left to right, as the eye sees them."""
    pieces: List[List] = []  # [level, face, text]
    for index, character in enumerate(text):
        joins = pieces and (character in JOINERS or bidirectional(character) == "NSM")
        face = pieces[-1][1] if joins else face_of(character)
        if pieces and pieces[-1][0] == level[index] and pieces[-1][1] is face:
            pieces[-1][2] += character
        else:
            pieces.append([level[index], face, character])
    for height in range(max(level, default=0), 0, -1):  # L2
        pieces = _reversed_from(pieces, height)
    return [Run(piece[2], piece[1], "rtl" if piece[0] % 2 else "ltr") for piece in pieces]


def _reversed_from(pieces: List[List], height: int) -> List[List]:
    ordered: List[List] = []
    turned: List[List] = []
    for piece in pieces:
        if piece[0] >= height:
            turned.insert(0, piece)
        else:
            ordered += [*turned, piece]
            turned = []
    return ordered + turned


def _kinds(text: str) -> List[str]:
    kinds = [bidirectional(character) for character in text]
    for number in NUMBER.finditer(text):
        kinds[number.start() : number.end()] = ["EN"] * len(number.group())
    return ["ON" if kind == "BN" else kind for kind in kinds]


def _weak(kinds: List[str], base: int) -> List[str]:
    """Numbers and what stands between them: rules W1 to W7."""
    edge = "R" if base else "L"
    found = list(kinds)
    strong = edge
    for index, kind in enumerate(found):
        if kind == "NSM":
            found[index] = kind = found[index - 1] if index else edge  # W1
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "AL":
            found[index] = "AN"  # W2
    found = ["R" if kind == "AL" else kind for kind in found]  # W3
    for index in range(1, len(found) - 1):
        before, kind, after = found[index - 1 : index + 2]
        if before == after and ((kind in ("ES", "CS") and before == "EN") or (kind == "CS" and before == "AN")):
            found[index] = before  # W4
    for order in (range(1, len(found)), range(len(found) - 2, -1, -1)):
        for index in order:
            neighbour = found[index - 1] if order.step > 0 else found[index + 1]
            if found[index] == "ET" and neighbour == "EN":
                found[index] = "EN"  # W5
    strong = edge
    for index, kind in enumerate(found):
        if kind in ("L", "R"):
            strong = kind
        elif kind in ("ES", "CS", "ET"):
            found[index] = "ON"  # W6
        elif kind == "EN" and strong == "L":
            found[index] = "L"  # W7
    return found


def _brackets(text: str, kinds: List[str], base: int) -> List[str]:
    """A pair of brackets goes with the paragraph, or with what stands in it and before it: rule N0."""
    edge, other = ("R", "L") if base else ("L", "R")
    found = list(kinds)
    for start, end in _bracket_pairs(text, kinds):
        inside = {_side(kind) for kind in found[start + 1 : end] if kind in STRONG}
        before = next((_side(kind) for kind in reversed(found[:start]) if kind in STRONG), edge)
        if inside:
            found[start] = found[end] = edge if edge in inside or before == edge else other
    return found


def _bracket_pairs(text: str, kinds: List[str]) -> List[Tuple[int, int]]:
    pairs, opened = [], []
    for index, character in enumerate(text):
        if character in CLOSES.values() and kinds[index] == "ON":
            opened.append(index)
        elif character in CLOSES and any(text[start] == CLOSES[character] for start in opened):
            while text[opened[-1]] != CLOSES[character]:
                opened.pop()
            pairs.append((opened.pop(), index))
    return sorted(pairs)


def _neutral(kinds: List[str], base: int) -> List[str]:
    """Spaces and punctuation go with what stands on both sides, else with the paragraph: rules N1 and N2."""
    edge = "R" if base else "L"
    found = list(kinds)
    start = 0
    while start < len(found):
        if found[start] in STRONG:
            start += 1
            continue
        end = start
        while end < len(found) and found[end] not in STRONG:
            end += 1
        before = _side(found[start - 1]) if start else edge
        after = _side(found[end]) if end < len(found) else edge
        found[start:end] = [before if before == after else edge] * (end - start)
        start = end
    return found


def _side(kind: str) -> str:
    return "L" if kind == "L" else "R"  # numbers count as right to left here


def _above(kind: str, base: int) -> int:
    """How far above the paragraph's level: rules I1 and I2."""
    if base:
        return 0 if kind == "R" else 1
    return {"L": 0, "R": 1}.get(kind, 2)
