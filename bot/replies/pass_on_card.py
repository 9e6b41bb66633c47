"""The card to pass on: what a topic comes down to and whom to call, for somebody else. It says nothing of who asked."""

import io
from dataclasses import dataclass
from typing import List, Tuple

import segno
from PIL import Image

from bot.replies.fonts import drawable
from bot.replies.page import MARGIN, Piece, panel, stack, to_png
from bot.replies.topic_cards import INSIDE, PADDING, Entries, Line, LinesCard, paste
from bot.replies.typesetting import Block, Style, fit

GLYPH, SIGN, CODE = 320, 76, 270  # pixels
INK = "#111111"
BETWEEN = 18  # pixels between two things that are said
TITLE = Style(84, 800, most_lines=2, smallest=56, centred=True)
SAID = Style(58, 500, most_lines=4, smallest=44)
SENDER = Style(50, 700, colour="#0A4D8C", most_lines=1, smallest=34)
NAME = "Sleutel"  # the same in every language and script


@dataclass(frozen=True)
class PassOnCard:
    """A topic in a few words. `contact`: where Sleutel can be written to, as one can type it; empty when unknown."""

    language: str
    rtl: bool
    pictogram: Entries
    title: str
    says: Tuple[str, ...]
    phone: Entries  # the small sign before a number
    lines: Tuple[Line, ...]
    sender: Entries
    contact: str = ""

    def png(self) -> bytes:
        """Drawn, as a PNG."""
        lines = LinesCard(self.language, self.rtl, self.phone, self.lines).rows()
        pieces = [self._head(), *self._said(), *lines, self._foot()]
        return to_png(stack(pieces, self.rtl))

    def _head(self) -> Piece:
        inside = INSIDE - 2 * PADDING
        title = fit(self.title, inside, TITLE, self.language, self.rtl) if drawable(self.title) else None
        height = PADDING + GLYPH + (BETWEEN + title.height if title else 0) + PADDING

        def paint(canvas: Image.Image, top: int) -> None:
            panel(canvas, MARGIN, top, INSIDE, height)
            paste(canvas, self.pictogram, (canvas.width - GLYPH) // 2, top + PADDING, GLYPH)
            if title:
                title.paint(canvas, MARGIN + PADDING, top + PADDING + GLYPH + BETWEEN)

        return Piece(height, paint)

    def _said(self) -> List[Piece]:
        """What the topic comes down to, each message a paragraph."""
        inside = INSIDE - 2 * PADDING
        blocks = [fit(said, inside, SAID, self.language, self.rtl) for said in self.says if drawable(said)]
        if not blocks:
            return []
        height = sum(block.height for block in blocks) + BETWEEN * (len(blocks) - 1)

        def paint(canvas: Image.Image, top: int) -> None:
            for block in blocks:
                block.paint(canvas, MARGIN + PADDING, top)
                top += block.height + BETWEEN

        return [Piece(height, paint)]

    def _foot(self) -> Piece:
        """Whose card this is: a name, and the address to write to, also for the camera of who sits beside."""
        code = scan_code(f"https://{self.contact}", CODE) if self.contact else None
        beside = code.width + PADDING if code else 0
        room = INSIDE - SIGN - PADDING - beside
        texts: List[Block] = [fit(text, room, SENDER, "en", self.rtl).tight() for text in (NAME, self.contact) if text]
        width = beside + SIGN + PADDING + max(text.width for text in texts)
        said = sum(text.height for text in texts) + BETWEEN * (len(texts) - 1)
        height = max(SIGN, said, code.height if code else 0)

        def paint(canvas: Image.Image, top: int) -> None:
            at = (INSIDE - width) // 2
            if code:
                canvas.paste(code, (self._side(canvas, at, code.width), top + (height - code.height) // 2))
            at += beside
            paste(canvas, self.sender, self._side(canvas, at, SIGN), top + (height - SIGN) // 2, SIGN)
            at, line = at + SIGN + PADDING, top + (height - said) // 2
            for text in texts:
                text.paint(canvas, self._side(canvas, at, text.width), line)
                line += text.height + BETWEEN

        return Piece(height, paint)

    def _side(self, canvas: Image.Image, at: int, width: int) -> int:
        """The left edge of something that begins `at` pixels from the margin where reading begins."""
        return canvas.width - MARGIN - at - width if self.rtl else MARGIN + at


def scan_code(address: str, size: int) -> Image.Image:
    """A QR code of an address, at most `size` pixels wide, with the white margin that cameras need."""
    code = segno.make_qr(address, error="m")
    drawn = io.BytesIO()
    code.save(drawn, kind="png", scale=max(1, size // code.symbol_size()[0]), dark=INK)
    return Image.open(drawn).convert("RGB")
