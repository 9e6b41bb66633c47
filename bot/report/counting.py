"""Who asked for a person, and how it went: from the records to plain counts of people (practice P25).

Each resident counts once, with the last time that they asked. Else somebody who asks five times is a group of one.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Callable, Dict, Iterable, List, Optional, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handover.states import ASKED, CARED_FOR, CLOSED, HELD_BY_A_PERSON, NONE_LEFT, OFFERED, WITHDRAWN
from bot.records.database import Database
from bot.records.models import Handover, HandoverEvent

OTHER, NO_YES = "other", "nobody said yes"
OUTCOMES = ("not asked for yet", "waiting for an answer", "in contact", "finished", "stopped", "nobody was found")
WAITS: Tuple[Tuple[str, timedelta], ...] = (
    ("within an hour", timedelta(hours=1)),
    ("within a day", timedelta(days=1)),
    ("within three days", timedelta(days=3)),
    ("later", timedelta.max),
)
BY_STATE = {OFFERED: 0, ASKED: 1, CLOSED: 3, CARED_FOR: 3, WITHDRAWN: 4, NONE_LEFT: 5}
WITH_A_YES = ("in contact", "finished")
NEVER_A_YES = ("not asked for yet", "waiting for an answer", "nobody was found")  # not now, whatever was before


@dataclass(frozen=True)
class Counted:
    """One resident, as far as a count may know."""

    group: str
    language: str
    outcome: str
    wait: str


def count(database: Database, group_of: Callable[[Optional[str]], Optional[str]], since: datetime) -> List[Counted]:
    """Everybody who asked for a person since then; `group_of` gives the group of a topic."""
    with database.change() as session:
        query = select(Handover).where(Handover.created_at >= since).order_by(Handover.created_at, Handover.id)
        last = {handover.resident_id: handover for handover in session.scalars(query)}
        events = _events(session, since)
    return [
        Counted(
            group_of(handover.topic) or OTHER,
            handover.language,
            outcome_of(handover),
            wait_of(outcome_of(handover), events[handover.id]),
        )
        for handover in last.values()
    ]


def outcome_of(handover: Handover) -> str:
    """How it stands with a handover, in plain words."""
    return "in contact" if handover.state in HELD_BY_A_PERSON else OUTCOMES[BY_STATE[handover.state]]


def wait_of(outcome: str, events: Iterable[HandoverEvent]) -> str:
    """From the resident's yes until the yes of whoever helped last. Somebody whose helper fell away waits again."""
    asked = [event.at for event in events if event.event == "agree" and event.came_from == OFFERED]
    accepted = [event.at for event in events if event.event == "accept"]
    if not asked or not accepted or outcome in NEVER_A_YES:
        return NO_YES
    waited = max(accepted) - min(asked)
    return next(name for name, longest in WAITS if waited <= longest)


def can_be(outcome: str, wait: str) -> bool:
    """Which waits go with which outcomes, by what they mean: an onlooker knows that too."""
    if outcome in WITH_A_YES:
        return wait != NO_YES
    return outcome == "stopped" or wait == NO_YES


def totals(people: Iterable[Counted], what: str) -> Dict[str, int]:
    """How many people there are of each kind: `group`, `language`, `outcome` or `wait`."""
    found = Counter(getattr(person, what) for person in people)
    order = {"outcome": OUTCOMES, "wait": (*(name for name, _ in WAITS), NO_YES)}.get(what, sorted(found))
    return {name: found[name] for name in order if found[name]}


def _events(session: Session, since: datetime) -> Dict[str, List[HandoverEvent]]:
    """The two moments between which somebody waits, by handover."""
    query = (
        select(HandoverEvent)
        .join(Handover, Handover.id == HandoverEvent.handover_id)
        .where(Handover.created_at >= since, HandoverEvent.event.in_(("agree", "accept")))
        .order_by(HandoverEvent.id)
    )
    found: Dict[str, List[HandoverEvent]] = defaultdict(list)
    for event in session.scalars(query):
        found[event.handover_id].append(event)
    return found
