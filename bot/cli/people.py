"""`people`: key persons in, out and invited."""

from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.running import settings_or_stop, stop

app = typer.Typer(help="Key persons: import and list them.", no_args_is_help=True)


@app.command("import")
def import_people(file: Path = typer.Argument(..., help="YAML, as content/sample_people.yml.")) -> None:
    """Add or update key persons from a file. A wrong entry is named, and then nothing is changed."""
    from bot.app import make_database
    from bot.handover.people import PeopleError, keep_people, read_people

    try:
        entries = read_people(file)
    except (PeopleError, OSError) as error:
        stop(error)
    count = keep_people(make_database(settings_or_stop(), demo=True), entries)
    typer.echo(f"{count} people are known now.")


@app.command("list")
def list_people() -> None:
    """Everybody, with languages, hours and how they are reached."""
    from bot.app import make_database
    from bot.handover.people import all_people

    table = Table("id", "name", "languages", "hours", "reached by", "active")
    for person in all_people(make_database(settings_or_stop(), demo=True)):
        table.add_row(
            person.id, person.name, ", ".join(person.languages), person.hours, person.channel, "yes" if person.active else "no"
        )
    Console().print(table)
