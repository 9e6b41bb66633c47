"""`check`: everything that is wrong in content and examples, with file, line, and how to mend it."""

from collections import defaultdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Dict, Iterator, List, Set

import typer

from bot.cli.running import stop
from bot.settings import ROOT

if TYPE_CHECKING:
    from rich.console import Console

    from bot.check import Finding

CHECKED, BESIDE = ("content", "data", "benchmarks/messages"), ("domain.yml", "config.yml")
COLOURS = {"error": "bold red", "warning": "yellow"}


def check(
    about: List[str] = typer.Argument(
        None, metavar="[NAME]...", help="A topic, a language, a fact, a file or a folder: only that, drafts included."
    ),
) -> None:
    """Look through all content and examples. Errors stop training, warnings are advice. Exit code 1 for errors."""
    from rich.console import Console

    from bot.check import all_findings

    for problem in nowhere(about or []):
        stop(problem)
    findings = [finding for finding in all_findings(ROOT, in_drafts=bool(about)) if is_about(finding.path, about or [])]
    others = files_of_others(about or [])
    raise typer.Exit(report([finding for finding in findings if finding.path not in others], Console()))


def files_of_others(names: List[str]) -> Set[str]:
    """For who asks about topics: the files in languages that nobody has begun. One line about the draft names them."""
    from bot.check.drafts import not_begun
    from bot.check.tree import Tree

    tree = Tree(ROOT)
    if not names or not set(names) <= set(tree.topics):
        return set()
    waiting = [(code, name) for name, codes in not_begun(tree).items() for code in codes]
    said = {f"content/languages/{code}/topics/{name}.yml" for code, name in waiting}
    return said | {f"data/nlu/{code}/{name}.yml" for code, name in waiting}


def nowhere(names: List[str]) -> Iterator[str]:
    """What to say about each name that no file of the project belongs to: else it would seem that all is well there."""
    from bot.check.shape import did_you_mean
    from bot.check.tree import Tree

    paths = [path.relative_to(ROOT).as_posix() for folder in CHECKED for path in (ROOT / folder).rglob("*.*")]
    for name in names:
        if not any(is_about(path, [name]) for path in (*paths, *BESIDE)):
            tree = Tree(ROOT)
            known = sorted({*tree.topics, *tree.languages, *tree.facts})
            yield f"No topic, language, fact, file or folder is called “{name}”. {did_you_mean(name, known)}"


def is_about(path: str, names: List[str]) -> bool:
    """Whether a file belongs to one of the names; to none given it always does."""
    parts = [*PurePosixPath(path).parts[:-1], PurePosixPath(path).stem]
    wanted = [name.strip("/").removeprefix("./") for name in names]
    return not names or any(name in parts or path == name or path.startswith(f"{name}/") for name in wanted)


def report(findings: List["Finding"], console: "Console") -> int:
    """Print the findings by file, and how many there are; the exit code: 1 when there is an error, else 0."""
    by_file: Dict[str, List[Finding]] = defaultdict(list)
    for finding in findings:
        by_file[finding.path].append(finding)
    errors = [finding for finding in findings if finding.severity == "error"]
    broken = {finding.path for finding in errors}
    for path in sorted(by_file, key=lambda path: (path in broken, path)):  # errors last: nearest to where one reads
        (_in_colour if console.is_terminal else _plain)(path, by_file[path], console)
    warnings = len(findings) - len(errors)
    counts = f"{_counted(len(errors), 'error')}, {_counted(warnings, 'warning')}"
    console.print(f"{counts} in {_counted(len(by_file), 'file')}." if findings else "Nothing to mend.", highlight=False)
    return 1 if errors else 0


def _in_colour(path: str, findings: List["Finding"], console: "Console") -> None:
    from rich.table import Table
    from rich.text import Text

    console.print(Text(path, style="bold"))
    rows = Table.grid(padding=(0, 1))
    rows.add_column(justify="right", min_width=6)
    rows.add_column()
    rows.add_column(ratio=1)
    for finding in findings:
        severity = Text(finding.severity, style=COLOURS[finding.severity])
        rows.add_row(str(finding.line), severity, Text(f"{finding.problem}. {finding.mend}"))
    console.print(rows)


def _plain(_path: str, findings: List["Finding"], console: "Console") -> None:
    for finding in findings:
        console.print(f"{finding.severity:8}{finding}", markup=False, highlight=False, soft_wrap=True)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
