"""By when somebody answers: from their hours, the Dutch holidays and the clock on the wall, and never invented."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from bot.handover.promises import HOME, answer_by, closes_today
from bot.records.models import KeyPerson

OFFICE = "Mo-Fr 09:00-17:00; PH off"
EVENINGS = "Mo-Su 19:00-22:00"
NIGHTS = "Mo-Su 20:00-02:00"
TWICE = "Mo-Fr 09:00-12:00,13:00-17:00"

# hours, how urgent, the moment, the promise; Dutch time. 3 March 2026 is a Tuesday.
TABLE = [
    # in the open hours, rounded up to the half hour: one hour for "now", three for "soon", four for "plain"
    (OFFICE, "plain", "2026-03-03 10:00", "2026-03-03 14:00"),
    (OFFICE, "plain", "2026-03-03 10:01", "2026-03-03 14:30"),
    (OFFICE, "plain", "2026-03-03 10:00:01", "2026-03-03 14:30"),
    (OFFICE, "soon", "2026-03-03 10:00", "2026-03-03 13:00"),
    (OFFICE, "now", "2026-03-03 10:10", "2026-03-03 11:30"),
    (OFFICE, "something else", "2026-03-03 10:00", "2026-03-03 14:00"),
    (OFFICE, "plain", "2026-03-03 13:00", "2026-03-03 17:00"),
    # before they open, over lunch, over the evening, over the weekend
    (OFFICE, "now", "2026-03-03 07:12", "2026-03-03 10:00"),
    (TWICE, "plain", "2026-03-03 10:00", "2026-03-03 15:00"),
    (OFFICE, "plain", "2026-03-03 15:00", "2026-03-04 11:00"),
    (OFFICE, "now", "2026-03-03 17:00", "2026-03-04 10:00"),
    (OFFICE, "plain", "2026-03-06 16:30", "2026-03-09 12:30"),
    (EVENINGS, "plain", "2026-03-03 10:00", "2026-03-04 20:00"),
    (NIGHTS, "plain", "2026-03-03 23:00", "2026-03-04 21:00"),
    (NIGHTS, "soon", "2026-03-03 22:00", "2026-03-04 01:00"),
    # who leaves at 16:45 does not answer by 17:00
    ("Mo-Fr 09:00-16:45", "plain", "2026-03-03 12:40", "2026-03-03 16:45"),
    # Christmas (Thursday and Friday), New Year's Day, King's Day, Whit Monday
    (OFFICE, "plain", "2025-12-24 15:00", "2025-12-29 11:00"),
    (OFFICE, "now", "2025-12-31 16:30", "2026-01-02 09:30"),
    (OFFICE, "now", "2026-04-27 10:00", "2026-04-28 10:00"),
    (OFFICE, "plain", "2026-05-25 10:00", "2026-05-26 13:00"),
    ("Mo-Su 09:00-21:00", "plain", "2025-12-25 10:00", "2025-12-25 14:00"),  # does not say `PH off`: is there
    # the clock goes forward on 29 March (no 02:00 to 03:00) and back on 25 October (02:00 to 03:00 twice)
    ("24/7", "plain", "2026-03-28 23:00", "2026-03-29 03:00"),
    ("24/7", "now", "2026-03-29 01:30", "2026-03-29 03:30"),
    ("Mo-Su 09:00-17:00", "plain", "2026-03-28 16:00", "2026-03-29 12:00"),
    ("24/7", "plain", "2026-10-24 23:00", "2026-10-25 03:00"),
    ("Mo-Su 09:00-17:00", "plain", "2026-10-24 16:00", "2026-10-25 12:00"),
    # never there, not for the next three weeks, and only just within them
    ("off", "now", "2026-03-03 10:00", None),
    ("2020 Mo-Su 09:00-17:00", "now", "2026-03-03 10:00", None),
    ("Apr Mo-Su 09:00-17:00", "now", "2026-03-03 10:00", None),
    ("Mar 20 09:00-17:00", "now", "2026-03-03 10:00", "2026-03-20 10:00"),
    ("Mar 20 09:00-09:30", "now", "2026-03-03 10:00", None),
]


def dutch(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HOME)


def wall(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).astimezone(HOME).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize("hours, urgency, moment, promise", TABLE)
def test_the_promise_follows_from_hours_and_holidays(hours, urgency, moment, promise):
    for asked in (dutch(moment), dutch(moment).astimezone(timezone.utc)):
        by = answer_by(hours, urgency, asked)
        assert (wall(by) if by else None) == promise


def test_the_second_half_past_two_of_the_autumn_night_is_an_hour_later_than_the_first():
    first, second = (dutch("2026-10-25 02:30").replace(fold=fold) for fold in (0, 1))
    for asked in (first, second):
        by = answer_by("24/7", "now", asked.astimezone(timezone.utc))
        assert wall(by) == "2026-10-25 03:30" and by.astimezone(timezone.utc) > asked.astimezone(timezone.utc)


def test_who_says_nothing_about_hours_works_in_office_hours_and_not_on_holidays():
    assert KeyPerson.hours.default.arg == OFFICE


# hours, the moment, until when they are there today; Dutch time
TODAY = [
    (OFFICE, "2026-03-03 08:59", None),
    (OFFICE, "2026-03-03 09:00", "2026-03-03 17:00"),
    (OFFICE, "2026-03-03 16:59", "2026-03-03 17:00"),
    (OFFICE, "2026-03-03 17:00", None),
    (OFFICE, "2026-03-07 10:00", None),  # Saturday
    (OFFICE, "2026-04-27 10:00", None),  # King's Day
    (OFFICE, "2026-01-01 10:00", None),
    ("Mo-Su 09:00-17:00", "2026-01-01 10:00", "2026-01-01 17:00"),
    (TWICE, "2026-03-03 10:00", "2026-03-03 12:00"),
    ("24/7", "2026-03-03 10:00", "2026-03-03 21:00"),  # nobody has to answer at night
    (EVENINGS, "2026-03-03 19:30", "2026-03-03 21:00"),
    (NIGHTS, "2026-03-03 20:30", "2026-03-03 21:00"),
    ("Mo-Su 09:00-17:00", "2026-03-29 10:00", "2026-03-29 17:00"),
    ("Mo-Su 01:00-17:00", "2026-03-29 01:30", "2026-03-29 17:00"),
    ("Mo-Su 01:00-17:00", "2026-10-25 02:30", "2026-10-25 17:00"),
    ("off", "2026-03-03 10:00", None),
]


@pytest.mark.parametrize("hours, moment, until", TODAY)
def test_until_when_somebody_is_there_today(hours, moment, until):
    for asked in (dutch(moment), dutch(moment).astimezone(timezone.utc)):
        closes = closes_today(hours, asked)
        assert (wall(closes) if closes else None) == until


HOURS = st.sampled_from(
    [OFFICE, EVENINGS, NIGHTS, TWICE, "24/7", "Mo-Fr 09:00-16:45", "Sa 10:00-12:10", "Tu,Th 08:15-08:50; We off"]
)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2029, 12, 31), timezones=st.just(timezone.utc))


@settings(max_examples=150, deadline=None)
@given(hours=HOURS, moment=MOMENTS)
def test_a_promise_is_always_ahead_inside_the_hours_or_at_their_closing_and_no_later_when_it_is_urgent(hours, moment):
    by = {urgency: answer_by(hours, urgency, moment) for urgency in ("now", "soon", "plain")}
    found = [promise for promise in by.values() if promise is not None]
    for promise in found:
        there = OpeningHours(hours, country="NL")
        on_the_wall = promise.replace(tzinfo=None)
        assert there.is_open(on_the_wall) or there.is_open(on_the_wall - timedelta(minutes=1))
        assert moment < promise.astimezone(timezone.utc) <= moment + timedelta(days=21, hours=1)
    assert found == sorted(found) == list(by.values())[: len(found)], "who can answer in four hours can in one"


@settings(max_examples=100, deadline=None)
@given(hours=HOURS, moment=MOMENTS)
def test_closing_time_is_today_and_not_after_nine(hours, moment):
    closes = closes_today(hours, moment)
    if closes is not None:
        assert closes.date() == moment.astimezone(HOME).date() and closes.strftime("%H:%M") <= "21:00"
