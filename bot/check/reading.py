"""Reads one YAML file for checking: its data, the line of everything in it, and every mistake, not only the first.

`bot/replies/yaml_lines.py` stops at the first mistake, which is right for running and wrong for mending.
"""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import yaml

from bot.check.finding import ERROR, WARNING, Finding
from bot.check.slips import MEND_OTHERS, slip_before
from bot.replies.yaml_lines import KeyPath, Loader

TEXT_TAG = "tag:yaml.org,2002:str"


@dataclass
class Document:
    """One file. Everything asked of it that is not there, or of another type, is empty: so that all checks can run."""

    path: str  # relative to the project
    data: Any = None
    lines: Dict[KeyPath, int] = field(default_factory=dict)
    mistakes: List[Finding] = field(default_factory=list)
    readable: bool = True

    def line(self, where: KeyPath) -> int:
        """The line of a key or list entry, or of the nearest thing around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def get(self, *where: Any) -> Any:
        """What stands there, or None."""
        found = self.data
        for step in where:
            if isinstance(found, dict):
                found = found.get(step)
            elif isinstance(found, list) and isinstance(step, int) and step < len(found):
                found = found[step]
            else:
                return None
        return found

    def names(self, *where: Any) -> List[str]:
        """The names (keys) that stand there."""
        found = self.get(*where)
        return list(found) if isinstance(found, dict) else []

    def entries(self, *where: Any) -> List[Any]:
        """The list that stands there."""
        found = self.get(*where)
        return found if isinstance(found, list) else []

    def texts(self, *where: Any) -> Iterator[Tuple[KeyPath, str]]:
        """Every text at or below a place, with its own place."""
        found = self.get(*where)
        if isinstance(found, str):
            yield where, found
        elif isinstance(found, (dict, list)):
            for step in found if isinstance(found, dict) else range(len(found)):
                yield from self.texts(*where, step)

    def error(self, where: KeyPath, problem: str, mend: str) -> Finding:
        """A finding here that refuses training."""
        return Finding(self.path, self.line(where), problem, mend, ERROR)

    def warning(self, where: KeyPath, problem: str, mend: str) -> Finding:
        """A finding here that is only shown."""
        return Finding(self.path, self.line(where), problem, mend, WARNING)


def read(root: Path, path: str) -> Document:
    """The file, with what cannot be read among its `mistakes`."""
    try:
        written = (root / path).read_bytes()
    except FileNotFoundError:
        mend = "Put it back, or run the command that makes it anew."
        return _unreadable(Document(path), 1, "this file is missing", mend)
    parsed = _parse(path, written)
    return replace(parsed, mistakes=list(parsed.mistakes))


@lru_cache(maxsize=4096)  # who checks twice in a row has changed one file of hundreds
def _parse(path: str, written: bytes) -> Document:
    document = Document(path)
    try:
        loader = Loader(written.decode("utf-8"))
        node = loader.get_single_node()
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return _unreadable(document, line, "this file is not saved as UTF-8", "Save it again as UTF-8.")
    except yaml.YAMLError as error:
        line, problem = _where_yaml_broke(error)
        found = slip_before(written.decode("utf-8"), line)
        if found is not None:
            line, slip = found
            return _unreadable(document, line, f"this is not valid YAML: {slip.problem}", slip.mend)
        return _unreadable(document, line, f"this is not valid YAML ({problem})", MEND_OTHERS)
    if node is not None:
        document.data = _build(loader, node, (), document)
    return document


def _unreadable(document: Document, line: int, problem: str, mend: str) -> Document:
    document.readable = False
    document.mistakes.append(Finding(document.path, line, problem, mend))
    return document


def _where_yaml_broke(error: yaml.YAMLError) -> Tuple[int, str]:
    mark = getattr(error, "problem_mark", None)
    return (mark.line + 1 if mark else 1), getattr(error, "problem", None) or "a sign that may not stand there"


def _build(loader: Any, node: yaml.Node, where: KeyPath, document: Document) -> Any:
    """The data of a node. A name that YAML takes for something else (`yes:` without quotes) stays the text it was."""
    document.lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(loader, node, where, document))
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, item, (*where, index), document) for index, item in enumerate(node.value)]
    if getattr(node, "style", None) == "|":
        block = (*where, "|")
        document.lines[block] = node.start_mark.line + 2  # the first line of a block of text
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        problem = f"“{node.value}” cannot be read ({getattr(error, 'problem', None) or error})"
        document.mistakes.append(document.error(where, problem, "Put quotes around it, or correct it."))
        return None


def _pairs(loader: Any, node: yaml.MappingNode, where: KeyPath, document: Document) -> Iterator[Tuple[str, Any]]:
    seen = set()
    for key, value in node.value:
        name = str(key.value)
        here = (*where, name)
        if name in seen:
            twice = Finding(
                document.path, key.start_mark.line + 1, f"“{name}” is there twice", "Remove one of the two."
            )
            document.mistakes.append(twice)
            continue
        seen.add(name)
        document.lines[here] = key.start_mark.line + 1
        if key.tag != TEXT_TAG:
            document.mistakes.append(
                document.error(here, f"YAML does not take {name} for a word", f'Write "{name}": in quotes.')
            )
        yield name, _build(loader, value, here, document)
