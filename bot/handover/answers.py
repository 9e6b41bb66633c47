"""What the resident answers to a key person: a professional, a meeting, a phone number; and a face a week later."""

from datetime import timedelta, timezone
from typing import Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handover.consents import Agreement, keep_consent
from bot.handover.core import Core, person_of
from bot.handover.looking_back import happened
from bot.handover.promises import HOME
from bot.handover.states import CLOSED, INTRODUCED, NoLongerFree, NotPossible
from bot.handover.timers import AFTERCARE, AGREED, CANCELLED, DAY, HOURS, HOURS_BEFORE, set_timer, stop_timers
from bot.records.models import Address, Appointment, Handover, HandoverEvent, KeyPerson

FEELINGS = ("good", "so_so", "bad")
DAY_BEFORE = timedelta(days=1)


class AnswerSide(Core):
    """Answers to what was asked of the resident. Each is one transaction."""

    def answer_introduction(self, resident_id: str, agreement: Optional[Agreement]) -> Handover:
        """Yes (with what was shown) or no (None) to the professional whom the key person wants to bring in.

        Raises `NoLongerFree` when that professional is gone by now: all go on as before, and are told so.
        """
        with self._database.change() as session:
            handover = self._open_or_refuse(session, resident_id)
            if handover.state != INTRODUCED:
                raise NotPossible("nobody is introduced")
            if agreement is None:
                self._apply(session, handover, "refuse")
                return handover
            other = handover.next_person
            if self._is_there(other):
                keep_consent(session, handover, agreement, self._clock())
                self._promise(session, handover, other)
                self._apply(session, handover, "agree", summary=handover.summary)
                return handover
            self._apply(session, handover, "next_unreachable")
        raise NoLongerFree(other.id)

    def answer_appointment(self, resident_id: str, appointment_id: int, comes: bool) -> Appointment:
        """Yes, or "I can't come", also to what was agreed before. Raises `NotPossible` for a past or other's one."""
        with self._database.change() as session:
            appointment = session.get(Appointment, appointment_id)
            handover = self._locked(session, appointment.handover_id) if appointment else None
            if handover is None or handover.resident_id != resident_id:
                raise NotPossible("no such appointment of this resident")
            session.refresh(appointment)  # as it is now that nobody else can change it
            if appointment.state == CANCELLED or appointment.at <= self._clock():
                raise NotPossible("this appointment is over")
            state = AGREED if comes else CANCELLED
            if appointment.state != state:  # a button that is pressed twice says nothing new
                appointment.state = state
                self._set_reminders(session, handover, appointment)
                notice = "appointment_agreed" if comes else "appointment_cannot"
                person = session.get(KeyPerson, appointment.person_id)  # not whoever took over since
                self._messenger.to_person(session, handover, person, notice, appointment=appointment)
            return appointment

    def _set_reminders(self, session: Session, handover: Handover, appointment: Appointment) -> None:
        """At the same time of the day before, and two hours before; none for what is called off."""
        day_before = (appointment.at.astimezone(HOME) - DAY_BEFORE).astimezone(timezone.utc)
        for kind, due in ((DAY, day_before), (HOURS, appointment.at - HOURS_BEFORE)):
            if appointment.state == AGREED and due > self._clock():
                set_timer(session, handover, kind, due, appointment.id)
            else:
                stop_timers(session, handover, kind, appointment.id)

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
            if not happened(session, handover, "ask_number"):
                raise NotPossible("nobody asked for a number")
            keep_consent(session, handover, agreement, self._clock())
            self._record(session, handover, "answer_number", handover.state, handover.person)
            self._messenger.to_person(session, handover, person_of(handover), "number_given", number=number)
            return handover

    def keep_number(self, resident_id: str) -> Handover:
        """No number: the person who asked hears it, so that nobody waits."""
        with self._database.change() as session:
            handover = self._open_or_refuse(session, resident_id)
            if happened(session, handover, "ask_number"):
                self._record(session, handover, "answer_number", handover.state, handover.person)
                self._messenger.to_person(session, handover, person_of(handover), "number_refused")
            return handover

    def tell_how(self, resident_id: str, handover_id: str, feeling: str) -> Handover:
        """The answer a week later: `good`, `so_so` or `bad`; only the face is kept."""
        with self._database.change() as session:
            handover = self._locked(session, handover_id) if feeling in FEELINGS else None
            if handover is None or handover.resident_id != resident_id or handover.state != CLOSED:
                raise NotPossible("there is nothing to look back on")
            _ = handover.person
            self._apply(session, handover, "answer_care")
            stop_timers(session, handover, AFTERCARE)
            session.flush()
            last = select(HandoverEvent).filter_by(handover_id=handover.id).order_by(HandoverEvent.id.desc())
            session.scalars(last).first().event = f"care_{feeling}"
            return handover
