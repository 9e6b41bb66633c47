"""From a CSV to the directory: good rows go in, bad rows into a report, and what looks odd is told."""

import csv
import io
import os
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from bot.directory.building import build
from bot.directory.columns import BadCells, place_of
from bot.directory.hours import HOME, remark_on
from bot.directory.place import Place, folded
from bot.directory.reading import BadRow, ImportRefused, Sheet, cells_of, read_sheet
from bot.directory.store import Directory
from bot.directory.vocabulary import Vocabulary

LARGEST = 20 * 1024 * 1024  # bytes; a city has some hundreds of places
REPORT = "{}.left-out.csv"


@dataclass(frozen=True, order=True)
class Remark:
    """Something about a place that was imported, or about the file, that somebody should look at."""

    line: int
    text: str


@dataclass
class Imported:
    """What became of a file. `report` is where the bad rows are kept with their reasons, if there are any."""

    places: List[Place] = field(default_factory=list)
    bad: List[BadRow] = field(default_factory=list)
    remarks: List[Remark] = field(default_factory=list)
    report: Optional[Path] = None


def import_places(
    file: Path, directory: Path, vocabulary: Vocabulary, moment: datetime, stale_after: timedelta
) -> Imported:
    """Make the directory anew from a CSV file. `moment` is now; `stale_after`: when a check counts as too long ago.

    Raises `ImportRefused` when the file as a whole cannot be used, and `OSError`; then the directory stays as it was.
    The report is written before the directory is replaced: no row is ever in neither of the two.
    """
    data = file.read_bytes()
    if len(data) > LARGEST:
        raise ImportRefused(f"line 1: the file is larger than {LARGEST // 1024 // 1024} MB")
    sheet = read_sheet(data)
    done = Imported(bad=list(sheet.bad))
    lines = _judge(sheet, vocabulary, moment, done)
    done.bad.sort(key=lambda bad: bad.line)
    done.report = _write_report(file, directory, sheet, done.bad)
    if not done.places:
        left_out = f"; all rows are in {done.report}" if done.report else ""
        raise ImportRefused(f"line {sheet.heading_line}: no row became a place{left_out}")
    done.remarks = sorted(_remarks(sheet, done.places, lines, directory, moment, stale_after))
    build(directory, done.places, source=file.name, moment=moment)
    return done


def _judge(sheet: Sheet, vocabulary: Vocabulary, moment: datetime, done: Imported) -> Dict[str, int]:
    """Sort the rows into places and bad rows; returns the line of each place."""
    lines: Dict[str, int] = {}
    seen: Dict[Tuple[str, ...], int] = {}
    for row in sheet.rows:
        try:
            place = place_of(row.cells, vocabulary, moment)
        except BadCells as error:
            done.bad.append(BadRow(row.line, tuple(error.reasons), row.original))
            continue
        if place.id in lines and not row.cells.get("id", "").strip():  # made up from name and postcode: make up another
            place = replace(place, id=f"{place.id}-{row.line}")
        marks = (("id", place.id), ("place", folded(place.name), folded(place.street), place.digits))
        first = next((seen[mark] for mark in marks if mark in seen), None)
        if first is not None:
            done.bad.append(BadRow(row.line, (f"this place is already on line {first}",), row.original))
            continue
        seen.update(dict.fromkeys(marks, row.line))
        lines[place.id] = row.line
        done.places.append(place)
    return lines


def _remarks(
    sheet: Sheet, places: List[Place], lines: Dict[str, int], directory: Path, moment: datetime, stale_after: timedelta
) -> List[Remark]:
    found = [Remark(sheet.heading_line, f"the column “{name}” is not known, and not used") for name in sheet.unknown]
    for place in places:
        found += [Remark(lines[place.id], f"{place.name}: {text}") for text in _odd(place, moment, stale_after)]
    gone = [old.name for old in Directory(directory).places() if old.id not in lines]
    if gone:
        found.append(Remark(sheet.heading_line, f"no longer in the directory: {', '.join(gone)}"))
    return found


def _odd(place: Place, moment: datetime, stale_after: timedelta) -> List[str]:
    found = [
        is_stale(place, moment, stale_after),
        None if place.source else "there is no source: who can be asked whether this still holds?",
        None if place.lat is not None else "without lat and lon the distance is only guessed, from the postcode",
        remark_on(place.hours),
    ]
    return [text for text in found if text]


def is_stale(place: Place, moment: datetime, stale_after: timedelta) -> Optional[str]:
    """Why somebody should check this place again, or None."""
    if place.checked_on is None:
        return "nobody wrote down when this was checked"
    if place.checked_on > moment.astimezone(HOME).date():
        return f"the day of checking, {place.checked_on}, is still to come"
    if place.checked_on < (moment - stale_after).astimezone(HOME).date():
        return f"last checked on {place.checked_on}, more than {stale_after.days} days ago"
    return None


def _write_report(file: Path, directory: Path, sheet: Sheet, bad: List[BadRow]) -> Optional[Path]:
    """Write the bad rows beside the file, or beside the directory where that is not allowed; None without any."""
    if not bad:
        return None
    text = io.StringIO()
    writer = csv.writer(text, delimiter=sheet.separator)
    writer.writerow(["line", "reason", *sheet.headings])
    for row in bad:
        cells = cells_of(row.original, sheet.separator)
        writer.writerow([row.line, "; ".join(row.reasons), *([_writable(row.original)] if cells is None else cells)])
    content = text.getvalue().encode("utf-8-sig")  # with the mark, or Excel shows Ã© for é
    beside = file.with_name(REPORT.format(file.stem))
    try:
        return _replace(beside, content)
    except OSError:
        directory.parent.mkdir(parents=True, exist_ok=True)
        return _replace(directory.parent / beside.name, content)


def _writable(text: str) -> str:
    """Without the one sign that a CSV cannot hold."""
    return text.replace("\x00", "\ufffd")


def _replace(path: Path, content: bytes) -> Path:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


__all__ = ["BadRow", "ImportRefused", "Imported", "Remark", "import_places", "is_stale"]
