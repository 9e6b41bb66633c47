"""The directory of places: when they are open, where somebody is, and which three to name."""

import logging
from datetime import date, datetime, time, timezone
from pathlib import Path
from typing import Any, List, Optional

import pytest

from bot.directory.building import build
from bot.directory.hours import HOME, opening, opens_in_the_evening, remark_on, times_on, wrong_with
from bot.directory.place import Place
from bot.directory.search import Found, Wanted, search
from bot.directory.store import Directory
from bot.directory.where import Near, Town, kilometres, neighbourhood_meant, postcode_in

TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=HOME)
DAYTIME = "Mo-Fr 09:00-17:00; PH off"


def at(text: str) -> datetime:
    """A moment in Dutch time."""
    return datetime.fromisoformat(text).replace(tzinfo=HOME)


def place(name: str, **about: Any) -> Place:
    """A place in the middle of town that is open by day, unless said otherwise."""
    usual = {
        "id": name, "name": name, "kind": "library", "street": "Markt 1", "postcode": "1234 AB", "city": "Stad",
        "neighbourhood": "Centrum", "hours": DAYTIME, "lat": 52.370, "lon": 5.030,
    }  # fmt: skip
    return Place(**{**usual, **about})


def named(found: List[Found]) -> List[str]:
    """Only who they are."""
    return [one.place.name for one in found]


# ------------------------------------------------------------------------------------------------ opening hours

# hours, moment, open now, since, until (Dutch wall clock)
HOURS = [
    (DAYTIME, "2026-03-03T10:00", True, "2026-03-03T09:00", "2026-03-03T17:00"),
    (DAYTIME, "2026-03-03T08:59", False, "2026-03-03T09:00", "2026-03-03T17:00"),
    (DAYTIME, "2026-03-03T17:00", False, "2026-03-04T09:00", "2026-03-04T17:00"),
    (DAYTIME, "2026-03-06T18:00", False, "2026-03-09T09:00", "2026-03-09T17:00"),  # over the weekend
    ("Mo-Fr 09:00-12:00,13:00-17:00", "2026-03-03T12:30", False, "2026-03-03T13:00", "2026-03-03T17:00"),
    (DAYTIME, "2026-04-27T10:00", False, "2026-04-28T09:00", "2026-04-28T17:00"),  # the King's birthday
    (DAYTIME, "2026-12-24T18:00", False, "2026-12-28T09:00", "2026-12-28T17:00"),  # Christmas, then a weekend
    ("PH 10:00-12:00", "2026-04-06T09:00", False, "2026-04-06T10:00", "2026-04-06T12:00"),  # only Easter Monday
    ("Fr 20:00-02:00", "2026-03-06T23:30", True, "2026-03-06T20:00", "2026-03-07T02:00"),  # across midnight
    ("Fr 20:00-02:00", "2026-03-07T01:30", True, "2026-03-06T20:00", "2026-03-07T02:00"),
    ("Fr 20:00-02:00", "2026-03-07T02:00", False, "2026-03-13T20:00", "2026-03-14T02:00"),
    ("Mo-Su 09:00-17:00; Jul 15-Aug 31 off", "2026-07-15T10:00", False, "2026-09-01T09:00", "2026-09-01T17:00"),
    ('Mo 10:00-12:00 "a", Mo 12:00-14:00 "b"', "2026-03-02T11:00", True, "2026-03-02T10:00", "2026-03-02T14:00"),
    ("Mo-Su 09:00-17:00", "2026-03-28T18:00", False, "2026-03-29T09:00", "2026-03-29T17:00"),  # into summer time
    ("Mo-Su 09:00-17:00", "2026-10-24T18:00", False, "2026-10-25T09:00", "2026-10-25T17:00"),  # and out of it
]


@pytest.mark.parametrize("hours, moment, now, since, until", HOURS)
def test_what_is_open_and_what_opens_next(hours, moment, now, since, until):
    found = opening(hours, at(moment))
    assert (found.now, found.since, found.until) == (now, at(since), at(until))


def test_the_moment_may_come_in_any_time_zone():
    assert opening(DAYTIME, datetime(2026, 3, 3, 15, 59, tzinfo=timezone.utc)).now  # 16:59 in winter
    assert not opening(DAYTIME, datetime(2026, 7, 7, 15, 1, tzinfo=timezone.utc)).now  # 17:01 in summer


def test_what_never_closes_has_no_closing_time():
    assert opening("24/7", TUESDAY).now and opening("24/7", TUESDAY).until is None


@pytest.mark.parametrize("hours", ["2020 Mo-Su 10:00-12:00", "Mo-Su 10:00-12:00; 2026 off"])
def test_what_is_closed_for_months_does_not_open_next(hours):
    assert opening(hours, TUESDAY) is None


@pytest.mark.parametrize(
    "hours, moment, day",
    [
        ("Fr 20:00-02:00", "2026-03-07T01:30", date(2026, 3, 6)),  # the hours of last evening
        ("24/7", "2026-03-07T01:30", date(2026, 3, 7)),
        ("Mo-Fr 00:00-24:00", "2026-03-04T10:00", date(2026, 3, 4)),
        (DAYTIME, "2026-03-06T18:00", date(2026, 3, 9)),
    ],
)
def test_the_card_shows_the_day_on_which_the_opening_depends(hours, moment, day):
    assert opening(hours, at(moment)).day == day
    assert times_on(hours, day)


@pytest.mark.parametrize(
    "hours, day, times",
    [
        ("Mo-Fr 09:00-12:00,13:00-17:00", date(2026, 3, 3), [(time(9), time(12)), (time(13), time(17))]),
        ("Fr 20:00-02:00", date(2026, 3, 6), [(time(20), time(2))]),
        ("Fr 20:00-02:00", date(2026, 3, 7), []),
        ("24/7", date(2026, 3, 7), [(time(), time())]),
        (DAYTIME, date(2026, 12, 25), []),
    ],
)
def test_the_times_of_a_day(hours, day, times):
    assert times_on(hours, day) == times


@pytest.mark.parametrize(
    "hours, evening",
    [
        (DAYTIME, False),
        ("We 09:00-18:00", False),
        ("We 18:30-20:00", True),
        ("Mo[3] 17:00-19:00", True),
        ("24/7", True),
    ],
)
def test_what_is_open_after_six_is_an_evening_place(hours, evening):
    assert opens_in_the_evening(hours) is evening


@pytest.mark.parametrize(
    "hours, problem",
    [
        ("", "no hours"),
        ("ma-vr 9-17", "cannot be read from “ma-vr 9-17”"),
        ("Mo-Fr 9-17", "cannot be read from “9-17”"),
        ("Mo-Fr 09.00-17.00", "cannot be read"),
        ("Mo-Fr", "name no time"),
        ('"op afspraak"', "name no time"),
        ("off", "name no time"),
        ("2020 Mo 10:00-12:00", "never open"),
        (DAYTIME, None),
        ("24/7", None),
        ("Mo-Su 10:00-12:00; Mar-Apr off", None),
    ],
)
def test_hours_that_cannot_be_used_are_refused_with_a_reason(hours, problem):
    found = wrong_with(hours, TUESDAY)
    assert (problem is None and found is None) or problem in found


@pytest.mark.parametrize(
    "hours, remark",
    [
        ("Mo-Fr 09:00-17:00", "public holidays"),
        ("Mo-Fr 09:00-17:00; SH off", "school holidays"),
        ("Mo-Fr 09:00-17:00; We 18:00-20:00; PH off", "We stands there twice"),
        ("Fr-Mo 09:00-12:00; Su 10:00-11:00; PH off", "Su stands there twice"),
        ("Mo-Fr 09:00-17:00, We 18:00-20:00; PH off", None),
        (DAYTIME, None),
        ("24/7", None),
    ],
)
def test_hours_that_probably_mean_something_else_are_remarked_on(hours, remark):
    found = remark_on(hours)
    assert (remark is None and found is None) or remark in found


# ------------------------------------------------------------------------------------------------ where

CENTRE, NORTH = (52.370, 5.030), (52.380, 5.028)
TOWN = Town(
    [
        place("library"),
        place("team", postcode="1235 AA", neighbourhood="Noord", lat=52.380, lon=5.028),
        place("church", postcode="1240 AA", neighbourhood="’t Zand-Zuid", lat=None, lon=None),
    ]
)


def test_distances_are_those_of_the_globe():
    assert kilometres((52.3791, 4.9003), (52.0894, 5.1101)) == pytest.approx(35.3, abs=0.3)  # Amsterdam to Utrecht
    assert kilometres(CENTRE, CENTRE) == 0


@pytest.mark.parametrize(
    "typed, digits",
    [
        ("1234", "1234"), ("1234 AB", "1234"), ("1234ab", "1234"), (" 1234. ", "1234"), ("١٢٣٤", "1234"),
        ("۱۲۳۴", "1234"), ("0234", None), ("12345", None), ("1234 ABC", None), ("€ 1234", None), ("Noord", None),
    ],
)  # fmt: skip
def test_a_postcode_is_four_digits_of_any_script(typed, digits):
    assert postcode_in(typed) == digits


@pytest.mark.parametrize(
    "typed, name",
    [
        ("noord", "Noord"), ("NOORD", "Noord"), ("nord", "Noord"), ("noort", "Noord"), ("centrm", "Centrum"),
        ("t zand zuid", "’t Zand-Zuid"), ("Überlingen", "Uberlingen"), ("moord", None), ("huis", None), ("", None),
        ("ik woon al heel lang in noord", None),
    ],
)  # fmt: skip
def test_a_neighbourhood_is_known_with_its_accents_and_slips(typed, name):
    assert neighbourhood_meant(typed, ["Noord", "Centrum", "’t Zand-Zuid", "Uberlingen"]) == name


def test_a_slip_that_could_be_two_neighbourhoods_is_neither():
    assert neighbourhood_meant("oost-x", ["Oost-A", "Oost-B"]) is None


def test_a_known_postcode_is_around_its_places_and_a_neighbouring_one_around_the_closest():
    assert TOWN.understand("1235").point == NORTH
    assert TOWN.understand("1237").point == NORTH
    assert TOWN.understand("9999").point is None, "another part of the country"


def test_a_neighbourhood_is_around_its_places():
    near = TOWN.understand("nord")
    assert (near.neighbourhood, near.point, near.exact) == ("Noord", NORTH, False)


def test_who_is_near_a_known_place_is_where_that_place_is():
    assert TOWN.understand("de bieb", [TOWN.places[0]]).point == CENTRE
    assert TOWN.understand("ik weet het echt niet zo goed", [TOWN.places[0]]) is None


@pytest.mark.parametrize(
    "said, where",
    [
        ("waar kan ik heen in Noord?", "Noord"),
        ("is er iets in 't zand zuid", "’t Zand-Zuid"),
        ("waar kan ik heen, ik woon in 1235", "1235"),
        ("waar kan ik heen 1299 XX", "1299"),
        ("ik heb 1299 euro schuld, waar kan ik heen", None),
        ("ik heb 12350 euro schuld", None),
        ("het noorden", None),
    ],
)
def test_a_place_within_a_question_is_heard_and_an_amount_of_money_is_not(said, where):
    near = TOWN.mentioned(said)
    assert (near and (near.neighbourhood or near.digits)) == where


# ------------------------------------------------------------------------------------------------ search


def found_near(
    places: List[Place], near: Optional[Near] = None, moment: datetime = TUESDAY, **wanted: Any
) -> List[str]:
    """The names of the places for somebody in the middle of town."""
    town = Town(places)
    return named(search(town, near or town.at(*CENTRE), Wanted(**wanted), moment))


def test_open_now_comes_first_and_then_what_opens_next():
    places = [
        place("tomorrow", hours="We 09:00-12:00"),
        place("tonight", hours="Tu 19:00-21:00"),
        place("now, further on", lat=52.380),
        place("now"),
    ]
    assert found_near(places) == ["now", "now, further on", "tonight"], "and three at most"


def test_a_place_beyond_a_walk_comes_after_those_nearby_and_another_town_not_at_all():
    places = [place("far, open", lat=52.42), place("near, closed", hours="We 09:00-12:00"), place("far away", lat=52.6)]
    assert found_near(places) == ["near, closed", "far, open"]


def test_of_what_is_open_the_places_with_the_residents_language_come_first():
    places = [place("dutch"), place("arabic", languages=("nl", "ar"), lat=52.372)]
    assert found_near(places, language="ar") == ["arabic", "dutch"]
    assert found_near(places, language="tr") == ["dutch", "arabic"]


def test_places_for_other_topics_are_left_out_and_those_for_this_very_topic_come_first():
    places = [
        place("all topics"),
        place("letters", topics=("letters",)),
        place("food bank", topics=("cannot_buy_food",), hours="Fr 10:00-12:00"),
    ]
    assert found_near(places, topic="cannot_buy_food", group="cannot_pay") == ["food bank", "all topics"]
    assert found_near(places, topic="bailiff", group="letters") == ["all topics", "letters"]
    assert len(found_near(places, topic="ashamed", group="trust")) == 3, "worries are welcome everywhere"
    assert len(found_near(places)) == 3


def test_who_asks_for_a_place_for_women_hears_of_those_first_and_of_none_for_men():
    places = [place("all"), place("men", for_whom="men"), place("women", for_whom="women", hours="We 09:00-12:00")]
    assert found_near(places, for_whom="women") == ["women", "all"]
    assert sorted(found_near(places)) == ["all", "men", "women"]


def test_evenings_and_visits_at_home_come_first_when_asked_for():
    places = [place("day"), place("evening", evening=True), place("visits", home_visits=True)]
    assert found_near(places, evening=True)[0] == "evening"
    assert found_near(places, home_visits=True)[0] == "visits"


def test_without_coordinates_the_own_neighbourhood_and_then_close_postcodes_count():
    nowhere = {"lat": None, "lon": None}
    places = [
        place("other town", postcode="9000 AA", neighbourhood="Elders", **nowhere),
        place("next door", postcode="1236 AA", neighbourhood="Oost", **nowhere),
        place("here", postcode="1235 AA", neighbourhood="Noord", **nowhere),
    ]
    town = Town(places)
    assert found_near(places, town.understand("Noord")) == ["here", "next door"]
    assert found_near(places, town.understand("1236")) == ["next door", "here"]
    assert found_near(places, town.at(*CENTRE)) == [], "a shared location says nothing about postcodes"


def test_the_distance_is_told_only_when_it_is_known():
    town = Town([place("library", lat=52.379)])
    (shared,) = search(town, town.at(*CENTRE), Wanted(), TUESDAY)
    (guessed,) = search(town, town.understand("1234"), Wanted(), TUESDAY)
    assert shared.km == pytest.approx(1.0, abs=0.02) and guessed.km is None


def test_the_reasons_can_be_read_afterwards():
    only = place("x", languages=("ar",), for_whom="women", evening=True, home_visits=True, topics=("letters",))
    town = Town([only])
    (found,) = search(
        town, town.understand("Centrum"), Wanted(topic="bailiff", group="letters", language="ar"), TUESDAY
    )
    assert found.reasons == (
        "open until 2026-03-03 17:00", "in Centrum", "speaks ar", "is for letters", "for women",
        "open in the evening", "visits at home",
    )  # fmt: skip


def test_what_is_closed_for_months_is_not_named():
    assert found_near([place("closed", hours="2020 Mo 10:00-12:00")]) == []


# ------------------------------------------------------------------------------------------------ the file


def test_what_is_written_is_what_is_read(tmp_path: Path):
    path = tmp_path / "new" / "places.db"
    one = place(
        "library", languages=("nl", "ar"), topics=("letters",), bring=("id_card",), evening=True, home_visits=True,
        checked_on=date(2026, 3, 1), phone="000-1", website="x.example", source="s", for_whom="women",
    )  # fmt: skip
    bare = place("team", lat=None, lon=None)
    build(path, [one, bare], "places.csv", TUESDAY)
    directory = Directory(path)
    assert directory.places() == (one, bare)
    assert directory.place("team") == bare and directory.place("nobody") is None


def test_a_new_directory_is_noticed_and_the_old_one_can_still_be_read_meanwhile(tmp_path: Path):
    path = tmp_path / "places.db"
    build(path, [place("old")], "places.csv", TUESDAY)
    directory = Directory(path)
    assert [one.name for one in directory.places()] == ["old"]
    with directory._open() as opened:
        build(path, [place("new"), place("newer")], "places.csv", TUESDAY)
        assert [row["name"] for row in opened["places"].rows] == ["old"]
    assert [one.name for one in directory.places()] == ["new", "newer"]
    path.unlink()
    assert directory.places() == ()


def test_the_directory_cannot_be_changed_by_who_reads_it(tmp_path: Path):
    path = tmp_path / "places.db"
    build(path, [place("library")], "places.csv", TUESDAY)
    with Directory(path)._open() as opened, pytest.raises(Exception, match="readonly"):
        opened.execute("delete from places")


@pytest.mark.parametrize("content", [b"", b"this is no database" * 100])
def test_a_broken_file_leaves_the_bot_without_a_directory_and_says_so_in_the_log(tmp_path: Path, caplog, content):
    path = tmp_path / "places.db"
    path.write_bytes(content)
    with caplog.at_level(logging.ERROR):
        assert Directory(path).places() == () and Directory(path).matching("x") == []
    assert "cannot be read" in caplog.text


def test_without_a_file_there_are_no_places(tmp_path: Path):
    for directory in (Directory(None), Directory(tmp_path / "none.db")):
        assert directory.places() == () and directory.neighbourhoods() == [] and directory.matching("x") == []


def test_places_are_found_by_words_of_their_name_kind_or_street_without_accents(tmp_path: Path):
    path = tmp_path / "places.db"
    cafe = place("Café Één", kind="community_centre", street="Dorpsweg 3")
    build(path, [place("De Boekerij"), cafe], "places.csv", TUESDAY)
    directory = Directory(path)
    for words, name in (("cafe een", "Café Één"), ("bibliotheek", "De Boekerij"), ("dorpsw", "Café Één")):
        assert [one.name for one in directory.matching(words)] == [name], words
    for words in ('"', "a OR b", "name:cafe", "*", "", "NEAR(x y)"):
        assert isinstance(directory.matching(words), list), "no sign is taken for a command"


def test_neighbourhoods_with_most_places_come_first(tmp_path: Path):
    path = tmp_path / "places.db"
    build(path, [place("a", neighbourhood="Zuid"), place("b"), place("c")], "places.csv", TUESDAY)
    assert Directory(path).neighbourhoods() == ["Centrum", "Zuid"]
