"""The card that is passed on: short enough to be read at a glance, and never of what would expose who passes it on."""

from typing import Iterator

from bot.check.finding import Finding
from bot.check.said import fact_lengths, filled_length
from bot.check.topics import COMES_FIRST
from bot.check.tree import Tree

LONGEST = 240  # characters: six lines on the card
NEVER = tuple(COMES_FIRST)  # danger to life, at home: who sends this to somebody tells what they are in


def cards_are_passed_on_with_care(tree: Tree) -> Iterator[Finding]:
    """Danger is not passed on, and the easier words of every topic that is have room on its card."""
    for name in NEVER:
        topic = tree.topics.get(name)
        if topic is not None and topic.readable and topic.get("pass_on") is not False:
            mend = "Write “pass_on: false”: whoever passes this on shows what they are in."
            yield topic.error(("pass_on",), f"“{name}” may be passed on", mend)
    facts = fact_lengths(tree)
    for language in tree.languages.values():
        for name, document in language.topics.items():
            topic = tree.topics.get(name)
            if topic is None or topic.get("pass_on") is False:
                continue
            length = sum(filled_length(str(said), facts) for said in document.entries("easier"))
            if length > LONGEST:
                problem = f"the easier words are {length} characters long; the card to pass on has room for {LONGEST}"
                yield document.error(
                    ("easier",), problem, "Leave something out, or write “pass_on: false” in the topic."
                )
