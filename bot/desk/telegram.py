"""The key persons' desk on Telegram: who may write here, how they enrol, and what goes through the gate."""

from typing import Optional, Protocol

from sanic import Blueprint
from telegram import BotCommand, CallbackQuery, Update

from bot.channels.gate import Gate
from bot.channels.messages import Outgoing
from bot.channels.telegram_reading import to_incoming
from bot.channels.telegram_transport import TelegramTransport
from bot.channels.telegram_updates import updates_blueprint
from bot.desk.buttons import Button
from bot.desk.commands import menu_of
from bot.desk.delivery import Delivery
from bot.desk.enrolling import enrol, for_stranger
from bot.handover.people import person_at
from bot.records.database import Database
from bot.replies.desk_texts import STAYING
from bot.replies.speaker import Speaker
from bot.settings import Settings

CHANNEL = "telegram_desk"
DOOR = "telegram-desk"  # as it stands in the webhook's address


class Parts(Protocol):
    """What the desk needs of the running bot (see `bot.app`)."""

    gate: Gate
    database: Database
    speaker: Speaker
    delivery: Delivery
    settings: Settings


class TelegramDesk:
    """Takes what is written to the desk's bot. Only key persons get through: nobody becomes a resident here."""

    def __init__(self, parts: Parts, transport: TelegramTransport) -> None:
        self._gate, self._database, self._speaker = parts.gate, parts.database, parts.speaker
        self._transport, self._wake_delivery = transport, parts.delivery.wake

    async def take(self, update: Update) -> None:
        """One update. A key person's words and buttons are stored before this returns."""
        incoming = to_incoming(update, CHANNEL)
        if incoming is None:
            return
        chat = incoming.addresses[0]
        with self._database.change() as session:
            person = person_at(session, CHANNEL, chat)
        is_new = True
        command, _, code = incoming.text.strip().partition(" ")
        if command == "/start" and code.strip():
            self._enrol(code.strip(), chat, _language(update))
        elif person is None:
            self._tell_chat(chat, for_stranger(self._speaker, "stranger", _language(update)))
        else:
            is_new = self._gate.receive(incoming)
        if update.callback_query is not None and is_new:
            pressed = Button.read(incoming.payload)
            may_stay = person is None or (pressed is not None and pressed.name in STAYING)
            self._release(update.callback_query, chat, take_buttons_off=not may_stay)

    def _enrol(self, code: str, chat: str, language: Optional[str]) -> None:
        with self._database.change() as session:
            answer = enrol(session, self._speaker, code, CHANNEL, chat, language)
        if answer is not None:
            self._tell_chat(chat, answer)
        self._wake_delivery()

    def _tell_chat(self, chat: str, answer: Outgoing) -> None:
        """Answer somebody of whom nothing is stored: straight away, or not at all."""
        self._transport.errand(self._transport.bot.send_message(int(chat), answer.text))

    def show_commands(self) -> None:
        """Tell Telegram the commands that its menu shows, in each language of the desk; Dutch where it has none."""
        content, fallback = self._speaker.content, self._speaker.fallback
        for words in content.languages.values():
            if words.desk is not None:
                commands = [BotCommand(name, about) for name, about in menu_of(words)]
                spoken = None if words.code == fallback else words.code
                self._transport.errand(self._transport.bot.set_my_commands(commands, language_code=spoken))

    def _release(self, query: CallbackQuery, chat: str, take_buttons_off: bool) -> None:
        """The button stops spinning, and what was answered once and for all cannot be pressed again."""
        bot = self._transport.bot
        self._transport.errand(bot.answer_callback_query(query.id))
        if take_buttons_off and query.message is not None:
            self._transport.errand(bot.edit_message_reply_markup(int(chat), query.message.message_id))


def telegram_blueprint(parts: Parts, transport: TelegramTransport) -> Blueprint:
    """`POST /webhooks/telegram-desk/webhook`, or polling."""
    desk = TelegramDesk(parts, transport)
    blueprint = updates_blueprint(DOOR, transport.bot, desk.take, parts.settings, parts.database.secrecy)
    blueprint.listener("after_server_start")(lambda _app, _loop: desk.show_commands())
    return blueprint


def _language(update: Update) -> Optional[str]:
    """The language of the person's Telegram, as far as it says; two or three letters."""
    code = update.effective_user.language_code if update.effective_user else None
    return code.partition("-")[0] if code else None
