"""Is somebody there now, and from when again; and hours as a week, whatever way they were written."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from typing import List, Optional, Tuple

from opening_hours import ParserError  # type: ignore[attr-defined]  # its stub leaves out the error

from bot.coordinator.helpers import Helper
from bot.directory.hours import opening, times_on

MONDAY = date(2027, 3, 1)  # of a week without any holiday
# What a plain week is written with; months, weeks and remarks would be lost when it is told day by day.
PLAIN = re.compile(r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|off|24/7|[\d:,;\s-])+")

Times = Tuple[Tuple[time, time], ...]


@dataclass(frozen=True)
class Days:
    """Days on a row with the same hours; 0 is Monday."""

    first: int
    last: int
    times: Times


@dataclass(frozen=True)
class Presence:
    """`here` (until), `later` (from), `away` (until), `stopped`, or `no_hours`; the moment that goes with it."""

    kind: str
    moment: Optional[datetime] = None


def presence(helper: Helper, moment: datetime) -> Presence:
    """Whether this person can be reached at `moment`. Hours that cannot be read count as none."""
    if not helper.active:
        return Presence("stopped")
    if helper.away_until and (helper.away_from or moment) <= moment < helper.away_until:
        return Presence("away", helper.away_until)
    try:
        found = opening(helper.hours, moment)
    except ParserError:
        found = None
    if found is None:
        return Presence("no_hours")
    return Presence("here", found.until) if found.now else Presence("later", found.since)


@lru_cache(maxsize=512)
def week_of(hours: str) -> Optional[Tuple[Days, ...]]:
    """The week that these hours stand for; None when they say more than a week can tell, or cannot be read."""
    if not PLAIN.fullmatch(hours):
        return None
    try:
        week: List[Times] = [tuple(times_on(hours, MONDAY + timedelta(days=day))) for day in range(7)]
    except ParserError:
        return None
    runs: List[Days] = []
    for times, days in groupby(range(7), key=lambda day: week[day]):
        on_a_row = list(days)
        if times:
            runs.append(Days(on_a_row[0], on_a_row[-1], times))
    return tuple(runs)
