"""The household check: rules that hang together, at most six questions, and all its words where it is offered."""

from typing import Iterator, List, Set

from bot.check.complete import same_names
from bot.check.drafts import draft_mark
from bot.check.finding import Finding
from bot.check.lengths import BUTTON, CAPTION, WITH_BUTTONS
from bot.check.reading import Document
from bot.check.said import fact_lengths, filled_length, names_in
from bot.check.sentences import sentences
from bot.check.shape import did_you_mean, names_to, record, several, text
from bot.check.tree import Language, Tree
from bot.household.answers import MOST_QUESTIONS, Answers, fitting, ways
from bot.replies.household import Household
from bot.replies.yaml_lines import KeyPath

PATH = "content/household.yml"
MOST_ANSWERS = 3  # buttons under one WhatsApp message
MOST_WHEN_NOTHING = 2  # messages
LONGEST_LINE, LONGEST_HELP = 110, 600  # characters
ASK_FIRST = "legal_desk"  # the number that goes with words of caution: a wrong step can cost somebody the right to stay

CONDITION = names_to(several(text))
RULES = record(
    questions=names_to(record(pictogram=text, answers=several(text), optional={"when": CONDITION})),
    schemes=names_to(record(pictogram=text, optional={"when": CONDITION, "careful": text})),
    found=record(choices=several(text)),
    nothing=record(choices=several(text), optional={"pictogram": text}),
)
TEXTS = record(
    start=text, intro=text, questions=names_to(text), answers=names_to(names_to(text)), card=text, ask=text,
    schemes=names_to(record(name=text, where=text)), help=text, careful=names_to(text), call=text,
    nothing=several(text), optional={"draft": draft_mark},
)  # fmt: skip


def household_rules_hang_together(tree: Tree) -> Iterator[Finding]:
    """Conditions speak of answers that exist, everything can come up, and no way has more than six questions."""
    rules = tree.household
    if not rules.readable:
        yield from () if tree.has(PATH) else rules.mistakes
        return
    wrong = list(RULES(rules, ()))
    wrong = wrong or [*_letters(rules), *_conditions(rules)]
    yield from wrong or _all_ways(rules)


def household_has_its_words(tree: Tree) -> Iterator[Finding]:
    """A language that offers the check has all its words, and they fit on buttons, cards and in messages."""
    usable = tree.household.readable and not list(household_rules_hang_together(tree))
    for language in tree.languages.values():
        if not language.household.readable:
            continue  # not there: not offered; broken: said already
        wrong = list(TEXTS(language.household, ()))
        yield from wrong
        if wrong or not usable:
            continue
        missing = list(_complete(tree.household, language.household))
        yield from missing
        yield from _lengths(tree, language.household)
        if not missing:
            yield from _outcomes(tree, language)


def _letters(rules: Document) -> Iterator[Finding]:
    """The first letter stands for a question or an answer in the buttons."""
    questions = rules.names("questions")
    yield from _first_letters(rules, questions, [("questions", name) for name in questions])
    for name in questions:
        answers = [str(answer) for answer in rules.entries("questions", name, "answers")]
        places: List[KeyPath] = [("questions", name, "answers", index) for index in range(len(answers))]
        yield from _first_letters(rules, answers, places)
        if len(answers) > MOST_ANSWERS:
            problem = f"“{name}” has {len(answers)} answers; at most {MOST_ANSWERS} fit as buttons"
            yield rules.error(places[MOST_ANSWERS], problem, "Put answers together that lead to the same.")


def _first_letters(rules: Document, names: List[str], places: List[KeyPath]) -> Iterator[Finding]:
    seen: Set[str] = set()
    for name, where in zip(names, places):
        letter = name[0]
        if not (letter.isascii() and letter.islower()):
            yield rules.error(where, f"“{name}” does not begin with a small letter a-z", "Give it another name.")
        elif letter in seen:
            mend = "Give it a name that begins with a letter of its own: it stands for it in the buttons."
            yield rules.error(where, f"“{name}” begins with the same letter as another one", mend)
        seen.add(letter)


def _conditions(rules: Document) -> Iterator[Finding]:
    questions = rules.names("questions")
    for section in ("questions", "schemes"):
        for at, name in enumerate(rules.names(section)):
            known = questions[:at] if section == "questions" else questions
            yield from _condition(rules, (section, name, "when"), known)


def _condition(rules: Document, where: KeyPath, known: List[str]) -> Iterator[Finding]:
    for question in rules.names(*where):
        if question not in known:
            above = " above it" if where[0] == "questions" else ""
            problem = f"there is no question “{question}”{above}"
            yield rules.error((*where, question), problem, did_you_mean(question, known))
            continue
        answers = rules.entries("questions", question, "answers")
        for index, answer in enumerate(rules.entries(*where, question)):
            if answer not in answers:
                problem = f"“{answer}” is not an answer to “{question}”"
                yield rules.error((*where, question, index), problem, did_you_mean(str(answer), map(str, answers)))


def _all_ways(rules: Document) -> Iterator[Finding]:
    household = Household.from_data(rules.data)
    every = list(ways(household))
    too_long = next((list(answers)[MOST_QUESTIONS] for answers in every if len(answers) > MOST_QUESTIONS), None)
    if too_long is not None:
        problem = f"somebody who gets to “{too_long}” has been asked {MOST_QUESTIONS} questions already"
        yield rules.error(("questions", too_long), problem, "Leave a question out, or ask it only `when` it matters.")
        return
    asked = {question for answers in every for question in answers}
    found = {scheme.name for answers in every for scheme in fitting(household, answers)}
    for section, names, reached in (("questions", household.questions, asked), ("schemes", household.schemes, found)):
        for item in names:
            if item.name not in reached:
                mend = "Look at its `when`: no answers lead there."
                yield rules.error((section, item.name), f"“{item.name}” can never come up", mend)
    conditions = [question.when for question in household.questions] + [scheme.when for scheme in household.schemes]
    used = {question for condition in conditions for question in condition}
    for question in household.questions:
        if question.name not in used:
            mend = "Leave it out: every question less is better."
            where = ("questions", question.name)
            yield rules.warning(where, f"nothing depends on the answer to “{question.name}”", mend)


def _complete(rules: Document, words: Document) -> Iterator[Finding]:
    questions, schemes = rules.names("questions"), rules.names("schemes")
    cautions = dict.fromkeys(str(rules.get("schemes", name, "careful") or "") for name in schemes)
    named = [name for name in cautions if name]
    yield from same_names(words, ("questions",), "question", questions, PATH, questions)
    yield from same_names(words, ("answers",), "question", questions, PATH, questions)
    for question in questions:
        answers = [str(answer) for answer in rules.entries("questions", question, "answers")]
        if question in words.names("answers"):
            yield from same_names(words, ("answers", question), "answer", answers, PATH, answers)
    yield from same_names(words, ("schemes",), "scheme", schemes, PATH, schemes)
    yield from same_names(words, ("careful",), "caution", named, PATH, named)
    if ASK_FIRST not in names_in(str(words.get("call"))):
        mend = "Put the number there: some people must ask before they apply for anything."
        yield words.error(("call",), f"“call” does not hold {{{ASK_FIRST}}}", mend)


def _lengths(tree: Tree, words: Document) -> Iterator[Finding]:
    facts = fact_lengths(tree)
    for part in ("start", "answers"):
        for where, said in words.texts(part):
            yield from _fits(words, where, "button", filled_length(said, facts), BUTTON)
    for scheme in words.names("schemes"):
        for part, what, most in (("name", "caption", CAPTION), ("where", "line", LONGEST_LINE)):
            where = ("schemes", scheme, part)
            yield from _fits(words, where, what, filled_length(str(words.get(*where)), facts), most)
    for question in words.names("answers"):
        titles = [said for _, said in words.texts("answers", question)]
        if len(set(titles)) < len(titles):
            yield words.error(("answers", question), "two buttons say the same", "Use different words.")
    for where, said in words.texts("questions"):
        if len(sentences(said)) < 2:
            mend = "Put a few words before it: on WhatsApp they go with the picture, and the question with the buttons."
            yield words.error(where, "the question is a single sentence", mend)
    if len(words.entries("nothing")) > MOST_WHEN_NOTHING:
        problem = f"more than {MOST_WHEN_NOTHING} messages under “nothing”"
        yield words.error(("nothing", MOST_WHEN_NOTHING), problem, "Leave some out.")


def _outcomes(tree: Tree, language: Language) -> Iterator[Finding]:
    """The list and the words of caution that come together in one message, in the worst case."""
    household, words, facts = Household.from_data(tree.household.data), language.household, fact_lengths(tree)

    def long(*where: str) -> int:
        return filled_length(str(words.get(*where)), facts) + 1  # each begins a new line

    def listed(answers: Answers) -> int:
        return long("ask") + sum(2 + long("schemes", scheme.name, "where") for scheme in fitting(household, answers))

    def helped(answers: Answers) -> int:
        cautions = {scheme.careful for scheme in fitting(household, answers) if scheme.careful}
        return long("help") + sum(long("careful", name) for name in cautions) + (long("call") if cautions else 0)

    every = list(ways(household))
    yield from _fits(words, ("schemes",), "longest list", max(map(listed, every)), WITH_BUTTONS)
    yield from _fits(words, ("help",), "help with all its cautions", max(map(helped, every)), LONGEST_HELP)


def _fits(words: Document, where: KeyPath, what: str, length: int, most: int) -> Iterator[Finding]:
    if length > most:
        problem = f"the {what} is {length} characters long; at most {most} fit"
        yield words.error(where, problem, "Use fewer or shorter words.")
