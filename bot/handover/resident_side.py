"""What the resident does: a wish, a yes, somebody else, stop; and answers to what a key person proposes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Dict, Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handover.core import Core, new_id, person_of
from bot.handover.matching import Match
from bot.handover.states import CLOSED, INTRODUCED, NONE_LEFT, OFFERED, NotPossible
from bot.records.models import Address, Appointment, Consent, Handover, HandoverEvent

DAY_BEFORE, HOURS_BEFORE = timedelta(days=1), timedelta(hours=2)
LONGEST_NICKNAME = 30


class NoLongerFree(NotPossible):
    """The person proposed has in the meantime gone away or got too much to do."""


@dataclass(frozen=True)
class Offer:
    """What is shown before anything is shared: a handover that nobody but the resident knows of yet."""

    handover: Handover
    match: Match


@dataclass(frozen=True)
class Agreement:
    """A yes of the resident: the words they saw, in which language, and what is shared by it."""

    shown: str
    shared: Dict[str, str]
    language: str
    version: str


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
            handover = self._open(session, resident_id)
            if handover is not None and handover.state != OFFERED:
                raise NotPossible("there is an open handover already")
            if handover is None:
                handover = Handover(id=new_id(), resident_id=resident_id, state=OFFERED, language=language, tried=[])
                session.add(handover)
            handover.language, handover.topic, handover.wish = language, topic, wish
            handover.neighbourhood, handover.outside = neighbourhood, outside
            match = self._match(session, handover)
            if match is None:
                session.flush()
                self._record(session, handover, "nobody_fits", NONE_LEFT)
                self._nobody_left(session, handover)
                return None
            self._propose(handover, match)
            self._record(session, handover, "offer", OFFERED)
            return Offer(handover, match)

    def other_person(self, resident_id: str) -> Optional[Offer]:
        """Propose somebody else; the person until now is let go, kindly. None when there is nobody else."""
        with self._database.change() as session:
            handover = self._open_or_refuse(session, resident_id)
            before = person_of(handover)
            match = self._match(session, handover, also_tried=before)
            if match is None:
                return None
            self._apply(session, handover, "other_person")
            handover.tried = [*handover.tried, before.id]
            handover.next_person_id, handover.next_person, handover.summary = None, None, None
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
            self._keep(session, handover, agreement)
            self._promise(session, handover, person)
            self._apply(session, handover, "agree")
            return handover

    def withdraw(self, resident_id: str) -> Optional[Handover]:
        """Stop at once, in any open state. Every consent ends too. None when nothing was open."""
        with self._database.change() as session:
            handover = self._open(session, resident_id)
            if handover is None:
                return None
            for consent in session.scalars(select(Consent).filter_by(handover_id=handover.id, withdrawn_at=None)):
                consent.withdrawn_at = self._clock()
            self._apply(session, handover, "withdraw")
            return handover

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
            handover.nickname = nickname[:LONGEST_NICKNAME]
            return handover

    # ---------------------------------------------------------------- answers to a key person

    def answer_introduction(self, resident_id: str, agreement: Optional[Agreement]) -> Handover:
        """Yes (with what was shown) or no (None) to the professional whom the key person wants to bring in."""
        with self._database.change() as session:
            handover = self._open_or_refuse(session, resident_id)
            if handover.state != INTRODUCED:
                raise NotPossible("nobody is introduced")
            if agreement is None:
                self._apply(session, handover, "refuse")
                handover.next_person_id, handover.next_person, handover.summary = None, None, None
                return handover
            self._keep(session, handover, agreement)
            self._promise(session, handover, handover.next_person)
            self._apply(session, handover, "agree", summary=handover.summary)
            return handover

    def answer_appointment(self, resident_id: str, appointment_id: int, comes: bool) -> Appointment:
        """Yes, or "I can't come", also to what was agreed before. Raises `NotPossible` for a past or other's one."""
        with self._database.change() as session:
            appointment = session.get(Appointment, appointment_id)
            handover = self._locked(session, appointment.handover_id) if appointment else None
            if handover is None or handover.resident_id != resident_id:
                raise NotPossible("no such appointment of this resident")
            if appointment.state == "cancelled" or appointment.at <= self._clock():
                raise NotPossible("this appointment is over")
            appointment.state = "agreed" if comes else "cancelled"
            reminders = (("remind_day", DAY_BEFORE), ("remind_hours", HOURS_BEFORE))
            for kind, before in reminders:
                due = appointment.at - before
                if comes and due > self._clock():
                    self._set_timer(session, handover, kind, due, appointment.id)
                else:
                    self._stop_timers(session, handover, kind, appointment.id)
            notice = "appointment_agreed" if comes else "appointment_cannot"
            self._messenger.to_person(session, handover, person_of(handover), notice, appointment=appointment)
            return appointment

    def known_number(self, resident_id: str) -> Optional[str]:
        """The phone number this resident writes from, when the channel tells one ("+31612345678")."""
        with self._database.change() as session:
            for row in session.scalars(select(Address).filter_by(resident_id=resident_id, channel="whatsapp")):
                number = row.address.rpartition(":")[2]
                if number.startswith("+"):
                    return number
            return None

    def share_number(self, resident_id: str, number: str, agreement: Agreement) -> Handover:
        """The separate yes to a phone number: kept as a consent, and told to the person who helps."""
        with self._database.change() as session:
            handover = self._open_or_refuse(session, resident_id)
            if not self._happened(session, handover, "ask_number"):
                raise NotPossible("nobody asked for a number")
            self._keep(session, handover, agreement)
            self._messenger.to_person(session, handover, person_of(handover), "number_given", number=number)
            return handover

    def keep_number(self, resident_id: str) -> Handover:
        """No number: the person who asked hears it, so that nobody waits."""
        with self._database.change() as session:
            handover = self._open_or_refuse(session, resident_id)
            if self._happened(session, handover, "ask_number"):
                self._messenger.to_person(session, handover, person_of(handover), "number_refused")
            return handover

    def tell_how(self, resident_id: str, handover_id: str, feeling: str) -> Handover:
        """The answer a week later: `good`, `so_so` or `bad`; only the face is kept."""
        with self._database.change() as session:
            handover = self._locked(session, handover_id)
            if handover is None or handover.resident_id != resident_id or handover.state != CLOSED:
                raise NotPossible("there is nothing to look back on")
            _ = handover.person
            self._apply(session, handover, "answer_care")
            session.flush()
            last = select(HandoverEvent).filter_by(handover_id=handover.id).order_by(HandoverEvent.id.desc())
            session.scalars(last).first().event = f"care_{feeling}"
            return handover

    def _keep(self, session: Session, handover: Handover, agreement: Agreement) -> None:
        consent = Consent(handover_id=handover.id, **vars(agreement))
        consent.given_at = self._clock()
        session.add(consent)
