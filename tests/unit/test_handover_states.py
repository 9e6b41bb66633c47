"""The life of a handover, through the real service and a real database: what may happen, and what it causes."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from threading import Barrier
from typing import Callable, List

import pytest
from sqlalchemy import select

from bot.desk.outbox import person_key
from bot.desk.watch import Watch
from bot.handover.states import HELD_BY_A_PERSON, NEXT, OPEN, PROMISED, TABLE, NotPossible, transition
from bot.records.models import Consent, HandoverEvent, Note, Sending, Timer
from tests.fakes import helper
from tests.story import ALSO, BEFORE, CAUSED, WAY, YES, Story

REFUSED = [pair for pair in product(WAY, CAUSED) if pair not in TABLE]
BY_JOHAN = [("handed_on", event) for event in ("next_accepts", "next_declines", "next_unreachable", "time_out")]
BY_JOHAN += [("introduced", "next_unreachable")]
NOTICES = [  # each notice of each row, the first, the second ...
    (state, event, number + 1)
    for (state, event), row in TABLE.items()
    for number in range(sum(map(bool, (row.tell_person, row.tell_next, row.tell_resident, row.to == NEXT))))
]
NEW_YES = ("other_person", "withdraw")  # from here on nothing is shared without a new yes


@pytest.fixture
def story(database) -> Story:
    return Story(database)


def reach(story: Story, state: str, event: str) -> Story:
    return story.reach(state, *BEFORE.get((state, event), ()))


def test_the_tests_know_every_state_and_every_event_of_the_table():
    states = {state for state, _ in TABLE} | {row.to for row in TABLE.values()} - {NEXT}
    assert states | {"none_left"} == set(WAY)
    assert {event for _, event in TABLE} == {*CAUSED, "nudge"}
    with pytest.raises(NotPossible, match="accept in state closed"):
        transition("closed", "accept")


@pytest.mark.parametrize("state, event", TABLE)
def test_each_row_of_the_table_leads_where_it_says_and_tells_whom_it_says(story, state, event):
    row = TABLE[state, event]
    reach(story, state, event).does(event)
    handover = story.handover
    told = [(who, notice) for who, notice in (("anna", row.tell_person), ("johan", row.tell_next)) if notice]
    if row.to == NEXT:
        assert (handover.state, handover.person_id, handover.tried) == ("asked", "bea", ["anna"])
        told.append(("bea", "alert"))
    else:
        assert handover.state == row.to
    told += [("resident", row.tell_resident)] if row.tell_resident else []
    assert story.notices.told == told
    last = story.all(HandoverEvent)[-1]
    assert (last.event, last.came_from, last.went_to) == (
        "care_so_so" if event == "answer_care" else event,
        state,
        handover.state,
    )
    assert last.person_id == ("johan" if (state, event) in BY_JOHAN else "anna"), "with whom it happened"


@pytest.mark.parametrize("state, event", TABLE)
def test_after_each_row_a_promise_has_its_timer_and_a_consent_lasts_as_long_as_it_should(story, state, event):
    reach(story, state, event).does(event)
    handover = story.handover
    promises = [timer for timer in story.all(Timer) if timer.kind == "promise"]
    assert len(promises) == (handover.state in PROMISED)
    assert (handover.promised_by is not None) == (handover.state in PROMISED)
    assert (handover.next_person_id, handover.summary is not None) == (
        ("johan", True) if handover.state in ("introduced", "handed_on") else (None, False)
    )
    lasting = [consent for consent in story.all(Consent) if consent.withdrawn_at is None]
    assert bool(lasting) == (event not in NEW_YES and (state, event) != ("offered", "withdraw"))


@pytest.mark.parametrize("state, event", REFUSED)
def test_what_is_not_in_the_table_is_refused_and_changes_nothing(story, state, event):
    before = story.reach(state).everything()
    if event == "withdraw":  # "stop" is never an error
        assert story.does(event) is None
    else:
        with pytest.raises(NotPossible):
            story.does(event)
    assert story.everything() == before and story.notices.told == []


@pytest.mark.parametrize("state", sorted(set(WAY) - {"introduced"}))
def test_a_yes_to_a_professional_whom_nobody_introduced_shares_nothing(story, state):
    before = story.reach(state).everything()
    with pytest.raises(NotPossible):
        story.service.answer_introduction(story.resident, ALSO)
    assert story.everything() == before and story.notices.told == []


@pytest.mark.parametrize("state, event, notice", NOTICES)
def test_when_a_notice_cannot_be_written_nothing_has_happened(story, state, event, notice):
    before, written = reach(story, state, event).everything(), []

    def full_disk(*_: object) -> None:
        written.append(1)
        if len(written) == notice:
            raise OSError("the disk is full")

    story.notices.on_notice = full_disk
    with pytest.raises(OSError):
        story.does(event)
    assert story.everything() == before


def test_nobody_hears_anything_before_the_yes_and_the_yes_keeps_the_words_that_were_shown(story):
    story.offer()
    assert story.notices.told == [] and story.all(Consent) == []
    story.service.agree(story.resident, YES)
    (consent,) = story.all(Consent)
    assert (consent.shown, consent.shared, consent.given_at) == (YES.shown, YES.shared, story.clock.moment)
    assert story.notices.told == [("anna", "alert")]


def test_every_alert_finds_a_consent_that_holds(database):
    story, consents = Story(database, *map(helper, ("anna", "bea", "carla", "dora"))), []
    story.notices.on_notice = lambda session, handover, notice: (
        notice == "alert"
        and consents.append(
            session.scalars(select(Consent).filter_by(handover_id=handover.id, withdrawn_at=None)).first()
        )
    )
    for event in ("ask", "decline", "unreachable", "time_out"):
        story.does(event)
    assert len(consents) == 4 and None not in consents


@pytest.mark.parametrize("state", sorted(OPEN))
def test_stop_ends_the_consent_and_whatever_was_open(story, state):
    story.reach(state).service.withdraw(story.resident)
    assert story.service.current(story.resident) is None
    assert all(consent.withdrawn_at is not None for consent in story.all(Consent))
    assert story.all(Timer) == []


@pytest.mark.parametrize("state", sorted(HELD_BY_A_PERSON))
def test_another_person_needs_another_yes(story, state):
    story.reach(state).does("other_person")
    assert {consent.withdrawn_at for consent in story.all(Consent)} == {story.clock.moment}
    assert "bea" not in dict(story.notices.told)
    story.service.agree(story.resident, YES)
    assert story.told("bea") == ["alert"]


# ---------------------------------------------------------------- at the same moment


def at_once(story: Story, *acts: Callable[[], object]) -> List[bool]:
    """Several people act at the same moment; who got through."""
    together = Barrier(len(acts))

    def act(one: Callable[[], object]) -> bool:
        together.wait(10)
        try:
            one()
        except NotPossible:
            return False
        return True

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act, acts))


@pytest.mark.parametrize(
    "state, one, other",
    [
        ("asked", "accept", "accept"),
        ("asked", "accept", "decline"),
        ("asked", "accept", "time_out"),
        ("asked", "decline", "time_out"),
        ("asked", "time_out", "time_out"),
        ("handed_on", "next_accepts", "next_declines"),
        ("handed_on", "next_accepts", "time_out"),
        ("handed_on", "next_accepts", "close"),
        ("closed", "care", "care"),
    ],
)
def test_of_two_at_the_same_moment_exactly_one_wins(story, state, one, other):
    handover = story.reach(state).handover
    timers = story.all(Timer)
    story.clock.move(days=8)
    acts = {
        "accept": lambda: story.service.accept(handover.id, "anna"),
        "decline": lambda: story.service.decline(handover.id, "anna"),
        "close": lambda: story.service.close("anna", handover.id),
        "next_accepts": lambda: story.service.accept(handover.id, "johan"),
        "next_declines": lambda: story.service.decline(handover.id, "johan"),
        "time_out": lambda: story.service.ring(timers[0]),
        "care": lambda: story.service.ring(timers[0]),
    }
    before = len(story.events)
    assert sorted(at_once(story, acts[one], acts[other])) == [False, True]
    assert story.events[before:] in ([one], [other])


def test_of_two_key_persons_who_press_yes_at_the_same_moment_only_the_one_who_is_asked_gets_it(story):
    handover = story.reach("asked", "time_out").handover  # Anna was too late; Bea is asked now
    yes = [lambda name=name: story.service.accept(handover.id, name) for name in ("anna", "bea", "johan", "anna")]
    assert at_once(story, *yes) == [False, True, False, False]
    assert (story.handover.state, story.handover.person_id) == ("accepted", "bea")
    assert story.notices.told == [("bea", "you_accepted"), ("resident", "accepted")]


def test_two_wishes_at_the_same_moment_make_one_handover(story):
    assert at_once(story, story.offer, story.offer) == [True, True]
    assert story.events == ["offer", "offer"] and story.service.current(story.resident).state == "offered"


# ---------------------------------------------------------------- nobody left


@pytest.mark.parametrize("event", ["decline", "time_out", "unreachable"])
def test_each_person_is_asked_once_and_when_nobody_is_left_the_resident_and_the_coordinator_know(database, event):
    people = (helper("anna"), helper("bea"), helper("carla", gender="man", coordinator=True))
    story = Story(database, *people).reach("asked")
    story.does(event)
    story.does(event)
    assert (story.handover.state, story.handover.tried) == ("none_left", ["anna", "bea"])
    assert (story.handover.person_id, story.all(Timer)) == (None, [])
    assert story.notices.told[-2:] == [("carla", "nobody_left"), ("resident", "none_left")]
    assert [note.kind for note in story.all(Note)] == ["none_left"]


def test_somebody_who_was_asked_before_hears_nothing_of_the_end(story):
    story.reach("asked", "decline").does("decline")
    assert story.notices.told == [("bea", "you_declined"), ("resident", "none_left")]


def test_a_lost_message_to_somebody_else_does_not_take_the_request_from_who_is_asked_now(story):
    story.reach("asked").does("decline")
    watch, lost = Watch(story.database, story.service, lambda: None), story.handover.id
    watch.lost(Sending(receiver=person_key("anna"), handover_id=lost, body={}))
    assert (story.handover.state, story.handover.person_id) == ("asked", "bea")
    watch.lost(Sending(receiver=person_key("bea"), handover_id=lost, body={}))
    assert story.handover.state == "none_left"
