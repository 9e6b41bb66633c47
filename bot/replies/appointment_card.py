"""The card of an appointment: the day, the time, the place and what to take along, for somebody who hardly reads."""

from dataclasses import dataclass
from typing import Tuple

from PIL import Image

from bot.replies.fonts import drawable
from bot.replies.page import MARGIN, WIDTH, Piece, panel, stack, to_png
from bot.replies.topic_cards import INSIDE, PADDING, BringCard, Entries, Thing, paste
from bot.replies.typesetting import Style, fit

GLYPH = 200  # pixels
DAY = Style(76, 700, most_lines=2, smallest=52)
TIME = Style(120, 800, colour="#0A4D8C", most_lines=1, smallest=80)
PLACE = Style(62, 600, most_lines=3, smallest=44)


@dataclass(frozen=True)
class AppointmentCard:
    """When, where, with what. The words are in the language of the reader, the time in the digits of every clock."""

    language: str
    rtl: bool
    calendar: Entries
    clock: Entries
    somewhere: Entries  # a place on a map, or a telephone
    day: str
    time: str
    place: str
    bring: Tuple[Thing, ...] = ()

    def png(self) -> bytes:
        """Drawn, as a PNG."""
        rows = ((self.calendar, self.day, DAY), (self.clock, self.time, TIME), (self.somewhere, self.place, PLACE))
        pieces = [self._row(*row) for row in rows]
        return to_png(stack(pieces + BringCard(self.language, self.rtl, "", self.bring).rows(), self.rtl))

    def _row(self, entries: Entries, text: str, style: Style) -> Piece:
        beside = MARGIN + PADDING + GLYPH + PADDING  # from the edge where reading begins
        width = WIDTH - beside - MARGIN - PADDING
        block = fit(text, width, style, self.language, self.rtl) if drawable(text) else None
        height = max(GLYPH, block.height if block else 0) + 2 * PADDING

        def paint(canvas: Image.Image, top: int) -> None:
            panel(canvas, MARGIN, top, INSIDE, height)
            paste(canvas, entries, self._side(MARGIN + PADDING, GLYPH), top + (height - GLYPH) // 2, GLYPH)
            if block:
                block.paint(canvas, self._side(beside, block.width), top + (height - block.height) // 2)

        return Piece(height, paint)

    def _side(self, at: int, width: int) -> int:
        """The left edge of something that begins `at` pixels from where reading begins."""
        return WIDTH - at - width if self.rtl else at
