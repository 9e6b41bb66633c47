"""Every file can be read, and looks as it should: no names missing, unknown or empty."""

from typing import Dict, Iterator, List

from bot.check.drafts import draft_mark, draft_names
from bot.check.finding import Finding
from bot.check.reading import Document
from bot.check.shape import Shape, day, https, maybe, names_to, number_or_text, one_of, record, several, text, yes_or_no
from bot.check.tree import Tree

RISKS = ("now", "soon", "plain")
KINDS = ("phone", "web", "number")
CERTAINTIES = ("official", "secondary", "general")

FACT = record(
    kind=one_of(*KINDS),
    values=several(
        record(
            value=number_or_text,
            source=https,
            certainty=one_of(*CERTAINTIES),
            optional={name: maybe(day) for name in ("from", "until", "source_seen", "checked_live")},
        )
    ),
    optional={"note": text},
)
TOPIC = record(
    group=text,
    risk=one_of(*RISKS),
    pictogram=text,
    lines=several(text, least=0),
    bring=several(text, least=0),
    optional={"choices": several(text), "pass_on": yes_or_no, "draft": draft_mark},
)
TOPIC_TEXTS = record(
    title=text, first=several(text), easier=several(text), more=several(text), where=text, call=text,
    optional={"draft": draft_mark},
)  # fmt: skip
CONVERSATION = record(
    replies=names_to(several(text)),
    choices=names_to(text),
    phrases=names_to(text),
    listen=names_to(several(text)),
    optional={"desk": lambda document, where: _desk(document, where), "draft": draft_names},
)
ITEMS = record(
    bring=names_to(text),
    lines=names_to(record(name=text, about=text)),
    groups=names_to(text),
    suggestions=several(text),
    optional={"draft": draft_names},
)
LANGUAGE = record(
    name=text,
    direction=one_of("ltr", "rtl"),
    which_language=text,
    also_called=several(text),
    status=record(written_by=text, written_on=day, reviewed_by=maybe(text), reviewed_on=maybe(day)),
    optional={"day_format": text, "draft": draft_mark},
)
MESSAGES = record(version=text, nlu=several(record(intent=text, examples=lambda *there: _lines_or_none(*there))))
WORDS_TO_AVOID = names_to(record(optional={"reproach": several(text), "kind": several(text), "easier": names_to(text)}))
SINGLE: Dict[str, Shape] = {
    "content/replies.yml": names_to(maybe(record(optional={"pictogram": text, "choices": several(text)}))),
    "content/choices.yml": names_to(text),
    "content/pictograms.yml": names_to(several(text)),
    "content/desk.yml": names_to(several(text)),
    "content/words_to_avoid.yml": WORDS_TO_AVOID,
    "content/official_words.yml": names_to(several(text, least=0)),
}


def files_can_be_read(tree: Tree) -> Iterator[Finding]:
    """No YAML mistakes anywhere in `content/` and `data/`, and nothing that would never be read."""
    for folder in ("content", "data"):
        for file in sorted((tree.root / folder).rglob("*.y*ml")):
            path = file.relative_to(tree.root).as_posix()
            if file.suffix == ".yaml":
                yield Finding(path, 1, "files that end in .yaml are not read", "Rename it: its name must end in .yml.")
            else:
                yield from tree.read(path).mistakes
    for path in ("domain.yml", "config.yml"):
        yield from tree.read(path).mistakes
    for path in SINGLE:
        if not tree.has(path) and path != "content/pictograms.yml":
            yield from tree.read(path).mistakes
    for language in tree.languages.values():
        for document in (language.about, language.conversation, language.items):
            if not tree.has(document.path):
                yield from document.mistakes


def files_have_their_shape(tree: Tree) -> Iterator[Finding]:
    """Everything that must be there is there, and of the right kind."""
    shapes: Dict[str, Shape] = dict(SINGLE)
    for language in tree.languages.values():
        shapes[language.about.path] = LANGUAGE
        shapes[language.conversation.path] = CONVERSATION
        shapes[language.items.path] = ITEMS
        shapes.update(_each(list(language.topics.values()), TOPIC_TEXTS))
    shapes.update(_each(list(tree.topics.values()), TOPIC))
    shapes.update(_each(list(tree.facts.values()), FACT))
    for intents in tree.messages.values():
        shapes.update(_each(list(intents.values()), MESSAGES))
    for path, shape in shapes.items():
        document = tree.read(path)
        if document.readable:
            yield from shape(document, ())


def _each(documents: List[Document], shape: Shape) -> Dict[str, Shape]:
    return {document.path: shape for document in documents}


def _lines_or_none(document: Document, where: tuple) -> Iterator[Finding]:
    """Without any line another check says how many are needed."""
    if document.get(*where) != "":
        yield from text(document, where)


def _desk(document: Document, where: tuple) -> Iterator[Finding]:
    for name in document.names(*where):
        yield from (several(text) if name.endswith("_words") else text)(document, (*where, name))
