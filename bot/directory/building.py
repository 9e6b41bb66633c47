"""Writes the directory: one SQLite file with full-text search, whole or not at all. Datasette can show it."""

import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, List

from sqlite_utils import Database

from bot.directory.place import KINDS, Place

TABLE, ABOUT = "places", "about"
SEARCHED = ["name", "kind_words", "street", "neighbourhood", "city"]
COLUMNS = {
    "id": str, "name": str, "kind": str, "kind_words": str, "street": str, "postcode": str, "city": str,
    "neighbourhood": str, "lat": float, "lon": float, "hours": str, "languages": str, "for_whom": str,
    "topics": str, "bring": str, "evening": int, "home_visits": int, "phone": str, "website": str, "source": str,
    "checked_on": str,
}  # fmt: skip


def build(path: Path, places: List[Place], source: str, moment: datetime) -> None:
    """Replace the file at `path`. A crash or full disk leaves the old one; who reads it meanwhile reads the old one.

    `source` names the CSV, `moment` is now: both are kept in the table `about`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    try:
        _write(unfinished, places, {"source": source, "imported_at": moment.isoformat(), "places": len(places)})
        _to_disk(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write(path: Path, places: List[Place], about: Dict[str, Any]) -> None:
    database = Database(path)
    try:
        table = database.table(TABLE)
        table.create(COLUMNS, pk="id", not_null=set(COLUMNS) - {"lat", "lon", "checked_on"})
        table.insert_all(_row(place) for place in places)
        table.enable_fts(SEARCHED, tokenize="unicode61 remove_diacritics 2")
        database.table(ABOUT).insert(about)
    finally:
        database.close()


def _row(place: Place) -> Dict[str, Any]:
    """Lists become JSON, as Datasette likes them; the day becomes text."""
    checked = place.checked_on.isoformat() if place.checked_on else None
    words = " ".join((place.kind.replace("_", " "), *KINDS[place.kind]))
    return {**asdict(place), "kind_words": words, "checked_on": checked}


def _to_disk(path: Path) -> None:
    """Make sure that the content is on disk before the name is: otherwise a power cut could leave an empty file."""
    with path.open("rb") as written:
        os.fsync(written.fileno())
