"""Where a key person is in something of several answers: stored, so that a restart or a phone call loses nothing."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Callable, Dict, Optional

from bot.records.database import Database
from bot.records.models import KeyPerson

KEPT_FOR = timedelta(days=1)  # whoever comes back later begins anew


@dataclass
class Step:
    """What is asked for (`name`), about which handover, since when, the answers so far, and how often they changed.

    `number` is another one for each step.
    """

    name: str
    handover: str
    since: datetime
    answers: Dict[str, Any] = field(default_factory=dict)
    changes: int = 0
    number: str = field(default_factory=lambda: token_hex(4))

    @property
    def mark(self) -> str:
        """Stands behind the yes under a summary: an older summary cannot be agreed to any more."""
        return f"{self.name}.{self.number}.{self.changes}"


class StepBook:
    """The one step of each person."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def begin(self, person: KeyPerson, name: str, handover: str = "", **answers: Any) -> Step:
        """Start one; an earlier one is given up."""
        step = Step(name, handover, self._clock(), answers)
        self.keep(person, step)
        return step

    def keep(self, person: KeyPerson, step: Step) -> None:
        """Store what was answered."""
        step.changes += 1
        self._write(person, {**vars(step), "since": step.since.isoformat()})

    def leave(self, person: KeyPerson) -> None:
        """Nothing is asked for any more."""
        self._write(person, None)

    def read(self, person: KeyPerson) -> Optional[Step]:
        """The step this person is in, however old."""
        with self._database.change() as session:
            kept = session.get(KeyPerson, person.id).step
        return Step(**{**kept, "since": datetime.fromisoformat(kept["since"])}) if kept else None

    def is_old(self, step: Step) -> bool:
        """Was it begun too long ago?"""
        return self._clock() - step.since > KEPT_FOR

    def _write(self, person: KeyPerson, kept: Optional[Dict[str, Any]]) -> None:
        with self._database.change() as session:
            session.get(KeyPerson, person.id).step = kept
