"""Gives the lessons that are due, each once: the words and the next date are one transaction."""

import logging
from datetime import datetime, timedelta
from typing import Callable, Container, List, Optional, Protocol

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.lessons.service import given
from bot.lessons.times import next_after, opening
from bot.records.database import Database
from bot.records.models import Learner, Resident, Sending

logger = logging.getLogger(__name__)

LESSON = "lesson"  # stands where other rows of the outbox name their handover
PARKED, UNDERWAY = "parked", ("waiting", "sending")
QUIET = timedelta(minutes=10)  # nobody is interrupted who wrote so short ago


class Tell(Protocol):
    """Puts the words of a lesson into the outbox."""

    def __call__(self, session: Session, resident: Resident, number: int, language: str) -> None:
        """Inside the caller's transaction."""


class LessonBell:
    """The side of time. `languages`: in which there are lessons.

    `wake`: there is something to deliver. `window_of` says for how long after somebody wrote a channel lets us write
    to them (None: always). Outside it lessons pause. They are not left in the outbox: what waits there goes before the
    answer to the next message, and a lesson must not stand between somebody in danger and the number to call.
    """

    def __init__(
        self,
        database: Database,
        count: int,
        languages: Container[str],
        tell: Tell,
        clock: Callable[[], datetime],
        wake: Callable[[], None] = lambda: None,
        window_of: Callable[[str], Optional[timedelta]] = lambda channel: None,
    ) -> None:
        self._database, self._count, self._languages = database, count, languages
        self._tell, self._clock, self._wake, self._window_of = tell, clock, wake, window_of

    def ring_due(self) -> None:
        """All lessons that are due. What fails for one resident is tried again next time, and holds up nobody else."""
        for resident_id in self._due():
            try:
                self._ring(resident_id)
            except Exception:
                logger.exception("a lesson could not be given")
            self._wake()

    def _due(self) -> List[str]:
        with self._database.change() as session:
            return list(session.scalars(select(Learner.resident_id).where(Learner.due_at <= self._clock())))

    def _ring(self, resident_id: str) -> None:
        """Give the next lesson, or put it off when this is not the moment."""
        with self._database.change() as session:
            learner, resident = session.get(Learner, resident_id), session.get(Resident, resident_id)
            moment = self._clock()
            if learner is None or resident is None or learner.due_at is None or learner.due_at > moment:
                return  # given or stopped in the meantime
            later = self._later(session, learner, resident, moment)
            if later is not None:
                learner.due_at = later
                return
            if learner.next > self._count:  # there were more lessons once
                session.delete(learner)
                return
            if resident.language in self._languages:
                learner.language = resident.language
            self._tell(session, resident, learner.next, learner.language)
            tomorrow = next_after(learner.due_at, moment, resident.channel)
            given(session, learner, learner.next, self._count, tomorrow)

    def _later(self, session: Session, learner: Learner, resident: Resident, moment: datetime) -> Optional[datetime]:
        """When to try again; None when this is the moment."""
        if timedelta() <= moment - resident.seen_at < QUIET:
            return resident.seen_at + QUIET
        if resident.stopped or not self._may_write(resident, moment) or _has_not_all(session, resident.id):
            return next_after(learner.due_at, moment, resident.channel)
        return opening(learner.due_at, moment, resident.channel)

    def _may_write(self, resident: Resident, moment: datetime) -> bool:
        window = self._window_of(resident.channel)
        return window is None or resident.seen_at > moment - window


def _has_not_all(session: Session, resident_id: str) -> bool:
    """Whether a lesson is still on its way, or anything waits until they write: one more would be a pile."""
    a_lesson = and_(Sending.handover_id == LESSON, Sending.state.in_(UNDERWAY))
    query = select(Sending.id).where(Sending.receiver == resident_id, or_(a_lesson, Sending.state == PARKED))
    return session.scalars(query).first() is not None
