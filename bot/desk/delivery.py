"""The worker that empties the outbox: one task, many receivers, never blocking the loop."""

import asyncio
import logging
from datetime import timedelta
from typing import Callable, Dict, List, Optional, Protocol, runtime_checkable

from bot.channels.messages import Outgoing
from bot.desk.outbox import Outbox
from bot.records.models import Sending

logger = logging.getLogger(__name__)

AT_REST = 5.0  # seconds between looks at the outbox when nothing wakes the worker


class TryAgain(Exception):
    """Sending failed in a way that may pass. `code` is the provider's; `after` is how long to wait, if it said so."""

    def __init__(self, code: str, after: Optional[timedelta] = None) -> None:
        super().__init__(code)
        self.code, self.after = code, after


class GiveUp(Exception):
    """Sending will never work for this message or receiver. `opted_out`: the person asked the provider to stop."""

    def __init__(self, code: str, opted_out: bool = False) -> None:
        super().__init__(code)
        self.code, self.opted_out = code, opted_out


class Transport(Protocol):
    """One way to bring a message to a person."""

    async def send(self, address: str, message: Outgoing) -> Optional[str]:
        """Send it and return the provider's id. Raises `TryAgain` or `GiveUp`."""


@runtime_checkable
class Knocking(Protocol):
    """A transport that may write freely only for so long (`window`) after somebody wrote."""

    window: timedelta

    async def knock(self, address: str, language: str) -> Optional[str]:
        """Outside the window: an approved word that there is a message. None when there is none to use."""


class Delivery:
    """Sends what is due, through the transport of each row's channel."""

    def __init__(self, outbox: Outbox, transports: Dict[str, Transport]) -> None:
        self.outbox, self.transports = outbox, transports
        self._lost: Optional[Callable[[Sending], None]] = None
        self._wake = asyncio.Event()

    def when_lost(self, act: Callable[[Sending], None]) -> None:
        """Called with a row that will never arrive, so that somebody else can be asked."""
        self._lost = act

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled: send all that is due, then wait to be woken."""
        while True:
            self._wake.clear()
            try:
                while await self.send_due():
                    pass
            except Exception:  # the last resort: a worker that dies silently would leave people waiting
                logger.exception("the delivery worker stumbled and goes on")
            try:
                await asyncio.wait_for(self._wake.wait(), AT_REST)
            except asyncio.TimeoutError:
                continue

    async def send_due(self) -> int:
        """Send every due row once, receivers side by side; returns how many were taken."""
        rows: List[Sending] = self.outbox.lease()
        await asyncio.gather(*(self._send(row) for row in rows))
        return len(rows)

    async def _send(self, row: Sending) -> None:
        try:
            transport = self.transports.get(row.channel)
            address = self.outbox.address_of(row)
            if transport is None or address is None:
                raise GiveUp("no transport" if transport is None else "no address")
            if isinstance(transport, Knocking) and not self.outbox.heard_within(row, transport.window):
                await self._knock(transport, row, address)
                return
            provider_id = await transport.send(address, Outgoing.from_json(row.body))
            self.outbox.sent(row.id, provider_id)
        except TryAgain as error:
            self._again_later(row, error.code, error.after)
        except GiveUp as error:
            self.outbox.give_up(row.id, error.code)
            if error.opted_out:
                self.outbox.stop_writing_to(row.receiver)
            self._tell_lost(row)
        except Exception as error:  # unknown trouble is worth another try, and its kind is worth a line in the log
            logger.exception("sending row %s through %s failed", row.id, row.channel)
            self._again_later(row, type(error).__name__)

    async def _knock(self, transport: Knocking, row: Sending, address: str) -> None:
        """The message waits until the person writes; they are asked to, once. A key person who cannot even be knocked
        for is not reached: then somebody else is asked."""
        if not self.outbox.park(row):
            return
        knocked = await transport.knock(address, Outgoing.from_json(row.body).language)
        if knocked is None and row.receiver.startswith("person:"):
            raise GiveUp("no template")

    def _again_later(self, row: Sending, code: str, after: Optional[timedelta] = None) -> None:
        if not self.outbox.try_again(row.id, code, after or back_off(row.attempts)):
            self._tell_lost(row)

    def _tell_lost(self, row: Sending) -> None:
        if self._lost is not None:
            self._lost(row)


def back_off(attempts: int) -> timedelta:
    """6, 12, 24 ... seconds, at most half an hour (one message per 6 s to one person is what WhatsApp likes)."""
    return timedelta(seconds=min(6 * 2 ** (attempts - 1), 1800))
