"""Reads a CSV as people really save them, line by line: one line is one place, so one mistake costs one place.

A line that cannot be read is kept as it is, with the reason. Nothing is guessed and nothing is lost.
"""

import codecs
import csv
import re
from dataclasses import dataclass, field
from typing import Dict, Iterator, List, Optional, Tuple

from bot.directory.columns import NEEDED, column_of

MARKS = (  # what a program may write in front of the text, and how the text is then coded
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WINDOWS = "cp1252"  # what Excel saves when nobody asks for UTF-8
BETWEEN_CELLS = (",", ";", "\t", "|")
LINE_END = re.compile(r"\r\n|\n|\r")
SEPARATOR_LINE = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)  # Excel's own first line


class ImportRefused(Exception):
    """The file as a whole cannot be used; the directory stays as it was."""


@dataclass(frozen=True)
class Row:
    """One line of the file: its number, its cells by column, and the line as it stands there."""

    line: int
    cells: Dict[str, str]
    original: str


@dataclass(frozen=True)
class BadRow:
    """A line that did not become a place, and every reason why."""

    line: int
    reasons: Tuple[str, ...]
    original: str


@dataclass
class Sheet:
    """What was read of a file: its columns as they are called there, what stands between cells, and all lines."""

    headings: List[str]
    heading_line: int
    separator: str
    rows: List[Row] = field(default_factory=list)
    bad: List[BadRow] = field(default_factory=list)

    @property
    def unknown(self) -> List[str]:
        """Columns that mean nothing here."""
        return [heading for heading in self.headings if heading.strip() and column_of(heading) is None]


def read_sheet(data: bytes) -> Sheet:
    """All lines of the file; raises `ImportRefused` when there is no line that names the columns."""
    lines = [(number, text) for number, text in enumerate(_lines(data), 1) if text.strip(" \t,;|\"'")]
    if not lines:
        raise ImportRefused("line 1: the file is empty")
    given = SEPARATOR_LINE.fullmatch(lines[0][1])
    heading_line, heading = lines[1 if given and len(lines) > 1 else 0]
    separator = given[1] if given else max(BETWEEN_CELLS, key=lambda sign: len(_columns(heading, sign)))
    names = _columns(heading, separator)
    _refuse_without_columns(names, heading_line)
    sheet = Sheet(cells_of(heading, separator) or [], heading_line, separator)
    for number, text in lines:
        if number > heading_line:
            _read_line(sheet, number, text, names)
    return sheet


def cells_of(line: str, separator: str) -> Optional[List[str]]:
    """The cells of one line, or None when its quotation marks do not fit."""
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return None


def _read_line(sheet: Sheet, number: int, text: str, names: Dict[str, int]) -> None:
    cells = cells_of(text, sheet.separator)
    problem = _wrong_with(text, cells, len(sheet.headings))
    if cells is None or problem:
        sheet.bad.append(BadRow(number, (problem or "",), text))
    else:
        sheet.rows.append(Row(number, {name: cells[index] for name, index in names.items()}, text))


def _wrong_with(text: str, cells: Optional[List[str]], width: int) -> Optional[str]:
    if "\ufffd" in text or "\x00" in text:
        return "it has signs that cannot be read; save the file as CSV UTF-8"
    if cells is None or text.count('"') % 2:  # the second half of a broken line would look like a whole one
        return "a quotation mark is not closed on this line; a cell must stay on one line"
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        return f"it has {len(cells)} cells, but there are {width} columns; put cells with a comma in quotation marks"
    return None


def _columns(heading: str, separator: str) -> Dict[str, int]:
    """Where each column stands; the first counts when one is named twice."""
    found: Dict[str, int] = {}
    for index, cell in enumerate(cells_of(heading, separator) or []):
        name = column_of(cell)
        if name is not None:
            found.setdefault(name, index)
    return found


def _refuse_without_columns(names: Dict[str, int], line: int) -> None:
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise ImportRefused(f"line {line}: these columns are missing: {', '.join(missing)}")


def _lines(data: bytes) -> Iterator[str]:
    """The lines as text. Without a mark in front each line is UTF-8, or else what Windows makes of it."""
    for mark, coding in MARKS:
        if data.startswith(mark):
            yield from LINE_END.split(data.decode(coding, errors="replace"))
            return
    for line in re.split(rb"\r\n|\n|\r", data):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            yield line.decode(WINDOWS, errors="replace")
