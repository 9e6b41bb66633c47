"""Forget me: nothing stays but the last words, and those only until they were brought."""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select

from bot.channels.inbox import Inbox
from bot.channels.messages import Incoming, Outgoing
from bot.desk.delivery import Delivery, GiveUp
from bot.desk.outbox import Outbox, person_key, put
from bot.handover.service import Agreement
from bot.records.forget import LEAVING, clear_leavers, forget
from bot.records.models import (
    Address,
    Appointment,
    Attachment,
    Base,
    Consent,
    Handover,
    HandoverEvent,
    KeyPerson,
    Learner,
    Note,
    Received,
    Resident,
    Sending,
    Timer,
    now,
)
from tests.fakes import Clock, Notices, helper, make_handovers

OF_A_HANDOVER = (HandoverEvent, Consent, Timer, Appointment, Note, Attachment)
PERSONAL = (Resident, Address, Received, Handover, Sending, Learner, *OF_A_HANDOVER)


class Town:
    """Amina and Bilal, each with messages in and out, and with Anna helping them."""

    def __init__(self, database) -> None:
        self.database, self.outbox, self.ids = database, Outbox(database), count()
        self.clock = Clock()
        self.service = make_handovers(database, Notices(), self.clock, helper("anna"))
        self.amina, self.bilal = (self._lives(name) for name in ("amina", "bilal"))

    def _lives(self, name: str) -> str:
        resident = self.writes(name, "I owe my brother money")
        self.service.offer(resident, "nl", "informal_debt", "any")
        handover = self.service.agree(resident, Agreement("Anna hears the topic.", {}, "nl", "1"))
        self.service.accept(handover.id, "anna")
        meeting = self.service.propose_appointment("anna", handover.id, self.clock.moment + timedelta(days=3), name)
        self.service.answer_appointment(resident, meeting.id, True)
        with self.database.change() as session:
            session.get(Resident, resident).dialogue = ["I owe my brother money"]
            for sender, state in (("resident", "read"), ("resident", "waiting"), ("bot", "sent"), ("bot", "waiting")):
                put(session, person_key("anna"), "demo", [Outgoing(f"{name} {state}", sender=sender)], handover.id)
                session.flush()
                session.scalars(select(Sending).order_by(Sending.id.desc())).first().state = state
            put(session, resident, "demo", [Outgoing("Hello")])
            session.add(Note(handover_id=handover.id, kind="none_left"))
            session.add(Learner(resident_id=resident, language="nl"))
            session.add(Attachment(id=name, handover_id=handover.id, content_type="image/png", body=b"a letter"))
        return resident

    def handover_of(self, resident: str) -> str:
        return next(row.id for row in self.all(Handover) if row.resident_id == resident)

    def writes(self, name: str, words: str, done: bool = True) -> str:
        row = Inbox(self.database).store(Incoming("demo", str(next(self.ids)), [f"at {name}"], words))
        with self.database.change() as session:
            session.get(Received, row.id).done_at = now() if done else None
        return row.sender

    def forget(self, resident: str) -> None:
        """As the gate does it."""
        with self.database.change() as session:
            forget(session, session.get(Resident, resident))
            put(session, resident, "demo", [Outgoing("Goodbye")], LEAVING)

    def clear(self) -> int:
        with self.database.change() as session:
            return clear_leavers(session)

    def all(self, model) -> list:
        with self.database.change() as session:
            return list(session.scalars(select(model)))

    def texts(self, receiver: str) -> list:
        return [row.body["text"] for row in self.all(Sending) if row.receiver == receiver]


class Post:
    """A transport that brings everything, or nothing."""

    def __init__(self, works: bool = True) -> None:
        self.works, self.brought = works, []

    async def send(self, address: str, message: Outgoing) -> None:
        if not self.works:
            raise GiveUp("gone")
        self.brought.append((address, message.text))


@pytest.fixture
def town(database) -> Town:
    return Town(database)


def test_everything_about_a_resident_goes_and_the_last_words_stay_to_be_sent(town):
    town.forget(town.amina)
    assert town.texts(town.amina) == ["Goodbye"]
    assert {handover.resident_id for handover in town.all(Handover)} == {town.bilal}
    assert len(town.all(Consent)) == 1 and len(town.all(Received)) == 1
    assert {learner.resident_id for learner in town.all(Learner)} == {town.bilal}
    with town.database.change() as session:
        amina = session.get(Resident, town.amina)
    assert (amina.dialogue, amina.language, amina.choices) == (None, None, [])


def test_whatever_names_a_handover_goes_with_it(town):
    gone, stays = town.handover_of(town.amina), town.handover_of(town.bilal)
    town.forget(town.amina)
    for model in OF_A_HANDOVER:
        assert {row.handover_id for row in town.all(model)} == {stays}, model.__name__
    assert gone not in {row.handover_id for row in town.all(Sending) if row.body["sender"] == "resident"}


def test_a_new_table_about_residents_is_thought_of_here():
    about = {"resident_id", "handover_id", "sender", "receiver"}
    tables = {table.name for table in Base.metadata.sorted_tables if about & set(table.columns.keys())}
    assert tables == {model.__tablename__ for model in PERSONAL} - {"residents"}


@pytest.mark.parametrize("column", ["step", "choices"])
@pytest.mark.parametrize("whose, stays", [("amina", False), ("bilal", True)])
def test_no_desk_is_left_standing_in_a_talk_that_is_forgotten(town, column, whose, stays):
    handover = town.handover_of(getattr(town, whose))
    with town.database.change() as session:
        anna = session.get(KeyPerson, "anna")
        anna.talk_id = handover
        setattr(anna, column, [{"asks": "summary", "payload": f"talk:{handover}", "title": "owes her brother"}])
    town.forget(town.amina)
    with town.database.change() as session:
        anna = session.get(KeyPerson, "anna")
    assert (anna.talk_id == handover, getattr(anna, column) is not None) == (stays, stays)


def test_a_notice_that_waits_for_a_key_person_to_write_still_arrives(town):
    with town.database.change() as session:
        row = session.scalars(select(Sending).where(Sending.receiver == person_key("anna"))).all()[-1]
        row.state = "parked"
    town.forget(town.bilal)
    assert "parked" in {row.state for row in town.all(Sending)}


def test_what_a_resident_wrote_to_a_key_person_goes_too_but_a_notice_on_its_way_still_arrives(town):
    town.forget(town.amina)
    assert [text for text in town.texts(person_key("anna")) if "amina" in text] == ["amina waiting"]
    assert [row.body["sender"] for row in town.all(Sending) if row.body["text"] == "amina waiting"] == ["bot"]


def test_nothing_of_anybody_else_is_touched(town):
    def of_bilal() -> list:
        return [len([row for row in town.all(model) if "bilal" in repr(vars(row))]) for model in PERSONAL]

    before, about = of_bilal(), {model: len(town.all(model)) for model in (*OF_A_HANDOVER, Handover)}
    assert all(about.values()), "or this test looks at nothing"
    town.forget(town.amina)
    town.clear()
    assert of_bilal() == before
    assert {model: len(town.all(model)) for model in about} == {model: half // 2 for model, half in about.items()}
    assert len(town.all(KeyPerson)) == 1


@pytest.mark.parametrize("works", [True, False])
async def test_once_the_last_words_were_brought_or_never_can_be_nothing_is_left(town, works):
    town.forget(town.amina)
    assert town.clear() == 0, "the last words still wait"
    post = Post(works)
    await Delivery(town.outbox, {"demo": post}).send_due()
    assert (("at amina", "Goodbye") in post.brought) is works
    assert town.clear() == 1 and town.clear() == 0
    for model in (Resident, Address):
        assert town.amina not in {getattr(row, "resident_id", None) or row.id for row in town.all(model)}
    assert town.texts(town.amina) == []


async def test_the_notice_to_a_key_person_goes_too_once_it_was_brought(town):
    gone, stays = town.handover_of(town.amina), town.handover_of(town.bilal)
    town.forget(town.amina)
    town.clear()
    assert gone in {row.handover_id for row in town.all(Sending)}, "not brought yet"
    delivery = Delivery(town.outbox, {"demo": Post()})
    while await delivery.send_due():
        pass
    town.clear()
    about = {row.handover_id for row in town.all(Sending)}
    assert gone not in about and stays in about


@pytest.mark.parametrize("answered", [True, False])
async def test_who_comes_back_before_the_last_words_were_brought_starts_anew_and_is_not_lost(town, answered):
    town.forget(town.amina)
    town.writes("amina", "hello again", done=answered)
    if answered:
        with town.database.change() as session:
            put(session, town.amina, "demo", [Outgoing("Welcome back")])
    await Delivery(town.outbox, {"demo": Post()}).send_due()
    assert town.clear() == 1
    assert town.amina in {resident.id for resident in town.all(Resident)}
    assert town.texts(town.amina) == (["Welcome back"] if answered else [])
    town.clear()
    assert town.outbox.address_of(Sending(receiver=town.amina, channel="demo")) == "at amina"


def test_a_resident_who_returns_later_is_a_new_one(town):
    town.forget(town.amina)
    with town.database.change() as session:
        session.scalars(select(Sending).filter_by(handover_id=LEAVING)).one().state = "sent"
    town.clear()
    assert town.writes("amina", "hello") == town.amina, "the same pseudonym, and nothing behind it"
    assert town.service.current(town.amina) is None
