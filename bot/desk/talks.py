"""Writing to residents: whose turn it is, to whom the words go, and what is open."""

from typing import List, Optional

from bot.channels.messages import Choice
from bot.desk.buttons import Button, cut
from bot.desk.labels import waiting_label
from bot.desk.parts import DeskParts
from bot.desk.steps.step import Step
from bot.handover.service import NotPossible
from bot.handover.states import ACCEPTED, HELD_BY_A_PERSON
from bot.records.models import Handover, KeyPerson
from bot.records.received import finish
from bot.relay.letter import Letter
from bot.relay.passing import PERSON, pass_to_resident

TO_WHOM = "to_whom"  # the step in which words wait until it is clear whom they are for
MOST_SHOWN = 20  # people in one list
QUOTED = 150  # characters of somebody's own words, shown to remind them
A_FILE = "📎"  # a photo, voice message or file without words
A_FILE = "📎"  # a photo, voice message or file without words


class Talks:
    """The talks of a key person. What they write goes to the chosen one, and never to another."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def chosen(self, person: KeyPerson) -> Optional[Handover]:
        """The talk this person writes in; None when they have to say so.

        Also when the resident they wrote with has just stopped and only one other is left: the words in their fingers
        are for the one who stopped.
        """
        held = self._parts.handovers.held_by(person.id)
        with self._parts.database.change() as session:
            talk_id = session.get(KeyPerson, person.id).talk_id
        return held if held is not None and talk_id in (None, held.id) else None

    def write(self, person: KeyPerson, letter: Letter) -> None:
        """Words for a resident. When it is not clear for whom, they are kept and the person is asked."""
        chosen, talks = self.chosen(person), self._parts.handovers.talks(person.id)
        if chosen is not None:
            self._send_or_say(person, chosen, letter)
        elif talks:
            step = self._parts.steps.read(person)
            kept = step.answers["kept"] if step is not None and step.name == TO_WHOM else []
            self.ask_to_whom(person, self._parts.steps.begin(person, TO_WHOM, kept=[*kept, letter.to_json()]))
        else:
            self._nobody(person)

    def ask_to_whom(self, person: KeyPerson, step: Step) -> None:
        """Show the kept words, and the people they may be for."""
        choices = self.buttons("talk", person, self._parts.handovers.talks(person.id))
        words = _quoted(step)
        self._parts.voice.tell(person, "to_whom", choices=choices, words=words)

    def choose(self, person: KeyPerson, handover_id: str) -> None:
        """From now on this person writes there; words that waited for this choice go there at once."""
        handover = self._parts.handovers.choose_talk(person.id, handover_id)
        step, label = self._parts.steps.read(person), self._parts.label(person, handover)
        if step is None or step.name != TO_WHOM:
            self._parts.voice.tell(person, "now_writing", about=handover_id, label=label)
            return
        for kept in step.answers["kept"]:
            self.send(person, handover.id, Letter(**kept))
        self._parts.steps.leave(person)
        self._parts.voice.tell(person, "sent_to", about=handover_id, label=label)

    def give_back(self, person: KeyPerson, step: Step) -> None:
        """Kept words that will not be sent: say so, that nobody believes they were."""
        words = _quoted(step)
        self._parts.voice.tell(person, "kept_not_sent", words=words)

    def show_open(self, person: KeyPerson) -> None:
        """Everybody this person helps, and everybody who waits for their answer, each with a button."""
        talks, waiting = self._parts.handovers.talks(person.id), self._parts.handovers.waiting(person.id)
        if talks:
            self._parts.voice.tell(person, "open_talks", choices=self.buttons("talk", person, talks))
        if waiting:
            self._parts.voice.tell(person, "open_waiting", choices=self._questions(person, waiting))
        if not talks and not waiting:
            self._nobody(person)

    def ended(self, person: KeyPerson, handover_id: str) -> None:
        """This person ended a talk. Was it the one they wrote in, say where their words go from now on."""
        with self._parts.database.change() as session:
            known = session.get(KeyPerson, person.id)
            if known.talk_id not in (None, handover_id):
                return
            known.talk_id = None
        left = self._parts.handovers.talks(person.id)
        if len(left) == 1:
            self.choose(person, left[0].id)
        elif left:
            self.show_open(person)

    def buttons(self, name: str, person: KeyPerson, talks: List[Handover]) -> List[Choice]:
        """A button for each talk, with whom it is."""
        return [Button(name, talk.id).titled(self._parts.label(person, talk)) for talk in talks[-MOST_SHOWN:]]

    def send(self, person: KeyPerson, handover_id: str, letter: Letter) -> None:
        """The words of the person, as they are, to the resident. Raises `NotPossible` when the talk is over."""
        if self._parts.mine(person, handover_id).state == ACCEPTED:
            self._parts.handovers.first_message(handover_id, person.id)
        with self._parts.database.change() as session:
            handover = session.get(Handover, handover_id)
            if handover is None or handover.person_id != person.id or handover.state not in HELD_BY_A_PERSON:
                raise NotPossible("this talk ended a moment ago")
            pass_to_resident(session, handover, letter.messages(PERSON, person.desk_language))
            finish(session, letter.row)  # here, so that a crash a moment later does not send it twice
        self._parts.when_passed_on(handover, person, letter)

    def _send_or_say(self, person: KeyPerson, handover: Handover, letter: Letter) -> None:
        try:
            self.send(person, handover.id, letter)
        except NotPossible:
            self._parts.voice.tell(person, "talk_over")

    def _nobody(self, person: KeyPerson) -> None:
        """No talk is open; perhaps somebody waits for a yes."""
        waiting = self._parts.handovers.waiting(person.id)
        if len(waiting) == 1:
            self._parts.voice.tell(person, "accept_first", about=waiting[0].id)
        elif waiting:
            choices = self._questions(person, waiting)
            self._parts.voice.tell(person, "accept_first", choices=choices, leave_out=("accept", "cant", "later"))
        else:
            self._parts.voice.tell(person, "nobody_open", leave_out=away_or_back(self._parts, person))

    def _questions(self, person: KeyPerson, waiting: List[Handover]) -> List[Choice]:
        """A button for each question that waits for a yes or no."""
        words, content = self._parts.voice.words(person), self._parts.voice.speaker.content
        return [Button("ask", one.id).titled(waiting_label(one, words, content)) for one in waiting[:MOST_SHOWN]]


def _quoted(step: Step) -> str:
    """The kept words, to remind somebody of them."""
    return cut(" / ".join(kept["text"] or A_FILE for kept in step.answers["kept"]), QUOTED)


def away_or_back(parts: DeskParts, person: KeyPerson) -> List[str]:
    """Of the buttons "away" and "here again", the one that is of no use now."""
    with parts.database.change() as session:
        until = session.get(KeyPerson, person.id).away_until
    return ["away"] if until is not None and until > parts.clock() else ["back"]
