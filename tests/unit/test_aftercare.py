"""A week later: how is it going? Once, not while somebody helps anyway, and the same person comes back."""

from datetime import timedelta

import pytest

from bot.handover.service import NotPossible
from bot.records.models import HandoverEvent
from tests.fakes import add_resident
from tests.story import YES, Story


@pytest.fixture
def story(database) -> Story:
    return Story(database).reach("closed")


def test_a_week_after_the_end_the_resident_is_asked_once(story):
    story.clock.move(days=7, seconds=-1)
    assert story.look() == [] and story.notices.told == []
    story.clock.move(seconds=1)
    assert story.look() == ["aftercare"] and story.notices.told == [("resident", "how_is_it")]
    story.clock.move(days=365)
    assert story.look() == [] and story.handover.state == "closed"


@pytest.mark.parametrize("feeling", ["good", "so_so", "bad"])
def test_only_the_face_is_kept_and_the_key_person_hears_nothing(story, feeling):
    story.does("care")
    story.notices.told.clear()
    looked_back = story.service.tell_how(story.resident, story.handover.id, feeling)
    assert (looked_back.state, looked_back.person.id) == ("cared_for", "anna")
    assert story.events[-1] == f"care_{feeling}" and story.notices.told == []
    with pytest.raises(NotPossible):
        story.service.tell_how(story.resident, looked_back.id, "good")


def test_a_face_before_the_week_is_over_is_an_answer_too_and_nobody_asks_again(story):
    story.service.tell_how(story.resident, story.handover.id, "good")
    assert story.handover.state == "cared_for" and story.timers() == {}


@pytest.mark.parametrize(
    "who, which, feeling",
    [
        ("bilal", None, "good"),
        ("amina", "another one", "good"),
        ("amina", None, "angry"),
        ("amina", None, ""),
        ("amina", None, "x" * 300),
    ],
)
def test_a_face_is_one_of_three_and_of_this_resident(story, who, which, feeling):
    add_resident(story.database, "bilal")
    before = story.everything()
    with pytest.raises(NotPossible):
        story.service.tell_how(who, which or story.handover.id, feeling)
    assert story.everything() == before


def test_the_same_person_comes_back(story):
    story.does("care"), story.service.tell_how(story.resident, story.handover.id, "bad")
    match = story.service.offer(story.resident, "nl", "rent", "any").match
    assert (match.person.id, match.reasons[0]) == ("anna", "helped this resident before")


@pytest.mark.parametrize(
    "then, asked",
    [
        ((), True),
        (("offer",), True),  # proposed, and nothing came of it
        (("ask",), False),
        (("ask", "accept"), False),
        (("ask", "accept", "first_message"), False),
        (("ask", "accept", "close"), False),  # the second talk has a week of its own
        (("ask", "withdraw"), True),
    ],
)
def test_who_was_helped_again_is_not_asked_about_the_time_before(story, then, asked):
    story.clock.move(days=6)
    for event in then:
        story.does(event)
    story.notices.told.clear()
    story.clock.moment = story.all(HandoverEvent)[0].at + timedelta(days=7)
    story.look()
    assert story.told("resident").count("how_is_it") == asked


def test_of_two_talks_within_a_week_the_second_is_asked_about(story):
    story.clock.move(days=6)
    for event in ("ask", "accept", "close"):
        story.does(event)
    story.notices.told.clear()
    story.clock.move(days=30)
    assert story.look() == ["aftercare", "aftercare"]
    assert story.notices.told == [("resident", "how_is_it")]


def test_another_resident_who_is_being_helped_changes_nothing(story):
    story.service.offer(add_resident(story.database, "bilal"), "nl", "rent", "any")
    story.service.agree("bilal", YES)
    story.clock.move(days=7)
    story.look()
    assert ("resident", "how_is_it") in story.notices.told
