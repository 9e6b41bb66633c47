"""What the resident does: a wish, a yes, somebody else, stop."""

from dataclasses import dataclass
from typing import Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handover.consents import Agreement, end_consents, keep_consent
from bot.handover.core import Core, new_id, person_of
from bot.handover.matching import Match
from bot.handover.states import (
    ACCEPTED,
    ASKED,
    HANDED_ON,
    IN_TOUCH,
    INTRODUCED,
    OFFERED,
    OPEN,
    NoLongerFree,
    NotPossible,
)
from bot.records.models import Handover, Resident

WAY = (OFFERED, ASKED, ACCEPTED, IN_TOUCH, INTRODUCED, HANDED_ON)  # the open states, the one furthest along last
LONGEST_NICKNAME = 30


@dataclass(frozen=True)
class Offer:
    """What is shown before anything is shared: a handover that nobody but the resident knows of yet."""

    handover: Handover
    match: Match


class ResidentSide(Core):
    """The events that a resident causes. Each is one transaction."""

    def offer(
        self,
        resident_id: str,
        language: str,
        topic: Optional[str],
        wish: str,
        neighbourhood: Optional[str] = None,
        outside: bool = False,
    ) -> Optional[Offer]:
        """Find a person to propose; None when nobody fits. Replaces an earlier proposal that was not agreed to.

        `outside`: the resident wants nobody from their own neighbourhood or community.
        """
        with self._database.change() as session:
            session.get(Resident, resident_id, with_for_update=True)  # of two wishes at once, one waits for the other
            handover = self._open(session, resident_id)
            if handover is not None and handover.state != OFFERED:
                raise NotPossible("there is an open handover already")
            if handover is None:
                handover = Handover(id=new_id(), resident_id=resident_id, state=OFFERED, language=language, tried=[])
                handover.created_at = self._clock()
                session.add(handover)
            handover.language, handover.topic, handover.wish = language, topic, wish
            handover.neighbourhood, handover.outside = neighbourhood, outside
            match = self._match(session, handover)
            if match is None:
                session.flush()
                self._nobody_left(session, handover, "nobody_fits")
                return None
            self._propose(handover, match)
            self._record(session, handover, "offer", OFFERED, match.person)
            return Offer(handover, match)

    def other_person(self, resident_id: str) -> Optional[Offer]:
        """Propose somebody else; the person until now is let go, kindly. None when there is nobody else."""
        with self._database.change() as session:
            handover = self._open_or_refuse(session, resident_id)
            before = person_of(handover)
            match = self._match(session, handover, also_tried=before)
            if match is None:
                if handover.state == OFFERED and self._match(session, handover, only=before) is None:
                    self._nobody_left(session, handover, "nobody_fits")  # whoever was proposed is gone, too
                return None
            end_consents(session, handover, self._clock())  # a new person, a new yes
            self._apply(session, handover, "other_person")
            handover.tried = [*handover.tried, before.id]
            self._propose(handover, match)
            return Offer(handover, match)

    def agree(self, resident_id: str, agreement: Agreement) -> Handover:
        """The resident's yes: the agreement, the change of state and the alert are one transaction.

        Raises `NoLongerFree` when the person proposed cannot be asked any more.
        """
        with self._database.change() as session:
            handover = self._open_or_refuse(session, resident_id)
            if handover.state != OFFERED:
                raise NotPossible("this was agreed to already")
            person = person_of(handover)
            if self._match(session, handover, only=person) is None:
                raise NoLongerFree(person.id)
            keep_consent(session, handover, agreement, self._clock())
            self._promise(session, handover, person)
            self._apply(session, handover, "agree")
            return handover

    def withdraw(self, resident_id: str) -> Optional[Handover]:
        """Stop at once, in any open state. Every consent ends too. None when nothing was open."""
        with self._database.change() as session:
            handover = self._open(session, resident_id)
            if handover is None:
                return None
            self._end(session, handover)
            return handover

    def keep_one_open(self, session: Session, resident_id: str) -> None:
        """Two residents turned out to be one: what is further along stays open, anything else ends, kindly."""
        query = select(Handover).where(Handover.resident_id == resident_id, Handover.state.in_(OPEN))
        handovers = list(session.scalars(query.with_for_update()))
        for handover in sorted(handovers, key=lambda h: (WAY.index(h.state), h.changed_at))[:-1]:
            self._end(session, handover)

    def current(self, resident_id: str) -> Optional[Handover]:
        """The open handover of this resident, if there is one."""
        with self._database.change() as session:
            handover = self._open(session, resident_id)
            if handover is not None:
                _ = handover.person, handover.next_person  # read while the session is open
            return handover

    def call_me(self, resident_id: str, nickname: str) -> Handover:
        """How the key person may call this resident: whatever they like."""
        with self._database.change() as session:
            handover = self._open_or_refuse(session, resident_id)
            handover.nickname = nickname.strip()[:LONGEST_NICKNAME] or None
            _ = handover.person  # read while the session is open
            return handover

    def _end(self, session: Session, handover: Handover) -> None:
        end_consents(session, handover, self._clock())
        self._apply(session, handover, "withdraw")
