"""Reads what the demo page sends, and refuses what the page would never send."""

import base64
import binascii
import json
import re
from typing import Any, Dict, List, Optional, TypeGuard
from uuid import uuid4

from sanic import Request

from bot.channels.messages import Media, Place

VISITOR = re.compile(r"(?!demo-)[a-z0-9-]{8,40}")  # never an address of a key person: those begin with demo-
MESSAGE_ID = re.compile(r"[a-z0-9-]{8,40}")
LONGEST_TEXT = 4000  # characters; the gate reads fewer
LONGEST_PAYLOAD = 300  # characters
LARGEST_PHOTO = 5 * 1024 * 1024  # bytes, as on WhatsApp; also of a voice message
LARGEST_BODY = LARGEST_PHOTO * 4 // 3 + 64 * 1024  # bytes; base64 makes a photo a third larger


class Refused(Exception):
    """A request that is not answered; `code` is for the page, which has the words."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.status = code, status


def read_json(request: Request) -> Dict[str, Any]:
    """The JSON object of a request from our own page; raises `Refused` for anything else.

    A page elsewhere cannot send this content type to us without asking first, and nobody answers that question.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused("not_json", 415)
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused("other_site", 403)
    if len(request.body) > LARGEST_BODY:
        raise Refused("too_large", 413)
    try:
        data = json.loads(request.body)
    except ValueError:
        raise Refused("not_json") from None
    if not isinstance(data, dict):
        raise Refused("not_json")
    return data


def read_visitor(value: Any) -> str:
    """The visitor's own random id; raises `Refused` when it is none, or an address of a key person."""
    if not isinstance(value, str) or not VISITOR.fullmatch(value):
        raise Refused("no_visitor")
    return value


def read_text(data: Dict[str, Any], key: str, longest: int) -> str:
    """A text field, empty when left out; raises `Refused` when it is no text or too long (characters)."""
    value = data.get(key) or ""
    if not isinstance(value, str):
        raise Refused("no_text")
    if len(value) > longest:
        raise Refused("too_long", 413)
    return value.encode("utf-8", "ignore").decode("utf-8")  # half a character cannot be stored


def read_message_id(data: Dict[str, Any]) -> str:
    """The page's own number of the message, so that sending it again is no second message; a new one without."""
    given = data.get("id")
    if isinstance(given, str) and MESSAGE_ID.fullmatch(given):
        return given
    return uuid4().hex


def read_media(data: Dict[str, Any]) -> List[Media]:
    """A photo or a voice message that came along, as a data URL; raises `Refused` for anything else."""
    photo, voice = data.get("photo"), data.get("voice")
    media = [_as_media(photo, photo_type(decode(photo, "image", "no_photo")))] if photo else []
    if voice:
        decode(voice, "audio", "no_voice")
        media.append(_as_media(voice, voice.partition(";")[0].removeprefix("data:")))
    return media


def read_place(data: Dict[str, Any]) -> Optional[Place]:
    """A shared spot as `{"latitude": 52.1, "longitude": 5.1}`; raises `Refused` for anything that is none."""
    given = data.get("place")
    if given is None:
        return None
    spot: Dict[str, Any] = given if isinstance(given, dict) else {}
    latitude, longitude = spot.get("latitude"), spot.get("longitude")
    if not (is_degrees(latitude, 90) and is_degrees(longitude, 180)):
        raise Refused("no_place")
    return Place(latitude, longitude)


def is_degrees(value: Any, most: int) -> TypeGuard[float]:
    """Whether this is a number from -`most` to `most`."""
    return isinstance(value, (int, float)) and abs(value) <= most


def decode(value: Any, kind: str, problem: str) -> bytes:
    """The bytes of a data URL of this kind; raises `Refused` when it is none, or larger than `LARGEST_PHOTO`."""
    head, _, body = value.partition(";base64,") if isinstance(value, str) else ("", "", "")
    if not head.startswith(f"data:{kind}/"):
        raise Refused(problem, 415)
    try:
        found = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(problem, 415) from None
    if len(found) > LARGEST_PHOTO:
        raise Refused("too_large", 413)
    return found


def _as_media(url: str, content_type: str) -> Media:
    """The bytes stay in the address: they are kept, sealed, with the message, and go when it is dealt with."""
    return Media(f"data:{content_type};base64,{url.partition(';base64,')[2]}", content_type)


def photo_type(photo: bytes) -> str:
    """The content type by the first bytes, whatever the sender says; raises `Refused` when it is no photo."""
    if photo.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if photo.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if photo[:4] == b"RIFF" and photo[8:12] == b"WEBP":
        return "image/webp"
    raise Refused("no_photo", 415)
