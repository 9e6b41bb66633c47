"""A CSV becomes the directory: good rows go in, bad rows are named and kept, and a failed import changes nothing."""

import csv
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.places import SAMPLE, vocabulary, with_sample_places
from bot.directory.building import build
from bot.directory.columns import COLUMNS
from bot.directory.importing import Imported, ImportRefused, import_places
from bot.directory.place import KINDS
from bot.directory.store import Directory
from bot.directory.vocabulary import Vocabulary
from bot.replies.content import load_content
from bot.settings import ROOT, Settings

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
WORDS: Vocabulary = vocabulary(load_content())
GOOD = {
    "name": "Bibliotheek",
    "kind": "library",
    "street": "Markt 1",
    "postcode": "1234 AB",
    "city": "Stad",
    "neighbourhood": "Centrum",
    "lat": "52.37",
    "lon": "5.03",
    "hours": "Mo-Fr 09:00-17:00; PH off",
    "languages": "nl, ar",
    "for_whom": "all",
    "topics": "letters",
    "bring": "id_card",
    "home_visits": "no",
    "phone": "000-1",
    "website": "",
    "source": "gemeente",
    "checked_on": "2026-11-01",
}


class Desk:
    """A municipality worker's folder, and the directory that is made of it."""

    def __init__(self, folder: Path) -> None:
        self.file, self.directory = folder / "mine" / "places.csv", folder / "var" / "places.db"
        self.file.parent.mkdir()

    def save(self, *rows: Dict[str, str], separator: str = ",", coding: str = "utf-8", end: str = "\n") -> None:
        """Write rows with all columns of the first."""
        lines = [list(rows[0]), *[[row.get(name, "") for name in rows[0]] for row in rows]]
        quoted = [separator.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
        self.file.write_bytes((end.join(quoted) + end).encode(coding))

    def write(self, text: str, coding: str = "utf-8") -> None:
        """Write the file as it is."""
        self.file.write_bytes(text.encode(coding))

    def imported(self, moment: datetime = NOW) -> Imported:
        """Import the file."""
        return import_places(self.file, self.directory, WORDS, moment, timedelta(days=180))

    def names(self) -> List[str]:
        """Who is in the directory."""
        return [place.name for place in Directory(self.directory).places()]

    def report(self) -> Optional[List[Dict[str, str]]]:
        """The rows of the report, or None when there is none."""
        path = self.file.with_name("places.left-out.csv")
        if not path.exists():
            return None
        text = path.read_bytes().decode("utf-8-sig").splitlines()
        separator = text[0][len("line")]
        return list(csv.DictReader(text, delimiter=separator, restkey="more"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty folder."""
    return Desk(tmp_path)


def row(**cells: str) -> Dict[str, str]:
    """A row that is all right but for these cells; each name is another place."""
    return {**GOOD, **cells}


# ------------------------------------------------------------------------------------------------ what goes in


def test_a_good_row_becomes_a_place_with_everything_in_it(desk):
    desk.save(row(home_visits="ja", hours="Mo-Fr 09:00-17:00; Sa 19:00-21:00; PH off", for_whom="vrouwen"))
    done = desk.imported()
    (place,) = Directory(desk.directory).places()
    assert (done.bad, done.remarks, done.report, done.places) == ([], [], None, [place])
    assert place.id == "bibliotheek-1234ab" and place.checked_on == date(2026, 11, 1)
    assert (place.lat, place.lon, place.home_visits, place.evening) == (52.37, 5.03, True, True)
    assert (place.languages, place.topics, place.bring, place.for_whom) == (
        ("nl", "ar"), ("letters",), ("id_card",), "women",
    )  # fmt: skip


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_files_are_read_as_programs_save_them(desk, separator, coding, end):
    desk.save(row(name="Café Één"), separator=separator, coding=coding, end=end)
    assert desk.imported().bad == [] and desk.names() == ["Café Één"]


def test_lines_of_two_programs_in_one_file_are_both_read(desk):
    desk.save(row(name="Één"), row(name="Twëë", street="B 2"))
    first, second, third = desk.file.read_bytes().splitlines()
    desk.file.write_bytes(b"\n".join([first, second, third.decode("utf-8").encode("cp1252")]))
    desk.imported()
    assert desk.names() == ["Twëë", "Één"]


def test_dutch_headings_and_words_are_understood(desk):
    dutch = {
        "Naam": "Wijkteam", "Soort": "Buurtteam", "Straat en huisnummer": "A 1", "Postcode": "1234ab",
        "Plaats": "Stad", "Wijk": "Noord", "Breedtegraad": "52,37", "Lengtegraad": "5,03",
        "Openingstijden": "Mo-Fr 09:00-17:00; PH off", "Talen": "Nederlands, Arabisch en Tigrinya",
        "Voor wie": "Iedereen", "Onderwerpen": "Ik kan niet betalen; Geen geld voor eten",
        "Meenemen": "Paspoort of ID-kaart | Loonstrookjes", "Huisbezoek": "Ja", "Bron": "ik",
        "Nagekeken op": "01-11-2026",
    }  # fmt: skip
    desk.save({**dutch, "Talen": "Nederlands, Arabisch, Tigrinya"})
    assert desk.imported().bad == []
    (place,) = Directory(desk.directory).places()
    assert (place.kind, place.postcode, place.languages) == ("neighbourhood_team", "1234 AB", ("nl", "ar", "ti"))
    assert (place.topics, place.bring) == (("cannot_pay", "cannot_buy_food"), ("id_card", "payslips"))
    assert (place.lat, place.home_visits, place.checked_on) == (52.37, True, date(2026, 11, 1))


def test_excels_own_first_line_and_empty_lines_are_passed_over(desk):
    desk.save(GOOD, separator=";")
    desk.write("sep=;\r\n" + desk.file.read_text() + "\r\n;;;;\r\n\r\n")
    assert desk.imported().bad == [] and desk.names() == ["Bibliotheek"]


def test_codes_may_stand_behind_each_other_with_spaces(desk):
    desk.save(row(languages="nl ar  tr nl", topics="letters practical"))
    desk.imported()
    (place,) = Directory(desk.directory).places()
    assert (place.languages, place.topics) == (("nl", "ar", "tr"), ("letters", "practical"))


# ------------------------------------------------------------------------------------------------ what stays out

WRONG = [
    ({"name": ""}, "name: it is empty"),
    ({"name": "x" * 81}, "name: it is 81 characters long"),
    ({"kind": "bibliotek"}, "kind: “bibliotek” is not known; did you mean “library”?"),
    ({"kind": ""}, "kind: it is empty"),
    ({"street": ""}, "street: it is empty"),
    ({"street": "", "home_visits": "yes", "phone": ""}, "street: it is empty"),
    ({"postcode": "12 AB"}, "postcode: “12 AB” is no postcode"),
    ({"postcode": "0123 AB"}, "postcode:"),
    ({"city": ""}, "city: it is empty"),
    ({"neighbourhood": ""}, "neighbourhood: it is empty"),
    ({"neighbourhood": 'Noord"}'}, "neighbourhood:"),
    ({"hours": ""}, "hours: there are no hours"),
    ({"hours": "ma-vr 9-17"}, "hours: the hours “ma-vr 9-17” cannot be read"),
    ({"hours": "Mo-Fr"}, "name no time"),
    ({"hours": "2020 Mo 10:00-12:00"}, "never open in the coming year"),
    ({"lat": "north"}, "lat: “north” is no number of degrees"),
    ({"lat": "nan"}, "lat:"),
    ({"lat": ""}, "lat and lon: one of the two is empty"),
    ({"lat": "5.03", "lon": "52.37"}, "the two are in each other's place"),
    ({"lat": "0", "lon": "0"}, "this is not in the Netherlands"),
    ({"lat": "48.85", "lon": "2.35"}, "this is not in the Netherlands"),
    ({"languages": "nl, klingons"}, "languages: “klingons” is not known"),
    ({"for_whom": "ladies"}, "for_whom: “ladies” is not known"),
    ({"topics": "leters"}, "topics: “leters” is not known; did you mean “letters”?"),
    ({"bring": "id_kaart, boekje"}, "bring: “id_kaart” is not known"),
    ({"home_visits": "perhaps"}, "home_visits: “perhaps” is neither yes nor no"),
    ({"phone": "bel maar"}, "phone: “bel maar” is no telephone number"),
    ({"website": "geen site"}, "website:"),
    ({"checked_on": "vorige week"}, "checked_on: “vorige week” is no day"),
    ({"checked_on": "31-02-2026"}, "checked_on:"),
    ({"id": "Bieb Centrum"}, "id: “Bieb Centrum” has other signs"),
]


@pytest.mark.parametrize("cells, reason", WRONG)
def test_a_wrong_cell_is_named_with_its_line_and_the_good_rows_go_in(desk, cells, reason):
    desk.save({"id": "", **GOOD}, {"id": "", **row(name="Wrong", street="B 2"), **cells})
    done = desk.imported()
    assert desk.names() == ["Bibliotheek"]
    (bad,) = done.bad
    assert bad.line == 3 and reason in "; ".join(bad.reasons)
    (kept,) = desk.report()
    assert kept["line"] == "3" and reason in kept["reason"]
    expected = {**row(name="Wrong", street="B 2"), **cells}
    assert {name: kept[name] for name in expected} == expected, "the row can be mended from the report"


def test_everything_that_is_wrong_in_a_row_is_said_at_once(desk):
    desk.save(GOOD, row(street="B 2", postcode="x", hours="x", kind="x"))
    (bad,) = desk.imported().bad
    assert [reason.partition(":")[0] for reason in bad.reasons] == ["kind", "postcode", "hours"]


@pytest.mark.parametrize(
    "again",
    [row(), row(name="BIBLIOTHEEK ", street="markt 1"), row(postcode="1234 XX"), row(id="one", name="Other")],
)
def test_the_same_place_twice_goes_in_once(desk, again):
    desk.save({"id": "one", **GOOD}, again)
    (bad,) = desk.imported().bad
    assert (bad.line, bad.reasons) == (3, ("this place is already on line 2",))
    assert desk.names() == ["Bibliotheek"]


def test_two_places_in_one_building_are_two_places(desk):
    desk.save(row(name="Bibliotheek"), row(name="Wijkteam"))
    assert desk.imported().bad == [] and desk.names() == ["Bibliotheek", "Wijkteam"]


def test_two_places_of_one_name_in_one_postcode_are_two_places(desk):
    desk.save(row(street="A 1"), row(street="A 2"))
    assert desk.imported().bad == [] and desk.names() == ["Bibliotheek"] * 2
    assert len({place.id for place in Directory(desk.directory).places()}) == 2


BROKEN_LINES: Dict[str, Callable[[str], str]] = {
    "a quotation mark is not closed": lambda line: line.replace('"Kapot"', '"Kapot'),
    "a quotation mark within": lambda line: line.replace('"Kapot"', '"Ka"pot"'),
    "a line break in a cell": lambda line: line.replace("Kapot", "Ka\npot"),
    "a cell too few": lambda line: line.replace('"Kapot",', ""),
    "a cell too many": lambda line: line.replace('"Kapot"', '"Kapot","x"'),
    "a comma without quotation marks": lambda line: line.replace('"nl, ar"', "nl, ar"),
    "signs that mean nothing": lambda line: line.replace("Kapot", "Ka\x00pot"),
}


@pytest.mark.parametrize("how", BROKEN_LINES)
def test_a_broken_line_costs_no_other_line_and_is_kept_as_it_was(desk, how):
    desk.save(row(name="Een", street="A 1"), row(name="Kapot", street="B 2"), row(name="Drie", street="C 3"))
    heading, first, broken, last = desk.file.read_text().splitlines()
    broken = BROKEN_LINES[how](broken)
    desk.write("\n".join([heading, first, broken, last]))
    done = desk.imported()
    assert desk.names() == ["Drie", "Een"]
    assert done.bad and {bad.line for bad in done.bad} <= {3, 4}
    assert "\n".join(bad.original for bad in done.bad) == broken
    assert len(desk.report()) == len(done.bad)


def test_nothing_is_lost_every_line_is_a_place_or_in_the_report(desk):
    desk.save(*[row(name=f"P{n}", street=f"A {n}", hours="x" if n % 3 else GOOD["hours"]) for n in range(30)])
    done = desk.imported()
    assert sorted(bad.line for bad in done.bad) == [n + 2 for n in range(30) if n % 3]
    assert len(desk.names()) + len(desk.report()) == 30


# ------------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    "content, reason",
    [
        ("", "line 1: the file is empty"),
        ("\n\n  \n", "line 1: the file is empty"),
        ("naam;soort\nx;y\n", "line 1: these columns are missing: street, postcode, city, neighbourhood, hours"),
        ("Bibliotheek,library,Markt 1\n", "these columns are missing"),
        (",".join(GOOD) + "\n", "no row became a place"),
    ],
)
def test_a_file_that_is_no_list_of_places_is_refused_and_the_old_directory_stays(desk, content, reason):
    desk.save(GOOD)
    desk.imported()
    desk.write(content)
    with pytest.raises(ImportRefused, match=reason):
        desk.imported()
    assert desk.names() == ["Bibliotheek"]


def test_when_every_row_is_wrong_the_old_directory_stays_and_the_rows_are_kept(desk):
    desk.save(GOOD)
    desk.imported()
    desk.save(row(hours="x"), row(street="B", hours="y"))
    with pytest.raises(ImportRefused, match="no row became a place"):
        desk.imported()
    assert desk.names() == ["Bibliotheek"] and len(desk.report()) == 2


def test_a_crash_while_writing_leaves_the_old_directory_and_no_rubbish(desk, monkeypatch):
    desk.save(GOOD)
    desk.imported()
    before = desk.directory.read_bytes()

    def full_disk(*_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("bot.directory.building._to_disk", full_disk)
    desk.save(row(name="Nieuw"))
    with pytest.raises(OSError, match="full"):
        desk.imported()
    assert desk.directory.read_bytes() == before
    assert [path.name for path in desk.directory.parent.iterdir()] == ["places.db"]


def test_an_older_broken_directory_does_not_stand_in_the_way(desk):
    desk.directory.parent.mkdir()
    desk.directory.write_bytes(b"no database at all" * 50)
    desk.save(GOOD)
    desk.imported()
    assert desk.names() == ["Bibliotheek"]


def test_where_the_folder_is_locked_the_report_lies_beside_the_directory(desk, monkeypatch):
    desk.save(GOOD, row(street="B 2", hours="x"))
    write = Path.write_bytes

    def locked(path: Path, data: bytes) -> int:
        if path.parent == desk.file.parent:
            raise PermissionError("read only")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", locked)
    assert desk.imported().report == desk.directory.parent / "places.left-out.csv"


# ------------------------------------------------------------------------------------------------ what is remarked on


@pytest.mark.parametrize(
    "cells, remark",
    [
        ({"checked_on": "2026-05-24"}, None),
        ({"checked_on": "2026-05-23"}, "last checked on 2026-05-23, more than 180 days ago"),
        ({"checked_on": ""}, "nobody wrote down when this was checked"),
        ({"checked_on": "2026-11-21"}, "is still to come"),
        ({"source": ""}, "there is no source"),
        ({"lat": "", "lon": ""}, "the distance is only guessed"),
        ({"hours": "Mo-Fr 09:00-17:00"}, "public holidays"),
    ],
)
def test_stale_and_odd_rows_go_in_and_are_remarked_on(desk, cells, remark):
    desk.save(row(**cells))
    done = desk.imported()
    assert len(done.places) == 1 and len(done.remarks) == bool(remark)
    assert all(found.line == 2 and remark in found.text for found in done.remarks)


def test_columns_that_mean_nothing_and_places_that_are_gone_are_told(desk):
    desk.save(GOOD, row(name="Weg", street="B 2"))
    desk.imported()
    desk.save({**GOOD, "parkeren": "gratis"})
    texts = [remark.text for remark in desk.imported().remarks]
    assert texts == ["no longer in the directory: Weg", "the column “parkeren” is not known, and not used"]


# ------------------------------------------------------------------------------------------------ the command


@pytest.fixture
def command(desk, monkeypatch) -> Callable[..., Any]:
    """Runs `sleutel places ...` on the desk's directory."""
    monkeypatch.setenv("SLEUTEL_PLACES_FILE", str(desk.directory))
    monkeypatch.setenv("COLUMNS", "400")
    return lambda *words: CliRunner().invoke(app, ["places", *words])


def test_the_command_names_file_line_and_reason_and_ends_with_1_when_a_row_is_left_out(desk, command):
    desk.save(GOOD, row(street="B 2", hours="x"))
    ran = command("import", str(desk.file))
    assert ran.exit_code == 1
    assert f"{desk.file}:3: hours: the hours “x” " in ran.output
    assert "1 places are in the directory now" in ran.output and "places.left-out.csv" in ran.output
    assert desk.names() == ["Bibliotheek"]


def test_the_command_ends_with_0_when_all_went_in_and_says_what_is_odd(desk, command):
    desk.save(row(source=""))
    ran = command("import", str(desk.file))
    assert ran.exit_code == 0 and f"warning {desk.file}:2: Bibliotheek: there is no source" in ran.output


def test_the_command_says_when_nothing_has_changed(desk, command):
    desk.write("name\nx\n")
    for file in (desk.file, desk.file.with_name("none.csv")):
        ran = command("import", str(file))
        assert ran.exit_code == 1 and "The directory has not changed." in ran.output
    assert not desk.directory.exists()


def test_the_command_lists_places_all_or_near_somewhere(desk, command):
    assert command("list").exit_code == 1
    desk.save(GOOD, row(name="Wijkteam", street="B 2", postcode="1235 AA", neighbourhood="Noord", lat="52.38"))
    desk.imported()
    assert "Bibliotheek" in command("list").output
    near = command("list", "--near", "1235").output
    assert near.index("Wijkteam") < near.index("Bibliotheek")
    assert "Wijkteam" in command("list", "--near", "nord").output
    lost = command("list", "--near", "Atlantis")
    assert lost.exit_code == 1 and "Centrum, Noord" in lost.output


# ------------------------------------------------------------------------------------------------ the sample


def test_the_sample_goes_in_without_a_word_and_is_plainly_a_sample(desk):
    done = import_places(SAMPLE, desk.directory, WORDS, NOW, timedelta(days=180))
    assert (done.bad, done.remarks) == ([], [])
    places = done.places
    assert 12 <= len(places) <= 18 and all(place.name.endswith("(voorbeeld)") for place in places)
    assert {place.city for place in places} == {"Voorbeeldstad"} and len({p.neighbourhood for p in places}) == 4
    assert {"all", "women", "men"} == {place.for_whom for place in places}
    assert any(place.evening for place in places) and any(place.home_visits for place in places)
    assert all(place.phone.startswith("000-") for place in places), "nobody can be called by mistake"


def test_the_demo_has_the_sample_and_never_in_the_file_that_serve_reads(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.cli.places.DEMO_FILE", tmp_path / "demo.db")
    default = Settings.__fields__["places_file"].default
    existed = default.exists()
    settings = with_sample_places(Settings(places_file=default))
    assert settings.places_file == tmp_path / "demo.db" and Directory(settings.places_file).places()
    assert default.exists() == existed


def test_the_demo_keeps_a_directory_of_ones_own(desk):
    own = Settings(places_file=desk.directory)
    assert Directory(with_sample_places(own).places_file).place("wijkteam-noord-voorbeeld-1235bb")
    desk.save(GOOD)
    desk.imported()
    with_sample_places(own)
    assert desk.names() == ["Bibliotheek"]


def test_every_kind_and_column_is_explained_and_every_kind_has_a_picture(content):
    page = (ROOT / "docs" / "places.md").read_text(encoding="utf-8")
    assert [name for name in [*KINDS, *COLUMNS] if f"`{name}`" not in page] == []
    assert [kind for kind in KINDS if kind not in content.pictograms] == []


def test_the_number_of_places_and_the_source_can_be_looked_up(desk):
    from sqlite_utils import Database

    build(desk.directory, [], "mine.csv", NOW)
    with Database(desk.directory) as opened:
        assert list(opened["about"].rows) == [{"source": "mine.csv", "imported_at": NOW.isoformat(), "places": 0}]
