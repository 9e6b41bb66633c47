"""Bringing in a named professional: who, and what they need to know. The resident reads it first, and decides."""

from typing import List, Optional

from rapidfuzz import fuzz

from bot.channels.messages import Choice
from bot.desk.buttons import Button
from bot.desk.parts import DeskParts
from bot.desk.steps.step import Step
from bot.handover.service import NotPossible
from bot.handover.states import ACCEPTED, IN_TOUCH
from bot.records.models import KeyPerson

PROFESSIONAL = "professional"
AT_A_TIME = 8  # names in one list; two more buttons fit on WhatsApp
SHORTEST, LONGEST = 15, 400  # characters of what the professional is told
ALIKE = 85  # per cent: a typing mistake in a name


class HandOn:
    """Introduces a professional to the resident."""

    name = "hand_on"
    buttons = ("to", "hand_on_more")

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def begin(self, person: KeyPerson, handover_id: str) -> None:
        """Ask who it is to be."""
        if self._parts.mine(person, handover_id).state not in (ACCEPTED, IN_TOUCH):
            raise NotPossible("the resident has to answer something else first")
        if not self._people(person):
            self._parts.voice.tell(person, "hand_on_nobody", about=handover_id)
            return
        self._ask(person, self._parts.steps.begin(person, self.name, handover_id))

    def press(self, person: KeyPerson, step: Step, button: Button) -> None:
        """A name was pressed, or more names are wanted."""
        if button.name == "to":
            step.answers["to"] = button.argument
        else:
            step.answers["from"] = int(button.argument) if button.argument.isdecimal() else 0
        self._ask(person, step)

    def hear(self, person: KeyPerson, step: Step, text: str) -> bool:
        """A name, or what the professional needs to know."""
        if self._other(person, step) is None:
            named = [one for one in self._people(person) if fuzz.ratio(one.name.casefold(), text.casefold()) >= ALIKE]
            if len(named) == 1:
                step.answers["to"] = named[0].id
            self._ask(person, step, None if named else "hand_on_unknown")
        elif SHORTEST <= len(text) <= LONGEST:
            step.answers["summary"] = text
            self._ask(person, step)
        else:
            self._ask(person, step, "hand_on_short" if len(text) < SHORTEST else "too_long")
        return True

    def takes_number(self, step: Step, number: int) -> bool:
        """Numbers are those of buttons."""
        return False

    def confirm(self, person: KeyPerson, step: Step) -> None:
        """The words are right: the resident is asked."""
        summary = step.answers.get("summary")
        if summary is None:
            raise NotPossible("something is missing yet")
        if self._other(person, step) is None:  # gone away in the meantime; the words stay
            self._ask(person, step)
            return
        self._parts.handovers.hand_on(person.id, step.handover, step.answers["to"], summary)
        self._parts.steps.leave(person)

    def again(self, person: KeyPerson, step: Step) -> None:
        """Write other words for the same professional."""
        step.answers.pop("summary", None)
        self._ask(person, step)

    def _ask(self, person: KeyPerson, step: Step, instead: Optional[str] = None) -> None:
        """Ask for the first thing that is missing; `instead` is said in place of the question, with its buttons."""
        self._parts.steps.keep(person, step)
        other, handover = self._other(person, step), self._parts.mine(person, step.handover)
        voice, about = self._parts.voice, step.handover
        label = self._parts.label(person, handover)
        if other is None:
            voice.tell(person, instead or "hand_on_who", about=about, choices=self._names(person, step), label=label)
            return
        values = {"next_name": other.name, "label": label}
        if "summary" not in step.answers:
            voice.tell(person, instead or "hand_on_write", about=about, **values)
        else:
            values["summary"] = step.answers["summary"]
            voice.tell(person, instead or "hand_on_confirm", about=about, argument=step.mark, **values)

    def _people(self, person: KeyPerson) -> List[KeyPerson]:
        """Who can be brought in, professionals first. Whoever takes nobody at all is only there for the desk."""
        people = [one for one in self._parts.handovers.professionals(person.id) if one.most_at_once > 0]
        return sorted(people, key=lambda one: (one.kind != PROFESSIONAL, one.name))

    def _other(self, person: KeyPerson, step: Step) -> Optional[KeyPerson]:
        """Whoever was chosen, while they can be brought in."""
        return next((one for one in self._people(person) if one.id == step.answers.get("to")), None)

    def _names(self, person: KeyPerson, step: Step) -> List[Choice]:
        people, start = self._people(person), step.answers.get("from", 0)
        shown = people[start : start + AT_A_TIME]
        names = [", ".join(filter(None, [one.name, one.organisation])) for one in shown]
        choices = [Button("to", step.handover, one.id).titled(name) for one, name in zip(shown, names)]
        if start + AT_A_TIME < len(people):
            more = Button("hand_on_more", step.handover, str(start + AT_A_TIME))
            choices.append(more.titled(self._parts.voice.texts(person)["more"]))
        return choices
