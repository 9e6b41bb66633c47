"""`demo`, `serve`, `train`, `new-key`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console

from bot.records.secrecy import new_key as make_key
from bot.settings import ROOT, VAR, Settings, SettingsError, demand_for_serving, read_settings

if TYPE_CHECKING:
    from bot.records.database import Database

say = Console(stderr=True)


def stop(reason: object) -> NoReturn:
    """Say why and leave with 1."""
    typer.echo(str(reason), err=True)
    raise typer.Exit(1)


def settings_or_stop() -> Settings:
    """The settings, or a clear word about which variable is wrong."""
    try:
        return read_settings()
    except SettingsError as error:
        stop(error)


def records_or_stop(settings: Settings) -> "Database":
    """The records that `serve` uses. Without its key nothing is written: nobody could read it afterwards."""
    from bot.app import make_database

    if settings.secret_key is None:
        stop("SLEUTEL_SECRET_KEY is not set. Use the same one as for serve; make one with: uv run sleutel new-key")
    return make_database(settings, demo=False)


def model_or_stop(force: bool = False) -> Path:
    """The trained model; training is shown, broken content is named."""
    from bot.check import refuse_broken_content
    from bot.replies.yaml_lines import ContentError
    from bot.training import model_path, train_if_needed

    try:
        refuse_broken_content()
        if force or not model_path().exists():
            say.print("[bold]Training.[/] This takes a few minutes, and only when the examples have changed.")
        return train_if_needed(force=force)
    except ContentError as error:
        stop(error)


def train(force: bool = typer.Option(False, help="Train again even when nothing changed.")) -> None:
    """Train the model, when something that goes into it has changed."""
    typer.echo(model_or_stop(force).relative_to(ROOT))


def new_key() -> None:
    """Make a key for SLEUTEL_SECRET_KEY."""
    typer.echo(make_key())


def demo(
    port: int = typer.Option(8080, help="Where the page is."),
    host: str = typer.Option("127.0.0.1", help="Who may open it; 127.0.0.1 is only this computer."),
    opened: bool = typer.Option(True, "--open/--no-open", help="Open the page in the browser."),
) -> None:
    """Two phones side by side at http://localhost:8080: a resident's and a key person's. No account needed."""
    import yaml

    from bot.cli.places import with_sample_places
    from bot.handover.people import keep_people

    settings = settings_or_stop()
    if settings.database_url == Settings.__fields__["database_url"].default:  # never in the records of `serve`
        settings = settings.copy(update={"database_url": f"sqlite:///{VAR / 'demo.db'}"})
    model = model_or_stop()
    from bot.app import assemble, make_app, make_database

    database = make_database(settings, demo=True)
    keep_people(database, yaml.safe_load((ROOT / "content" / "sample_people.yml").read_text(encoding="utf-8")))
    settings = with_sample_places(settings)
    app = make_app(assemble(settings, database, model), demo=True)
    address = f"http://localhost:{port}"
    say.print(f"[bold green]Ready.[/] Open {address} (stop with Ctrl-C)")
    _show_coordinator(database, address)
    if opened and sys.stdout.isatty():
        typer.launch(address)
    app.run(host=host, port=port, access_log=False, motd=False)


def _show_coordinator(database: "Database", address: str) -> None:
    """The other page of the demo, when there is somebody to show it to: a link that is good for one sign-in."""
    from bot.coordinator.sign_in import LINK, SignIn, any_coordinator

    person_id = any_coordinator(database)
    if person_id is not None:
        link = address + LINK.format(code=SignIn(database).new_code(person_id))
        say.print(f"The coordinator's page (this link works once): {link}", soft_wrap=True, highlight=False)


def serve() -> None:
    """The real thing, from the environment. Listens on loopback: put a proxy with TLS in front."""
    settings = settings_or_stop()
    try:
        demand_for_serving(settings)
    except SettingsError as error:
        stop(error)
    model = model_or_stop()
    from bot.app import assemble, make_app, make_database

    app = make_app(assemble(settings, make_database(settings, demo=False), model), demo=False)
    say.print(f"Listening on http://{settings.host}:{settings.port}")
    app.run(host=settings.host, port=settings.port, access_log=False, motd=False)
