"""Facts hold today, are used, and are written so that YAML does not change them."""

from datetime import date
from typing import Any, Dict, Iterator, List

from bot.check.finding import Finding
from bot.check.reading import Document
from bot.check.said import Said, everything_said, names_in
from bot.check.tree import Tree

SHOWN = 4  # how many silent messages are named one by one


def facts_hold(tree: Tree) -> Iterator[Finding]:
    """No fact is past its last day, or has days that make no sense."""
    used = uses(tree)
    for name, document in tree.facts.items():
        values = [value for value in document.entries("values") if isinstance(value, dict)]
        for index, value in enumerate(values):
            starts, until = value.get("from"), value.get("until")
            if isinstance(starts, date) and isinstance(until, date) and starts > until:
                problem = f"this ends on {until}, before it begins on {starts}"
                yield document.error(("values", index, "until"), problem, "Correct one of the two days.")
        if values and not any(_holds(value, tree.today) for value in values):
            yield _expired(document, len(values) - 1, used.get(name, []))


def facts_are_written_well(tree: Tree) -> Iterator[Finding]:
    """Phone numbers and addresses are text: without quotes YAML drops zeros in front."""
    for document in tree.facts.values():
        for index in range(len(document.entries("values"))):
            where = ("values", index, "value")
            value = document.get(*where)
            if document.get("kind") in ("phone", "web") and isinstance(value, (int, float)):
                yield document.error(
                    where, "the number stands without quotes", 'Put quotes around it, as in "0800-8020".'
                )


def facts_are_used(tree: Tree) -> Iterator[Finding]:
    """A fact that nothing says must be looked after for nothing."""
    lines = {name for topic in tree.topics.values() for name in topic.entries("lines")}
    used = {*uses(tree), *lines}
    for name, document in tree.facts.items():
        if name not in used:
            mend = f"Say it somewhere with {{{name}}}, or delete the file."
            yield document.warning((), f"nothing says the fact “{name}”", mend)


def uses(tree: Tree) -> Dict[str, List[Said]]:
    """Where each name in braces is said."""
    found: Dict[str, List[Said]] = {}
    for said in everything_said(tree):
        for name in names_in(said.text):
            found.setdefault(name, []).append(said)
    return found


def _holds(value: Dict[str, Any], today: date) -> bool:
    starts, until = value.get("from"), value.get("until")
    return not (isinstance(starts, date) and starts > today) and not (isinstance(until, date) and until < today)


def _expired(document: Document, last: int, silent: List[Said]) -> Finding:
    places = [f"{said.document.path}:{said.document.line(said.where)}" for said in silent]
    more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
    falls = f"; no longer said: {', '.join(places[:SHOWN])}{more}" if places else ""
    problem = f"no value of this fact holds today{falls}"
    return document.warning(
        ("values", last, "until"), problem, "Look it up at its source, and add the value of now with its days."
    )
