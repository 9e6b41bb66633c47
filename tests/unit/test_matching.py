"""Who is asked, and why: a table of wishes and people."""

from datetime import datetime, timedelta, timezone

import pytest

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
BACK = person("back", away_until=MOMENT - timedelta(minutes=1))
GONE = person("gone", active=False)
LOAD = {"busy": 1, "one_left": 1, "anna": 3}

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
