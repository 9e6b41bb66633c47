"""Who is asked, and the reasons in words that can be read afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Dict, List, Optional, Sequence

from bot.handover.promises import answer_by
from bot.records.models import KeyPerson

HOST = "nl"  # a language that is no community
INTERPRETED = "speaks another language: an interpreter is needed"


@dataclass(frozen=True)
class Wish:
    """What the resident needs, as far as they said."""

    language: str
    gender: str = "any"
    topic_group: Optional[str] = None
    urgency: str = "plain"
    neighbourhood: Optional[str] = None
    outside: bool = False  # nobody from the own neighbourhood or community: shame is easier elsewhere
    knows: Optional[str] = None  # the person who helped this resident before


@dataclass(frozen=True)
class Match:
    """A person who can be asked, why, and by when they will answer."""

    person: KeyPerson
    reasons: List[str]
    answers_by: datetime
    needs_interpreter: bool


def best_match(
    wish: Wish, people: Sequence[KeyPerson], load: Dict[str, int], tried: Sequence[str], moment: datetime
) -> Optional[Match]:
    """The best person for this wish, or None when nobody fits.

    A wish for a woman or a man is never overruled: some residents will speak to nobody else. Language may be: then
    an interpreter is needed, and that is said. `load` counts the open handovers of each person by id.
    """
    matches = [
        match
        for person in people
        if person.id not in tried and (match := _match(wish, person, load.get(person.id, 0), moment))
    ]
    return min(matches, key=lambda match: _order(match, wish, load), default=None)


def _match(wish: Wish, person: KeyPerson, open_now: int, moment: datetime) -> Optional[Match]:
    if not is_there(person, moment) or open_now >= person.most_at_once:
        return None
    if wish.outside and is_near(person, wish) and wish.knows != person.id:
        return None
    if wish.gender != "any" and person.gender != wish.gender:
        return None
    if person.topics and wish.topic_group and wish.topic_group not in person.topics:
        return None
    by = answer_by(person.hours, wish.urgency, moment)
    if by is None:
        return None
    reasons = [f"has {open_now} of at most {person.most_at_once} open", f"can answer by {by:%Y-%m-%d %H:%M}"]
    speaks = wish.language in person.languages
    reasons.insert(0, f"speaks {wish.language}" if speaks else INTERPRETED)
    if wish.knows == person.id:
        reasons.insert(0, "helped this resident before")
    if wish.gender != "any":
        reasons.append(f"the resident asked for a {wish.gender}")
    if wish.outside and not is_near(person, wish):
        reasons.append("the resident asked for somebody from elsewhere")
    elif place := _shared_place(wish, person):
        reasons.append(f"works in {place}")
    if person.topics and wish.topic_group in person.topics:
        reasons.append(f"knows about {wish.topic_group}")
    return Match(person, reasons, by, needs_interpreter=not speaks)


def is_there(person: KeyPerson, moment: datetime) -> bool:
    """Whether this person helps these days: has not stopped, and is not away."""
    away = person.away_until and (person.away_from or moment) <= moment < person.away_until
    return bool(person.active and not away)


def is_near(person: KeyPerson, wish: Wish) -> bool:
    """Whether this person may meet the resident's family in the shop: the same neighbourhood, or mother tongue."""
    same_place = _shared_place(wish, person) is not None
    return same_place or (person.languages[:1] == [wish.language] and wish.language != HOST)


def _shared_place(wish: Wish, person: KeyPerson) -> Optional[str]:
    """The neighbourhood where both are, as the person spells it. Residents type: "oost" is Oost."""
    wanted = (wish.neighbourhood or "").strip().casefold()
    return next((name for name in person.neighbourhoods if wanted and name.strip().casefold() == wanted), None)


def _order(match: Match, wish: Wish, load: Dict[str, int]) -> tuple:
    """Smaller is better: known before, language, mother tongue first, neighbourhood, sooner, less busy."""
    person = match.person
    place = person.languages.index(wish.language) if wish.language in person.languages else 99
    return (
        person.id != wish.knows,
        match.needs_interpreter,
        place,
        _shared_place(wish, person) is None,
        match.answers_by,
        load.get(person.id, 0),
        person.id,
    )
