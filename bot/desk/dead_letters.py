"""Messages that did not arrive: a list to look at, and back into the outbox when that makes sense. Never their text."""

from dataclasses import dataclass
from datetime import datetime
from typing import List, Optional

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.handover.states import ASKED, HANDED_ON, HELD_BY_A_PERSON
from bot.records.database import Database
from bot.records.models import Handover, KeyPerson, Sending

FAILED = "failed"
PERSON = "person:"  # how receivers that are key persons begin (see `bot.desk.outbox.person_key`)


@dataclass(frozen=True)
class DeadLetter:
    """One message that failed. `to` is the name of a key person; None is a resident, of whom nothing is told."""

    id: int
    at: datetime
    to: Optional[str]
    channel: str
    code: str
    attempts: int


@dataclass(frozen=True)
class Retried:
    """How many messages wait again, and how many were left because nobody should read them any more."""

    again: int
    left: int


def dead_letters(session: Session, since: Optional[datetime] = None, most: Optional[int] = None) -> List[DeadLetter]:
    """What failed and was written after `since`, the latest first, at most so many."""
    columns = (Sending.id, Sending.created_at, Sending.receiver, Sending.channel, Sending.error, Sending.attempts)
    query = select(*columns).where(*_failed(since)).order_by(Sending.id.desc()).limit(most)
    names = {f"{PERSON}{person_id}": name for person_id, name in session.execute(select(KeyPerson.id, KeyPerson.name))}
    return [
        DeadLetter(number, at, _name(receiver, names), channel, code or "", attempts)
        for number, at, receiver, channel, code, attempts in session.execute(query)
    ]


def count_dead_letters(session: Session, since: Optional[datetime] = None) -> int:
    """How many there are, however many are listed."""
    return session.scalar(select(func.count()).select_from(Sending).where(*_failed(since)))


def retry(
    database: Database, moment: datetime, row_id: Optional[int] = None, since: Optional[datetime] = None
) -> Retried:
    """Let failed messages wait again, as if they were never tried: one of them, or all written after `since`.

    What a resident no longer wants anybody to read stays where it is.
    """
    again = left = 0
    with database.change() as session:
        query = select(Sending).where(*_failed(since)).order_by(Sending.id)
        for row in session.scalars(query if row_id is None else query.where(Sending.id == row_id)):
            if not _may_still_be_read(session, row):
                left += 1
                continue
            again += 1
            row.state, row.attempts, row.due_at, row.leased_until = "waiting", 0, moment, None
            row.error, row.provider_id, row.sent_at = None, None, None  # no late word about the first try counts
            person = session.get(KeyPerson, row.receiver[len(PERSON) :]) if row.receiver.startswith(PERSON) else None
            if person is not None:
                row.channel = person.channel  # where they are reached now
    return Retried(again, left)


def _failed(since: Optional[datetime]) -> tuple:
    return (Sending.state == FAILED, *((Sending.created_at > since,) if since is not None else ()))


def _name(receiver: str, names: dict) -> Optional[str]:
    """The key person's name, or the id of one who is gone; None for a resident."""
    return names.get(receiver, receiver[len(PERSON) :]) if receiver.startswith(PERSON) else None


def _may_still_be_read(session: Session, row: Sending) -> bool:
    """About a resident, only by who is asked for or helps this resident now: others have nothing to do with it."""
    if not row.receiver.startswith(PERSON) or row.handover_id is None:
        return True
    handover, person_id = session.get(Handover, row.handover_id), row.receiver[len(PERSON) :]
    if handover is None:
        return False
    asked_or_helps = handover.state in HELD_BY_A_PERSON | {ASKED} and handover.person_id == person_id
    return asked_or_helps or (handover.state == HANDED_ON and handover.next_person_id == person_id)
