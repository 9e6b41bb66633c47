"""The sending side of Telegram, for residents and for key persons: one message of the outbox, one message there."""

import asyncio
import logging
from datetime import timedelta
from typing import Any, Awaitable, Callable, Coroutine, Dict, List, Optional

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.messages import Choice, Outgoing
from bot.channels.telegram_parts import LONGEST_CAPTION, data_for
from bot.channels.whatsapp_parts import units
from bot.desk.delivery import GiveUp, TryAgain
from bot.relay.files import ENDINGS, JPEG, MP4, MPEG, OGG, File
from bot.relay.media import NoSuchFile
from bot.replies.cards import NoSuchPicture

logger = logging.getLogger(__name__)

LONGEST_CALL, LONGEST_UPLOAD = 10.0, 20.0  # seconds
AT_ONCE = 30  # connections: the outbox sends to at most 20 people side by side
TOKEN_IN_ADDRESS = ("httpx", "httpcore")  # these log the address of every request
TEXT_IN_LOG = ("telegram",)  # the library quotes what it received when it cannot read it
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)  # else Telegram's servers visit every link that is sent

Pictures = Callable[[str], Awaitable[bytes]]
Files = Callable[[str], Awaitable[File]]


def make_bot(token: str, api_url: Optional[str] = None) -> Bot:
    """Telegram's client. `api_url` takes the place of `https://api.telegram.org` (a stand-in, or one's own server).

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

    `pictures` gives the bytes of a path below `/pictures/`, `files` those below `/media/`: Telegram gets them from us,
    so no public address is needed.
    """

    def __init__(
        self, channel: str, token: str, api_url: Optional[str], pictures: Pictures, files: Optional[Files] = None
    ) -> None:
        self.bot = make_bot(token, api_url)
        self._channel, self._pictures, self._files = channel, pictures, files
        self._errands: set = set()

    async def send(self, address: str, message: Outgoing) -> Optional[str]:
        """Send one message and return Telegram's number for it, which names no chat. Raises `TryAgain` or `GiveUp`."""
        if not address.isdecimal():  # groups have negative numbers, other channels have other addresses
            raise GiveUp("no chat")
        try:
            return f"{self._channel}:{await self._send(int(address), message)}"
        except TelegramError as error:
            raise judge(error) from None

    def errand(self, call: Coroutine) -> None:
        """A small call beside the work, such as ending a button's spinner: nobody waits for it, and it may fail."""
        task = asyncio.get_running_loop().create_task(_quietly(call))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def idle(self) -> None:
        """Return when no errand is under way."""
        while self._errands:
            await asyncio.gather(*list(self._errands), return_exceptions=True)

    async def close(self) -> None:
        """At shutdown: end the errands, give the connections back."""
        await self.idle()
        await self.bot.request.shutdown()

    async def _send(self, chat: int, message: Outgoing) -> int:
        keyboard, has_words = keyboard_of(message.choices), bool(message.text.strip())
        file = await self._file(message.attachment) if message.attachment else None
        if file is not None:
            return await self._send_file(chat, file, message.text, keyboard)
        png = await self._png(message.picture) if message.picture and units(message.text) <= LONGEST_CAPTION else None
        if png is not None:
            try:
                return (await self.bot.send_photo(chat, png, message.text, reply_markup=keyboard)).message_id
            except BadRequest:  # the picture or the chat; in the second case the words fail as well
                if not has_words:
                    raise
                logger.warning("Telegram did not take a picture: the words go without it")
        if not has_words:
            raise GiveUp("empty")
        sent = await self.bot.send_message(chat, message.text, reply_markup=keyboard, link_preview_options=NO_PREVIEW)
        return sent.message_id

    async def _send_file(self, chat: int, file: File, words: str, keyboard: Optional[InlineKeyboardMarkup]) -> int:
        """As what it is; what Telegram does not take so, or a person does not want so, goes as a plain file."""
        send: Dict[str, Callable[..., Awaitable[Any]]] = {
            JPEG: self.bot.send_photo,
            OGG: self.bot.send_voice,
            MPEG: self.bot.send_audio,
            MP4: self.bot.send_audio,
        }
        about: Dict[str, Any] = {"caption": words or None, "reply_markup": keyboard}
        try:
            if file.content_type in send:
                return (await send[file.content_type](chat, file.data, **about)).message_id
        except BadRequest:  # the file, the person's settings, or the chat; then the next call fails as well
            logger.warning("Telegram did not take %s: it goes as a plain file", file.content_type)
        name = f"file.{ENDINGS[file.content_type]}"
        return (await self.bot.send_document(chat, file.data, filename=name, **about)).message_id

    async def _file(self, path: str) -> Optional[File]:
        """What the other side sent, or None when it is gone by now: the words still go."""
        if self._files is None:
            return None
        try:
            return await self._files(path)
        except NoSuchFile:
            logger.warning("a file is no longer there")
            return None

    async def _png(self, path: str) -> Optional[bytes]:
        """The picture, or None: a missing picture must not keep the words from somebody."""
        try:
            return await self._pictures(path)
        except NoSuchPicture:
            return None
        except Exception as error:
            logger.error("a picture could not be made: %s", type(error).__name__, exc_info=True)
            return None


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
