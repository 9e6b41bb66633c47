"""An appointment: a day, a time, a place; then the resident is asked. Each may be pressed or typed, in any order."""

from datetime import date, datetime, time, timedelta, timezone
from typing import Any, Dict, List, Optional

from opening_hours import OpeningHours

from bot.channels.messages import Choice
from bot.desk.buttons import Button
from bot.desk.moments import read_moment
from bot.desk.parts import DeskParts
from bot.desk.steps.step import Step
from bot.handover.person_side import FAR, SOON
from bot.handover.promises import HOME
from bot.handover.service import BadTime, NotPossible
from bot.handover.states import ACCEPTED, IN_TOUCH
from bot.records.models import KeyPerson
from bot.replies.content import Language
from bot.replies.times import day_in_words, time_in_words

HOURS = (9, 10, 11, 13, 14, 15, 16, 19)
DAYS = 8  # working days that are shown as buttons
WORKING_DAYS = "Mo-Fr; PH off"  # OpenStreetMap's notation; PH: Dutch public holidays
NOON = time(12)
LONGEST_PLACE = 120  # characters


class Meet:
    """Proposes an appointment to the resident."""

    name = "meet"
    buttons = ("day", "time", "place_phone", "place_own")

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def begin(self, person: KeyPerson, handover_id: str) -> None:
        """Ask for a day."""
        if self._parts.mine(person, handover_id).state not in (ACCEPTED, IN_TOUCH):
            raise NotPossible("the resident has to answer something else first")
        self._ask(person, self._parts.steps.begin(person, self.name, handover_id))

    def press(self, person: KeyPerson, step: Step, button: Button) -> None:
        """A day, a time or a place was pressed."""
        if button.name in ("day", "time"):
            step.answers[button.name] = _checked(button.name, button.argument)
        else:
            step.answers["place"] = person.organisation if button.name == "place_own" else ""
        self._ask(person, step)

    def hear(self, person: KeyPerson, step: Step, text: str) -> bool:
        """A day, a time, both, or the place, in words."""
        read = self._place_in if {"day", "time"} <= step.answers.keys() else self._moment_in
        self._ask(person, step, read(person, step, text))
        return True

    def takes_number(self, step: Step, number: int) -> bool:
        """Is this an hour, not the number of a button?"""
        return "day" in step.answers and "time" not in step.answers and HOURS[0] - 1 <= number <= 23

    def confirm(self, person: KeyPerson, step: Step) -> None:
        """The summary is right: propose it."""
        at, place = self._moment(step), step.answers.get("place")
        if at is None or place is None:
            raise NotPossible("something is missing yet")
        try:
            self._parts.handovers.propose_appointment(person.id, step.handover, at, place or None)
        except BadTime:  # it took so long that the moment has come
            self._drop(step, "day", "time")
            self._ask(person, step, "meet_past")
            return
        self._parts.steps.leave(person)

    def again(self, person: KeyPerson, step: Step) -> None:
        """Choose everything anew."""
        self._ask(person, self._parts.steps.begin(person, self.name, step.handover))

    # ---------------------------------------------------------------- what is asked next

    def _ask(self, person: KeyPerson, step: Step, instead: Optional[str] = None) -> None:
        """Ask for the first thing that is missing; `instead` is said in place of the question, with its buttons."""
        handover, instead = self._parts.mine(person, step.handover), self._wrong(step) or instead
        self._parts.steps.keep(person, step)
        words = self._parts.voice.words(person)
        if "day" not in step.answers:
            self._parts.voice.tell(person, instead or "meet_day", about=step.handover, choices=self._days(step, words))
        elif "time" not in step.answers:
            day = day_in_words(_at_noon(step), words)
            choices = self._times(step)
            self._parts.voice.tell(person, instead or "meet_time", about=step.handover, choices=choices, day=day)
        elif "place" not in step.answers:
            choices = [Button("place_own", step.handover).titled(person.organisation)] if person.organisation else []
            self._parts.voice.tell(person, instead or "meet_place", about=step.handover, choices=choices)
        else:
            self._sum_up(person, step, self._parts.label(person, handover))

    def _sum_up(self, person: KeyPerson, step: Step, label: str) -> None:
        words, at = self._parts.voice.words(person), self._moment(step)
        values: Dict[str, Any] = {"day": day_in_words(at, words), "time": time_in_words(at)} if at else {}
        place = step.answers["place"] or words.phrases["by_phone"]
        values.update(label=label, place=place)
        self._parts.voice.tell(person, "meet_confirm", about=step.handover, argument=step.mark, **values)

    def _moment_in(self, person: KeyPerson, step: Step, text: str) -> Optional[str]:
        """Note the day and time that were typed; what to say when there were none."""
        moment = read_moment(text, self._today(), self._parts.voice.words(person))
        if moment is None:
            return "meet_time_unclear" if "day" in step.answers else "meet_day_unclear"
        if moment.day is not None:
            step.answers["day"] = moment.day.isoformat()
        if moment.time is not None:
            step.answers["time"] = moment.time.isoformat("minutes")
        return None

    def _place_in(self, person: KeyPerson, step: Step, text: str) -> Optional[str]:
        if len(text) > LONGEST_PLACE:
            return "too_long"
        by_phone = text.casefold().strip(" .!") in self._parts.voice.texts(person)["phone_words"]
        step.answers["place"] = "" if by_phone else text
        return None

    # ---------------------------------------------------------------- moments

    def _wrong(self, step: Step) -> Optional[str]:
        """What is wrong with the day or time given; the wrong one is dropped, so that it is asked again."""
        if "day" not in step.answers:
            return None
        if date.fromisoformat(step.answers["day"]) < self._today():
            self._drop(step, "day")
            return "meet_past"
        if "time" not in step.answers:
            return None
        at, now = self._moment(step), self._parts.clock()
        if at is None:
            self._drop(step, "time")
            return "meet_no_such_time"
        if at < now + SOON:
            self._drop(step, "time")
            return "meet_past"
        if at > now + FAR:
            self._drop(step, "day")
            return "meet_far"
        return None

    @staticmethod
    def _moment(step: Step) -> Optional[datetime]:
        """The moment that was chosen; None when there is none, or the clocks skip it in spring."""
        if not {"day", "time"} <= step.answers.keys():
            return None
        local = datetime.fromisoformat(f"{step.answers['day']}T{step.answers['time']}").replace(tzinfo=HOME)
        there_and_back = local.astimezone(timezone.utc).astimezone(HOME)
        return local if there_and_back.replace(tzinfo=None) == local.replace(tzinfo=None) else None

    def _today(self) -> date:
        return self._parts.clock().astimezone(HOME).date()

    def _days(self, step: Step, words: Language) -> List[Choice]:
        """The next working days: today as well, while there is an hour left."""
        week, day = OpeningHours(WORKING_DAYS, country="NL"), self._today()
        found: List[Choice] = []
        while len(found) < DAYS:
            if week.is_open(datetime.combine(day, NOON)) and self._hours_left(day):
                title = day_in_words(datetime.combine(day, NOON, HOME), words)
                found.append(Button("day", step.handover, day.isoformat()).titled(title))
            day += timedelta(days=1)
        return found

    def _times(self, step: Step) -> List[Choice]:
        hours = self._hours_left(date.fromisoformat(step.answers["day"]))
        return [Button("time", step.handover, f"{hour:02}:00").titled(f"{hour:02}:00") for hour in hours]

    def _hours_left(self, day: date) -> List[int]:
        soonest = self._parts.clock() + SOON
        return [hour for hour in HOURS if datetime.combine(day, time(hour), HOME) >= soonest]

    @staticmethod
    def _drop(step: Step, *names: str) -> None:
        for name in names:
            step.answers.pop(name, None)


def _at_noon(step: Step) -> datetime:
    return datetime.combine(date.fromisoformat(step.answers["day"]), NOON, HOME)


def _checked(name: str, argument: str) -> str:
    """What a button of ours carries; raises `NotPossible` for what none of them ever did."""
    try:
        (date if name == "day" else time).fromisoformat(argument)
    except ValueError:
        raise NotPossible(f"no such {name}") from None
    return argument
