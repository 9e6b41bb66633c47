"""What the handover remembers and computes: promises, load, the person from last time, and what people read."""

import pytest
from sqlalchemy import select, update

from bot.desk.messenger import OutboxMessenger
from bot.desk.outbox import person_key
from bot.handover.service import Agreement
from bot.handover.states import NotPossible
from bot.records.models import Handover, KeyPerson, Resident, Sending
from tests.fakes import Clock, Notices, add_resident, helper, make_handovers

YES = Agreement("Anna hears the topic.", {"topic": "rent"}, "nl", "1")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def offered(service, resident, wish="any"):
    offer = service.offer(resident, "nl", None, wish)
    return offer and offer.match.person.id


def test_nothing_times_out_before_the_promised_moment(database, clock):
    service = make_handovers(database, Notices(), clock, helper("anna"), helper("bea"))
    resident = add_resident(database)
    service.offer(resident, "nl", None, "any")
    asked = service.agree(resident, YES)
    clock.moment = asked.promised_by
    assert service.overdue() == []
    with pytest.raises(NotPossible):
        service.time_out(asked.id)
    clock.move(seconds=1)
    assert service.overdue() == [asked.id]
    assert service.time_out(asked.id).promised_by > clock.moment, "the next person gets a time of their own"
    assert service.overdue() == []


def test_somebody_without_any_open_hour_left_counts_as_overdue(database, clock):
    service = make_handovers(database, Notices(), clock, helper("anna"))
    resident = add_resident(database)
    service.offer(resident, "nl", None, "any")
    with database.change() as session:
        session.execute(update(KeyPerson).values(hours="off"))
    asked = service.agree(resident, YES)
    assert asked.promised_by is None and service.overdue() == [asked.id]


def test_the_person_who_helped_is_proposed_again_next_time(database, clock):
    service = make_handovers(database, Notices(), clock, helper("anna"), helper("bea"))
    resident = add_resident(database)
    assert offered(service, resident) == "anna"
    asked = service.agree(resident, YES)
    service.decline(asked.id, "anna")
    service.accept(asked.id, "bea")
    service.close("bea", asked.id)
    again = service.offer(resident, "nl", None, "any")
    assert again.match.person.id == "bea" and again.match.reasons[0] == "helped this resident before"
    assert offered(service, add_resident(database, "someone else")) == "anna"


def test_nobody_gets_more_than_they_can_carry(database, clock):
    service = make_handovers(database, Notices(), clock, helper("anna", most_at_once=1), helper("bea", most_at_once=1))
    first, second, third = (add_resident(database, name) for name in ("first", "second", "third"))
    assert offered(service, first) == "anna"
    assert offered(service, second) == "anna", "a proposal that was not agreed to weighs nothing"
    asked = service.agree(first, YES)
    assert offered(service, second) == "bea"
    service.agree(second, YES)
    assert offered(service, third) is None
    service.accept(asked.id, "anna")
    service.close("anna", asked.id)
    assert offered(service, third) == "anna"


def test_who_is_full_is_not_the_next_to_be_asked(database, clock):
    service = make_handovers(database, Notices(), clock, helper("anna", most_at_once=9), helper("bea", most_at_once=1))
    busy, waiting = add_resident(database, "busy"), add_resident(database, "waiting")
    service.offer(busy, "nl", None, "any")
    service.other_person(busy)
    service.agree(busy, YES)  # Bea is full now
    service.offer(waiting, "nl", None, "any")
    asked = service.agree(waiting, YES)
    assert service.decline(asked.id, "anna").state == "none_left"


def test_another_wish_replaces_a_proposal_but_never_an_open_request(database, clock):
    service = make_handovers(database, Notices(), clock, helper("anna"), helper("karel", gender="man"))
    resident = add_resident(database)
    assert offered(service, resident, "woman") == "anna"
    assert offered(service, resident, "man") == "karel"
    service.agree(resident, YES)
    with pytest.raises(NotPossible):
        service.offer(resident, "nl", None, "woman")
    with database.change() as session:
        assert len(list(session.scalars(select(Handover)))) == 1


def test_nobody_else_leaves_the_person_until_now_in_place(database, clock):
    notices = Notices()
    service = make_handovers(database, notices, clock, helper("anna"))
    resident = add_resident(database)
    service.offer(resident, "nl", None, "any")
    service.agree(resident, YES)
    assert service.other_person(resident) is None
    assert service.current(resident).person_id == "anna" and notices.told == [("anna", "alert")]


def test_the_latest_conversation_of_a_person_is_the_one_they_write_in(database, clock):
    service = make_handovers(database, Notices(), clock, helper("anna"))
    for name in ("first", "second"):
        service.offer(add_resident(database, name), "nl", None, "any")
        service.accept(service.agree(name, YES).id, "anna")
        clock.move(minutes=1)
    assert service.held_by("anna").resident_id == "second"
    service.withdraw("second")
    assert service.held_by("anna").resident_id == "first"
    service.withdraw("first")
    assert service.held_by("anna") is None


def test_everybody_reads_it_in_their_own_language(database, clock, speaker):
    messenger = OutboxMessenger(speaker, clock)
    service = make_handovers(database, messenger, clock, helper("anna", desk_language="en"), helper("bea"))
    resident = add_resident(database)
    with database.change() as session:
        session.get(Resident, resident).language = "tr"
    service.offer(resident, "tr", "cannot_pay_rent", "any")
    asked = service.agree(resident, YES)
    service.decline(asked.id, "anna")
    with database.change() as session:
        rows = [(row.receiver, row.body["language"], row.body["text"]) for row in session.scalars(select(Sending))]
    anna, bea, amina = person_key("anna"), person_key("bea"), resident
    assert [row[:2] for row in rows] == [(anna, "en"), (anna, "en"), (bea, "nl"), (amina, "tr"), (amina, "tr")]
    assert speaker.language("en").topics["cannot_pay_rent"].title in rows[0][2] and "Turkish" in rows[0][2]
    assert "Turks" in rows[2][2] and "14:00" in rows[2][2]
    assert "Anna" in rows[3][2] and "Bea" in rows[4][2] and "14:00" in rows[4][2]
