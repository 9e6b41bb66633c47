"""Fetches what came with a message from where the provider keeps it. Every channel has its own way."""

import asyncio
import base64
import binascii
import logging
import re
from typing import Dict, Optional, Protocol
from urllib.parse import urljoin, urlsplit, urlunsplit

import aiohttp
from telegram import Bot
from telegram.error import TelegramError

from bot.channels.messages import Media
from bot.relay.files import LARGEST
from bot.settings import Settings

logger = logging.getLogger(__name__)

LONGEST_FETCH = 20.0  # seconds, redirects and second tries included
TRIES, PAUSE = 3, 1.0  # seconds between tries: a photo may be announced a moment before it is there
MOST_REDIRECTS = 3
REDIRECTS = (301, 302, 303, 307, 308)
WORTH_ANOTHER_TRY = (404, 408, 425, 429)
TWILIO = re.compile(r"api(\.[a-z0-9-]+){0,2}\.twilio\.com")  # some accounts live in a region
OF_A_MESSAGE = re.compile(r"(/2010-04-01/Accounts/\w+/Messages/\w+/Media/\w+?)(?:\.json)?")


class NotFetched(Exception):
    """It could not be had. Carries a code only: addresses can carry secrets."""


class Source(Protocol):
    """Where one channel's provider keeps photos, voice messages and files."""

    async def fetch(self, media: Media) -> bytes:
        """At most `LARGEST` bytes. Raises `NotFetched`."""

    async def delete(self, media: Media) -> None:
        """The provider need not keep it any longer. May fail: then it is said in the log."""

    async def close(self) -> None:
        """At shutdown."""


class _NotNow(Exception):
    """Worth another try."""


class DemoSource:
    """The demo page sends the bytes along: the address is a data URL."""

    async def fetch(self, media: Media) -> bytes:
        """Decode it."""
        head, _, body = media.url.partition(";base64,")
        if not head.startswith("data:"):
            raise NotFetched("no data")
        try:
            return base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            raise NotFetched("no base64") from None

    async def delete(self, media: Media) -> None:
        """It goes with the row of the inbox."""

    async def close(self) -> None:
        """Nothing is open."""


class TelegramSource:
    """Files of one Telegram bot, named `telegram:<file id>`."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def fetch(self, media: Media) -> bytes:
        """Ask where it is, and get it."""
        try:
            return await asyncio.wait_for(self._fetch(media.url.partition(":")[2]), LONGEST_FETCH)
        except (TelegramError, asyncio.TimeoutError) as error:
            raise NotFetched(type(error).__name__) from None

    async def _fetch(self, file_id: str) -> bytes:
        found = await self._bot.get_file(file_id)
        if (found.file_size or 0) > LARGEST:
            raise NotFetched("too large")
        return bytes(await found.download_as_bytearray())

    async def delete(self, media: Media) -> None:
        """Bots cannot."""

    async def close(self) -> None:
        """The transport closes the bot."""


class TwilioSource:
    """Media of WhatsApp messages: behind our token at Twilio, until we delete them."""

    def __init__(self, settings: Settings, pause: float = PAUSE, longest: float = LONGEST_FETCH) -> None:
        token = settings.twilio_auth_token
        self._auth = aiohttp.BasicAuth(settings.twilio_account_sid or "", token.get_secret_value() if token else "")
        self._base = urlsplit(str(settings.twilio_api_url).rstrip("/")) if settings.twilio_api_url else None
        self._pause, self._longest = pause, longest
        self._session: Optional[aiohttp.ClientSession] = None

    async def fetch(self, media: Media) -> bytes:
        """With our token, from Twilio's own host only; what it redirects to gets no token."""
        url = self._at_twilio(media.url)
        if url is None:
            raise NotFetched("not at Twilio")
        try:
            return await asyncio.wait_for(self._try(url), self._longest)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError, _NotNow) as error:
            raise NotFetched(type(error).__name__) from None

    async def delete(self, media: Media) -> None:
        """Twilio keeps media until told otherwise."""
        url = self._at_twilio(media.url)
        found = OF_A_MESSAGE.fullmatch(urlsplit(url).path.removeprefix(self._prefix)) if url else None
        if url is None or found is None:
            return
        parts = urlsplit(url)
        url = urlunsplit((parts.scheme, parts.netloc, f"{self._prefix}{found[1]}.json", "", ""))
        try:
            async with self._http().delete(url, auth=self._auth, allow_redirects=False) as answer:
                if answer.status not in (200, 204, 404):
                    logger.warning("Twilio did not delete a file: %s", answer.status)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            logger.warning("Twilio did not delete a file: %s", type(error).__name__)

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _try(self, url: str) -> bytes:
        for left in reversed(range(TRIES)):
            try:
                return await self._follow(url)
            except (aiohttp.ClientError, _NotNow):
                if not left:
                    raise
                await asyncio.sleep(self._pause)
        raise NotFetched("never")

    async def _follow(self, url: str) -> bytes:
        auth: Optional[aiohttp.BasicAuth] = self._auth
        for _ in range(MOST_REDIRECTS + 1):
            async with self._http().get(url, auth=auth, allow_redirects=False) as answer:
                if answer.status not in REDIRECTS:
                    return await self._read(answer)
                url, auth = urljoin(url, answer.headers.get("Location", "")), None
            if not self._may_follow(url):
                raise NotFetched("redirect")
        raise NotFetched("redirects")

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes:
        if answer.status in WORTH_ANOTHER_TRY or answer.status >= 500:
            raise _NotNow(str(answer.status))
        if answer.status != 200:
            raise NotFetched(str(answer.status))
        data = bytearray()
        async for chunk in answer.content.iter_chunked(64 * 1024):
            data += chunk
            if len(data) > LARGEST:
                raise NotFetched("too large")
        return bytes(data)

    def _at_twilio(self, url: str) -> Optional[str]:
        """The address that is asked: Twilio's, or the one that takes its place; None for any other."""
        meant, base = urlsplit(url), self._base
        if base is not None and (meant.scheme, meant.netloc) == (base.scheme, base.netloc):
            return url
        if meant.scheme != "https" or not TWILIO.fullmatch(meant.netloc):
            return None
        if base is None:
            return url
        return urlunsplit((base.scheme, base.netloc, self._prefix + meant.path, meant.query, ""))

    @property
    def _prefix(self) -> str:
        return self._base.path if self._base is not None else ""

    def _may_follow(self, url: str) -> bool:
        """Encrypted, or the stand-in that the settings name."""
        to, base = urlsplit(url), self._base
        return to.scheme == "https" or (base is not None and (to.scheme, to.netloc) == (base.scheme, base.netloc))

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            limit = aiohttp.ClientTimeout(total=self._longest)
            self._session = aiohttp.ClientSession(timeout=limit, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


Sources = Dict[str, Source]  # by channel
