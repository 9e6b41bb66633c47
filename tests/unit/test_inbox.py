"""What comes in is stored once, and under one resident, however many addresses that resident writes from."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.channels.inbox import MOST_ATTEMPTS as MOST_TURNS
from bot.channels.inbox import Inbox
from bot.channels.messages import Choice, Incoming, Media, Outgoing, Place
from bot.desk.outbox import Outbox, person_key, put
from bot.handover.people import keep_people
from bot.records.models import Address, Handover, Received, Resident, Sending, now
from tests.fakes import helper

NUMBER, SCOPED_ID = "whatsapp:+31612345678", "whatsapp:NL.1349aB"


def incoming(number: int, *addresses: str, text: str = "hallo") -> Incoming:
    return Incoming("whatsapp", f"SM{number}", list(addresses or [NUMBER]), text)


def rows(database, model) -> list:
    with database.change() as session:
        return list(session.scalars(select(model).order_by(*model.__table__.primary_key.columns)))


@pytest.fixture
def inbox(database) -> Inbox:
    return Inbox(database)


@pytest.fixture
def outbox(database) -> Outbox:
    return Outbox(database)


def test_a_message_comes_back_as_it_came_in(database, inbox):
    sent = Incoming("whatsapp", "SM1", [NUMBER], "hoi", "/greet", [Media("u", "image/png")], Place(52.1, 4.3))
    inbox.store(sent)
    (row,) = inbox.open_rows()
    assert Incoming.from_json(row.body) == sent


def test_a_repeated_message_is_stored_once_and_changes_nothing(database, inbox, outbox):
    stored = inbox.store(incoming(1))
    outbox.stop_writing_to(stored.sender)
    assert inbox.store(incoming(1, text="again")) is None
    assert [row.body["text"] for row in rows(database, Received)] == ["hallo"]
    assert rows(database, Resident)[0].stopped, "a repeat is not a new word of this resident"
    assert inbox.store(Incoming("telegram", "SM1", ["77"], "hallo")), "ids of another channel are its own"


def test_a_clash_over_something_else_than_the_message_id_is_not_taken_for_a_repeat(database):
    """Two workers make the same new resident at the same moment: the second one's message must not be lost."""

    class Clashing(Inbox):
        clashes = 1

        def _sender(self, session, incoming):
            if self.clashes:
                self.clashes -= 1
                raise IntegrityError("INSERT INTO residents", {}, Exception("taken"))
            return super()._sender(session, incoming)

    assert Clashing(database).store(incoming(1)) is not None
    assert len(rows(database, Received)) == 1


def test_what_was_not_finished_is_found_again_until_it_was_tried_often_enough(database, inbox):
    first, second = inbox.store(incoming(1)), inbox.store(incoming(2))
    with database.change() as session:
        session.get(Received, second.id).done_at = now()
    for _ in range(MOST_TURNS):
        assert [row.id for row in inbox.open_rows()] == [first.id]
        inbox.attempt(first.id)
    assert inbox.open_rows() == []


def test_a_key_person_is_known_by_the_address_on_their_own_channel(database, inbox):
    keep_people(database, [helper("anna")], channel="demo")
    assert inbox.store(Incoming("demo", "1", ["demo-anna"], "ja")).sender == person_key("anna")
    assert not inbox.store(Incoming("telegram", "2", ["demo-anna"], "ja")).sender.startswith("person:")


@pytest.mark.parametrize(
    "ways", [[(NUMBER, SCOPED_ID)], [(NUMBER,), (SCOPED_ID, NUMBER)], [(SCOPED_ID,), (NUMBER, SCOPED_ID)]]
)
def test_a_number_and_an_id_seen_together_are_one_resident_from_then_on(database, inbox, outbox, ways):
    for number, addresses in enumerate([*ways, (NUMBER,), (SCOPED_ID,)]):
        inbox.store(incoming(number, *addresses))
    (resident,) = rows(database, Resident)
    assert {row.sender for row in rows(database, Received)} == {resident.id}
    assert {row.address: row.resident_id for row in rows(database, Address)} == dict.fromkeys(
        (NUMBER, SCOPED_ID), resident.id
    )
    assert outbox.address_of(Sending(receiver=resident.id, channel="whatsapp")) == SCOPED_ID, "used last"


@pytest.mark.parametrize("best, other", [(NUMBER, SCOPED_ID), (SCOPED_ID, NUMBER)])
def test_of_two_addresses_in_one_message_the_first_is_written_to(database, inbox, outbox, best, other):
    inbox.store(incoming(1, other, best))
    row = inbox.store(incoming(2, best, other))
    assert outbox.address_of(Sending(receiver=row.sender, channel="whatsapp")) == best


def test_two_residents_who_turn_out_to_be_one_keep_everything_they_had(database, inbox):
    by_number, by_id = (inbox.store(incoming(n, address)).sender for n, address in enumerate((NUMBER, SCOPED_ID)))
    assert by_number != by_id
    with database.change() as session:
        session.get(Resident, by_number).language = "nl"
        later = session.get(Resident, by_id)
        later.language, later.dialogue, later.choices = "tr", ["..."], [vars(Choice("Evet", "/affirm"))]
        for resident, handover_id in ((by_number, "old"), (by_id, "new")):
            session.add(Handover(id=handover_id, resident_id=resident, state="closed", language="nl"))
            put(session, resident, "whatsapp", [Outgoing(handover_id)])
    stored = inbox.store(incoming(9, SCOPED_ID, NUMBER))
    (resident,) = rows(database, Resident)
    assert resident.id == stored.sender == by_number, "the older one stays"
    assert {handover.resident_id for handover in rows(database, Handover)} == {resident.id}
    assert (
        {row.receiver for row in rows(database, Sending)}
        == {row.sender for row in rows(database, Received)}
        == {resident.id}
    )
    assert len(rows(database, Handover)) == len(rows(database, Sending)) == 2 and len(rows(database, Received)) == 3
    assert (resident.language, resident.dialogue, resident.choices[0]["title"]) == ("tr", ["..."], "Evet")
