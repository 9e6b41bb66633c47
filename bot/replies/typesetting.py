"""Text on a picture: measured first, wrapped to the width, made smaller until it fits, never cut."""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil
from typing import List, Tuple

from PIL import Image, ImageDraw

from bot.replies.bidi import Run, levels, plain, reads_leftwards, visual_runs
from bot.replies.fonts import FALLBACK, font

STEP = 2  # pixels by which text that does not fit gets smaller
TINIEST = 8
BASELINE = 0.79  # where letters stand, in parts of their size below the middle of the line minus half their size


@dataclass(frozen=True)
class Style:
    """How a text looks: size and smallest size in pixels, weight 100-900, how many lines it should have at most."""

    size: int
    weight: int = 400
    colour: str = "#1F2933"
    most_lines: int = 2
    smallest: int = 30
    centred: bool = False


@dataclass(frozen=True)
class Block:
    """A text that was fitted into a width: its lines as runs in the order of the eye, all measures in pixels."""

    lines: Tuple[Tuple[Run, ...], ...]
    style: Style  # with the size that it got
    language: str
    rtl: bool
    width: int
    line_height: int

    @property
    def height(self) -> int:
        """The height of all lines."""
        return self.line_height * len(self.lines)

    def tight(self) -> "Block":
        """The same text without the room beside its longest line."""
        longest = max(_width(line, self.style.size, self.style.weight, self.language) for line in self.lines)
        return replace(self, width=ceil(longest))

    def paint(self, canvas: Image.Image, left: int, top: int) -> None:
        """Draw at the start side of the width (right for right-to-left text), or in its middle when centred."""
        pen = ImageDraw.Draw(canvas)
        size = self.style.size
        for index, line in enumerate(self.lines):
            spare = self.width - _width(line, size, self.style.weight, self.language)
            x = left + (spare / 2 if self.style.centred else spare if self.rtl else 0)
            y = top + index * self.line_height + (self.line_height - size) / 2 + BASELINE * size
            for run in line:
                face = font(run.face, size, self.style.weight)
                pen.text(
                    (round(x), round(y)), run.text, self.style.colour, face,
                    anchor="ls", direction=run.direction, language=self.language,
                )  # fmt: skip
                x += _advance(run, size, self.style.weight, self.language)


def fit(text: str, width: int, style: Style, language: str, rtl: bool) -> Block:
    """The text as lines of at most `width`. Smaller when it needs more lines than it should, or has a long word.

    `rtl` is the direction of the card: a text takes it when it has no letters of its own, and starts on that side.
    """
    text = " ".join(plain(text).split(" "))
    size = style.size
    while True:
        trial = replace(style, size=size)
        lines = _wrap(text, width, trial, language, rtl)
        longest = max((_width(line, size, style.weight, language) for line in lines), default=0)
        too_much = len(lines) > style.most_lines and size > style.smallest
        if size <= TINIEST or (longest <= width and not too_much):
            break
        size -= STEP
    if style.centred:
        lines = _evened(text, width, trial, language, rtl, lines)
    height = max([run.face.line for line in lines for run in line] or [FALLBACK.line])
    return Block(tuple(lines), trial, language, rtl, width, round(size * height))


def _evened(
    text: str, width: int, style: Style, language: str, rtl: bool, lines: List[Tuple[Run, ...]]
) -> List[Tuple[Run, ...]]:
    """The same number of lines, about equally long: centred text with a lonely last word reads badly."""
    narrow = width
    while len(lines) > 1 and narrow > width // 2:
        narrow -= max(4, width // 40)
        tried = _wrap(text, narrow, style, language, rtl)
        if len(tried) > len(lines) or any(_width(line, style.size, style.weight, language) > narrow for line in tried):
            break
        lines = tried
    return lines


def _wrap(text: str, width: int, style: Style, language: str, rtl: bool) -> List[Tuple[Run, ...]]:
    """Lines broken at spaces. The directions are worked out for the whole text: a line alone would know too little."""
    level = levels(text, reads_leftwards(text, rtl))

    def runs(start: int, end: int) -> Tuple[Run, ...]:
        return tuple(visual_runs(text[start:end], level[start:end]))

    breaks = [index for index, character in enumerate(text) if character == " "] + [len(text)]
    lines, start, reached = [], 0, 0
    for position in breaks:
        too_long = _width(runs(start, position), style.size, style.weight, language) > width
        if too_long and reached > start:
            lines.append(runs(start, reached))
            start = reached + 1
        reached = position
    return [*lines, runs(start, len(text))]


def _width(line: Tuple[Run, ...], size: int, weight: int, language: str) -> float:
    return sum(_advance(run, size, weight, language) for run in line)


@lru_cache(maxsize=4096)
def _advance(run: Run, size: int, weight: int, language: str) -> float:
    return font(run.face, size, weight).getlength(run.text, direction=run.direction, language=language)
