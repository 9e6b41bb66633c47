"""The outbox: a message to a person is first a row, then sent, then confirmed. A crash loses nothing."""

from datetime import datetime, timedelta
from typing import Dict, List, Optional

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.channels.messages import Outgoing
from bot.channels.shapes import shaped
from bot.records.database import Database
from bot.records.models import Address, KeyPerson, Resident, Sending, now

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
FINAL = ("read", "failed")
PARKED = "parked"  # waits until the receiver writes: the channel does not let us write first
ORDER = {"waiting": 0, PARKED: 0, "sending": 1, "sent": 2, "delivered": 3, "read": 4, "failed": 4}


def person_key(person_id: str) -> str:
    """How a key person is named as a receiver; residents are their pseudonym."""
    return f"person:{person_id}"


def release(session: Session, receiver: str) -> None:
    """The receiver wrote: what was parked may go now."""
    parked = update(Sending).where(Sending.receiver == receiver, Sending.state == PARKED)
    freed = parked.values(state="waiting", due_at=now())
    session.execute(freed.execution_options(synchronize_session=False))


def put(
    session: Session, receiver: str, channel: str, messages: List[Outgoing], handover_id: Optional[str] = None
) -> None:
    """Write messages for one receiver, in order, inside the caller's transaction."""
    if receiver.startswith("person:") and messages:
        person = session.get(KeyPerson, receiver.partition(":")[2])
        if person is not None:
            person.choices = [vars(choice) for choice in messages[-1].choices]
    for message in [part for whole in messages for part in shaped(channel, whole)]:
        session.add(Sending(receiver=receiver, channel=channel, body=message.to_json(), handover_id=handover_id))


class Outbox:
    """Takes rows out for sending, one at a time per receiver so that order is kept, and notes what became of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lease(self, most: int = 20) -> List[Sending]:
        """Due rows, now marked as being sent. A row whose sender died comes back when its lease ends."""
        moment = now()
        with self._database.change() as session:
            first = (
                select(func.min(Sending.id)).where(Sending.state.in_(("waiting", "sending"))).group_by(Sending.receiver)
            )
            query = (
                select(Sending)
                .where(Sending.id.in_(first), Sending.due_at <= moment)
                .where((Sending.leased_until.is_(None)) | (Sending.leased_until < moment))
                .order_by(Sending.id)
                .limit(most)
                .with_for_update(skip_locked=True)
            )
            rows = list(session.scalars(query))
            for row in rows:
                row.state, row.leased_until, row.attempts = "sending", moment + LEASE, row.attempts + 1
            return rows

    def sent(self, row_id: int, provider_id: Optional[str]) -> None:
        """The provider took it."""
        with self._database.change() as session:
            row = session.get(Sending, row_id)
            if row is not None:
                row.state, row.provider_id, row.sent_at, row.leased_until = "sent", provider_id, now(), None

    def try_again(self, row_id: int, error: str, after: timedelta) -> bool:
        """Not now: wait and try again. False when it was tried `MOST_ATTEMPTS` times: then it has failed."""
        with self._database.change() as session:
            row = session.get(Sending, row_id)
            if row is None:
                return True
            row.leased_until, row.error = None, error
            if row.attempts >= MOST_ATTEMPTS:
                row.state = "failed"
                return False
            row.state, row.due_at = "waiting", now() + after
            return True

    def give_up(self, row_id: int, error: str) -> None:
        """It will never arrive; the row stays, to be looked at."""
        with self._database.change() as session:
            row = session.get(Sending, row_id)
            if row is not None:
                row.state, row.leased_until, row.error = "failed", None, error

    def status(self, provider_id: str, state: str, error: Optional[str] = None) -> Optional[Sending]:
        """What the provider says of a sent message. They arrive out of order: a row never goes back, and a final
        state stays."""
        with self._database.change() as session:
            row = session.scalars(select(Sending).filter_by(provider_id=provider_id)).first()
            if row is None or row.state in FINAL or ORDER.get(state, -1) <= ORDER[row.state]:
                return None
            row.state, row.error = state, error or row.error
            return row

    def by_provider_id(self, provider_id: str) -> Optional[Sending]:
        """The message that the provider calls by this id; None when it is not (or no longer) one of ours."""
        with self._database.change() as session:
            return session.scalars(select(Sending).filter_by(provider_id=provider_id)).first()

    def again(self, row_id: int, error: str, after: timedelta, message: Optional[Outgoing] = None) -> bool:
        """The provider took it, but it failed on the way in a manner that may pass: back into the queue, before what
        waits for the same receiver. `message` takes its place when it has to go in another form.

        False when it was tried often enough, has reached the person, or is gone: then nothing was changed.
        """
        with self._database.change() as session:
            row = session.get(Sending, row_id)
            if row is None or row.state != "sent" or row.attempts >= MOST_ATTEMPTS:
                return False
            row.state, row.leased_until, row.error, row.due_at = "waiting", None, error, now() + after
            row.provider_id, row.sent_at = None, None  # what is said later of the old id no longer concerns this row
            if message is not None:
                row.body = message.to_json()
            return True

    def heard_within(self, row: Sending, span: timedelta) -> bool:
        """Has the receiver of this row written in that time?"""
        with self._database.change() as session:
            if row.receiver.startswith("person:"):
                person = session.get(KeyPerson, row.receiver.partition(":")[2])
                seen = person.seen_at if person else None
            else:
                resident = session.get(Resident, row.receiver)
                seen = resident.seen_at if resident else None
            return seen is not None and seen > now() - span

    def park(self, row: Sending) -> bool:
        """This row and all that waits behind it for the same receiver stay until the receiver writes.

        True when nothing was parked for this receiver before: then somebody should knock.
        """
        with self._database.change() as session:
            before = session.scalars(select(Sending.id).filter_by(receiver=row.receiver, state=PARKED)).first()
            behind = (Sending.receiver == row.receiver, Sending.channel == row.channel)
            waiting = update(Sending).where(*behind, Sending.state.in_(("waiting", "sending")))
            parked = waiting.values(state=PARKED, leased_until=None)
            session.execute(parked.execution_options(synchronize_session=False))
            return before is None

    def address_of(self, row: Sending) -> Optional[str]:
        """Where this row goes, decrypted only here; None when the receiver is gone or wants no messages."""
        with self._database.change() as session:
            if row.receiver.startswith("person:"):
                person = session.get(KeyPerson, row.receiver.partition(":")[2])
                return person.address if person else None
            wants = select(Resident.id).filter_by(id=row.receiver, stopped=False)
            query = select(Address).where(Address.resident_id.in_(wants), Address.channel == row.channel)
            found = session.scalars(query.order_by(Address.used_at.desc())).first()
            return found.address if found else None

    def stop_writing_to(self, receiver: str) -> None:
        """The person told the provider to stop: an opt-out."""
        with self._database.change() as session:
            resident = session.get(Resident, receiver)
            if resident is not None:
                resident.stopped = True

    def next_due(self) -> Optional[datetime]:
        """When the worker has something to do again."""
        with self._database.change() as session:
            return session.scalar(select(func.min(Sending.due_at)).where(Sending.state == "waiting"))

    def counts(self) -> Dict[str, int]:
        """How many rows there are in each state."""
        with self._database.change() as session:
            return dict(session.execute(select(Sending.state, func.count()).group_by(Sending.state)).all())
