"""Pictures that a resident gets: a pictogram, what to bring, whom to call.

Each class is a recipe: everything that is on the picture, and nothing else. The same recipe is the same picture.
"""

from dataclasses import dataclass
from typing import List, Optional, Tuple

from PIL import Image

from bot.replies.fonts import drawable
from bot.replies.page import GAP, MARGIN, PANEL, WIDTH, Piece, panel, stack, to_png
from bot.replies.pictograms import draw_pictogram
from bot.replies.typesetting import Block, Style, fit

PICTOGRAM = 512  # pixels, square
INSIDE = WIDTH - 2 * MARGIN
CELL = (INSIDE - GAP) // 2
PADDING = 32
TITLE = Style(66, 700, most_lines=2, smallest=48, centred=True)
CAPTION = Style(60, 600, most_lines=2, smallest=44, centred=True)
NAME = Style(62, 700, most_lines=2, smallest=46)
NUMBER = Style(98, 800, colour="#0A4D8C", most_lines=1, smallest=48)
ABOUT = Style(50, 400, most_lines=3, smallest=40)
PHONE_SIGN = 72

Entries = Tuple[str, ...]


@dataclass(frozen=True)
class Pictogram:
    """One pictogram on a square."""

    entries: Entries

    def png(self) -> bytes:
        """Drawn, as a PNG."""
        square = Image.new("RGB", (PICTOGRAM, PICTOGRAM), PANEL)  # no transparency: WhatsApp would make it black
        glyph = draw_pictogram(self.entries, round(PICTOGRAM * 0.8))
        corner = (PICTOGRAM - glyph.width) // 2
        square.paste(glyph, (corner, corner), glyph)
        return to_png(square)


@dataclass(frozen=True)
class Thing:
    """A thing to take along."""

    entries: Entries
    caption: str


@dataclass(frozen=True)
class BringCard:
    """What to take along, two beside each other, the first where reading begins."""

    language: str
    rtl: bool
    title: str
    things: Tuple[Thing, ...]

    def png(self) -> bytes:
        """Drawn, as a PNG."""
        pieces = [_title(self.title, self.language, self.rtl)] if self.title and drawable(self.title) else []
        return to_png(stack(pieces + self.rows(), self.rtl))

    def rows(self) -> List[Piece]:
        """The things, without the title: other cards show them too."""
        return [self._row(self.things[start : start + 2]) for start in range(0, len(self.things), 2)]

    def _row(self, things: Tuple[Thing, ...]) -> Piece:
        glyph = round(CELL * 0.62)
        captions = [self._caption(thing) for thing in things]
        text = max((caption.height for caption in captions if caption), default=0)
        height = glyph + 2 * PADDING + (text + PADDING // 2 if text else 0)
        indent = (INSIDE - CELL) // 2 if len(things) == 1 else 0  # one alone stands in the middle

        def paint(canvas: Image.Image, top: int) -> None:
            for column, (thing, caption) in enumerate(zip(things, captions, strict=True)):
                place = len(things) - 1 - column if self.rtl else column
                left = MARGIN + indent + place * (CELL + GAP)
                panel(canvas, left, top, CELL, height)
                paste(canvas, thing.entries, left + (CELL - glyph) // 2, top + PADDING, glyph)
                if caption:
                    below = top + PADDING + glyph + PADDING // 2
                    caption.paint(canvas, left + PADDING // 2, below + (text - caption.height) // 2)

        return Piece(height, paint)

    def _caption(self, thing: Thing) -> Optional[Block]:
        if not drawable(thing.caption):
            return None
        return fit(thing.caption, CELL - PADDING, CAPTION, self.language, self.rtl)


@dataclass(frozen=True)
class AskCard(BringCard):
    """What a household may ask about, drawn in the same way as what to take along."""


@dataclass(frozen=True)
class Line:
    """A phone line or a place. `number` is empty where there is none to tell."""

    entries: Entries
    name: str
    number: str
    about: str


@dataclass(frozen=True)
class LinesCard:
    """Whom to call or where to go, in the order of the topic."""

    language: str
    rtl: bool
    phone: Entries  # the small sign before a number
    lines: Tuple[Line, ...]

    def png(self) -> bytes:
        """Drawn, as a PNG."""
        return to_png(stack(self.rows(), self.rtl))

    def rows(self) -> List[Piece]:
        """The lines alone: other cards show them too."""
        return [self._row(line) for line in self.lines]

    def _row(self, line: Line) -> Piece:
        glyph = 232
        beside = MARGIN + PADDING + glyph + PADDING  # from the edge where reading begins
        width = WIDTH - beside - MARGIN - PADDING
        number = fit(line.number.replace(" ", "\u00a0"), width - PHONE_SIGN - 20, NUMBER, self.language, self.rtl)
        blocks = [
            fit(line.name, width, NAME, self.language, self.rtl) if drawable(line.name) else None,
            number if line.number else None,
            fit(line.about, width, ABOUT, self.language, self.rtl) if drawable(line.about) else None,
        ]
        texts = [block for block in blocks if block]
        height = max(glyph, sum(block.height for block in texts)) + 2 * PADDING

        def paint(canvas: Image.Image, top: int) -> None:
            panel(canvas, MARGIN, top, INSIDE, height)
            at = MARGIN + PADDING
            paste(canvas, line.entries, self._side(at, glyph), top + (height - glyph) // 2, glyph)
            y = top + (height - sum(block.height for block in texts)) // 2
            for block in texts:
                indent = PHONE_SIGN + 20 if block is number else 0
                block.paint(canvas, self._side(beside + indent, block.width), y)
                if block is number:
                    sign = self._side(beside, PHONE_SIGN)
                    paste(canvas, self.phone, sign, y + (block.height - PHONE_SIGN) // 2, PHONE_SIGN)
                y += block.height

        return Piece(height, paint)

    def _side(self, at: int, width: int) -> int:
        """The left edge of something that begins `at` pixels from where reading begins."""
        return WIDTH - at - width if self.rtl else at


def _title(text: str, language: str, rtl: bool) -> Piece:
    block = fit(text, INSIDE, TITLE, language, rtl)
    return Piece(block.height, lambda canvas, top: block.paint(canvas, MARGIN, top))


def paste(canvas: Image.Image, entries: Entries, left: int, top: int, pixels: int) -> None:
    """Draw a pictogram on the card."""
    glyph = draw_pictogram(entries, pixels)
    canvas.paste(glyph, (left, top), glyph)
