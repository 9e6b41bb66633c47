"""The watch: what is due happens, trouble with one holds up nobody else, and what is past its date goes."""

import asyncio
import logging
from datetime import datetime, timedelta, timezone
from typing import Any, List, Optional

import pytest

from bot.channels.messages import Outgoing
from bot.desk.outbox import put
from bot.desk.retention import KEEP_FOR
from bot.desk.watch import AN_HOUR, Watch
from bot.records.models import (
    Address,
    Handover,
    Invitation,
    KeyPerson,
    Note,
    Received,
    Resident,
    Sending,
    Timer,
)
from bot.settings import read_settings
from tests.fakes import add_resident
from tests.story import YES, Story

DAY = timedelta(days=1)


class Watched(Story):
    """A story with the watch over it."""

    def __init__(self, database) -> None:
        super().__init__(database)
        self.woken: List[int] = []
        self.watch = Watch(database, self.service, lambda: self.woken.append(1), self.clock)

    def add(self, row: Any) -> Any:
        with self.database.change() as session:
            session.add(row)
        return row

    def seen(self, at: datetime, name: str = "amina") -> None:
        with self.database.change() as session:
            session.get(Resident, name).seen_at = at

    def residents(self) -> List[str]:
        return sorted(resident.id for resident in self.all(Resident))


@pytest.fixture
def story(database) -> Watched:
    return Watched(database)


def test_a_promise_that_passes_wakes_the_delivery_and_one_that_holds_does_not(story):
    story.reach("asked")
    story.watch.look()
    assert story.woken == [] and story.handover.person_id == "anna"
    story.clock.move(days=1)
    story.watch.look()
    assert story.woken == [1] and story.handover.person_id == "bea"


def test_what_fails_for_one_resident_holds_up_nobody_else_and_is_tried_again(story, caplog):
    story.reach("asked")
    first = story.handover.id
    story.clock.move(minutes=1)
    story.service.offer(add_resident(story.database, "bilal"), "nl", "rent", "woman")
    second = story.service.agree("bilal", YES)
    broken = True

    def breaks(_session: Any, handover: Handover, _notice: str) -> None:
        if broken and handover.id == first:
            raise KeyError("a text that is missing")

    story.notices.on_notice = breaks
    story.clock.move(days=1)
    with caplog.at_level(logging.ERROR):
        story.watch.look()
    moved = {handover.id: handover.tried for handover in story.all(Handover)}
    assert (moved[first], moved[second.id]) == ([], [second.person_id])
    assert "the watch could not ring" in caplog.text
    broken = False
    story.watch.look()
    assert [handover.tried for handover in story.all(Handover) if handover.id == first] == [["anna"]]


@pytest.mark.parametrize("state", ["asked", "accepted", "in_touch", "introduced", "handed_on"])
def test_when_a_key_person_stops_helping_the_next_one_is_asked_and_the_resident_knows(story, state):
    story.reach(state).stops_helping("anna")
    story.watch.look()
    assert (story.handover.state, story.handover.person_id) == ("asked", "bea")
    assert story.told("resident") == ["asked_next"] and story.woken == [1]
    story.watch.look()
    assert story.handover.person_id == "bea" and story.woken == [1]


def test_when_a_professional_stops_who_was_asked_to_come_the_key_person_goes_on(story):
    story.reach("handed_on").stops_helping("johan")
    story.watch.look()
    assert (story.handover.state, story.handover.person_id) == ("in_touch", "anna")
    assert story.notices.told == [("anna", "hand_on_declined"), ("resident", "hand_on_failed")]


@pytest.mark.parametrize("state", ["offered", "closed", "withdrawn"])
def test_where_nobody_waits_for_a_key_person_who_stops_nothing_happens(story, state):
    before = story.reach(state).events
    story.stops_helping("anna")
    story.watch.look()
    assert story.events == before and story.notices.told == []


def test_after_a_month_without_power_everything_happens_once(story):
    story.reach("asked")
    story.clock.move(days=31)
    for _ in range(3):
        story.watch.look()
    assert (story.handover.state, story.handover.tried) == ("asked", ["anna"])
    assert story.notices.told == [("anna", "over"), ("bea", "alert"), ("resident", "asked_next")]


def test_a_clock_that_is_set_back_breaks_nothing(story):
    story.reach("asked")
    story.clock.move(days=-31)
    story.watch.look()
    assert story.handover.person_id == "anna" and len(story.all(Timer)) == 1
    story.does("accept"), story.does("first_message")
    story.clock.move(days=62)
    story.watch.look()
    assert story.handover.state == "in_touch"


def test_a_chore_that_fails_keeps_nothing_else_from_being_done(story, caplog):
    done: List[str] = []
    chores = [lambda: done.append("first"), lambda: 1 / 0, lambda: done.append("last")]
    watch = Watch(story.database, story.service, lambda: None, story.clock, chores=chores)
    story.seen(story.clock.moment - 2 * KEEP_FOR)
    with caplog.at_level(logging.ERROR):
        watch.look()
    assert done == ["first", "last"] and story.residents() == [] and "ZeroDivisionError" in caplog.text


async def test_the_watch_goes_on_after_trouble_and_ends_when_it_is_told(story, monkeypatch):
    looked: List[int] = []

    def look() -> None:
        looked.append(1)
        raise RuntimeError("the database is away")

    monkeypatch.setattr(story.watch, "look", look)
    monkeypatch.setattr("bot.desk.watch.EVERY", 0)
    task = asyncio.create_task(story.watch.run())
    while len(looked) < 3:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


# ---------------------------------------------------------------- past its date


def test_who_has_not_written_for_long_is_forgotten_without_a_word(story):
    story.reach("closed", "care")
    with story.database.change() as session:
        put(session, "amina", "demo", [Outgoing("Hello")], story.handover.id)
        session.add(Address(pseudonym="a", resident_id="amina", channel="demo", address="at amina"))
        session.add(Received(channel="demo", message_id="1", sender="amina", done_at=story.clock.moment))
    story.seen(story.clock.moment - KEEP_FOR)
    story.watch.look()
    assert story.residents() == ["amina"], "to the day"
    story.clock.move(hours=1)
    story.watch.look()
    assert {table: len(rows) for table, rows in story.everything().items() if rows} == {"people": 3}
    assert story.notices.told == []


@pytest.mark.parametrize("state", ["asked", "accepted", "in_touch", "introduced", "handed_on"])
def test_who_is_being_helped_stays(story, state):
    story.reach(state)
    story.seen(story.clock.moment - 2 * KEEP_FOR)
    story.watch.look()
    assert story.residents() == ["amina"] and story.handover.state == state


@pytest.mark.parametrize("state", ["offered", "withdrawn", "none_left", "cared_for"])
def test_a_proposal_or_an_end_keeps_nobody(story, state):
    story.reach(state)
    story.seen(story.clock.moment - 2 * KEEP_FOR)
    story.watch.look()
    assert story.residents() == [] and story.all(Handover) == []


def test_who_is_still_to_be_reminded_stays_until_then(story):
    story.reach("in_touch").meet(story.clock.moment + 300 * DAY)
    story.does("close")
    story.seen(story.clock.moment)
    story.clock.move(days=299)
    story.watch.look()
    assert story.residents() == ["amina"] and ("resident", "reminder") in story.notices.told
    story.clock.move(days=1, hours=1)
    story.watch.look(), story.clock.move(hours=1), story.watch.look()
    assert story.residents() == []


def test_others_stay_who_wrote_since(story):
    add_resident(story.database, "bilal")
    story.seen(story.clock.moment - 2 * KEEP_FOR, "amina")
    story.seen(story.clock.moment, "bilal")
    story.watch.look()
    assert story.residents() == ["bilal"]


def test_how_long_is_a_setting(database, monkeypatch):
    monkeypatch.setenv("SLEUTEL_KEEP_DAYS", "7")
    story = Watched(database)
    keep_for = timedelta(days=read_settings().keep_days)
    watch = Watch(database, story.service, lambda: None, story.clock, keep_for)
    story.seen(story.clock.moment - timedelta(days=8))
    watch.look()
    assert story.residents() == []


def test_deleting_is_done_once_an_hour_also_when_the_clock_is_set_back(story):
    story.watch.look()
    story.seen(story.clock.moment - 2 * KEEP_FOR)
    story.clock.moment += AN_HOUR - timedelta(seconds=1)
    story.watch.look()
    assert story.residents() == ["amina"]
    story.clock.moment -= 3 * AN_HOUR
    story.watch.look()
    assert story.residents() == []


def aged(days: float, story: Story) -> datetime:
    return story.clock.moment - timedelta(days=days)


@pytest.mark.parametrize(
    "state, created, sent, stays",
    [
        ("read", 31, 31, False),
        ("sent", 31, 31, False),
        ("delivered", 31, 29, True),
        ("failed", 31, None, False),
        ("failed", 29, None, True),
        ("waiting", 31, None, True),
        ("sending", 31, None, True),
        ("parked", 31, None, True),
        ("parked", 181, None, False),
    ],
)
def test_what_was_sent_long_ago_goes_and_what_is_on_its_way_stays(story, state, created, sent, stays):
    row = Sending(receiver="person:anna", channel="demo", body=Outgoing("Hello").to_json(), state=state)
    row.created_at, row.sent_at = aged(created, story), aged(sent, story) if sent else None
    story.add(row)
    story.watch.look()
    assert bool(story.all(Sending)) is stays


@pytest.mark.parametrize(
    "received, done, stays", [(31, 31, False), (31, 29, False), (29, 29, True), (29, None, True), (31, None, False)]
)
def test_what_came_in_long_ago_goes(story, received, done, stays):
    row = Received(channel="demo", message_id="1", sender="person:anna", received_at=aged(received, story))
    row.done_at = aged(done, story) if done else None
    story.add(row)
    story.watch.look()
    assert bool(story.all(Received)) is stays


@pytest.mark.parametrize("expires, used, stays", [(31, None, False), (-7, None, True), (25, 31, False), (25, 29, True)])
def test_old_invitations_go(story, expires: float, used: Optional[float], stays):
    used_at = aged(used, story) if used else None
    story.add(Invitation(person_id="anna", code_hash="x", expires_at=aged(expires, story), used_at=used_at))
    story.watch.look()
    assert bool(story.all(Invitation)) is stays


def test_old_notes_go(story):
    story.add(Note(kind="none_left", handover_id="gone", at=aged(181, story)))
    story.add(Note(kind="none_left", handover_id="recent", at=aged(179, story)))
    story.watch.look()
    assert [note.handover_id for note in story.all(Note)] == ["recent"]


def test_key_persons_stay_however_long_they_were_silent(story):
    with story.database.change() as session:
        session.get(KeyPerson, "anna").seen_at = datetime(2020, 1, 1, tzinfo=timezone.utc)
    story.watch.look()
    assert len(story.all(KeyPerson)) == 3
