"""What key persons send, and what happens then: the same on Telegram, WhatsApp and the demo's second phone.

A pressed button says what is meant (`bot/desk/buttons.py`). Typed words are, in this order: a command, the words or the
number of a button, an answer to what the desk asked last (`bot/desk/steps`), or a message to a resident.
"""

import logging
from datetime import datetime
from typing import Any, Callable, Dict, Optional

from bot.channels.gate import choice_meant
from bot.channels.messages import Choice
from bot.desk.buttons import Button
from bot.desk.commands import after_word, says, slash_command, typed_command
from bot.desk.messenger import OutboxMessenger
from bot.desk.parts import DeskParts
from bot.desk.pressing import Pressing
from bot.desk.steps.step import Step, StepBook
from bot.desk.talks import TO_WHOM
from bot.desk.voice import Voice
from bot.handover.service import Handovers
from bot.records.database import Database
from bot.records.models import Handover, KeyPerson, now
from bot.relay.letter import Letter
from bot.replies.desk_texts import COMMANDS
from bot.replies.speaker import Speaker

logger = logging.getLogger(__name__)

SHOWS_NUMBERS = "whatsapp"  # the channel on which choices may be a list with numbers


class Desk:
    """Handles what a key person sends."""

    def __init__(
        self,
        database: Database,
        handovers: Handovers,
        speaker: Speaker,
        wake_delivery: Callable[[], None],
        clock: Callable[[], datetime] = now,
        when_passed_on: Callable[[Handover, KeyPerson, Letter], None] = lambda *about: None,
    ) -> None:
        self._wake_delivery = wake_delivery
        voice, messenger = Voice(database, speaker), OutboxMessenger(speaker, clock)
        steps = StepBook(database, clock)
        self._parts = DeskParts(database, handovers, voice, messenger, steps, clock, when_passed_on)
        self._pressing = Pressing(self._parts)

    async def handle(self, person_id: str, text: str, payload: Optional[str], letter: Optional[Letter] = None) -> None:
        """One message of one key person. `letter`: what they wrote in full, and what came with it."""
        letter = letter or Letter(text)
        with self._parts.database.change() as session:
            person = session.get(KeyPerson, person_id)
        if person is None:
            return
        try:
            button = Button.read(payload)
            if button is not None:
                self._pressing.press(person, button, self._open_step(person))
            elif letter.attachments:
                self._pressing.talks.write(person, letter)
            elif text:
                self._hear(person, text, letter)
            if button is None and (letter.is_empty or not letter.is_whole):
                self._parts.voice.tell(person, "only_text")
        except Exception as error:  # the last resort: nobody is left wondering whether their words arrived
            logger.error("what %s sent could not be handled: %s", person_id, type(error).__name__, exc_info=True)
            self._parts.voice.tell(person, "went_wrong")
        self._wake_delivery()

    def _open_step(self, person: KeyPerson) -> Optional[Step]:
        """What this person was asked for; not when that is long ago."""
        step = self._parts.steps.read(person)
        if step is None or not self._parts.steps.is_old(step):
            return step
        self._parts.steps.leave(person)
        if step.name == TO_WHOM:
            self._pressing.talks.give_back(person, step)
        return None

    def _hear(self, person: KeyPerson, text: str, letter: Letter) -> None:
        step = self._open_step(person)
        meant = self._command(person, step, text) or self._chosen(person, step, text)
        meant = meant or self._yes_or_no(person, step, text)
        if meant is not None:
            self._pressing.press(person, meant, step)
        elif step is not None and step.name != TO_WHOM and self._pressing.hear(person, step, text):
            return
        elif not self._is_away(person, text):
            self._pressing.talks.write(person, letter)

    def _command(self, person: KeyPerson, step: Optional[Step], text: str) -> Optional[Button]:
        """The button that a command stands for. What begins with a slash is never a message; unknown ones are help."""
        if not text.startswith("/"):
            name, rest = typed_command(self._texts(person), text), ""
        else:
            name, rest = slash_command(self._parts.voice.speaker.content, text)
            name = name or "help"
        if name == "back" and step is not None:  # back out of what was begun, not back from a holiday
            name = "stop"
        return Button(COMMANDS[name], argument=rest) if name else None

    def _chosen(self, person: KeyPerson, step: Optional[Step], text: str) -> Optional[Button]:
        """The button under the last message that is meant by its words, or by its number where numbers are shown.

        Elsewhere a number may well be an answer to a resident.
        """
        number = text.strip(" .)(")
        if number.isdecimal():
            asked = step is not None or person.channel == SHOWS_NUMBERS or not self._parts.handovers.talks(person.id)
            if not asked or (step is not None and self._pressing.takes_number(step, int(number))):
                return None
        return Button.read(choice_meant(text, [Choice(**choice) for choice in person.choices or []]))

    def _yes_or_no(self, person: KeyPerson, step: Optional[Step], text: str) -> Optional[Button]:
        """A yes or no to what was asked: to a summary, or to the only question that waits when no talk is open."""
        yes, no = says(self._texts(person), "yes", text), says(self._texts(person), "no", text)
        if not (yes or no):
            return None
        offered = [Button.read(choice["payload"]) for choice in person.choices or []]
        if step is not None:
            confirm = next((button for button in offered if button is not None and button.name == "confirm"), None)
            return None if confirm is None else confirm if yes else Button("stop")
        waiting = self._parts.handovers.waiting(person.id)
        if len(waiting) == 1 and not self._parts.handovers.talks(person.id):
            return Button("accept" if yes else "cant", waiting[0].id)
        return None

    def _is_away(self, person: KeyPerson, text: str) -> bool:
        """ "away from 1 to 10 December": noted, when the days are understood; else it may be a message."""
        rest = after_word(self._texts(person), "away", text)
        if rest is None or self._pressing.away.read(person, rest) is None:
            return False
        self._pressing.away.hear(person, None, rest)
        return True

    def _texts(self, person: KeyPerson) -> Dict[str, Any]:
        return self._parts.voice.texts(person)
