"""The inbox: a message is safely stored, once, before the webhook is answered."""

from datetime import timedelta
from typing import Callable, List, Optional

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.channels.messages import Incoming
from bot.desk.outbox import release
from bot.records.database import Database
from bot.records.models import Address, Handover, KeyPerson, Learner, Received, Resident, Sending, now

MOST_ATTEMPTS = 3


class Inbox:
    """Stores what comes in and knows who sent it. Residents become pseudonyms here.

    `when_joined` is called, in the same transaction, with the id of a resident who was taken for two until now.
    """

    def __init__(self, database: Database, when_joined: Optional[Callable[[Session, str], None]] = None) -> None:
        self._database, self._when_joined = database, when_joined

    def store(self, incoming: Incoming) -> Optional[Received]:
        """Store a message; None when this message id was stored before (providers repeat themselves)."""
        try:
            return self._store(incoming)
        except IntegrityError:
            if self._is_stored(incoming):
                return None
            return self._store(incoming)  # another worker made the same new resident just now: who it is, is known now

    def _store(self, incoming: Incoming) -> Received:
        with self._database.change() as session:
            sender = self._sender(session, incoming)
            release(session, sender)
            row = Received(
                channel=incoming.channel, message_id=incoming.message_id, sender=sender, body=incoming.to_json()
            )
            session.add(row)
            session.flush()
            return row

    def _is_stored(self, incoming: Incoming) -> bool:
        with self._database.change() as session:
            query = select(Received.id).filter_by(channel=incoming.channel, message_id=incoming.message_id)
            return session.scalars(query).first() is not None

    def open_rows(self) -> List[Received]:
        """What was stored and not finished, oldest first: after a crash the work goes on here."""
        with self._database.change() as session:
            query = select(Received).where(Received.done_at.is_(None), Received.attempts < MOST_ATTEMPTS)
            return list(session.scalars(query.order_by(Received.id)))

    def attempt(self, row_id: int) -> None:
        """Count a try, so that a message that breaks the bot does not break it for ever."""
        with self._database.change() as session:
            session.get(Received, row_id).attempts += 1

    def _sender(self, session: Session, incoming: Incoming) -> str:
        person = self._key_person(session, incoming)
        if person is None:
            return self._resident(session, incoming).id
        person.seen_at = now()
        return f"person:{person.id}"

    def _key_person(self, session: Session, incoming: Incoming) -> Optional[KeyPerson]:
        people = session.scalars(select(KeyPerson).where(KeyPerson.channel == incoming.channel))
        return next((p for p in people if p.address and p.address in incoming.addresses), None)

    def _resident(self, session: Session, incoming: Incoming) -> Resident:
        """The one resident behind all addresses of this message; two that turn out to be one are joined."""
        secrecy, moment = self._database.secrecy, now()
        names = {secrecy.pseudonym(incoming.channel, address): address for address in incoming.addresses}
        known = list(session.scalars(select(Address).where(Address.pseudonym.in_(names))))
        resident_ids = list(dict.fromkeys(row.resident_id for row in known))
        if resident_ids:
            residents = [session.get(Resident, resident_id) for resident_id in resident_ids]
            resident = join(session, residents)
            if len(residents) > 1 and self._when_joined is not None:
                self._when_joined(session, resident.id)
        else:
            resident = Resident(id=next(iter(names)), channel=incoming.channel, choices=[])
            session.add(resident)
            session.flush()
        rows = {row.pseudonym: row for row in known}
        for place, (name, address) in enumerate(names.items()):
            row = rows.get(name)
            if row is None:
                row = Address(pseudonym=name, resident_id=resident.id, channel=incoming.channel, address=address)
                session.add(row)
            row.used_at = moment - timedelta(microseconds=place)  # the first is the best to answer to
        resident.seen_at, resident.stopped = moment, False  # writing again ends an opt-out
        return resident


def join(session: Session, residents: List[Resident]) -> Resident:
    """One resident out of those who turn out to be one person: the oldest stays, with all that belongs to the others.

    The conversation goes on where it was last: language, dialogue and offered choices are of whoever wrote last.
    """
    stays, last = min(residents, key=lambda r: r.created_at), max(residents, key=lambda r: r.seen_at)
    stays.language, stays.dialogue, stays.choices = last.language or stays.language, last.dialogue, last.choices
    for gone in residents:
        if gone is stays:
            continue
        for column in (Address.resident_id, Handover.resident_id, Received.sender, Sending.receiver):
            session.execute(update(column.class_).where(column == gone.id).values({column: stays.id}))
        if session.get(Learner, stays.id) is None:
            session.execute(update(Learner).where(Learner.resident_id == gone.id).values(resident_id=stays.id))
        session.delete(gone)
    session.flush()
    return stays
