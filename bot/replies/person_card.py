"""The card of a key person: a face to trust before anything is shared."""

import logging
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import List, Optional, Tuple

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from bot.replies.fonts import drawable
from bot.replies.page import GAP, MARGIN, WIDTH, Piece, panel, stack, to_png
from bot.replies.pictograms import SMOOTH, disc, draw_pictogram
from bot.replies.topic_cards import Entries
from bot.replies.typesetting import Block, Style, fit

logger = logging.getLogger(__name__)

FACE = 460  # pixels, diameter
MOST_PIXELS = 40_000_000  # of a photo; more is no photo but an attack on memory
INSIDE = WIDTH - 2 * MARGIN
NAME = Style(92, 700, most_lines=2, smallest=56, centred=True)
ABOUT = Style(54, 400, most_lines=4, smallest=42, centred=True)
TONGUE = Style(54, 600, colour="#0A4D8C", most_lines=1, smallest=36)
CHIP = 104  # height of the box around a language's name
SIGN = 84
PASTELS = ("#BFE3D0", "#F9D9B8", "#C9DDF6", "#F6CFD2", "#E0D3F2", "#F7E7A9", "#BFE4EA", "#DDE8B9")


@dataclass(frozen=True)
class PersonCard:
    """Who wants to help: face, name, languages in the words of the reader, one sentence. No hours: those change."""

    language: str
    rtl: bool
    person_id: str  # chooses the colour, so that the same person always looks the same
    avatar: Entries
    speaks: Entries
    name: str
    tongues: Tuple[str, ...]
    about: str
    photo: Optional[Path] = None
    photo_changed: int = 0  # nanoseconds; another photo in the same place is another picture

    def png(self) -> bytes:
        """Drawn, as a PNG."""
        photo = self._photo()
        said = ((self.name, NAME), (self.about, ABOUT))
        pieces = [Piece(FACE, lambda canvas, top: self._face(canvas, top, photo))]
        pieces += [self._text(text, style) for text, style in said if text and drawable(text)]
        tongues = [tongue for tongue in self.tongues if drawable(tongue)]
        return to_png(stack(pieces + self._speaks(tongues), self.rtl), photo=photo is not None)

    def _text(self, text: str, style: Style) -> Piece:
        block = fit(text, INSIDE, style, self.language, self.rtl)
        return Piece(block.height, lambda canvas, top: block.paint(canvas, MARGIN, top))

    def _face(self, canvas: Image.Image, top: int, photo: Optional[Image.Image]) -> None:
        colour = PASTELS[int(sha256(self.person_id.encode()).hexdigest(), 16) % len(PASTELS)]
        face = disc(FACE, colour, colour)
        if photo is None:
            avatar = draw_pictogram(self.avatar, round(FACE * 0.74))
            face.alpha_composite(avatar, ((FACE - avatar.width) // 2, FACE - avatar.height))
        else:
            face.paste(photo)
        canvas.paste(face, ((WIDTH - FACE) // 2, top), _round())

    def _photo(self) -> Optional[Image.Image]:
        """The photo cut to a square, without what the camera noted; None when there is none that can be used."""
        if self.photo is None:
            return None
        try:
            with Image.open(self.photo, formats=("JPEG", "PNG", "WEBP")) as found:
                if found.width * found.height > MOST_PIXELS:
                    raise UnidentifiedImageError("too many pixels")
                upright = ImageOps.exif_transpose(found).convert("RGB")
                return ImageOps.fit(upright, (FACE, FACE), centering=(0.5, 0.35))
        except (OSError, ValueError) as error:
            logger.warning("the photo of %s cannot be used: %s", self.person_id, type(error).__name__)
            return None

    def _speaks(self, tongues: List[str]) -> List[Piece]:
        """A sign for speaking, then the languages in boxes, in as many rows as they need."""
        blocks = [fit(tongue, INSIDE - SIGN - 3 * GAP, TONGUE, self.language, self.rtl).tight() for tongue in tongues]
        rows: List[List[Block]] = []
        for block in blocks:
            if rows and SIGN + GAP // 2 + sum(_chip(b) + GAP // 2 for b in [*rows[-1], block]) <= INSIDE:
                rows[-1].append(block)
            else:
                rows.append([block])
        return [self._chips(row, sign=index == 0) for index, row in enumerate(rows)]

    def _chips(self, row: List[Block], sign: bool) -> Piece:
        widths = [SIGN] * sign + [_chip(block) for block in row]
        total = sum(widths) + (GAP // 2) * (len(widths) - 1)

        def paint(canvas: Image.Image, top: int) -> None:
            at = (WIDTH - total) // 2
            for index, width in enumerate(widths):
                left = WIDTH - at - width if self.rtl else at
                if sign and index == 0:
                    bubble = draw_pictogram(self.speaks, SIGN)
                    canvas.paste(bubble, (left, top + (CHIP - SIGN) // 2), bubble)
                else:
                    block = row[index - sign]
                    panel(canvas, left, top, width, CHIP, round_by=CHIP // 2)
                    block.paint(canvas, left + (width - block.width) // 2, top + (CHIP - block.height) // 2)
                at += width + GAP // 2

        return Piece(CHIP, paint)


def _chip(block: Block) -> int:
    return block.width + CHIP


def _round() -> Image.Image:
    mask = Image.new("L", (FACE * SMOOTH, FACE * SMOOTH))
    ImageDraw.Draw(mask).ellipse((0, 0, FACE * SMOOTH - 1, FACE * SMOOTH - 1), fill=255)
    return mask.resize((FACE, FACE), Image.Resampling.LANCZOS)
