"""What can be broken in the small lessons, one thing a row, and what `sleutel check` has to say about it."""

from pathlib import Path
from typing import Set

import pytest

from bot.check import ADVISING, REFUSING, Finding, all_findings
from bot.check.complete import everything_is_offered
from bot.check.lessons import lessons_have_their_shape, lessons_have_their_words
from bot.replies.content import load_content
from bot.replies.yaml_lines import ContentError
from tests.unit.project_copy import PROJECT, Broken, broken, copy_of_project

COURSE, NL, EN = "content/lessons.yml", *(f"content/languages/{code}/lessons.yml" for code in ("nl", "en"))
MINE = (lessons_have_their_shape, lessons_have_their_words)
SLOW = {"every_intent_has_examples", "examples_are_written_well", "no_message_twice"}  # they read only data/
VALIDATORS = tuple(validator for validator in REFUSING if validator.__name__ not in SLOW)
POST = r"(?<=^  post:\n    text: \").*(?=\"$)"
TODAY = r"(?<=    today: \")Probeer vandaag: doe.*(?=\"$)"

BROKEN = [
    Broken("no pictogram", COURSE, r"pictogram: phone, ", "", "^  call_early", "“pictogram” is missing"),
    Broken("an unknown pictogram", COURSE, "pictogram: savings", "pictogram: saving", "^  savings", "“savings”"),
    Broken("an unknown button", COURSE, r"\[scam_alert\]", "[scam_alarm]", "scam_alarm", "“scam_alert”"),
    Broken("two buttons", COURSE, r"\[scam_alert\]", "[scam_alert, digid]", "scam_alert", "more than 1 button"),
    Broken("an unknown name", COURSE, r"^  post: \{", "  post: {choice: x, ", "^  post", "Did you mean “choices”?"),
    Broken("no such lesson", NL, r"^  savings:", "  saving:", "^  saving:", "saving"),
    Broken("half a lesson", NL, r"^    today: .*doe uw.*\n", "", "^  post", "“today” is missing"),
    Broken("a name is missing", NL, r"^end: .*\n", "", "^buttons", "“end” is missing"),
    Broken("a long button", NL, "Tot morgen\"$", f"{'x' * 21}\"", "x{21}", "21 characters long; at most 20"),
    Broken("two alike", NL, '"Stop de lessen"', '"Tot morgen"', "^  stop", "two buttons say the same"),
    Broken("which of how many", NL, r"\{count\}", "tien", "^number", "which lesson of how many"),
    Broken("four sentences", NL, POST, "Een. Twee. Drie. Vier.", "Een. Twee", "4 sentences; at most 3"),
    Broken("two things to try", NL, TODAY, "Doe dit. Doe dat.", "Doe dit", "2 sentences; at most 1"),
    Broken("a number to try", NL, TODAY, "Bel {geldfit}.", "Bel", "“today” holds something in braces"),
    Broken("an unknown fact", NL, POST, "Bel {geldfitt}.", "geldfitt", "Did you mean “geldfit”?"),
    Broken("a typed number", NL, POST, "Bel 0800-8115.", "0800", "the phone number 0800-8115 is typed"),
    Broken("an amount", NL, POST, "Spaar 5 euro.", "Spaar", "an amount of money is typed"),
    Broken("a reproach", NL, POST, "Dat is uw eigen schuld.", "eigen schuld", "may sound like a reproach"),
    Broken("a long lesson", NL, POST, "woord " * 60, "woord woord", "at most 320 fit"),
    Broken("a fact on a button", EN, '"Until tomorrow"', '"{geldfit}"', "^  go_on", "Remove the braces"),
]  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's content, to break."""
    return copy_of_project(tmp_path_factory.mktemp("project"), folders=["content"])


@pytest.fixture(scope="module")
def before(root: Path) -> Set[Finding]:
    """What is found already."""
    return set(all_findings(root, VALIDATORS))


def test_the_shipped_lessons_have_no_errors() -> None:
    assert set(MINE) <= set(REFUSING) and everything_is_offered in ADVISING
    assert [str(finding) for finding in all_findings(PROJECT, MINE)] == []


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.what)
def test_one_mistake_is_found_where_it_stands(root: Path, before: Set[Finding], case: Broken) -> None:
    with broken(root, case) as line:
        new = [finding for finding in set(all_findings(root, VALIDATORS)) - before if finding.severity == "error"]
    told = [finding for finding in new if (finding.path, finding.line) == (case.file, line)]
    assert [finding for finding in told if case.words in str(finding)], [str(finding) for finding in new]
    assert {finding.path for finding in new} <= {COURSE, NL, EN}


def test_a_language_without_lessons_is_advised_to_have_them_and_the_bot_starts(root: Path) -> None:
    whole = (root / EN).read_text(encoding="utf-8")
    try:
        (root / EN).unlink()
        advice = [str(finding) for finding in all_findings(root, (everything_is_offered, *MINE))]
        content = load_content(root / "content")
    finally:
        (root / EN).write_text(whole, encoding="utf-8")
    assert advice == [f"{EN}:1: the small lessons are not offered in “en”. Translate {NL} into it."]
    assert content.languages["en"].lessons is None and content.languages["nl"].lessons is not None


def test_lessons_that_are_a_draft_are_not_given(root: Path) -> None:
    whole = (root / EN).read_text(encoding="utf-8")
    try:
        (root / EN).write_text(f"draft: true\n{whole}", encoding="utf-8")
        assert load_content(root / "content").languages["en"].lessons is None
        assert list(all_findings(root, MINE)) == []
    finally:
        (root / EN).write_text(whole, encoding="utf-8")


def test_without_the_course_nothing_starts(root: Path) -> None:
    whole = (root / COURSE).read_text(encoding="utf-8")
    try:
        (root / COURSE).write_text("lesson: {}\n", encoding="utf-8")
        with pytest.raises(ContentError, match=r"lessons\.yml:1: lessons are needed"):
            load_content(root / "content")
        (root / COURSE).unlink()
        assert [finding.path for finding in all_findings(root, (lessons_have_their_shape,))] == [COURSE]
    finally:
        (root / COURSE).write_text(whole, encoding="utf-8")
