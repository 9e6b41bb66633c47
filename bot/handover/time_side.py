"""What time does: a promise that passes, a reminder, the question a week later. Moved in tests, never waited for."""

from datetime import timedelta
from typing import List

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handover.core import Core, person_of
from bot.handover.person_side import nobody_next
from bot.handover.states import ACCEPTED, ASKED, CLOSED, HANDED_ON, INTRODUCED, OPEN, NotPossible
from bot.records.models import Appointment, Handover, Timer

TOO_LATE = timedelta(minutes=15)  # a reminder that comes nearer to the moment than this helps nobody


class TimeSide(Core):
    """The events that nobody causes."""

    def due(self) -> List[Timer]:
        """The timers that are to ring now, the oldest first."""
        with self._database.change() as session:
            query = select(Timer).where(Timer.due_at <= self._clock()).order_by(Timer.due_at, Timer.id)
            return list(session.scalars(query))

    def ring(self, timer: Timer) -> None:
        """Do what this timer is for, once. Raises `NotPossible` when it was stopped, moved, or is not due."""
        with self._database.change() as session:
            set_timer = session.get(Timer, timer.id)
            if set_timer is None or set_timer.due_at > self._clock():
                raise NotPossible("this timer is not due")
            handover = self._locked(session, set_timer.handover_id)
            session.delete(set_timer)
            session.flush()
            if handover is None:
                return
            if set_timer.kind == "promise":
                self._promise_passed(session, handover)
            elif set_timer.kind == "aftercare":
                self._ask_how_it_goes(session, handover)
            else:
                self._remind(session, handover, session.get(Appointment, set_timer.appointment_id))

    def _promise_passed(self, session: Session, handover: Handover) -> None:
        if handover.state == ACCEPTED and not self._happened(session, handover, "nudge"):
            self._promise(session, handover, person_of(handover))
            if handover.promised_by is not None:
                self._apply(session, handover, "nudge")
                return
        if handover.state in (ASKED, ACCEPTED, INTRODUCED, HANDED_ON):
            gives_back = handover.state in (INTRODUCED, HANDED_ON)
            self._apply(session, handover, "time_out")
            if gives_back:
                nobody_next(handover)

    def _remind(self, session: Session, handover: Handover, appointment: Appointment) -> None:
        if appointment is None or appointment.state != "agreed" or appointment.at < self._clock() + TOO_LATE:
            return
        person = person_of(handover)
        values = {"appointment": appointment, "name": person.name}
        self._messenger.to_resident(session, handover, "reminder", **values)
        self._messenger.to_person(session, handover, person, "reminder", **values)

    def _ask_how_it_goes(self, session: Session, handover: Handover) -> None:
        """Not while this resident is being helped again: then somebody asks anyway."""
        again = select(Handover.id).where(Handover.resident_id == handover.resident_id, Handover.state.in_(OPEN))
        if handover.state == CLOSED and session.scalars(again).first() is None:
            self._apply(session, handover, "care")
