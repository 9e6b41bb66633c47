"""Times off: today, this week, two weeks, or days that are typed."""

from datetime import date, datetime, time, timedelta
from typing import Optional, Tuple

from rapidfuzz import fuzz

from bot.desk.buttons import Button
from bot.desk.moments import read_period
from bot.desk.parts import DeskParts
from bot.desk.steps.step import Step
from bot.handover.promises import HOME
from bot.handover.service import BadTime
from bot.records.models import KeyPerson
from bot.replies.times import day_in_words

ALIKE = 85  # per cent: a typing mistake in the words of a button
PERIODS = ("away_today", "away_week", "away_two_weeks")


class Away:
    """Nobody new is proposed this person in that time; open talks stay."""

    name = "away"
    buttons = (*PERIODS, "away_pick")

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def begin(self, person: KeyPerson, handover_id: str = "") -> None:
        """Ask when."""
        self._parts.steps.begin(person, self.name)
        self._parts.voice.tell(person, "away_when")

    def press(self, person: KeyPerson, step: Optional[Step], button: Button) -> None:
        """One of the periods, or days of one's own. Needs no step: the button says it all."""
        if button.name == "away_pick":
            self._parts.steps.begin(person, self.name)
            self._parts.voice.tell(person, "away_write")
        else:
            self._note(person, self._period(button.name))

    def hear(self, person: KeyPerson, step: Optional[Step], text: str) -> bool:
        """Days in words."""
        period = self.read(person, text)
        if period is None:
            self._parts.voice.tell(person, "away_unclear")
        else:
            self._note(person, period)
        return True

    def read(self, person: KeyPerson, text: str) -> Optional[Tuple[date, date]]:
        """The days that are meant; None when they are not understood."""
        texts, typed = self._parts.voice.texts(person), text.casefold().strip(" .!")
        for name in PERIODS:
            if fuzz.ratio(typed, texts[name].casefold()) >= ALIKE:
                return self._period(name)
        return read_period(text, self._today(), self._parts.voice.words(person))

    def takes_number(self, step: Step, number: int) -> bool:
        """Numbers are those of buttons."""
        return False

    def confirm(self, person: KeyPerson, step: Step) -> None:
        """Nothing is to be confirmed: ask again."""
        self.begin(person)

    again = confirm

    def _note(self, person: KeyPerson, period: Tuple[date, date]) -> None:
        first, last = period
        start = datetime.combine(first, time(), HOME)
        until = datetime.combine(last + timedelta(days=1), time(), HOME)
        try:
            self._parts.handovers.away(person.id, start, until)
        except BadTime:
            self._parts.voice.tell(person, "away_past")
            return
        step = self._parts.steps.read(person)
        if step is not None and step.name == self.name:
            self._parts.steps.leave(person)
        words = self._parts.voice.words(person)
        first_day, last_day = day_in_words(start, words), day_in_words(until - timedelta(hours=6), words)
        self._parts.voice.tell(person, "away_noted", day=first_day, until=last_day)

    def _period(self, name: str) -> Tuple[date, date]:
        """This week ends on Sunday."""
        today = self._today()
        days = {"away_today": 0, "away_week": 6 - today.weekday(), "away_two_weeks": 13}[name]
        return today, today + timedelta(days=days)

    def _today(self) -> date:
        return self._parts.clock().astimezone(HOME).date()
