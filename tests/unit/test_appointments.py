"""Meetings: proposed, agreed, called off, moved; reminded of at the right moment, and never of what is over."""

from datetime import datetime, timedelta, timezone
from typing import List

import pytest

from bot.handover.promises import HOME
from bot.handover.service import BadTime, NotPossible
from bot.records.models import Appointment, Resident, Timer
from tests.fakes import add_resident
from tests.story import YES, Story


def dutch(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HOME)


def wall(moment: datetime) -> str:
    return moment.astimezone(HOME).strftime("%Y-%m-%d %H:%M")


@pytest.fixture
def story(database) -> Story:
    """Tuesday 3 March 2026, ten o'clock in the Netherlands; Anna helps."""
    return Story(database).reach("in_touch")


def states(story: Story) -> List[str]:
    return [appointment.state for appointment in story.all(Appointment)]


def rings(story: Story, until: str) -> List[tuple]:
    """Every reminder from now on, with its moment on the wall; the clock stops at each, as the watch nearly does."""
    found = []
    while True:
        coming = sorted(timer.due_at for timer in story.all(Timer))
        if not coming or coming[0] > dutch(until):
            return found
        story.clock.moment = max(story.clock.moment, coming[0])
        story.notices.told.clear()
        story.look()
        found += [(wall(story.clock.moment), whom) for whom, notice in story.notices.told if notice == "reminder"]


def test_a_proposal_goes_to_the_resident_and_the_answer_to_the_key_person(story):
    at = dutch("2026-03-05 14:00")
    proposed = story.service.propose_appointment("anna", story.handover.id, at, "Buurthuis")
    assert story.notices.told == [("resident", "appointment"), ("anna", "appointment_sent")]
    assert (proposed.state, proposed.at, proposed.place, proposed.person_id) == ("proposed", at, "Buurthuis", "anna")
    assert story.timers() == {}, "nobody is reminded of what was not agreed"
    story.notices.told.clear()
    agreed = story.service.answer_appointment(story.resident, proposed.id, True)
    assert agreed.state == "agreed" and story.notices.told == [("anna", "appointment_agreed")]
    story.notices.told.clear()
    assert story.service.answer_appointment(story.resident, proposed.id, True).state == "agreed"
    assert story.notices.told == [], "a button pressed twice says nothing new"


def test_both_are_reminded_the_day_before_and_two_hours_before(story):
    story.meet(dutch("2026-03-05 14:00"))
    both = ("resident", "anna")
    expected = [(day, who) for day in ("2026-03-04 14:00", "2026-03-05 12:00") for who in both]
    assert rings(story, "2026-04-01 00:00") == expected
    assert story.all(Timer) == []


@pytest.mark.parametrize(
    "agreed_at, meeting, reminders",
    [
        ("2026-03-04 14:00", "2026-03-05 14:00", ["2026-03-05 12:00"]),  # the day before is now
        ("2026-03-05 12:00", "2026-03-05 14:00", []),  # two hours before is now
        ("2026-03-05 13:00", "2026-03-05 14:00", []),
        # the clock goes forward in the night of 29 March 2026, and back in that of 25 October
        ("2026-03-20 10:00", "2026-03-29 10:00", ["2026-03-28 10:00", "2026-03-29 08:00"]),
        ("2026-03-20 10:00", "2026-03-29 04:00", ["2026-03-28 04:00", "2026-03-29 01:00"]),  # two real hours
        ("2026-10-20 10:00", "2026-10-25 10:00", ["2026-10-24 10:00", "2026-10-25 08:00"]),
        ("2026-10-20 10:00", "2026-10-25 03:30", ["2026-10-24 03:30", "2026-10-25 02:30"]),
        # New Year's Day: people may meet then, and are reminded the year before
        ("2026-12-30 10:00", "2027-01-01 09:00", ["2026-12-31 09:00", "2027-01-01 07:00"]),
        ("2028-02-27 10:00", "2028-03-01 09:00", ["2028-02-29 09:00", "2028-03-01 07:00"]),
    ],
)
def test_reminders_follow_the_clock_on_the_wall(story, agreed_at, meeting, reminders):
    story.clock.moment = dutch(agreed_at).astimezone(timezone.utc)
    story.meet(dutch(meeting))
    found = [when for when, whom in rings(story, "2029-01-01 00:00") if whom == "resident"]
    assert found == reminders


def test_after_a_day_without_power_one_reminder_says_it_and_after_the_meeting_none(story):
    at = dutch("2026-03-05 14:00")
    story.meet(at)
    story.clock.moment = at - timedelta(hours=1)
    story.notices.told.clear()
    assert story.look() == ["remind_day", "remind_hours"]
    assert story.notices.told == [("resident", "reminder"), ("anna", "reminder")]

    story.meet(at + timedelta(days=7))
    story.notices.told.clear()
    story.clock.moment = at + timedelta(days=7) - timedelta(minutes=14)
    assert story.look() == ["remind_day", "remind_hours"] and story.notices.told == [], "too late to help anybody"


def test_another_time_replaces_the_first_and_its_reminders(story):
    first = story.meet(dutch("2026-03-05 14:00"))
    second = story.service.propose_appointment("anna", story.handover.id, dutch("2026-03-06 14:00"), None)
    assert states(story) == ["cancelled", "proposed"] and story.timers() == {}
    with pytest.raises(NotPossible):
        story.service.answer_appointment(story.resident, first.id, True)
    story.service.answer_appointment(story.resident, second.id, True)
    assert {wall(due) for due in story.timers().values()} == {"2026-03-05 14:00", "2026-03-06 12:00"}


@pytest.mark.parametrize("after", ["proposed", "agreed", "reminded"])
def test_i_cannot_come_is_possible_at_any_time_and_ends_the_reminders(story, after):
    at = dutch("2026-03-05 14:00")
    proposed = story.service.propose_appointment("anna", story.handover.id, at, None)
    if after != "proposed":
        story.service.answer_appointment(story.resident, proposed.id, True)
    if after == "reminded":
        story.clock.moment = at - timedelta(hours=24)
        assert story.look() == ["remind_day"]
    story.notices.told.clear()
    story.service.answer_appointment(story.resident, proposed.id, False)
    assert states(story) == ["cancelled"] and story.timers() == {}
    assert story.notices.told == [("anna", "appointment_cannot")]
    with pytest.raises(NotPossible):
        story.service.answer_appointment(story.resident, proposed.id, True)


@pytest.mark.parametrize("end", ["withdraw", "other_person", "pass_on", "unreachable"])
def test_a_meeting_falls_with_the_person_it_was_with(story, end):
    story.meet(dutch("2026-03-05 14:00"))
    story.does(end)
    assert states(story) == ["cancelled"]
    assert not {"remind_day", "remind_hours"} & set(story.timers())


def test_a_meeting_that_took_place_stays_in_the_records_as_it_was(story):
    story.meet(dutch("2026-03-05 14:00"))
    story.clock.moment = dutch("2026-03-05 15:00").astimezone(timezone.utc)
    story.does("withdraw")
    assert states(story) == ["agreed"]


def test_a_talk_may_be_closed_before_the_meeting(story):
    meeting = story.meet(dutch("2026-03-05 14:00"))
    story.does("close")
    assert len(rings(story, "2026-03-06 00:00")) == 4
    story.clock.moment = dutch("2026-03-05 13:00").astimezone(timezone.utc)
    story.notices.told.clear()
    story.service.answer_appointment(story.resident, meeting.id, False)
    assert story.notices.told == [("anna", "appointment_cannot")]


def test_a_meeting_with_the_key_person_still_stands_when_a_professional_takes_over(story):
    """Often they come along. Whoever it was agreed with hears of it, and nobody else."""
    first = story.meet(dutch("2026-03-05 14:00"))
    story.does("hand_on"), story.does("agree"), story.does("next_accepts")
    assert states(story) == ["agreed"]
    assert {whom for _, whom in rings(story, "2026-03-04 20:00")} == {"resident", "anna"}
    story.service.propose_appointment("johan", story.handover.id, dutch("2026-03-09 10:00"), None)
    assert states(story) == ["agreed", "proposed"], "his is another one"
    story.notices.told.clear()
    story.service.answer_appointment(story.resident, first.id, False)
    assert story.notices.told == [("anna", "appointment_cannot")]
    with pytest.raises(NotPossible):
        story.service.propose_appointment("anna", story.handover.id, dutch("2026-03-09 10:00"), None)


def test_nobody_answers_for_another_resident(story):
    meeting = story.service.propose_appointment("anna", story.handover.id, dutch("2026-03-05 14:00"), None)
    before = story.everything()
    for resident, number in ((add_resident(story.database, "bilal"), meeting.id), (story.resident, meeting.id + 1)):
        with pytest.raises(NotPossible):
            story.service.answer_appointment(resident, number, True)
    with story.database.change() as session:
        session.delete(session.get(Resident, "bilal"))
    assert story.everything() == before


def test_what_is_over_cannot_be_agreed_to(story):
    at = dutch("2026-03-05 14:00")
    proposed = story.service.propose_appointment("anna", story.handover.id, at, None)
    story.clock.moment = at.astimezone(timezone.utc)
    with pytest.raises(NotPossible, match="over"):
        story.service.answer_appointment(story.resident, proposed.id, True)


@pytest.mark.parametrize(
    "at, good",
    [
        (dutch("2026-03-03 10:29"), False),
        (dutch("2026-03-03 10:30"), True),
        (dutch("2026-03-02 14:00"), False),
        (dutch("2027-03-03 10:00"), True),
        (dutch("2027-03-03 10:01"), False),
        (datetime(2026, 3, 5, 14, 0), False),  # no time zone: nobody knows when that is
    ],
)
def test_a_meeting_is_ahead_and_within_a_year(story, at, good):
    if good:
        assert story.service.propose_appointment("anna", story.handover.id, at, None).at == at
        return
    with pytest.raises(BadTime):
        story.service.propose_appointment("anna", story.handover.id, at, None)
    assert story.all(Appointment) == [] and story.notices.told == []


@pytest.mark.parametrize("state", ["asked", "introduced", "handed_on", "closed", "withdrawn", "none_left"])
def test_only_within_a_talk_can_a_meeting_be_proposed(database, state):
    story = Story(database).reach(state)
    with pytest.raises(NotPossible):
        story.service.propose_appointment("anna", story.handover.id, dutch("2026-03-05 14:00"), None)
    assert story.all(Appointment) == []


def test_proposing_a_meeting_is_writing(database):
    story = Story(database).reach("accepted")
    story.service.propose_appointment("anna", story.handover.id, dutch("2026-03-05 14:00"), None)
    assert story.handover.state == "in_touch" and story.events[-1] == "first_message"


def test_a_new_talk_has_nothing_to_do_with_the_meetings_of_an_old_one(story):
    story.meet(dutch("2026-03-20 14:00"))
    story.does("close")
    story.service.offer(story.resident, "nl", "rent", "woman")
    story.clock.move(minutes=1)
    story.service.agree(story.resident, YES)
    story.service.withdraw(story.resident)
    assert states(story) == ["agreed"] and set(story.timers()) >= {"remind_day", "remind_hours"}
