"""What somebody has to look after: facts that nobody has looked at for long, and topics that nothing tests."""

from datetime import date, timedelta
from typing import Any, Dict, Iterator, Set

from bot.check.drafts import drafts_of
from bot.check.finding import Finding
from bot.check.tree import Tree

LOOK_AGAIN = timedelta(days=365)
TESTS = "benchmarks/messages"  # messages by other authors than those of the examples: one file a language
INTENT = "# "  # before the name of an intent in those files


def facts_are_dated(tree: Tree) -> Iterator[Finding]:
    """Of each fact it is known when it was last seen at its source, and that is not long ago."""
    for name, document in tree.facts.items():
        values = document.entries("values")
        for index, value in enumerate(values):
            if not isinstance(value, dict) or _is_past(value, tree.today):
                continue
            seen = max(
                (day for day in map(value.get, ("source_seen", "checked_live")) if isinstance(day, date)), default=None
            )
            where = ("values", index, "checked_live")
            mend = "Open the page of “source”. Is it still so? Then write today behind “checked_live”."
            if seen is None:
                yield document.warning(where, f"nobody has noted when “{name}” was last seen at its source", mend)
            elif tree.today - seen > LOOK_AGAIN:
                yield document.warning(where, f"“{name}” was last looked at on {seen}", mend)


def topics_are_tested(tree: Tree) -> Iterator[Finding]:
    """Each topic has messages to test with, in each language that has any."""
    for file in sorted((tree.root / TESTS).glob("*.txt")):
        tested = _intents(file.read_text(encoding="utf-8").splitlines())
        for name in tree.topics:
            is_draft = drafts_of(tree).hold(f"content/languages/{file.stem}/topics/{name}.yml")
            if name not in tested and not is_draft:
                path = f"{TESTS}/{file.name}"
                problem = f"nothing tests whether “{name}” is understood in “{file.stem}”"
                mend = f"Write “{INTENT}{name}” there, and below it ten messages by another author than the examples."
                yield Finding(path, 1, problem, mend, "warning")


def _is_past(value: Dict[str, Any], today: date) -> bool:
    until = value.get("until")
    return isinstance(until, date) and until < today


def _intents(lines: Any) -> Set[str]:
    return {line.removeprefix(INTENT).strip() for line in lines if line.startswith(INTENT)}
