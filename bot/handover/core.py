"""What every side of a handover shares: one change is one transaction with the notices and timers it causes.

What is said, and how it is sent, is not known here: notices go to a `Messenger` inside the same transaction.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any, Callable, List, Optional, Protocol

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.handover.matching import Match, Wish, best_match
from bot.handover.promises import answer_by
from bot.handover.states import ASKED, NEXT, NONE_LEFT, OFFERED, OPEN, PROMISED, NotPossible, transition
from bot.records.database import Database
from bot.records.models import Appointment, Handover, HandoverEvent, KeyPerson, Note, Timer, now

NO_LOOK_ALIKES = "abcdefghjkmnpqrstuvwxyz23456789"
ENDED_EARLY = ("withdrawn", NONE_LEFT, OFFERED, ASKED)  # where an agreed meeting with this person no longer stands


class Messenger(Protocol):
    """Writes a notice for somebody into the outbox, inside the transaction that caused it."""

    def to_resident(self, session: Session, handover: Handover, notice: str, **values: Any) -> None:
        """Tell the resident, in their language."""

    def to_person(self, session: Session, handover: Handover, person: KeyPerson, notice: str, **values: Any) -> None:
        """Tell the key person, in the language of their desk."""


class Core:
    """Reading, matching, promising and recording. Raises `NotPossible` for what the table of states refuses."""

    def __init__(
        self,
        database: Database,
        messenger: Messenger,
        urgency_of: Callable[[Optional[str]], str],
        group_of: Callable[[Optional[str]], Optional[str]],
        clock: Callable[[], datetime] = now,
        reachable: Callable[[str], bool] = lambda channel: True,
    ) -> None:
        self._database = database
        self._messenger = messenger
        self._urgency_of = urgency_of
        self._group_of = group_of
        self._clock = clock
        self._reachable = reachable  # can an alert be brought through this channel?

    # ---------------------------------------------------------------- one change

    def _apply(self, session: Session, handover: Handover, event: str, **values: Any) -> None:
        """The row of the table: notices, the new state, its record, and its timers."""
        row = transition(handover.state, event)
        person, other = handover.person, handover.next_person
        values = {**({"name": person.name} if person else {}), **({"next_name": other.name} if other else {}), **values}
        if row.to == NEXT:
            self._tell(session, handover, row.tell_person, row.tell_next, person, other, values)
            self._ask_next(session, handover, event, row.tell_resident)
            return
        self._record(session, handover, event, row.to)
        if row.to not in PROMISED:
            self._no_promise(session, handover)
        if row.to in ENDED_EARLY:
            self._cancel_appointments(session, handover)
        self._tell(session, handover, row.tell_person, row.tell_next, person, other, values)
        if row.tell_resident:
            self._messenger.to_resident(session, handover, row.tell_resident, **values)

    def _tell(
        self,
        session: Session,
        handover: Handover,
        to_person: str,
        to_next: str,
        person: Optional[KeyPerson],
        other: Optional[KeyPerson],
        values: dict,
    ) -> None:
        for whom, notice in ((person, to_person), (other, to_next)):
            if whom is not None and notice:
                self._messenger.to_person(session, handover, whom, notice, **values)

    def _ask_next(self, session: Session, handover: Handover, event: str, tell_resident: str) -> None:
        before = person_of(handover)
        handover.tried = [*handover.tried, before.id]
        handover.next_person_id, handover.next_person, handover.summary = None, None, None
        self._cancel_appointments(session, handover)
        match = self._match(session, handover)
        if match is None:
            self._record(session, handover, event, NONE_LEFT)
            self._no_promise(session, handover)
            self._nobody_left(session, handover)
            self._messenger.to_resident(session, handover, "none_left", name=before.name)
            return
        self._record(session, handover, event, ASKED)
        self._propose(handover, match)
        self._promise(session, handover, match.person)
        self._messenger.to_person(session, handover, match.person, "alert")
        self._messenger.to_resident(session, handover, tell_resident, name=before.name, next_name=match.person.name)

    def _nobody_left(self, session: Session, handover: Handover) -> None:
        """The coordinator hears at once that somebody asked for a person and there was none."""
        session.add(Note(handover_id=handover.id, kind="none_left", at=self._clock()))
        for coordinator in session.scalars(select(KeyPerson).filter_by(coordinator=True, active=True)):
            self._messenger.to_person(session, handover, coordinator, "nobody_left")

    def _record(self, session: Session, handover: Handover, event: str, to: str) -> None:
        """Note what happened; the person in the record is the one it happened with, not the next one."""
        session.add(
            HandoverEvent(
                handover_id=handover.id,
                at=self._clock(),
                event=event,
                came_from=handover.state,
                went_to=to,
                person_id=handover.person_id,
            )
        )
        handover.state, handover.changed_at = to, self._clock()

    def _happened(self, session: Session, handover: Handover, event: str) -> bool:
        """Has this happened before, with the person it is with now?"""
        query = select(HandoverEvent.id).filter_by(handover_id=handover.id, event=event, person_id=handover.person_id)
        return session.scalars(query).first() is not None

    # ---------------------------------------------------------------- promises and timers

    def _promise(self, session: Session, handover: Handover, person: KeyPerson) -> None:
        """By when this person will have acted. Without open hours left nobody will: then the timer rings at once."""
        by = answer_by(person.hours, self._urgency_of(handover.topic), self._clock())
        self._promise_by(session, handover, by)

    def _promise_by(self, session: Session, handover: Handover, by: Optional[datetime]) -> None:
        handover.promised_by = by
        self._set_timer(session, handover, "promise", (by + timedelta(microseconds=1)) if by else self._clock())

    def _no_promise(self, session: Session, handover: Handover) -> None:
        handover.promised_by = None
        self._stop_timers(session, handover, "promise")

    def _set_timer(
        self, session: Session, handover: Handover, kind: str, due: datetime, appointment_id: Optional[int] = None
    ) -> None:
        """One timer of a kind at a time, for each appointment."""
        self._stop_timers(session, handover, kind, appointment_id)
        session.add(Timer(handover_id=handover.id, kind=kind, due_at=due, appointment_id=appointment_id))

    def _stop_timers(
        self, session: Session, handover: Handover, kind: str, appointment_id: Optional[int] = None
    ) -> None:
        session.flush()
        of_this = (Timer.handover_id == handover.id, Timer.kind == kind, Timer.appointment_id.is_(appointment_id))
        if appointment_id is not None:
            of_this = (*of_this[:2], Timer.appointment_id == appointment_id)
        session.execute(delete(Timer).where(*of_this).execution_options(synchronize_session=False))

    def _cancel_appointments(self, session: Session, handover: Handover) -> None:
        session.flush()
        for appointment in session.scalars(select(Appointment).filter_by(handover_id=handover.id)):
            appointment.state = "cancelled"
        reminders = (Timer.handover_id == handover.id, Timer.appointment_id.is_not(None))
        session.execute(delete(Timer).where(*reminders).execution_options(synchronize_session=False))

    # ---------------------------------------------------------------- matching

    @staticmethod
    def _propose(handover: Handover, match: Match) -> None:
        handover.person_id, handover.person = match.person.id, match.person
        handover.reasons, handover.needs_interpreter = match.reasons, match.needs_interpreter

    def _match(
        self,
        session: Session,
        handover: Handover,
        also_tried: Optional[KeyPerson] = None,
        only: Optional[KeyPerson] = None,
    ) -> Optional[Match]:
        load = dict(
            session.execute(
                select(Handover.person_id, func.count())
                .where(Handover.state.in_(OPEN - {OFFERED}))
                .group_by(Handover.person_id)
            ).all()
        )
        wish = Wish(
            language=handover.language,
            gender=handover.wish,
            topic_group=self._group_of(handover.topic),
            urgency=self._urgency_of(handover.topic),
            neighbourhood=handover.neighbourhood,
            outside=bool(handover.outside),
            knows=self._known_person(session, handover.resident_id),
        )
        tried = [*handover.tried, *([also_tried.id] if also_tried else [])]
        people: List[KeyPerson] = [only] if only else list(session.scalars(select(KeyPerson)))
        return best_match(wish, [p for p in people if self._reachable(p.channel)], load, tried, self._clock())

    def _known_person(self, session: Session, resident_id: str) -> Optional[str]:
        """Whoever helped this resident last: the same person next time, if they can."""
        query = (
            select(HandoverEvent.person_id)
            .join(Handover, Handover.id == HandoverEvent.handover_id)
            .where(Handover.resident_id == resident_id, HandoverEvent.event.in_(("accept", "next_accepts")))
            .order_by(HandoverEvent.at.desc(), HandoverEvent.id.desc())
        )
        return session.scalars(query).first()

    # ---------------------------------------------------------------- reading

    @staticmethod
    def _open(session: Session, resident_id: str) -> Optional[Handover]:
        query = select(Handover).where(Handover.resident_id == resident_id, Handover.state.in_(OPEN))
        return session.scalars(query.order_by(Handover.created_at.desc()).with_for_update()).first()

    def _open_or_refuse(self, session: Session, resident_id: str) -> Handover:
        handover = self._open(session, resident_id)
        if handover is None:
            raise NotPossible("there is no open handover")
        return handover

    @staticmethod
    def _locked(session: Session, handover_id: str) -> Optional[Handover]:
        return session.scalars(select(Handover).filter_by(id=handover_id).with_for_update()).first()


def person_of(handover: Handover) -> KeyPerson:
    """Whoever this handover is with; every state but the first moments has somebody."""
    if handover.person is None:
        raise NotPossible("nobody was proposed yet")
    return handover.person


def new_id() -> str:
    """Short enough for a Telegram button, long enough not to be guessed (60 bits)."""
    return "".join(secrets.choice(NO_LOOK_ALIKES) for _ in range(12))
