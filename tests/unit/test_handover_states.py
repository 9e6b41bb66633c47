"""The life of a handover, through the real service and a real database: what may happen, and what it causes."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from threading import Barrier
from typing import Callable, Dict, List

import pytest
from sqlalchemy import select

from bot.desk.outbox import person_key
from bot.desk.watch import Watch
from bot.handover.service import Agreement, Handovers
from bot.handover.states import NEXT, OPEN, TABLE, NotPossible
from bot.records.models import Consent, Handover, HandoverEvent, Note, Sending
from tests.fakes import Clock, Notices, add_resident, helper, make_handovers

YES = Agreement("Anna hears the topic.", {"topic": "rent"}, "nl", "1")
STATES = ("offered", "asked", "accepted", "in_touch", "closed", "withdrawn", "none_left")


class Story:
    """One resident's handover, brought wherever a test needs it. Anna is asked first, then Bea, then nobody."""

    def __init__(self, database, *helpers: dict) -> None:
        self.database, self.clock, self.notices = database, Clock(), Notices()
        people = helpers or (helper("anna"), helper("bea"))
        self.service = make_handovers(database, self.notices, self.clock, *people)
        self.resident = add_resident(database)

    def all(self, model) -> list:
        with self.database.change() as session:
            return list(session.scalars(select(model)))

    @property
    def handover(self) -> Handover:
        return self.all(Handover)[0]

    def offer(self) -> None:
        self.service.offer(self.resident, "nl", "rent", "any")

    def ask(self) -> None:
        self.offer()
        self.service.agree(self.resident, YES)

    def does(self, event: str) -> object:
        return EVENTS[event](self.service, self.handover)

    def reach(self, state: str) -> "Story":
        for event in WAY[state]:
            if event in ("offer", "ask"):
                getattr(self, event)()
            else:
                self.clock.move(days=event == "time_out")
                self.does(event)
        self.clock.move(days=1)  # every promise has passed, so that a time-out may happen
        self.notices.told.clear()
        return self

    def snapshot(self) -> tuple:
        handover = self.handover
        return handover.state, handover.person_id, handover.tried, len(self.all(HandoverEvent)), len(self.all(Consent))


WAY: Dict[str, List[str]] = {
    "offered": ["offer"],
    "asked": ["ask"],
    "accepted": ["ask", "accept"],
    "in_touch": ["ask", "accept", "first_message"],
    "closed": ["ask", "accept", "close"],
    "withdrawn": ["ask", "withdraw"],
    "none_left": ["ask", "decline", "time_out"],
}
EVENTS: Dict[str, Callable[[Handovers, Handover], object]] = {
    "other_person": lambda service, handover: service.other_person(handover.resident_id),
    "agree": lambda service, handover: service.agree(handover.resident_id, YES),
    "withdraw": lambda service, handover: service.withdraw(handover.resident_id),
    "accept": lambda service, handover: service.accept(handover.id, handover.person_id),
    "decline": lambda service, handover: service.decline(handover.id, handover.person_id),
    "time_out": lambda service, handover: service.time_out(handover.id),
    "unreachable": lambda service, handover: service.unreachable(handover.id, handover.person_id),
    "first_message": lambda service, handover: service.first_message(handover.id, handover.person_id),
    "close": lambda service, handover: service.close(handover.person_id, handover.id),
}
REFUSED = [pair for pair in product(STATES, EVENTS) if pair not in TABLE]
TOLD = [pair for pair, row in TABLE.items() if row.tell_person or row.tell_resident]


@pytest.fixture
def story(database) -> Story:
    return Story(database)


@pytest.mark.parametrize("state, event", TABLE)
def test_each_row_of_the_table_leads_where_it_says_and_tells_whom_it_says(story, state, event):
    row = TABLE[state, event]
    story.reach(state).does(event)
    told_person = [("anna", row.tell_person)] if row.tell_person else []
    if row.to == NEXT:
        assert (story.handover.state, story.handover.person_id, story.handover.tried) == ("asked", "bea", ["anna"])
        assert story.notices.told == [*told_person, ("bea", "alert"), ("resident", row.tell_resident)]
    else:
        assert story.handover.state == row.to
        assert story.notices.told == told_person + ([("resident", row.tell_resident)] if row.tell_resident else [])
    last = story.all(HandoverEvent)[-1]
    assert (last.event, last.came_from, last.went_to) == (event, state, story.handover.state)
    assert last.person_id == "anna", "the record names the person with whom it happened"


@pytest.mark.parametrize("state, event", REFUSED)
def test_what_is_not_in_the_table_is_refused_and_changes_nothing(story, state, event):
    before = story.reach(state).snapshot()
    if event == "withdraw":  # "stop" is never an error
        assert story.does(event) is None
    else:
        with pytest.raises(NotPossible):
            story.does(event)
    assert story.snapshot() == before and story.notices.told == []


@pytest.mark.parametrize("state, event", TOLD)
def test_when_a_notice_cannot_be_written_nothing_has_happened(story, state, event):
    before = story.reach(state).snapshot()
    story.notices.on_notice = lambda *_: 1 / 0  # the disk is full
    with pytest.raises(ZeroDivisionError):
        story.does(event)
    assert story.snapshot() == before


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
    story.ask()
    story.does("decline")
    story.does("unreachable")
    story.clock.move(days=1)
    story.does("time_out")
    assert len(consents) == 4 and None not in consents


@pytest.mark.parametrize("state", sorted(OPEN))
def test_stop_ends_the_consent_and_whatever_was_open(story, state):
    story.reach(state).service.withdraw(story.resident)
    assert story.service.current(story.resident) is None
    assert all(consent.withdrawn_at is not None for consent in story.all(Consent))


@pytest.mark.parametrize(
    "one, other", [("accept", "accept"), ("accept", "decline"), ("accept", "time_out"), ("decline", "time_out")]
)
def test_of_two_at_the_same_moment_exactly_one_wins(story, one, other):
    handover, together = story.reach("asked").handover, Barrier(2)

    def act(event: str) -> bool:
        together.wait(10)
        try:
            EVENTS[event](story.service, handover)
        except NotPossible:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(act, (one, other))) == [False, True]
    assert [event.event for event in story.all(HandoverEvent)[2:]] in ([one], [other])


@pytest.mark.parametrize("event", ["decline", "time_out", "unreachable"])
def test_each_person_is_asked_once_and_when_nobody_is_left_the_resident_and_the_coordinator_know(story, event):
    story.reach("asked").does(event)
    story.clock.move(days=1)
    story.does(event)
    assert (story.handover.state, story.handover.tried) == ("none_left", ["anna", "bea"])
    assert story.notices.told[-1] == ("resident", "none_left")
    assert [note.kind for note in story.all(Note)] == ["none_left"]


def test_a_lost_message_to_somebody_else_does_not_take_the_request_from_who_is_asked_now(story):
    story.reach("asked").does("decline")
    watch, lost = Watch(story.database, story.service, lambda: None), story.handover.id
    watch.lost(Sending(receiver=person_key("anna"), handover_id=lost))
    assert (story.handover.state, story.handover.person_id) == ("asked", "bea")
    watch.lost(Sending(receiver=person_key("bea"), handover_id=lost))
    assert story.handover.state == "none_left"
