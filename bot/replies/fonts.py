"""Which font draws which script. One font knows few scripts, so a text is drawn in runs, each in its own font."""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Optional, Tuple

from PIL import ImageFont

CONTENT = Path(__file__).resolve().parents[2] / "content"
WEIGHT = b"Weight"  # the axis of a variable font; the others stay as they are


@dataclass(frozen=True)
class Face:
    """A font file and the code points that it draws.

    `package` is an installed fontpkg; None means that `file` is a full path on this machine, which may be missing.
    `line` is the distance from one line to the next, in parts of the letters' size.
    """

    script: str  # ISO 15924
    ranges: Tuple[Tuple[int, int], ...]
    package: Optional[str]
    file: str
    line: float

    def draws(self, character: str) -> bool:
        """Whether this character belongs to the face."""
        return any(first <= ord(character) <= last for first, last in self.ranges)

    def path(self) -> Optional[Path]:
        """The font file, or None when it is not on this machine."""
        if self.package is None:
            path = Path(self.file)
        else:
            spec = find_spec(self.package)
            if spec is None or not spec.submodule_search_locations:
                return None
            path = Path(spec.submodule_search_locations[0]) / "files" / self.file
        return path if path.is_file() else None


# Spaces, digits and punctuation are drawn by the fallback, also within other scripts.
FALLBACK = Face(
    "Latn",  # with Greek and Cyrillic
    ((0x20, 0x52F), (0x1D00, 0x206F), (0x20A0, 0x20BF), (0x2100, 0x214F)),
    "fontpkg_noto_sans",
    "NotoSans[wdth,wght].ttf",
    1.28,
)
# A script more is a line more here. What no face draws is not written on a picture: see `drawable`.
FACES = (
    Face(
        "Arab",
        ((0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)),
        "fontpkg_noto_sans_arabic",
        "NotoSansArabic[wdth,wght].ttf",
        1.5,
    ),
    Face(  # no Python package holds this one: content/fonts/ does, with its licence
        "Ethi",
        ((0x1200, 0x139F),),
        None,
        str(CONTENT / "fonts" / "NotoSansEthiopic[wght].ttf"),
        1.4,
    ),
)


def face_of(character: str) -> Face:
    """The face that draws a character; the declared fallback for all that is in no other face."""
    return next((face for face in FACES if face.draws(character)), FALLBACK)


def drawable(text: str) -> bool:
    """False when a character has no font here: better a pictogram alone than one with empty boxes under it."""
    faces = {character: face_of(character) for character in text if not character.isspace()}
    return all(face.draws(character) and _here(face) for character, face in faces.items())


@cache  # looking on disk for every letter would be slow
def _here(face: Face) -> bool:
    return face.path() is not None


@lru_cache(maxsize=256)
def font(face: Face, size: int, weight: int) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels and a weight from 100 (thin) to 900 (black), if the face comes in weights."""
    loaded = ImageFont.truetype(str(face.path()), size, layout_engine=ImageFont.Layout.RAQM)
    try:
        axes = loaded.get_variation_axes()
    except OSError:  # Pillow's way to say that a font has one weight only
        return loaded
    loaded.set_variation_by_axes([weight if axis["name"] == WEIGHT else axis["default"] or 0 for axis in axes])
    return loaded
