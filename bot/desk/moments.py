"""Days and times as people type them: "dinsdag 14:00", "25-11 half 3", "tomorrow at 3 pm", "van 1 dec tot 10 dec".

Strict on purpose: whatever is not understood as a whole is asked again, never guessed. The words of each language
stand in its `conversation.yml` (`desk`, `..._words`), names of days and months come from Unicode's tables.
"""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import List, Optional, Tuple

from bot.desk.time_words import MARK, close_to, marked, names_in
from bot.replies.content import Language

ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
NUMERIC = re.compile(r"(?<![\d:.])(\d{1,2})[-/](\d{1,2})(?:[-/](\d{4}))?(?![\d:.])")
TOKEN = re.compile(rf"\d{{1,2}}[:.]\d\d|\d+|{MARK}\w+|[^\W\d_]+")
LONG_PAST = timedelta(days=60)  # a day without a year that is longer ago than this is meant for the next year


@dataclass
class Moment:
    """What was said: a day, a time, or both."""

    day: Optional[date] = None
    time: Optional[time] = None


class Unclear(Exception):
    """Something in it was not understood."""


def read_moment(text: str, today: date, words: Language) -> Optional[Moment]:
    """The day and time that are meant, perhaps past; None when anything in the text is not understood."""
    try:
        return _Reader(marked(text, words), today, words).moment()
    except Unclear:
        return None


def read_period(text: str, today: date, words: Language) -> Optional[Tuple[date, date]]:
    """The first and the last day that are meant; None when it is not understood."""
    start_text, until, end_text = marked(text, words).partition(f"{MARK}until")
    start_text = start_text.replace(f"{MARK}from", " ")
    try:
        if not until:
            day = _Reader(start_text, today, words).day()
            return day, day
        if start_text.strip().isdecimal():  # "from 1 to 10 December"
            end = _Reader(end_text, today, words).day()
            return _day_before(int(start_text), end), end
        start = _Reader(start_text, today, words).day() if start_text.strip() else today
        return start, _Reader(end_text, start, words).day()
    except Unclear:
        return None


class _Reader:
    """Reads one text, already marked, word by word."""

    def __init__(self, text: str, today: date, words: Language) -> None:
        self._today, self._names = today, names_in(words)
        self._found, self._exact = Moment(), False  # exact: "03:00", which is at night
        self._half = ""  # before or after noon, when that was said
        self._next_week = False
        self._weekday: Optional[int] = None
        rest = NUMERIC.sub(self._numeric, ISO.sub(self._iso, text))
        self._tokens = TOKEN.findall(re.sub(r"(?<=\d)(?=[^\W\d_])", " ", rest))

    def day(self) -> date:
        """The day alone."""
        moment = self.moment()
        if moment.day is None or moment.time is not None:
            raise Unclear
        return moment.day

    def moment(self) -> Moment:
        """Everything that was said."""
        while self._tokens:
            self._word(self._tokens.pop(0))
        if self._weekday is not None:
            self._set_day(self._on_weekday(self._weekday), weekday_known=True)
        elif self._next_week:
            raise Unclear
        if self._half and self._found.time is None:
            raise Unclear
        if self._found.time is not None:
            self._found.time = self._found.time.replace(hour=self._hour(self._found.time.hour))
        if self._found.day is None and self._found.time is None:
            raise Unclear
        return self._found

    def _word(self, word: str) -> None:
        if word.startswith(MARK):
            self._marked_word(word[1:])
        elif word[0].isdecimal():
            self._number(word)
        elif (weekday := self._close(word, "weekdays")) is not None:
            if self._weekday is not None:
                raise Unclear
            self._weekday = weekday
        elif self._close(word, "months") is not None:
            number = self._take_number()
            self._day_in_month(number, self._close(word, "months"))
        else:
            raise Unclear

    def _marked_word(self, meaning: str) -> None:
        days = {"today": 0, "tomorrow": 1, "after_tomorrow": 2}
        parts = {"half_before": -30, "half_after": 30, "quarter_before": -15, "quarter_after": 15}
        if meaning in days:
            self._set_day(self._today + timedelta(days=days[meaning]))
        elif meaning in parts:
            minutes = self._hour_of(self._take_number()) * 60 + parts[meaning]
            noon = 12 * 60 if minutes < 60 else 0  # "half 1" is 12:30
            self._set_time(time((minutes + noon) // 60 % 24, minutes % 60))
        elif meaning == "next_week":
            self._next_week = True
        elif meaning in ("morning", "afternoon"):
            self._half = meaning
        elif meaning not in ("hour", "filler"):
            raise Unclear

    def _number(self, word: str) -> None:
        if not word.isdecimal():  # 14:30, 14.30
            hour, minute = map(int, re.split("[:.]", word))
            self._set_time(_time(hour, minute), exact=word.startswith("0"))
            return
        following = self._tokens[0] if self._tokens else ""
        while following == f"{MARK}filler" and len(self._tokens) > 1:  # "25th of November"
            self._tokens.pop(0)
            following = self._tokens[0]
        month = self._close(following, "months") if following and following[0].isalpha() else None
        if month is not None:
            self._tokens.pop(0)
            self._day_in_month(int(word), month)
        else:
            self._set_time(_time(self._hour_of(int(word)), self._minutes()))

    def _minutes(self) -> int:
        """The 30 of "14u30"."""
        if len(self._tokens) > 1 and self._tokens[0] == f"{MARK}hour" and re.fullmatch(r"[0-5]\d", self._tokens[1]):
            self._tokens.pop(0)
            return int(self._tokens.pop(0))
        return 0

    def _day_in_month(self, day: int, month: Optional[int]) -> None:
        year = None
        if self._tokens and re.fullmatch(r"20\d\d", self._tokens[0]):
            year = int(self._tokens.pop(0))
        self._set_day(_date(day, month or 0, year, self._today))

    def _take_number(self) -> int:
        if not self._tokens or not self._tokens[0].isdecimal():
            raise Unclear
        return int(self._tokens.pop(0))

    def _close(self, word: str, kind: str) -> Optional[int]:
        return close_to(word, self._names[kind])

    def _on_weekday(self, weekday: int) -> date:
        """The next such day after today; with "next week", the one of next week."""
        if self._next_week:
            return self._today + timedelta(days=7 - self._today.weekday() + weekday)
        return self._today + timedelta(days=(weekday - self._today.weekday() - 1) % 7 + 1)

    def _iso(self, found: "re.Match[str]") -> str:
        self._set_day(_date(int(found[3]), int(found[2]), int(found[1]), self._today))
        return " "

    def _numeric(self, found: "re.Match[str]") -> str:
        year = int(found[3]) if found[3] else None
        self._set_day(_date(int(found[1]), int(found[2]), year, self._today))
        return " "

    def _set_day(self, day: date, weekday_known: bool = False) -> None:
        if self._found.day is not None:
            # "Tuesday 25 November": fine when it is a Tuesday
            if not weekday_known or self._found.day.weekday() != day.weekday():
                raise Unclear
            return
        self._found.day = day

    def _set_time(self, moment: time, exact: bool = False) -> None:
        if self._found.time is not None:
            raise Unclear
        self._found.time, self._exact = moment, exact

    @staticmethod
    def _hour_of(number: int) -> int:
        if not 0 <= number <= 24:
            raise Unclear
        return number

    def _hour(self, hour: int) -> int:
        """On a clock of 24 hours. "3 o'clock" is in the afternoon unless said otherwise: nobody meets at night."""
        if self._half == "afternoon":
            return hour + 12 if hour < 12 else hour
        if self._half == "morning":
            return 0 if hour == 12 else hour
        return hour + 12 if 1 <= hour <= 7 and not self._exact else hour


def _time(hour: int, minute: int) -> time:
    try:
        return time(hour % 24 if hour == 24 and minute == 0 else hour, minute)
    except ValueError:
        raise Unclear from None


def _date(day: int, month: int, year: Optional[int], today: date) -> date:
    """Without a year: this year, or the next one when it is long past."""
    try:
        if year is not None:
            return date(year, month, day)
        this = date(today.year, month, day)
        return date(today.year + 1, month, day) if today - this > LONG_PAST else this
    except ValueError:
        raise Unclear from None


def _day_before(day: int, end: date) -> date:
    """The nearest such day of the month that is not after `end`."""
    months: List[date] = [end.replace(day=1), (end.replace(day=1) - timedelta(days=1)).replace(day=1)]
    for month in months:
        try:
            found = month.replace(day=day)
        except ValueError:
            continue
        if found <= end:
            return found
    raise Unclear
