"""Promises about time: computed from a person's hours and the Dutch holidays, never invented."""

from datetime import datetime, time, timedelta
from typing import Optional
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours

HOME = ZoneInfo("Europe/Amsterdam")
ANSWER_WITHIN = {"now": timedelta(hours=1), "soon": timedelta(hours=3), "plain": timedelta(hours=4)}
FAR = timedelta(days=21)
EVENING = time(21)


def answer_by(hours: str, urgency: str, moment: datetime) -> Optional[datetime]:
    """By when this person will have answered: so many of their open hours from `moment`, rounded up to the half hour.

    `hours` is OpenStreetMap notation, in Dutch time, with Dutch public holidays. None when the person has no open
    hour in the next three weeks.
    """
    left = ANSWER_WITHIN.get(urgency, ANSWER_WITHIN["plain"])
    local = moment.astimezone(HOME).replace(tzinfo=None)
    # The library computes in wall-clock time: what people mean by "before five", on days of 23 and 25 hours too.
    clock = OpeningHours(hours, country="NL")
    end = local + FAR
    while local < end:
        if not clock.is_open(local):
            opens = clock.next_change(local)
            if opens is None or opens >= end:
                return None
            local = opens.replace(tzinfo=None)
            continue
        shuts = clock.next_change(local)
        span = (shuts.replace(tzinfo=None) if shuts else end) - local
        if span >= left:
            by = min(_half_hour_up(local + left), local + span)  # who leaves at 16:45 does not answer by 17:00
            return by.replace(tzinfo=HOME)
        left -= span
        local += span
    return None


def closes_today(hours: str, moment: datetime) -> Optional[datetime]:
    """Until when this person is there today, at most nine in the evening; None when they are not there now."""
    local = moment.astimezone(HOME).replace(tzinfo=None)
    clock = OpeningHours(hours, country="NL")
    if not clock.is_open(local):
        return None
    evening = datetime.combine(local.date(), EVENING)
    shuts = clock.next_change(local)
    return min(shuts.replace(tzinfo=None) if shuts else evening, evening).replace(tzinfo=HOME)


def _half_hour_up(moment: datetime) -> datetime:
    """The next whole or half hour: nobody promises 16:47."""
    base = datetime.combine(moment.date(), time())
    half_hours = -((base - moment) // timedelta(minutes=30))
    return base + half_hours * timedelta(minutes=30)
