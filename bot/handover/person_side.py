"""What key persons do: yes, no, later today, write, meet, bring somebody in, pass on, done, away."""

from datetime import datetime, timedelta
from typing import Any, List, Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handover.core import Core, person_of
from bot.handover.looking_back import happened, latest
from bot.handover.promises import closes_today
from bot.handover.states import ACCEPTED, ASKED, HANDED_ON, HELD_BY_A_PERSON, IN_TOUCH, NotPossible
from bot.handover.timers import AFTERCARE, cancel_appointments, set_timer
from bot.records.models import Appointment, Handover, KeyPerson

A_WEEK = timedelta(days=7)
THINK_IT_OVER = timedelta(days=3)  # a resident may take so long over meeting a professional
SOON = timedelta(minutes=30)
FAR = timedelta(days=365)


class BadTime(ValueError):
    """An appointment in the past, in a moment, or more than a year from now."""


class PersonSide(Core):
    """The events that a key person causes. Each is one transaction; only whoever holds the handover can."""

    def accept(self, handover_id: str, person_id: str) -> Handover:
        """This person takes it. Of two who press at once, the row lock lets exactly one through."""
        with self._database.change() as session:
            found = self._locked(session, handover_id)
            if found is not None and _is_next(found, person_id):
                return self._take_over(session, found)
            handover = self._mine(session, found, person_id)
            if handover.state == ASKED:  # from now on, writing the first words is what is promised
                self._promise(session, handover, person_of(handover))
            self._apply(session, handover, "accept")
            handover.person.talk_id = handover.id
            return handover

    def decline(self, handover_id: str, person_id: str) -> Handover:
        """This person cannot; the next one is asked, and the resident hears it."""
        with self._database.change() as session:
            return self._leave(session, handover_id, person_id, "decline", "next_declines")

    def later(self, handover_id: str, person_id: str) -> Handover:
        """This person answers later today, once, and not when it is very urgent: the resident hears the new time."""
        with self._database.change() as session:
            handover = self._mine(session, self._locked(session, handover_id), person_id)
            until = closes_today(person_of(handover).hours, self._clock())
            if (
                until is None
                or handover.promised_by is None
                or until <= max(handover.promised_by, self._clock() + SOON)
            ):
                raise NotPossible("there is no later today")
            if self._urgency_of(handover.topic) == "now" or happened(session, handover, "later"):
                raise NotPossible("it cannot wait any longer")
            self._promise_by(session, handover, until)
            self._apply(session, handover, "later")
            return handover

    def first_message(self, handover_id: str, person_id: str) -> Handover:
        """The person wrote for the first time: they are in touch."""
        return self._answer(handover_id, person_id, "first_message")

    def close(self, person_id: str, handover_id: str) -> Handover:
        """The key person is done; in a week the resident is asked how it goes."""
        with self._database.change() as session:
            handover = self._mine(session, self._locked(session, handover_id), person_id)
            self._apply(session, handover, "close")
            set_timer(session, handover, AFTERCARE, self._clock() + A_WEEK)
            return handover

    def pass_on(self, person_id: str, handover_id: str) -> Handover:
        """This person cannot go on; somebody else is asked, and the resident hears it."""
        return self._answer(handover_id, person_id, "pass_on")

    def unreachable(self, handover_id: str, person_id: str) -> Handover:
        """What was sent to this person is lost for good: the next one, if it is still this person who was asked."""
        with self._database.change() as session:
            return self._leave(session, handover_id, person_id, "unreachable", "next_unreachable")

    # ---------------------------------------------------------------- several talks

    def talks(self, person_id: str) -> List[Handover]:
        """Everybody this person helps now, the longest first."""
        with self._database.change() as session:
            return self._talks(session, person_id)

    def waiting(self, person_id: str) -> List[Handover]:
        """Who waits for this person's yes or no, the most pressing first."""
        with self._database.change() as session:
            query = select(Handover).where(
                ((Handover.person_id == person_id) & (Handover.state == ASKED))
                | ((Handover.next_person_id == person_id) & (Handover.state == HANDED_ON))
            )
            return list(session.scalars(query.order_by(Handover.promised_by)))

    def held_by(self, person_id: str) -> Optional[Handover]:
        """The talk this person writes in: the chosen one, or the only one; None when there is none, or nobody knows."""
        with self._database.change() as session:
            talks = self._talks(session, person_id)
            person = session.get(KeyPerson, person_id)
            chosen = [talk for talk in talks if person is not None and talk.id == person.talk_id]
            return next(iter(chosen or (talks if len(talks) == 1 else [])), None)

    def choose_talk(self, person_id: str, handover_id: str) -> Handover:
        """From now on this person writes in that talk."""
        with self._database.change() as session:
            handover = self._mine(session, self._locked(session, handover_id), person_id)
            if handover.state not in HELD_BY_A_PERSON:
                raise NotPossible("this talk is not open")
            handover.person.talk_id = handover.id
            return handover

    # ---------------------------------------------------------------- within a talk

    def propose_appointment(self, person_id: str, handover_id: str, at: datetime, place: Optional[str]) -> Appointment:
        """A day and time, at a place or by phone (None). It replaces an earlier one. Raises `BadTime`."""
        if at.tzinfo is None or not self._clock() + SOON <= at <= self._clock() + FAR:
            raise BadTime(at.isoformat())
        with self._database.change() as session:
            handover = self._holding(session, handover_id, person_id)
            if handover.state == ACCEPTED:
                self._apply(session, handover, "first_message")
            cancel_appointments(session, handover, self._clock(), with_id=person_id)
            appointment = Appointment(handover_id=handover.id, person_id=person_id, at=at, place=place or None)
            appointment.state = "proposed"
            session.add(appointment)
            session.flush()
            values = {"appointment": appointment, "name": handover.person.name}
            self._messenger.to_resident(session, handover, "appointment", **values)
            self._messenger.to_person(session, handover, handover.person, "appointment_sent", **values)
            return appointment

    def ask_number(self, person_id: str, handover_id: str) -> Handover:
        """Ask the resident whether this person may have their phone number; not again while the question is open."""
        with self._database.change() as session:
            handover = self._holding(session, handover_id, person_id)
            if latest(session, handover, "ask_number", "answer_number") != "ask_number":
                self._record(session, handover, "ask_number", handover.state, handover.person)
                self._messenger.to_resident(session, handover, "number_wish", name=handover.person.name)
            self._messenger.to_person(session, handover, handover.person, "number_asked")
            return handover

    def professionals(self, person_id: str) -> List[KeyPerson]:
        """Who can be brought in: everybody else who is there, by name."""
        with self._database.change() as session:
            query = select(KeyPerson).where(KeyPerson.id != person_id).order_by(KeyPerson.name, KeyPerson.id)
            return [person for person in session.scalars(query) if self._is_there(person)]

    def hand_on(self, person_id: str, handover_id: str, to_id: str, summary: str) -> Handover:
        """Introduce a named professional: the resident hears who it is and what they will be told, and decides."""
        with self._database.change() as session:
            handover = self._holding(session, handover_id, person_id)
            other = session.get(KeyPerson, to_id)
            if other is None or other.id == person_id or not self._is_there(other):
                raise NotPossible("this person cannot be brought in")
            handover.next_person_id, handover.next_person, handover.summary = other.id, other, summary
            self._promise_by(session, handover, self._clock() + THINK_IT_OVER)
            self._apply(session, handover, "hand_on", summary=summary, next_person=other)
            return handover

    # ---------------------------------------------------------------- times off

    def away(self, person_id: str, start: datetime, until: datetime) -> None:
        """Nobody is proposed this person in that time. What is open stays: passing on is another button."""
        if until <= start or until <= self._clock():
            raise BadTime(until.isoformat())
        with self._database.change() as session:
            person = session.get(KeyPerson, person_id)
            person.away_from, person.away_until = start, until

    def back(self, person_id: str) -> None:
        """Here again."""
        with self._database.change() as session:
            person = session.get(KeyPerson, person_id)
            person.away_from = person.away_until = None

    # ---------------------------------------------------------------- the same for all

    def _answer(self, handover_id: str, person_id: str, event: str, **values: Any) -> Handover:
        with self._database.change() as session:
            handover = self._mine(session, self._locked(session, handover_id), person_id)
            self._apply(session, handover, event, **values)
            return handover

    def _leave(self, session: Session, handover_id: str, person_id: str, event: str, event_of_next: str) -> Handover:
        """Whoever is asked, or was to be brought in, does not come."""
        handover = self._locked(session, handover_id)
        if handover is not None and _is_next(handover, person_id):
            self._apply(session, handover, event_of_next)
            return handover
        mine = self._mine(session, handover, person_id)
        self._apply(session, mine, event)
        return mine

    def _take_over(self, session: Session, handover: Handover) -> Handover:
        """The professional said yes: the resident is theirs now, and whoever brought them in is not asked again.

        A meeting that was agreed with the key person still stands: often they come along.
        """
        before, other = person_of(handover), handover.next_person
        self._apply(session, handover, "next_accepts", summary=handover.summary)
        handover.tried = [*handover.tried, before.id]
        handover.person_id, handover.person = other.id, other
        other.talk_id = handover.id
        return handover

    @staticmethod
    def _mine(session: Session, handover: Optional[Handover], person_id: str) -> Handover:
        if handover is None or handover.person_id != person_id:
            raise NotPossible("this handover is not with this person")
        return handover

    def _holding(self, session: Session, handover_id: str, person_id: str) -> Handover:
        handover = self._mine(session, self._locked(session, handover_id), person_id)
        if handover.state not in (ACCEPTED, IN_TOUCH):
            raise NotPossible(f"not in state {handover.state}")
        return handover

    @staticmethod
    def _talks(session: Session, person_id: str) -> List[Handover]:
        query = select(Handover).where(Handover.person_id == person_id, Handover.state.in_(HELD_BY_A_PERSON))
        return list(session.scalars(query.order_by(Handover.created_at)))


def _is_next(handover: Handover, person_id: str) -> bool:
    """Whether this is the professional who was asked to take over."""
    return handover.state == HANDED_ON and handover.next_person_id == person_id
