"""What is known of a place where people can walk in."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Optional, Tuple

KINDS = {  # kind: what it may be called in a CSV; each kind has a pictogram of its own name
    "library": ("bibliotheek", "ido", "informatiepunt digitale overheid"),
    "neighbourhood_team": ("wijkteam", "buurtteam", "sociaal team"),
    "municipality": ("gemeente", "stadhuis", "gemeentehuis", "stadskantoor"),
    "community_centre": ("buurthuis", "wijkcentrum", "buurtcentrum", "huis van de wijk", "dorpshuis"),
    "womens_centre": ("vrouwencentrum", "vrouwenhuis", "women's centre"),
    "mens_group": ("mannengroep", "mannencentrum", "vadercentrum", "men's group"),
    "mosque": ("moskee",),
    "church": ("kerk", "parochie"),
    "place_of_worship": ("gebedshuis", "tempel", "synagoge", "place of worship"),
    "food_bank": ("voedselbank",),
    "forms_help": ("formulierenbrigade", "papierwinkel", "hulp bij formulieren", "forms help"),
    "home_visits": ("thuisadministratie", "schuldhulpmaatje", "hulp thuis", "home visits"),
    "refugee_help": ("vluchtelingenwerk", "hulp voor vluchtelingen", "refugee help"),
    "migrant_help": ("migrantenorganisatie", "zelforganisatie", "migrant organisation"),
    "legal_desk": ("juridisch loket", "sociaal raadslieden", "rechtswinkel"),
    "clothing_bank": ("kledingbank", "kringloop"),
    "other": ("anders", "overig"),
}
ALL, WOMEN, MEN = "all", "women", "men"
FOR_WHOM = {
    ALL: ("iedereen", "allen", "everybody"),
    WOMEN: ("vrouwen", "alleen vrouwen"),
    MEN: ("mannen", "alleen mannen"),
}


@dataclass(frozen=True)
class Place:
    """One place. `hours` is OpenStreetMap notation in Dutch time; `lat` and `lon` are degrees.

    `topics`: topics and groups of topics; none: all. `languages`: codes of what is spoken there. `street` is empty
    where people are only visited at home; then there is a `phone`.
    """

    id: str
    name: str
    kind: str
    street: str
    postcode: str  # 1234 AB, or 1234
    city: str
    neighbourhood: str
    hours: str
    lat: Optional[float] = None
    lon: Optional[float] = None
    languages: Tuple[str, ...] = ()
    for_whom: str = ALL
    topics: Tuple[str, ...] = ()
    bring: Tuple[str, ...] = ()
    evening: bool = False  # open after six on some day of the week
    home_visits: bool = False
    phone: str = ""
    website: str = ""
    source: str = ""
    checked_on: Optional[date] = None

    @property
    def digits(self) -> str:
        """The four digits of the postcode."""
        return self.postcode[:4]


def folded(text: str) -> str:
    """For comparing: small letters and digits alone, without accents, one space between words."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in plain).split())
