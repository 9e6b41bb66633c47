"""The small lessons: short enough, whole in each language that has them, and what is missing said as advice."""

from string import Formatter
from typing import Iterator, List

from bot.check.complete import same_names
from bot.check.drafts import draft_mark
from bot.check.finding import Finding
from bot.check.lengths import BUTTON
from bot.check.reading import Document
from bot.check.said import filled_length, names_in
from bot.check.sentences import sentences
from bot.check.shape import names_to, record, several, text
from bot.check.tree import Tree
from bot.replies.yaml_lines import KeyPath

PATH = "content/lessons.yml"
MOST_CHOICES = 1  # with “until tomorrow” and “stop” that is three, and WhatsApp shows no more as buttons
MOST_SENTENCES = {"text": 3, "today": 1}
NUMBER = {"number", "count"}

COURSE = record(lessons=names_to(record(pictogram=text, optional={"choices": several(text)})))
TEXTS = record(
    buttons=record(start=text, go_on=text, stop=text), intro=text, number=text,
    lessons=names_to(record(text=text, today=text)), going_on=text, end=text, stopped=text, none=text,
    optional={"draft": draft_mark},
)  # fmt: skip


def lessons_have_their_shape(tree: Tree) -> Iterator[Finding]:
    """The lessons in their order, each with a picture and room for its buttons."""
    course = tree.course
    if not course.readable:
        yield from () if tree.has(PATH) else course.mistakes
        return
    yield from COURSE(course, ())
    for name in course.names("lessons"):
        where: KeyPath = ("lessons", name, "choices")
        if len(course.entries(*where)) > MOST_CHOICES:
            problem = f"“{name}” has more than {MOST_CHOICES} button of its own"
            yield course.error(where, problem, "Keep the one that helps most: “stop” needs room too.")


def lessons_have_their_words(tree: Tree) -> Iterator[Finding]:
    """A language that offers the lessons has all of them, in two or three short sentences and one thing to try."""
    names = tree.course.names("lessons")
    for language in tree.languages.values():
        words = language.lessons
        if not words.readable:
            continue  # not there: not offered; broken: said already
        wrong = list(TEXTS(words, ()))
        yield from wrong
        if not wrong:
            yield from same_names(words, ("lessons",), "lesson", names, PATH, names)
            yield from _buttons(words)
            yield from _number(words)
            for name in words.names("lessons"):
                yield from _lesson(words, name)


def _buttons(words: Document) -> Iterator[Finding]:
    titles: List[str] = []
    for where, said in words.texts("buttons"):
        length = filled_length(said, {})
        if length > BUTTON:
            problem = f"the button is {length} characters long; at most {BUTTON} fit"
            yield words.error(where, problem, "Use fewer or shorter words.")
        if said in titles:
            yield words.error(where, "two buttons say the same", "Use different words.")
        titles.append(said)


def _number(words: Document) -> Iterator[Finding]:
    try:
        found = {name for _, name, _, _ in Formatter().parse(str(words.get("number"))) if name is not None}
    except ValueError:
        found = set()
    if found != NUMBER:
        mend = "Write both {number} and {count} there, and nothing else in braces."
        yield words.error(("number",), "“number” does not say which lesson of how many", mend)


def _lesson(words: Document, name: str) -> Iterator[Finding]:
    for part, most in MOST_SENTENCES.items():
        where: KeyPath = ("lessons", name, part)
        count = len(sentences(str(words.get(*where))))
        if count > most:
            problem = f"{count} sentences; at most {most} fit into “{part}” of a small lesson"
            yield words.error(where, problem, "Leave something out: tomorrow is another lesson.")
    where = ("lessons", name, "today")
    if names_in(str(words.get(*where))):
        mend = "Put the number or address into “text”: when it no longer holds, this has to stand alone."
        yield words.error(where, "“today” holds something in braces", mend)
