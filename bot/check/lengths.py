"""Nothing is too long for a phone: buttons, list entries, captions, messages; never more than three messages."""

from typing import Iterator, Tuple

from bot.check.finding import Finding
from bot.check.said import DESK, REPLY, TOPIC, Said, everything_said, fact_lengths, filled_length
from bot.check.tree import Language, Tree
from bot.replies.desk_texts import BUTTONS

BUTTON, LIST_ENTRY, CAPTION = 20, 24, 28  # the first two: WhatsApp's limits; the third: what the card has room for
TOPIC_MESSAGE, TOPIC_MESSAGE_GOOD, MESSAGE, WITH_BUTTONS = 320, 220, 400, 1024
MOST_MESSAGES = 3  # at a time: practice P8, small doses
MANY_PARTS = ("first", "easier", "more")

# Short labels: where they stand, what they are, how long they may be.
LABELS: Tuple[Tuple[Tuple[str, ...], str, int], ...] = (
    (("title",), "title", BUTTON),
    (("choices",), "button", BUTTON),
    (("phrases", "choose_button"), "button", BUTTON),
    *((("desk", name), "button", BUTTON) for name in BUTTONS),
    (("bring",), "caption", CAPTION),
    (("groups",), "name of the group", LIST_ENTRY),
)


def nothing_is_too_long(tree: Tree) -> Iterator[Finding]:
    """Every text fits where it is shown, with its facts filled in."""
    facts = fact_lengths(tree)
    for said in everything_said(tree):
        length = filled_length(said.text, facts)
        if said.kind == TOPIC:
            yield from _message(said, length, TOPIC_MESSAGE)
            if TOPIC_MESSAGE_GOOD < length <= TOPIC_MESSAGE:
                problem = f"the message is {length} characters long; up to {TOPIC_MESSAGE_GOOD} reads well"
                yield said.warning(problem, "Leave something out, or split it.")
        elif said.kind in (REPLY, DESK):
            yield from _message(said, length, MESSAGE)
        for where, what, most in LABELS:
            if said.where[: len(where)] == where and length > most:
                problem = f"the {what} “{said.text}” is {length} characters long; at most {most} fit"
                yield said.error(problem, "Use fewer or shorter words.")
    for language in tree.languages.values():
        name = str(language.about.get("name") or "")
        if len(name) > BUTTON:
            problem = f"the name of the language is {len(name)} characters long; at most {BUTTON} fit"
            yield language.about.error(("name",), problem, "Use a shorter name.")


def small_doses(tree: Tree) -> Iterator[Finding]:
    """At most three messages at a time, and the list of what to bring fits under one message."""
    for language in tree.languages.values():
        for document in language.topics.values():
            for part in MANY_PARTS:
                count = len(document.entries(part))
                if count > MOST_MESSAGES:
                    problem = f"{count} messages under “{part}”; at most {MOST_MESSAGES} are said at a time"
                    yield document.error((part, MOST_MESSAGES), problem, "Put some under “more”, or leave them out.")
        for name in language.conversation.names("replies"):
            count = len(language.conversation.entries("replies", name))
            if count > MOST_MESSAGES:
                problem = f"{count} messages in “{name}”; at most {MOST_MESSAGES} are said at a time"
                yield language.conversation.error(("replies", name, MOST_MESSAGES), problem, "Leave some out.")
        yield from _bring(tree, language)


def _bring(tree: Tree, language: Language) -> Iterator[Finding]:
    intro = sum(len(str(text)) + 1 for text in language.conversation.entries("replies", "bring"))
    for topic in tree.topics.values():
        captions = [str(language.items.get("bring", name) or "") for name in topic.entries("bring")]
        length = intro + sum(len(caption) + 3 for caption in captions)
        if length > WITH_BUTTONS:
            problem = f"what to bring is {length} characters long in “{language.code}”; at most {WITH_BUTTONS} fit"
            yield topic.error(("bring",), problem, "Name fewer things.")


def _message(said: Said, length: int, most: int) -> Iterator[Finding]:
    if length > most:
        yield said.error(f"the message is {length} characters long; at most {most} fit", "Split it in two.")
