"""The sheet that a card is composed on, and how a picture becomes a PNG that says whose it is."""

import io
from dataclasses import dataclass
from typing import Callable, List

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from bot.replies.pictograms import SMOOTH
from bot.replies.typesetting import Style, fit

WIDTH = 1080  # pixels: a phone of the last ten years in full
MARGIN = 40
GAP = 28
PAPER, PANEL = "#FFFFFF", "#EEF4F7"
LICENCE = "OpenMoji CC BY-SA 4.0"  # a name, the same in every language
AUTHOR = "OpenMoji (https://openmoji.org)"
LICENCE_STYLE = Style(22, colour="#8A97A0", most_lines=1)
COLOURS = 256


@dataclass(frozen=True)
class Piece:
    """A part of a card: its height in pixels and how to draw it with its top at a given height."""

    height: int
    paint: Callable[[Image.Image, int], None]


def stack(pieces: List[Piece], rtl: bool) -> Image.Image:
    """The pieces below each other, and the licence at the foot."""
    foot = fit(LICENCE, WIDTH - 2 * MARGIN, LICENCE_STYLE, "en", rtl)
    pieces = [*pieces, Piece(foot.height, lambda canvas, top: foot.paint(canvas, MARGIN, top))]
    height = sum(piece.height for piece in pieces) + GAP * (len(pieces) - 1) + MARGIN + MARGIN // 2
    canvas = Image.new("RGB", (WIDTH, height), PAPER)
    top = MARGIN
    for piece in pieces:
        piece.paint(canvas, top)
        top += piece.height + GAP
    return canvas


def panel(canvas: Image.Image, left: int, top: int, width: int, height: int, round_by: int = 44) -> None:
    """A soft box with round corners; all measures in pixels."""
    mask = Image.new("L", (width * SMOOTH, height * SMOOTH))
    box = (0, 0, width * SMOOTH - 1, height * SMOOTH - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, round_by * SMOOTH, fill=255)
    canvas.paste(PANEL, (left, top), mask.resize((width, height), Image.Resampling.LANCZOS))


def to_png(picture: Image.Image, photo: bool = False) -> bytes:
    """The PNG, small enough for a slow connection: 256 colours, with shades mixed where a photo needs them."""
    about = PngInfo()
    about.add_text("Author", f"Pictograms: {AUTHOR}")
    about.add_text("License", f"Pictograms: {LICENCE}, https://creativecommons.org/licenses/by-sa/4.0/")
    dither = Image.Dither.FLOYDSTEINBERG if photo else Image.Dither.NONE
    few = picture.convert("RGB").quantize(COLOURS, dither=dither)
    written = io.BytesIO()
    few.save(written, "PNG", optimize=True, pnginfo=about)
    return written.getvalue()
