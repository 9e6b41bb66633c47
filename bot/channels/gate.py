"""The gate: behind every door, before Rasa. Decides who hears a message: a person, the desk, or the bot."""

import asyncio
import logging
import re
from collections import defaultdict
from typing import Any, Awaitable, Callable, Dict, List, Optional, Protocol

from rapidfuzz import fuzz

from bot.channels.inbox import Inbox
from bot.channels.messages import Choice, Incoming, Outgoing
from bot.channels.outcome import Turn, turn_to_outgoing
from bot.desk.messenger import desk_words
from bot.desk.outbox import person_key, put
from bot.handover.service import Handovers
from bot.handover.states import HELD_BY_A_PERSON
from bot.records.database import Database
from bot.records.forget import LEAVING, forget
from bot.records.models import Handover, KeyPerson, Received, Resident, now
from bot.replies.speaker import Speaker

logger = logging.getLogger(__name__)

LONGEST = 2000  # characters that are read; the start of a long story says what it is about
SAME_TITLE = 90  # per cent alike: a typed answer that is a button's title with a typing mistake
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\x00-\x08\x0b-\x1f]")
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
HEARD_BY_THE_BOT = ("cancel", "delete_my_data", "change_key_person", "handover_status")  # while a person helps


class Brain(Protocol):
    """Understanding and dialogue, as the gate needs them (Rasa in real life)."""

    async def understand(self, text: str, language: Optional[str]) -> Dict[str, Any]:
        """What the message means, without answering it."""

    async def answer(self, resident_id: str, text: str, language: Optional[str]) -> Turn:
        """One turn of the conversation. `text` starts with `/` only for a pressed button."""


DeskHandler = Callable[[str, str, Optional[str]], Awaitable[None]]


class Gate:
    """Works through the inbox: one message at a time per person, many people side by side."""

    def __init__(
        self,
        database: Database,
        brain: Brain,
        speaker: Speaker,
        handovers: Handovers,
        desk: DeskHandler,
        wake_delivery: Callable[[], None],
    ) -> None:
        self.database, self.brain, self.speaker, self.handovers = database, brain, speaker, handovers
        self.inbox = Inbox(database)
        self._desk, self._wake_delivery = desk, wake_delivery
        self._locks: Dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: Dict[str, int] = defaultdict(int)
        self._tasks: set = set()
        self.observers: List[Callable[[str, Turn], None]] = []  # the demo's quiet panel looks on

    def receive(self, incoming: Incoming) -> bool:
        """Store a message and start its work in the background; False when it was a repeat.

        When this returns, the message cannot be lost any more: the webhook may be answered.
        """
        row = self.inbox.store(incoming)
        if row is not None:
            self._start(row)
        return row is not None

    def resume(self) -> int:
        """Take up what a crash left undone; returns how many messages."""
        rows = self.inbox.open_rows()
        for row in rows:
            self._start(row)
        return len(rows)

    async def idle(self) -> None:
        """Return when no message is being worked on."""
        while self._tasks:
            await asyncio.gather(*list(self._tasks), return_exceptions=True)

    def _start(self, row: Received) -> None:
        task = asyncio.get_running_loop().create_task(self._work(row))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, row: Received) -> None:
        self._waiting[row.sender] += 1
        try:
            async with self._locks[row.sender]:
                self.inbox.attempt(row.id)
                await self._handle(row)
        except Exception as error:  # last resort: the resident hears a kind word, the log hears the kind of trouble
            logger.error("message %s could not be handled: %s", row.id, type(error).__name__, exc_info=True)
            self._apologise(row)
        finally:
            self._waiting[row.sender] -= 1
            if not self._waiting[row.sender]:
                del self._waiting[row.sender]
                self._locks.pop(row.sender, None)
            self._wake_delivery()

    async def _handle(self, row: Received) -> None:
        incoming = Incoming.from_json(row.body)
        if row.sender.startswith("person:"):
            text = clean(incoming.text)
            await self._desk(row.sender.partition(":")[2], text, incoming.payload or self._chosen(row.sender, text))
            self._finish(row, Turn())
            return
        with self.database.change() as session:
            resident = session.get(Resident, row.sender)
        if resident is None:  # forgotten in the meantime
            self._finish(row, Turn())
            return
        text = self._as_text(incoming, resident)
        handover = self.handovers.current(resident.id)
        if handover is not None and await self._relayed(row, incoming, resident, handover, text):
            return
        turn = await self.brain.answer(resident.id, text, resident.language)
        if not turn.replies and not turn.forget:
            turn.replies.append(self.speaker.say("something_went_wrong", resident.language))
        self._finish(row, turn)

    def _chosen(self, sender: str, typed: str) -> Optional[str]:
        """The button that a key person meant by its number or its words, where the channel shows no buttons."""
        with self.database.change() as session:
            person = session.get(KeyPerson, sender.partition(":")[2])
            return choice_meant(typed, [Choice(**choice) for choice in (person.choices if person else None) or []])

    def _as_text(self, incoming: Incoming, resident: Resident) -> str:
        """What the message says to the bot: a button's payload, typed words, or the kind of thing that came."""
        if incoming.payload and incoming.payload.startswith("/"):
            return incoming.payload
        typed = clean(incoming.text)
        if typed:
            chosen = choice_meant(typed, [Choice(**choice) for choice in resident.choices])
            return chosen or typed.lstrip("/").strip() or "/received_nothing"
        if incoming.place is not None:
            return "/received_place"
        if incoming.media:
            return f"/received_{incoming.media[0].kind}"
        return "/received_nothing"

    async def _relayed(
        self, row: Received, incoming: Incoming, resident: Resident, handover: Handover, text: str
    ) -> bool:
        """Bring the message to the person who helps. Danger is answered by the bot as well, at once.

        Returns False when the bot has to answer instead: nobody helps yet, a button was pressed, or the resident
        wants to stop, to change or to be forgotten.
        """
        if handover.state not in HELD_BY_A_PERSON or text.startswith("/"):
            return False
        meant = await self.brain.understand(text, resident.language)
        if meant["accepted"] and meant["intent"] in HEARD_BY_THE_BOT:
            return False
        spoken = meant.get("language")
        turn = Turn(language=spoken if spoken in self.speaker.content.languages else None)
        topic = self.speaker.content.topics.get(meant["intent"])
        if meant["accepted"] and topic is not None and topic.risk == "now" and topic.group == "trust":
            turn.replies.append(self.speaker.topic(topic.name, "first", resident.language))
        with self.database.change() as session:
            person = session.get(KeyPerson, handover.person_id)
            words = desk_words(self.speaker, person).desk or {}
            said = incoming.text.strip() or words.get("sent_photo", "")
            message = Outgoing(said, resident.language or person.desk_language, sender="resident")
            put(session, person_key(person.id), person.channel, [message], handover.id)
        self._finish(row, turn)
        return True

    def _finish(self, row: Received, turn: Turn) -> None:
        """Replies, what is remembered, and the end of the inbox row: one transaction."""
        with self.database.change() as session:
            stored = session.get(Received, row.id)
            if stored is not None:
                stored.done_at, stored.body = now(), None
            resident = session.get(Resident, row.sender)
            if resident is None:
                return
            messages = turn_to_outgoing(turn.replies)
            if turn.forget:
                forget(session, resident)
                put(session, resident.id, resident.channel, messages, LEAVING)
                turn.understood = {}
                turn.language = None
                messages = []
            put(session, resident.id, resident.channel, messages)
            if messages:
                resident.choices = [vars(choice) for choice in messages[-1].choices]
            if turn.language:
                resident.language = turn.language
        for observe in self.observers:
            observe(row.sender, turn)

    def _apologise(self, row: Received) -> None:
        if row.sender.startswith("person:"):
            return
        with self.database.change() as session:
            resident = session.get(Resident, row.sender)
            language = resident.language if resident else None
        turn = Turn(replies=[self.speaker.say("something_went_wrong", language)])
        self._finish(row, turn)


def clean(text: str) -> str:
    """Typed text without invisible and control characters, white space folded, cut to what is read."""
    return " ".join(INVISIBLE.sub("", text).split())[:LONGEST].strip()


def choice_meant(typed: str, offered: List[Choice]) -> Optional[str]:
    """The payload of the choice that a resident meant by a number or by (nearly) its words, or None."""
    number = typed.translate(DIGITS).strip(" .)(").removesuffix("️⃣")
    if number.isdigit() and 1 <= int(number) <= len(offered):
        return offered[int(number) - 1].payload
    for choice in offered:
        if len(typed) <= 40 and fuzz.ratio(typed.casefold(), choice.title.casefold()) >= SAME_TITLE:
            return choice.payload
    return None
