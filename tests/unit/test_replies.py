"""What is said: placeholders, facts that hold, scripts from right to left, and moments in words."""

from dataclasses import replace
from datetime import date, datetime, timezone

import pytest

from bot.replies.content import Content, Fact, FactValue, Language, Layout
from bot.replies.speaker import Button, Speaker, placeholders
from bot.replies.times import HOME, language_name, when

TODAY = date(2026, 3, 3)
LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"
LINE = Fact("help_line", "phone", [FactValue("0800-8115", "https://example.nl", until=date(2026, 6, 30))])
WAGE = Fact(
    "weeks",
    "number",
    [
        FactValue("4", "https://example.nl", until=date(2026, 3, 2)),
        FactValue("6", "https://example.nl", starts=date(2026, 3, 3), until=date(2026, 3, 5)),
        FactValue("8", "https://example.nl", starts=date(2026, 3, 7)),
    ],
)


def saying(*texts: str, direction: str = "ltr", today: date = TODAY, choices: tuple = ()) -> Speaker:
    """A speaker whose Dutch has one reply, `news`, of these messages."""
    empty: dict = {}
    dutch = Language(
        "nl", "Nederlands", direction, empty, "", {"news": list(texts)}, {"yes": "Ja", "no": "Nee"},
        empty, empty, empty, empty, empty, [], empty, [],
    )  # fmt: skip
    english = replace(dutch, code="en", name="English", replies={"news": ["English"]})
    content = Content(
        {}, {"help_line": LINE, "weeks": WAGE}, {"nl": dutch, "en": english},
        {"news": Layout(pictogram="key", choices=list(choices))}, {"yes": "/affirm", "no": "/deny"}, {},
    )  # fmt: skip
    return Speaker(content, today=lambda: today)


# the messages of a reply, the values, what is said
FILLED = [
    (["Hallo"], {}, ["Hallo"]),
    (["{name} helpt.", "Bel {help_line}."], {"name": "Fatma"}, ["Fatma helpt.", "Bel 0800-8115."]),
    (["{name} en {name}"], {"name": "Fatma"}, ["Fatma en Fatma"]),
    (["{name} belt {when}.", "Dag {name}."], {"name": "Fatma"}, ["Dag Fatma."]),  # no time known: not said
    (["{name} helpt."], {"name": None}, []),
    (["{language} {choices}"], {"language": "Turks", "choices": "twee"}, ["Turks twee"]),
    (["{name}"], {"name": "{help_line} {0} {"}, ["{help_line} {0} {"]),  # what people wrote is never a placeholder
    (["{name.upper}", "{0}", "{help_line!r}"], {"name": "Fatma"}, ["'0800-8115'"]),
    (["Bel {help_line}."], {"help_line": "112"}, ["Bel 112."]),
]


@pytest.mark.parametrize("texts, values, said", FILLED)
def test_placeholders_are_filled_and_a_message_that_cannot_be_is_not_said(texts, values, said):
    assert saying(*texts).say("news", "nl", **values).messages == said


def test_placeholders_are_found_in_order_and_a_lonely_brace_is_an_error():
    assert placeholders("{b} and {a} and {b}") == ["b", "a", "b"]
    with pytest.raises(ValueError):
        placeholders("{b")


@pytest.mark.parametrize("day, said", [(29, ["Bel 0800-8115."]), (30, ["Bel 0800-8115."]), (31, [])])
def test_a_fact_is_told_up_to_its_last_day_and_not_after(day, said):
    day_after = date(2026, 7, 1) if day == 31 else date(2026, 6, day)
    assert saying("Bel {help_line}.", today=day_after).say("news", "nl").messages == said


@pytest.mark.parametrize("day, value", [(1, "4"), (2, "4"), (3, "6"), (5, "6"), (6, None), (7, "8"), (31, "8")])
def test_a_fact_changes_on_its_day_and_a_gap_is_not_guessed(day, value):
    assert WAGE.on(date(2026, 3, day)) == value
    said = saying("Al {weeks} weken.", "Dag.", today=date(2026, 3, day)).say("news", "nl").messages
    assert said == ([f"Al {value} weken."] if value else []) + ["Dag."]


def test_in_a_script_from_right_to_left_what_is_filled_in_keeps_its_own_direction():
    said = saying("{name}: {help_line}", direction="rtl").say("news", "nl", name="Fatma").messages
    assert said == [f"{FSI}Fatma{PDI}: {LRI}0800-8115{PDI}"]


@pytest.mark.parametrize("code", ["so", "NL", "", None])
def test_an_unknown_language_falls_back_to_the_declared_one_and_says_so(code):
    assert saying("Hallo").say("news", code).language == "nl"
    assert Speaker(saying("Hallo").content, fallback="en").say("news", code).messages == ["English"]


def test_the_layout_gives_picture_and_buttons_and_other_buttons_may_take_their_place():
    speaker = saying("Hallo", choices=("yes", "no"))
    reply = speaker.say("news", "nl")
    assert reply.picture == "pictogram/key.png"
    assert reply.choices == [Button("Ja", "/affirm"), Button("Nee", "/deny")]
    assert speaker.say("news", "nl", [Button("X", "/x")]).choices == [Button("X", "/x")]
    assert speaker.say("news", "nl", []).choices == []
    with pytest.raises(KeyError):
        speaker.say("no such reply", "nl")


@pytest.mark.parametrize("code", ["nl", "en", "ar", "tr"])
def test_every_part_of_every_topic_says_something_with_buttons_that_lead_somewhere(content, code):
    speaker = Speaker(content, today=lambda: date(2026, 11, 1))
    known = {f"/{name}" for name in content.topics} | set(content.choices.values())
    for name, topic in content.topics.items():
        for part in ("first", "easier", "more", "bring", "where"):
            reply = speaker.topic(name, part, code)
            assert reply.language == code and reply.messages and all(reply.messages), (name, part)
            assert {button.payload.replace(f'"{name}"', '"$topic"') for button in reply.choices} <= known
        assert speaker.topic(name, "first", code).picture == f"pictogram/{topic.pictogram}.png"
        asked_for = speaker.topic(name, "bring", code)
        listed = [content.languages[code].bring[item] for item in topic.bring]
        assert [line.lstrip("• ") for line in asked_for.messages[0].split("\n")[1:]] == listed
        assert asked_for.picture == (f"bring/{code}/{name}.png" if listed else None)


NOW = datetime(2026, 3, 3, 10, 0, tzinfo=HOME)  # a Tuesday
WHEN = [
    ("nl", NOW, "2026-03-03 17:00", "vandaag vóór 17:00 uur"),
    ("nl", NOW, "2026-03-04 09:30", "morgen vóór 09:30 uur"),
    ("nl", NOW, "2026-03-05 09:30", "op donderdag 5 maart vóór 09:30 uur"),
    ("en", NOW, "2026-03-03 17:00", "today before 17:00"),
    ("en", NOW, "2026-03-04 09:30", "tomorrow before 09:30"),
    ("en", NOW, "2026-03-10 09:30", "on Tuesday 10 March before 09:30"),
    ("ar", NOW, "2026-03-03 17:00", "اليوم قبل الساعة 17:00"),
    ("ar", NOW, "2026-03-04 09:30", "غدا قبل الساعة 09:30"),
    ("ar", NOW, "2026-03-10 09:30", "يوم الثلاثاء 10 مارس قبل الساعة 09:30"),
    ("tr", NOW, "2026-03-03 17:00", "bugün saat 17:00 olmadan"),
    ("tr", NOW, "2026-03-04 09:30", "yarın saat 09:30 olmadan"),
    ("tr", NOW, "2026-03-10 09:30", "Salı 10 Mart günü saat 09:30 olmadan"),
    # the day is the Dutch one: half an hour before and after midnight, New Year's Eve, the night the clock goes forward
    ("nl", datetime(2026, 3, 3, 23, 30, tzinfo=HOME), "2026-03-04 00:30", "morgen vóór 00:30 uur"),
    ("nl", datetime(2026, 12, 31, 18, 0, tzinfo=HOME), "2027-01-01 10:00", "morgen vóór 10:00 uur"),
    ("nl", datetime(2026, 3, 28, 23, 30, tzinfo=HOME), "2026-03-29 03:30", "morgen vóór 03:30 uur"),
]


@pytest.mark.parametrize("code, now, moment, words", WHEN)
def test_a_moment_in_words_today_tomorrow_and_later(content, code, now, moment, words):
    by = datetime.fromisoformat(moment).replace(tzinfo=HOME)
    for one, other in ((by, now), (by.astimezone(timezone.utc), now.astimezone(timezone.utc))):
        assert when(one, other, content.languages[code]) == words


@pytest.mark.parametrize(
    "code, words, name",
    [
        ("tr", "nl", "Turks"),
        ("ar", "tr", "Arapça"),
        ("nl", "ar", "الهولندية"),
        ("pap", "nl", "Papiaments"),
        ("qq", "nl", "qq"),
    ],
)
def test_the_name_of_a_language_in_the_words_of_another(content, code, words, name):
    assert language_name(code, content.languages[words], content) == name
