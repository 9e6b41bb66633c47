"""Short, easy sentences, one idea each (practice P1, P8). Only advice: some things cannot be said shorter."""

import re
from typing import Iterator, List

from bot.check.finding import Finding
from bot.check.said import everything_said
from bot.check.tree import Tree

LONGEST, LONGEST_ON_AVERAGE = 15, 12  # words
END = re.compile(r"(?<=[.!?؟…።፧])[\s\"”’')]+|\n+")
IN_BRACKETS = re.compile(r"\([^()]*\)")
WORD = re.compile(r"\{[^{}]*\}|[^\W_]+(?:[-'’.\u200c][^\W_]+)*")


def sentences_are_short(tree: Tree) -> Iterator[Finding]:
    """Sentences of at most 15 words, and not all of them that long."""
    for said in everything_said(tree):
        if not said.is_message:
            continue
        counts = [count for count in map(words_in, sentences(said.text)) if count]
        if not counts:
            continue
        average = sum(counts) / len(counts)
        if max(counts) > LONGEST:
            problem = f"a sentence of {max(counts)} words; up to {LONGEST} reads easily"
            yield said.warning(problem, "Make two sentences of it.")
        elif average > LONGEST_ON_AVERAGE:
            problem = f"sentences of {average:.0f} words on average; up to {LONGEST_ON_AVERAGE} reads easily"
            yield said.warning(problem, "Make them shorter.")


def sentences(text: str) -> List[str]:
    """The sentences of a text."""
    return [part for part in END.split(text) if part.strip()]


def words_in(sentence: str) -> int:
    """How many words a sentence has; an explanation in brackets is not counted: it helps rather than hinders."""
    return len(WORD.findall(IN_BRACKETS.sub(" ", sentence)))
