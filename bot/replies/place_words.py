"""How a place is named: the reply about its hours, and the sentences with it, in the resident's language."""

from datetime import datetime, timedelta
from typing import Any, Dict, List, Optional, Protocol, Tuple

from bot.replies.content import Language
from bot.replies.speaker import Speaker
from bot.replies.times import language_name, time_in_words, when

SOON = timedelta(hours=20)  # a closing time further away needs no words: it is simply open
HOST = "nl"  # is spoken everywhere


class Spot(Protocol):
    """What is told of a place; `bot.directory.place.Place` is one."""

    @property
    def name(self) -> str:
        """As it stands on the door."""

    @property
    def street(self) -> str:
        """With the number; empty where people are visited at home."""

    @property
    def city(self) -> str:
        """Where the street is."""

    @property
    def phone(self) -> str:
        """Told when there is no street."""

    @property
    def languages(self) -> Tuple[str, ...]:
        """Codes of what is spoken there."""

    @property
    def for_whom(self) -> str:
        """`all`, `women` or `men`."""

    @property
    def evening(self) -> bool:
        """Open after six on some day."""

    @property
    def home_visits(self) -> bool:
        """Whether they come to people's homes."""


class Hours(Protocol):
    """When it is open; `bot.directory.hours.Opening` is one."""

    @property
    def now(self) -> bool:
        """Open at this moment."""

    @property
    def since(self) -> datetime:
        """Since when it is open, or when it opens."""

    @property
    def until(self) -> Optional[datetime]:
        """When it closes; None: not soon."""


def in_words(speaker: Speaker, words: Language, spot: Spot, hours: Hours, now: datetime) -> Tuple[str, Dict[str, Any]]:
    """The name of the reply and its values."""
    values = {"place": spot.name, "more": " ".join(_more(speaker, words, spot))}
    if not hours.now:
        return "place_opens", {**values, "when": when(hours.since, now, words, "opens")}
    if hours.until is None or hours.until - now > SOON:
        return "place_open_long", values
    return "place_open", {**values, "time": time_in_words(hours.until)}


def _more(speaker: Speaker, words: Language, spot: Spot) -> List[str]:
    """Where it is, and whatever may decide whether somebody goes."""
    address = ", ".join(filter(None, [spot.street, spot.city]))
    spoken = [code for code in spot.languages if code == words.code and code != HOST]
    language = language_name(words.code, words, speaker.content)
    wanted = {
        "place_address": bool(spot.street),
        "place_comes": not spot.street,
        f"place_for_{spot.for_whom}": spot.for_whom != "all",
        "place_speaks": bool(spoken),
        "place_comes_too": bool(spot.street) and spot.home_visits,
        "place_evening": spot.evening,
    }
    texts = [words.phrases[name] for name, holds in wanted.items() if holds]
    return speaker.fill(texts, words, {"address": address, "phone": spot.phone, "language": language})
