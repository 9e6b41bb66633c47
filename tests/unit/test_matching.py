"""Who is asked, and why: a table of wishes and people."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.handover.matching import INTERPRETED, Wish, best_match
from bot.records.models import KeyPerson

MOMENT = datetime(2026, 3, 3, 9, 0, tzinfo=timezone.utc)  # Tuesday, ten o'clock in the Netherlands


def person(name: str, gender: str = "woman", languages: str = "nl", **about) -> KeyPerson:
    at_hand = {"hours": "24/7", "most_at_once": 5, "topics": [], "neighbourhoods": [], "active": True}
    return KeyPerson(id=name, gender=gender, languages=languages.split(), **{**at_hand, **about})


ANNA, BEA = person("anna"), person("bea")
KAREL = person("karel", "man")
FATMA = person("fatma", languages="tr nl")
SAMIRA = person("samira", languages="nl ar")
NOUR = person("nour", languages="ar en")
EAST, WEST = person("east", neighbourhoods=["Oost"]), person("west", neighbourhoods=["West"])
LATE = person("late", hours="Mo-Fr 18:00-22:00")
NEVER = person("never", hours="off")
RENTS = person("rents", topics=["rent"])
BUSY = person("busy", most_at_once=1)
ONE_LEFT = person("one_left", most_at_once=2)
AWAY = person("away", away_until=MOMENT + timedelta(days=1))
BACK = person("back", away_until=MOMENT)
SOON_AWAY = person("soon", away_from=MOMENT + timedelta(minutes=1), away_until=MOMENT + timedelta(days=1))
JUST_AWAY = person("just", away_from=MOMENT, away_until=MOMENT + timedelta(days=1))
AYSE = person("ayse", languages="tr", neighbourhoods=["Oost"])  # may meet the resident's aunt in the shop
LEYLA = person("leyla", languages="nl tr", neighbourhoods=["West"])
GONE = person("gone", active=False)
LOAD = {"busy": 1, "one_left": 1, "anna": 3}

ELSEWHERE = "the resident asked for somebody from elsewhere"

# the wish, the people, who was tried, who is asked, and a reason that must be given
TABLE = [
    ("speaks the language", Wish("tr"), [ANNA, FATMA], [], "fatma", "speaks tr"),
    ("a mother tongue before a later language", Wish("ar"), [SAMIRA, NOUR], [], "nour", "speaks ar"),
    ("nobody speaks it: an interpreter, and it is said", Wish("ti"), [BEA], [], "bea", INTERPRETED),
    ("language before neighbourhood", Wish("tr", neighbourhood="Oost"), [EAST, FATMA], [], "fatma", "speaks tr"),
    ("a woman when asked for", Wish("nl", "woman"), [KAREL, BEA], [], "bea", "the resident asked for a woman"),
    ("a man when asked for", Wish("nl", "man"), [BEA, KAREL], [], "karel", "the resident asked for a man"),
    ("a wish weighs more than a language", Wish("tr", "man"), [FATMA, KAREL], [], "karel", INTERPRETED),
    ("a wish is never overruled", Wish("nl", "man"), [ANNA, BEA], [], None, ""),
    ("not even for the one who helped before", Wish("nl", "man", knows="bea"), [BEA], [], None, ""),
    ("who helped before", Wish("tr", knows="bea"), [FATMA, BEA], [], "bea", "helped this resident before"),
    ("who helped before is away", Wish("nl", knows="away"), [AWAY, BEA], [], "bea", "speaks nl"),
    ("the same neighbourhood", Wish("nl", neighbourhood="West"), [EAST, WEST], [], "west", "works in West"),
    ("as people type it", Wish("nl", neighbourhood=" west"), [EAST, WEST], [], "west", "works in West"),
    ("not from the own street", Wish("nl", neighbourhood="Oost", outside=True), [EAST, WEST], [], "west", ELSEWHERE),
    ("not even as people type it", Wish("nl", neighbourhood="oost ", outside=True), [EAST], [], None, ""),
    ("nor from the own community", Wish("tr", outside=True), [AYSE, LEYLA], [], "leyla", "speaks tr"),
    ("rather an interpreter", Wish("tr", outside=True), [AYSE, BEA], [], "bea", INTERPRETED),
    ("Dutch is no community", Wish("nl", neighbourhood="Noord", outside=True), [EAST], [], "east", ELSEWHERE),
    ("nobody from elsewhere", Wish("tr", neighbourhood="Oost", outside=True), [AYSE], [], None, ""),
    (
        "but who helped before is no stranger",
        Wish("tr", "any", None, "plain", "Oost", True, "ayse"),
        [AYSE, BEA],
        [],
        "ayse",
        "helped this resident before",
    ),
    ("sooner there", Wish("nl"), [LATE, KAREL], [], "karel", "can answer by 2026-03-03 14:00"),
    ("later is better than nobody", Wish("nl", "woman"), [LATE, KAREL], [], "late", "can answer by 2026-03-03 22:00"),
    ("an urgent question: sooner", Wish("nl", urgency="now"), [BEA], [], "bea", "can answer by 2026-03-03 11:00"),
    ("no open hours at all", Wish("nl"), [NEVER], [], None, ""),
    ("knows about the topic", Wish("nl", topic_group="rent"), [RENTS], [], "rents", "knows about rent"),
    ("another topic is not theirs", Wish("nl", topic_group="health"), [RENTS], [], None, ""),
    ("no topic yet: anybody", Wish("nl"), [RENTS], [], "rents", "speaks nl"),
    ("who names no topics takes all", Wish("nl", topic_group="health"), [BEA], [], "bea", "speaks nl"),
    ("less busy", Wish("nl"), [ANNA, BEA], [], "bea", "has 0 of at most 5 open"),
    ("as full as they can be", Wish("nl"), [BUSY], [], None, ""),
    ("one place left", Wish("nl"), [ONE_LEFT], [], "one_left", "has 1 of at most 2 open"),
    ("away", Wish("nl"), [AWAY], [], None, ""),
    ("away from this moment", Wish("nl"), [JUST_AWAY], [], None, ""),
    ("not away yet", Wish("nl"), [SOON_AWAY], [], "soon", "speaks nl"),
    ("back again", Wish("nl"), [BACK], [], "back", "speaks nl"),
    ("stopped helping", Wish("nl"), [GONE], [], None, ""),
    ("asked before", Wish("nl"), [ANNA, BEA], ["bea"], "anna", "has 3 of at most 5 open"),
    ("everybody was asked", Wish("nl"), [ANNA, BEA], ["bea", "anna"], None, ""),
    ("nobody at all", Wish("nl"), [], [], None, ""),
]


@pytest.mark.parametrize("case, wish, people, tried, expected, reason", TABLE, ids=[row[0] for row in TABLE])
def test_who_is_asked_and_why(case, wish, people, tried, expected, reason):
    for order in (people, people[::-1]):  # how people are stored decides nothing
        match = best_match(wish, order, LOAD, tried, MOMENT)
        assert (match.person.id if match else None) == expected
        if match is not None:
            assert reason in match.reasons
            assert match.needs_interpreter == (INTERPRETED in match.reasons)
            assert match.needs_interpreter == (wish.language not in match.person.languages)
            assert match.answers_by > MOMENT


def test_no_reason_is_given_that_does_not_hold():
    match = best_match(Wish("nl", topic_group="rent", neighbourhood="Oost", knows="west"), [BEA], {}, [], MOMENT)
    assert match.reasons == ["speaks nl", "has 0 of at most 5 open", "can answer by 2026-03-03 14:00"]
    familiar = best_match(Wish("tr", neighbourhood="Oost", outside=True, knows="ayse"), [AYSE], {}, [], MOMENT)
    assert ELSEWHERE not in familiar.reasons


PEOPLE = st.builds(
    person,
    st.sampled_from("abcdefgh"),
    st.sampled_from(["woman", "man"]),
    st.sampled_from(["nl", "tr nl", "nl tr", "ar"]),
    hours=st.sampled_from(["24/7", "off", "Mo-Fr 09:00-17:00", "Sa 10:00-12:00"]),
    most_at_once=st.integers(0, 2),
    topics=st.sampled_from([[], ["rent"], ["health"]]),
    neighbourhoods=st.sampled_from([[], ["Oost"], ["West", "Oost"]]),
    active=st.booleans(),
    away_until=st.sampled_from([None, MOMENT, MOMENT + timedelta(days=1)]),
)
WISHES = st.builds(
    Wish,
    st.sampled_from(["nl", "tr", "ti"]),
    st.sampled_from(["any", "woman", "man"]),
    st.sampled_from([None, "rent"]),
    st.sampled_from(["now", "plain"]),
    st.sampled_from([None, "Oost", "Noord"]),
    st.booleans(),
    st.sampled_from([None, "a", "b"]),
)


@settings(max_examples=200, deadline=None)
@given(wish=WISHES, people=st.lists(PEOPLE, max_size=6, unique_by=lambda one: one.id), load=st.integers(0, 2))
def test_whoever_is_proposed_fits_and_when_nobody_is_nobody_fits(wish, people, load):
    def fits(one: KeyPerson) -> bool:
        near = one.languages[0] == wish.language != "nl" or wish.neighbourhood in one.neighbourhoods
        return (
            one.active
            and load < one.most_at_once
            and one.away_until in (None, MOMENT)
            and one.hours != "off"
            and wish.gender in ("any", one.gender)
            and not (one.topics == ["health"] and wish.topic_group == "rent")
            and not (wish.outside and near and wish.knows != one.id)
        )

    match = best_match(wish, people, dict.fromkeys("abcdefgh", load), [], MOMENT)
    assert (match is not None) == any(map(fits, people))
    assert match is None or fits(match.person)
    speaks = [one for one in people if fits(one) and wish.language in one.languages]
    if match is not None and match.needs_interpreter:
        assert not speaks or match.person.id == wish.knows, "an interpreter only where nobody speaks it"
