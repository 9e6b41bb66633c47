"""A small town of invented people over the real parts: database, texts, outbox, gate, desk and watch.

Only understanding is played. `tests/unit/test_handover_property.py` lets random days happen in it.
"""

import asyncio
from datetime import timedelta
from itertools import count
from typing import Any, Callable, Dict, List, Optional, Set, Tuple
from unittest.mock import patch

from sqlalchemy import event, func, select

from bot.app import connect
from bot.channels.messages import Incoming
from bot.channels.outcome import Turn
from bot.handover.people import keep_people
from bot.handover.service import Agreement, BadTime, Handovers, NoLongerFree, NotPossible
from bot.handover.states import HELD_BY_A_PERSON, OFFERED, OPEN, TABLE
from bot.records.database import Database
from bot.records.models import Address, Appointment, Base, Consent, Handover, KeyPerson, Received, Resident, Timer
from bot.replies.speaker import Speaker
from bot.settings import Settings
from tests.fakes import Clock, helper

NAMES = {"amina": "Zonnebloem", "bilal": "Klaproos", "chen": "Papaver"}  # residents, and how they want to be called
OFFICE = {"hours": "Mo-Fr 09:00-17:00; PH off", "desk_language": "en"}
PEOPLE = [
    helper("anna", most_at_once=2),
    helper("bea", most_at_once=2, **OFFICE),
    helper("coby", most_at_once=2, coordinator=True, languages=["tr", "nl"], neighbourhoods=["Oost"]),
    helper("dirk", gender="man", hours="Mo-Su 19:00-22:00"),
    helper("johan", gender="man", most_at_once=1),
]
IDS = [person["id"] for person in PEOPLE]
ALERTS, TAKES = {"alert", "alert_hand_on"}, {"you_accepted", "you_accepted_hand_on"}
MEETINGS = {"appointment_agreed", "appointment_cannot", "reminder"}
COORDINATOR = {"nobody_left", "nobody_fits"}
STORY, NUMBERS = "verhaal van", dict(zip(NAMES, ("+31612345670", "+31612345671", "+31612345672")))


class DiskFull(Exception):
    """A notice cannot be written."""


class Brain:
    """Understands nothing and answers everything; knows one button: forget me."""

    def __init__(self, handovers: Handovers, speaker: Speaker) -> None:
        self.handovers, self.speaker = handovers, speaker

    async def understand(self, text: str, language: Optional[str]) -> Dict[str, Any]:
        return {"intent": "lost", "accepted": False, "language": "nl"}

    async def answer(self, resident_id: str, text: str, language: Optional[str]) -> Turn:
        if text == "/confirm_delete":
            self.handovers.withdraw(resident_id)
            return Turn([self.speaker.say("deleted", language)], forget=True)
        if "!" in text:
            raise RuntimeError("the model broke")
        return Turn([] if "?" in text else [self.speaker.say("greet", language)])


class Recorder:
    """The real messenger and a pen: who was told what, kept when the transaction is. Looks at that very moment."""

    def __init__(self, real: Any, database: Database) -> None:
        self.real, self.pass_on, self.trouble_in = real, real.pass_on, 0
        self.told: List[Tuple[str, str, str]] = []
        self._ends = {
            "after_commit": lambda session: self.told.extend(session.info.pop("told", [])),
            "after_rollback": lambda session: session.info.pop("told", None),
        }
        self._sessions = database._sessions
        for end, act in self._ends.items():
            event.listen(self._sessions, end, act)

    def close(self) -> None:
        """Write down no more."""
        for end, act in self._ends.items():
            event.remove(self._sessions, end, act)

    def to_resident(self, session: Any, handover: Handover, notice: str, **values: Any) -> None:
        self._write(session, handover, "resident", notice)
        self.real.to_resident(session, handover, notice, **values)

    def to_person(self, session: Any, handover: Handover, person: KeyPerson, notice: str, **values: Any) -> None:
        self._write(session, handover, person.id, notice)
        if notice in COORDINATOR:
            assert person.coordinator and person.active
        elif notice in MEETINGS:
            assert (values["appointment"].person_id, values["appointment"].handover_id) == (person.id, handover.id)
        else:
            assert person.id in (handover.person_id, handover.next_person_id), f"{person.id} has nothing to do with it"
        self._check_consent(session, handover, person, notice, values)
        self.real.to_person(session, handover, person, notice, **values)

    def _write(self, session: Any, handover: Handover, whom: str, notice: str) -> None:
        self.trouble_in -= 1
        if self.trouble_in == 0:
            raise DiskFull
        session.info.setdefault("told", []).append((handover.id, whom, notice))

    @staticmethod
    def _check_consent(session: Any, handover: Handover, person: KeyPerson, notice: str, values: dict) -> None:
        query = select(Consent).filter_by(handover_id=handover.id, withdrawn_at=None)
        shared = [consent.shared for consent in session.scalars(query)]
        if notice in ALERTS | TAKES | {"number_given", "nobody_left"}:
            assert shared, f"{notice} without a yes that holds"
        if notice == "alert_hand_on":
            assert {"to": person.id, "summary": values["summary"]} in shared
        if notice == "number_given":
            assert {"phone": values["number"]} in shared
        if notice == "alert":
            load = select(func.count()).where(Handover.person_id == person.id, Handover.state.in_(OPEN - {OFFERED}))
            assert session.scalar(load) <= person.most_at_once and person.active


class Town:
    """Three residents, four key persons and a professional."""

    speaker: Speaker
    database: Database  # one for all the days: making it anew takes longer than a day

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        with self.database.change() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())
        self.parts = connect(
            Settings(), self.database, self.speaker, lambda handovers: Brain(handovers, self.speaker), self.clock
        )
        self.service = self.parts.handovers
        names = (f"h{number:011}" for number in count())  # not by chance: a failure can be played again
        self._new_id = patch("bot.handover.resident_side.new_id", names.__next__)
        self._new_id.start()
        self.service._messenger = self.told = Recorder(self.service._messenger, self.database)
        self.messages = 0
        keep_people(self.database, PEOPLE)

    def close(self) -> None:
        """Afterwards."""
        self._new_id.stop()
        self.told.close()

    # ------------------------------------------------------------ looking

    def all(self, model: Any, **where: Any) -> list:
        query = select(model).filter_by(**where).order_by(*model.__table__.primary_key.columns)
        with self.database.change() as session:
            return list(session.scalars(query))

    def id_of(self, name: str) -> str:
        """Whoever writes from this address; a name that nobody has when they never wrote, or are forgotten."""
        at = self.database.secrecy.pseudonym("demo", f"at {name}")
        return next((row.resident_id for row in self.all(Address, pseudonym=at)), at)

    def name_of(self, resident: str) -> str:
        return next(name for name in NAMES if self.id_of(name) == resident)

    def everything(self) -> List[List[tuple]]:
        """Every row of every table, as it lies there."""
        cursor = self.database.engine.raw_connection().cursor()
        return [cursor.execute(f"SELECT * FROM {table}").fetchall() for table in Base.metadata.tables]

    # ------------------------------------------------------------ doing

    def do(self, act: Callable[[], Any], may_change: bool = False) -> None:
        """Whatever is refused, or breaks off, has changed nothing."""
        before = self.everything()
        try:
            act()
        except (NotPossible, BadTime, DiskFull) as refused:
            assert self.everything() == before or (may_change and isinstance(refused, NoLongerFree))

    def sends(self, addresses: List[str], text: str, payload: Optional[str] = None) -> Optional[Received]:
        """A message through the gate, until all of its work is done."""
        self.messages, self.told.trouble_in = self.messages + 1, 0
        incoming = Incoming("demo", str(self.messages), addresses, text, payload)

        async def work() -> None:
            self.parts.gate.receive(incoming)
            await self.parts.gate.idle()

        asyncio.run(work())
        return next(iter(self.all(Received, message_id=incoming.message_id)), None)

    def offer(self, name: str, wish: str = "any", topic: Optional[str] = None, outside: bool = False) -> None:
        with self.database.change() as session:
            at = self.database.secrecy.pseudonym("demo", f"at {name}")
            if session.get(Address, at) is None:
                session.add(Resident(id=at, channel="demo", choices=[]))
                session.flush()
                session.add(Address(pseudonym=at, resident_id=at, channel="demo", address=f"at {name}"))
        self.do(lambda: self.service.offer(self.id_of(name), "nl", topic, wish, "Oost", outside))

    def happens(self, handover_id: str, act: str) -> None:
        """An event of the table, or something within a talk, by whoever it is up to."""
        (handover,) = self.all(Handover, id=handover_id)
        self.do(lambda: ACTS[act](self, handover), may_change=act == "agree")

    def may_happen(self, handovers: List[Handover], acts: Set[str]) -> List[Tuple[str, str]]:
        """Which of these acts are possible now, in which handovers."""
        return [
            (handover.id, act)
            for handover in handovers
            for act in sorted(acts)
            if (handover.state, act) in TABLE or handover.state in IN_A_TALK.get(act, ())
        ]


def summary_of(handover: Handover) -> str:
    return f"samenvatting {handover.id}"


def agree(town: Town, handover: Handover) -> None:
    if handover.state == "introduced":
        shared = {"to": handover.next_person_id, "summary": handover.summary}
        town.service.answer_introduction(handover.resident_id, Agreement("what was shown", shared, "nl", "1"))
    else:
        town.service.agree(handover.resident_id, Agreement("what was shown", {"topic": "..."}, "nl", "1"))


def hand_on(town: Town, handover_id: str, person: str) -> None:
    other = "johan" if person != "johan" else "anna"
    town.service.hand_on(person, handover_id, other, f"samenvatting {handover_id}")


def meet(town: Town, handover_id: str, person: str) -> None:
    town.service.propose_appointment(person, handover_id, town.clock.moment + timedelta(hours=30), "Buurthuis")


def share_number(town: Town, handover: Handover) -> None:
    number = NUMBERS[town.name_of(handover.resident_id)]
    agreement = Agreement("what was shown", {"phone": number}, "nl", "1")
    town.service.share_number(handover.resident_id, number, agreement)


def answer_meeting(town: Town, handover: Handover, comes: bool) -> None:
    meetings = town.all(Appointment, handover_id=handover.id)
    town.service.answer_appointment(handover.resident_id, meetings[-1].id if meetings else 0, comes)


def ring(town: Town, handover: Handover) -> None:
    timers = town.all(Timer, handover_id=handover.id)
    town.clock.moment = max([town.clock.moment, *(timer.due_at for timer in timers)])
    town.parts.watch.look()


PRESSED: Dict[str, Callable[[Town, str, str], Any]] = {  # by a key person, about a handover that may be theirs
    "accept": lambda town, handover, person: town.service.accept(handover, person),
    "decline": lambda town, handover, person: town.service.decline(handover, person),
    "later": lambda town, handover, person: town.service.later(handover, person),
    "first_message": lambda town, handover, person: town.service.first_message(handover, person),
    "unreachable": lambda town, handover, person: town.service.unreachable(handover, person),
    "close": lambda town, handover, person: town.service.close(person, handover),
    "pass_on": lambda town, handover, person: town.service.pass_on(person, handover),
    "ask_number": lambda town, handover, person: town.service.ask_number(person, handover),
    "choose_talk": lambda town, handover, person: town.service.choose_talk(person, handover),
    "hand_on": hand_on,
    "meet": meet,
}
ACTS: Dict[str, Callable[[Town, Handover], Any]] = {
    **{name: lambda town, one, act=act: act(town, one.id, one.person_id) for name, act in PRESSED.items()},
    "next_accepts": lambda town, one: town.service.accept(one.id, one.next_person_id),
    "next_declines": lambda town, one: town.service.decline(one.id, one.next_person_id),
    "next_unreachable": lambda town, one: town.service.unreachable(one.id, one.next_person_id),
    "agree": agree,
    "refuse": lambda town, one: town.service.answer_introduction(one.resident_id, None),
    "other_person": lambda town, one: town.service.other_person(one.resident_id),
    "withdraw": lambda town, one: town.service.withdraw(one.resident_id),
    "answer_care": lambda town, one: town.service.tell_how(one.resident_id, one.id, "so_so"),
    "call_me": lambda town, one: town.service.call_me(one.resident_id, NAMES[town.name_of(one.resident_id)]),
    "share_number": share_number,
    "keep_number": lambda town, one: town.service.keep_number(one.resident_id),
    "comes": lambda town, one: answer_meeting(town, one, True),
    "cannot_come": lambda town, one: answer_meeting(town, one, False),
    "care": ring,
}
RESIDENT = {"agree", "refuse", "answer_care", "call_me", "share_number", "keep_number"}
RESIDENT |= {"comes", "cannot_come"}
PERSON = set(PRESSED)
PROFESSIONAL = {"next_accepts", "next_declines", "next_unreachable"}
IN_A_TALK = {  # what is no event of the table, and in which states it makes sense
    "ask_number": {"accepted", "in_touch"},
    "meet": {"accepted", "in_touch"},
    "choose_talk": HELD_BY_A_PERSON,
    "share_number": HELD_BY_A_PERSON,
    "keep_number": HELD_BY_A_PERSON,
    "call_me": OPEN,
    "comes": HELD_BY_A_PERSON | {"closed"},
    "cannot_come": HELD_BY_A_PERSON | {"closed"},
}
