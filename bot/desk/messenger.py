"""Puts the notices of a handover into words and into the outbox, inside the transaction that caused them."""

from datetime import datetime
from typing import Any, Callable, Dict, List

from sqlalchemy.orm import Session

from bot.channels.messages import Choice, Outgoing
from bot.channels.outcome import reply_to_outgoing
from bot.desk.outbox import person_key, put
from bot.records.models import Handover, KeyPerson, Resident, now
from bot.replies.content import Language
from bot.replies.speaker import Speaker
from bot.replies.times import language_name, when

LOUD = {"alert": ("accept", "cant")}  # notices with buttons


class OutboxMessenger:
    """The `Messenger` of real life."""

    def __init__(self, speaker: Speaker, clock: Callable[[], datetime] = now) -> None:
        self._speaker, self._clock = speaker, clock

    def to_resident(self, session: Session, handover: Handover, notice: str, **values: Any) -> None:
        """A reply of the conversation, in the language this resident writes now."""
        resident = session.get(Resident, handover.resident_id)
        words = self._speaker.language(resident.language or handover.language)
        if handover.promised_by is not None:
            values.setdefault("when", when(handover.promised_by, self._clock(), words))
        messages = reply_to_outgoing(self._speaker.say(notice, words.code, **values))
        put(session, resident.id, resident.channel, messages, handover.id)
        resident.choices = [vars(choice) for choice in messages[-1].choices]

    def to_person(self, session: Session, handover: Handover, person: KeyPerson, notice: str, **values: Any) -> None:
        """A text of the desk, in the key person's language."""
        words = desk_words(self._speaker, person)
        code, texts = words.code, words.desk or {}
        text = texts[notice].format(**{**self._about(handover, code), **values})
        choices = [Choice(texts[name], f"{name}:{handover.id}") for name in LOUD.get(notice, ())]
        message = Outgoing(text, code, choices=choices)
        put(session, person_key(person.id), person.channel, [message], handover.id)

    def _about(self, handover: Handover, code: str) -> Dict[str, str]:
        words = self._speaker.language(code)
        topic = self._speaker.content.topics.get(handover.topic or "")
        texts: Dict[str, Any] = words.desk or {}
        about = {
            "topic": words.topics[topic.name].title if topic else words.phrases["something_with_money"],
            "language": language_name(handover.language, words, self._speaker.content),
            "urgency": texts[f"urgency_{topic.risk if topic else 'plain'}"],
        }
        if handover.promised_by is not None:
            about["when"] = when(handover.promised_by, self._clock(), words)
        return about


def desk_says(speaker: Speaker, person: KeyPerson, text_name: str) -> List[Outgoing]:
    """One of the desk's own texts for this person."""
    words = desk_words(speaker, person)
    return [Outgoing((words.desk or {})[text_name], words.code)]


def desk_words(speaker: Speaker, person: KeyPerson) -> Language:
    """The language of this person's desk. Some languages have none: then Dutch, the declared fallback."""
    words = speaker.language(person.desk_language)
    return words if words.desk is not None else speaker.language(None)
