"""What the handover remembers and computes: promises, load, the person from last time, and what people read."""

from datetime import datetime, timezone

import pytest
from sqlalchemy import select

from bot.desk.messenger import OutboxMessenger
from bot.desk.outbox import person_key
from bot.handover.people import keep_people
from bot.handover.service import Agreement, Handovers, NoLongerFree, NotPossible
from bot.records.models import Consent, Handover, KeyPerson, Note, Resident, Sending, Timer
from tests.fakes import Clock, Notices, add_resident, helper, make_handovers

YES = Agreement("Anna hears the topic.", {"topic": "rent"}, "nl", "1")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def rows(database, model) -> list:
    with database.change() as session:
        return list(session.scalars(select(model)))


def timers(database) -> list:
    return rows(database, Timer)


def change_person(database, name: str, **about) -> None:
    with database.change() as session:
        for field, value in about.items():
            setattr(session.get(KeyPerson, name), field, value)


def offered(service, resident, wish="any"):
    offer = service.offer(resident, "nl", None, wish)
    return offer and offer.match.person.id


def test_nothing_times_out_before_the_promised_moment(database, clock):
    service = make_handovers(database, Notices(), clock, helper("anna"), helper("bea"))
    resident = add_resident(database)
    service.offer(resident, "nl", None, "any")
    asked = service.agree(resident, YES)
    (timer,) = timers(database)
    clock.moment = asked.promised_by
    assert service.due() == []
    with pytest.raises(NotPossible, match="not due"):
        service.ring(timer)
    clock.move(seconds=1)
    assert [timer.handover_id for timer in service.due()] == [asked.id]
    service.ring(timer)
    assert service.current(resident).promised_by > clock.moment, "the next person gets a time of their own"
    assert service.due() == []


def test_a_timer_rings_once_and_an_old_one_never_for_what_came_after_it(database, clock):
    service = make_handovers(database, Notices(), clock, helper("anna"), helper("bea"))
    resident = add_resident(database)
    service.offer(resident, "nl", None, "any")
    service.agree(resident, YES)
    (old,) = timers(database)
    clock.move(days=1)
    service.ring(old)
    (new,) = timers(database)
    clock.move(days=1)
    for stale in (
        Timer(id=new.id, handover_id="another one", kind="promise"),
        Timer(id=new.id, handover_id=new.handover_id, kind="aftercare"),
    ):
        with pytest.raises(NotPossible, match="stopped"):
            service.ring(stale)
    assert service.current(resident).person_id == "bea"
    service.ring(new)
    with pytest.raises(NotPossible, match="stopped"):
        service.ring(new)


def test_whoever_has_no_open_hour_left_when_their_time_passes_gives_way_at_once(database, clock):
    service = make_handovers(database, Notices(), clock, helper("anna"), helper("bea"))
    resident = add_resident(database)
    service.offer(resident, "nl", None, "any")
    asked = service.agree(resident, YES)
    change_person(database, "anna", hours="off")
    accepted = service.accept(asked.id, "anna")
    assert accepted.promised_by is None, "no time can be promised"
    (timer,) = service.due()
    service.ring(timer)
    assert (service.current(resident).state, service.current(resident).person_id) == ("asked", "bea")


GONE = [{"active": False}, {"hours": "off"}, {"most_at_once": 0}, {"gender": "man"}, {"channel": "pigeon"}]
GONE += [{"away_until": datetime(2026, 3, 9, tzinfo=timezone.utc)}]


@pytest.mark.parametrize("about", GONE, ids=str)
def test_a_yes_to_somebody_who_is_gone_by_now_asks_nobody_and_somebody_else_can_be_proposed(database, clock, about):
    notices = Notices()
    keep_people(database, [helper("anna"), helper("bea")])
    plain, no_group = (lambda topic: "plain"), (lambda topic: None)
    service = Handovers(database, notices, plain, no_group, clock, reachable=lambda channel: channel == "demo")
    resident = add_resident(database)
    service.offer(resident, "nl", None, "woman")
    change_person(database, "anna", **about)
    with pytest.raises(NoLongerFree):
        service.agree(resident, YES)
    assert notices.told == [] and rows(database, Consent) == [] and timers(database) == []
    assert service.other_person(resident).match.person.id == "bea"


def test_when_whoever_was_proposed_is_gone_and_there_is_nobody_else_the_coordinator_hears_it(database, clock):
    notices = Notices()
    service = make_handovers(
        database, notices, clock, helper("anna"), helper("coby", coordinator=True, active=True, gender="man")
    )
    resident = add_resident(database)
    service.offer(resident, "nl", None, "woman")
    assert service.other_person(resident) is None, "nobody else; but Anna still can"
    assert service.current(resident).state == "offered" and notices.told == []
    change_person(database, "anna", active=False)
    assert service.other_person(resident) is None
    assert service.current(resident) is None and notices.told == [("coby", "nobody_fits")]


def test_when_nobody_fits_the_resident_is_told_at_once_and_the_coordinators_who_are_there_hear_it(database, clock):
    notices, men = Notices(), {"gender": "man", "coordinator": True}
    people = helper("coby", **men), helper("dirk", **men), helper("evert", **men, active=False), helper("anna")
    service = make_handovers(database, notices, clock, *people)
    assert service.offer(add_resident(database), "nl", None, "woman").match.person.id == "anna"
    change_person(database, "anna", active=False)
    assert service.offer("amina", "nl", None, "woman") is None
    (handover,) = rows(database, Handover)
    assert (handover.state, handover.person_id, handover.reasons) == ("none_left", None, [])
    assert sorted(notices.told) == [("coby", "nobody_fits"), ("dirk", "nobody_fits")]
    assert [note.kind for note in rows(database, Note)] == ["none_left"]
    change_person(database, "anna", active=True)
    assert service.offer("amina", "nl", None, "woman").match.person.id == "anna", "asking again is always possible"


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


def passes_on(service, handover_id, clock) -> None:
    service.pass_on("anna", handover_id)


def is_let_go(service, handover_id, clock) -> None:
    service.other_person("amina")


def writes_nothing(service, handover_id, clock) -> None:
    """Said yes, was asked once more, and still did not write."""
    for _ in range(2):
        clock.move(days=1)
        for timer in service.due():
            service.ring(timer)


@pytest.mark.parametrize("anna", [passes_on, is_let_go, writes_nothing])
def test_whoever_did_not_go_on_is_not_the_familiar_face_next_time(database, clock, anna):
    service = make_handovers(database, Notices(), clock, helper("anna"), helper("zoe", languages=["fr"]))
    resident = add_resident(database)
    service.offer(resident, "nl", None, "any")
    asked = service.agree(resident, YES)
    service.accept(asked.id, "anna")
    anna(service, asked.id, clock)
    assert service.current(resident).person_id == "zoe"
    service.withdraw(resident)
    again = service.offer(resident, "nl", None, "any")
    assert again.match.person.id == "anna" and "helped this resident before" not in again.match.reasons


def test_a_clock_that_was_set_back_does_not_change_who_helped_last(database, clock):
    service = make_handovers(database, Notices(), clock, helper("anna"), helper("bea"))
    resident = add_resident(database)
    for name in ("anna", "bea"):
        change_person(database, "anna", active=name == "anna")
        service.offer(resident, "nl", None, "any")
        asked = service.agree(resident, YES)
        service.accept(asked.id, name)
        service.close(name, asked.id)
        clock.move(days=-2)
    change_person(database, "anna", active=True)
    assert offered(service, resident) == "bea"


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
    assert [row[:2] for row in rows] == [(anna, "en"), (anna, "en"), (bea, "nl"), *[(amina, "tr")] * 3]
    assert speaker.language("en").topics["cannot_pay_rent"].title in rows[0][2] and "Turkish" in rows[0][2]
    assert "Turks" in rows[2][2] and "14:00" in rows[2][2]
    assert "Anna" in rows[3][2] and "Bea" in rows[4][2] and "14:00" in rows[4][2]
    other = speaker.say("other_language", "tr", name="Bea", languages="Felemenkçe").messages
    assert [rows[5][2]] == other, "she speaks no Turkish, and that is said"
