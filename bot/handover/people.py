"""Key persons in and out of the records."""

from pathlib import Path
from typing import Any, Dict, List, Optional

import yaml
from opening_hours import OpeningHours
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.records.database import Database
from bot.records.models import KeyPerson

NEEDED = ("id", "name", "gender", "languages")
OWN = {"address", "channel", "away_from", "away_until", "seen_at", "choices", "talk_id", "step"}  # what the desk keeps
FIELDS = set(KeyPerson.__table__.columns.keys()) - OWN


class PeopleError(Exception):
    """An entry about a person cannot be used; the message says which and why."""


def read_people(path: Path) -> List[Dict[str, Any]]:
    """The entries of a YAML file; raises `PeopleError` that names every wrong entry, and then none is used."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    problems = [f"{path}: entry {n}: {p}" for n, entry in enumerate(entries, 1) for p in _problems(entry)]
    if problems:
        raise PeopleError("\n".join(problems))
    return entries


def _problems(entry: Any) -> List[str]:
    if not isinstance(entry, dict):
        return ["expected names with values"]
    found = [f"{name} is missing" for name in NEEDED if not entry.get(name)]
    found += [f"unknown: {name}" for name in entry if name not in FIELDS]
    if entry.get("gender") not in ("woman", "man", None):
        found.append("gender is woman or man")
    if "hours" in entry:
        try:
            OpeningHours(entry["hours"], country="NL")
        except Exception as error:
            found.append(f"hours are not OpenStreetMap opening hours: {error}")
    return found


def keep_people(database: Database, entries: List[Dict[str, Any]], channel: str = "demo") -> int:
    """Add or update people; how somebody is reached stays as it was. Returns how many there are in the entries."""
    with database.change() as session:
        for entry in entries:
            person = session.get(KeyPerson, entry["id"])
            if person is None:
                person = KeyPerson(id=entry["id"], channel=channel, address=f"{channel}-{entry['id']}")
                session.add(person)
            for name, value in entry.items():
                setattr(person, name, value)
    return len(entries)


def all_people(database: Database) -> List[KeyPerson]:
    """Everybody, by name."""
    with database.change() as session:
        return list(session.scalars(select(KeyPerson).order_by(KeyPerson.name)))


def person_at(session: Session, channel: str, address: str) -> Optional[KeyPerson]:
    """Who is reached at this address; None when it is nobody's. Addresses are encrypted: they are compared here."""
    people = session.scalars(select(KeyPerson).where(KeyPerson.channel == channel).order_by(KeyPerson.id))
    return next((person for person in people if person.address == address), None)
