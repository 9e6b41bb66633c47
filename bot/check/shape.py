"""A few words to say what a file looks like: `record(title=text, first=several(text))`.

A shape is a function of a document and a place in it; it gives the findings there.
"""

from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Callable, Dict, Iterable, Iterator, Optional

from bot.check.finding import Finding
from bot.check.reading import Document
from bot.replies.yaml_lines import KeyPath

Shape = Callable[[Document, KeyPath], Iterator[Finding]]


def text(document: Document, where: KeyPath) -> Iterator[Finding]:
    """A text with something in it."""
    found = document.get(*where)
    if found is None or (isinstance(found, str) and not found.strip()):
        yield document.error(where, f"{named(where)} is empty", "Write the text, in quotes.")
    elif not isinstance(found, str):
        yield document.error(
            where, f"{named(where)} should be text, not {kind_of(found)}", f'Put quotes around it: "{found}".'
        )
    elif found[0] in "“„" and found[-1] in "”“" and not set(found[1:-1]) & set("“”"):
        mend = 'Residents would see them. Put straight quotes around the text: ".'
        yield document.error(where, f"{named(where)} stands between curly quotes", mend)
    elif found.endswith('"') and found.count('"') == 1:
        yield document.error(where, f"{named(where)} ends with a quote and begins without", 'Begin the text with ".')


def number_or_text(document: Document, where: KeyPath) -> Iterator[Finding]:
    """A text, or a plain number."""
    if not isinstance(document.get(*where), (int, float)):
        yield from text(document, where)


def yes_or_no(document: Document, where: KeyPath) -> Iterator[Finding]:
    """`true` or `false`."""
    if not isinstance(document.get(*where), bool):
        yield document.error(where, f"{named(where)} should be yes or no", "Write true or false, without quotes.")


def day(document: Document, where: KeyPath) -> Iterator[Finding]:
    """A day."""
    found = document.get(*where)
    if not isinstance(found, date) or isinstance(found, datetime):
        yield document.error(
            where, f"{named(where)} should be a day", "Write it as 2026-11-30, without quotes, or null."
        )


def https(document: Document, where: KeyPath) -> Iterator[Finding]:
    """The address of a page."""
    found = document.get(*where)
    if not isinstance(found, str) or not found.startswith("https://"):
        mend = "Give the page where anybody can look it up; its address starts with https://."
        yield document.error(where, f"{named(where)} is not a web address", mend)


def one_of(*allowed: str) -> Shape:
    """One of a few words."""

    def check(document: Document, where: KeyPath) -> Iterator[Finding]:
        found = document.get(*where)
        if found not in allowed:
            mend = f"Choose one of: {', '.join(allowed)}."
            yield document.error(where, f"{named(where)} cannot be “{found}”", mend)

    return check


def maybe(shape: Shape) -> Shape:
    """The same, or nothing (null)."""
    return lambda document, where: iter(()) if document.get(*where) is None else shape(document, where)


def several(shape: Shape, least: int = 1) -> Shape:
    """A list."""

    def check(document: Document, where: KeyPath) -> Iterator[Finding]:
        found = document.get(*where)
        if not isinstance(found, list):
            mend = 'Begin each entry on a new line with a dash and a space: - "text".'
            yield document.error(where, f"{named(where)} should be a list, not {kind_of(found)}", mend)
        elif len(found) < least:
            yield document.error(where, f"{named(where)} is an empty list", "Write at least one entry.")
        else:
            for index in range(len(found)):
                yield from shape(document, (*where, index))

    return check


def names_to(shape: Shape) -> Shape:
    """Any names, each with a value of the same shape."""

    def check(document: Document, where: KeyPath) -> Iterator[Finding]:
        if not isinstance(document.get(*where), dict):
            yield not_names(document, where)
        for name in document.names(*where):
            yield from shape(document, (*where, name))

    return check


def record(optional: Optional[Dict[str, Shape]] = None, **needed: Shape) -> Shape:
    """Fixed names, each with a shape of its own."""
    shapes = {**needed, **(optional or {})}

    def check(document: Document, where: KeyPath) -> Iterator[Finding]:
        if not isinstance(document.get(*where), dict):
            yield not_names(document, where)
            return
        names = document.names(*where)
        for name in needed:
            if name not in names:
                yield document.error(
                    where, f"“{name}” is missing", f"Add a line “{name}: ...”; a file beside this one shows how."
                )
        for name in names:
            if name in shapes:
                yield from shapes[name](document, (*where, name))
            else:
                yield document.error((*where, name), f"“{name}” is not known here", did_you_mean(name, shapes))

    return check


def not_names(document: Document, where: KeyPath) -> Finding:
    """There should have been names with values."""
    problem = f"{named(where)} should have names with values, not {kind_of(document.get(*where))}"
    return document.error(
        where, problem, "Write “name: value” on lines of their own; a file beside this one shows how."
    )


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """How to mend a name that is not known."""
    close = get_close_matches(name, list(known), 1)
    return f"Did you mean “{close[0]}”? Else remove it." if close else "Remove it, or correct the name."


def named(where: KeyPath) -> str:
    """The place in words: the last name on the way to it."""
    name = next((step for step in reversed(where) if isinstance(step, str)), None)
    entry = f"entry {where[-1] + 1} of " if where and isinstance(where[-1], int) else ""
    return f"{entry}“{name}”" if name else f"{entry}this file"


def kind_of(found: Any) -> str:
    """What something is, in words."""
    words = {dict: "names with values", list: "a list", str: "text", bool: "yes or no", type(None): "nothing"}
    return words.get(type(found), "a day" if isinstance(found, date) else "a number")
