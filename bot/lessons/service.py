"""What a resident can do with the lessons: begin, go on, stop. All of it is one row, which "forget me" takes along."""

from datetime import datetime, timedelta
from typing import Callable, Optional

from sqlalchemy.orm import Session

from bot.lessons.times import first_after
from bot.records.database import Database
from bot.records.models import Learner, Resident
from bot.replies.lessons import STOP_PAYLOAD

REST = timedelta(days=7)  # after a question about danger: that is not the time for a lesson on saving


class Lessons:
    """The side of the resident. `count`: how many lessons there are."""

    def __init__(self, database: Database, count: int, clock: Callable[[], datetime]) -> None:
        self._database, self._count, self._clock = database, count, clock

    def start(self, resident_id: str, language: str) -> int:
        """The number of the lesson to give now; from tomorrow on they come by themselves.

        Who stopped goes on where they were. Pressed again while lessons come, it is the last one once more.
        """
        with self._database.change() as session:
            learner = session.get(Learner, resident_id)
            if learner is None:
                learner = Learner(resident_id=resident_id, next=1, started_at=self._clock())
                session.add(learner)
            elif learner.due_at is not None:
                return learner.next - 1
            number = learner.next if learner.next <= self._count else 1
            learner.language = language
            given(session, learner, number, self._count, self._tomorrow(session, resident_id))
            return number

    def go_on(self, resident_id: str) -> bool:
        """Yes, tomorrow again; False when there is nothing to go on with."""
        with self._database.change() as session:
            learner = session.get(Learner, resident_id)
            if learner is None:
                return False
            tomorrow = self._tomorrow(session, resident_id)
            learner.due_at = min(learner.due_at or tomorrow, tomorrow)
            return True

    def stop(self, resident_id: str) -> bool:
        """No more lessons, at once; False when none came. Where they were is kept, for who begins again."""
        with self._database.change() as session:
            learner = session.get(Learner, resident_id)
            comes = learner is not None and learner.due_at is not None
            if comes:
                learner.due_at = None
            return comes

    def rest(self, resident_id: str) -> None:
        """Somebody is in danger: no lessons for a while."""
        with self._database.change() as session:
            learner = session.get(Learner, resident_id)
            if learner is not None and learner.due_at is not None:
                learner.due_at = max(learner.due_at, self._tomorrow(session, resident_id) + REST)

    def came_last(self, resident_id: str) -> bool:
        """Whether a lesson is what the bot said last: then "stop" is meant for the lessons alone."""
        with self._database.change() as session:
            resident: Optional[Resident] = session.get(Resident, resident_id)
            offered = resident.choices if resident is not None else []
            return any(choice["payload"] == STOP_PAYLOAD for choice in offered)

    def _tomorrow(self, session: Session, resident_id: str) -> datetime:
        return first_after(self._clock(), session.get(Resident, resident_id).channel)


def given(session: Session, learner: Learner, number: int, count: int, due_at: datetime) -> None:
    """Note that this lesson was given. After the last one nothing is kept."""
    learner.next, learner.due_at = number + 1, due_at
    if number >= count:
        session.flush()  # a row that is not stored yet cannot be deleted
        session.delete(learner)
