"""`outbox`: messages that did not arrive, to look at and to try again. Never their text."""

from datetime import timedelta
from typing import Optional

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.running import records_or_stop, settings_or_stop, stop
from bot.clock import Clock

app = typer.Typer(help="Messages that did not arrive: look, and try again.", no_args_is_help=True)

DAYS = typer.Option(14, min=1, help="How many days back.")


@app.command("failed")
def failed(days: int = DAYS) -> None:
    """What could not be brought, the latest first. An error's code is the provider's."""
    from bot.desk.dead_letters import dead_letters
    from bot.replies.times import HOME

    with records_or_stop(settings_or_stop()).change() as session:
        letters = dead_letters(session, Clock()() - timedelta(days=days))
    if not letters:
        typer.echo(f"Nothing failed in the last {days} days.")
        return
    table = Table("id", "when", "to", "channel", "code", "attempts")
    for letter in letters:
        at = f"{letter.at.astimezone(HOME):%Y-%m-%d %H:%M}"
        table.add_row(str(letter.id), at, letter.to or "resident", letter.channel, letter.code, str(letter.attempts))
    Console().print(table)


@app.command("retry")
def retry(
    row_id: Optional[int] = typer.Argument(None, metavar="ID", help="The id, as in: sleutel outbox failed."),
    everything: bool = typer.Option(False, "--all", help="All of the last days."),
    days: int = DAYS,
) -> None:
    """Let a failed message wait to be sent again. Think first whether it still makes sense to who gets it.

    What is about a resident goes only to the key person who is asked for or helps that resident now.
    """
    from bot.desk import dead_letters

    if (row_id is None) is not everything:
        stop("Say which one, or --all. To look: sleutel outbox failed")
    moment = Clock()()
    since = moment - timedelta(days=days) if everything else None
    done = dead_letters.retry(records_or_stop(settings_or_stop()), moment, row_id, since)
    if row_id is not None and not (done.again or done.left):
        stop(f"{row_id}: no message of this id has failed; see: sleutel outbox failed")
    typer.echo(f"Waiting to be sent again: {done.again}")
    if done.left:
        typer.echo(f"Left as they are, because the key person no longer helps this resident: {done.left}")
    if row_id is not None and done.left:
        raise typer.Exit(1)
