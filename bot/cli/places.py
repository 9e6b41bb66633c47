"""`places`: the directory of walk-in places, in from a CSV and looked at."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Dict, List, Optional

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.check import report
from bot.cli.running import settings_or_stop, stop
from bot.clock import Clock
from bot.settings import ROOT, VAR, Settings

if TYPE_CHECKING:
    from bot.directory.importing import Imported
    from bot.directory.place import Place
    from bot.directory.search import Found
    from bot.directory.vocabulary import Vocabulary
    from bot.replies.content import Content

app = typer.Typer(help="Walk-in places: import and list them.", no_args_is_help=True)

SAMPLE = ROOT / "content" / "sample_places.csv"
DEMO_FILE = VAR / "demo_places.db"


@app.command("import")
def import_file(file: Path = typer.Argument(..., help="CSV, as content/sample_places.csv.")) -> None:
    """Make the directory anew from a CSV. Rows that are wrong are named and kept in a report; the others go in."""
    from bot.directory.importing import ImportRefused, import_places
    from bot.replies.content import load_content

    settings = settings_or_stop()
    stale_after = timedelta(days=settings.places_checked_days)
    try:
        done = import_places(file, settings.places_file, vocabulary(load_content()), Clock()(), stale_after)
    except ImportRefused as error:
        stop(f"{file}: {error}. The directory has not changed.")
    except OSError as error:
        stop(f"{error}. The directory has not changed.")
    raise typer.Exit(tell(file, done, settings.places_file))


@app.command("list")
def list_places(
    near: Optional[str] = typer.Option(None, help="A postcode or a neighbourhood: what is open there, or opens next."),
) -> None:
    """Everything in the directory; with --near in the order in which residents would hear it."""
    from bot.directory.search import Wanted, search
    from bot.directory.store import Directory
    from bot.directory.where import Town

    settings, moment = settings_or_stop(), Clock()()
    directory = Directory(settings.places_file)
    places = directory.places()
    if not places:
        stop("There is no directory yet. Make it with: uv run sleutel places import FILE")
    if near is None:
        show_all(list(places), moment, timedelta(days=settings.places_checked_days))
        return
    town = Town(places)
    where = town.understand(near, directory.matching(near))
    if where is None:
        stop(f"“{near}” is neither a postcode nor a neighbourhood. Known: {', '.join(directory.neighbourhoods())}")
    show_found(search(town, where, Wanted(), moment, most=None))


def tell(file: Path, done: "Imported", directory: Path) -> int:
    """Say what became of an import, in the manner of `check`; the exit code: 1 when a row was left out."""
    from bot.check.finding import ERROR, WARNING, Finding

    bad = [Finding(str(file), row.line, reason, "Left out.", ERROR) for row in done.bad for reason in row.reasons]
    odd = [Finding(str(file), remark.line, remark.text, "Imported.", WARNING) for remark in done.remarks]
    code = report(sorted([*bad, *odd], key=lambda finding: finding.line), Console())
    typer.echo(f"{len(done.places)} places are in the directory now: {directory}")
    if done.report:
        typer.echo(f"{len(done.bad)} rows are left out. They are kept, with the reasons, in {done.report}")
    return code


def show_all(places: List["Place"], moment: datetime, stale_after: timedelta) -> None:
    """Every place, with what somebody should look at."""
    from bot.directory.importing import is_stale

    table = Table("id", "name", "kind", "address", "neighbourhood", "hours", "languages", "for", "check again")
    for place in places:
        table.add_row(
            place.id,
            place.name,
            place.kind,
            f"{place.street}, {place.postcode}" if place.street else place.phone,
            place.neighbourhood,
            place.hours,
            ", ".join(place.languages),
            place.for_whom,
            is_stale(place, moment, stale_after) or "",
        )
    Console().print(table)


def show_found(found: List["Found"]) -> None:
    """Places in the order in which residents would hear of them, each with the reasons."""
    table = Table("", "name", "address", "neighbourhood", "why")
    for number, one in enumerate(found, 1):
        place = one.place
        table.add_row(str(number), place.name, place.street or place.phone, place.neighbourhood, "; ".join(one.reasons))
    Console().print(table)


def vocabulary(content: "Content") -> "Vocabulary":
    """What may stand in the cells: names of the content, and what they are called in Dutch and English."""
    from bot.directory.vocabulary import Vocabulary, words_for
    from bot.replies.times import locale_of

    spoken = [content.languages[code] for code in ("nl", "en") if code in content.languages]
    topics: Dict[str, List[str]] = {
        name: [words.topics[name].title for words in spoken if name in words.topics] for name in content.topics
    }
    groups = {name: [words.groups.get(name, "") for words in spoken] for name in content.groups()}
    bring = {name: [words.bring.get(name, "") for words in spoken] for name in (spoken[0].bring if spoken else {})}
    codes = {*locale_of("nl").languages, *content.languages}
    languages = {
        code: [str(locale_of(words.code).languages.get(code, "")) for words in spoken]
        for code in codes
        if code.isalpha() and len(code) <= 3
    }
    return Vocabulary(words_for({**groups, **topics}), words_for(bring), words_for(languages))


def with_sample_places(settings: Settings) -> Settings:
    """For the demo: the invented town, made anew at each start; never in the file that `serve` reads.

    Somebody who names a file of their own gets that one; where it is missing, the town is put there.
    """
    from bot.directory.importing import import_places
    from bot.replies.content import load_content

    is_default = settings.places_file == Settings.__fields__["places_file"].default
    if is_default:
        settings = settings.copy(update={"places_file": DEMO_FILE})
    if is_default or not settings.places_file.exists():
        import_places(SAMPLE, settings.places_file, vocabulary(load_content()), Clock()(), timedelta(days=3650))
    return settings
