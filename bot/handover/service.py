"""The handover as a service: every change is one transaction with the notices it causes.

What is said, and how it is sent, is not known here: notices go to a `Messenger` inside the same transaction.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Callable, Dict, List, Optional, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.handover.matching import Match, Wish, best_match
from bot.handover.promises import answer_by
from bot.handover.states import (
    ACCEPTED,
    ASKED,
    HELD_BY_A_PERSON,
    NEXT,
    NONE_LEFT,
    OFFERED,
    OPEN,
    NotPossible,
    transition,
)
from bot.records.database import Database
from bot.records.models import Consent, Handover, HandoverEvent, KeyPerson, Note, now

NO_LOOK_ALIKES = "abcdefghjkmnpqrstuvwxyz23456789"


class Messenger(Protocol):
    """Writes a notice for somebody into the outbox, inside the transaction that caused it."""

    def to_resident(self, session: Session, handover: Handover, notice: str, **values: Any) -> None:
        """Tell the resident, in their language."""

    def to_person(self, session: Session, handover: Handover, person: KeyPerson, notice: str, **values: Any) -> None:
        """Tell the key person, in the language of their desk."""


@dataclass(frozen=True)
class Offer:
    """What is shown before anything is shared: a handover that nobody but the resident knows of yet."""

    handover: Handover
    match: Match


class Handovers:
    """Everything that can be done with handovers. Raises `NotPossible` for what the table of states refuses."""

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

    # ---------------------------------------------------------------- what the resident does

    def offer(self, resident_id: str, language: str, topic: Optional[str], wish: str) -> Optional[Offer]:
        """Find a person to propose; None when nobody fits. Replaces an earlier proposal that was not agreed to."""
        with self._database.change() as session:
            handover = self._open(session, resident_id)
            if handover is not None and handover.state != OFFERED:
                raise NotPossible("there is an open handover already")
            if handover is None:
                handover = Handover(id=_new_id(), resident_id=resident_id, state=OFFERED, language=language, tried=[])
                session.add(handover)
            handover.language, handover.topic, handover.wish = language, topic, wish
            match = self._match(session, handover)
            if match is None:
                self._record(session, handover, "nobody_fits", NONE_LEFT)
                self._note(session, handover, "none_left")
                return None
            self._propose(handover, match)
            self._record(session, handover, "offer", OFFERED)
            return Offer(handover, match)

    def other_person(self, resident_id: str) -> Optional[Offer]:
        """Propose somebody else; the person until now is let go, kindly. None when there is nobody else."""
        with self._database.change() as session:
            handover = self._open(session, resident_id)
            if handover is None:
                raise NotPossible("there is no open handover")
            before = handover.person
            row = transition(handover.state, "other_person")
            match = self._match(session, handover, also_tried=before)
            if match is None:
                return None
            if before is not None:
                handover.tried = [*handover.tried, before.id]
                if row.tell_person:
                    self._messenger.to_person(session, handover, before, row.tell_person)
            handover.promised_by = None
            self._record(session, handover, "other_person", row.to)
            self._propose(handover, match)
            return Offer(handover, match)

    def agree(self, resident_id: str, shown: str, shared: Dict[str, str], language: str, version: str) -> Handover:
        """The resident's yes: the agreement, the change of state and the alert are one transaction."""
        with self._database.change() as session:
            handover = self._open(session, resident_id)
            if handover is None:
                raise NotPossible("there is no open handover")
            row = transition(handover.state, "agree")
            person = _person_of(handover)
            consent = Consent(handover_id=handover.id, shown=shown, shared=shared, language=language, version=version)
            consent.given_at = self._clock()
            session.add(consent)
            self._promise(handover, person)
            self._record(session, handover, "agree", row.to)
            self._messenger.to_person(session, handover, person, row.tell_person)
            return handover

    def withdraw(self, resident_id: str) -> Optional[Handover]:
        """Stop at once, in any open state. The consent ends too. None when nothing was open."""
        with self._database.change() as session:
            handover = self._open(session, resident_id)
            if handover is None:
                return None
            row = transition(handover.state, "withdraw")
            for consent in session.scalars(select(Consent).filter_by(handover_id=handover.id, withdrawn_at=None)):
                consent.withdrawn_at = self._clock()
            self._record(session, handover, "withdraw", row.to)
            person = handover.person
            if person is not None and row.tell_person:
                self._messenger.to_person(session, handover, person, row.tell_person)
            return handover

    def current(self, resident_id: str) -> Optional[Handover]:
        """The open handover of this resident, if there is one."""
        with self._database.change() as session:
            handover = self._open(session, resident_id)
            if handover is not None:
                _ = handover.person  # read while the session is open
            return handover

    # ---------------------------------------------------------------- what the key person does

    def accept(self, handover_id: str, person_id: str) -> Handover:
        """This person takes it. Of two who press at once, the row lock lets exactly one through."""
        return self._answer(handover_id, person_id, "accept")

    def decline(self, handover_id: str, person_id: str) -> Handover:
        """This person cannot; the next one is asked, and the resident hears it."""
        return self._answer(handover_id, person_id, "decline")

    def close(self, person_id: str, handover_id: str) -> Handover:
        """The key person is done."""
        return self._answer(handover_id, person_id, "close")

    def first_message(self, handover_id: str, person_id: str) -> Handover:
        """The person wrote for the first time: they are in touch."""
        return self._answer(handover_id, person_id, "first_message")

    def held_by(self, person_id: str) -> Optional[Handover]:
        """The conversation this person is in, the latest first."""
        with self._database.change() as session:
            query = (
                select(Handover)
                .where(Handover.person_id == person_id, Handover.state.in_(HELD_BY_A_PERSON))
                .order_by(Handover.changed_at.desc())
            )
            return session.scalars(query).first()

    # ---------------------------------------------------------------- what time does

    def overdue(self) -> List[str]:
        """Handovers whose promised time has passed without an answer."""
        with self._database.change() as session:
            asked = session.scalars(select(Handover).where(Handover.state == ASKED).order_by(Handover.changed_at))
            return [handover.id for handover in asked if self._is_late(handover)]

    def time_out(self, handover_id: str) -> Handover:
        """Nobody answered in the promised time: the next person."""
        return self._answer(handover_id, None, "time_out")

    def unreachable(self, handover_id: str, person_id: str) -> Handover:
        """What was sent to this person is lost for good: the next one, if it is still this person who was asked."""
        return self._answer(handover_id, person_id, "unreachable")

    # ---------------------------------------------------------------- the same for all

    def _answer(self, handover_id: str, person_id: Optional[str], event: str) -> Handover:
        """What happens with the person asked; `person_id` None stands for whoever that is."""
        with self._database.change() as session:
            handover = self._locked(session, handover_id)
            if handover is None or person_id not in (None, handover.person_id):
                raise NotPossible("this handover is not with this person")
            if event == "time_out" and not self._is_late(handover):
                raise NotPossible("the promised time has not passed")
            person = _person_of(handover)
            row = transition(handover.state, event)
            if row.tell_person:
                self._messenger.to_person(session, handover, person, row.tell_person)
            if row.to == NEXT:
                self._ask_next(session, handover, event, person)
            else:
                self._record(session, handover, event, row.to)
                handover.promised_by = None
                if row.tell_resident:
                    self._messenger.to_resident(session, handover, row.tell_resident, name=person.name)
            return handover

    def _ask_next(self, session: Session, handover: Handover, event: str, before: KeyPerson) -> None:
        handover.tried = [*handover.tried, before.id]
        match = self._match(session, handover)
        if match is None:
            self._record(session, handover, event, NONE_LEFT)
            self._note(session, handover, "none_left")
            self._messenger.to_resident(session, handover, "none_left", name=before.name)
            return
        self._record(session, handover, event, ASKED)
        self._propose(handover, match)
        self._promise(handover, match.person)
        self._messenger.to_person(session, handover, match.person, "alert")
        self._messenger.to_resident(session, handover, "asked_next", name=before.name, next_name=match.person.name)

    @staticmethod
    def _propose(handover: Handover, match: Match) -> None:
        handover.person_id, handover.person = match.person.id, match.person
        handover.reasons, handover.needs_interpreter = match.reasons, match.needs_interpreter

    def _is_late(self, handover: Handover) -> bool:
        """Without a promise the person has no open hours left: then nobody is going to answer either."""
        return handover.promised_by is None or handover.promised_by < self._clock()

    def _promise(self, handover: Handover, person: KeyPerson) -> None:
        handover.promised_by = answer_by(person.hours, self._urgency_of(handover.topic), self._clock())

    def _match(self, session: Session, handover: Handover, also_tried: Optional[KeyPerson] = None) -> Optional[Match]:
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
            knows=self._known_person(session, handover.resident_id),
        )
        tried = [*handover.tried, *([also_tried.id] if also_tried else [])]
        people = [person for person in session.scalars(select(KeyPerson)) if self._reachable(person.channel)]
        return best_match(wish, people, load, tried, self._clock())

    def _known_person(self, session: Session, resident_id: str) -> Optional[str]:
        """Whoever accepted this resident last: the same person next time, if they can."""
        query = (
            select(HandoverEvent.person_id)
            .join(Handover, Handover.id == HandoverEvent.handover_id)
            .where(Handover.resident_id == resident_id, HandoverEvent.event == "accept")
            .order_by(HandoverEvent.at.desc())
        )
        return session.scalars(query).first()

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

    def _note(self, session: Session, handover: Handover, kind: str) -> None:
        session.add(Note(handover_id=handover.id, kind=kind, at=self._clock()))

    @staticmethod
    def _open(session: Session, resident_id: str) -> Optional[Handover]:
        query = select(Handover).where(Handover.resident_id == resident_id, Handover.state.in_(OPEN))
        return session.scalars(query.order_by(Handover.created_at.desc()).with_for_update()).first()

    @staticmethod
    def _locked(session: Session, handover_id: str) -> Optional[Handover]:
        return session.scalars(select(Handover).filter_by(id=handover_id).with_for_update()).first()


def _person_of(handover: Handover) -> KeyPerson:
    """Whoever this handover is with; every state but the first moments has somebody."""
    if handover.person is None:
        raise NotPossible("nobody was proposed yet")
    return handover.person


def _new_id() -> str:
    """Short enough for a Telegram button, long enough not to be guessed (60 bits)."""
    return "".join(secrets.choice(NO_LOOK_ALIKES) for _ in range(12))


__all__ = ["ACCEPTED", "Handovers", "Messenger", "NotPossible", "Offer"]
