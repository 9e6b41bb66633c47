"""Says the desk's own texts to a key person: in their language, with the buttons that `content/desk.yml` names."""

from dataclasses import replace
from typing import Any, Collection, Dict, Optional, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.messages import Choice, Outgoing
from bot.channels.whatsapp_parts import LONGEST_ITEM
from bot.desk.buttons import Button, cut
from bot.desk.messenger import desk_words
from bot.desk.outbox import person_key, put
from bot.records.database import Database
from bot.records.models import Handover, KeyPerson
from bot.replies.content import Language
from bot.replies.speaker import Speaker

WHATSAPP = "whatsapp"  # the channel whose lists have little room


class Voice:
    """Writes answers of the desk into the outbox."""

    def __init__(self, database: Database, speaker: Speaker) -> None:
        self._database, self.speaker = database, speaker

    def words(self, person: KeyPerson) -> Language:
        """The language of this person's desk."""
        return desk_words(self.speaker, person)

    def texts(self, person: KeyPerson) -> Dict[str, Any]:
        """The desk's texts and lists of words in that language."""
        return self.words(person).desk or {}

    def tell(
        self,
        person: KeyPerson,
        text_name: str,
        /,
        about: Optional[str] = None,
        choices: Sequence[Choice] = (),
        leave_out: Collection[str] = (),
        argument: str = "",
        **values: Any,
    ) -> None:
        """Say one text. `about` is the handover that its buttons mean, with this `argument`; `choices` come first.

        Without `about`, the message belongs to whatever this person was asked for last, and its buttons to nobody.
        """
        texts, names = self.texts(person), self.speaker.content.desk.get(text_name, ())
        below = [Button(name, about or "", argument).titled(texts[name]) for name in names if name not in leave_out]
        message = Outgoing(texts[text_name].format(**values), self.words(person).code, choices=[*choices, *below])
        with self._database.change() as session:
            self.put(session, person, message, about or self._latest(session, person))

    @staticmethod
    def put(session: Session, person: KeyPerson, message: Outgoing, handover_id: Optional[str]) -> None:
        """Into the outbox, on this person's channel."""
        if person.channel == WHATSAPP:
            choices = [Choice(cut(choice.title, LONGEST_ITEM), choice.payload) for choice in message.choices]
            message = replace(message, choices=choices)
        put(session, person_key(person.id), person.channel, [message], handover_id)

    @staticmethod
    def _latest(session: Session, person: KeyPerson) -> Optional[str]:
        """The talk this person writes in, else what they were last asked for."""
        mine = (Handover.person_id == person.id) | (Handover.next_person_id == person.id)
        chosen = Handover.id == session.get(KeyPerson, person.id).talk_id
        query = select(Handover.id).where(mine).order_by(chosen.desc(), Handover.changed_at.desc())
        return session.scalars(query.limit(1)).first()
