"""What people mistype in YAML, in their words: the parser's own words ("expected key") help nobody who never saw it."""

import re
from typing import Iterator, NamedTuple, Optional, Pattern, Tuple

import yaml


class Slip(NamedTuple):
    """How a line with this mistake looks, what is wrong with it, and how to mend it."""

    looks: Pattern[str]
    problem: str
    mend: str


NAME = r"\s*(?:- )?[\w-]+:"  # `title:`, also at the beginning of an entry
VALUE = rf"(?:{NAME} +|\s*- +)"  # what stands before a text
ALWAYS = (  # no line that is right looks like these
    Slip(re.compile(r" *\t"), "the line begins with a tab", "Press the space bar in its place: two spaces a step."),
    Slip(re.compile(rf'{NAME}["\'\[{{]'), "a space is missing after the colon", "A name, a colon, a space, the text."),
    Slip(re.compile(r'\s*-["\w]'), "a space is missing after the dash", "A dash, a space, the text."),
)
BY_ITSELF = (  # some lines that are right look like these: only where the line cannot be read by itself
    Slip(re.compile(rf'{VALUE}"[^"]*$'), "the quote at the end of the text is missing", 'End the text with ".'),
    Slip(
        re.compile(rf'{VALUE}"(?:[^"\\]|\\.)*"[^#]*"'),
        "there are straight quotes inside a text",
        "Use curly ones there: “hello”.",
    ),
    Slip(re.compile(rf'{VALUE}"(?:[^"\\]|\\.)*"\s*[^\s#]'), "a text goes on after its last quote", "Quote all of it."),
    Slip(re.compile(rf"{VALUE}[{{@%`&*!>|].*\S"), "a text without quotes begins with a sign", 'Put it between ".'),
    Slip(re.compile(rf'{VALUE}[^"\'\s#][^"#]*: '), "a text without quotes holds a colon", 'Put it between ".'),
)
BLOCK = re.compile(r"(\s*).*: [|>][-+]?\s*(?:#.*)?$")  # what stands below it, further in, may look like anything
MEND_OTHERS = "Look for a missing quote, a missing space after a colon, or a wrong indent, here or just above."


def slip_before(written: str, line: int) -> Optional[Tuple[int, Slip]]:
    """The last line with a slip, up to the line (from 1) where the parser gave up; None when none has."""
    found = [(number, slip) for number, text in plain_lines(written) if number <= line and (slip := slip_in(text))]
    return found[-1] if found else None


def slip_in(line: str) -> Optional[Slip]:
    """What is wrong with a line, as far as the line alone shows it."""
    possible = ALWAYS if _reads(line) else (*ALWAYS, *BY_ITSELF)
    return next((slip for slip in possible if slip.looks.match(line)), None)


def plain_lines(written: str) -> Iterator[Tuple[int, str]]:
    """The lines with their numbers, without blocks of text."""
    inside: Optional[int] = None  # how far in the name stands whose block this is
    for number, line in enumerate(written.splitlines(), 1):
        depth = len(line) - len(line.lstrip(" "))
        if inside is not None and (depth > inside or not line.strip()):
            continue
        block = BLOCK.match(line)
        inside = len(block[1]) if block else None
        yield number, line


def _reads(line: str) -> bool:
    try:
        yaml.safe_load(line.strip())
    except yaml.YAMLError:
        return False
    return True
