"""A number that was hidden from a key person: held until the resident says whether they may see it, a day at most."""

from datetime import timedelta
from typing import Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handover.core import Core
from bot.handover.states import HELD_BY_A_PERSON, NotPossible
from bot.records.models import Handover, KeyPerson, Resident

HELD_FOR = timedelta(days=1)
ABOUT_NUMBERS = ("/show_number", "/keep_hidden")  # what the buttons under the question mean
MOST_HELD = 10  # messages; whoever sends more numbers than that before answering can send the last ones again


class NumberSide(Core):
    """Hidden numbers. Each event is one transaction, but for `hold`, which belongs to passing on the rest."""

    def hold(self, session: Session, handover: Handover, text: str) -> None:
        """Keep the words as they were written, for the person who has just got them without the number."""
        held = handover.held or {}
        before = held.get("texts", []) if held.get("person") == handover.person_id else []
        handover.held = {"person": handover.person_id, "texts": [*before, text][-MOST_HELD:]}
        handover.held_until = self._clock() + HELD_FOR

    def is_asked(self, handover: Handover) -> bool:
        """Whether the question for this person is open already: it is asked once."""
        return bool(handover.held) and handover.held["person"] == handover.person_id

    def show_numbers(self, resident_id: str) -> Handover:
        """The resident insists: the person gets the words as they were written. Raises `NotPossible`."""
        with self._database.change() as session:
            handover = self._holding_numbers(session, resident_id)
            if not self.is_asked(handover) or handover.state not in HELD_BY_A_PERSON:
                raise NotPossible("this was asked about somebody else")
            person = session.get(KeyPerson, handover.person_id)
            for text in handover.held["texts"]:
                self._messenger.pass_on(session, handover, person, text)
            _forget_numbers(handover)
            _ = handover.person
            return handover

    def keep_hidden(self, resident_id: str) -> Handover:
        """No: nobody sees the number, and it is kept no longer. Raises `NotPossible` when nothing is held."""
        with self._database.change() as session:
            handover = self._holding_numbers(session, resident_id)
            _forget_numbers(handover)
            _ = handover.person
            return handover

    def let_go_of_numbers(self) -> int:
        """Forget what nobody answered about for a day, or what is over; returns how many."""
        with self._database.change() as session:
            query = select(Handover).where(Handover.held_until.is_not(None))
            late = Handover.held_until <= self._clock()
            over = Handover.state.not_in(HELD_BY_A_PERSON)
            found = list(session.scalars(query.where(late | over)))
            for handover in found:
                _forget_numbers(handover)
                resident = session.get(Resident, handover.resident_id)
                resident.choices = [one for one in resident.choices if one["payload"] not in ABOUT_NUMBERS]
            return len(found)

    def _holding_numbers(self, session: Session, resident_id: str) -> Handover:
        handover: Optional[Handover] = self._open(session, resident_id)
        if handover is None or not handover.held:
            raise NotPossible("nothing is hidden")
        return handover


def _forget_numbers(handover: Handover) -> None:
    handover.held, handover.held_until = None, None
