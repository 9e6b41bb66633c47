"""A warm handover to a professional: who it is first, then a yes, then the story is there already."""

import pytest
from sqlalchemy import select

from bot.handover.service import NoLongerFree, NotPossible
from bot.records.models import Consent, Handover, HandoverEvent, KeyPerson, Timer
from tests.fakes import add_resident, helper
from tests.story import ALSO, SUMMARY, YES, Story


class Heard:
    """What notices were given to say, besides who was told."""

    def __init__(self, story: Story) -> None:
        self.values = {}
        to_person, to_resident = story.notices.to_person, story.notices.to_resident
        story.notices.to_person = lambda s, h, p, n, **v: (
            self.values.update({(p.id, n): v}),
            to_person(s, h, p, n, **v),
        )
        story.notices.to_resident = lambda s, h, n, **v: (self.values.update({n: v}), to_resident(s, h, n, **v))


@pytest.fixture
def story(database) -> Story:
    return Story(database)


def test_the_resident_hears_who_it_is_and_what_is_told_and_nobody_else_hears_anything(story):
    story.reach("in_touch")
    heard = Heard(story)
    story.does("hand_on")
    assert story.notices.told == [("anna", "hand_on_waits"), ("resident", "hand_on_ask")]
    said = heard.values["hand_on_ask"]
    assert (said["name"], said["next_name"], said["summary"], said["next_person"].id) == (
        "Anna",
        "Johan",
        SUMMARY,
        "johan",
    )
    assert story.handover.person_id == "anna", "the key person stays in contact"
    assert len(story.all(Consent)) == 1


def test_the_yes_is_kept_with_its_words_and_the_professional_hears_the_summary_and_gets_a_time(story):
    story.reach("introduced")
    heard = Heard(story)
    handover = story.agree()
    assert story.notices.told == [("anna", "hand_on_agreed"), ("johan", "alert_hand_on")]
    assert heard.values["johan", "alert_hand_on"]["summary"] == SUMMARY
    kept = story.all(Consent)[-1]
    assert (kept.shown, kept.shared) == (ALSO.shown, ALSO.shared)
    assert story.clock.moment < handover.promised_by < story.timers()["promise"]
    assert [one.id for one in story.service.waiting("johan")] == [handover.id] and story.service.talks("johan") == []
    assert [one.id for one in story.service.talks("anna")] == [handover.id]


def test_after_the_professionals_yes_the_resident_is_theirs_and_the_story_is_there(story):
    story.reach("handed_on")
    heard = Heard(story)
    handover = story.service.accept(story.handover.id, "johan")
    assert (handover.state, handover.person_id) == ("in_touch", "johan")
    assert heard.values["johan", "you_accepted_hand_on"]["summary"] == SUMMARY
    assert heard.values["hand_on_done"]["next_name"] == "Johan"
    assert story.service.held_by("johan").id == handover.id and story.service.talks("anna") == []
    for late in (story.service.close, story.service.pass_on, story.service.choose_talk, story.service.ask_number):
        with pytest.raises(NotPossible):
            late("anna", handover.id)
    story.service.close("johan", handover.id)
    assert story.service.offer(story.resident, "nl", "rent", "any").match.person.id == "johan", "the same person again"


def test_whoever_brought_the_professional_in_is_not_asked_again_when_that_one_passes_on(story):
    story.reach("handed_on", "next_accepts")
    passed = story.service.pass_on("johan", story.handover.id)
    assert (passed.person_id, passed.tried) == ("bea", ["anna", "johan"])


@pytest.mark.parametrize(
    "event, johan_hears",
    [("next_declines", ["you_declined"]), ("time_out", ["over"]), ("next_unreachable", [])],
)
def test_when_the_professional_does_not_come_the_key_person_goes_on_and_may_bring_in_somebody_else(
    story, event, johan_hears
):
    story.reach("handed_on").does(event)
    assert (story.handover.state, story.handover.person_id) == ("in_touch", "anna")
    assert story.told("johan") == johan_hears and story.told("resident") == ["hand_on_failed"]
    with pytest.raises(NotPossible):
        story.service.accept(story.handover.id, "johan")
    introduced = story.service.hand_on("anna", story.handover.id, "bea", SUMMARY)
    assert (introduced.state, introduced.next_person_id) == ("introduced", "bea")


def test_no_and_silence_leave_everything_as_it_was(story):
    story.reach("introduced").does("refuse")
    assert story.notices.told == [("anna", "hand_on_refused")] and len(story.all(Consent)) == 1
    assert (story.handover.state, story.handover.summary, story.all(Timer)) == ("in_touch", None, [])
    story.does("hand_on")
    asked_at, by = story.clock.moment, story.timers()["promise"]
    story.does("time_out")
    assert (by - asked_at).days == 3, "a resident may think it over"
    assert story.notices.told[-1] == ("anna", "hand_on_unanswered") and story.handover.state == "in_touch"


@pytest.mark.parametrize("state", ["introduced", "handed_on"])
def test_stop_in_between_stops_it_for_both(story, state):
    story.reach(state).does("withdraw")
    told = [("anna", "resident_stopped")] + ([("johan", "over")] if state == "handed_on" else [])
    assert story.notices.told == told, "who was never asked hears nothing"
    with pytest.raises(NotPossible):
        story.service.accept(story.handover.id, "johan")


@pytest.mark.parametrize("state, event", [("handed_on", "unreachable"), ("introduced", "unreachable")])
def test_when_the_key_person_is_lost_in_between_the_next_key_person_is_asked(story, state, event):
    story.reach(state).does(event)
    assert (story.handover.state, story.handover.person_id, story.handover.next_person_id) == ("asked", "bea", None)
    assert story.told("johan") == (["over"] if state == "handed_on" else [])


def test_a_professional_who_is_gone_at_the_yes_hears_nothing_and_no_yes_is_kept(story):
    story.reach("introduced", "johan_stops")
    with pytest.raises(NoLongerFree):
        story.service.answer_introduction(story.resident, ALSO)
    assert story.notices.told == [("anna", "hand_on_declined"), ("resident", "hand_on_failed")]
    assert story.handover.state == "in_touch" and len(story.all(Consent)) == 1


@pytest.mark.parametrize("who", ["anna", "gone", "away", "never", "nobody"])
def test_only_somebody_else_who_is_there_can_be_brought_in(database, who):
    people = [helper("anna"), helper("bea"), helper("gone", active=False), helper("away"), helper("never", hours="off")]
    story = Story(database, *people)
    story.service.away("away", story.clock.moment, story.clock.moment.replace(day=9))
    story.reach("in_touch")
    before = story.everything()
    assert [person.id for person in story.service.professionals("anna")] == ["bea"]
    with pytest.raises(NotPossible):
        story.service.hand_on("anna", story.handover.id, who, SUMMARY)
    assert story.everything() == before and story.notices.told == []


@pytest.mark.parametrize("state", ["asked", "introduced", "handed_on", "closed"])
def test_bringing_somebody_in_needs_a_talk_and_one_at_a_time(story, state):
    story.reach(state)
    with pytest.raises(NotPossible):
        story.service.hand_on("anna", story.handover.id, "bea", SUMMARY)


def test_nobody_can_bring_somebody_into_the_talk_of_another(story):
    story.reach("in_touch")
    with pytest.raises(NotPossible):
        story.service.hand_on("bea", story.handover.id, "johan", SUMMARY)


def test_yes_and_no_of_the_professional_are_in_the_record_under_their_own_name(story):
    story.reach("handed_on", "next_declines")
    with story.database.change() as session:
        query = select(HandoverEvent.event, HandoverEvent.person_id).order_by(HandoverEvent.id.desc())
        assert session.execute(query).first() == ("next_declines", "johan")


def test_two_residents_are_not_mixed_up(story):
    first = story.reach("handed_on").handover
    other = add_resident(story.database, "bilal")
    story.service.offer(other, "nl", "rent", "woman")
    second = story.service.agree(other, YES)
    story.service.accept(first.id, "johan")
    with pytest.raises(NotPossible):
        story.service.accept(second.id, "johan")
    with story.database.change() as session:
        assert session.get(Handover, second.id).person_id == second.person_id != "johan"
        assert session.get(KeyPerson, "johan").talk_id == first.id
