"""Reading what Telegram hands over: one update becomes one `Incoming`, or nothing. Decides nothing else."""

import logging
from typing import Any, List, Optional

from telegram import CallbackQuery, Message, Update

from bot.channels.messages import Incoming, Media, Place
from bot.channels.telegram_parts import BY_NUMBER

logger = logging.getLogger(__name__)

KINDS = ["message", "callback_query"]  # what we ask Telegram for; edited messages are not among them
PRIVATE = "private"


def read_update(data: Any) -> Optional[Update]:
    """The update, or None for what cannot be read: one odd update must not keep the next ones waiting."""
    try:
        return Update.de_json(data, None)
    except Exception as error:  # the library raises whatever its reading stumbles over
        logger.warning("an update could not be read: %s", type(error).__name__)
        return None


def to_incoming(update: Update, channel: str) -> Optional[Incoming]:
    """What a person sent in a chat of their own with the bot; None for groups, edited messages, bots and the like.

    The chat's number is the address. Names and user names are not read.
    """
    message, query = update.message, update.callback_query
    if query is not None:
        return _pressed(update.update_id, query, channel)
    if message is None or message.chat.type != PRIVATE or message.from_user is None or message.from_user.is_bot:
        return None
    if not (message.text or message.effective_attachment):  # about the chat itself: a pinned message, a new timer
        return None
    return Incoming(
        channel=channel,
        message_id=str(update.update_id),
        addresses=[str(message.chat.id)],
        text=message.text or message.caption or (message.sticker.emoji if message.sticker else "") or "",
        media=_media(message),
        place=Place(message.location.latitude, message.location.longitude) if message.location else None,
    )


def _pressed(update_id: int, query: CallbackQuery, channel: str) -> Optional[Incoming]:
    if query.message is None or query.message.chat.type != PRIVATE or not query.data:
        return None
    by_number = query.data.startswith(BY_NUMBER)
    return Incoming(
        channel=channel,
        message_id=str(update_id),
        addresses=[str(query.message.chat.id)],
        text=_title(query) if by_number else "",
        payload=None if by_number else query.data,
    )


def _title(query: CallbackQuery) -> str:
    """What the pressed button says: the gate knows it among the choices that were offered last.

    Not its number: under an older message that would be another choice by now.
    """
    keyboard = query.message.reply_markup if isinstance(query.message, Message) else None
    buttons = [button for row in keyboard.inline_keyboard for button in row] if keyboard else []
    return next((button.text for button in buttons if button.callback_data == query.data), "")


def _media(message: Message) -> List[Media]:
    """What came with it, named by Telegram's file id (`telegram:<id>`): its address would carry the bot's token."""
    if message.photo:
        return [Media(f"telegram:{message.photo[-1].file_id}", "image/jpeg")]  # the largest size comes last
    kinds = (
        (message.voice, "audio/ogg"),
        (message.audio, "audio/mpeg"),
        (message.video or message.video_note or message.animation, "video/mp4"),
        (message.document, "application/octet-stream"),
    )
    for found, usual_type in kinds:
        if found:
            return [Media(f"telegram:{found.file_id}", getattr(found, "mime_type", None) or usual_type)]
    return []
