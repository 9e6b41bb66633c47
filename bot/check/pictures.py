"""Every pictogram that is named can be drawn."""

from typing import Dict, Iterator, Tuple

from bot.check.finding import Finding
from bot.check.reading import Document
from bot.check.shape import did_you_mean
from bot.check.tree import Tree
from bot.directory.place import KINDS
from bot.replies.yaml_lines import KeyPath

PICTOGRAMS = "content/pictograms.yml"
ON_CARDS = ("phone", "speech", "woman", "man", "person", "clock", "comes_home", *KINDS)  # drawn by bot/replies/album.py
MOST_GLYPHS = 3
ITEMS = ("lines", "bring")  # drawn on cards under their own names


def pictograms_exist(tree: Tree) -> Iterator[Finding]:
    """What topics, replies, things to bring and lines show is in `pictograms.yml`, with codes that OpenMoji has."""
    if not tree.has(PICTOGRAMS):
        yield tree.read(PICTOGRAMS).warning((), "this file is not there yet: pictures were not checked", "Make it.")
        return
    pictograms = tree.read(PICTOGRAMS)
    if not pictograms.readable:
        return
    known = pictograms.names()
    for name, (document, where) in _named(tree).items():
        if name not in known:
            mend = f"Add it to {PICTOGRAMS}. {did_you_mean(name, known)}"
            yield document.error(where, f"there is no pictogram “{name}”", mend)
    for name in ON_CARDS:
        if name not in known:
            yield pictograms.error(
                (), f"the pictogram “{name}” is missing", "Put it back: the cards with people and numbers show it."
            )
    yield from _glyphs(pictograms)


def _named(tree: Tree) -> Dict[str, Tuple[Document, KeyPath]]:
    """Each pictogram that something shows, and the first place that names it."""
    found: Dict[str, Tuple[Document, KeyPath]] = {}
    has_words = {name for language in tree.languages.values() for part in ITEMS for name in language.items.names(part)}
    for topic in tree.topics.values():
        for where, name in topic.texts("pictogram"):
            found.setdefault(name, (topic, where))
        for where, name in (place for part in ITEMS for place in topic.texts(part)):
            if name in has_words:  # else the check of topics says that it does not exist at all
                found.setdefault(name, (topic, where))
    for reply in tree.replies.names():
        name = tree.replies.get(reply, "pictogram")
        if isinstance(name, str):
            found.setdefault(name, (tree.replies, (reply, "pictogram")))
    for document in (tree.household, tree.course):
        for where, name in document.texts():
            if where[-1] == "pictogram":
                found.setdefault(name, (document, where))
    return found


def _glyphs(pictograms: Document) -> Iterator[Finding]:
    from bot.replies.pictograms import NoSuchGlyph, glyph_svg  # loads the drawing library: only where it is needed

    for name in pictograms.names():
        entries = pictograms.entries(name)
        if len(entries) > MOST_GLYPHS:
            problem = f"“{name}” has {len(entries)} codes; at most {MOST_GLYPHS} can be drawn"
            yield pictograms.error((name,), problem, "Leave some out.")
        for index, entry in enumerate(entries):
            for code in str(entry).split("+"):
                try:
                    glyph_svg(code)
                except NoSuchGlyph:
                    mend = "Look the code up at openmoji.org; letters are capitals."
                    yield pictograms.error((name, index), f"OpenMoji has no picture “{code}”", mend)
