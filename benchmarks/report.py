"""Puts a measured table between its marks in docs/understanding.md."""

import re
from pathlib import Path
from typing import List, Sequence

PAGE = Path(__file__).resolve().parent.parent / "docs" / "understanding.md"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines: List[str] = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


def write_section(name: str, text: str) -> None:
    """Replace what stands between `<!-- name -->` and `<!-- /name -->`."""
    print(text)
    page = PAGE.read_text(encoding="utf-8")
    marked = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)", re.S)
    PAGE.write_text(marked.sub(lambda found: found[1] + text + found[2], page), encoding="utf-8")
