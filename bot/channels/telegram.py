"""The residents' door on Telegram."""

from dataclasses import replace
from typing import Protocol

from sanic import Blueprint
from telegram import Update

from bot.channels.gate import Gate
from bot.channels.telegram_reading import to_incoming
from bot.channels.telegram_transport import TelegramTransport
from bot.channels.telegram_updates import updates_blueprint
from bot.records.database import Database
from bot.settings import Settings

CHANNEL = "telegram"
DOOR = "telegram"  # as it stands in the webhook's address
COMMANDS = {"/start": "/greet", "/help": "/what_can_you_do"}  # what Telegram's own buttons send, and what it means


class Parts(Protocol):
    """What the door needs of the running bot (see `bot.app`)."""

    gate: Gate
    database: Database
    settings: Settings


def telegram_blueprint(parts: Parts, transport: TelegramTransport) -> Blueprint:
    """`POST /webhooks/telegram/webhook`, or polling. What comes in is stored before Telegram hears that it came."""

    async def take(update: Update) -> None:
        incoming = to_incoming(update, CHANNEL)
        if incoming is None:
            return
        meant = COMMANDS.get(incoming.text.partition(" ")[0])
        is_new = parts.gate.receive(replace(incoming, text="", payload=meant) if meant else incoming)
        if update.callback_query is not None and is_new:  # the button stops spinning
            transport.errand(transport.bot.answer_callback_query(update.callback_query.id))

    return updates_blueprint(DOOR, transport.bot, take, parts.settings, parts.database.secrecy)
