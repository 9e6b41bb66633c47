"""Days and times as key persons type them: what is understood, and what is asked again."""

from datetime import date, time

import pytest

from bot.desk.moments import read_moment, read_period

TUESDAY = date(2026, 3, 3)


def moment(speaker, text, language):
    """Day and time of a text, said on a Tuesday; None when it is asked again."""
    found = read_moment(text, TUESDAY, speaker.language(language))
    return found and (found.day, found.time)


@pytest.mark.parametrize(
    "text, day, at",
    [
        ("vandaag", (3, 3), None),
        ("morgen 10 uur", (3, 4), (10, 0)),
        ("Overmorgen om 14.30", (3, 5), (14, 30)),
        ("dinsdag", (3, 10), None),
        ("wo 9:00", (3, 4), (9, 0)),
        ("donderdg 11u30", (3, 5), (11, 30)),
        ("volgende week maandag", (3, 9), None),
        ("25-11 half 3", (11, 25), (14, 30)),
        ("25/11/2026 15:00", (11, 25), (15, 0)),
        ("2026-04-07 08:00", (4, 7), (8, 0)),
        ("7 april", (4, 7), None),
        ("de 7e april om kwart over 2", (4, 7), (14, 15)),
        ("kwart voor 12", None, (11, 45)),
        ("half 1", None, (12, 30)),
        ("3 uur 's middags", None, (15, 0)),
        ("7 uur 's ochtends", None, (7, 0)),
        ("’s avonds 7 uur", None, (19, 0)),
        ("7:30", None, (19, 30)),
        ("07:30", None, (7, 30)),
        ("15", None, (15, 0)),
        ("woensdag 4 maart 10:00", (3, 4), (10, 0)),
        ("2-3", (3, 2), None),
        ("4 nov", (11, 4), None),
    ],
)
def test_dutch_is_understood(speaker, text, day, at):
    assert moment(speaker, text, "nl") == (day and date(2026, *day), at and time(*at))


@pytest.mark.parametrize(
    "text, day, at",
    [
        ("tomorrow at 3 pm", (3, 4), (15, 0)),
        ("Thursday 10 a.m.", (3, 5), (10, 0)),
        ("the 25th of November at half past 2", (11, 25), (14, 30)),
        ("November 25 quarter to 4", (11, 25), (15, 45)),
        ("the day after tomorrow, 3pm", (3, 5), (15, 0)),
        ("next week tuesday 12 am", (3, 10), (0, 0)),
        ("3 o'clock", None, (15, 0)),
        ("25 Dec 2026", (12, 25), None),
    ],
)
def test_english_is_understood(speaker, text, day, at):
    assert moment(speaker, text, "en") == (day and date(2026, *day), at and time(*at))


def test_a_day_long_past_is_meant_for_the_next_year(speaker):
    """In November, "5 January" lies ahead; in March, "2 March" was a mistake."""
    november = date(2026, 11, 22)
    assert read_moment("5-1", november, speaker.language("nl")).day == date(2027, 1, 5)
    assert read_moment("20-11", november, speaker.language("nl")).day == date(2026, 11, 20)


@pytest.mark.parametrize(
    "text",
    [
        "", "ooit", "dinsdag of woensdag", "10 uur of 11 uur", "31-2", "0-3", "12-13", "25.11", "24:01", "99", "half",
        "half 30", "dinsdag kan niet", "woensdag 5 maart", "volgende week", "maart", "'s middags", "van dinsdag",
        "14:30-15:30", "3 4 5", "§today", "12-1-26", "30 februari", "x" * 2000,
    ],
)  # fmt: skip
def test_what_is_not_understood_as_a_whole_is_not_guessed(speaker, text):
    assert moment(speaker, text, "nl") is None


@pytest.mark.parametrize(
    "text, language, first, last",
    [
        ("van 1 dec tot 10 dec", "nl", (12, 1), (12, 10)),
        ("van 1 tot 10 december", "nl", (12, 1), (12, 10)),
        ("van 28 t/m 2 april", "nl", (3, 28), (4, 2)),
        ("tot en met vrijdag", "nl", (3, 3), (3, 6)),
        ("maandag tot woensdag", "nl", (3, 9), (3, 11)),
        ("vanaf morgen tot 8-3", "nl", (3, 4), (3, 8)),
        ("donderdag", "nl", (3, 5), (3, 5)),
        ("from 1 Dec until 10 Dec", "en", (12, 1), (12, 10)),
        ("until Friday", "en", (3, 3), (3, 6)),
    ],
)
def test_days_off_are_understood(speaker, text, language, first, last):
    expected = (date(2026, *first), date(2026, *last))
    assert read_period(text, TUESDAY, speaker.language(language)) == expected


def test_days_off_over_new_year(speaker):
    days = read_period("van 28 dec tot 3 jan", date(2026, 11, 22), speaker.language("nl"))
    assert days == (date(2026, 12, 28), date(2027, 1, 3))


@pytest.mark.parametrize("text", ["", "tot", "van tot", "van 40 tot 10 dec", "tot 10 uur", "van 1 dec tot", "ooit"])
def test_days_off_that_are_not_understood(speaker, text):
    assert read_period(text, TUESDAY, speaker.language("nl")) is None
