"""The HTTP client under Twilio's library: one shared session, a time limit, and a way to a stand-in."""

import logging
from typing import Any, Dict, Optional, Tuple
from urllib.parse import urlencode, urlsplit, urlunsplit

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from bot.channels.whatsapp_errors import busy

LONGEST_CALL = 10.0  # seconds for one request, all in all


class TwilioHttp(AsyncHttpClient):
    """Sends what Twilio's library asks for.

    Its own `AsyncTwilioHttpClient` has no time limit, sends JSON as a form (9.13), logs addresses of requests, keeps
    the last request with its text in memory, and drops `Retry-After`. `base` takes the place of scheme and host of
    every request, whichever of Twilio's hosts it was meant for.
    """

    def __init__(self, base: Optional[str] = None, longest_call: float = LONGEST_CALL) -> None:
        super().__init__(logging.getLogger(__name__), True, longest_call)
        self._base = urlsplit(base) if base else None
        self._limit = aiohttp.ClientTimeout(total=longest_call)
        self._session: Optional[aiohttp.ClientSession] = None

    async def request(
        self,
        method: str,
        url: str,
        params: Optional[Dict[str, object]] = None,
        data: Optional[Dict[str, object]] = None,
        headers: Optional[Dict[str, str]] = None,
        auth: Optional[Tuple[str, str]] = None,
        timeout: Optional[float] = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request. Raises `TryAgain` for 429 and 5xx, aiohttp's errors or `TimeoutError` without an answer."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._limit, cookie_jar=aiohttp.DummyCookieJar())
        sends: Dict[str, Any] = {}
        if data is not None:
            is_json = (headers or {}).get("Content-Type") == "application/json"
            sends = {"json": data} if is_json else {"data": urlencode(data, doseq=True).encode("ascii")}
        async with self._session.request(
            method.upper(),
            self._address(url),
            params=params,
            headers=headers,
            auth=aiohttp.BasicAuth(*auth) if auth else None,
            allow_redirects=False,
            **sends,
        ) as answer:
            text = await answer.text("utf-8", "replace")
        trouble = busy(answer.status, text, answer.headers)
        if trouble is not None:
            raise trouble
        return Response(answer.status, text, answer.headers)

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _address(self, url: str) -> str:
        if self._base is None:
            return url
        meant = urlsplit(url)
        path = self._base.path.rstrip("/") + meant.path
        return urlunsplit((self._base.scheme, self._base.netloc, path, meant.query, ""))
