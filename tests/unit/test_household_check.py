"""What can be broken in the household check, one thing a row, and what `sleutel check` has to say about it."""

from pathlib import Path
from typing import List, Set

import pytest

from bot.check import ADVISING, REFUSING, Finding, all_findings
from bot.check.complete import everything_is_offered
from bot.check.household import household_has_its_words, household_rules_hang_together
from bot.replies.content import load_content
from tests.unit.project_copy import PROJECT, Broken, broken, copy_of_project

RULES, NL, EN = "content/household.yml", *(f"content/languages/{code}/household.yml" for code in ("nl", "en"))
SLOW = {"every_intent_has_examples", "examples_are_written_well", "no_message_twice"}  # they read only data/
VALIDATORS = tuple(validator for validator in REFUSING if validator.__name__ not in SLOW)


def rule(what: str, old: str, new: str, line: str, words: str) -> Broken:
    """Something in the rules is wrong."""
    return Broken(what, RULES, old, new, line, words)


def words(what: str, old: str, new: str, line: str, said: str, file: str = NL) -> Broken:
    """Something in the words of a language is wrong."""
    return Broken(what, file, old, new, line, said)


SEVEN = "".join(
    f"  {name}:\n    pictogram: house\n    answers: [yea, nay]\n" for name in ("age", "dog", "job", "town", "wage")
)
UNREACHED = "    when: {money: [enough], urgent: [something]}"
NEVER = "    when: {children: [none], youngest: [baby]}\n"
DOG = "  dog:\n    pictogram: house\n    answers: [yea, nay]\n"
MUSIC = "  music:\n    pictogram: house\n    answers: [yea, nay]\n"

BROKEN_RULES = [
    rule("no rules", r"^schemes:[\s\S]*?^found", "found", "^questions", "“schemes” is missing"),
    rule("an unknown name", r"^    careful: people", "    carefull: people", "carefull", "Did you mean “careful”?"),
    rule("answers that are no list", r"answers: \[house.*", "answers: house", "answers: house", "a list, not text"),
    rule("an unknown pictogram", r"pictogram: city_pass", "pictogram: city_pas", "city_pas$", "no pictogram “city_pas"),
    rule("no such question", r"home: \[house\]", "hom: [house]", r"hom: ", "Did you mean “home”?"),
    rule("no such answer", r"home: \[house\]", "home: [hous]", r"home: \[hous\]", "“hous” is not an answer to “home”"),
    rule(
        "a question that waits for a later one", r"^    when: \{children: \[some\]\}\n    answers",
        "    when: {money: [little]}\n    answers", r"when: \{money: \[little\]\}$", "no question “money” above it",
    ),
    rule("two questions of one letter", r"^  urgent:", f"{MUSIC}  urgent:", "^  music:", "same letter as another one"),
    rule("two answers of one letter", r"\[house, room, other\]", "[house, hotel, other]", "hotel", "same letter"),
    rule("a capital", r"\[house, room, other\]", "[house, Room, other]", "Room", "small letter"),
    rule("four answers", r"\[house, room, other\]", "[house, room, other, boat]", "boat", "at most 3 fit as buttons"),
    rule("a seventh question", r"^  urgent:", f"{SEVEN}  urgent:", "^  job:", "asked 6 questions already"),
    rule(
        "a scheme that nobody is told of", r"^    when: \{urgent: \[something\]\}", UNREACHED, "^  special_assistance:",
        "“special_assistance” can never come up",
    ),
    rule(
        "a question that nobody is asked", r"^  urgent:", f"{DOG}{NEVER}  urgent:", "^  dog:",
        "“dog” can never come up",
    ),
    rule("an unknown button", r"^nothing: .*talk_to_person", "nothing: {choices: [talk_to", "^nothing", "no button"),
    Broken("no file", RULES, None, None, "", "this file is missing"),
]  # fmt: skip
BROKEN_WORDS = [
    words("a name is missing", r"^card: .*\n", "", "^start", "“card” is missing"),
    words("an unknown name", r"\Z", 'extra: "x"\n', "^extra", "“extra” is not known here"),
    words("a question without words", r"^  home: \"Eerst.*\n", "", "^questions", "the question “home” is missing"),
    words("answers without words", r"^  home: \{.*\n", "", "^answers", "the question “home” is missing"),
    words("an answer without words", r', other: "Anders"', "", r"^  home: \{", "the answer “other” is missing"),
    words("a scheme without words", r"^  city_pass: .*\n", "", "^schemes", "the scheme “city_pass” is missing"),
    words("a caution without words", r"^  people: .*\n", "", "^careful", "the caution “people” is missing"),
    words("words for nothing", r"^  city_pass:", "  bus: {name: x, where: y}\n  city_pass:", "bus", "no scheme"),
    words("a long button", r"Start de check", "x" * 21, "^start", "the button is 21 characters long; at most 20 fit"),
    words("a long answer", r'"Anders"', f'"{"x" * 21}"', r"^  home: \{", "the button is 21 characters long"),
    words("a long caption", r'name: "Bijstand"', f'name: "{"x" * 29}"', "x{29}", "the caption is 29 characters"),
    words("a long line", r"bij de gemeente\.\"\}\n  rent", f'{"x " * 50}"}}\n  rent', "x x", "the line is"),
    words("two alike", r'"Ik huur een kamer"', '"Ik huur een huis"', r"^  home: \{", "two buttons say the same"),
    words("a lonely question", r"Eerst uw huis\. ", "", "Hoe woont u", "the question is a single sentence"),
    words("three messages for nothing found", r"\Z", '  - "Dag."\n', "Dag", "more than 2 messages"),
    words("no number to call first", r" \{legal_desk\}\.", ".", "^call", "“call” does not hold {legal_desk}"),
    words("a typed number", r"^help: \".*", 'help: "Bel 0800-8020."', "^help", "the phone number 0800-8020 is typed"),
    words("an amount", r"^help: \".*", 'help: "U krijgt 40 euro."', "^help", "an amount of money is typed"),
    words("an unknown fact", r"\{web_svb\}", "{web_svbb}", "web_svbb", "Did you mean “web_svb”?"),
    words("a fact on a button", r'"Anders"', '"{web_svb}"', r"^  home: \{", "Remove the braces"),
    words("a reproach", r"^help: \".*", 'help: "Eigen schuld."', "^help", "may sound like a reproach"),
    words(
        "too much caution in one message", r"^help: \".*", f'help: "{"woord " * 50}."', "^help",
        "the help with all its cautions is",
    ),
    words("a caption is missing in English", r"^  city_pass: .*\n", "", "^schemes", "“city_pass” is missing", EN),
]  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's content, to break."""
    return copy_of_project(tmp_path_factory.mktemp("project"), folders=["content"])


@pytest.fixture(scope="module")
def before(root: Path) -> Set[Finding]:
    """What is found already."""
    return set(all_findings(root, VALIDATORS))


def errors(findings: Set[Finding]) -> List[Finding]:
    return sorted(finding for finding in findings if finding.severity == "error")


def test_the_shipped_check_has_no_errors() -> None:
    validators = (household_rules_hang_together, household_has_its_words)
    assert set(validators) <= set(REFUSING) and everything_is_offered in ADVISING
    assert [str(finding) for finding in all_findings(PROJECT, validators)] == []


@pytest.mark.parametrize("case", [*BROKEN_RULES, *BROKEN_WORDS], ids=lambda case: case.what)
def test_one_mistake_gives_one_error_that_points_at_it_and_says_how_to_mend_it(
    root: Path, before: Set[Finding], case: Broken
) -> None:
    with broken(root, case) as line:
        found = errors(set(all_findings(root, VALIDATORS)) - before)
    assert len(found) == 1, [str(finding) for finding in found]
    assert (found[0].path, found[0].line) == (case.file, line)
    assert case.words in str(found[0])
    assert found[0].mend.endswith((".", "...”; a file beside this one shows how."))


def test_a_question_on_which_nothing_depends_is_advised_against(root: Path, before: Set[Finding]) -> None:
    with broken(root, Broken("", RULES, r"^  urgent:", f"{DOG}  urgent:", "^  dog", "")) as line:
        new = set(all_findings(root, VALIDATORS)) - before
    warned = [finding for finding in new if finding.severity == "warning"]
    assert [(finding.path, finding.line) for finding in warned] == [(RULES, line)]
    assert "nothing depends on the answer to “dog”" in warned[0].problem


def test_a_language_without_the_check_is_no_error_and_the_bot_starts(root: Path, before: Set[Finding]) -> None:
    with broken(root, Broken("", EN, None, None, "", "")):
        assert errors(set(all_findings(root, VALIDATORS)) - before) == []
        advice = [str(finding) for finding in all_findings(root, (everything_is_offered,)) if finding.path == EN]
        content = load_content(root / "content")
    assert advice == [
        f"{EN}:1: the household check is not offered in “en”. Translate {NL} into it.",
    ]
    assert content.languages["en"].household is None and content.languages["nl"].household is not None


def test_a_file_that_cannot_be_read_is_one_error(root: Path, before: Set[Finding]) -> None:
    for file in (RULES, NL):
        with broken(root, Broken("", file, r"\Z", "\n[", "", "")):
            found = errors(set(all_findings(root, VALIDATORS)) - before)
        assert [finding.path for finding in found] == [file], [str(finding) for finding in found]
