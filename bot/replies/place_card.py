"""The card of a place to walk in: what kind of place, where, when it is open that day, and what to take along."""

from dataclasses import dataclass
from typing import List, Tuple

from PIL import Image

from bot.replies.fonts import drawable
from bot.replies.page import GAP, MARGIN, WIDTH, Piece, panel, stack, to_png
from bot.replies.pictograms import draw_pictogram
from bot.replies.topic_cards import BringCard, Entries, Thing
from bot.replies.typesetting import Style, fit

INSIDE = WIDTH - 2 * MARGIN
PADDING = 32
KIND, CLOCK, MARK = 300, 200, 130  # pixels
NAME = Style(72, 700, most_lines=3, smallest=48)
STREET = Style(58, 400, most_lines=2, smallest=42)
DAY = Style(54, 400, most_lines=2, smallest=40)
TIMES = Style(78, 800, colour="#0A4D8C", most_lines=2, smallest=54)


@dataclass(frozen=True)
class PlaceCard:
    """Everything on the card. `marks`: small pictures, such as a woman where only women come."""

    language: str
    rtl: bool
    kind: Entries
    name: str
    street: str
    clock: Entries
    day: str
    times: Tuple[str, ...]
    marks: Tuple[Entries, ...]
    bring: Tuple[Thing, ...]

    def png(self) -> bytes:
        """Drawn, as a PNG."""
        times = "   ".join(time.replace(" ", "\u00a0") for time in self.times)
        pieces = [
            self._row(self.kind, KIND, [(self.name, NAME), (self.street, STREET)], self.marks),
            self._row(self.clock, CLOCK, [(self.day, DAY), (times, TIMES)], ()),
            *BringCard(self.language, self.rtl, "", self.bring).rows(),
        ]
        return to_png(stack(pieces, self.rtl))

    def _row(self, picture: Entries, pixels: int, texts: List[Tuple[str, Style]], marks: Tuple[Entries, ...]) -> Piece:
        """A picture where reading begins, words beside it, and small pictures under the words."""
        beside = MARGIN + PADDING + pixels + PADDING
        room = WIDTH - beside - MARGIN - PADDING
        blocks = [fit(text, room, style, self.language, self.rtl) for text, style in texts if text and drawable(text)]
        words = sum(block.height for block in blocks)
        high = words + (GAP + MARK if marks else 0)
        height = max(pixels, high) + 2 * PADDING

        def paint(canvas: Image.Image, top: int) -> None:
            panel(canvas, MARGIN, top, INSIDE, height)
            self._paste(canvas, picture, MARGIN + PADDING, top + (height - pixels) // 2, pixels)
            y = top + (height - high) // 2
            for block in blocks:
                block.paint(canvas, self._side(beside, block.width), y)
                y += block.height
            for index, mark in enumerate(marks):
                self._paste(canvas, mark, beside + index * (MARK + GAP), y + GAP, MARK)

        return Piece(height, paint)

    def _paste(self, canvas: Image.Image, entries: Entries, at: int, top: int, pixels: int) -> None:
        glyph = draw_pictogram(entries, pixels)
        canvas.paste(glyph, (self._side(at, pixels), top), glyph)

    def _side(self, at: int, width: int) -> int:
        """The left edge of something that begins `at` pixels from where reading begins."""
        return WIDTH - at - width if self.rtl else at
