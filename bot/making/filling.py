"""Puts drafts into the files of a language: into gaps, and behind what is there. Comments and order stay."""

import re
from pathlib import Path
from typing import Dict, List

from bot.check.drafts import GAP
from bot.check.reading import Document, read
from bot.making.gaps import SECTIONS, Gap, is_untouched
from bot.making.sheets import MARKED, page, quoted, sheet
from bot.replies.drafts import MARK, is_draft, marked
from bot.replies.yaml_lines import KeyPath

DOTS = quoted(GAP)
WITH_A_LIST = ("conversation.yml", "items.yml")  # where single texts can be marked
TOP_LEVEL = re.compile(r"[^\s#]")
LISTED = f"{MARK}:   # translated by a machine. Read one and corrected it? Then take its line away here"


def fill(root: Path, path: str, drafts: Dict[Gap, str], source: Document, made_by: str) -> List[Gap]:
    """Write the drafts of one file; returns the gaps that could not be filled: those are for a person.

    A topic (or household check) that is not there, or has only gaps, is made anew with all texts of the source. Else
    texts are put in where they belong; in a conversation that is live they are listed as drafts. `made_by` goes into a
    comment.
    """
    ours = read(root, path)
    if not ours.data or (is_untouched(ours) and Path(path).name not in SECTIONS):
        _anew(root / path, {gap.where: text for gap, text in drafts.items()}, source, made_by)
        return []
    done = {**_fill_dots(root, ours, drafts), **_add(root, ours, drafts, source)}
    if not is_draft(ours.data):
        _list_as_drafts(root, path, [gap.where for gap in done])
    elif done:
        lines = _lines(root, path)
        _keep(root, path, lines if _said_by(made_by) in lines else [_said_by(made_by), *lines])
    return [gap for gap in drafts if gap not in done]


def may_be_filled(ours: Document) -> bool:
    """Whether a machine may add to a file: not once its mark was taken away, unless single texts have marks."""
    return not ours.data or is_draft(ours.data) or Path(ours.path).name in WITH_A_LIST


def _anew(path: Path, texts: Dict[KeyPath, str], source: Document, made_by: str) -> None:
    lines = sheet(source.data, lambda where, _dutch: texts.get(where, GAP))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page([_said_by(made_by), MARKED], lines), encoding="utf-8")


def _fill_dots(root: Path, ours: Document, drafts: Dict[Gap, str]) -> Dict[Gap, str]:
    """Put texts in the place of three dots; not where two gaps stand on one line: which is which?"""
    lines, done = _lines(root, ours.path), {}
    for gap, text in drafts.items():
        at = ours.line(gap.where) - 1
        if not gap.missing and lines[at].count(DOTS) == 1:
            lines[at] = lines[at].replace(DOTS, quoted(text))
            done[gap] = text
    _keep(root, ours.path, lines)
    return done


def _add(root: Path, ours: Document, drafts: Dict[Gap, str], source: Document) -> Dict[Gap, str]:
    """Put texts with names that are not there yet at the end of their section; not into half an entry."""
    new = {gap: text for gap, text in drafts.items() if gap.missing and _is_new(ours, gap.where)}
    texts = {gap.where: text for gap, text in new.items()}
    lines = _lines(root, ours.path)
    for section, name in dict.fromkeys(where[:2] for where in texts):
        entry = sheet({name: source.get(section, name)}, lambda where, _dutch: texts.get(where, GAP), True, (section,))
        at = _end_of(lines, section)
        lines[at:at] = entry if _has(lines, section) else [f"{section}:", *entry]
    _keep(root, ours.path, lines)
    return new


def _is_new(ours: Document, where: KeyPath) -> bool:
    return len(where) > 1 and isinstance(where[1], str) and ours.get(*where[:2]) is None


def _list_as_drafts(root: Path, path: str, places: List[KeyPath]) -> None:
    """Name texts in the list of drafts, at the top of the file."""
    listed = marked(read(root, path).data)
    new = [pair for pair in dict.fromkeys((str(where[0]), str(where[1])) for where in places) if pair not in listed]
    if not new:
        return
    lines = _lines(root, path)
    if not listed:
        lines = [line for line in lines if not line.startswith(f"{MARK}:")]
        at = next((index for index, line in enumerate(lines) if TOP_LEVEL.match(line)), len(lines))
        lines[at:at] = [LISTED]
    at = _end_of(lines, MARK)
    lines[at:at] = [f"- {section}/{name}" for section, name in new]
    _keep(root, path, lines)


def _said_by(made_by: str) -> str:
    return f"# A draft by a machine ({made_by}). Above each text stands the original."


def _end_of(lines: List[str], section: str) -> int:
    """Where the next entry of a section is to be put; the end of the file when there is no such section."""
    start = next((index for index, line in enumerate(lines) if line.startswith(f"{section}:")), len(lines) - 1)
    end = start
    for index in range(start + 1, len(lines)):
        if TOP_LEVEL.match(lines[index]) and not lines[index].startswith("- "):
            break
        if lines[index].strip() and not lines[index].startswith("#"):
            end = index
    return end + 1


def _has(lines: List[str], section: str) -> bool:
    return any(line.startswith(f"{section}:") for line in lines)


def _lines(root: Path, path: str) -> List[str]:
    return (root / path).read_text(encoding="utf-8").splitlines()


def _keep(root: Path, path: str, lines: List[str]) -> None:
    (root / path).write_text(page(lines), encoding="utf-8")
