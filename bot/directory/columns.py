"""The columns of the CSV: what each is called, and how a cell is read. In plain words: `docs/places.md`."""

import math
import re
from datetime import date, datetime
from typing import Any, Callable, Dict, List, Optional, Tuple

from bot.directory.hours import opens_in_the_evening, wrong_with
from bot.directory.place import ALL, Place, folded
from bot.directory.vocabulary import Vocabulary, one, several

COLUMNS: Dict[str, Tuple[str, ...]] = {  # column: its other names, as in a Dutch spreadsheet
    "id": ("nummer",),
    "name": ("naam",),
    "kind": ("soort",),
    "street": ("straat", "adres", "straat en huisnummer", "address"),
    "postcode": ("postal code",),
    "city": ("plaats", "stad", "gemeente"),
    "neighbourhood": ("wijk", "buurt", "neighborhood"),
    "lat": ("breedtegraad", "latitude"),
    "lon": ("lengtegraad", "longitude", "lng"),
    "hours": ("openingstijden", "openingsuren", "opening hours"),
    "languages": ("talen",),
    "for_whom": ("voor wie",),
    "topics": ("onderwerpen",),
    "bring": ("meenemen", "what to bring"),
    "home_visits": ("thuis", "huisbezoek", "aan huis"),
    "phone": ("telefoon",),
    "website": ("site",),
    "source": ("bron",),
    "checked_on": ("nagekeken op", "gecontroleerd op", "nagekeken"),
}
NEEDED = ("name", "kind", "street", "postcode", "city", "neighbourhood", "hours")  # as columns

POSTCODE = re.compile(r"([1-9]\d{3})\s?([A-Z]{2})?")
NAME_SIGNS = re.compile(r"[\w\s.,'’()&/-]+")  # of a neighbourhood: it becomes a button
LONGEST_NEIGHBOURHOOD, LONGEST_NAME = 40, 80
WEST, EAST, SOUTH, NORTH = 3.2, 7.3, 50.7, 53.7  # the Netherlands in Europe, in degrees
YES, NO = ("ja", "j", "yes", "y", "true", "waar", "1", "x"), ("", "nee", "n", "no", "false", "onwaar", "0")
DAYS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y")
NOT_IN_AN_ID = re.compile(r"[^a-z0-9]+")
LONGEST_ID = 50


class BadCells(Exception):
    """A row that cannot be a place; `reasons` has one entry for each wrong cell."""

    def __init__(self, reasons: List[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def column_of(heading: str) -> Optional[str]:
    """The column that a heading means, or None."""
    plain = folded(heading)
    return next((name for name, other in COLUMNS.items() if plain in map(folded, (name, *other))), None)


def place_of(cells: Dict[str, str], vocabulary: Vocabulary, moment: datetime) -> Place:
    """The place of one row; raises `BadCells` with everything that is wrong in it. `moment` is now."""
    reasons: List[str] = []
    read: Dict[str, Any] = {}
    for name, reader in _readers(vocabulary, moment).items():
        try:
            read[name] = reader(" ".join(cells.get(name, "").split()))
        except ValueError as error:
            reasons.append(f"{name}: {error}")
    if not reasons:
        reasons = list(_together(read))
    if reasons:
        raise BadCells(reasons)
    read["id"] = read["id"] or _id_for(read["name"], read["postcode"])
    return Place(**read, evening=opens_in_the_evening(read["hours"]))


def _readers(vocabulary: Vocabulary, moment: datetime) -> Dict[str, Callable[[str], Any]]:
    return {
        "id": _id,
        "name": lambda cell: _text(cell, LONGEST_NAME),
        "kind": lambda cell: one(_filled(cell), vocabulary.kinds),
        "street": lambda cell: cell,
        "postcode": _postcode,
        "city": _filled,
        "neighbourhood": _neighbourhood,
        "hours": lambda cell: _hours(cell, moment),
        "lat": _degrees,
        "lon": _degrees,
        "languages": lambda cell: several(cell, vocabulary.languages),
        "for_whom": lambda cell: one(cell or ALL, vocabulary.for_whom),
        "topics": lambda cell: several(cell, vocabulary.topics),
        "bring": lambda cell: several(cell, vocabulary.bring),
        "home_visits": _yes,
        "phone": _phone,
        "website": _website,
        "source": lambda cell: cell,
        "checked_on": _day,
    }


def _together(read: Dict[str, Any]) -> List[str]:
    """What does not go together in a row whose cells are each all right."""
    found = []
    lat, lon = read["lat"], read["lon"]
    if (lat is None) != (lon is None):
        found.append("lat and lon: one of the two is empty; fill in both, or neither")
    elif lat is not None and not (SOUTH <= lat <= NORTH and WEST <= lon <= EAST):
        swapped = SOUTH <= lon <= NORTH and WEST <= lat <= EAST
        mend = "the two are in each other's place" if swapped else "this is not in the Netherlands"
        found.append(f"lat and lon: {lat}, {lon}: {mend}")
    if not read["street"] and not (read["home_visits"] and read["phone"]):
        found.append("street: it is empty; only people who visit at home can do without, and then need a phone")
    return found


def _filled(cell: str) -> str:
    if not cell:
        raise ValueError("it is empty")
    return cell


def _text(cell: str, longest: int) -> str:
    if len(_filled(cell)) > longest:
        raise ValueError(f"it is {len(cell)} characters long; at most {longest} fit on a phone")
    return cell


def _id(cell: str) -> str:
    if cell and (NOT_IN_AN_ID.search(cell.replace("-", "")) or len(cell) > LONGEST_ID):
        raise ValueError(f"“{cell}” has other signs than small letters, digits and -, or more than {LONGEST_ID}")
    return cell


def _id_for(name: str, postcode: str) -> str:
    tail = "-" + postcode.replace(" ", "").lower()
    return NOT_IN_AN_ID.sub("-", folded(name)).strip("-")[: LONGEST_ID - len(tail)].strip("-") + tail


def _postcode(cell: str) -> str:
    found = POSTCODE.fullmatch(_filled(cell).upper())
    if found is None:
        raise ValueError(f"“{cell}” is no postcode; write 1234 AB")
    return " ".join(filter(None, found.groups()))


def _neighbourhood(cell: str) -> str:
    if not NAME_SIGNS.fullmatch(_text(cell, LONGEST_NEIGHBOURHOOD)):
        raise ValueError(f"“{cell}” has signs that a name has not")
    return cell


def _hours(cell: str, moment: datetime) -> str:
    problem = wrong_with(cell, moment)
    if problem:
        raise ValueError(problem)
    return cell


def _degrees(cell: str) -> Optional[float]:
    if not cell:
        return None
    try:
        value = float(cell.replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"“{cell}” is no number of degrees; write 52.3702")
    return value


def _yes(cell: str) -> bool:
    if folded(cell) not in YES + NO:
        raise ValueError(f"“{cell}” is neither yes nor no")
    return folded(cell) in YES


def _phone(cell: str) -> str:
    if cell and (not re.fullmatch(r"[+\d\s()/.-]+", cell) or sum(sign.isdigit() for sign in cell) < 3):
        raise ValueError(f"“{cell}” is no telephone number")
    return cell


def _website(cell: str) -> str:
    if cell and (" " in cell or "." not in cell):
        raise ValueError(f"“{cell}” is no web address")
    return cell


def _day(cell: str) -> Optional[date]:
    if not cell:
        return None
    for shape in DAYS:
        try:
            return datetime.strptime(cell, shape).date()
        except ValueError:
            continue
    raise ValueError(f"“{cell}” is no day; write 2026-11-30")
