"""A key person's day: later, away, several talks, a nickname, a phone number."""

from datetime import datetime, timedelta, timezone

import pytest

from bot.handover.person_side import BadTime
from bot.handover.promises import HOME
from bot.handover.service import Agreement, NotPossible
from bot.records.models import Address, Consent, Handover
from tests.fakes import add_resident, helper
from tests.story import YES, Story

NUMBER = "+31612345678"
NUMBER_YES = Agreement("Anna gets your number.", {"phone": NUMBER}, "nl", "1")
OFFICE = "Mo-Fr 09:00-17:00; PH off"


def dutch(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HOME).astimezone(timezone.utc)


@pytest.fixture
def story(database) -> Story:
    return Story(database)


# ---------------------------------------------------------------- later today


def office(database, at: str, urgency: str = "plain") -> Story:
    """Anna works in office hours and is asked at this moment."""
    story = Story(database, helper("anna", hours=OFFICE), helper("bea", hours=OFFICE))
    story.clock.moment = dutch(at)
    story.service._urgency_of = lambda topic: urgency
    return story.reach("asked")


def test_later_today_moves_the_promise_to_closing_time_and_the_resident_hears_it(database):
    story = office(database, "2026-03-03 10:00")
    story.does("later")
    assert story.handover.promised_by == dutch("2026-03-03 17:00") < story.timers()["promise"]
    assert story.notices.told == [("anna", "later_noted"), ("resident", "answers_later")]
    story.clock.moment = dutch("2026-03-03 14:30")  # what was promised first
    assert story.look() == []
    story.clock.moment = dutch("2026-03-03 17:01")
    assert story.look() == ["promise"] and story.handover.person_id == "bea"


@pytest.mark.parametrize("urgency, possible", [("now", False), ("soon", True), ("plain", True)])
def test_what_is_very_urgent_cannot_wait(database, urgency, possible):
    story = office(database, "2026-03-03 10:00", urgency)
    if possible:
        story.does("later")
        return
    before = story.everything()
    with pytest.raises(NotPossible):
        story.does("later")
    assert story.everything() == before and story.notices.told == []


def test_later_is_possible_once_for_each_person(database):
    story = office(database, "2026-03-03 09:00")
    story.does("later")
    with pytest.raises(NotPossible):
        story.does("later")
    story.clock.moment = dutch("2026-03-04 09:00")
    story.look()
    assert story.handover.person_id == "bea"
    story.does("later")
    assert story.handover.promised_by == dutch("2026-03-04 17:00")


@pytest.mark.parametrize(
    "asked, pressed",
    [
        ("2026-03-03 10:00", "2026-03-03 16:45"),  # too near to closing time
        ("2026-03-03 10:00", "2026-03-03 17:30"),  # closed
        ("2026-03-03 13:00", "2026-03-03 13:05"),  # closing time is what was promised already
        ("2026-03-06 16:00", "2026-03-06 16:10"),  # promised for Monday: today would be sooner
    ],
)
def test_there_is_not_always_a_later_today(database, asked, pressed):
    story = office(database, asked)
    story.clock.moment = dutch(pressed)
    promised = story.handover.promised_by
    with pytest.raises(NotPossible, match="later today"):
        story.does("later")
    assert story.handover.promised_by == promised


# ---------------------------------------------------------------- away


def test_who_is_away_is_asked_nothing_and_is_back_afterwards_by_themselves(story):
    start, until = story.clock.moment + timedelta(days=1), story.clock.moment + timedelta(days=8)
    story.service.away("anna", start, until)

    def proposed(at: datetime) -> str:
        story.clock.moment = at
        return story.service.offer(story.resident, "nl", "rent", "woman").match.person.id

    assert proposed(start - timedelta(seconds=1)) == "anna", "not away yet"
    assert proposed(start) == proposed(until - timedelta(seconds=1)) == "bea"
    assert proposed(until) == "anna"


def test_back_is_back_at_once(story):
    story.service.away("anna", story.clock.moment, story.clock.moment + timedelta(days=8))
    story.service.back("anna")
    assert story.service.offer(story.resident, "nl", "rent", "woman").match.person.id == "anna"


def test_what_is_open_stays_with_who_goes_away(story):
    story.reach("in_touch")
    story.service.away("anna", story.clock.moment, story.clock.moment + timedelta(days=8))
    assert story.service.held_by("anna").id == story.handover.id and story.notices.told == []


@pytest.mark.parametrize("start, until", [(1, 1), (2, 1), (-3, -1), (-3, 0)])
def test_a_time_away_ends_after_it_begins_and_after_now(story, start, until):
    start_at, until_at = (story.clock.moment + timedelta(days=days) for days in (start, until))
    before = story.everything()
    with pytest.raises(BadTime):
        story.service.away("anna", start_at, until_at)
    assert story.everything() == before


# ---------------------------------------------------------------- several talks


def talk(story: Story, name: str) -> Handover:
    """One more resident whom Anna helps."""
    story.clock.move(minutes=1)
    story.service.offer(add_resident(story.database, name), "nl", None, "any")
    return story.service.accept(story.service.agree(name, YES).id, "anna")


@pytest.fixture
def busy(database) -> Story:
    return Story(database, helper("anna"))


def test_a_yes_opens_that_talk_and_another_can_be_chosen(busy):
    first, second = talk(busy, "first"), talk(busy, "second")
    assert busy.service.held_by("anna").id == second.id
    assert [one.id for one in busy.service.talks("anna")] == [first.id, second.id]
    busy.service.choose_talk("anna", first.id)
    assert busy.service.held_by("anna").id == first.id


def test_with_one_talk_there_is_no_doubt_and_with_several_nothing_is_guessed(busy):
    first, second, _third = (talk(busy, name) for name in ("first", "second", "third"))
    busy.service.choose_talk("anna", second.id)
    busy.service.withdraw("second")
    assert busy.service.held_by("anna") is None, "two are left, and nobody knows which one is meant"
    busy.service.withdraw("third")
    assert busy.service.held_by("anna").id == first.id
    busy.service.withdraw("first")
    assert busy.service.held_by("anna") is None and busy.service.talks("anna") == []
    assert busy.service.held_by("somebody unknown") is None


def test_only_an_open_talk_of_ones_own_can_be_chosen(busy):
    first, second = talk(busy, "first"), talk(busy, "second")
    busy.service.close("anna", first.id)
    for name, handover_id in (("anna", first.id), ("bea", second.id), ("anna", "unknown")):
        with pytest.raises(NotPossible):
            busy.service.choose_talk(name, handover_id)
    assert busy.service.held_by("anna").id == second.id
    busy.service.offer(add_resident(busy.database, "waits"), "nl", None, "any")
    waiting = busy.service.agree("waits", YES)
    with pytest.raises(NotPossible):
        busy.service.choose_talk("anna", waiting.id)
    assert [one.id for one in busy.service.waiting("anna")] == [waiting.id]


def test_who_waits_longest_for_a_yes_comes_first(busy):
    asked = []
    for name in ("first", "second"):
        busy.clock.move(hours=1)
        busy.service.offer(add_resident(busy.database, name), "nl", None, "any")
        asked.append(busy.service.agree(name, YES).id)
    assert [one.id for one in busy.service.waiting("anna")] == asked
    busy.service.later(asked[0], "anna")
    assert [one.id for one in busy.service.waiting("anna")] == asked[::-1]


@pytest.mark.parametrize("act", ["first_message", "pass_on", "close", "unreachable", "hand_on", "decline", "later"])
def test_nobody_acts_in_the_talk_of_another(story, act):
    story.reach("asked" if act in ("decline", "later") else "accepted")
    before, service, handover = story.everything(), story.service, story.handover.id
    acts = {
        "first_message": lambda: service.first_message(handover, "bea"),
        "pass_on": lambda: service.pass_on("bea", handover),
        "close": lambda: service.close("bea", handover),
        "unreachable": lambda: service.unreachable(handover, "bea"),
        "hand_on": lambda: service.hand_on("bea", handover, "johan", "..."),
        "decline": lambda: service.decline(handover, "bea"),
        "later": lambda: service.later(handover, "bea"),
    }
    with pytest.raises(NotPossible):
        acts[act]()
    assert story.everything() == before and story.notices.told == []


# ---------------------------------------------------------------- a promise after the yes


def test_who_says_yes_and_does_not_write_is_asked_once_more_and_then_somebody_else_is(story):
    story.reach("accepted")
    for expected in (("accepted", "anna"), ("asked", "bea")):
        story.ring("promise")
        assert (story.handover.state, story.handover.person_id) == expected
    assert story.notices.told == [
        ("anna", "please_write"),
        ("resident", "reminded_person"),
        ("anna", "over"),
        ("bea", "alert"),
        ("resident", "asked_next"),
    ]


def test_who_writes_has_kept_the_promise(story):
    story.reach("accepted").does("first_message")
    assert story.timers() == {} and story.handover.promised_by is None
    with pytest.raises(NotPossible):
        story.does("first_message")


# ---------------------------------------------------------------- a name, a number


@pytest.mark.parametrize(
    "typed, kept", [("Amina", "Amina"), ("  Am  ", "Am"), ("x" * 99, "x" * 30), ("   ", None), ("", None)]
)
def test_a_nickname_is_whatever_they_like_within_reason(story, typed, kept):
    story.reach("asked")
    assert story.service.call_me(story.resident, typed).nickname == kept
    assert story.handover.nickname == kept and story.notices.told == []


def test_a_nickname_needs_somebody_to_use_it(story):
    with pytest.raises(NotPossible):
        story.service.call_me(story.resident, "Amina")


def test_a_number_is_given_only_when_asked_for_and_with_a_yes_that_is_kept(story):
    story.reach("in_touch")
    with pytest.raises(NotPossible, match="nobody asked"):
        story.service.share_number(story.resident, NUMBER, NUMBER_YES)
    assert len(story.all(Consent)) == 1
    story.service.ask_number("anna", story.handover.id)
    assert story.notices.told == [("resident", "number_wish"), ("anna", "number_asked")]
    story.notices.told.clear()
    story.service.share_number(story.resident, NUMBER, NUMBER_YES)
    assert story.notices.told == [("anna", "number_given")]
    kept = story.all(Consent)[-1]
    assert (kept.shown, kept.shared, kept.given_at) == (NUMBER_YES.shown, NUMBER_YES.shared, story.clock.moment)
    story.service.withdraw(story.resident)
    assert all(consent.withdrawn_at for consent in story.all(Consent))


def test_no_number_is_told_once_asked_and_says_nothing_when_nobody_asked(story):
    story.reach("in_touch")
    story.service.keep_number(story.resident)
    assert story.notices.told == []
    story.service.ask_number("anna", story.handover.id)
    story.service.keep_number(story.resident)
    assert story.notices.told[-1] == ("anna", "number_refused") and len(story.all(Consent)) == 1


def test_while_the_question_for_a_number_is_open_it_is_not_asked_again(story):
    story.reach("in_touch")
    for _ in range(2):
        story.service.ask_number("anna", story.handover.id)
    assert story.notices.told == [("resident", "number_wish"), ("anna", "number_asked"), ("anna", "number_asked")]
    story.service.keep_number(story.resident)
    story.notices.told.clear()
    story.service.ask_number("anna", story.handover.id)
    assert ("resident", "number_wish") in story.notices.told, "later, and for a new reason, it may be asked again"


@pytest.mark.parametrize("then", [("pass_on", "accept"), ("hand_on", "agree", "next_accepts"), ("close",)])
def test_what_one_person_asked_is_not_given_to_the_next(story, then):
    story.reach("in_touch")
    story.service.ask_number("anna", story.handover.id)
    for event in then:
        story.does(event)
    story.notices.told.clear()
    with pytest.raises(NotPossible):
        story.service.share_number(story.resident, NUMBER, NUMBER_YES)
    assert story.notices.told == []


def test_only_who_helps_may_ask_for_a_number(story):
    story.reach("asked")
    with pytest.raises(NotPossible):
        story.service.ask_number("anna", story.handover.id)
    story.does("accept")
    with pytest.raises(NotPossible):
        story.service.ask_number("bea", story.handover.id)


@pytest.mark.parametrize(
    "addresses, number",
    [
        ([("whatsapp", f"whatsapp:{NUMBER}")], NUMBER),
        ([("whatsapp", "whatsapp:NL.1349aB"), ("whatsapp", f"whatsapp:{NUMBER}")], NUMBER),
        ([("whatsapp", "whatsapp:NL.1349aB")], None),
        ([("telegram", NUMBER)], None),
        ([], None),
    ],
)
def test_a_number_is_known_only_where_the_channel_tells_it(story, addresses, number):
    with story.database.change() as session:
        for place, (channel, address) in enumerate(addresses):
            session.add(Address(pseudonym=str(place), resident_id=story.resident, channel=channel, address=address))
    assert story.service.known_number(story.resident) == number
