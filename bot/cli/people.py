"""`people`: key persons in, out and invited."""

import asyncio
from pathlib import Path
from typing import Optional

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.running import records_or_stop, settings_or_stop, stop
from bot.settings import Settings

app = typer.Typer(help="Key persons: import, list and invite them.", no_args_is_help=True)


@app.command("import")
def import_people(file: Path = typer.Argument(..., help="YAML, as content/sample_people.yml.")) -> None:
    """Add or update key persons from a file. A wrong entry is named, and then nothing is changed."""
    from bot.handover.people import PeopleError, keep_people, read_people

    try:
        entries = read_people(file)
    except (PeopleError, OSError) as error:
        stop(error)
    count = keep_people(records_or_stop(settings_or_stop()), entries)
    typer.echo(f"{count} people are known now.")


@app.command("list")
def list_people() -> None:
    """Everybody, with languages, hours and how they are reached."""
    from bot.handover.people import all_people

    table = Table("id", "name", "languages", "hours", "reached by", "active")
    for person in all_people(records_or_stop(settings_or_stop())):
        active = "yes" if person.active else "no"
        table.add_row(person.id, person.name, ", ".join(person.languages), person.hours, person.channel, active)
    Console().print(table)


@app.command("invite")
def invite_person(
    person_id: str = typer.Argument(..., help="The id, as in: sleutel people list."),
    username: Optional[str] = typer.Option(None, help="The desk's bot on Telegram; asked of Telegram when left out."),
    whatsapp: bool = typer.Option(False, "--whatsapp", help="A link for WhatsApp instead of Telegram."),
) -> None:
    """A link with which a key person enrols. It works once, for seven days; earlier ones end."""
    from bot.handover.invitations import invite
    from bot.handover.people import PeopleError

    settings = settings_or_stop()
    start = _whatsapp_link(settings) if whatsapp else _telegram_link(settings, username)
    try:
        code = invite(records_or_stop(settings), person_id)
    except PeopleError as error:
        stop(error)
    typer.echo(start + code)


@app.command("link")
def sign_in_link(
    person_id: str = typer.Argument(..., metavar="PERSON_ID", help="A coordinator's id, as in: sleutel people list."),
) -> None:
    """A link to the coordinator's page. It works once, for a day; an earlier one that was not used ends."""
    from bot.coordinator.sign_in import LINK, SignIn
    from bot.handover.people import PeopleError

    settings = settings_or_stop()
    try:
        code = SignIn(records_or_stop(settings)).new_code(person_id)
    except PeopleError as error:
        stop(error)
    typer.echo(settings.public(LINK.format(code=code)))


@app.command("why")
def why(
    handover_id: str = typer.Argument(..., metavar="HANDOVER", help="Its name in the records: 12 letters."),
) -> None:
    """Why this person was asked, who was asked before, and what happened. Never what anybody wrote."""
    from bot.handover.looking_back import story_of

    story = story_of(records_or_stop(settings_or_stop()), handover_id)
    if story is None:
        stop(f"{handover_id}: there is no such handover. Was it forgotten, as residents can ask?")
    typer.echo(f"state: {story.state}")
    typer.echo(f"person: {story.person_id or 'nobody'}")
    if story.next_person_id:
        typer.echo(f"to be brought in: {story.next_person_id}")
    for reason in story.reasons:
        typer.echo(f"why: {reason}")
    typer.echo(f"asked before: {', '.join(story.tried) or 'nobody'}")
    for step in story.steps:
        typer.echo(f"{step.at:%Y-%m-%d %H:%M} UTC  {step.event} ({step.person_id or 'nobody'}): {step.went_to}")


def _telegram_link(settings: Settings, username: Optional[str]) -> str:
    name = (username or _username(settings)).strip().lstrip("@")
    return f"https://t.me/{name}?start="


def _whatsapp_link(settings: Settings) -> str:
    """Opens a chat with our number, with the words already there: sending them is all that is left to do."""
    number = (settings.twilio_whatsapp_from or "").rpartition(":")[2].lstrip("+")
    if not number:
        stop("TWILIO_WHATSAPP_FROM is not set.")
    return f"https://wa.me/{number}?text=start%20"


def _username(settings: Settings) -> str:
    """What Telegram calls the desk's bot."""
    from telegram.error import TelegramError

    from bot.channels.telegram_transport import make_bot

    token = settings.telegram_desk_token
    if token is None:
        stop("TELEGRAM_DESK_TOKEN is not set. Set it, or give the name of the bot: --username NAME")

    async def ask() -> str:
        bot = make_bot(token.get_secret_value(), settings.telegram_api_url)
        try:
            return (await bot.get_me()).username or ""
        finally:
            await bot.request.shutdown()

    try:
        return asyncio.run(ask())
    except TelegramError as error:
        stop(f"Telegram did not say the name of the bot ({type(error).__name__}). Give it: --username NAME")
