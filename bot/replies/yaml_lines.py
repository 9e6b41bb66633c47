"""YAML with line numbers, so that a mistake in content can be pointed at."""

from pathlib import Path
from typing import Any, Dict, Tuple

import yaml

KeyPath = Tuple[Any, ...]
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is built in


class ContentError(Exception):
    """A content file cannot be read; the message starts with `file:line:`."""


def load_with_lines(path: Path) -> Tuple[Any, Dict[KeyPath, int]]:
    """The data of one YAML file, and the line on which each key or list entry stands.

    Raises `ContentError` with file and line when it is no YAML, or names a key twice.
    """
    try:
        loader = Loader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError(f"{path}:{line}: this is not valid YAML: {error.problem}") from None
    lines: Dict[KeyPath, int] = {}
    if node is None:
        return None, lines
    _note_lines(node, (), lines, path)
    return loader.construct_document(node), lines


def _note_lines(node: yaml.Node, where: KeyPath, lines: Dict[KeyPath, int], path: Path) -> None:
    lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                raise ContentError(f"{path}:{key.start_mark.line + 1}: “{key.value}” is there twice")
            seen.add(key.value)
            here = (*where, key.value)
            lines[here] = key.start_mark.line + 1
            _note_lines(value, here, lines, path)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _note_lines(value, (*where, index), lines, path)
