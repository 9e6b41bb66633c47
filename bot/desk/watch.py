"""Watches promised times, what could not be delivered, and dates of deletion: nobody is left waiting in silence."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any, Callable, Optional, Sequence

from bot.desk.retention import KEEP_FOR, delete_past
from bot.handover.service import Handovers, NotPossible
from bot.records.database import Database
from bot.records.forget import clear_leavers
from bot.records.models import Sending, now

logger = logging.getLogger(__name__)

EVERY = 20.0  # seconds
AN_HOUR = timedelta(hours=1)


class Watch:
    """Acts when a promised time passes, an alert is lost, a key person stops, or something is past its date.

    `keep_for`: how long after their last message everything about a resident is deleted. `chores`: done at each look.
    """

    def __init__(
        self,
        database: Database,
        handovers: Handovers,
        wake_delivery: Callable[[], None],
        clock: Callable[[], datetime] = now,
        keep_for: timedelta = KEEP_FOR,
        chores: Sequence[Callable[[], object]] = (),
    ) -> None:
        self._database, self._handovers, self._wake_delivery = database, handovers, wake_delivery
        self._clock, self._keep_for, self._chores = clock, keep_for, chores
        self._deleted_at: Optional[datetime] = None

    async def run(self) -> None:
        """Until cancelled, look every `EVERY` seconds."""
        while True:
            try:
                self.look()
            except Exception:  # the last resort: the watch must go on
                logger.exception("the watch stumbled and goes on")
            await asyncio.sleep(EVERY)

    def look(self) -> None:
        """Do what is due now. What fails for one resident is tried again at the next look, and holds up nobody else."""
        for timer in self._handovers.due():
            self._do(self._handovers.ring, timer)
        for handover_id, person_id in self._handovers.gone():
            self._do(self._handovers.unreachable, handover_id, person_id)
        with self._database.change() as session:
            clear_leavers(session)
        for chore in self._chores:
            self._tried(chore)
        if self._deleted_at is None or abs(self._clock() - self._deleted_at) >= AN_HOUR:  # a clock may be set back
            self._deleted_at = self._clock()
            count = delete_past(self._database, self._clock(), self._keep_for)
            if count:
                logger.info("%s residents were past their date and are forgotten", count)

    def lost(self, row: Sending) -> None:
        """A message will never arrive. Was it an alert to a key person, the next one is asked.

        A photo or file that a channel does not take says nothing about whether the person can be reached.
        """
        if row.receiver.startswith("person:") and row.handover_id and not row.body.get("attachment"):
            self._do(self._handovers.unreachable, row.handover_id, row.receiver.partition(":")[2])

    def _do(self, act: Callable[..., object], *about: Any) -> None:
        if self._tried(act, *about):
            self._wake_delivery()

    @staticmethod
    def _tried(act: Callable[..., object], *about: Any) -> bool:
        try:
            act(*about)
        except NotPossible:
            return False  # answered in the meantime, or somebody else is asked by now
        except Exception:
            logger.exception("the watch could not %s", getattr(act, "__name__", act))
            return False
        return True
