"""Which files may be passed on, known by their first bytes, whatever the sender says they are.

Photos are drawn anew: that leaves out where and when they were taken, and whatever else was hidden in the file. Voice
messages and PDFs are passed on as they came. What WhatsApp takes is the measure (Twilio's page on media messages).
"""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

LARGEST = 16 * 1024 * 1024  # bytes, of any file
LARGEST_PHOTO = 5 * 1024 * 1024  # bytes, as it leaves
MOST_PIXELS = 80_000_000  # more is no photo but an attack: a small file can hold a picture that fills the memory
LONGEST_SIDE = 3000  # pixels: on a page of A4 that leaves small print readable
QUALITIES = (88, 75, 60)
PHOTO_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")

JPEG, PDF = "image/jpeg", "application/pdf"
OGG, MPEG, AMR, AAC, MP4, GPP = "audio/ogg", "audio/mpeg", "audio/amr", "audio/aac", "audio/mp4", "audio/3gpp"
ENDINGS = {JPEG: "jpg", PDF: "pdf", OGG: "ogg", MPEG: "mp3", AMR: "amr", AAC: "aac", MP4: "m4a", GPP: "3gp"}
TYPES = {ending: content_type for content_type, ending in ENDINGS.items()}
AUDIO_STARTS = (
    (b"OggS", OGG), (b"ID3", MPEG), (b"\xff\xfb", MPEG), (b"\xff\xf3", MPEG), (b"\xff\xf2", MPEG), (b"#!AMR", AMR),
    (b"\xff\xf1", AAC), (b"\xff\xf9", AAC),
)  # fmt: skip


class NotPassable(Exception):
    """This file is not passed on: of another kind, too large, or broken."""


@dataclass(frozen=True)
class File:
    """A file that may be passed on."""

    data: bytes
    content_type: str


def ending_of(path: str) -> str:
    """What kind of file stands at a path: `jpg`, `ogg`, `pdf` and so on."""
    return path.rpartition(".")[2]


def is_photo(path: str) -> bool:
    """Whether words can stand under this file. Voice messages have no room for them, nor have PDFs on WhatsApp."""
    return ending_of(path) == ENDINGS[JPEG]


def checked(data: bytes, declared: str) -> File:
    """The file as it may be passed on; takes a while for a photo. `declared` only tells a film from a voice message.

    Raises `NotPassable`.
    """
    if not data or len(data) > LARGEST:
        raise NotPassable("size")
    for start, content_type in AUDIO_STARTS:
        if data.startswith(start):
            return File(data, content_type)
    if data[4:8] == b"ftyp" and declared.startswith("audio/"):
        return File(data, GPP if data[8:11] == b"3gp" else MP4)
    if data.startswith(b"%PDF-"):
        return File(data, PDF)
    return File(_drawn_anew(data), JPEG)


def _drawn_anew(data: bytes) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what is refused here anyway
            with Image.open(BytesIO(data), formats=PHOTO_FORMATS) as photo:
                if photo.width * photo.height > MOST_PIXELS:
                    raise NotPassable("pixels")
                photo.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG need not be read larger than it leaves
                upright = ImageOps.exif_transpose(photo)
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                plain = _on_white(upright)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise NotPassable("kind") from None
    for quality in QUALITIES:
        drawn = BytesIO()
        plain.save(drawn, "JPEG", quality=quality)
        if drawn.tell() <= LARGEST_PHOTO:
            return drawn.getvalue()
    raise NotPassable("size")


def _on_white(photo: Image.Image) -> Image.Image:
    if photo.mode in ("RGBA", "LA", "PA") or "transparency" in photo.info:
        layer = photo.convert("RGBA")
        page = Image.new("RGB", layer.size, "white")
        page.paste(layer, mask=layer.getchannel("A"))
        return page
    plain = Image.new("RGB", photo.size)  # a new one has nothing beside its pixels
    plain.paste(photo.convert("RGB"))
    return plain
