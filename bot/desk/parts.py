"""What every part of the desk works with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Callable, Optional

from bot.desk.labels import label_of
from bot.desk.steps.step import StepBook
from bot.desk.voice import Voice
from bot.handover.service import Handovers, Messenger, NotPossible
from bot.handover.states import HELD_BY_A_PERSON
from bot.records.database import Database
from bot.records.models import Handover, KeyPerson
from bot.relay.letter import Letter


@dataclass(frozen=True)
class DeskParts:
    """The records, the handovers, what speaks, the steps and the clock; and the questions that all of the desk asks."""

    database: Database
    handovers: Handovers
    voice: Voice
    messenger: Messenger
    steps: StepBook
    clock: Callable[[], datetime]
    when_passed_on: Callable[[Handover, KeyPerson, Letter], None]

    def find(self, handover_id: str) -> Optional[Handover]:
        """The handover of this id, whoever it is with."""
        with self.database.change() as session:
            handover = session.get(Handover, handover_id) if handover_id else None
            if handover is not None:
                _ = handover.person, handover.next_person  # read while the session is open
            return handover

    def mine(self, person: KeyPerson, handover_id: str) -> Handover:
        """The open talk of this id that this person holds; raises `NotPossible` when it is not theirs (any more)."""
        handover = self.find(handover_id)
        if handover is None or handover.person_id != person.id or handover.state not in HELD_BY_A_PERSON:
            raise NotPossible("this talk is not with this person")
        return handover

    def label(self, person: KeyPerson, handover: Handover) -> str:
        """Whom it is about, in one line."""
        with self.database.change() as session:
            return label_of(session, handover, person, self.voice.words(person))
