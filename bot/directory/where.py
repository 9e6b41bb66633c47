"""Where somebody is, as far as they said: a shared location, the digits of a postcode, the name of a neighbourhood.

Nothing of it is kept here.
"""

import re
import unicodedata
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Dict, Iterable, List, Optional, Sequence, Tuple

from rapidfuzz import fuzz, process

from bot.directory.place import Place, folded

EARTH = 6371.0  # km, radius
POSTCODE = re.compile(r"([1-9]\d{3})\s*([a-z]{2})?", re.IGNORECASE)
ANYWHERE = re.compile(r"(?<!\w)([1-9]\d{3})\s?([A-Z]{2})?(?!\w)")
SAME, SAME_FIRST_LETTER = 88, 75  # per cent alike, of a name typed with a slip
SHORTEST = 4  # letters of a name in which a slip is looked for
MOST_WORDS = 4  # in an answer to "where are you"; more is a story about something else

Point = Tuple[float, float]  # latitude and longitude in degrees


@dataclass(frozen=True)
class Near:
    """Where places are looked for. `point` is there when it is known, or follows from places nearby.

    `exact` is True only for a shared location: only then a distance is more than a guess.
    """

    point: Optional[Point] = None
    digits: Optional[str] = None
    neighbourhood: Optional[str] = None
    exact: bool = False


def kilometres(one: Point, other: Point) -> float:
    """The distance over the globe, by the haversine formula."""
    (lat, lon), (lat_other, lon_other) = one, other
    rise, turn = radians(lat_other - lat), radians(lon_other - lon)
    part = sin(rise / 2) ** 2 + cos(radians(lat)) * cos(radians(lat_other)) * sin(turn / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(part)))


class Town:
    """Where postcodes and neighbourhoods lie, as far as the places with known coordinates tell."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = places
        self._by_digits = _centres((place.digits, place) for place in places)
        self._by_neighbourhood = _centres((place.neighbourhood, place) for place in places)

    def at(self, lat: float, lon: float) -> Near:
        """At a shared location."""
        return Near(point=(lat, lon), exact=True)

    def around_postcode(self, digits: str) -> Near:
        """Around the middle of the places with this postcode, or with the closest number that has any."""
        closest = min(self._by_digits, key=lambda known: (abs(int(known) - int(digits)), known), default=None)
        point = self._by_digits.get(digits)
        if point is None and closest is not None and is_close(closest, digits):
            point = self._by_digits[closest]
        return Near(point=point, digits=digits)

    def around_neighbourhood(self, name: str) -> Near:
        """Around the middle of the places in a neighbourhood."""
        here = sorted(place.digits for place in self.places if place.neighbourhood == name)
        digits = here[len(here) // 2] if here else None
        return Near(point=self._by_neighbourhood.get(name), digits=digits, neighbourhood=name)

    def point_of(self, place: Place) -> Optional[Point]:
        """Where a place is; without coordinates the middle of its postcode, else of its neighbourhood."""
        if place.lat is not None and place.lon is not None:
            return place.lat, place.lon
        return self._by_digits.get(place.digits) or self._by_neighbourhood.get(place.neighbourhood)

    def understand(self, text: str, matching: Sequence[Place] = ()) -> Optional[Near]:
        """What somebody answers to "where are you"; None when it is no answer to that.

        `matching` are places whose name or street has these words: who is near the library is where the library is.
        """
        digits = postcode_in(text)
        if digits:
            return self.around_postcode(digits)
        name = neighbourhood_meant(text, [place.neighbourhood for place in self.places])
        if name:
            return self.around_neighbourhood(name)
        point = self.point_of(matching[0]) if matching and len(text.split()) <= MOST_WORDS else None
        return Near(point=point, digits=matching[0].digits) if point else None

    def mentioned(self, text: str) -> Optional[Near]:
        """A neighbourhood or postcode of this town in the middle of a question; None when there is none.

        A number counts only as a postcode when it has its letters or is known here: debts have four digits too.
        """
        said = f" {folded(text)} "
        names = {place.neighbourhood for place in self.places}
        found = [name for name in names if folded(name) and f" {folded(name)} " in said]
        if found:
            return self.around_neighbourhood(max(found, key=lambda name: (len(name), name)))
        known = {place.digits for place in self.places}
        codes = (match for match in ANYWHERE.finditer(western(text)) if match[2] or match[1] in known)
        code = next(codes, None)
        return self.around_postcode(code[1]) if code else None


def is_close(digits: str, other: str) -> bool:
    """Whether two postcodes may be in the same town: towns have up to a hundred numbers in a row."""
    return abs(int(digits) - int(other)) <= 100


def postcode_in(text: str) -> Optional[str]:
    """The four digits when the text is a postcode and nothing else: `1234`, `1234 ab`, `١٢٣٤`."""
    found = POSTCODE.fullmatch(western(text).strip(" .,!"))
    return found[1] if found else None


def western(text: str) -> str:
    """Digits of any script as those on Dutch letters."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def neighbourhood_meant(text: str, names: Iterable[str]) -> Optional[str]:
    """Which of these names was typed, accents and slips forgiven; None when it is none of them, or two alike."""
    typed = folded(text)
    known = {folded(name): name for name in sorted(set(names))}
    if typed in known:
        return known[typed]
    if len(typed) < SHORTEST or len(typed.split()) > MOST_WORDS:
        return None
    best = process.extract(typed, list(known), scorer=fuzz.ratio, limit=2)
    good = [name for name, alike, _ in best if alike >= _needed(typed, name)]
    if not good or (len(good) > 1 and best[0][1] == best[1][1]):
        return None
    return known[good[0]]


def _needed(typed: str, name: str) -> int:
    """Slips are rare at the beginning: who begins alike may differ more."""
    return SAME_FIRST_LETTER if typed[:1] == name[:1] else SAME


def _centres(named: Iterable[Tuple[str, Place]]) -> Dict[str, Point]:
    points: Dict[str, List[Point]] = {}
    for name, place in named:
        if place.lat is not None and place.lon is not None:
            points.setdefault(name, []).append((place.lat, place.lon))
    return {
        name: (sum(lat for lat, _ in here) / len(here), sum(lon for _, lon in here) / len(here))
        for name, here in points.items()
    }
