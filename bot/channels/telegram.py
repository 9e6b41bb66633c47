"""The residents' door on Telegram."""

from dataclasses import replace

from sanic import Blueprint
from telegram import Update

from bot.channels.gate import Gate
from bot.channels.telegram_reading import to_incoming
from bot.channels.telegram_transport import TelegramTransport
from bot.channels.telegram_updates import updates_blueprint
from bot.records.secrecy import Secrecy
from bot.settings import Settings

CHANNEL = "telegram"
COMMANDS = {"/start": "/greet", "/help": "/what_can_you_do"}  # what Telegram's own buttons send, and what it means


def residents_blueprint(
    gate: Gate, transport: TelegramTransport, settings: Settings, secrecy: Secrecy
) -> Blueprint:
    """`POST /webhooks/telegram/webhook`, or polling. What comes in is stored before Telegram is answered."""

    async def take(update: Update) -> None:
        if update.callback_query is not None:
            transport.errand(transport.bot.answer_callback_query(update.callback_query.id))
        incoming = to_incoming(update, CHANNEL)
        if incoming is None:
            return
        meant = COMMANDS.get(incoming.text.partition(" ")[0])
        gate.receive(replace(incoming, text="", payload=meant) if meant else incoming)

    return updates_blueprint(CHANNEL, transport.bot, take, settings, secrecy)
