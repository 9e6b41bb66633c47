"""What people mistype in YAML, in their words: the parser's own words ("expected key") help nobody who never saw it."""

import re
from typing import NamedTuple, Optional, Pattern, Tuple


class Slip(NamedTuple):
    """How a line with this mistake looks, what is wrong with it, and how to mend it."""

    looks: Pattern[str]
    problem: str
    mend: str


NAME = r"\s*(?:- )?[\w-]+:"  # `title:`, also at the beginning of an entry
VALUE = rf"(?:{NAME} +|\s*- +)"  # what stands before a text
SLIPS: Tuple[Slip, ...] = (
    Slip(re.compile(r" *\t"), "the line begins with a tab", "Press the space bar in its place: two spaces a step."),
    Slip(re.compile(rf'{NAME}["\'\[{{]'), "a space is missing after the colon", "A name, a colon, a space, the text."),
    Slip(re.compile(r'\s*-["\w]'), "a space is missing after the dash", "A dash, a space, the text."),
    Slip(re.compile(rf'{VALUE}"[^"]*$'), "the quote at the end of the text is missing", 'End the text with ".'),
    Slip(re.compile(rf'{VALUE}[^"\s][^"]*"\s*$'), "the quote before the text is missing", 'Begin the text with ".'),
    Slip(
        re.compile(rf'{VALUE}"(?:[^"\\]|\\.)*"[^#]*"'),
        "there are straight quotes inside a text",
        "Use curly ones there: “hello”.",
    ),
    Slip(re.compile(rf'{VALUE}"(?:[^"\\]|\\.)*"\s*[^\s#]'), "a text goes on after its last quote", "Quote all of it."),
    Slip(re.compile(rf"{VALUE}[{{@%`&*!>|].*\S"), "a text without quotes begins with a sign", 'Put it between ".'),
    Slip(re.compile(rf'{VALUE}[^"\'\s#][^"#]*: '), "a text without quotes holds a colon", 'Put it between ".'),
)
MEND_OTHERS = "Look for a missing quote, a missing space after a colon, or a wrong indent, here or just above."


def slip_before(written: str, line: int) -> Optional[Tuple[int, Slip]]:
    """The last line that looks like a slip, up to the line (from 1) where the parser gave up; None when none does."""
    lines = written.splitlines()[:line]
    for number in range(len(lines), 0, -1):
        for slip in SLIPS:
            if slip.looks.match(lines[number - 1]):
                return number, slip
    return None
