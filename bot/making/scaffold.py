"""New topics, languages and facts: every file that is needed, to be filled in. Nothing is ever overwritten."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Dict, Iterable, List, Optional

from babel import Locale, UnknownLocaleError

from bot.check.drafts import GAP
from bot.check.files import KINDS, RISKS
from bot.check.reading import Document
from bot.check.tree import DUTCH, Tree
from bot.check.understanding import examples_of
from bot.making.sheets import AWAY, MARKED, messages_sheet, page, quoted, sheet
from bot.replies.drafts import MARK

NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
LONGEST_NAME = 40  # as the records hold it
CODE = re.compile(r"[a-z]{2,3}")
SHOWN_EXAMPLES = 3  # Dutch messages above an empty list
NEVER_TRANSLATED = ("desk",)  # helpers read Dutch or English


class CannotMake(Exception):
    """It cannot be made; the message says why, and what would work. Nothing was written."""


@dataclass(frozen=True)
class LanguageNames:
    """How a language is called and which way it is written."""

    own: str
    others: List[str]
    direction: str  # ltr rtl


def new_topic(root: Path, name: str, group: str, risk: str, pictogram: str = "letter") -> List[str]:
    """Every file of a topic, all drafts; returns their paths. Raises `CannotMake`."""
    tree = Tree(root)
    refuse_topic_name(tree, name)
    _one_of("group", group, groups_of(tree))
    _one_of("risk", risk, RISKS)
    files = {f"content/topics/{name}.yml": _topic(group, risk, pictogram)}
    for code, language in tree.languages.items():
        called = str(language.about.get("name") or code)
        files[f"{language.folder}/topics/{name}.yml"] = _topic_texts(called, code)
        files[f"data/nlu/{code}/{name}.yml"] = messages_sheet(name, called)
    return _write(root, files)


def refuse_topic_name(tree: Tree, name: str) -> None:
    """Raises `CannotMake` when a topic cannot be called so."""
    _good_name(name, "content/topics", tree.topics)
    _good_name(name, "domain.yml or content/choices.yml", [*tree.intents, *tree.choices.names()])


def new_language(root: Path, code: str, today: date, names: Optional[LanguageNames] = None) -> List[str]:
    """Every file of a language with the Dutch text above each gap; returns their paths. Raises `CannotMake`."""
    tree = Tree(root)
    if not CODE.fullmatch(code):
        raise CannotMake(f"“{code}” is no code of a language: two or three small letters, such as pt or kmr.")
    if code in tree.languages:
        raise CannotMake(f"There is a language “{code}” already: content/languages/{code}/.")
    names = names or names_of(code)
    dutch = tree.languages[DUTCH]
    folder = f"content/languages/{code}"
    files = {f"{folder}/language.yml": _about(names, str(dutch.about.get("which_language")), today)}
    for document in dutch.documents:
        if document.data and document is not dutch.about:
            place = document.path.removeprefix(f"{dutch.folder}/")
            files[f"{folder}/{place}"] = _like_dutch(document, names.own)
    for intent, messages in tree.messages.get(DUTCH, {}).items():
        examples = [example.text for example in examples_of(messages, DUTCH)][:SHOWN_EXAMPLES]
        files[f"data/nlu/{code}/{intent}.yml"] = messages_sheet(intent, names.own, examples)
    return _write(root, files)


def new_fact(
    root: Path, name: str, kind: str, value: str, source: str, seen: Optional[date] = None, note: str = ""
) -> List[str]:
    """The file of a fact; returns its path. `seen`: the day on which somebody opened the page. Raises `CannotMake`."""
    _good_name(name, "content/facts", Tree(root).facts)
    _one_of("kind", kind, KINDS)
    if not source.startswith("https://"):
        raise CannotMake("The source is the page where anybody can look it up. Its address begins with https://")
    if not value.strip():
        raise CannotMake("The value is empty.")
    lines = [
        f"kind: {kind}",
        *([f"note: {quoted(note)}"] if note else []),
        "values:",
        f"  - value: {quoted(value.strip())}",
        "    from: null   # the first day on which it holds; null: since before we looked",
        "    until: null   # the last day; null: not known",
        f"    source: {source}",
        "    source_seen: null   # the date that the page itself showed",
        "    certainty: official   # their own page. secondary: somebody else's. general: common knowledge",
        f"    checked_live: {seen or 'null'}   # the day on which a person opened the page and saw it",
    ]
    return _write(root, {f"content/facts/{name}.yml": page(lines)})


def groups_of(tree: Tree) -> Dict[str, str]:
    """The groups of topics, each with what residents read in English."""
    english = tree.languages["en"] if "en" in tree.languages else tree.languages[DUTCH]
    return {name: str(english.items.get("groups", name)) for name in english.items.names("groups")}


def names_of(code: str) -> LanguageNames:
    """What the Unicode tables know of a language. Raises `CannotMake` when that is nothing."""
    try:
        own = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        raise CannotMake(f"No table knows “{code}”. Say how it is called in the language itself: --name NAME") from None
    name = own.get_language_name(code) or code
    others = [own.get_language_name(other) for other in ("nl", "en", "fr", "tr", "ar")]
    direction = "rtl" if own.character_order == "right-to-left" else "ltr"
    return LanguageNames(name[:1].upper() + name[1:], sorted({str(other) for other in others if other}), direction)


def _topic(group: str, risk: str, pictogram: str) -> str:
    return page(
        [
            "# What this topic is. Its words stand in content/languages/<code>/topics/, in a file of the same name.",
            f"{MARK}: true   # residents do not see this topic. Ready in Dutch? Then take this line away.",
            f"group: {group}   # under which heading of the menu",
            f"risk: {risk}   # now: in danger, must act today. soon: a date is running. plain: all others",
            f"pictogram: {pictogram}   # a name from content/pictograms.yml",
            "lines: [geldfit]   # whom to call, in this order: names below “lines” in any items.yml. Nobody: []",
            "bring: [letters]   # what to take along: names below “bring” in the same file. Nothing: []",
        ]
    )


def _topic_texts(called: str, code: str) -> str:
    return page(
        [
            f"# Write in {called} ({code}). Replace the dots; keep the quotes. Phone numbers only as {{geldfit}}.",
            MARKED,
            f"title: {quoted(GAP)}   # on a button: at most 20 characters",
            "first:   # said at once: one to three messages, each of at most 220 characters",
            *(f"  - {quoted(GAP)}" for _ in range(2)),
            "easier:   # after “Easier words”: the same, shorter",
            f"  - {quoted(GAP)}",
            "more:   # after “Tell me more”: what comes next",
            f"  - {quoted(GAP)}",
            f"where: {quoted(GAP)}   # where to go: one message",
            f"call: {quoted(GAP)}   # whom to call: one message",
        ]
    )


def _about(names: LanguageNames, which_language: str, today: date) -> str:
    return page(
        [
            f"{MARK}: true   # nobody is spoken to in this language. {AWAY}",
            f"name: {quoted(names.own)}   # in the language itself",
            f"direction: {names.direction}   # rtl: from right to left",
            f"# {which_language}",
            f"which_language: {quoted(GAP)}",
            "# How people call it, in many languages and with mistakes: add as many as you can.",
            f"also_called: [{', '.join(map(quoted, [names.own, *names.others]))}]",
            "status:",
            "  written_by: nobody yet",
            f"  written_on: {today}",
            "  reviewed_by: null   # somebody who grew up with the language and knows the practice; null: nobody yet",
            "  reviewed_on: null",
        ]
    )


def _like_dutch(document: Document, called: str) -> str:
    about = [
        f"# Write in {called}. Above each gap stands the Dutch text. What stands in braces, such as {{name}}, stays.",
        MARKED,
    ]
    return page(about, sheet({name: part for name, part in document.data.items() if name not in NEVER_TRANSLATED}))


def _good_name(name: str, where: str, taken: Iterable[str]) -> None:
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise CannotMake(
            f"“{name}” cannot be a name. Use small English words with _ between them, such as funeral_costs."
        )
    if name in taken:
        raise CannotMake(f"The name “{name}” is taken: see {where}.")


def _one_of(what: str, value: str, allowed: Iterable[str]) -> None:
    if value not in allowed:
        raise CannotMake(f"“{value}” is no {what}. Choose one of: {', '.join(allowed)}.")


def _write(root: Path, files: Dict[str, str]) -> List[str]:
    there = [path for path in files if (root / path).exists()]
    if there:
        raise CannotMake(f"These files are there already, and nothing was changed: {', '.join(there)}")
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return list(files)
