"""Stand-ins that several tests share. Everything else in the tests is real: database, content, handovers, outbox."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, List, Optional, Tuple

from sqlalchemy.orm import Session

from bot.handover.people import keep_people
from bot.handover.service import Handovers
from bot.records.database import Database
from bot.records.models import Handover, KeyPerson, Resident


class Clock:
    """A moment that moves only when a test says so."""

    def __init__(self, moment: datetime = datetime(2026, 3, 3, 9, 0, tzinfo=timezone.utc)) -> None:
        self.moment = moment  # a Tuesday, ten o'clock in the Netherlands

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **time: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**time)


@dataclass
class Notices:
    """A `Messenger` that only remembers who was told what. `on_notice` looks on, and may raise."""

    told: List[Tuple[str, str]] = field(default_factory=list)
    on_notice: Optional[Callable[[Session, Handover, str], None]] = None

    def to_resident(self, session: Session, handover: Handover, notice: str, **values: Any) -> None:
        self._tell(session, handover, "resident", notice)

    def to_person(self, session: Session, handover: Handover, person: KeyPerson, notice: str, **values: Any) -> None:
        self._tell(session, handover, person.id, notice)

    def _tell(self, session: Session, handover: Handover, whom: str, notice: str) -> None:
        if self.on_notice is not None:
            self.on_notice(session, handover, notice)
        self.told.append((whom, notice))


def helper(name: str, **about: Any) -> dict:
    """A key person, always there, speaking Dutch and with room for many, unless said otherwise."""
    usual = {"gender": "woman", "languages": ["nl"], "hours": "24/7", "most_at_once": 9}
    return {"id": name, "name": name.title(), **usual, **about}


def add_resident(database: Database, name: str = "amina") -> str:
    """A resident in the records; returns the id."""
    with database.change() as session:
        session.add(Resident(id=name, channel="demo", choices=[]))
    return name


def make_handovers(database: Database, messenger: Any, clock: Callable[[], datetime], *helpers: dict) -> Handovers:
    """The real service over these key persons; every topic is plain and open to all of them."""
    keep_people(database, list(helpers))
    return Handovers(database, messenger, lambda topic: "plain", lambda topic: None, clock)
