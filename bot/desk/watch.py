"""Watches promised times, and what could not be delivered: nobody is left waiting in silence."""

import asyncio
import logging
from typing import Any, Callable

from bot.handover.service import Handovers, NotPossible
from bot.records.database import Database
from bot.records.forget import clear_leavers
from bot.records.models import Sending

logger = logging.getLogger(__name__)

EVERY = 20.0  # seconds


class Watch:
    """Acts when a promised time passes, an alert is lost, or somebody to be forgotten has had the last words."""

    def __init__(self, database: Database, handovers: Handovers, wake_delivery: Callable[[], None]) -> None:
        self._database, self._handovers, self._wake_delivery = database, handovers, wake_delivery

    async def run(self) -> None:
        """Until cancelled, look every `EVERY` seconds."""
        while True:
            try:
                self.look()
            except Exception:  # the last resort: the watch must go on
                logger.exception("the watch stumbled and goes on")
            await asyncio.sleep(EVERY)

    def look(self) -> None:
        """Do what is due now."""
        for timer in self._handovers.due():
            self._do(self._handovers.ring, timer)
        with self._database.change() as session:
            clear_leavers(session)

    def lost(self, row: Sending) -> None:
        """A message will never arrive. Was it an alert to a key person, the next one is asked."""
        if row.receiver.startswith("person:") and row.handover_id:
            self._do(self._handovers.unreachable, row.handover_id, row.receiver.partition(":")[2])

    def _do(self, act: Callable[..., object], *about: Any) -> None:
        try:
            act(*about)
        except NotPossible:
            return  # answered in the meantime, or somebody else is asked by now
        self._wake_delivery()
