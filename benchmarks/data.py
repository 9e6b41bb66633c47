"""The examples and the test messages."""

from pathlib import Path
from typing import Any, Dict, List, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent


class Said(NamedTuple):
    """One message, what it means, and its language."""

    text: str
    intent: str
    language: str


def configured(part: str) -> Dict[str, Any]:
    """The settings of a part of the pipeline, as they stand in config.yml."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return next(settings for settings in pipeline if settings["name"].endswith(part))


def training() -> List[Said]:
    """Everything in data/nlu."""
    return [
        Said(line[6:].strip(), path.stem, path.parent.name)
        for path in sorted((ROOT / "data" / "nlu").glob("*/*.yml"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("    - ")
    ]


def unseen(folder: str = "messages") -> List[Said]:
    """The test messages in a folder beside this file; those that by chance stand in the examples too are left out."""
    known = {said.text.casefold() for said in training()}
    found, intent = [], ""
    for path in sorted((ROOT / "benchmarks" / folder).glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                intent = line[2:].strip()
            elif line.strip() and line.strip().casefold() not in known:
                found.append(Said(line.strip(), intent, path.stem))
    return found


def in_other_languages() -> List[str]:
    """Test messages in languages that the bot does not speak, and in none at all; not those of the examples."""
    texts, examples = (
        {line.strip() for path in (ROOT / folder).glob("*.txt") for line in path.read_text("utf-8").splitlines()}
        for folder in ("benchmarks/other_languages", "data/other_languages")
    )
    return sorted(texts - examples - {""})
