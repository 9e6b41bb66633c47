"""Key persons and how much there is on their plate. No column is read that holds what they or residents wrote."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Dict, List, Optional, Sequence, Set

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.handover.promises import HOME
from bot.handover.states import OFFERED, OPEN
from bot.records.models import Handover, HandoverEvent, KeyPerson

# Whom the resident is only being shown is nobody's business yet: they have not said yes.
SHOWN = OPEN - {OFFERED}
YES, NO = ("accept", "next_accepts"), ("decline", "next_declines")


@dataclass(frozen=True)
class Helper:
    """A key person, and how much there is on their plate. Answers are counted since the first of the month."""

    id: str
    name: str
    active: bool
    languages: Sequence[str]
    hours: str
    away_from: Optional[datetime]
    away_until: Optional[datetime]
    open_talks: int
    most_at_once: int
    seen_at: Optional[datetime]
    channel: str
    answered: int
    said_yes: int


def month_began(moment: datetime) -> datetime:
    """The first of this month, midnight in the Netherlands."""
    local = moment.astimezone(HOME).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return local.astimezone(timezone.utc)


def helpers(session: Session, month: datetime) -> List[Helper]:
    """Everybody who helps, and who has stopped but still has a talk open; by name."""
    query = select(Handover.person_id, func.count()).where(Handover.state.in_(SHOWN)).group_by(Handover.person_id)
    load: Dict[str, int] = dict(session.execute(query).all())
    answered, said_yes = _answers(session, month)
    columns = (
        KeyPerson.id, KeyPerson.name, KeyPerson.active, KeyPerson.languages, KeyPerson.hours, KeyPerson.away_from,
        KeyPerson.away_until, KeyPerson.most_at_once, KeyPerson.seen_at, KeyPerson.channel,
    )  # fmt: skip
    people = session.execute(select(*columns).order_by(KeyPerson.name, KeyPerson.id))
    return [
        Helper(
            person.id,
            person.name,
            bool(person.active),
            person.languages,
            person.hours,
            person.away_from,
            person.away_until,
            load.get(person.id, 0),
            person.most_at_once,
            person.seen_at,
            person.channel,
            answered[person.id],
            said_yes[person.id],
        )
        for person in people
        if person.active or load.get(person.id)
    ]


def _answers(session: Session, month: datetime) -> tuple:
    """How many handovers each person answered since then, and how many of them with a yes."""
    columns = (HandoverEvent.person_id, HandoverEvent.handover_id, HandoverEvent.event)
    query = select(*columns).where(HandoverEvent.event.in_(YES + NO), HandoverEvent.at >= month)
    answered: Dict[str, Set[str]] = defaultdict(set)
    said_yes: Dict[str, Set[str]] = defaultdict(set)
    for person_id, handover_id, event in session.execute(query):
        answered[person_id].add(handover_id)
        if event in YES:
            said_yes[person_id].add(handover_id)
    return tuple(Counter({key: len(value) for key, value in each.items()}) for each in (answered, said_yes))
