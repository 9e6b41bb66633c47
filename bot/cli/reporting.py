"""`report`: counts for the municipality that can identify nobody; `report content`: how far each language is."""

import csv
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Dict, List, Optional, Sequence

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.running import records_or_stop, settings_or_stop, stop
from bot.settings import ROOT

if TYPE_CHECKING:
    from bot.replies.content import Content
    from bot.report.counting import Counted

app = typer.Typer(help="Counts for the municipality, and how far each language is.", invoke_without_command=True)

TITLES = {"group": "Topic", "language": "Language", "outcome": "How it stands", "wait": "Time until somebody said yes"}
NOT_SHOWN = "Too few people to show this."


@app.callback()
def counts(
    context: typer.Context,
    since: Optional[str] = typer.Option(None, help="From the first day of a month on, such as 2026-09."),
    as_csv: bool = typer.Option(False, "--csv", help="As comma-separated values."),
) -> None:
    """Who asked for a person, by topic, language, waiting time and outcome. Groups below five are not shown."""
    if context.invoked_subcommand is not None:
        return
    from bot.replies.content import load_content
    from bot.report.counting import count

    first = _first_day(since)
    content = load_content()
    people = count(
        records_or_stop(settings_or_stop()),
        lambda topic: content.topics[topic].group if topic in content.topics else None,
        first,
    )
    sections = protected(people, content)
    _write_csv(sections) if as_csv else _print_counts(sections, len(people), since)


@app.command("content")
def content_status(as_csv: bool = typer.Option(False, "--csv", help="As comma-separated values.")) -> None:
    """Each language: who wrote it, who has read it, and what is missing, compared with Dutch."""
    from bot.check.tree import Tree
    from bot.report.languages import status_of_all

    head = ["language", "written", "reviewed", "topics", "texts missing", "drafts", "messages: fewest / middle"]
    rows = []
    for one in status_of_all(Tree(ROOT)):
        rows.append(
            [
                f"{one.code} {one.name}" + ("" if one.live else " (draft)"),
                f"{one.written_by}, {one.written_on}",
                f"{one.reviewed_by}, {one.reviewed_on}" if one.reviewed_by else "nobody yet",
                f"{one.topics} of {one.topics + one.drafts + one.missing}",
                str(one.gaps),
                f"{one.drafts} topics, {one.unread} texts" if one.drafts or one.unread else "",
                f"{one.fewest} / {one.middle:g}",
            ]
        )
    if as_csv:
        csv.writer(sys.stdout).writerows([head, *rows])
        return
    table = Table()
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


@app.command("cards")
def card_sheet(
    file: Path = typer.Argument(..., help="Where the picture goes: .webp or .png."),
    language: List[str] = typer.Option([], help="Only this language; may be given more than once."),
) -> None:
    """Every kind of card in every language on one picture, to look at before residents do."""
    from bot.replies.content import load_content
    from bot.report.cards import contact_sheet

    content = load_content()
    if file.suffix not in (".webp", ".png"):
        stop("Call the file .webp or .png.")
    for unknown in (code for code in language if code not in content.languages):
        known = ", ".join(content.languages)
        stop(f"Nobody is spoken to in “{unknown}” yet (a draft?), only in {known}. See: uv run sleutel check {unknown}")
    contact_sheet(content, language or list(content.languages), date.today()).save(file, quality=60, method=6)
    Console().print(f"{file} is made.")


def protected(people: Sequence["Counted"], content: "Content") -> Dict[str, Optional[Dict[str, str]]]:
    """The tables as they may be read, by what they count; None for one of which nothing may."""
    from bot.report.counting import can_be, totals
    from bot.report.hiding import Tables, hide

    seen = {(person.outcome, person.wait) for person in people}
    names = {"group": _groups(content), "language": _languages(content)}
    sections: Dict[str, Optional[Dict[str, str]]] = {}
    for together in (["group"], ["language"], ["outcome", "wait"]):
        of_two = len(together) == 2
        tables: Tables = hide(
            Tables(
                [totals(people, what) for what in together],
                (lambda outcome, wait: can_be(outcome, wait) or (outcome, wait) in seen)
                if of_two
                else lambda row: True,
            )
        )
        for at, what in enumerate(together):
            rows = tables.shown(at)
            called = names.get(what, {})
            sections[what] = None if rows is None else {called.get(row, row): cell for row, cell in rows.items()}
    return sections


def _print_counts(sections: Dict[str, Optional[Dict[str, str]]], total: int, since: Optional[str]) -> None:
    from bot.report.hiding import FEW, HIDDEN, SMALL

    console = Console()
    how_many = str(total) if total >= FEW else SMALL
    console.print(f"People who asked for a person{f' since {since}' if since else ''}: {how_many}", highlight=False)
    console.print("Each of them counts once, with the last time they asked.", highlight=False)
    for what, rows in sections.items():
        if rows is None:
            console.print(f"\n{TITLES[what]}: {NOT_SHOWN}")
            continue
        table = Table(TITLES[what], "people")
        table.columns[1].justify = "right"
        for row, cell in rows.items():
            table.add_row(row, cell)
        console.print(table)
    console.print(
        f"{SMALL}: fewer than {FEW} people. {HIDDEN}: {FEW} or more, hidden because others could be worked out.",
        highlight=False,
    )


def _write_csv(sections: Dict[str, Optional[Dict[str, str]]]) -> None:
    rows: List[List[str]] = [["table", "row", "people"]]
    for what, cells in sections.items():
        rows += [[TITLES[what], row, cell] for row, cell in (cells or {"": NOT_SHOWN}).items()]
    csv.writer(sys.stdout).writerows(rows)


def _first_day(since: Optional[str]) -> datetime:
    """Whole months only: the difference between two reports of almost the same time would be a handful of people."""
    from bot.replies.times import HOME

    try:
        return datetime.strptime(since or "1970-01", "%Y-%m").replace(tzinfo=HOME)
    except ValueError:
        stop(f"“{since}” is no month. Write it as 2026-09: counts begin on the first day of a month.")


def _groups(content: "Content") -> Dict[str, str]:
    words = content.languages.get("en") or next(iter(content.languages.values()))
    return dict(words.groups)


def _languages(content: "Content") -> Dict[str, str]:
    from bot.replies.times import language_name

    words = content.languages.get("en") or next(iter(content.languages.values()))
    return {code: language_name(code, words, content) for code in content.languages}
