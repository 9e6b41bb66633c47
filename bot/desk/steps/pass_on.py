"""Passing somebody on to another key person: asked once more, because the talk ends with it."""

from typing import Tuple

from bot.desk.buttons import Button
from bot.desk.parts import DeskParts
from bot.desk.steps.step import Step
from bot.desk.talks import Talks
from bot.handover.service import NotPossible
from bot.handover.states import ACCEPTED, IN_TOUCH
from bot.records.models import KeyPerson


class PassOn:
    """Lets somebody else be asked."""

    name = "pass"
    buttons: Tuple[str, ...] = ()

    def __init__(self, parts: DeskParts, talks: Talks) -> None:
        self._parts, self._talks = parts, talks

    def begin(self, person: KeyPerson, handover_id: str) -> None:
        """Is that what is meant?"""
        handover = self._parts.mine(person, handover_id)
        if handover.state not in (ACCEPTED, IN_TOUCH):
            raise NotPossible("the resident has to answer something else first")
        self._ask(person, self._parts.steps.begin(person, self.name, handover_id))

    def press(self, person: KeyPerson, step: Step, button: Button) -> None:
        """It has no buttons but yes and stop."""
        self._ask(person, step)

    def hear(self, person: KeyPerson, step: Step, text: str) -> bool:
        """Anything but a yes: they write on, so it is not passed on. The words are a message."""
        self._parts.steps.leave(person)
        return False

    def takes_number(self, step: Step, number: int) -> bool:
        """Numbers are those of buttons."""
        return False

    def confirm(self, person: KeyPerson, step: Step) -> None:
        """Yes."""
        self._parts.steps.leave(person)
        self._parts.handovers.pass_on(person.id, step.handover)
        self._talks.ended(person, step.handover)

    def again(self, person: KeyPerson, step: Step) -> None:
        """Ask once more."""
        self._ask(person, step)

    def _ask(self, person: KeyPerson, step: Step) -> None:
        label = self._parts.label(person, self._parts.mine(person, step.handover))
        self._parts.voice.tell(person, "pass_ask", about=step.handover, argument=step.mark, label=label)
