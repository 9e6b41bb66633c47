"""What the coordinator sees, read from the records in one go. No pseudonym, nickname, place or text is asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Dict, List, Optional, Set

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.coordinator.helpers import SHOWN, Helper, helpers, month_began
from bot.desk.dead_letters import DeadLetter, count_dead_letters, dead_letters
from bot.desk.outbox import PARKED
from bot.handover.states import ACCEPTED, ASKED, PROMISED
from bot.records.database import Database
from bot.records.models import Handover, HandoverEvent, KeyPerson, Note, Sending

SILENT = frozenset({ASKED, ACCEPTED})  # nobody has written to the resident yet: one wait, however many are asked
NOBODY_LEFT = "none_left"
NOTES_STAY = timedelta(days=7)
LETTERS_STAY = timedelta(days=14)
MOST_LETTERS = 100
ALMOST = timedelta(minutes=30)
SHORT = 4  # of twelve letters: enough to speak of one, too few to press a button with


@dataclass(frozen=True)
class OpenHandover:
    """Somebody who is on the way to a person. Names are of key persons."""

    number: str
    state: str
    topic: Optional[str]
    language: str
    neighbourhood: Optional[str]
    person: Optional[str]
    next_person: Optional[str]  # the professional who is brought in
    since: datetime
    promised_by: Optional[datetime]
    asked_before: int
    needs_interpreter: bool

    @property
    def waits(self) -> bool:
        """Whether somebody is to act; else a talk is going on."""
        return self.state in PROMISED

    def promise(self, moment: datetime) -> str:
        """`broken`, `almost` (within half an hour), `holds`, or `none` when nobody is to act."""
        if self.promised_by is None:
            return "none"
        if self.promised_by < moment:
            return "broken"
        return "almost" if self.promised_by <= moment + ALMOST else "holds"


@dataclass(frozen=True)
class NobodyLeft:
    """A resident asked for a person and there was none. `topic` and `language` are None when they were forgotten."""

    id: int
    number: str
    at: datetime
    topic: Optional[str]
    language: Optional[str]
    neighbourhood: Optional[str]
    seen_at: Optional[datetime]
    seen_by: Optional[str]


@dataclass(frozen=True)
class Overview:
    """Everything on the page."""

    moment: datetime
    handovers: List[OpenHandover]
    notes: List[NobodyLeft]
    helpers: List[Helper]
    letters: List[DeadLetter]
    letters_in_all: int
    waiting: int  # messages still to be sent
    parked: int  # messages that wait until the receiver writes

    def promises(self, kind: str) -> int:
        """How many promises are `broken`, or `almost`."""
        return sum(handover.promise(self.moment) == kind for handover in self.handovers)


def overview(database: Database, moment: datetime) -> Overview:
    """The page at this moment."""
    with database.change() as session:
        names: Dict[str, str] = dict(session.execute(select(KeyPerson.id, KeyPerson.name)).all())
        posts: Dict[str, int] = dict(session.execute(select(Sending.state, func.count()).group_by(Sending.state)).all())
        return Overview(
            moment,
            _handovers(session, names),
            _notes(session, names, moment - NOTES_STAY),
            helpers(session, month_began(moment)),
            dead_letters(session, moment - LETTERS_STAY, MOST_LETTERS),
            count_dead_letters(session, moment - LETTERS_STAY),
            posts.get("waiting", 0) + posts.get("sending", 0),
            posts.get(PARKED, 0),
        )


def mark_seen(database: Database, note_id: int, person_id: str, moment: datetime) -> None:
    """A coordinator has taken note. The first one stays named; a note that is gone is no trouble."""
    with database.change() as session:
        note = session.get(Note, note_id)
        if note is not None and note.kind == NOBODY_LEFT and note.seen_at is None:
            note.seen_at, note.seen_by = moment, person_id


def _handovers(session: Session, names: Dict[str, str]) -> List[OpenHandover]:
    """The longest waiting first; those in whose talk nobody is to act come after them."""
    columns = (
        Handover.id, Handover.state, Handover.topic, Handover.language, Handover.neighbourhood, Handover.person_id,
        Handover.next_person_id, Handover.tried, Handover.needs_interpreter, Handover.promised_by, Handover.changed_at,
    )  # fmt: skip
    rows = session.execute(select(*columns).where(Handover.state.in_(SHOWN))).all()
    since = _since(session)
    found = [
        OpenHandover(
            row.id[:SHORT],
            row.state,
            row.topic,
            row.language,
            row.neighbourhood,
            names.get(row.person_id),
            names.get(row.next_person_id),
            since.get(row.id, row.changed_at),
            row.promised_by,
            len(row.tried),
            row.needs_interpreter,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.waits, one.since, one.number))


def _since(session: Session) -> Dict[str, datetime]:
    """Since when each open handover is as it is. Being asked on to the next person does not start the wait anew."""
    columns = (HandoverEvent.handover_id, HandoverEvent.at, HandoverEvent.went_to)
    query = select(*columns).join(Handover, Handover.id == HandoverEvent.handover_id)
    found: Dict[str, datetime] = {}
    stands: Dict[str, Set[str]] = {}
    for handover_id, at, state in session.execute(query.where(Handover.state.in_(SHOWN)).order_by(HandoverEvent.id)):
        if state not in stands.get(handover_id, set()):
            found[handover_id] = at
            stands[handover_id] = set(SILENT) if state in SILENT else {state}
    return found


def _notes(session: Session, names: Dict[str, str], after: datetime) -> List[NobodyLeft]:
    """The unseen first, the latest of them on top. Who had agreed to nothing yet shows only a language."""
    agreed = Handover.id.in_(select(HandoverEvent.handover_id).where(HandoverEvent.event == "agree"))
    columns = (
        agreed.label("agreed"), Note.id, Note.handover_id, Note.at, Note.seen_at, Note.seen_by,
        Handover.topic, Handover.language, Handover.neighbourhood,
    )  # fmt: skip
    query = select(*columns).outerjoin(Handover, Handover.id == Note.handover_id)
    rows = session.execute(query.where(Note.kind == NOBODY_LEFT, Note.at > after).order_by(Note.at.desc(), Note.id))
    found = [
        NobodyLeft(
            row.id,
            (row.handover_id or "")[:SHORT],
            row.at,
            row.topic if row.agreed else None,
            row.language,
            row.neighbourhood if row.agreed else None,
            row.seen_at,
            names.get(row.seen_by),
        )
        for row in rows
    ]
    return sorted(found, key=lambda note: note.seen_at is not None)
