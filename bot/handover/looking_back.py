"""What happened before: whom a resident knows already, what was done, and why somebody was asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import List, Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handover.states import ACCEPTED
from bot.records.database import Database
from bot.records.models import Handover, HandoverEvent


@dataclass(frozen=True)
class Step:
    """One thing that happened: when, what, between which states, and with whom. Never what was written."""

    at: datetime
    event: str
    came_from: Optional[str]
    went_to: str
    person_id: Optional[str]


@dataclass(frozen=True)
class Story:
    """Why this person, who was asked before, and how it went."""

    state: str
    person_id: Optional[str]
    next_person_id: Optional[str]
    reasons: List[str]
    tried: List[str]
    steps: List[Step]


def story_of(database: Database, handover_id: str) -> Optional[Story]:
    """What the records say about a handover; None when there is none of this name (any more)."""
    with database.change() as session:
        handover = session.get(Handover, handover_id)
        if handover is None:
            return None
        events = session.scalars(select(HandoverEvent).filter_by(handover_id=handover_id).order_by(HandoverEvent.id))
        steps = [Step(row.at, row.event, row.came_from, row.went_to, row.person_id) for row in events]
        people = handover.person_id, handover.next_person_id
        return Story(handover.state, *people, list(handover.reasons), list(handover.tried), steps)


def happened(session: Session, handover: Handover, event: str) -> bool:
    """Has this happened before, with the person it is with now?"""
    return latest(session, handover, event) is not None


def latest(session: Session, handover: Handover, *events: str) -> Optional[str]:
    """Which of these happened last, with the person it is with now."""
    query = select(HandoverEvent.event).filter_by(handover_id=handover.id, person_id=handover.person_id)
    query = query.where(HandoverEvent.event.in_(events)).order_by(HandoverEvent.id.desc())
    return session.scalars(query).first()


def known_person(session: Session, resident_id: str) -> Optional[str]:
    """Whoever helped this resident last: the same person next time, if they can.

    Not somebody whom the resident wanted to change, who passed on, or who said yes and never wrote.
    """
    query = (
        select(HandoverEvent)
        .join(Handover, Handover.id == HandoverEvent.handover_id)
        .where(Handover.resident_id == resident_id, HandoverEvent.person_id.is_not(None))
        .order_by(HandoverEvent.id.desc())  # not by time: clocks are set back
    )
    left = set()
    for event in session.scalars(query):
        if event.event in ("other_person", "pass_on") or (event.event, event.came_from) == ("time_out", ACCEPTED):
            left.add(event.person_id)
        elif event.event in ("accept", "next_accepts") and event.person_id not in left:
            return event.person_id
    return None
