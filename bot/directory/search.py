"""Which places to name: near, about this topic, open now or soon, where the language is spoken."""

from dataclasses import dataclass
from datetime import datetime
from typing import List, Optional, Tuple

from bot.directory.hours import Opening, opening
from bot.directory.place import ALL, MEN, WOMEN, Place
from bot.directory.where import Near, Town, is_close, kilometres

MOST = 3  # places in an answer: small doses (practice P8)
REACH = 15.0  # km: beyond, it is another town
WALK = 3.0  # km: within, being open now matters more than being nearer
KM_PER_POSTCODE = 0.3  # what one number further means, where nothing else is known
ANYTHING = ("trust", "people")  # groups of topics that every place is good for
OPPOSITE = {WOMEN: MEN, MEN: WOMEN}


@dataclass(frozen=True)
class Wanted:
    """What a resident looks for, as far as they said. `for_whom`: `women` or `men` when they asked for that."""

    topic: Optional[str] = None
    group: Optional[str] = None
    language: Optional[str] = None
    for_whom: str = ALL
    evening: bool = False
    home_visits: bool = False


@dataclass(frozen=True)
class Found:
    """A place to name, when it is open, and why it was chosen. `km` is None when the distance is only guessed."""

    place: Place
    opening: Opening
    km: Optional[float]
    reasons: Tuple[str, ...]


@dataclass(frozen=True)
class _Candidate:
    found: Found
    away: float  # km, perhaps guessed


def search(town: Town, near: Near, wanted: Wanted, moment: datetime, most: Optional[int] = MOST) -> List[Found]:
    """At most `most` places (None: all), the best first.

    First what was asked for (women, evening, at home) and places named for this very topic; then, of those within a
    walk, what is open now, and after that what opens first. Language and distance decide between the rest.
    """
    candidates = []
    for place in town.places:
        if _fits(place, wanted):
            candidate = _candidate(place, town, near, wanted, moment)
            if candidate is not None:
                candidates.append(candidate)
    candidates.sort(key=lambda candidate: _order(candidate, near, wanted))
    return [candidate.found for candidate in candidates[:most]]


def _fits(place: Place, wanted: Wanted) -> bool:
    if place.for_whom == OPPOSITE.get(wanted.for_whom):
        return False
    if not place.topics or not wanted.group or wanted.group in ANYTHING:
        return True
    return wanted.group in place.topics or wanted.topic in place.topics


def _candidate(place: Place, town: Town, near: Near, wanted: Wanted, moment: datetime) -> Optional[_Candidate]:
    """None for a place that is out of reach, or closed for many weeks."""
    away, km = _distance(place, town, near)
    when = opening(place.hours, moment)
    if away is None or away > REACH or when is None:
        return None
    return _Candidate(Found(place, when, km, tuple(_reasons(place, when, km, near, wanted))), away)


def _distance(place: Place, town: Town, near: Near) -> Tuple[Optional[float], Optional[float]]:
    """How far away, for putting in order; and the same when it is good enough to be told."""
    point = town.point_of(place)
    if near.point is not None and point is not None:
        away = kilometres(near.point, point)
        return away, away if near.exact and place.lat is not None else None
    if near.neighbourhood is not None and place.neighbourhood == near.neighbourhood:
        return 0.0, None
    if near.digits is not None and is_close(near.digits, place.digits):
        return min(REACH, abs(int(near.digits) - int(place.digits)) * KM_PER_POSTCODE), None
    return None, None


def _order(candidate: _Candidate, near: Near, wanted: Wanted) -> tuple:
    """Smaller is better."""
    place, when = candidate.found.place, candidate.found.opening
    return (
        _not_as_asked(place, wanted),
        wanted.topic is None or wanted.topic not in place.topics,
        candidate.away > WALK,
        () if when.now else (when.since,),  # nothing comes before anything: what is open now is first
        wanted.language not in place.languages,
        place.neighbourhood != near.neighbourhood,
        candidate.away,
        place.name,
        place.id,
    )


def _not_as_asked(place: Place, wanted: Wanted) -> int:
    """How many of the resident's own wishes this place does not meet."""
    return (
        (wanted.for_whom != ALL and place.for_whom != wanted.for_whom)
        + (wanted.evening and not place.evening)
        + (wanted.home_visits and not place.home_visits)
    )


def _reasons(place: Place, when: Opening, km: Optional[float], near: Near, wanted: Wanted) -> List[str]:
    """In words that can be read afterwards, as in `bot/handover/matching.py`."""
    moment = when.until if when.now else when.since
    said = f"{moment:%Y-%m-%d %H:%M}" if moment else "further notice"
    found = [f"open until {said}" if when.now else f"opens at {said}"]
    if km is not None:
        found.append(f"{km:.1f} km away")
    if near.neighbourhood == place.neighbourhood:
        found.append(f"in {place.neighbourhood}")
    if wanted.language in place.languages:
        found.append(f"speaks {wanted.language}")
    if wanted.topic in place.topics or wanted.group in place.topics:
        found.append(f"is for {wanted.topic if wanted.topic in place.topics else wanted.group}")
    if place.for_whom != ALL:
        found.append(f"for {place.for_whom}")
    if place.evening:
        found.append("open in the evening")
    if place.home_visits:
        found.append("visits at home")
    return found
