"""Puts the notices of a handover into words and into the outbox, inside the transaction that caused them."""

from dataclasses import replace
from datetime import datetime
from string import Template
from typing import Any, Callable, Dict, List, Optional

from sqlalchemy.orm import Session

from bot.channels.messages import Choice, Outgoing
from bot.channels.outcome import reply_to_outgoing
from bot.desk.buttons import Button
from bot.desk.labels import label_of, topic_in, who_is
from bot.desk.outbox import person_key, put
from bot.records.models import Appointment, Handover, KeyPerson, Resident, now
from bot.relay.passing import RESIDENT, pass_to_person
from bot.replies.content import Language, in_language
from bot.replies.speaker import Speaker
from bot.replies.times import language_name, languages_in_words, meeting_in_words, when

Card = Callable[[str, str, str], str]  # kind of card, language, name: where it is found below /pictures/


class OutboxMessenger:
    """The `Messenger` of real life. `card` names the picture of a person or an appointment."""

    def __init__(self, speaker: Speaker, clock: Callable[[], datetime] = now, card: Optional[Card] = None) -> None:
        self._speaker, self._clock, self._card = speaker, clock, card

    def to_resident(self, session: Session, handover: Handover, notice: str, **values: Any) -> None:
        """A reply of the conversation, in the language this resident writes now."""
        resident = session.get(Resident, handover.resident_id)
        words = self._speaker.language(resident.language or handover.language)
        appointment, introduced = values.pop("appointment", None), values.pop("next_person", None)
        if handover.promised_by is not None:
            values.setdefault("when", when(handover.promised_by, self._clock(), words))
        if "speaks" in values:
            values["languages"] = languages_in_words(values.pop("speaks"), words, self._speaker.content)
        if introduced is not None:
            values["about"] = in_language(introduced.about, words.code, self._speaker.fallback)
        if appointment is not None:
            values.update(meeting_in_words(appointment.at, appointment.place, words))
        reply = self._speaker.say(notice, words.code, **values)
        picture = self._picture(words, appointment, introduced) or reply.picture
        messages = reply_to_outgoing(replace(reply, picture=picture))
        messages[-1] = replace(messages[-1], choices=_about_this(messages[-1].choices, handover, appointment))
        put(session, resident.id, resident.channel, messages, handover.id)
        resident.choices = [vars(choice) for choice in messages[-1].choices]

    def to_person(self, session: Session, handover: Handover, person: KeyPerson, notice: str, **values: Any) -> None:
        """A text of the desk, in the key person's language, with the buttons that `content/desk.yml` gives it."""
        words = desk_words(self._speaker, person)
        appointment = values.pop("appointment", None)
        if appointment is not None:
            values.update(meeting_in_words(appointment.at, appointment.place, words))
        code, texts = words.code, words.desk or {}
        text = texts[notice].format(**{**self._about(session, handover, person, words), **values})
        choices = [Button(name, handover.id).titled(texts[name]) for name in self._speaker.content.desk.get(notice, ())]
        message = Outgoing(text, code, choices=choices)
        put(session, person_key(person.id), person.channel, [message], handover.id)

    def pass_on(self, session: Session, handover: Handover, person: KeyPerson, text: str) -> None:
        """Words of the resident, as they are."""
        resident = session.get(Resident, handover.resident_id)
        message = Outgoing(text, resident.language or handover.language, sender=RESIDENT)
        pass_to_person(session, handover, person, desk_words(self._speaker, person), [message])

    def _picture(
        self, words: Language, appointment: Optional[Appointment], introduced: Optional[KeyPerson]
    ) -> Optional[str]:
        """The card of what the notice is about."""
        if self._card is None:
            return None
        if appointment is not None:
            return self._card("appointment", words.code, str(appointment.id))
        return self._card("person", words.code, introduced.id) if introduced is not None else None

    def _about(self, session: Session, handover: Handover, person: KeyPerson, words: Language) -> Dict[str, str]:
        """What the desk's texts may name. How the resident is called only once this person said yes."""
        topic = self._speaker.content.topics.get(handover.topic or "")
        texts: Dict[str, Any] = words.desk or {}
        about = {
            "topic": topic_in(words, handover),
            "language": language_name(handover.language, words, self._speaker.content),
            "urgency": texts[f"urgency_{topic.risk if topic else 'plain'}"],
            "who": who_is(session, handover, person, words),
            "label": label_of(session, handover, person, words),
            "neighbourhood": handover.neighbourhood or texts["no_neighbourhood"],
        }
        if handover.promised_by is not None:
            about["when"] = when(handover.promised_by, self._clock(), words)
        return about


def _about_this(choices: List[Choice], handover: Handover, appointment: Optional[Appointment]) -> List[Choice]:
    """What a button means may name this handover or appointment: `$handover`, `$appointment` in choices.yml."""
    ids = {"handover": handover.id, "appointment": appointment.id if appointment is not None else ""}
    return [replace(choice, payload=Template(choice.payload).safe_substitute(ids)) for choice in choices]


def desk_words(speaker: Speaker, person: KeyPerson) -> Language:
    """The language of this person's desk."""
    return desk_language(speaker, person.desk_language)


def desk_language(speaker: Speaker, code: Optional[str]) -> Language:
    """A language that the desk is written in. Some languages have no desk: then Dutch, the declared fallback."""
    words = speaker.language(code)
    return words if words.desk is not None else speaker.language(None)
