"""Drafts: residents never see them, so what is wrong in one is shown only to whoever asks for it by name.

The mark and what it marks: `bot/replies/drafts.py`.
"""

from functools import lru_cache
from pathlib import PurePosixPath
from typing import Dict, Iterator, List, Set

from bot.check.finding import Finding
from bot.check.reading import Document
from bot.check.said import everything_said
from bot.check.shape import named
from bot.check.topics import MUST_BE_NOW
from bot.check.tree import DUTCH, Language, Tree
from bot.replies.drafts import MARK, is_draft, marked
from bot.replies.yaml_lines import KeyPath

GAP = "..."  # stands where a text is still to be written
WRITE = "Write in the place of the three dots."
HOW = f"When it is ready, take away its line “{MARK}: true”."


def draft_mark(document: Document, where: KeyPath) -> Iterator[Finding]:
    """`true`, or the line is not there at all."""
    if document.get(*where) is not True:
        yield document.error(where, f"“{MARK}” can only be “true”", f"{HOW} Until then, write “{MARK}: true”.")


def draft_names(document: Document, where: KeyPath) -> Iterator[Finding]:
    """`true`, or a list of single texts as `section/name`."""
    if not isinstance(document.get(*where), list):
        yield from draft_mark(document, where)
        return
    for index, (section, name) in enumerate(marked(document.data)):
        if name not in document.names(section):
            problem = f"there is no “{section}/{name}” in this file"
            yield document.error((*where, index), problem, "Take it off the list, or correct the name.")


class Drafts:
    """Which languages, topics and files are drafts."""

    def __init__(self, tree: Tree) -> None:
        self.languages = {code for code, language in tree.languages.items() if is_draft(language.about.data)}
        self.topics = {name for name, topic in tree.topics.items() if is_draft(topic.data)}
        self.by_topic: Dict[str, List[str]] = {}  # live languages in which a topic is a draft
        self._files: Set[str] = set()
        for language in tree.languages.values():
            self._files |= {document.path for document in language.documents if is_draft(document.data)}
            for name, document in language.topics.items():
                if document.path in self._files:
                    self._files.add(f"data/nlu/{language.code}/{name}.yml")
                    if language.code not in self.languages:
                        self.by_topic.setdefault(name, []).append(language.code)

    def hold(self, path: str) -> bool:
        """Whether a file is, or would be, part of a draft."""
        parts = PurePosixPath(path).parts
        language = parts[2] if parts[:2] in (("content", "languages"), ("data", "nlu")) and len(parts) > 2 else ""
        is_topic = "topics" in parts or parts[:2] == ("data", "nlu")
        in_topic = is_topic and PurePosixPath(path).stem in self.topics
        return path in self._files or language in self.languages or in_topic


@lru_cache(maxsize=1)
def drafts_of(tree: Tree) -> Drafts:
    """The drafts among the files."""
    return Drafts(tree)


def asked_by_drafts_only(tree: Tree, language: Language, part: str) -> Set[str]:
    """What topics name under `part` (such as `bring`) that no topic needs which is written in this language."""
    drafts = drafts_of(tree)
    in_drafts: Set[str] = set()
    needed: Set[str] = set()
    for name, topic in tree.topics.items():
        is_one = name in drafts.topics or drafts.hold(f"{language.folder}/topics/{name}.yml")
        (in_drafts if is_one else needed).update(text for _, text in topic.texts(part))
    return in_drafts - needed


def drafts_harm_nobody(tree: Tree) -> Iterator[Finding]:
    """What everything else leans on is no draft: Dutch, the conversation of a live language, and help in danger."""
    drafts = drafts_of(tree)
    for code, language in tree.languages.items():
        if code == DUTCH and code in drafts.languages:
            problem = "Dutch cannot be a draft: it is said where another language has no words"
            yield language.about.error((MARK,), problem, f"Take away the line “{MARK}: true”.")
        if code not in drafts.languages:
            yield from _conversation(language)
            for name, document in language.topics.items():
                if is_draft(document.data) and (name in MUST_BE_NOW or (code == DUTCH and name not in drafts.topics)):
                    mend = "Have it read and take away its mark: people in danger need it, and helpers read Dutch."
                    yield document.error((MARK,), f"“{name}” cannot be a draft in “{code}”", mend)
    for name in sorted(drafts.topics & set(MUST_BE_NOW)):
        mend = "Take away its mark: people in danger need it."
        yield tree.topics[name].error((MARK,), f"“{name}” cannot be a draft", mend)


def _conversation(language: Language) -> Iterator[Finding]:
    """A language speaks with its own buttons and replies, or not at all."""
    for document in (language.conversation, language.items):
        if is_draft(document.data):
            problem = f"residents are spoken to in “{language.code}”, and yet this file is a draft"
            mend = f"Have it read and take away its mark, or put “{MARK}: true” into {language.about.path}."
            yield document.error((MARK,), problem, mend)
        for section, name in marked(document.data):
            if name in document.names(section):
                problem = f"“{name}” is a draft: residents would hear Dutch there"
                mend = f"Have it read by somebody who grew up with the language; then take it off the list “{MARK}”."
                yield document.error((section, name), problem, mend)


def nothing_is_unwritten(tree: Tree) -> Iterator[Finding]:
    """No three dots where a text is to be."""
    untouched = untouched_files(tree)
    for document in untouched.values():
        yield document.error((), "nothing is written here yet", WRITE)
    for said in everything_said(tree):
        if said.text.strip() == GAP and said.document.path not in untouched:
            yield said.error(f"{named(said.where)} is still to be written", WRITE)
    for language in tree.languages.values():
        for where, word in language.conversation.texts("listen"):
            if word.strip() == GAP:
                yield language.conversation.error(where, f"{named(where)} is still to be written", WRITE)


def not_begun(tree: Tree) -> Dict[str, List[str]]:
    """For each topic the languages, Dutch aside, in which nobody has begun to write it: it may stay so."""
    untouched, drafts = untouched_files(tree), drafts_of(tree)
    found: Dict[str, List[str]] = {}
    for code, language in tree.languages.items():
        for name, document in language.topics.items():
            messages = tree.messages.get(code, {}).get(name)
            is_empty = messages is None or (messages.readable and not messages.get("nlu", 0, "examples"))
            if code not in drafts.languages | {DUTCH} and document.path in untouched and is_empty:
                found.setdefault(name, []).append(code)
    return found


@lru_cache(maxsize=1)
def untouched_files(tree: Tree) -> Dict[str, Document]:
    """The files whose every text is three dots: nothing else needs to be said about them than that."""
    texts: Dict[str, List[str]] = {}
    documents: Dict[str, Document] = {}
    for said in everything_said(tree):
        texts.setdefault(said.document.path, []).append(said.text.strip())
        documents[said.document.path] = said.document
    return {path: documents[path] for path, found in texts.items() if set(found) == {GAP}}


def drafts_are_told(tree: Tree) -> Iterator[Finding]:
    """One line for each draft, so that none is forgotten."""
    drafts = drafts_of(tree)
    gaps: Dict[str, int] = {}
    for said in everything_said(tree):
        if said.text.strip() == GAP:
            gaps[said.document.path] = gaps.get(said.document.path, 0) + 1
    for code in sorted(drafts.languages):
        language = tree.languages[code]
        left = sum(gaps.get(document.path, 0) for document in language.documents)
        yield _told(language.about, code, f"; {left} texts are still to be written")
    for name in sorted(drafts.topics):
        codes = not_begun(tree).get(name)
        yield _told(tree.topics[name], name, f"; nobody has begun to write it in {', '.join(codes)}" if codes else "")
    for name, codes in sorted(drafts.by_topic.items()):
        if name in tree.topics and name not in drafts.topics:
            problem = f"“{name}” is a draft in {', '.join(codes)}: residents there hear that a person can help"
            yield tree.topics[name].warning((), problem, f"See what is left with: sleutel check {name}")


def _told(document: Document, name: str, left: str) -> Finding:
    problem = f"“{name}” is a draft{left}: residents do not see it"
    return document.warning((MARK,), problem, f"See what is left with: sleutel check {name}. {HOW}")
