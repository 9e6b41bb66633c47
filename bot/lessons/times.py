"""When a lesson comes: once a day at about the same time, by day, in Dutch time."""

from datetime import datetime, time, timedelta, timezone
from typing import Optional

from bot.replies.times import HOME

OPENS, CLOSES = time(10), time(19)  # nobody is written to before or after, unless they pressed a button just now
LATEST = time(18)  # a lesson is planned no later: it may have to wait a little
EARLIER = timedelta(minutes=15)  # than a day after the last word: WhatsApp lets us write freely for less than 24 hours
DAY = timedelta(days=1)
ANY_HOUR = ("demo",)  # channels where the clock is pushed on by hand, at any hour


def first_after(moment: datetime, channel: str) -> datetime:
    """When the next lesson comes for somebody who wrote at `moment`."""
    if channel in ANY_HOUR:
        return moment + DAY - EARLIER
    local = (moment - EARLIER).astimezone(HOME)
    return _at(local + DAY, local.time())


def next_after(due: datetime, moment: datetime, channel: str) -> datetime:
    """On the day after `moment`, at the time of day of `due`."""
    if channel in ANY_HOUR:
        return due + DAY if due + DAY > moment else first_after(moment, channel)
    return _at(moment.astimezone(HOME) + DAY, due.astimezone(HOME).time())


def opening(due: datetime, moment: datetime, channel: str) -> Optional[datetime]:
    """None when somebody may be written to at `moment`; at night, when the lesson that was `due` may come instead."""
    local = moment.astimezone(HOME)
    if channel in ANY_HOUR or OPENS <= local.time() < CLOSES:
        return None
    return _at(local, OPENS) if local.time() < OPENS else next_after(due, moment, channel)


def _at(day: datetime, wanted: time) -> datetime:
    """That time on that day, moved into the hours: clocks stand still while they are changed at night, not by day."""
    within = min(max(wanted, OPENS), LATEST)
    return datetime.combine(day.date(), within, HOME).astimezone(timezone.utc)
