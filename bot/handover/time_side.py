"""What time does: a promise that passes, a reminder, the question a week later. Moved in tests, never waited for."""

from datetime import datetime, timedelta
from typing import List, Optional, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from bot.handover.core import Core, person_of
from bot.handover.looking_back import happened
from bot.handover.states import ACCEPTED, CLOSED, HANDED_ON, OFFERED, OPEN, PROMISED, NotPossible
from bot.handover.timers import AFTERCARE, AGREED, DAY, HOURS_BEFORE, PROMISE
from bot.records.models import Appointment, Handover, KeyPerson, Timer

TOO_LATE = timedelta(minutes=15)  # a reminder that comes nearer to the moment than this helps nobody


class TimeSide(Core):
    """The events that nobody causes."""

    def due(self) -> List[Timer]:
        """The timers that are to ring now, the oldest first."""
        with self._database.change() as session:
            query = select(Timer).where(Timer.due_at <= self._clock()).order_by(Timer.due_at, Timer.id)
            return list(session.scalars(query))

    def next_due(self) -> Optional[datetime]:
        """When the next timer rings, perhaps long ago; None when there is none."""
        with self._database.change() as session:
            return session.scalars(select(Timer.due_at).order_by(Timer.due_at).limit(1)).first()

    def ring(self, timer: Timer) -> None:
        """Do what this timer is for, once. Raises `NotPossible` when it was stopped, moved, or is not due."""
        with self._database.change() as session:
            handover = self._locked(session, timer.handover_id)  # first: whoever waited here finds the timer gone
            still = session.get(Timer, timer.id)
            if handover is None or still is None or (still.handover_id, still.kind) != (handover.id, timer.kind):
                raise NotPossible("this timer was stopped")
            if still.due_at > self._clock():
                raise NotPossible("this timer is not due")
            session.delete(still)
            session.flush()
            if still.kind == PROMISE:
                self._promise_passed(session, handover)
            elif still.kind == AFTERCARE:
                self._ask_how_it_goes(session, handover)
            else:
                self._remind(session, handover, still.kind, session.get(Appointment, still.appointment_id))

    def gone(self) -> List[Tuple[str, str]]:
        """Handover and person, where a key person who has stopped helping is still waited for."""
        held, brought_in = aliased(KeyPerson), aliased(KeyPerson)
        with self._database.change() as session:
            mine = select(Handover.id, held.id).join(held, held.id == Handover.person_id)
            mine = mine.where(Handover.state.in_(OPEN - {OFFERED}), held.active.is_(False))
            theirs = select(Handover.id, brought_in.id).join(brought_in, brought_in.id == Handover.next_person_id)
            theirs = theirs.where(Handover.state == HANDED_ON, brought_in.active.is_(False))
            return [tuple(row) for query in (mine, theirs) for row in session.execute(query)]

    def _promise_passed(self, session: Session, handover: Handover) -> None:
        if handover.state == ACCEPTED and not happened(session, handover, "nudge"):
            self._promise(session, handover, person_of(handover))
            if handover.promised_by is not None:
                self._apply(session, handover, "nudge")
                return
        if handover.state in PROMISED:
            self._apply(session, handover, "time_out")

    def _remind(self, session: Session, handover: Handover, kind: str, appointment: Optional[Appointment]) -> None:
        """Once: when everything stood still for a day, the second reminder says what the first one would have said."""
        if appointment is None or appointment.state != AGREED or appointment.at < self._clock() + TOO_LATE:
            return
        if kind == DAY and appointment.at - HOURS_BEFORE <= self._clock():
            return
        person = session.get(KeyPerson, appointment.person_id)
        values = {"appointment": appointment, "name": person.name}
        self._messenger.to_resident(session, handover, "reminder", **values)
        self._messenger.to_person(session, handover, person, "reminder", **values)

    def _ask_how_it_goes(self, session: Session, handover: Handover) -> None:
        """Not when this resident is or was helped again: then somebody asks anyway, or will."""
        again = select(Handover.id).where(
            Handover.resident_id == handover.resident_id,
            Handover.id != handover.id,
            Handover.state.in_(OPEN - {OFFERED})
            | ((Handover.state == CLOSED) & (Handover.changed_at > handover.changed_at)),
        )
        if handover.state == CLOSED and session.scalars(again).first() is None:
            self._apply(session, handover, "care")
