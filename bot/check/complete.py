"""Every language has everything: each topic, reply, button, phrase, picture caption and group."""

from collections import Counter
from typing import Iterable, Iterator, Tuple

from bot.check.drafts import asked_by_drafts_only
from bot.check.finding import Finding
from bot.check.reading import Document
from bot.check.shape import did_you_mean
from bot.check.tree import DUTCH, REFERENCES, Language, Tree
from bot.replies.yaml_lines import KeyPath

# Parts of a language that have the same names in every language: file, place, what one of them is called.
SAME_NAMES: Tuple[Tuple[str, KeyPath, str], ...] = (
    ("conversation", ("phrases",), "phrase"),
    ("conversation", ("listen",), "list of words"),
    ("conversation", ("desk",), "text for key persons"),
    ("items", ("bring",), "thing to bring"),
    ("items", ("lines",), "place or phone line"),
    ("items", ("groups",), "group of topics"),
)
MAY_BE_OFFERED = {"household": "the household check is", "lessons": "the small lessons are"}  # a file each
PAGES = ("content/demo_page.yml", "content/coordinator_page.yml")
ASKED_AS = {"groups": "group"}  # what a topic calls one of them, where that differs


def every_language_is_complete(tree: Tree) -> Iterator[Finding]:
    """What the other files ask of a language, and what the languages have in common."""
    for language in tree.languages.values():
        replies, choices = tree.spoken_replies, tree.choices.names()
        if replies:
            yield from same_names(language.conversation, ("replies",), "reply", replies, "content/replies.yml", replies)
        if choices:
            yield from same_names(
                language.conversation, ("choices",), "button", choices, "content/choices.yml", choices
            )
        yield from _topics(tree, language)
        if language.code in REFERENCES and language.conversation.data and "desk" not in language.conversation.names():
            mend = "Add `desk:` with what key persons read; Dutch and English need it."
            yield language.conversation.error((), "“desk” is missing", mend)
    for file, where, what in SAME_NAMES:
        yield from _shared(tree, file, where, what)


def everything_is_offered(tree: Tree) -> Iterator[Finding]:
    """Each language should offer all there is; what one does not offer, residents are not asked about."""
    for language in tree.languages.values():
        for name, what in MAY_BE_OFFERED.items():
            document: Document = getattr(language, name)
            if not tree.has(document.path):
                mend = f"Translate content/languages/{DUTCH}/{name}.yml into it."
                yield document.warning((), f"{what} not offered in “{language.code}”", mend)


def pages_are_complete(tree: Tree) -> Iterator[Finding]:
    """The demo page and the coordinator's page have the same words in each of their languages."""
    for path in PAGES:
        if tree.has(path):
            yield from _page(tree.read(path))


def _page(page: Document) -> Iterator[Finding]:
    places = {code: {where[1:] for where, _ in page.texts(code)} for code in page.names()}
    for code, has in places.items():
        for missing in sorted(places.get(DUTCH, set()) - has):
            name = ".".join(map(str, missing))
            yield page.error(
                (code, *missing), f"“{name}” is missing in “{code}”", f"Translate it from “{DUTCH}” above."
            )
        for unknown in sorted(has - places.get(DUTCH, has)):
            name = ".".join(map(str, unknown))
            yield page.error((code, *unknown), f"“{name}” is not there in “{DUTCH}”", "Remove it, or correct the name.")


def _topics(tree: Tree, language: Language) -> Iterator[Finding]:
    folder = f"{language.folder}/topics"
    for name in tree.topics:
        if name not in language.topics:
            mend = f"Translate content/languages/{DUTCH}/topics/{name}.yml into it."
            yield Finding(f"{folder}/{name}.yml", 1, f"the topic “{name}” is missing in this language", mend)
    for name, document in language.topics.items():
        if name not in tree.topics:
            mend = f"Make content/topics/{name}.yml too. {did_you_mean(name, tree.topics)}"
            yield document.error((), f"there is no topic “{name}”", mend)


def _shared(tree: Tree, file: str, where: KeyPath, what: str) -> Iterator[Finding]:
    """The same names in all languages. Known is what Dutch has, what two languages have, and what a topic asks for."""
    documents = [getattr(language, file) for language in tree.languages.values()]
    documents = [document for document in documents if document.get(*where) is not None]
    counted = Counter(name for document in documents for name in document.names(*where))
    asked = {name for topic in tree.topics.values() for _, name in topic.texts(ASKED_AS.get(where[-1], where[-1]))}
    known = {name for name, times in counted.items() if times > 1 or name in asked}
    dutch = tree.languages.get(DUTCH)
    known.update((getattr(dutch, file).names(*where) if dutch else None) or counted)
    for language in tree.languages.values():
        needed = sorted(known - asked_by_drafts_only(tree, language, str(ASKED_AS.get(where[-1], where[-1]))))
        yield from same_names(getattr(language, file), where, what, needed, f"content/languages/{DUTCH}", known)


def same_names(
    document: Document, where: KeyPath, what: str, needed: Iterable[str], listed_in: str, known: Iterable[str]
) -> Iterator[Finding]:
    """The names that stand at a place: none of those needed is missing, and none is there that nothing knows."""
    if not document.readable or not isinstance(document.get(*where), dict):
        return  # said already, by the check of shapes
    has, known = document.names(*where), list(known)
    for name in dict.fromkeys(needed):
        if name not in has:
            yield document.error(where, f"the {what} “{name}” is missing", f"Add “{name}” under “{where[-1]}”.")
    for name in has:
        if name not in known:
            problem = f"there is no {what} “{name}” in {listed_in}"
            yield document.error(
                (*where, name), problem, did_you_mean(name, [each for each in known if each not in has])
            )
