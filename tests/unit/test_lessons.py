"""Small lessons: one a day for who asked, by day, never two at once, and gone at the first word."""

import logging
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import List, Optional

import pytest
from sqlalchemy import func, select

from actions.answer import AnswerTopic
from actions.handover_desk import HandoverDesk
from actions.lessons import INSTEAD, CancelAll, SmallLessons
from bot.app import connect
from bot.channels.inbox import join
from bot.channels.messages import Outgoing
from bot.channels.whatsapp_parts import QUICK_REPLY, style_of, units
from bot.clock import Clock as RealClock
from bot.desk.lesson_post import LessonPost
from bot.desk.outbox import put
from bot.lessons.bell import QUIET, LessonBell
from bot.lessons.service import REST, Lessons
from bot.lessons.times import CLOSES, OPENS
from bot.records.database import Database
from bot.records.forget import forget
from bot.records.models import Learner, Resident, Sending
from bot.replies.content import load_content
from bot.replies.lesson_words import lesson_reply
from bot.replies.lessons import GO_ON, PAYLOADS, START, STOP, Course
from bot.replies.speaker import Speaker
from bot.replies.times import HOME
from bot.settings import Settings
from tests.fakes import Clock, Notices, helper, make_handovers
from tests.pressing import Pressing

CONTENT = load_content()
SPEAKER = Speaker(CONTENT, today=lambda: date(2026, 11, 21))
COUNT = len(CONTENT.course.lessons)
OFFERED = [code for code, words in CONTENT.languages.items() if words.lessons is not None]
WHATSAPP = timedelta(hours=23, minutes=50)
NUMBERS = {  # how a lesson begins: which one it is
    lesson_reply(SPEAKER, "lesson", code, number).messages[0]: number
    for code in OFFERED
    for number in range(1, COUNT + 1)
}


def dutch(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """A moment of 2026 on a Dutch clock."""
    return datetime(2026, month, day, hour, minute, tzinfo=HOME).astimezone(timezone.utc)


class Street:
    """One resident and the lessons: real records, real words, a clock that moves when a test says so."""

    def __init__(self, database: Database, at: datetime, channel: str = "telegram", count: int = COUNT) -> None:
        self.database, self.clock, self.woken = database, Clock(at), 0
        self.lessons = Lessons(database, count, self.clock)
        self.bell = LessonBell(
            database, count, set(OFFERED), LessonPost(SPEAKER), self.clock, self._wake, {"whatsapp": WHATSAPP}.get
        )
        self.write("amina", channel)

    def _wake(self) -> None:
        self.woken += 1

    def write(self, name: str = "amina", channel: str = "telegram", language: Optional[str] = "nl") -> None:
        """The resident writes something: all that waited was brought before that."""
        with self.database.change() as session:
            resident = session.get(Resident, name)
            if resident is None:
                resident = Resident(id=name, channel=channel, choices=[])
                session.add(resident)
            resident.seen_at, resident.language = self.clock(), language

    def ring(self, **later: float) -> List[int]:
        """Time passes, the watch looks; the numbers of the lessons that the resident got, which were all brought."""
        self.clock.move(**later)
        self.bell.ring_due()
        return self.brought()

    def brought(self) -> List[int]:
        """Bring what waits, and say which lessons it was."""
        with self.database.change() as session:
            rows = list(session.scalars(select(Sending).where(Sending.state == "waiting").order_by(Sending.id)))
            for row in rows:
                row.state = "sent"
            texts = [row.body["text"] for row in rows]
        return [NUMBERS[text] for text in texts if text in NUMBERS]

    def day(self) -> List[int]:
        """One day passes; the watch looks whenever something is due."""
        end, came = self.clock() + timedelta(days=1), []
        while (due := self._next_due()) is not None and due < end:
            came += self.ring(seconds=max(20.0, (due - self.clock()).total_seconds() + 20))
        self.clock.moment = max(end, self.clock())
        return came

    def _next_due(self) -> Optional[datetime]:
        with self.database.change() as session:
            return session.scalar(select(func.min(Learner.due_at)))

    def learner(self, name: str = "amina") -> Optional[Learner]:
        with self.database.change() as session:
            return session.get(Learner, name)

    def rows(self) -> List[Sending]:
        with self.database.change() as session:
            return list(session.scalars(select(Sending).order_by(Sending.id)))

    def change(self, **values: object) -> None:
        """Something about the resident is different now."""
        with self.database.change() as session:
            for name, value in values.items():
                setattr(session.get(Resident, "amina"), name, value)


def lesson(number: int, language: str):
    """A lesson as it is told."""
    return lesson_reply(SPEAKER, "lesson", language, number)


@pytest.fixture
def street(database: Database) -> Street:
    """Amina on a Tuesday at two in the afternoon."""
    return Street(database, dutch(3, 14))


# ------------------------------------------------------------------------------------------------ day by day


def test_the_first_lesson_is_at_once_and_then_each_day_brings_one_until_the_last(street: Street) -> None:
    assert street.lessons.start("amina", "nl") == 1
    assert [street.day() for _ in range(COUNT + 2)] == [[number] for number in range(2, COUNT + 1)] + [[]] * 3
    assert street.learner() is None, "nothing is kept of who has had them all"
    assert street.woken >= COUNT - 1


def test_it_comes_at_about_the_same_time_each_day(street: Street) -> None:
    street.lessons.start("amina", "nl")
    times = []
    for _ in range(COUNT - 1):
        due = street.learner().due_at
        times.append(due.astimezone(HOME).time())
        assert street.ring(seconds=(due - street.clock()).total_seconds() - 1) == []
        assert len(street.ring(seconds=2)) == 1
    assert len(set(times)) == 1 and 13 <= times[0].hour <= 14


@pytest.mark.parametrize("hour", [0, 3, 9, 10, 14, 18, 19, 23])
def test_whenever_it_begins_a_lesson_comes_by_day_and_never_twice_on_one_day(database: Database, hour: int) -> None:
    street = Street(database, dutch(3, hour, 20))
    street.lessons.start("amina", "nl")
    came = []
    for _ in range(4):
        seconds = (street.learner().due_at - street.clock()).total_seconds()
        came += [street.clock().astimezone(HOME) for _ in street.ring(seconds=seconds)]
    assert len(came) == 4
    assert all(OPENS <= moment.time() < CLOSES for moment in came)
    assert len({moment.date() for moment in came}) == len(came)
    assert came[0] - dutch(3, hour, 20) <= timedelta(hours=34)


def test_a_server_that_was_away_gives_one_lesson_by_day_and_not_all_that_were_missed(street: Street) -> None:
    street.lessons.start("amina", "nl")
    assert street.ring(hours=4 * 24 + 13) == [], "it is three at night"
    assert street.ring(hours=6, minutes=59) == []
    assert street.ring(minutes=2) == [2]
    assert street.ring(hours=3) == []


@pytest.mark.parametrize(("month", "day"), [(3, 28), (10, 24)], ids=["an hour less", "an hour more"])
def test_when_the_clocks_change_it_stays_the_same_time_on_the_dutch_clock(
    database: Database, month: int, day: int
) -> None:
    street = Street(database, dutch(day - 1, 15, month=month))
    street.lessons.start("amina", "nl")
    offsets, wall = [], []
    for _ in range(4):
        due = street.learner().due_at
        offsets.append(due.astimezone(HOME).utcoffset())
        wall.append(due.astimezone(HOME).time())
        assert len(street.ring(seconds=(due - street.clock()).total_seconds())) == 1
    assert len(set(offsets)) == 2, "or the clocks did not change"
    assert len(set(wall)) == 1


@pytest.mark.parametrize("start", [dutch(3, 14), dutch(3, 3), dutch(3, 22), dutch(24, 14, month=10)])
def test_in_the_demo_pushing_the_clock_a_day_on_gives_the_next_lesson_at_any_hour(
    database: Database, start: datetime
) -> None:
    street = Street(database, start, "demo")
    street.lessons.start("amina", "nl")
    assert [street.ring(days=1) for _ in range(4)] == [[2], [3], [4], [5]]
    assert street.ring(days=7) == [6] and street.ring() == [] and street.ring(days=1) == [7]


def test_the_running_bot_rings_them_with_its_watch(database: Database) -> None:
    clock = RealClock()
    quiet = SimpleNamespace(understand=None)  # nobody writes
    parts = connect(Settings(), database, SPEAKER, lambda handovers: quiet, clock)
    with database.change() as session:
        session.add(Resident(id="amina", channel="demo", language="nl", choices=[]))
    Lessons(database, COUNT, clock).start("amina", "nl")
    parts.watch.look()
    assert Street.rows(parts) == []
    clock.push(timedelta(days=1))
    parts.watch.look()
    parts.watch.look()
    assert [row.body["text"] for row in Street.rows(parts)] == lesson(2, "nl").messages


# ------------------------------------------------------------------------------------------------ language and words


def test_the_language_follows_the_resident_as_far_as_there_are_lessons_in_it(street: Street) -> None:
    street.lessons.start("amina", "nl")
    street.change(language="en")
    street.day()
    assert street.rows()[-1].body["language"] == "en"
    for unknown in ("xx", None):
        street.change(language=unknown)
        assert street.day()
        assert street.rows()[-1].body["language"] == "en", "the last language that had lessons"


@pytest.mark.parametrize("language", OFFERED)
def test_each_lesson_is_one_picture_a_few_words_and_a_way_to_stop(language: str) -> None:
    for number in range(1, COUNT + 1):
        told, is_last = lesson(number, language), number == COUNT
        assert len(told.messages) == (3 if is_last else 2)
        assert str(number) in told.messages[0] and str(COUNT) in told.messages[0]
        assert told.picture and told.picture.startswith("pictogram/")
        assert (f"/{STOP}" in [b.payload for b in told.choices]) is not is_last, "after the last nothing is to stop"
        assert style_of(told.choices) == QUICK_REPLY
        assert max(units(message) for message in told.messages) <= 320


def test_a_lesson_still_says_what_to_try_when_its_number_no_longer_holds() -> None:
    silent = Speaker(replace(CONTENT, facts={}))
    told = lesson_reply(silent, "lesson", "nl", COUNT)
    assert told.messages[0] == f"Les {COUNT} van {COUNT}." and len(told.messages) == 3


def test_the_buttons_of_a_lesson_are_what_a_typed_answer_may_mean(street: Street) -> None:
    street.lessons.start("amina", "nl")
    street.change(choices=[{"title": "Ja", "payload": "/affirm"}])
    assert not street.lessons.came_last("amina")
    assert street.day() == [2]
    assert street.lessons.came_last("amina")


# ------------------------------------------------------------------------------------------------ pauses


@pytest.mark.parametrize("state", ["waiting", "sending", "parked"])
def test_at_most_one_lesson_waits_to_be_brought(street: Street, state: str) -> None:
    street.lessons.start("amina", "nl")
    for _ in range(3):
        street.clock.move(days=1)
        street.bell.ring_due()
        with street.database.change() as session:
            for row in session.scalars(select(Sending)):
                row.state = state
    assert len(street.rows()) == len(lesson(2, "nl").messages)
    with street.database.change() as session:
        for row in session.scalars(select(Sending)):
            row.state = "sent"
    assert street.ring(days=1) == [3]


@pytest.mark.parametrize(("state", "blocks"), [("parked", True), ("waiting", False)])
def test_an_answer_that_waits_until_the_resident_writes_goes_first(street: Street, state: str, blocks: bool) -> None:
    street.lessons.start("amina", "nl")
    with street.database.change() as session:
        put(session, "amina", "telegram", [Outgoing("Fatma said yes.")])
        session.flush()
        session.scalars(select(Sending)).one().state = state
    street.clock.move(days=1)
    street.bell.ring_due()
    assert (len(street.rows()) == 1) is blocks


def test_on_whatsapp_lessons_pause_outside_the_24_hours_and_leave_nothing_in_the_outbox(database: Database) -> None:
    street = Street(database, dutch(3, 14), "whatsapp")
    street.lessons.start("amina", "nl")
    assert street.day() == [2], "less than 24 hours after the tap"
    assert [street.day() for _ in range(3)] == [[], [], []]
    assert len(street.rows()) == len(lesson(2, "nl").messages), "only what was brought: nothing is parked"
    street.write(channel="whatsapp")
    assert street.day() == [3]


@pytest.mark.parametrize("tapped_after", [1, 4, 30])
def test_on_whatsapp_a_tap_on_until_tomorrow_is_enough_to_get_the_next_one(
    database: Database, tapped_after: int
) -> None:
    street = Street(database, dutch(3, 16), "whatsapp")
    street.lessons.start("amina", "nl")
    for number in range(2, COUNT + 1):
        due = street.learner().due_at
        assert street.ring(seconds=(due - street.clock()).total_seconds() + 20) == [number]
        street.clock.move(minutes=tapped_after)
        street.write(channel="whatsapp")
        assert street.lessons.go_on("amina") is (number < COUNT)


def test_nobody_is_interrupted_who_wrote_a_moment_ago(street: Street) -> None:
    street.lessons.start("amina", "nl")
    street.clock.move(hours=23, minutes=44)
    street.write()
    assert street.ring(minutes=2) == []
    assert street.ring(minutes=QUIET.total_seconds() / 60) == [2]


def test_who_told_the_provider_to_stop_gets_none_and_goes_on_after_writing_again(street: Street) -> None:
    street.lessons.start("amina", "nl")
    street.change(stopped=True)
    assert [street.day(), street.day()] == [[], []]
    street.change(stopped=False)
    assert street.day() == [2]


def test_after_a_question_about_danger_there_are_no_lessons_for_a_week(street: Street) -> None:
    street.lessons.start("amina", "nl")
    street.lessons.rest("amina")
    days = [street.day() for _ in range(9)]
    assert days[: REST.days] == [[]] * REST.days
    assert [number for day in days for number in day][:1] == [2]
    street.lessons.rest("nobody")


def test_trouble_with_one_resident_holds_up_nobody_else(street: Street, caplog) -> None:
    street.write("bilal")
    for name in ("amina", "bilal"):
        street.lessons.start(name, "nl")
    with street.database.change() as session:
        session.get(Learner, "amina").language = "xx"
        session.get(Resident, "amina").language = None
    street.bell._languages = {*OFFERED, "xx"}
    post = street.bell._tell

    def broken_for_amina(session, resident, number, language) -> None:
        if resident.id == "amina":
            raise RuntimeError("no words")
        post(session, resident, number, language)

    street.bell._tell = broken_for_amina
    with caplog.at_level(logging.ERROR):
        assert street.ring(days=1) == [2]
    assert "a lesson could not be given" in caplog.text
    assert street.learner().next == 2, "and it is tried again"


def test_a_course_that_became_shorter_just_ends(database: Database) -> None:
    street = Street(database, dutch(3, 14), count=2)
    street.lessons.start("amina", "nl")
    with database.change() as session:
        session.get(Learner, "amina").next = 9
    assert street.ring(days=1) == [] and street.learner() is None


# ------------------------------------------------------------------------------------------------ stopping


def test_after_stopping_no_lesson_comes_and_beginning_again_goes_on_where_it_was(street: Street) -> None:
    street.lessons.start("amina", "nl")
    assert street.day() == [2]
    assert street.lessons.stop("amina") is True
    assert [street.day() for _ in range(3)] == [[], [], []]
    assert street.lessons.stop("amina") is False
    assert street.lessons.start("amina", "nl") == 3
    assert street.day() == [4]


def test_pressed_again_while_lessons_come_the_last_one_is_said_once_more_and_nothing_is_skipped(street: Street) -> None:
    assert [street.lessons.start("amina", "nl") for _ in range(3)] == [1, 1, 1]
    assert street.day() == [2]
    assert street.lessons.start("amina", "nl") == 2
    assert street.day() == [3]


def test_after_the_last_one_it_begins_anew(street: Street) -> None:
    street.lessons.start("amina", "nl")
    for _ in range(COUNT - 1):
        street.day()
    assert street.learner() is None
    assert street.lessons.go_on("amina") is False
    assert street.lessons.start("amina", "nl") == 1


def test_forget_me_takes_the_lessons_along(street: Street) -> None:
    street.write("bilal")
    for name in ("amina", "bilal"):
        street.lessons.start(name, "nl")
    with street.database.change() as session:
        forget(session, session.get(Resident, "amina"))
        put(session, "amina", "telegram", [Outgoing("Goodbye")], "leaving")
    assert street.learner() is None and street.learner("bilal") is not None
    assert street.day() == [2], "only Bilal's"
    with street.database.change() as session:
        session.delete(session.get(Resident, "bilal"))
    assert street.learner("bilal") is None


@pytest.mark.parametrize("learners", [("amina",), ("bilal",), ("amina", "bilal")])
def test_two_residents_who_turn_out_to_be_one_keep_one_row_of_lessons(street: Street, learners: tuple) -> None:
    street.clock.move(hours=1)
    street.write("bilal")
    for name in learners:
        street.lessons.start(name, "nl")
    with street.database.change() as session:
        one = join(session, [session.get(Resident, name) for name in ("amina", "bilal")])
    with street.database.change() as session:
        assert [row.resident_id for row in session.scalars(select(Learner))] == [one.id]


# ------------------------------------------------------------------------------------------------ the conversation


@pytest.fixture
def phone(street: Street) -> Pressing:
    """Amina presses the buttons of the lessons."""
    return Pressing(SmallLessons(CONTENT, SPEAKER, street.lessons), SPEAKER)


@pytest.fixture
def typing(street: Street) -> Pressing:
    """Amina says in her own words that she wants to stop."""
    handovers = make_handovers(street.database, Notices(), street.clock, helper("anna"))
    desk = HandoverDesk(handovers, SPEAKER, lambda *_: "", street.clock)
    return Pressing(CancelAll(CONTENT, desk, SPEAKER, street.lessons), SPEAKER)


@pytest.mark.parametrize("language", OFFERED)
def test_a_topic_offers_them_with_a_button_that_says_what_one_gets(language: str) -> None:
    offered = SPEAKER.topic("budgeting", "first", language).choices
    assert offered[0].payload == f"/{START}" and len(offered) == 3
    assert len(offered[0].title) <= 20


def without_lessons(code: str) -> Speaker:
    """Speaks the shipped content, where nobody has written the lessons in this language."""
    words = CONTENT.languages[code]
    choices = {name: title for name, title in words.choices.items() if name not in PAYLOADS}
    lacking = replace(words, lessons=None, choices=choices)
    return Speaker(replace(CONTENT, languages={**CONTENT.languages, code: lacking}))


def test_where_there_are_none_the_button_is_not_offered() -> None:
    usual = [f"/{name}" for name in CONTENT.replies["topic_first"].choices]
    offered = without_lessons("en").topic("budgeting", "first", "en").choices
    assert [button.payload for button in offered] == usual


async def test_the_tap_is_answered_with_what_it_is_and_the_first_lesson(phone: Pressing, street: Street) -> None:
    intro, first = await phone.press(f"/{START}")
    assert intro.messages == [CONTENT.languages["nl"].lessons.intro] and first == lesson(1, "nl")
    assert phone.remembered()["last_said"] == [{"response": "lessons/lesson", "number": 1}], (
        "so that it can be repeated"
    )
    assert street.learner().started_at == street.clock()


async def test_the_buttons_under_a_lesson_do_what_they_say(phone: Pressing, street: Street) -> None:
    texts = CONTENT.languages["nl"].lessons
    assert (await phone.press(f"/{GO_ON}"))[0].messages == [texts.none], "no lessons yet"
    await phone.press(f"/{START}")
    assert (await phone.press(f"/{GO_ON}"))[0].messages == [texts.going_on]
    (stopped,) = await phone.press(f"/{STOP}")
    assert stopped.messages == [texts.stopped] and [b.payload for b in stopped.choices] == [f"/{START}"]
    assert street.learner().due_at is None
    assert (await phone.press(f"/{GO_ON}"))[0].messages == [texts.going_on]
    assert street.learner().due_at is not None, "an old button, and yet a yes"


@pytest.mark.parametrize("pressed", [START, GO_ON, STOP])
async def test_in_a_language_without_lessons_nothing_begins_and_stopping_still_works(
    street: Street, pressed: str
) -> None:
    words, speaker = CONTENT.languages["en"], without_lessons("en")
    street.lessons.start("amina", "nl") if pressed != START else None
    phone = Pressing(SmallLessons(speaker.content, speaker, street.lessons), speaker, language="en")
    (reply,) = await phone.press(f"/{pressed}")
    assert reply.messages[0] in [words.replies[name][0] for name in INSTEAD.values()]
    assert (street.learner() and street.learner().due_at is not None) == {START: None, GO_ON: True, STOP: False}[
        pressed
    ]


async def test_stop_in_own_words_stops_the_lessons(typing: Pressing, street: Street) -> None:
    street.lessons.start("amina", "nl")
    (reply,) = await typing.press("/cancel")
    assert reply == lesson_reply(SPEAKER, "stopped", "nl")
    assert street.learner().due_at is None
    (reply,) = await typing.press("/cancel")
    assert reply.messages == CONTENT.languages["nl"].replies["nothing_to_cancel"]


async def test_stop_right_after_a_lesson_leaves_the_help_of_a_person_alone(typing: Pressing, street: Street) -> None:
    handovers = typing.action.desk.handovers
    street.lessons.start("amina", "nl")
    handovers.offer("amina", "nl", "budgeting", "any")
    street.day()
    (reply,) = await typing.press("/cancel")
    assert reply == lesson_reply(SPEAKER, "stopped", "nl")
    assert handovers.current("amina") is not None


async def test_stop_in_the_middle_of_something_else_stops_that_and_the_lessons(
    typing: Pressing, street: Street
) -> None:
    street.lessons.start("amina", "nl")
    typing.slots["awaiting"] = "wish"
    said = await typing.press("/cancel")
    assert [reply.messages for reply in said] == [
        CONTENT.languages["nl"].replies["cancelled"],
        [CONTENT.languages["nl"].lessons.stopped],
    ]
    assert typing.remembered()["awaiting"] == "nothing" and street.learner().due_at is None


@pytest.mark.parametrize(("topic", "rests"), [("crisis_suicide", True), ("budgeting", False)])
async def test_danger_makes_the_lessons_rest(street: Street, topic: str, rests: bool) -> None:
    street.lessons.start("amina", "nl")
    before = street.learner().due_at
    await Pressing(AnswerTopic(CONTENT, street.lessons.rest), SPEAKER).press(f"/{topic}")
    assert (street.learner().due_at > before) is rests


def test_the_course_is_read_in_its_order() -> None:
    course = Course.from_data({"lessons": {"b": {"pictogram": "x"}, "a": {"pictogram": "y", "choices": ["z"]}}})
    assert [(one.name, one.choices) for one in course.lessons] == [("b", []), ("a", ["z"])]
    assert COUNT == 10
