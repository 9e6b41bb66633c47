"""The WhatsApp door: what Twilio posts, checked, stored, and answered at once.

In Twilio's console both addresses get the fragment `#rc=3&rp=5xx,ct,rt`: three more tries when the connection or the
answer fails, or when we say 503 because the database is away. Without it a message that meets a restart is lost.
"""

import asyncio
import logging
from dataclasses import replace
from typing import Awaitable, Callable, Optional

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, empty, text
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.gate import Gate
from bot.channels.messages import Outgoing
from bot.channels.whatsapp_errors import FORM_REFUSED, OPTED_OUT, OUTSIDE_WINDOW, WORTH_ANOTHER_TRY
from bot.channels.whatsapp_parts import numbered
from bot.channels.whatsapp_reading import (
    Form,
    Refused,
    check_sender,
    message_status,
    read_form,
    signed_url,
    to_incoming,
)
from bot.desk.delivery import back_off
from bot.desk.enrolling import code_in
from bot.desk.outbox import FINAL, Outbox
from bot.records.models import Sending
from bot.settings import Settings

logger = logging.getLogger(__name__)

NOTHING_TO_SAY_NOW = "<Response/>"  # TwiML: what we have to say goes through the outbox
STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed", "undelivered": "failed"}
PATIENCE = 2.0  # seconds that a status may come before the outbox knows the id: Twilio answers and reports side by side
LOOKS = 10

Lost = Callable[[Sending], None]
Enrol = Callable[[str, str], None]


def whatsapp_blueprint(
    gate: Gate,
    outbox: Outbox,
    settings: Settings,
    lost: Optional[Lost],
    patience: float = PATIENCE,
    enrol: Optional[Enrol] = None,
) -> Blueprint:
    """`POST /webhooks/whatsapp/webhook` and `/status`. `lost` hears of an alert that never reached its key person.

    `enrol` takes the one-time code of a key person and the address it was sent from.
    """
    blueprint = Blueprint("whatsapp", url_prefix="/webhooks/whatsapp")
    statuses = StatusDesk(outbox, lost, patience)

    async def take(form: Form) -> None:
        """A message, or a status whose address was mixed up in the console."""
        if message_status(form) is not None:
            await statuses.note(form)
            return
        incoming = to_incoming(form, settings.twilio_whatsapp_from or "")
        if incoming is None:
            logger.warning("a post without a usable sender or id was dropped")
            return
        code = code_in(incoming.text)
        if code is not None and enrol is not None:
            enrol(code, incoming.addresses[0])
        else:
            gate.receive(incoming)

    @blueprint.post("/webhook", stream=True)
    async def webhook(request: Request) -> HTTPResponse:
        """A message from a resident or a key person: stored first, answered at once, worked on afterwards."""
        return await _answer(request, settings, take)

    @blueprint.post("/status", stream=True)
    async def status(request: Request) -> HTTPResponse:
        """What became of a message that we sent."""
        return await _answer(request, settings, statuses.note)

    return blueprint


async def _answer(request: Request, settings: Settings, work: Callable[[Form], Awaitable[None]]) -> HTTPResponse:
    """403, 413 or 415 for what is not Twilio's; 503 when the database fails; else 200, repeats included."""
    try:
        form = await read_form(request)
        check_sender(request, form, settings)
        await work(form)
    except Refused as refused:
        if refused.status == 403:
            logger.warning("a post was refused: not signed by Twilio for %s", signed_url(request, settings))
        return empty(status=refused.status)
    except SQLAlchemyError as error:
        logger.error("the database failed at the WhatsApp door: %s", type(error).__name__)
        return empty(status=503)
    return text(NOTHING_TO_SAY_NOW, content_type="text/xml")


class StatusDesk:
    """Notes what became of messages, and acts when one failed on its way."""

    def __init__(self, outbox: Outbox, lost: Optional[Lost], patience: float) -> None:
        self._outbox, self._patience = outbox, patience
        self._lost: Lost = lost or (lambda row: None)

    async def note(self, form: Form) -> None:
        """Statuses come more than once and out of order; the outbox never goes back and keeps a final state."""
        provider_id, state = form.get("MessageSid") or form.get("SmsSid") or "", STATES.get(message_status(form) or "")
        if not provider_id or state is None:
            return
        row = await self._find(provider_id)
        if row is None or row.state in FINAL:
            return
        code = form.get("ErrorCode", "")
        if state == "failed":
            self._failed(row, provider_id, int(code) if code.isascii() and code.isdigit() else 0)
        else:
            self._outbox.status(provider_id, state)

    async def _find(self, provider_id: str) -> Optional[Sending]:
        for _ in range(LOOKS):
            row = self._outbox.by_provider_id(provider_id)
            if row is not None:
                return row
            await asyncio.sleep(self._patience / LOOKS)
        return self._outbox.by_provider_id(provider_id)

    def _failed(self, row: Sending, provider_id: str, code: int) -> None:
        """Again when that may help; else it is final, and a key person's alert goes to the next one.

        The state is noted last: should the database fail before that, Twilio's repeat does all of it again.
        """
        error, wait = str(code), back_off(row.attempts)
        is_resident = not row.receiver.startswith("person:")
        if code == OUTSIDE_WINDOW and is_resident and self._outbox.again(row.id, error, wait):
            self._outbox.park(row)  # it waits until this resident writes
            return
        if code in WORTH_ANOTHER_TRY and self._outbox.again(row.id, error, wait):
            return
        plain = _without_buttons(row) if code in FORM_REFUSED else None
        if plain is not None and self._outbox.again(row.id, error, wait, plain):
            return
        if code == OPTED_OUT:
            self._outbox.stop_writing_to(row.receiver)
        if row.receiver.startswith("person:"):
            self._tell(row)
        self._outbox.status(provider_id, "failed", error)

    def _tell(self, row: Sending) -> None:
        try:
            self._lost(row)
        except SQLAlchemyError:
            raise
        except Exception as error:  # whatever the handover makes of it, the status itself must be noted
            logger.error("row %s was lost, and telling so failed: %s", row.id, type(error).__name__, exc_info=True)


def _without_buttons(row: Sending) -> Optional[Outgoing]:
    """The same words with a numbered list, when WhatsApp did not take the buttons; None when there were none."""
    message = Outgoing.from_json(row.body)
    return replace(message, text=numbered(message), choices=[]) if message.choices else None
