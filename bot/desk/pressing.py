"""What each button does. Whether it still may is judged now: buttons stay on people's screens for weeks."""

from typing import Any, Callable, Dict, Optional

from bot.desk.buttons import Button
from bot.desk.parts import DeskParts
from bot.desk.steps.away import Away
from bot.desk.steps.hand_on import HandOn
from bot.desk.steps.meet import Meet
from bot.desk.steps.pass_on import PassOn
from bot.desk.steps.step import Step
from bot.desk.talks import TO_WHOM, Talks, away_or_back
from bot.handover.service import NotPossible
from bot.handover.states import HANDED_ON, HELD_BY_A_PERSON, INTRODUCED
from bot.records.models import Handover, KeyPerson

DURING_HAND_ON = ("meet", "number", "hand_on", "pass")  # what has to wait until the resident has decided
Act = Callable[[KeyPerson, Button], None]


class Pressing:
    """The buttons of the desk."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts, self.talks = parts, Talks(parts)
        self.away = Away(parts)
        steps = (Meet(parts), HandOn(parts), PassOn(parts, self.talks), self.away)
        self._steps: Dict[str, Any] = {step.name: step for step in steps}
        self._of_steps = {button: step.name for step in steps for button in step.buttons}
        self._acts: Dict[str, Act] = {
            "accept": self._accept,
            "cant": lambda person, button: self._do(parts.handovers.decline, button.handover, person.id),
            "later": lambda person, button: self._do(parts.handovers.later, button.handover, person.id),
            "ask": self._ask_again,
            "talk": lambda person, button: self.talks.choose(person, button.handover),
            "open": lambda person, button: self.talks.show_open(person),
            "menu": self._menu,
            "number": lambda person, button: self._do(parts.handovers.ask_number, person.id, button.handover),
            "done": self._done,
            "away": self._away,
            "back": self._back,
            "explain": self._explain,
            **{name: self._begin for name in ("meet", "hand_on", "pass")},
        }

    def press(self, person: KeyPerson, button: Button, step: Optional[Step]) -> None:
        """Do what the button says, or say kindly that it cannot be done. `step`: what this person is asked for now."""
        try:
            if button.name in ("confirm", "again", "stop"):
                self._answer(person, button, step)
            elif button.name in self._of_steps:
                self._within(person, button, step)
            elif button.name in self._acts:
                self._drop(person, button, step)
                self._acts[button.name](person, button)
            else:
                raise NotPossible("there is no such button")
        except NotPossible:
            if step is not None and step.handover and step.handover == button.handover:
                self._parts.steps.leave(person)
            self._refused(person, button)

    def hear(self, person: KeyPerson, step: Step, text: str) -> bool:
        """Typed words in answer to a step; when its talk is over, that is said. False: they are a message after all."""
        try:
            return self._steps[step.name].hear(person, step, text)
        except NotPossible:
            self._parts.steps.leave(person)
            self._parts.voice.tell(person, "talk_over")
            return True

    def takes_number(self, step: Step, number: int) -> bool:
        """Is a typed number an answer to this step, not the number of a button?"""
        return step.name in self._steps and self._steps[step.name].takes_number(step, number)

    # ---------------------------------------------------------------- steps

    def _drop(self, person: KeyPerson, button: Button, step: Optional[Step]) -> None:
        """Something else is wanted, so the step ends. Words that wait to be sent stay, or are given back."""
        if step is None:
            return
        if step.name != TO_WHOM:
            self._parts.steps.leave(person)
        elif button.name in (*self._steps, "away_pick"):  # these begin a step, and there is room for one only
            self.talks.give_back(person, step)

    def _begin(self, person: KeyPerson, button: Button) -> None:
        self._steps[button.name].begin(person, button.handover)

    def _within(self, person: KeyPerson, button: Button, step: Optional[Step]) -> None:
        """A button of a step: of the one that is open, and about the same person."""
        name = self._of_steps[button.name]
        if name != self.away.name and (step is None or (step.name, step.handover) != (name, button.handover)):
            raise NotPossible("this is asked no longer")
        if step is not None and step.name == TO_WHOM:
            self._drop(person, button, step)
        self._steps[name].press(person, step, button)

    def _answer(self, person: KeyPerson, button: Button, step: Optional[Step]) -> None:
        """Yes, once more, or stop."""
        if step is None and button.name == "stop" and not button.handover:
            self._explain(person, button)
            return
        if step is None or (button.handover and button.handover != step.handover):
            raise NotPossible("this is asked no longer")
        if button.name != "stop":
            if button.argument != step.mark:
                raise NotPossible("this was another summary")
            act = self._steps[step.name].confirm if button.name == "confirm" else self._steps[step.name].again
            act(person, step)
            return
        self._parts.steps.leave(person)
        if step.name == TO_WHOM:
            self.talks.give_back(person, step)
        else:
            leave_out = () if step.handover else ("menu",)
            self._parts.voice.tell(person, "step_left", about=step.handover or None, leave_out=leave_out)

    # ---------------------------------------------------------------- a question

    def _accept(self, person: KeyPerson, button: Button) -> None:
        self._parts.handovers.accept(button.handover, person.id)
        talks = self._parts.handovers.talks(person.id)
        if len(talks) > 1:
            self._now_writing(person, self._parts.mine(person, button.handover))

    def _ask_again(self, person: KeyPerson, button: Button) -> None:
        """The question once more, with its buttons."""
        handover = next((one for one in self._parts.handovers.waiting(person.id) if one.id == button.handover), None)
        if handover is None:
            raise NotPossible("this question is answered")
        with self._parts.database.change() as session:
            asked, helper = session.get(Handover, handover.id), session.get(KeyPerson, person.id)
            notice = "alert_hand_on" if asked.state == HANDED_ON else "alert"
            values = {"name": asked.person.name, "summary": asked.summary}
            self._parts.messenger.to_person(session, asked, helper, notice, **values)

    # ---------------------------------------------------------------- a talk

    def _menu(self, person: KeyPerson, button: Button) -> None:
        """What can be done for somebody; of several, the one they write with, else it is asked."""
        handover = self._meant(person, button, "menu_which")
        if handover is not None:
            self._parts.voice.tell(person, "menu_for", about=handover.id, label=self._parts.label(person, handover))

    def _done(self, person: KeyPerson, button: Button) -> None:
        handover = self._meant(person, button, "done_which")
        if handover is not None:
            self._parts.handovers.close(person.id, handover.id)
            self.talks.ended(person, handover.id)

    def _meant(self, person: KeyPerson, button: Button, which: str) -> Optional[Handover]:
        """The talk that a button or command is about; None when that had to be asked, or there is none."""
        if button.handover:
            return self._parts.mine(person, button.handover)
        chosen, talks = self.talks.chosen(person), self._parts.handovers.talks(person.id)
        if chosen is None and talks:
            self._parts.voice.tell(person, which, choices=self.talks.buttons(button.name, person, talks))
        elif chosen is None:
            self.talks.show_open(person)
        return chosen

    def _now_writing(self, person: KeyPerson, handover: Handover) -> None:
        self._parts.voice.tell(person, "now_writing", about=handover.id, label=self._parts.label(person, handover))

    # ---------------------------------------------------------------- the person

    def _away(self, person: KeyPerson, button: Button) -> None:
        if button.argument:
            self.away.hear(person, None, button.argument)
        else:
            self.away.begin(person)

    def _back(self, person: KeyPerson, button: Button) -> None:
        self._parts.handovers.back(person.id)
        self._parts.voice.tell(person, "back_noted")

    def _explain(self, person: KeyPerson, button: Button) -> None:
        leave_out = away_or_back(self._parts, person)
        if not self._parts.handovers.talks(person.id):
            leave_out.append("menu")
        self._parts.voice.tell(person, "help", leave_out=leave_out)

    # ---------------------------------------------------------------- what cannot be done

    def _refused(self, person: KeyPerson, button: Button) -> None:
        """Kindly, and without a word about talks that are somebody else's."""
        handover = self._parts.find(button.handover)
        if handover is None:
            self._parts.voice.tell(person, "over" if button.handover else "old_button")
            return
        holds = handover.person_id == person.id and handover.state in HELD_BY_A_PERSON
        asked = handover.id in [one.id for one in self._parts.handovers.waiting(person.id)]
        knew = holds or asked or handover.person_id == person.id or person.id in handover.tried
        if holds:
            self._refused_within(person, button, handover)
        elif asked and button.name == "later":
            self._parts.voice.tell(person, "cannot_wait", about=handover.id)
        elif knew and button.name == "accept" and handover.state in HELD_BY_A_PERSON:
            self._parts.voice.tell(person, "too_late", about=handover.id)
        elif knew and not asked:
            self._parts.voice.tell(person, "over", about=handover.id)
        else:
            self._parts.voice.tell(person, "old_button")

    def _refused_within(self, person: KeyPerson, button: Button, handover: Handover) -> None:
        """This person helps, and yet it cannot be done."""
        label = self._parts.label(person, handover)
        if button.name in DURING_HAND_ON and handover.state in (INTRODUCED, HANDED_ON):
            name = handover.next_person.name if handover.next_person else ""
            self._parts.voice.tell(person, "wait_for_answer", about=handover.id, next_name=name, label=label)
        elif button.name in ("accept", "cant", "later"):  # pressed once more: they are in contact already
            self._parts.voice.tell(person, "menu_for", about=handover.id, label=label)
        else:
            self._parts.voice.tell(person, "old_button", about=handover.id)

    @staticmethod
    def _do(act: Callable[..., object], *about: Any) -> None:
        act(*about)
