"""A bot to talk with in tests: the real gate, database, model and content; only the provider is missing."""

from dataclasses import replace
from typing import Dict, Iterable, List, Optional

from sqlalchemy import select

from actions.unreviewed import NOTE
from bot.app import Parts
from bot.channels.messages import Incoming, Media, Outgoing, Place
from bot.desk.outbox import person_key
from bot.handover.people import keep_people
from bot.records.models import Handover, Sending
from bot.replies.content import Language


class Talk:
    """One resident talking. `say` returns what the bot and people answered to that one message."""

    def __init__(self, parts: Parts, name: str = "resident-1") -> None:
        self.parts, self.name = parts, name
        self.heard: List[Outgoing] = []
        self.hears_notes = False  # that nobody has read these words yet: said once, whenever there is room
        self._count = 0
        self._seen = 0

    @property
    def resident_id(self) -> str:
        """The pseudonym of this resident."""
        return self.parts.database.secrecy.pseudonym("demo", self.name)

    async def say(self, text: str = "", payload: Optional[str] = None, photo: bool = False, **more) -> List[Outgoing]:
        """Send one message and wait for the answers."""
        self._count += 1
        media = [Media("demo:photo", "image/jpeg")] if photo else []
        message = Incoming("demo", f"{self.name}-{self._count}", [self.name], text, payload, media, **more)
        self.parts.gate.receive(message)
        await self.parts.gate.idle()
        return self.news()

    async def share_place(self) -> List[Outgoing]:
        """Share a location."""
        return await self.say(place=Place(52.37, 4.9))

    async def press(self, title: str) -> List[Outgoing]:
        """Press a button of the last answer by what it says."""
        offered = {choice.title: choice.payload for message in self.heard for choice in message.choices}
        assert title in offered, f"no button {title!r}, only {list(offered)}"
        return await self.say(title, offered[title])

    def news(self) -> List[Outgoing]:
        """What came for this resident since the last look."""
        self.heard = [Outgoing.from_json(row.body) for row in self.rows(self.resident_id) if row.id > self._seen]
        self._seen = max([self._seen, *(row.id for row in self.rows(self.resident_id))])
        if not self.hears_notes:
            self.heard = [message for message in self.heard if message.text not in self._notes()]
        return self.heard

    def _notes(self) -> List[str]:
        return [text for words in self.parts.speaker.content.languages.values() for text in words.replies.get(NOTE, [])]

    def rows(self, receiver: str) -> List[Sending]:
        """All outbox rows for a receiver."""
        with self.parts.database.change() as session:
            return list(session.scalars(select(Sending).filter_by(receiver=receiver).order_by(Sending.id)))

    def handover(self) -> Optional[Handover]:
        """The latest handover of this resident."""
        with self.parts.database.change() as session:
            query = select(Handover).filter_by(resident_id=self.resident_id).order_by(Handover.created_at.desc())
            found = session.scalars(query).first()
            _ = found and found.person  # read while the session is open
            return found

    async def person_presses(self, person_id: str, button: str) -> List[Outgoing]:
        """The key person presses `accept` or `cant` under the last alert; returns what the resident hears of it."""
        alerts = [row for row in self.rows(person_key(person_id)) if row.body["choices"]]
        pressed = next(c for c in alerts[-1].body["choices"] if c["payload"].startswith(f"{button}:"))
        return await self.person_says(person_id, pressed["title"], pressed["payload"])

    async def person_says(self, person_id: str, text: str, payload: Optional[str] = None) -> List[Outgoing]:
        """The key person writes; returns what the resident hears of it."""
        self._count += 1
        message = Incoming("demo", f"{person_id}-{self._count}", [f"demo-{person_id}"], text, payload)
        self.parts.gate.receive(message)
        await self.parts.gate.idle()
        return self.news()

    def person_heard(self, person_id: str) -> List[str]:
        """All texts that a key person got."""
        return [row.body["text"] for row in self.rows(person_key(person_id))]


def texts(messages: List[Outgoing]) -> List[str]:
    """Only what was said."""
    return [message.text for message in messages]


def people(*entries: Dict) -> List[Dict]:
    """Key persons who are always there, for tests."""
    always = {"hours": "24/7", "about": {"nl": "Helpt graag.", "en": "Likes to help."}}
    return [{**always, **entry} for entry in entries]


def know(parts: Parts, entries: List[Dict]) -> None:
    """Put key persons into the records."""
    keep_people(parts.database, entries)


def without(words: Language, part: str, buttons: Iterable[str]) -> Language:
    """A language that does not offer the household check or the lessons (`part`), and so has no such buttons."""
    left = {name: title for name, title in words.choices.items() if name not in set(buttons)}
    return replace(words, choices=left, **{part: None})
