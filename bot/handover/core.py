"""What every side of a handover shares: one change is one transaction with the notices and timers it causes.

What is said, and how it is sent, is not known here: notices go to a `Messenger` inside the same transaction.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any, Callable, List, Optional, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.handover.looking_back import known_person
from bot.handover.matching import Match, Wish, best_match, is_there
from bot.handover.promises import answer_by
from bot.handover.states import (
    ASKED,
    BRINGS_IN,
    BY_THE_NEXT,
    NEXT,
    NONE_LEFT,
    OFFERED,
    OPEN,
    PROMISED,
    NotPossible,
    transition,
)
from bot.handover.timers import PROMISE, cancel_appointments, set_timer, stop_timers
from bot.records.database import Database
from bot.records.models import Handover, HandoverEvent, KeyPerson, Note, now

NO_LOOK_ALIKES = "abcdefghjkmnpqrstuvwxyz23456789"
ENDED_EARLY = ("withdrawn", NONE_LEFT, OFFERED, ASKED)  # where an agreed meeting with this person no longer stands


class Messenger(Protocol):
    """Writes a notice for somebody into the outbox, inside the transaction that caused it."""

    def to_resident(self, session: Session, handover: Handover, notice: str, **values: Any) -> None:
        """Tell the resident, in their language."""

    def to_person(self, session: Session, handover: Handover, person: KeyPerson, notice: str, **values: Any) -> None:
        """Tell the key person, in the language of their desk."""

    def pass_on(self, session: Session, handover: Handover, person: KeyPerson, text: str) -> None:
        """Give the key person words of the resident, as they are."""


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
        by = other if (handover.state, event) in BY_THE_NEXT else person
        values = {**({"name": person.name} if person else {}), **({"next_name": other.name} if other else {}), **values}
        if row.to == NEXT:
            self._tell(session, handover, row.tell_person, row.tell_next, person, other, values)
            self._ask_next(session, handover, event, row.tell_resident)
            return
        self._record(session, handover, event, row.to, by)
        if row.to not in PROMISED:
            self._no_promise(session, handover)
        if row.to in ENDED_EARLY:
            cancel_appointments(session, handover, self._clock())
        self._tell(session, handover, row.tell_person, row.tell_next, person, other, values)
        if row.tell_resident:
            self._messenger.to_resident(session, handover, row.tell_resident, **values)
        if row.to not in BRINGS_IN:
            nobody_next(handover)

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
        nobody_next(handover)
        cancel_appointments(session, handover, self._clock())
        match = self._match(session, handover)
        if match is None:
            self._nobody_left(session, handover, event)
            self._messenger.to_resident(session, handover, "none_left", name=before.name)
            return
        self._record(session, handover, event, ASKED, before)
        self._propose(handover, match)
        self._promise(session, handover, match.person)
        self._messenger.to_person(session, handover, match.person, "alert")
        self._messenger.to_resident(session, handover, tell_resident, name=before.name, next_name=match.person.name)
        if match.needs_interpreter:  # said before the yes when this person was proposed, and said here as well
            speaks = list(match.person.languages)
            self._messenger.to_resident(session, handover, "other_language", name=match.person.name, speaks=speaks)

    def _nobody_left(self, session: Session, handover: Handover, event: str) -> None:
        """The end of the search. The coordinator hears at once that somebody asked for a person and there was none.

        When nobody could even be proposed, the resident has said yes to nothing: then hardly more than that is told.
        """
        self._record(session, handover, event, NONE_LEFT, handover.person)
        self._no_promise(session, handover)
        handover.person_id, handover.person, handover.reasons = None, None, []
        session.add(Note(handover_id=handover.id, kind="none_left", at=self._clock()))
        notice = "nobody_fits" if event == "nobody_fits" else "nobody_left"
        for coordinator in session.scalars(select(KeyPerson).filter_by(coordinator=True, active=True)):
            self._messenger.to_person(session, handover, coordinator, notice)

    def _record(self, session: Session, handover: Handover, event: str, to: str, by: Optional[KeyPerson]) -> None:
        """Note what happened; `by` is the person with whom it happened, not the one who is asked next."""
        session.add(
            HandoverEvent(
                handover_id=handover.id,
                at=self._clock(),
                event=event,
                came_from=handover.state,
                went_to=to,
                person_id=by.id if by else None,
            )
        )
        handover.state, handover.changed_at = to, self._clock()

    # ---------------------------------------------------------------- promises

    def _promise(self, session: Session, handover: Handover, person: KeyPerson) -> None:
        """By when this person will have acted. Without open hours left nobody will: then the timer rings at once."""
        by = answer_by(person.hours, self._urgency_of(handover.topic), self._clock())
        self._promise_by(session, handover, by)

    def _promise_by(self, session: Session, handover: Handover, by: Optional[datetime]) -> None:
        handover.promised_by = by
        set_timer(session, handover, PROMISE, (by + timedelta(microseconds=1)) if by else self._clock())

    def _no_promise(self, session: Session, handover: Handover) -> None:
        handover.promised_by = None
        stop_timers(session, handover, PROMISE)

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
            knows=known_person(session, handover.resident_id),
        )
        tried = [*handover.tried, *([also_tried.id] if also_tried else [])]
        people: List[KeyPerson] = [only] if only else list(session.scalars(select(KeyPerson)))
        return best_match(wish, [p for p in people if self._reachable(p.channel)], load, tried, self._clock())

    def _is_there(self, person: KeyPerson) -> bool:
        """Can this person be asked at all: helps, is not away, has open hours, and is reached?"""
        there = is_there(person, self._clock()) and self._reachable(person.channel)
        return there and answer_by(person.hours, "plain", self._clock()) is not None

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


def nobody_next(handover: Handover) -> None:
    """Nobody is brought in (any more)."""
    handover.next_person_id, handover.next_person, handover.summary = None, None, None


def new_id() -> str:
    """Short enough for a Telegram button, long enough not to be guessed (60 bits)."""
    return "".join(secrets.choice(NO_LOOK_ALIKES) for _ in range(12))
