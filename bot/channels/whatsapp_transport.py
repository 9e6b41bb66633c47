"""The sending side of WhatsApp: one message of the outbox becomes one message through Twilio."""

import json
import logging
from datetime import timedelta
from typing import Any, Dict, Optional
from urllib.parse import quote

from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from bot.channels.messages import Outgoing
from bot.channels.whatsapp_address import PREFIX
from bot.channels.whatsapp_content import ContentShelf, fill_in
from bot.channels.whatsapp_errors import NO_ANSWER, FormRefused, judge
from bot.channels.whatsapp_http import LONGEST_CALL, TwilioHttp
from bot.channels.whatsapp_parts import LONGEST, LONGEST_WITH_PICTURE, numbered, units
from bot.desk.delivery import GiveUp, TryAgain
from bot.replies.speaker import Speaker
from bot.settings import Settings

logger = logging.getLogger(__name__)

WINDOW = timedelta(hours=23, minutes=50)  # WhatsApp's day, with room for clocks and queues
STATUS_PATH = "/webhooks/whatsapp/status"
NOT_THE_ENVIRONMENT = {"TWILIO_EDGE": ""}  # else the library reads settings of its own from os.environ
TOO_LONG, EMPTY = "21617", "21602"  # Twilio's codes, said before it has to


class WhatsAppTransport:
    """Sends through Twilio: texts, pictures, buttons, lists. Implements `bot.desk.delivery.Transport`."""

    window = WINDOW

    def __init__(self, settings: Settings, speaker: Speaker, longest_call: float = LONGEST_CALL) -> None:
        if settings.twilio_account_sid is None or settings.twilio_auth_token is None:
            raise ValueError("WhatsApp needs TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN")
        self._settings, self._speaker = settings, speaker
        self._from = _with_prefix(settings.twilio_whatsapp_from or "")
        self._http = TwilioHttp(settings.twilio_api_url, longest_call)
        self._client = Client(
            settings.twilio_account_sid,
            settings.twilio_auth_token.get_secret_value(),
            http_client=self._http,
            environment=NOT_THE_ENVIRONMENT,
        )
        self._contents = ContentShelf(self._client)

    async def send(self, address: str, message: Outgoing) -> Optional[str]:
        """Send one message and return Twilio's id for it (`SM...`, `MM...`).

        Raises `TryAgain` or `GiveUp` with Twilio's code. When buttons cannot be had, the choices go as a numbered
        list: only a clear refusal leads to that second try, so nobody reads a message twice because of it.
        """
        words = self._speaker.language(message.language).phrases
        filled = fill_in(message, words["choose_button"]) if message.choices else None
        content_id = await self._contents.id_of(filled) if filled else None
        if filled and content_id:
            try:
                variables = json.dumps(filled.variables, ensure_ascii=False)
                return await self._create(address, content_sid=content_id, content_variables=variables)
            except FormRefused as refused:
                logger.warning("Twilio refused buttons (%s): a numbered list instead", refused.code)
                self._contents.drop(filled)
        return await self._send_plain(address, message, words["by_number"])

    async def knock(self, address: str, language: str) -> Optional[str]:
        """The approved template that says there is a message; None when none is set. Raises as `send` does."""
        template = self._settings.template(language)
        if template is None:
            return None
        try:
            return await self._create(address, content_sid=template)
        except FormRefused as refused:
            raise GiveUp(refused.code) from None

    async def close(self) -> None:
        """At shutdown: give the connections back."""
        await self._http.close()

    async def _send_plain(self, address: str, message: Outgoing, phrase: str) -> Optional[str]:
        body = numbered(message, phrase)
        if units(body) > LONGEST:
            raise GiveUp(TOO_LONG)
        fields: Dict[str, Any] = {"body": body} if body else {}
        if message.picture and units(body) <= LONGEST_WITH_PICTURE:  # else the words go without: they matter more
            fields["media_url"] = [self._settings.public("/pictures/" + quote(message.picture))]
        elif message.attachment and units(body) <= LONGEST_WITH_PICTURE:
            fields["media_url"] = [self._settings.public("/media/" + quote(message.attachment))]
        if not fields:
            raise GiveUp(EMPTY)
        try:
            return await self._create(address, **fields)
        except FormRefused as refused:
            raise GiveUp(refused.code) from None

    async def _create(self, address: str, **fields: Any) -> Optional[str]:
        """One call of the Message resource. The errors raised carry no text: Twilio's words can quote an address."""
        try:
            sent = await self._client.messages.create_async(
                to=_with_prefix(address), from_=self._from, status_callback=self._settings.public(STATUS_PATH), **fields
            )
        except (TryAgain, TwilioException, *NO_ANSWER) as error:
            raise judge(error) from None
        return sent.sid


def _with_prefix(address: str) -> str:
    return address if address.startswith(PREFIX) else PREFIX + address
