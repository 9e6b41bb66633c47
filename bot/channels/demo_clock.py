"""The demo's time: a visitor pushes it on, and everything between now and then happens in its turn."""

from datetime import timedelta
from typing import Any, Dict

from bot.channels.demo_reading import Refused
from bot.clock import Clock
from bot.desk.watch import Watch
from bot.handover.service import Handovers

LONGEST_PUSH = 20160  # minutes: two weeks
AT_ONCE = timedelta(microseconds=1)


def read_minutes(data: Dict[str, Any]) -> timedelta:
    """How far to push; raises `Refused` for anything but a whole number of minutes, from 1 to two weeks."""
    minutes = data.get("minutes")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= LONGEST_PUSH:
        raise Refused("no_minutes")
    return timedelta(minutes=minutes)


def pass_time(clock: Clock, handovers: Handovers, watch: Watch, by: timedelta) -> None:
    """Let time pass. It stops at each timer on the way, so that what one sets off can ring before the next.

    Somebody who does not answer within a week is not simply late: the next person was asked long before.
    """
    goal, stuck = clock.ahead + by, None
    while (due := handovers.next_due()) is not None and due <= clock() + (goal - clock.ahead) and due != stuck:
        clock.push(max(due + AT_ONCE - clock(), timedelta()))
        watch.look()
        stuck = due if handovers.next_due() == due else None  # it could not ring, and would hold up time itself
    clock.push(max(goal - clock.ahead, timedelta()))
    watch.look()
