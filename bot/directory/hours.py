"""Opening hours in OpenStreetMap notation, with Dutch public holidays: open until when, or opens when.

All is computed in wall-clock time, as hours on a door are meant, also on the days when the clock is changed.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Iterator, List, Optional, Tuple
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]  # its stub leaves out the error

HOME = ZoneInfo("Europe/Amsterdam")
DAY = timedelta(days=1)
FAR = timedelta(days=70)  # who is closed for longer than a summer and its holidays does not help anybody now
A_YEAR = 366  # days
EVENING = time(18, 0)
ORDINARY_WEEKS = datetime(2027, 3, 1), datetime(2027, 3, 29)  # four, from Monday on, with no holiday but Easter Day
WITHOUT_TIMES = re.compile(r"^\D*$")  # "Mo-Fr" or "by appointment": the notation takes it for always open
WHERE = re.compile(r"--> 1:(\d+)")
WEEK = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAYS_OF_A_RULE = re.compile(rf"\s*((?:{'|'.join(WEEK)})(?:[-,](?:{'|'.join(WEEK)}))*)\s+\d")

Times = Tuple[datetime, datetime]


@dataclass(frozen=True)
class Opening:
    """When a place can be visited. `since` and `until` belong to the present opening, or to the next one.

    `until` is None when it does not close within ten weeks.
    """

    now: bool
    since: datetime
    until: Optional[datetime]
    day: date  # the one on whose hours it depends: yesterday, when it is open past midnight


def opening(hours: str, moment: datetime) -> Optional[Opening]:
    """The present or next opening as seen from `moment`; None when there is none within ten weeks."""
    local = moment.astimezone(HOME).replace(tzinfo=None)
    start, end = datetime.combine(local.date() - DAY, time()), local + FAR
    for since, until in _open_times(hours, start, end):
        if until > local:
            closes = None if until >= end else until.replace(tzinfo=HOME)
            all_day = until >= datetime.combine(local.date() + DAY, time())
            day = max(since.date(), local.date()) if all_day else since.date()
            return Opening(since <= local, since.replace(tzinfo=HOME), closes, day)
    return None


def times_on(hours: str, day: date) -> List[Tuple[time, time]]:
    """When a place opens and closes on a day. What begins the evening before belongs to that evening."""
    start = datetime.combine(day, time())
    found = list(_open_times(hours, start - DAY, start + 3 * DAY))
    if any(since < start and until >= start + DAY for since, until in found):
        return [(time(), time())]
    return [(since.time(), until.time()) for since, until in found if since.date() == day]


def opens_in_the_evening(hours: str) -> bool:
    """Whether it is open after six on some day of some ordinary weeks."""
    found = _open_times(hours, *ORDINARY_WEEKS)
    return any(until > datetime.combine(since.date(), EVENING) for since, until in found)


def wrong_with(hours: str, moment: datetime) -> Optional[str]:
    """Why these hours cannot be used, or None."""
    example = "write them as Mo-Fr 09:00-17:00; Sa 10:00-13:00; PH off"
    if not hours:
        return f"there are no hours; {example}"
    if WITHOUT_TIMES.match(hours):
        return f"the hours “{hours}” name no time; {example}"
    try:
        parsed(hours)
    except ParserError as error:
        found = WHERE.search(str(error))
        at = hours[int(found.group(1)) - 1 :] if found else hours
        return f"the hours “{hours}” cannot be read from “{at}” on; {example}"
    start = moment.astimezone(HOME).replace(tzinfo=None)
    if next(_open_times(hours, start, start + A_YEAR * DAY), None) is None:
        return f"with the hours “{hours}” it is never open in the coming year"
    return None


def remark_on(hours: str) -> Optional[str]:
    """What is probably not meant with these hours, or None."""
    if "SH" in hours:
        return "“SH” (school holidays) means nothing here; write the days, such as Jul 18-Aug 30 off"
    twice = _days_written_twice(hours)
    if twice:
        return (
            f"{', '.join(twice)} stands there twice and only the last counts; "
            f"write both times behind the day: {twice[0]} 09:00-12:00,18:00-20:00"
        )
    if "PH" not in hours and not hours.startswith("24/7"):
        return "the hours say nothing about public holidays, so it counts as open then; add “; PH off” if it is closed"
    return None


@lru_cache(maxsize=2048)
def parsed(hours: str) -> OpeningHours:
    """The hours as the library knows them; raises `ParserError`."""
    return OpeningHours(hours, country="NL", max_interval_days=A_YEAR)


def _days_written_twice(hours: str) -> List[str]:
    """Days whose hours are replaced by a later part: `Mo-Fr 09:00-17:00; We 18:00-20:00` is the evening alone on We."""
    seen: List[str] = []
    twice: List[str] = []
    for part in hours.split(";"):
        found = DAYS_OF_A_RULE.match(part)
        days = [day for span in found[1].split(",") for day in _span(span)] if found else []
        twice += [day for day in days if day in seen]
        seen += days
    return twice


def _span(span: str) -> List[str]:
    """`Mo-We` in full; it may go over Sunday: `Sa-Mo`."""
    first, _, last = span.partition("-")
    start, end = WEEK.index(first), WEEK.index(last or first)
    return [WEEK[(start + step) % 7] for step in range((end - start) % 7 + 1)]


def _open_times(hours: str, start: datetime, end: datetime) -> Iterator[Times]:
    """When it is open between two wall-clock moments, from opening to closing, whatever remarks change in between."""
    current: Optional[Times] = None
    for since, until, state, _ in parsed(hours).intervals(start, end):
        if str(state) != "open":
            continue
        since, until = since.replace(tzinfo=None), (until or end).replace(tzinfo=None)
        if current and current[1] == since:
            current = (current[0], until)
            continue
        if current:
            yield current
        current = (since, until)
    if current:
        yield current
