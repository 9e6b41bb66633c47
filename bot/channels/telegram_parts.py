"""What Telegram has room for: how long a message may be, and what may stand behind a button."""

from dataclasses import replace
from typing import List

from bot.channels.messages import Outgoing
from bot.channels.whatsapp_parts import split, units

LONGEST, LONGEST_CAPTION = 4096, 1024  # UTF-16 units: Telegram counts no stricter than that
LONGEST_DATA = 64  # bytes behind a button
BY_NUMBER = "#"  # begins the data of a button whose payload is longer than that


def fit(message: Outgoing) -> List[Outgoing]:
    """The same message as one or more that Telegram takes: the picture first, the choices under the last.

    Call it when rows are PUT into the outbox: each part is a row of its own, so a retry repeats no part that was sent.
    """
    with_picture = message.picture is not None or message.attachment is not None
    as_caption = with_picture and units(message.text) <= LONGEST_CAPTION
    texts = [message.text] if as_caption else split(message.text, LONGEST)
    if with_picture and not as_caption:
        texts.insert(0, "")
    last = len(texts) - 1
    return [
        replace(
            message,
            text=text,
            picture=message.picture if index == 0 else None,
            attachment=message.attachment if index == 0 else None,
            choices=message.choices if index == last else [],
        )
        for index, text in enumerate(texts)
    ] or [message]


def data_for(payload: str, number: int) -> str:
    """What stands behind a button: its payload, or its number in the list when Telegram has no room for the payload."""
    return payload if 1 <= len(payload.encode()) <= LONGEST_DATA else f"{BY_NUMBER}{number}"
