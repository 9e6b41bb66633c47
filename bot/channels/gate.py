"""The gate: behind every door, before Rasa. Decides who hears a message: a person, the desk, or the bot."""

import asyncio
import logging
import re
from collections import defaultdict
from dataclasses import replace
from typing import Any, Awaitable, Callable, Dict, List, Optional, Protocol

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from bot.channels.inbox import Inbox
from bot.channels.messages import Choice, Incoming
from bot.channels.outcome import Turn, turn_to_outgoing
from bot.channels.whereabouts import place_meant, shared
from bot.desk.outbox import put
from bot.handover.service import Handovers, NotPossible
from bot.handover.states import HELD_BY_A_PERSON
from bot.records.database import Database
from bot.records.forget import LEAVING, forget
from bot.records.models import Handover, Received, Resident
from bot.records.received import finish
from bot.relay.letter import Letter
from bot.relay.relay import Relay
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


DeskHandler = Callable[[str, str, Optional[str], Letter], Awaitable[None]]


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
        relay: Relay,
    ) -> None:
        self.database, self.brain, self.speaker, self.handovers = database, brain, speaker, handovers
        self.relay = relay
        self.inbox = Inbox(database, when_joined=handovers.keep_one_open)
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
                incoming = Incoming.from_json(row.body)
                await self._handle(row, incoming)
                self.relay.done_with(incoming)
        except Exception as error:  # last resort: the resident hears a kind word, the log hears the kind of trouble
            logger.error("message %s could not be handled: %s", row.id, type(error).__name__, exc_info=True)
            self._apologise(row)
        finally:
            self._waiting[row.sender] -= 1
            if not self._waiting[row.sender]:
                del self._waiting[row.sender]
                self._locks.pop(row.sender, None)
            self._wake_delivery()

    async def _handle(self, row: Received, incoming: Incoming) -> None:
        if row.sender.startswith("person:"):
            letter = replace(await self.relay.read(incoming, hide_numbers=False), row=row.id)
            await self._desk(row.sender.partition(":")[2], clean(incoming.text), incoming.payload, letter)
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

    def _as_text(self, incoming: Incoming, resident: Resident) -> str:
        """What the message says to the bot: a button's payload, typed words, or the kind of thing that came."""
        if incoming.payload and incoming.payload.startswith("/"):
            return incoming.payload
        typed = clean(incoming.text)
        if typed:
            offered = [Choice(**choice) for choice in resident.choices]
            chosen = choice_meant(typed, offered) or place_meant(typed, offered)
            return chosen or typed.lstrip("/").strip() or "/received_nothing"
        if incoming.place is not None:
            return shared(incoming.place)
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
        typed = clean(incoming.text)
        is_pressed = text.startswith("/") and bool(incoming.payload or typed)
        if handover.state not in HELD_BY_A_PERSON or is_pressed or not (typed or incoming.media or incoming.place):
            return False
        meant = await self.brain.understand(text, resident.language) if typed else {}
        if meant.get("accepted") and meant["intent"] in HEARD_BY_THE_BOT:
            return False
        spoken = meant.get("language")
        turn = Turn(language=spoken if spoken in self.speaker.content.languages else None)
        language = turn.language or resident.language or handover.language
        self._warn(resident, meant, language)
        letter = await self.relay.read(incoming, hide_numbers=True)
        turn.replies += self.relay.replies(handover, letter, language)

        def pass_on(session: Session) -> None:
            self.relay.to_person(session, handover.id, handover.person_id, letter, language)

        try:
            self._finish(row, turn, pass_on)
        except NotPossible:  # the talk ended while a photo was fetched
            return False
        self.relay.translate_to_person(handover, letter, language)
        return True

    def _warn(self, resident: Resident, meant: Dict[str, Any], language: str) -> None:
        """Danger is answered before anything else is done: fetching a photo takes seconds."""
        topic = self.speaker.content.topics.get(meant.get("intent") or "")
        if meant.get("accepted") and topic is not None and topic.risk == "now" and topic.group == "trust":
            messages = turn_to_outgoing([self.speaker.topic(topic.name, "first", language)])
            with self.database.change() as session:
                put(session, resident.id, resident.channel, messages)
                session.get(Resident, resident.id).choices = [vars(choice) for choice in messages[-1].choices]
            self._wake_delivery()

    def _finish(self, row: Received, turn: Turn, pass_on: Optional[Callable[[Session], None]] = None) -> None:
        """What is passed on, replies, what is remembered, and the end of the inbox row: one transaction."""
        with self.database.change() as session:
            if pass_on is not None:
                pass_on(session)
            finish(session, row.id)
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
