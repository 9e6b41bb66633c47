"""The examples and the test messages."""

from pathlib import Path
from typing import List, NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Said(NamedTuple):
    """One message, what it means, and its language."""

    text: str
    intent: str
    language: str


def training() -> List[Said]:
    """Everything in data/nlu."""
    return [
        Said(line[6:].strip(), path.stem, path.parent.name)
        for path in sorted((ROOT / "data" / "nlu").glob("*/*.yml"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("    - ")
    ]


def unseen() -> List[Said]:
    """The test messages; those that by chance stand in the examples too are left out."""
    known = {said.text.casefold() for said in training()}
    found, intent = [], ""
    for path in sorted((ROOT / "benchmarks" / "messages").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                intent = line[2:].strip()
            elif line.strip() and line.strip().casefold() not in known:
                found.append(Said(line.strip(), intent, path.stem))
    return found
