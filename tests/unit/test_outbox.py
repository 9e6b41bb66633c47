"""What goes out keeps its order, survives every trouble, and is never said to be sent before it was."""

from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Optional

import pytest
import time_machine
from sqlalchemy import select

from bot.channels.inbox import Inbox
from bot.channels.messages import Choice, Incoming, Outgoing
from bot.desk.delivery import Delivery, GiveUp, TryAgain, back_off
from bot.desk.outbox import LEASE, MOST_ATTEMPTS, Outbox, person_key, put
from bot.desk.watch import Watch
from bot.handover.people import keep_people
from bot.handover.service import Agreement
from bot.records.models import Address, Resident, Sending
from tests.fakes import Clock, Notices, add_resident, helper, make_handovers

START = datetime(2026, 3, 3, 9, 0, tzinfo=timezone.utc)


class Post:
    """A transport: keeps what it brought, and fails with the errors it is given, first things first."""

    def __init__(self, *errors: Optional[Exception]) -> None:
        self.errors, self.tried, self.brought = list(errors), [], []  # type: List, List[str], List[str]

    async def send(self, address: str, message: Outgoing) -> str:
        self.tried.append(message.text)
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        self.brought.append(f"{address}: {message.text}")
        return f"id of {message.text}"


class Office:
    """An outbox with one worker over a `Post`, and a clock that the test moves."""

    def __init__(self, database, moved: Any) -> None:
        self.database, self.moved, self.outbox, self.post = database, moved, Outbox(database), Post()
        self.lost: List[int] = []
        self.delivery = Delivery(self.outbox, {"demo": self.post})
        self.delivery.when_lost(lambda row: self.lost.append(row.id))

    def knows(self, name: str) -> str:
        with self.database.change() as session:
            session.add(Resident(id=name, channel="demo", choices=[]))
            session.flush()
            at = self.database.secrecy.pseudonym("demo", f"at {name}")
            session.add(Address(pseudonym=at, resident_id=name, channel="demo", address=f"at {name}"))
        return name

    def say(self, receiver: str, *words: str, handover_id: Optional[str] = None) -> None:
        with self.database.change() as session:
            put(session, receiver, "demo", [Outgoing(word) for word in words], handover_id)

    async def work(self) -> List[str]:
        """Send until nothing is due; what was tried."""
        before = len(self.post.tried)
        while await self.delivery.send_due():
            pass
        return self.post.tried[before:]

    def rows(self) -> Dict[str, Sending]:
        with self.database.change() as session:
            return {row.body["text"]: row for row in session.scalars(select(Sending).order_by(Sending.id))}

    def states(self) -> List[str]:
        return [row.state for row in self.rows().values()]


@pytest.fixture
def office(database):
    with time_machine.travel(START, tick=False) as moved:
        yield Office(database, moved)


async def test_each_receiver_hears_things_in_the_order_they_were_said(office):
    for word in ("1", "2", "3"):
        for name in ("amina", "bilal"):
            office.say(name if word > "1" else office.knows(name), f"{name} {word}")
    await office.work()
    assert [word for word in office.post.tried if "amina" in word] == ["amina 1", "amina 2", "amina 3"]
    assert set(office.states()) == {"sent"} and len(office.post.brought) == 6
    row = office.rows()["amina 1"]
    assert (row.provider_id, row.sent_at, row.leased_until) == ("id of amina 1", START, None)


async def test_what_waits_for_another_try_holds_up_only_its_own_receiver(office):
    office.knows("amina"), office.knows("bilal")
    office.say("amina", "1", "2")
    office.say("bilal", "3")
    office.post.errors = [TryAgain("busy")]
    assert sorted(await office.work()) == ["1", "3"]
    assert office.states() == ["waiting", "waiting", "sent"]
    office.moved.shift(back_off(1))
    assert await office.work() == ["1", "2"]


async def test_what_a_dead_worker_left_comes_back_when_its_lease_ends_and_not_before(office):
    office.say(office.knows("amina"), "1", "2")
    assert [row.body["text"] for row in office.outbox.lease()] == ["1"]  # and then the worker dies
    office.moved.shift(LEASE - timedelta(seconds=1))
    assert await office.work() == [], "the next message does not overtake it either"
    office.moved.shift(2)
    assert await office.work() == ["1", "2"]
    assert office.rows()["1"].attempts == 2


@pytest.mark.parametrize("error", [TryAgain("63018"), RuntimeError("a bug in the transport")])
async def test_trouble_that_may_pass_is_tried_again_ever_more_slowly_and_in_the_end_is_lost_once(office, error):
    office.say(office.knows("amina"), "1", "2")
    office.post.errors = [error] * MOST_ATTEMPTS
    for attempt in range(1, MOST_ATTEMPTS):
        assert await office.work() == ["1"] and office.lost == []
        office.moved.shift(back_off(attempt) - timedelta(seconds=1))
        assert await office.work() == []
        office.moved.shift(1)
    assert await office.work() == ["1", "2"], "what comes after it is not held up for ever"
    row = office.rows()["1"]
    assert (row.state, row.attempts, office.lost) == ("failed", MOST_ATTEMPTS, [row.id])
    assert row.error in ("63018", "RuntimeError"), "the kind of trouble, never its words"


def test_the_waits_double_and_end_at_half_an_hour():
    waits = [back_off(attempt).total_seconds() for attempt in range(1, 12)]
    assert waits == [6, 12, 24, 48, 96, 192, 384, 768, 1536, 1800, 1800]


async def test_the_provider_may_say_how_long_to_wait(office):
    office.say(office.knows("amina"), "1")
    office.post.errors = [TryAgain("429", after=timedelta(seconds=77))]
    await office.work()
    assert office.rows()["1"].due_at == START + timedelta(seconds=77)


async def test_what_can_never_arrive_is_lost_at_once_and_the_rest_goes_on(office):
    office.say(office.knows("amina"), "1", "2")
    office.say("nobody", "3")
    with office.database.change() as session:
        put(session, "amina", "pigeon", [Outgoing("4")])
    office.post.errors = [GiveUp("63024")]
    await office.work()
    found = {text: (row.state, row.error) for text, row in office.rows().items()}
    assert found == {
        "1": ("failed", "63024"), "2": ("sent", None), "3": ("failed", "no address"), "4": ("failed", "no transport"),
    }  # fmt: skip
    assert sorted(office.lost) == [1, 3, 4]


async def test_an_alert_that_is_lost_leads_to_the_next_person(office):
    service = make_handovers(office.database, Notices(), Clock(START), helper("anna"), helper("bea"))
    office.delivery.when_lost(Watch(office.database, service, office.delivery.wake).lost)
    service.offer(add_resident(office.database), "nl", None, "any")
    asked = service.agree("amina", Agreement("shown", {}, "nl", "1"))
    office.say(person_key("anna"), "alert", handover_id=asked.id)
    office.post.errors = [GiveUp("63016")]
    await office.work()
    assert service.current("amina").person_id == "bea"


async def test_who_asked_the_provider_to_stop_gets_nothing_until_writing_again(office):
    office.say(office.knows("amina"), "1", "2")
    office.post.errors = [GiveUp("21610", opted_out=True)]
    assert await office.work() == ["1"]
    assert office.states() == ["failed", "failed"]
    Inbox(office.database).store(Incoming("demo", "9", ["at amina"], "hallo"))
    office.say("amina", "3")
    assert await office.work() == ["3"] and office.post.brought == ["at amina: 3"]


@pytest.mark.parametrize(
    "statuses, state, error",
    [
        (["sent", "delivered", "read"], "read", None),
        (["read", "delivered", "sent"], "read", None),
        (["delivered", "sent", "delivered"], "delivered", None),
        (["failed", "delivered"], "failed", "63024"),
        (["read", "failed"], "read", None),
        (["something new"], "sent", None),
    ],
)
async def test_statuses_in_any_order_never_lead_back(office, statuses, state, error):
    office.say(office.knows("amina"), "1")
    await office.work()
    for status in statuses:
        office.outbox.status("id of 1", status, "63024" if status == "failed" else None)
    assert (office.rows()["1"].state, office.rows()["1"].error) == (state, error)
    assert office.outbox.status("id of nothing", "read") is None


def test_a_message_comes_out_as_it_was_put_in(office):
    message = Outgoing("Selam", "tr", "pictogram/house.png", [Choice("Evet", "/affirm")], "person")
    keep_people(office.database, [helper("anna")])
    with office.database.change() as session:
        put(session, person_key("anna"), "demo", [message])
    (row,) = office.outbox.lease()
    assert Outgoing.from_json(row.body) == message and office.outbox.address_of(row) == "demo-anna"
