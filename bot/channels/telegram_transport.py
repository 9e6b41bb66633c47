"""The sending side of Telegram, for residents and for key persons: one message of the outbox becomes calls of the Bot API."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Awaitable, Callable, Coroutine, Dict, List, Optional, Tuple

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.messages import Choice, Outgoing
from bot.channels.telegram_reading import data_for
from bot.channels.whatsapp_parts import split, units
from bot.desk.delivery import GiveUp, TryAgain
from bot.replies.cards import NoSuchPicture

logger = logging.getLogger(__name__)

LONGEST, LONGEST_CAPTION = 4096, 1024  # UTF-16 units: Telegram counts no stricter than that
LONGEST_CALL, LONGEST_UPLOAD = 10.0, 20.0  # seconds
AT_ONCE = 30  # connections: the outbox sends to at most 20 people side by side
TOKEN_IN_ADDRESS = ("httpx", "httpcore")  # these log the address of every request
TEXT_IN_LOG = ("telegram",)  # the library quotes what it received when it cannot read it

Pictures = Callable[[str], Awaitable[bytes]]


def make_bot(token: str, api_url: Optional[str] = None) -> Bot:
    """Telegram's client. `api_url` takes the place of `https://api.telegram.org` (a stand-in, or a server of one's own).

    It is used without `initialize()`: that asks Telegram who we are, and a start must not depend on an answer.
    """
    for name in TOKEN_IN_ADDRESS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in TEXT_IN_LOG:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    request = HTTPXRequest(
        connection_pool_size=AT_ONCE,
        connect_timeout=LONGEST_CALL,
        read_timeout=LONGEST_CALL,
        write_timeout=LONGEST_CALL,
        pool_timeout=LONGEST_CALL,
        media_write_timeout=LONGEST_UPLOAD,
    )
    base = (api_url or "https://api.telegram.org").rstrip("/")
    return Bot(token, f"{base}/bot", f"{base}/file/bot", request=request, get_updates_request=request)


class TelegramTransport:
    """Sends through one bot. Implements `bot.desk.delivery.Transport`.

    `pictures` gives the bytes of a path below `/pictures/`: Telegram gets them from us, so no public address is needed.
    """

    def __init__(self, channel: str, token: str, api_url: Optional[str], pictures: Pictures) -> None:
        self.bot = make_bot(token, api_url)
        self._channel, self._pictures = channel, pictures
        self._sent_parts: Dict[Tuple[str, str], int] = {}  # of messages that had to be cut and are not yet through
        self._errands: set = set()

    async def send(self, address: str, message: Outgoing) -> Optional[str]:
        """Send it and return Telegram's number for it, which names no chat. Raises `TryAgain` or `GiveUp`.

        A second try goes on after the parts that were sent, so that nobody reads them twice.
        """
        if not address.isdecimal():  # groups have negative numbers, other channels have other addresses
            raise GiveUp("no chat")
        key, parts = (address, message.text), parts_of(message)
        number: Optional[int] = None
        try:
            for part in parts[self._sent_parts.get(key, 0) :]:
                number = await self._send_part(int(address), part) or number
                self._sent_parts[key] = self._sent_parts.get(key, 0) + 1
        except TelegramError as error:
            verdict = judge(error)
            if isinstance(verdict, GiveUp):
                self._sent_parts.pop(key, None)
            raise verdict from None
        self._sent_parts.pop(key, None)
        if number is None:
            raise GiveUp("nothing to send")
        return f"{self._channel}:{number}"

    def errand(self, call: Coroutine) -> None:
        """A small call beside the work, such as ending a button's spinner: nobody waits for it, and it may fail."""
        task = asyncio.get_running_loop().create_task(_quietly(call))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def close(self) -> None:
        """At shutdown: end the errands, give the connections back."""
        while self._errands:
            await asyncio.gather(*list(self._errands), return_exceptions=True)
        await self.bot.request.shutdown()

    async def _send_part(self, chat: int, part: Outgoing) -> Optional[int]:
        keyboard = keyboard_of(part.choices)
        png = await self._png(part.picture) if part.picture else None
        if png is not None:
            try:
                sent = await self.bot.send_photo(
                    chat, png, caption=part.text or None, reply_markup=keyboard, filename="picture.png"
                )
                return sent.message_id
            except BadRequest:  # the picture or the chat; in the second case the words fail as well
                if not part.text.strip():
                    raise
                logger.warning("Telegram did not take a picture: the words go without it")
        if not part.text.strip():
            return None
        no_preview = LinkPreviewOptions(is_disabled=True)
        sent = await self.bot.send_message(chat, part.text, reply_markup=keyboard, link_preview_options=no_preview)
        return sent.message_id

    async def _png(self, path: str) -> Optional[bytes]:
        """The picture, or None: a missing picture must not keep the words from somebody."""
        try:
            return await self._pictures(path)
        except NoSuchPicture:
            return None
        except Exception as error:
            logger.error("a picture could not be made: %s", type(error).__name__, exc_info=True)
            return None


def parts_of(message: Outgoing) -> List[Outgoing]:
    """The message as one or more that Telegram takes: the picture first, the choices under the last."""
    fits_below = message.picture is not None and units(message.text) <= LONGEST_CAPTION
    texts = [message.text] if fits_below else split(message.text, LONGEST)
    if message.picture is not None and not fits_below:
        texts.insert(0, "")
    last = len(texts) - 1
    return [
        replace(
            message,
            text=text,
            picture=message.picture if index == 0 else None,
            choices=message.choices if index == last else [],
        )
        for index, text in enumerate(texts)
    ]


def keyboard_of(choices: List[Choice]) -> Optional[InlineKeyboardMarkup]:
    """One button a row, so that long words in any script have room; None without choices."""
    rows = [
        [InlineKeyboardButton(choice.title, callback_data=data_for(choice.payload, number))]
        for number, choice in enumerate(choices, 1)
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def judge(error: TelegramError) -> Exception:
    """`TryAgain` or `GiveUp` for what Telegram said. Carries codes only: Telegram's words can quote a message.

    Without an answer we cannot know whether Telegram took the message: it is tried again, and in the rare case that it
    was taken the person reads it twice. Losing it would be worse.
    """
    if isinstance(error, RetryAfter):
        wait = error.retry_after  # an int or a timedelta, as the library is set
        return TryAgain("429", wait if isinstance(wait, timedelta) else timedelta(seconds=wait))
    if isinstance(error, Forbidden):  # blocked by the person, or the account is gone
        return GiveUp("403", opted_out=True)
    if isinstance(error, (BadRequest, ChatMigrated)):  # chat not found, or a message that will never fit
        return GiveUp("400")
    return TryAgain(type(error).__name__)  # also a wrong token: the operator's to mend, no reason to lose what waits


async def _quietly(call: Coroutine) -> None:
    try:
        await call
    except Exception as error:
        logger.info("an errand at Telegram failed: %s", type(error).__name__)
