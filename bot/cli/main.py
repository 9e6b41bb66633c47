"""Puts the commands together."""

import logging
import os
import warnings
from typing import Any, Optional

import typer

from bot.cli import making, outbox, people, places, reporting, running, trying
from bot.cli.check import check

app = typer.Typer(
    help="Sleutel: help with money worries, in your own language, and a person who knows you.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(people.app, name="people")
app.add_typer(places.app, name="places")
app.add_typer(outbox.app, name="outbox")
app.add_typer(reporting.app, name="report")
app.command()(check)
app.command("new-topic")(making.new_topic)
app.command("new-language")(making.new_language)
app.command("new-fact")(making.new_fact)
app.command()(making.draft)
app.command()(running.demo)
app.command()(running.serve)
app.command()(running.train)
app.command("new-key")(running.new_key)
app.command()(trying.understand)
app.command("try")(trying.try_it)


@app.callback()
def calm_down(verbose: Optional[bool] = typer.Option(False, "--verbose", help="Show what the libraries say.")) -> None:
    """Before any heavy import: one thread a process (measured), no telemetry, quiet libraries."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("LOG_LEVEL", "INFO" if verbose else "ERROR")  # else Rasa shows hundreds of bars
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    if not verbose:
        warnings.showwarning = _show_nothing  # not a filter: the libraries set those anew while they are imported
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in (
        "rasa",
        "alembic",
        "apscheduler",
        "matplotlib",
        "h5py",
        "tensorflow",
        "rasa_sdk",
        "httpx",
        "sanic.root",
    ):
        logging.getLogger(noisy).setLevel(logging.INFO if verbose else logging.ERROR)


def _show_nothing(*_args: Any, **_kwargs: Any) -> None:
    """In the place of a library's warning to its own programmers."""
