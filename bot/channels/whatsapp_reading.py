"""Reading what Twilio posts: is it really Twilio, and what does it say. Knows HTTP forms, decides nothing."""

import math
from typing import List, Optional
from urllib.parse import parse_qsl

from multidict import MultiDict
from sanic import Request
from twilio.request_validator import RequestValidator

from bot.channels.messages import Incoming, Media, Place
from bot.channels.whatsapp_address import whatsapp_address
from bot.channels.whatsapp_parts import from_wire
from bot.settings import Settings

CHANNEL = "whatsapp"
FORM = "application/x-www-form-urlencoded"
LARGEST = 64 * 1024  # bytes; Twilio's own posts stay below 20 KB
LONGEST_ID = 128  # as the inbox stores it; Twilio's have 34
MOST_MEDIA = 10

Form = MultiDict  # a name may come more than once, and the signature covers every value


class Refused(Exception):
    """The post is not answered as Twilio's; `status` is the HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def read_form(request: Request) -> Form:
    """All parameters, blank ones too: Sanic's `request.form` drops those, and a voice note has a blank `Body`.

    Raises `Refused`: 415 for anything but a form, 413 for one of more than 64 KB (which is not kept in memory).
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Refused(415)
    body = bytearray()
    while request.stream is not None and (chunk := await request.stream.read()) is not None:
        body += chunk
        if len(body) > LARGEST:
            raise Refused(413)
    return Form(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def check_sender(request: Request, form: Form, settings: Settings) -> None:
    """Raise `Refused(403)` unless the post was signed with our token, for our address and our account.

    Twilio signs the public address with its query, as it was entered there, without the #fragment.
    """
    token, signature = settings.twilio_auth_token, request.headers.get("x-twilio-signature")
    if token is None or not signature:
        raise Refused(403)
    url = signed_url(request, settings)
    if not RequestValidator(token.get_secret_value()).validate(url, form, signature):
        raise Refused(403)
    if form.get("AccountSid") != settings.twilio_account_sid:
        raise Refused(403)


def signed_url(request: Request, settings: Settings) -> str:
    """The address as Twilio called it, whatever the proxy made of it."""
    query = request.query_string
    return settings.public(request.path) + (f"?{query}" if query else "")


def to_incoming(form: Form, own_address: str) -> Optional[Incoming]:
    """What came in; None when it has no id or no sender that could be answered, or was sent by ourselves.

    Fields that are not known are ignored: Twilio adds new ones without notice. The name of the profile is not read.
    """
    message_id = form.get("MessageSid") or form.get("SmsMessageSid") or ""
    addresses = _addresses(form)
    if not 0 < len(message_id) <= LONGEST_ID or not addresses or whatsapp_address(own_address) in addresses:
        return None
    chosen = from_wire(form.get("ButtonPayload") or form.get("ListId") or "")
    words = form.get("Body", "") or form.get("ButtonText", "") or form.get("ListTitle", "")
    return Incoming(
        channel=CHANNEL,
        message_id=message_id,
        addresses=addresses,
        text=words,
        payload=chosen or None,
        media=_media(form),
        place=_place(form),
    )


def message_status(form: Form) -> Optional[str]:
    """What the post says of a message that we sent; None when it is about a message that came in."""
    status = form.get("MessageStatus") or form.get("SmsStatus") or ""
    return None if status in ("", "received", "receiving") else status


def _addresses(form: Form) -> List[str]:
    """The number or id that wrote, and the business-scoped id beside it, so that both become one resident."""
    written = [form.get("From", ""), form.get("ExternalUserId", "")]
    return list(dict.fromkeys(filter(None, map(whatsapp_address, written))))


def _media(form: Form) -> List[Media]:
    count = form.get("NumMedia", "0")
    most = min(int(count), MOST_MEDIA) if count.isascii() and count.isdigit() else 0
    urls = [(form.get(f"MediaUrl{n}", ""), form.get(f"MediaContentType{n}", "")) for n in range(most)]
    return [Media(url, content_type) for url, content_type in urls if url]


def _place(form: Form) -> Optional[Place]:
    try:
        latitude, longitude = float(form.get("Latitude", "")), float(form.get("Longitude", ""))
    except ValueError:
        return None
    possible = math.isfinite(latitude) and abs(latitude) <= 90 and math.isfinite(longitude) and abs(longitude) <= 180
    return Place(latitude, longitude) if possible else None
