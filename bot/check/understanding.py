"""Examples of what residents write: enough of them, in every language, and none under two intents."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Dict, Iterator, List

from bot.check.finding import Finding
from bot.check.reading import Document
from bot.check.shape import did_you_mean
from bot.check.tree import Tree

FEWEST = 20
# Intents that nobody types: decisions of the bot itself, buttons, and things that are not text (see domain.yml).
NOT_TYPED = (
    "unsure", "lost", "none_of_these", "show_group", "choose_wish", "agree", "confirm_delete",
    "pass_it_on", "lessons_start", "lessons_go_on", "lessons_stop", "household_start", "household_answer",
    "show_number", "keep_hidden", "hand_on_yes", "hand_on_no", "appointment_ok", "appointment_cannot",
    "number_yes", "number_no", "feeling",
    "received_photo", "received_voice", "received_place", "received_file", "received_nothing",
)  # fmt: skip
ENTITY = re.compile(r"\[[^\[\]]+\](?:\(([^()]+)\)|\{[^{}]*\"entity\":\s*\"([^\"]+)\"[^{}]*\})")
BETWEEN_WORDS = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Example:
    """One message of a resident, under its intent."""

    language: str
    intent: str
    path: str
    line: int
    text: str

    @cached_property
    def plain(self) -> str:
        """The words alone: two messages that differ in capitals or full stops are the same message."""
        return plain_words(self.text)


def plain_words(text: str) -> str:
    """A message without capitals and signs; one of signs only as it is."""
    return BETWEEN_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip() or text.strip()


def examples_of(document: Document, language: str) -> Iterator[Example]:
    """The messages in one file, with their lines."""
    for index in range(len(document.entries("nlu"))):
        where = ("nlu", index, "examples")
        text, intent = document.get(*where), str(document.get("nlu", index, "intent"))
        first = document.lines.get((*where, "|"), document.line(where))
        for offset, line in enumerate(text.splitlines() if isinstance(text, str) else ()):
            if line.startswith("- "):
                yield Example(language, intent, document.path, first + offset, line[2:].strip())


@lru_cache(maxsize=1)
def all_examples(tree: Tree) -> Dict[str, List[Example]]:
    """The messages of each language."""
    return {
        language: [example for document in intents.values() for example in examples_of(document, language)]
        for language, intents in tree.messages.items()
    }


def every_intent_has_examples(tree: Tree) -> Iterator[Finding]:
    """At least twenty messages for each intent, in every language that the bot speaks."""
    needed = [name for name in [*tree.intents, *tree.topics] if name and name not in NOT_TYPED]
    for language in tree.languages:
        files = tree.messages.get(language, {})
        for intent in needed:
            if intent not in files:
                problem = f"there are no messages for “{intent}” in “{language}”"
                mend = f"Write at least {FEWEST}, the way people really type."
                yield Finding(f"data/nlu/{language}/{intent}.yml", 1, problem, mend)
            elif files[intent].readable and (count := len(list(examples_of(files[intent], language)))) < FEWEST:
                problem = f"only {count} messages for “{intent}”"
                yield files[intent].error((), problem, f"Write at least {FEWEST}, the way people really type.")


def examples_are_written_well(tree: Tree) -> Iterator[Finding]:
    """File and intent have the same name, which exists; every line begins with a dash; brackets are entities."""
    known = {*tree.intents, *tree.topics} - set(NOT_TYPED)
    entities = [str(entity) for entity in tree.domain.entries("entities")]
    for document in tree.folder("data/nlu").values():
        yield document.error((), "this file is not in the folder of a language", "Move it to data/nlu/<language>/.")
    for intents in tree.messages.values():
        for name, document in intents.items():
            if name not in known and tree.domain.readable:
                yield document.error((), f"there is no intent or topic “{name}”", did_you_mean(name, known))
            for index in range(len(document.entries("nlu"))):
                intent = document.get("nlu", index, "intent")
                if isinstance(intent, str) and intent != name:
                    mend = f"Name the file {intent}.yml, or write “intent: {name}”."
                    yield document.error(
                        ("nlu", index, "intent"), f"the file says “{name}”, the intent “{intent}”", mend
                    )
                yield from _lines(document, index, entities)


def no_message_twice(tree: Tree) -> Iterator[Finding]:
    """A message under two intents teaches the bot nothing but doubt."""
    for examples in all_examples(tree).values():
        seen: Dict[str, Example] = {}
        for example in examples:
            first = seen.setdefault(example.plain, example)
            if first is example:
                continue
            if first.intent != example.intent:
                problem = f"“{example.text}” is also under “{first.intent}” ({first.path}:{first.line})"
                yield Finding(example.path, example.line, problem, "Keep it where it fits best, and remove the other.")
            elif first.text == example.text:  # other capitals or signs are variety, and wanted
                problem = f"“{example.text}” is there twice (line {first.line})"
                yield Finding(example.path, example.line, problem, "Remove one of the two.", "warning")


def _lines(document: Document, index: int, entities: List[str]) -> Iterator[Finding]:
    where = ("nlu", index, "examples")
    text = document.get(*where)
    first = document.lines.get((*where, "|"), document.line(where))
    for offset, line in enumerate(text.splitlines() if isinstance(text, str) else ()):
        place = (document.path, first + offset)
        if line.strip() and not (line.startswith("- ") and line[2:].strip()):
            yield Finding(
                *place,
                f"“{line.strip()}” is not read",
                "Begin it with a dash and a space, at the same depth as the others.",
            )
        for found in ENTITY.finditer(line):
            entity = found.group(1) or found.group(2)
            if entity.partition(":")[0] not in entities:
                yield Finding(
                    *place, f"“{entity}” is not among the entities in domain.yml", did_you_mean(entity, entities)
                )
        if set("[]") & set(ENTITY.sub("", line)):
            yield Finding(
                *place,
                "a square bracket stands alone",
                "Remove it: square brackets mark entities, as in [words](entity).",
            )
