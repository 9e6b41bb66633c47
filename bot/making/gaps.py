"""What a language still lacks, compared with Dutch: texts that are missing, and those that are three dots."""

from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Tuple

from bot.check.drafts import GAP
from bot.check.reading import Document
from bot.check.tree import DUTCH, Language, Tree
from bot.replies.drafts import MARK
from bot.replies.yaml_lines import KeyPath

# What is compared, by file. Not what residents type (`listen`), and not the helpers' desk: they read Dutch.
SECTIONS = {
    "language.yml": ("which_language",),
    "conversation.yml": ("replies", "choices", "phrases"),
    "items.yml": ("bring", "lines", "groups", "suggestions"),
}


@dataclass(frozen=True)
class Gap:
    """A text that is not there yet: where it is to stand, and what it says in the language one translates from."""

    path: str
    where: KeyPath
    text: str
    missing: bool  # the name itself is not there; else it is, with three dots behind it


def gaps_of(tree: Tree, code: str, source: str = DUTCH) -> List[Gap]:
    """Everything that is still to be written in a language; what is not written in the source either is left out."""
    return [gap for theirs, ours in pairs(tree, code, source) for gap in _gaps(theirs, ours)]


def pairs(tree: Tree, code: str, source: str = DUTCH) -> Iterator[Tuple[Document, Document]]:
    """Each file of the source, and the same file of the language, which may not be there yet."""
    theirs, ours = tree.languages[source], tree.languages[code]
    for document in theirs.documents:
        if document.data:
            yield document, tree.read(f"{ours.folder}/{document.path.removeprefix(theirs.folder + '/')}")


def slots(document: Document) -> Dict[KeyPath, str]:
    """The texts of a file that are compared, by place."""
    sections = SECTIONS.get(document.path.rsplit("/", 1)[-1])
    names = [name for name in sections or document.names() if name != MARK]
    return {where: text for name in names for where, text in document.texts(name)}


def is_untouched(document: Document) -> bool:
    """Whether a file is not there, or holds nothing but gaps."""
    return not document.data or set(slots(document).values()) <= {GAP}


def written(language: Language) -> int:
    """How many texts of a language are written, drafts included."""
    return sum(text != GAP for document in language.documents for text in slots(document).values())


def _gaps(theirs: Document, ours: Document) -> Iterator[Gap]:
    untouched = is_untouched(ours)
    for where, text in slots(theirs).items():
        there = ours.get(*where)
        if text.strip() == GAP or (there is not None and there != GAP):
            continue
        if there is None and not untouched and _has_a_list_of_its_own(ours, where):
            continue  # another number of messages than in Dutch is fine
        yield Gap(ours.path, where, text, there is None)


def _has_a_list_of_its_own(document: Document, where: KeyPath) -> bool:
    found: Any = document.get(*where[:-1])
    return isinstance(where[-1], int) and isinstance(found, list) and bool(found)
