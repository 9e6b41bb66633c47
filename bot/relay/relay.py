"""Passes on what a resident and a key person write to each other: words at once, files with them, translations after.

Nothing is passed on once the talk is over: that is looked at in the same transaction that writes the messages.
"""

import asyncio
import logging
from datetime import datetime
from typing import Any, Awaitable, Callable, Dict, List, Optional, Set
from weakref import WeakValueDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.messages import Incoming, Outgoing
from bot.desk.messenger import desk_words
from bot.handover.service import Handovers, NotPossible
from bot.handover.states import HELD_BY_A_PERSON
from bot.records.database import Database
from bot.records.models import Handover, KeyPerson, Resident
from bot.relay.letter import Letter
from bot.relay.masking import mask
from bot.relay.media import MediaShelf
from bot.relay.passing import PERSON, RESIDENT, pass_to_person, pass_to_resident
from bot.relay.translating import Translating
from bot.replies.speaker import Reply, Speaker

logger = logging.getLogger(__name__)

Understand = Callable[[str, Optional[str]], Awaitable[Dict[str, Any]]]


class Relay:
    """Both directions. `understand` tells the language of a key person's words, when that is needed."""

    def __init__(
        self,
        database: Database,
        speaker: Speaker,
        handovers: Handovers,
        translating: Translating,
        understand: Understand,
        wake_delivery: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._database, self._speaker, self._handovers = database, speaker, handovers
        self._translating, self._understand, self._wake_delivery = translating, understand, wake_delivery
        self.shelf = MediaShelf(database, clock)
        self._tasks: Set[asyncio.Task] = set()
        self._turns: WeakValueDictionary = (
            WeakValueDictionary()
        )  # handover: lock, so that translations keep their order

    # ---------------------------------------------------------------- reading

    async def read(self, incoming: Incoming, hide_numbers: bool) -> Letter:
        """What came in, as it may be passed on; fetches what came with it, which may take seconds."""
        attachments, is_whole = await self.shelf.take(incoming) if incoming.media else ([], True)
        return Letter.read(incoming, attachments, is_whole, hide_numbers)

    def done_with(self, incoming: Incoming) -> None:
        """The message is dealt with for good, by whomever: the provider need not keep what came with it."""
        if incoming.media:
            self._beside(self.shelf.done_with(incoming))

    # ---------------------------------------------------------------- resident to person

    def to_person(self, session: Session, handover_id: str, person_id: str, letter: Letter, language: str) -> None:
        """Put it into the key person's outbox. Raises `NotPossible` when the talk is not with this person any more."""
        handover = held_with(session, handover_id, person_id)
        person = handover.person
        words = desk_words(self._speaker, person)
        messages = letter.messages(RESIDENT, language)
        if not letter.is_whole:
            messages.append(Outgoing((words.desk or {})["sent_photo"], words.code))
        if messages:
            pass_to_person(session, handover, person, words, messages)
        if letter.original is not None:
            self._handovers.hold(session, handover, letter.original)

    def replies(self, handover: Handover, letter: Letter, language: Optional[str]) -> List[Reply]:
        """What the resident hears of it: a number was hidden, a file did not arrive. Mostly nothing."""
        said, name = [], handover.person.name
        if not letter.is_whole:
            said.append(self._speaker.say("media_not_passed", language, name=name))
        if letter.original is not None and not self._handovers.is_asked(handover):
            said.append(self._speaker.say("number_hidden", language, name=name))
        return said

    def translate_to_person(self, handover: Handover, letter: Letter, language: str) -> None:
        """Let a translation follow, if there is a translator and this person does not speak the language anyway."""
        target = handover.person.desk_language
        if (
            language not in handover.person.languages
            and letter.text
            and self._translating.is_needed(letter.text, language, target)
        ):
            work = self._translate(handover, letter.text, language, target, RESIDENT)
            self._beside(self._in_turn(handover.id, work))

    # ---------------------------------------------------------------- person to resident

    def translate_to_resident(self, handover: Handover, person: KeyPerson, letter: Letter) -> None:
        """Let a translation follow what was passed on, if there is a translator and the resident writes otherwise."""
        if letter.text and self._translating.is_on:
            work = self._translate_back(handover, person, mask(letter.text).text)
            self._beside(self._in_turn(handover.id, work))

    async def _translate_back(self, handover: Handover, person: KeyPerson, text: str) -> None:
        """Key persons may write the language of their desk, or that of the resident: the words themselves tell."""
        meant = (await self._understand(text, None)).get("language")
        source = meant if meant in self._speaker.content.languages else person.desk_language
        with self._database.change() as session:
            resident = session.get(Resident, handover.resident_id)
        if resident is not None:
            target = resident.language or handover.language
            await self._translate(handover, text, source, target, PERSON)

    # ---------------------------------------------------------------- both

    async def idle(self) -> None:
        """Return when no translation is awaited and nothing is left to be deleted at a provider."""
        while self._tasks:
            await asyncio.gather(*list(self._tasks), return_exceptions=True)

    def tidy(self) -> None:
        """What is past its date: files that were passed on, numbers that nobody asked for."""
        self.shelf.tidy()
        self._handovers.let_go_of_numbers()

    async def close(self) -> None:
        """At shutdown: translations that are still awaited are not waited for."""
        for task in list(self._tasks):
            task.cancel()
        await self.idle()
        self._translating.close()
        await self.shelf.close()

    async def _in_turn(self, handover_id: str, work: Awaitable[None]) -> None:
        lock = self._turns.setdefault(handover_id, asyncio.Lock())
        async with lock:
            await work

    async def _translate(self, handover: Handover, text: str, source: str, target: str, sender: str) -> None:
        translated = await self._translating.translate(text, source, target)
        if translated is not None:
            self._put_translation(handover, translated, target, sender)

    def _put_translation(self, handover: Handover, translated: str, target: str, sender: str) -> None:
        words, fallback = self._speaker.language(target), self._speaker.language(None)
        phrase = words.phrases.get("machine_translation") or fallback.phrases["machine_translation"]
        message = Outgoing(phrase.format(text=translated), target, sender=sender)
        try:
            with self._database.change() as session:
                current = held_with(session, handover.id, handover.person_id)
                if sender == RESIDENT:
                    person = current.person
                    pass_to_person(session, current, person, desk_words(self._speaker, person), [message])
                else:
                    pass_to_resident(session, current, [message])
        except NotPossible:
            return  # the talk ended in the meantime
        self._wake_delivery()

    def _beside(self, work: Awaitable[None]) -> None:
        """Work that nobody waits for, and that may fail."""
        task = asyncio.ensure_future(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def held_with(session: Session, handover_id: str, person_id: str) -> Handover:
    """The open talk with this person, locked. Raises `NotPossible` when there is none (any more)."""
    handover = session.scalars(select(Handover).filter_by(id=handover_id).with_for_update()).first()
    if handover is None or handover.person_id != person_id or handover.state not in HELD_BY_A_PERSON:
        raise NotPossible("this talk is over")
    return handover


async def _quietly(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception as error:  # the original was passed on; the log hears the kind of trouble, never the text
        logger.error("work beside a passed-on message failed: %s", type(error).__name__)
