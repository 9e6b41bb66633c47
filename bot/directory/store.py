"""Reads the directory. It is opened read-only, and read again when an import has replaced it."""

import json
import logging
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from sqlite_utils import Database

from bot.directory.building import TABLE
from bot.directory.place import Place, folded

logger = logging.getLogger(__name__)

LISTS = ("languages", "topics", "bring")
YES_OR_NO = ("evening", "home_visits")
Stamp = Tuple[int, int, int]


class Directory:
    """The places. Without a file there are none, and the bot does without."""

    def __init__(self, path: Optional[Path]) -> None:
        self.path = path
        self._kept: Tuple[Optional[Stamp], Tuple[Place, ...]] = (None, ())

    def places(self) -> Tuple[Place, ...]:
        """All places, by name. Nothing is read as long as the file is the same."""
        stamp, kept = self._stamp(), self._kept
        if stamp == kept[0]:
            return kept[1]
        found = self._read() if stamp else ()
        self._kept = (stamp, found)
        return found

    def place(self, place_id: str) -> Optional[Place]:
        """One place by its id."""
        return next((place for place in self.places() if place.id == place_id), None)

    def neighbourhoods(self) -> List[str]:
        """The names of the neighbourhoods, those with most places first."""
        counts: Dict[str, int] = {}
        for place in self.places():
            counts[place.neighbourhood] = counts.get(place.neighbourhood, 0) + 1
        return sorted(counts, key=lambda name: (-counts[name], name))

    def matching(self, words: str) -> List[Place]:
        """Places in whose name, kind, street or neighbourhood all these words stand, the best first."""
        wanted = " ".join(f'"{word}"*' for word in folded(words).split())
        by_id = {place.id: place for place in self.places()}
        if not (wanted and by_id):
            return []
        try:
            with self._open() as database:
                ids = [row["id"] for row in database.table(TABLE).search(wanted, columns=["id"])]
        except (sqlite3.Error, ValueError) as error:
            logger.error("the directory of places cannot be searched: %s", error)
            return []
        return [by_id[found] for found in ids if found in by_id]

    def _read(self) -> Tuple[Place, ...]:
        """All rows; none of a file that is broken: residents are then helped without a directory."""
        try:
            with self._open() as database:
                return tuple(_place(row) for row in database.query("select * from places order by name, id"))
        except (sqlite3.Error, KeyError, TypeError, ValueError) as error:
            logger.error("the directory of places cannot be read: %s", error)
            return ()

    def _open(self) -> Database:
        if self.path is None:
            raise FileNotFoundError("there is no directory")
        return Database(sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True))

    def _stamp(self) -> Optional[Stamp]:
        """What changes when the file is replaced; None when there is no file."""
        try:
            about = self.path.stat() if self.path else None
        except FileNotFoundError:
            return None
        return (about.st_ino, about.st_mtime_ns, about.st_size) if about else None


def _place(row: Dict[str, Any]) -> Place:
    """The place of a row of the table; columns that it has beside those of a place are for searching."""
    known = {name: value for name, value in row.items() if name in Place.__dataclass_fields__}
    known.update({name: tuple(json.loads(row[name])) for name in LISTS})
    known.update({name: bool(row[name]) for name in YES_OR_NO})
    known["checked_on"] = date.fromisoformat(row["checked_on"]) if row["checked_on"] else None
    return Place(**known)
