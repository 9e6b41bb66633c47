"""One resident's handover, through the real service and a real database, brought wherever a test needs it."""

from datetime import datetime
from typing import Any, Callable, Dict, List, Optional, Tuple

from sqlalchemy import select

from bot.handover.service import Agreement, Handovers, NoLongerFree, NotPossible
from bot.records.database import Database
from bot.records.models import Appointment, Base, Handover, HandoverEvent, KeyPerson, Timer
from tests.fakes import Clock, Notices, add_resident, helper, make_handovers

YES = Agreement("Anna hears the topic.", {"topic": "rent"}, "nl", "1")
ALSO = Agreement("Johan hears the summary.", {"to": "johan", "summary": "Three months of rent."}, "nl", "1")
SUMMARY = "Three months of rent."
LONG_AGO = datetime.fromisoformat("2020-01-01T00:00:00+00:00")


class Story:
    """Amina asks for a woman: Anna is asked first, then Bea, then nobody. Johan is a professional to be brought in."""

    def __init__(self, database: Database, *helpers: dict, messenger: Any = None) -> None:
        self.database, self.clock, self.notices = database, Clock(), Notices()
        people = helpers or (helper("anna"), helper("bea"), helper("johan", gender="man"))
        self.service: Handovers = make_handovers(database, messenger or self.notices, self.clock, *people)
        self.resident = add_resident(database)

    # ------------------------------------------------------------ looking

    def all(self, model: Any) -> list:
        with self.database.change() as session:
            return list(session.scalars(select(model).order_by(*model.__table__.primary_key.columns)))

    @property
    def handover(self) -> Handover:
        """The latest one."""
        with self.database.change() as session:
            return session.scalars(select(Handover).order_by(Handover.created_at.desc())).first()

    @property
    def holder(self) -> str:
        return self.handover.person_id or "anna"

    @property
    def events(self) -> List[str]:
        return [event.event for event in self.all(HandoverEvent)]

    def timers(self) -> Dict[str, datetime]:
        return {timer.kind: timer.due_at for timer in self.all(Timer)}

    def told(self, whom: str) -> List[str]:
        return [notice for told, notice in self.notices.told if told == whom]

    def everything(self) -> Dict[str, List[tuple]]:
        """Every row of every table, decrypted."""
        with self.database.change() as session:
            return {t.name: [tuple(r) for r in session.execute(select(t))] for t in Base.metadata.sorted_tables}

    # ------------------------------------------------------------ doing

    def offer(self) -> None:
        self.service.offer(self.resident, "nl", "rent", "woman")

    def ask(self) -> None:
        self.offer()
        self.service.agree(self.resident, YES)

    def does(self, event: str) -> Any:
        return EVENTS[event](self)

    def reach(self, state: str, *then: str) -> "Story":
        """Bring the handover into this state; who was told what until then is not remembered."""
        for event in (*WAY[state], *then):
            self.does(event)
        self.notices.told.clear()
        return self

    def ring(self, kind: str) -> None:
        """The moment of a timer has come. Where no such timer is set, an old one rings that was stopped since."""
        found = [timer for timer in self.all(Timer) if (timer.kind, timer.handover_id) == (kind, self.handover.id)]
        timer = found[0] if found else Timer(id=99, handover_id=self.handover.id, kind=kind, due_at=LONG_AGO)
        self.clock.moment = max(self.clock.moment, timer.due_at)
        self.service.ring(timer)

    def look(self) -> List[str]:
        """What the watch does: ring all that is due; which kinds rang."""
        rang = []
        for timer in self.service.due():
            self.service.ring(timer)
            rang.append(timer.kind)
        return rang

    def stops_helping(self, person_id: str) -> None:
        with self.database.change() as session:
            session.get(KeyPerson, person_id).active = False

    def meet(self, at: datetime, place: Optional[str] = None) -> Appointment:
        """The key person proposes, the resident agrees."""
        proposed = self.service.propose_appointment(self.holder, self.handover.id, at, place)
        return self.service.answer_appointment(self.resident, proposed.id, True)

    def agree(self) -> Any:
        if self.handover.state == "introduced":
            return self.service.answer_introduction(self.resident, ALSO)
        return self.service.agree(self.resident, YES)

    def next_is_gone(self) -> None:
        """A lost message says so; while the resident still thinks it over, nobody finds out before their yes."""
        if self.handover.state != "introduced":
            self.service.unreachable(self.handover.id, "johan")
            return
        try:
            self.service.answer_introduction(self.resident, ALSO)
        except NoLongerFree:
            return
        raise AssertionError("somebody who is gone was asked")


WAY: Dict[str, Tuple[str, ...]] = {
    "offered": ("offer",),
    "asked": ("ask",),
    "accepted": ("ask", "accept"),
    "in_touch": ("ask", "accept", "first_message"),
    "introduced": ("ask", "accept", "first_message", "hand_on"),
    "handed_on": ("ask", "accept", "first_message", "hand_on", "agree"),
    "closed": ("ask", "accept", "close"),
    "cared_for": ("ask", "accept", "close", "care", "answer_care"),
    "withdrawn": ("ask", "withdraw"),
    "none_left": ("ask", "decline", "decline"),
}
BEFORE = {  # what must have happened in that state for this event to be possible
    ("accepted", "time_out"): ("nudge",),
    ("introduced", "next_unreachable"): ("johan_stops",),
}
EVENTS: Dict[str, Callable[[Story], Any]] = {
    "other_person": lambda story: story.service.other_person(story.resident),
    "agree": Story.agree,
    "refuse": lambda story: story.service.answer_introduction(story.resident, None),
    "withdraw": lambda story: story.service.withdraw(story.resident),
    "accept": lambda story: story.service.accept(story.handover.id, story.holder),
    "decline": lambda story: story.service.decline(story.handover.id, story.holder),
    "later": lambda story: story.service.later(story.handover.id, story.holder),
    "first_message": lambda story: story.service.first_message(story.handover.id, story.holder),
    "pass_on": lambda story: story.service.pass_on(story.holder, story.handover.id),
    "hand_on": lambda story: story.service.hand_on(story.holder, story.handover.id, "johan", SUMMARY),
    "close": lambda story: story.service.close(story.holder, story.handover.id),
    "unreachable": lambda story: story.service.unreachable(story.handover.id, story.holder),
    "next_accepts": lambda story: story.service.accept(story.handover.id, "johan"),
    "next_declines": lambda story: story.service.decline(story.handover.id, "johan"),
    "next_unreachable": Story.next_is_gone,
    "time_out": lambda story: story.ring("promise"),
    "care": lambda story: story.ring("aftercare"),
    "answer_care": lambda story: story.service.tell_how(story.resident, story.handover.id, "so_so"),
}
STEPS = {
    "offer": Story.offer,
    "ask": Story.ask,
    "nudge": lambda story: story.ring("promise"),
    "johan_stops": lambda story: story.stops_helping("johan"),
}
CAUSED = tuple(EVENTS)  # `nudge` is what the first passed promise of somebody who said yes causes
EVENTS.update(STEPS)

__all__ = ["ALSO", "BEFORE", "CAUSED", "EVENTS", "SUMMARY", "WAY", "YES", "NotPossible", "Story"]
