"""Everything that is said, one piece at a time, with the place where it stands."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, Iterator, List, Tuple

from bot.check.finding import Finding
from bot.check.reading import Document
from bot.check.tree import TOPIC_PARTS, Language, Tree
from bot.replies.desk_texts import BUTTONS, PARTS
from bot.replies.speaker import placeholders
from bot.replies.yaml_lines import KeyPath

TOPIC, REPLY, DESK, SHORT = "topic", "reply", "desk", "short"
SHORTS = ("bring", "lines", "groups", "suggestions")  # in items.yml
HOUSEHOLD_SHORTS = ("start", "answers", "card")
HOUSEHOLD_MESSAGES = ("intro", "questions", "ask", "help", "careful", "call", "nothing")
LESSON_MESSAGES = ("intro", "lessons", "going_on", "end", "stopped", "none")

# What the program fills in besides facts (actions/handover.py, bot/desk/messenger.py, bot/replies/times.py), and how
# many characters that usually takes.
VALUES = {
    "name": 12, "nickname": 30, "next_name": 12, "about": 120, "languages": 30, "when": 35, "topic": 20, "language": 12,
    "urgency": 30, "time": 5, "day": 20, "place": 40, "address": 45, "phone": 12, "more": 120, "text": 100,
    "who": 12, "label": 32, "neighbourhood": 15, "summary": 150, "number": 13, "words": 100, "until": 20, "since": 12,
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One text in one language. `kind`: of a topic, of the conversation, to key persons, or a short label."""

    language: str
    kind: str
    document: Document
    where: KeyPath
    text: str

    @property
    def is_message(self) -> bool:
        """A message of its own, not a title, button or part of a sentence."""
        return self.kind != SHORT

    def error(self, problem: str, mend: str) -> Finding:
        """A finding at this text that refuses training."""
        return self.document.error(self.where, problem, mend)

    def warning(self, problem: str, mend: str) -> Finding:
        """A finding at this text that is only shown."""
        return self.document.warning(self.where, problem, mend)


@lru_cache(maxsize=1)  # many validators ask for it, one after the other
def everything_said(tree: Tree) -> Tuple[Said, ...]:
    """Every text that a resident or key person reads."""
    return tuple(said for language in tree.languages.values() for said in said_in(language))


def said_in(language: Language) -> Iterator[Said]:
    """Every text of one language."""
    for document in language.topics.values():
        yield from _pieces(language, SHORT, document, "title")
        for part in TOPIC_PARTS:
            yield from _pieces(language, TOPIC, document, part)
    yield from _pieces(language, REPLY, language.conversation, "replies")
    for section in ("choices", "phrases"):
        yield from _pieces(language, SHORT, language.conversation, section)
    for name in language.conversation.names("desk"):
        if isinstance(language.conversation.get("desk", name), str):  # lists are of what they type
            yield from _pieces(
                language, SHORT if name in (*BUTTONS, *PARTS) else DESK, language.conversation, "desk", name
            )
    for section in SHORTS:
        yield from _pieces(language, SHORT, language.items, section)
    yield from _pieces(language, SHORT, language.about, "which_language")
    yield from _household(language)
    yield from _pieces(language, SHORT, language.lessons, "buttons")
    for section in LESSON_MESSAGES:
        yield from _pieces(language, TOPIC, language.lessons, section)


def _household(language: Language) -> Iterator[Said]:
    for section in HOUSEHOLD_SHORTS:
        yield from _pieces(language, SHORT, language.household, section)
    for section in HOUSEHOLD_MESSAGES:
        yield from _pieces(language, TOPIC, language.household, section)
    for name in language.household.names("schemes"):
        yield from _pieces(language, SHORT, language.household, "schemes", name, "name")
        yield from _pieces(language, TOPIC, language.household, "schemes", name, "where")


def _pieces(language: Language, kind: str, document: Document, *where: str) -> Iterator[Said]:
    for place, text in document.texts(*where):
        yield Said(language.code, kind, document, place, text)


def names_in(text: str) -> List[str]:
    """The names in braces; none when the braces are broken (another check says so)."""
    try:
        return placeholders(text)
    except ValueError:
        return []


def filled_length(text: str, facts: Dict[str, int]) -> int:
    """How long the text is once its names are filled in, in units of 16 bits: so Twilio counts, an emoji is two."""
    length = len(text.encode("utf-16-le")) // 2
    for name in names_in(text):
        length += facts.get(name, VALUES.get(name, 0)) - len(name) - 2
    return length


def fact_lengths(tree: Tree) -> Dict[str, int]:
    """How long each fact is, the longest of its values."""
    return {
        name: max(
            (len(str(document.get("values", index, "value"))) for index in range(len(document.entries("values")))),
            default=0,
        )
        for name, document in tree.facts.items()
    }
