"""What the two phones of the demo show: what the outbox has delivered, for one visitor only."""

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Iterator, List, Optional, Set
from uuid import uuid4

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.channels.messages import Outgoing
from bot.records.database import Database
from bot.records.models import Handover, KeyPerson, Sending
from bot.replies.content import Content

CHANNEL = "demo"
PERSON = "person:"  # how receivers that are key persons begin (see `bot.desk.outbox.person_key`)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)


class DemoTransport:
    """Delivers to the demo's phones: the row in the outbox is the message, so sending means waking the open pages."""

    def __init__(self) -> None:
        self._bells: Set[asyncio.Event] = set()

    async def send(self, address: str, message: Outgoing) -> Optional[str]:
        """An id for the message. The pages look again right after the worker has noted that the row is sent."""
        asyncio.get_running_loop().call_soon(self.ring)
        return uuid4().hex

    def ring(self) -> None:
        """Something may be new for somebody."""
        for bell in self._bells:
            bell.set()

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """A bell for one open page, set whenever something may be new."""
        bell = asyncio.Event()
        self._bells.add(bell)
        try:
            yield bell
        finally:
            self._bells.discard(bell)


@dataclass(frozen=True)
class Position:
    """How far a page has read. By time of delivery, because SQLite gives the ids of forgotten rows out again."""

    sent_at: datetime
    row_id: int

    def __str__(self) -> str:
        return f"{(self.sent_at - EPOCH) // MICROSECOND}-{self.row_id}"

    @classmethod
    def parse(cls, text: Optional[str]) -> Optional["Position"]:
        """The position that `str` made this of; None, which is the very start, when it is no position."""
        moment, _, row_id = (text or "").partition("-")
        if not (moment.isdecimal() and row_id.isdecimal() and len(moment) <= 17 and len(row_id) <= 18):
            return None
        return cls(EPOCH + timedelta(microseconds=int(moment)), int(row_id))


class VisitorFeed:
    """What was said on the two phones of one visitor, each message once, in the order of delivery."""

    def __init__(self, database: Database, content: Content, resident_id: str, after: Optional[Position]) -> None:
        self._database, self._content, self._resident_id, self._position = database, content, resident_id, after
        # Kept, because forgetting somebody deletes the handover while its last notice is still on its way.
        self._helpers: Dict[str, Optional[str]] = {}

    def news(self) -> List[Dict[str, Any]]:
        """The messages delivered since the last call, as the page draws them."""
        with self._database.change() as session:
            mine = select(Handover.id, Handover.person_id).where(Handover.resident_id == self._resident_id)
            self._helpers.update(dict(session.execute(mine).all()))
            rows = self._rows(session)
            names = dict(session.execute(select(KeyPerson.id, KeyPerson.name)).all()) if rows else {}
        if rows:
            self._position = Position(rows[-1].sent_at, rows[-1].id)
        return [self._as_drawn(row, names) for row in rows]

    def handover(self) -> Optional[Dict[str, Any]]:
        """Where the latest handover stands: its state and the person it is about; None when there never was one."""
        with self._database.change() as session:
            query = select(Handover).where(Handover.resident_id == self._resident_id)
            latest = session.scalars(query.order_by(Handover.created_at.desc())).first()
            if latest is None:
                return None
            person = latest.person
            return {"state": latest.state, "person": {"id": person.id, "name": person.name} if person else None}

    def _rows(self, session: Session) -> List[Sending]:
        to_resident = Sending.receiver == self._resident_id
        to_person = and_(Sending.receiver.startswith(PERSON), Sending.handover_id.in_(list(self._helpers)))
        query = select(Sending).where(
            Sending.channel == CHANNEL, Sending.sent_at.is_not(None), or_(to_resident, to_person)
        )
        if self._position is not None:
            moment, row_id = self._position.sent_at, self._position.row_id
            query = query.where(or_(Sending.sent_at > moment, and_(Sending.sent_at == moment, Sending.id > row_id)))
        return list(session.scalars(query.order_by(Sending.sent_at, Sending.id)))

    def _as_drawn(self, row: Sending, names: Dict[str, str]) -> Dict[str, Any]:
        message = Outgoing.from_json(row.body)
        language = self._content.languages.get(message.language)
        to_person = row.receiver.startswith(PERSON)
        person_id = row.receiver[len(PERSON) :] if to_person else None
        if message.sender == "person":
            person_id = self._helpers.get(row.handover_id)
        return {
            "id": str(Position(row.sent_at, row.id)),
            "to": "person" if to_person else "resident",
            "person": {"id": person_id, "name": names[person_id]} if person_id in names else None,
            "from": message.sender,
            "text": message.text,
            "language": message.language,
            "direction": language.direction if language else "auto",
            "picture": f"/pictures/{message.picture}" if message.picture else None,
            "attachment": f"/media/{message.attachment}" if message.attachment else None,
            "choices": [vars(choice) for choice in message.choices],
            "at": row.sent_at.isoformat(),
        }
