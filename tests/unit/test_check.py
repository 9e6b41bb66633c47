"""`sleutel check`: each test breaks one thing in a copy of the real content and looks at what is said about it."""

import io
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import List

import pytest
from rich.console import Console

from bot.check import ADVISING, REFUSING, Finding, all_findings, refuse_broken_content
from bot.check.facts import facts_hold
from bot.check.slips import plain_lines, slip_in
from bot.check.tone import easier_words
from bot.check.tree import Tree
from bot.check.words import common_words
from bot.cli.check import report
from bot.replies.yaml_lines import ContentError
from tests.unit.check_cases import (
    ABOUT,
    ADVICE,
    ERRORS,
    FACT,
    MESSAGE,
    NL,
    NL_TALK,
    THANK,
    TITLE,
    TOPIC,
    TR_TOPIC,
)
from tests.unit.project_copy import PROJECT, Broken, broken, copy_of_project


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's content and examples, to break."""
    root = copy_of_project(tmp_path_factory.mktemp("project"), ("nl", "en", "ar", "tr"))
    with (root / "data/nlu/nl/goodbye.yml").open("a", encoding="utf-8") as file:
        file.write("    - Dag hoor, daar\n")
    return root


def errors(root: Path) -> List[Finding]:
    return [finding for finding in all_findings(root, REFUSING) if finding.severity == "error"]


def test_the_shipped_content_has_no_errors() -> None:
    assert [str(finding) for finding in errors(PROJECT)] == []


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case.what)
def test_one_mistake_gives_one_error_that_points_at_it_and_says_how_to_mend_it(copy: Path, case: Broken) -> None:
    with broken(copy, case) as line:
        found = errors(copy)
    assert len(found) == 1, [str(finding) for finding in found]
    assert (found[0].path, found[0].line) == (case.file, line)
    assert case.words in str(found[0])
    assert found[0].mend.endswith((".", "...”; a file beside this one shows how."))


def test_what_may_be_offered_as_a_guess_needs_a_button(copy: Path) -> None:
    with broken(copy, Broken("", "config.yml", r"never_offered: \[greet, ", "never_offered: [", "never_offered", "")):
        (found,) = errors(copy)
    assert found.path == "domain.yml"
    assert found.problem == "“greet” may be offered but has no button"


def test_it_is_not_your_fault_is_no_reproach(copy: Path) -> None:
    for code, text in {
        "nl": "Het is niet uw fout, en niet uw eigen schuld.",
        "en": "It is not your fault.",
        "tr": "Bu sizin suçunuz değil.",
        "ar": "هذا ليس ذنبك.",
    }.items():
        with broken(copy, Broken("", f"content/languages/{code}/topics/digid.yml", MESSAGE, text, "", "")):
            assert errors(copy) == []


def test_a_file_that_cannot_be_read_hides_nothing_else_and_drags_nothing_along(copy: Path) -> None:
    for file in [
        "domain.yml", "config.yml", "content/choices.yml", "content/replies.yml", "content/pictograms.yml",
        "content/words_to_avoid.yml", "content/official_words.yml", "content/demo_page.yml",
        "content/coordinator_page.yml",
        NL_TALK, f"{NL}/items.yml", f"{NL}/language.yml", f"{NL}/topics/crisis_suicide.yml",
        ABOUT, FACT, THANK,
    ]:  # fmt: skip
        title = Broken("", TOPIC, TITLE, f'title: "{"x" * 21}"', "", "")
        with broken(copy, title), broken(copy, Broken("", file, r"\Z", "\n[", "", "")):
            found = errors(copy)
        assert sorted(finding.path for finding in found) == sorted([file, TOPIC]), [str(finding) for finding in found]


def test_training_is_refused_with_every_error_one_a_line(copy: Path) -> None:
    long_title = Broken("", TOPIC, TITLE, f'title: "{"x" * 21}"', "^title", "")
    typed_number = Broken("", TR_TOPIC, MESSAGE, "Bel 0800-8020.", "^  - ", "")
    with (
        broken(copy, long_title) as title,
        broken(copy, typed_number) as number,
        pytest.raises(ContentError) as refused,
    ):
        refuse_broken_content(copy)
    first, second = str(refused.value).splitlines()
    assert first.startswith(f"{TOPIC}:{title}: the title “xxx")
    assert second.startswith(f"{TR_TOPIC}:{number}: the phone number")


def test_advice_does_not_refuse_training(copy: Path) -> None:
    with broken(copy, Broken("", TOPIC, MESSAGE, "x" * 221, "", "")):
        refuse_broken_content(copy)


def test_refusing_needs_neither_rasa_nor_word_lists() -> None:
    program = (
        "import sys; from bot.check import refuse_broken_content; refuse_broken_content(); "
        "print([name for name in sys.modules if name in ('rasa', 'wordfreq', 'tensorflow')])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("validator", "case"), ADVICE, ids=lambda value: getattr(value, "what", ""))
def test_advice_points_at_what_could_be_easier(copy: Path, validator, case: Broken) -> None:
    near = Broken("", "data/nlu/nl/goodbye.yml", r"\Z", "    - en tot de volgende keer dan hoor\n", "", "")
    with broken(copy, near):
        before = set(all_findings(copy, (validator,)))
        with broken(copy, case) as line:
            new = set(all_findings(copy, (validator,))) - before
    found = [finding for finding in new if (finding.path, finding.line) == (case.file, line)]
    assert [case.words in str(finding) for finding in found] == [True], [str(finding) for finding in new]
    assert found[0].severity == "warning"


@pytest.mark.parametrize(
    "text",
    [
        "Vraag om een fideicommis (een oud woord).",
        "Dat heet “fideicommis”.",
        "Het Fideicommis en de Gemeente Zoetermeer.",
        "Bel {legal_desk}.",
    ],
)
def test_names_quotes_and_explained_words_are_not_called_rare(copy: Path, text: str) -> None:
    before = all_findings(copy, (common_words,))
    with broken(copy, Broken("", TOPIC, MESSAGE, text, "", "")):
        assert [finding for finding in all_findings(copy, (common_words,)) if finding not in before] == []


def test_a_difficult_word_that_is_explained_is_let_through(copy: Path) -> None:
    with broken(copy, Broken("", TOPIC, MESSAGE, "De schuldeiser (aan wie u moet betalen) belt.", "", "")):
        assert not [finding for finding in all_findings(copy, (easier_words,)) if finding.path == TOPIC]


def test_the_day_after_its_last_day_a_fact_is_reported_with_what_falls_silent(copy: Path) -> None:
    with broken(copy, Broken("", FACT, r"^    until: .*", "    until: 2027-03-31", "^    until", "")) as line:
        on_the_day = list(facts_hold(Tree(copy, date(2027, 3, 31))))
        after = [finding for finding in facts_hold(Tree(copy, date(2027, 4, 1))) if finding.path == FACT]
    assert not [finding for finding in on_the_day if finding.path == FACT]
    (found,) = after
    assert (found.severity, found.line) == ("warning", line)
    assert "no longer said: content/languages/ar/topics/" in found.problem


def test_advice_and_refusal_are_both_part_of_all_findings() -> None:
    assert set(all_findings(PROJECT)) == {*all_findings(PROJECT, REFUSING), *all_findings(PROJECT, ADVISING)}


FINDINGS = [
    Finding("a.yml", 3, "this is [wrong]", "Mend it."),
    Finding("b.yml", 1, "this is long", "Make it short.", "warning"),
]


def printed(findings: List[Finding], terminal: bool) -> List[str]:
    out = io.StringIO()
    report(findings, Console(file=out, force_terminal=terminal, width=80, color_system=None))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_without_a_terminal_each_finding_is_one_line() -> None:
    assert printed(FINDINGS, terminal=False) == [
        "warning b.yml:1: this is long. Make it short.",
        "error   a.yml:3: this is [wrong]. Mend it.",
        "1 error, 1 warning in 2 files.",
    ]


def test_in_a_terminal_findings_stand_under_their_file() -> None:
    assert printed(FINDINGS, terminal=True) == [
        "b.yml",
        "     1 warning this is long. Make it short.",
        "a.yml",
        "     3 error this is [wrong]. Mend it.",
        "1 error, 1 warning in 2 files.",
    ]


def test_the_exit_code_is_1_for_errors_and_0_for_advice() -> None:
    nowhere = Console(file=io.StringIO())
    assert [report(FINDINGS, nowhere), report(FINDINGS[1:], nowhere), report([], nowhere)] == [1, 0, 0]


def test_no_line_that_is_right_passes_for_a_slip():
    paths = [path for folder in ("content", "data") for path in (PROJECT / folder).rglob("*.yml")]
    lines = [
        (path.name, number, slip.problem)
        for path in paths
        for number, line in plain_lines(path.read_text(encoding="utf-8"))
        if (slip := slip_in(line))
    ]
    assert len(paths) > 1000 and lines == []
