"""What key persons can do: accept, can't, write, done. The same on Telegram, WhatsApp and the demo's second phone."""

from typing import Callable, List, Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.messages import Outgoing
from bot.desk.messenger import desk_says, desk_words
from bot.desk.outbox import person_key, put
from bot.handover.service import Handovers, NotPossible
from bot.handover.states import ACCEPTED
from bot.records.database import Database
from bot.records.models import Handover, KeyPerson, Resident
from bot.replies.speaker import Speaker


class Desk:
    """Handles what a key person sends. A pressed button is `accept:<id>` or `cant:<id>`; everything else is text."""

    def __init__(
        self, database: Database, handovers: Handovers, speaker: Speaker, wake_delivery: Callable[[], None]
    ) -> None:
        self._database, self._handovers, self._speaker = database, handovers, speaker
        self._wake_delivery = wake_delivery

    async def handle(self, person_id: str, text: str, payload: Optional[str]) -> None:
        """One message of one key person."""
        with self._database.change() as session:
            person = session.get(KeyPerson, person_id)
        if person is None:
            return
        if payload and ":" in payload:
            self._press(person, *payload.split(":", 1))
        elif text:
            self._write(person, text)
        self._wake_delivery()

    def _press(self, person: KeyPerson, button: str, handover_id: str) -> None:
        act = {"accept": self._handovers.accept, "cant": self._handovers.decline}.get(button)
        try:
            if act is None:
                raise NotPossible(f"unknown button {button}")
            act(handover_id, person.id)
        except NotPossible:
            mine = self._handovers.held_by(person.id)
            if mine is not None and mine.id == handover_id:  # pressed once more: they are in contact already
                self._tell(person, "help", handover_id)
            else:
                self._tell(person, "too_late" if button == "accept" else "over", handover_id)

    def _write(self, person: KeyPerson, text: str) -> None:
        handover = self._handovers.held_by(person.id)
        words = desk_words(self._speaker, person)
        done = (words.desk or {}).get("done_words", [])
        if handover is None:
            self._tell(person, "nobody_open")
        elif text.casefold().strip(" .!") in done:
            self._handovers.close(person.id, handover.id)
        else:
            self._relay(person, handover, text)

    def _relay(self, person: KeyPerson, handover: Handover, text: str) -> None:
        """The words of the person, as they are, to the resident."""
        if handover.state == ACCEPTED:
            self._handovers.first_message(handover.id, person.id)
        with self._database.change() as session:
            resident = session.get(Resident, handover.resident_id)
            message = Outgoing(text, person.desk_language, sender="person")
            put(session, resident.id, resident.channel, [message], handover.id)

    def _tell(self, person: KeyPerson, text_name: str, handover_id: Optional[str] = None) -> None:
        messages: List[Outgoing] = desk_says(self._speaker, person, text_name)
        with self._database.change() as session:
            known = session.get(Handover, handover_id) if handover_id else self._latest(session, person)
            put(session, person_key(person.id), person.channel, messages, known.id if known else None)

    @staticmethod
    def _latest(session: Session, person: KeyPerson) -> Optional[Handover]:
        """What this person was last asked for: a word without a handover belongs to that talk."""
        query = select(Handover).filter_by(person_id=person.id).order_by(Handover.changed_at.desc())
        return session.scalars(query).first()
