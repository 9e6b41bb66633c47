"""What each topic is: its group, risk, lines and things to bring, and what must come first in danger."""

from typing import Iterator

from bot.check.finding import Finding
from bot.check.reading import Document
from bot.check.said import names_in
from bot.check.shape import did_you_mean
from bot.check.tree import DUTCH, Tree

MUST_BE_NOW = ("crisis_suicide", "unsafe_at_home", "eviction_notice", "energy_disconnection", "cannot_buy_food")
COMES_FIRST = {"crisis_suicide": "suicide_line", "unsafe_at_home": "emergency"}
MOST_GROUPS = 9  # a WhatsApp list has ten entries, and the last one is a person


def topics_fit_together(tree: Tree) -> Iterator[Finding]:
    """What a topic names exists, and danger has the risk `now`."""
    for name, topic in tree.topics.items():
        yield from _known(tree, topic, "group", "groups")
        yield from _known(tree, topic, "lines", "lines")
        yield from _known(tree, topic, "bring", "bring")
        if name in MUST_BE_NOW and topic.readable and topic.get("risk") != "now":
            mend = "Write “risk: now”: the first message must help at once, and a person is offered."
            yield topic.error(("risk",), f"the risk of “{name}” is “{topic.get('risk')}”", mend)
    for name in MUST_BE_NOW:
        if name not in tree.topics:
            yield Finding(
                f"content/topics/{name}.yml", 1, "this topic is missing", "Put it back: people in danger need it."
            )
    groups = {str(topic.get("group")) for topic in tree.topics.values()}
    if len(groups) > MOST_GROUPS:
        mend = f"Put topics together in at most {MOST_GROUPS} groups."
        path = f"content/languages/{DUTCH}/items.yml"
        yield tree.read(path).error(
            ("groups",), f"there are {len(groups)} groups; a list on the phone has no room", mend
        )


def danger_comes_first(tree: Tree) -> Iterator[Finding]:
    """The number to call stands in the very first message, in every language, also in the easier words."""
    for language in tree.languages.values():
        for name, fact in COMES_FIRST.items():
            document = language.topics.get(name)
            if document is None or not document.readable:
                continue
            for part in ("first", "easier"):
                if fact not in names_in(str(document.get(part, 0) or "")):
                    problem = f"the first message under “{part}” does not hold {{{fact}}}"
                    yield document.error(
                        (part, 0), problem, "Put the number to call there: somebody may read no further."
                    )


def _known(tree: Tree, topic: Document, part: str, section: str) -> Iterator[Finding]:
    """What a topic names has words in at least one language; the check of completeness finds the others."""
    known = {name for language in tree.languages.values() for name in language.items.names(section)}
    named = topic.get(part)
    for index, name in enumerate(named if isinstance(named, list) else [named]):
        if isinstance(name, str) and name not in known:
            where = (part, index) if isinstance(named, list) else (part,)
            mend = f"Add it under “{section}” in every content/languages/<code>/items.yml. {did_you_mean(name, known)}"
            yield topic.error(where, f"“{name}” is not among the {section} of any language", mend)
