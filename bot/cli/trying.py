"""`understand` and `try`: what the served model would make of a message, and what it would say."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, List

import typer

from bot.cli.running import model_or_stop, settings_or_stop, stop
from bot.nlu.text import words

if TYPE_CHECKING:
    from bot.dialogue.brain import RasaBrain
    from bot.replies.speaker import Reply


def understand(file: str = typer.Argument("-", help="One message a line; - reads standard input.")) -> None:
    """One message a line in, one JSON line out: text, language, intent, confidence, accepted, choices."""
    lines = _lines(file)
    brain = _brain()

    async def work() -> None:
        for line in lines:
            print(json.dumps(await brain.understand(line), ensure_ascii=False), flush=True)

    asyncio.run(work())


def try_it(text: str = typer.Argument(..., help="What a resident would write.")) -> None:
    """Shows what the bot would understand and say to somebody who writes for the first time."""
    if not words(text):
        stop("Write some words between the quotes, as a resident would.")
    brain = _brain()

    async def work() -> Any:
        return await brain.understand(text), await brain.answer("somebody", text, None)

    meant, turn = asyncio.run(work())
    for line in (*_meant(meant), "", *_said(turn.replies)):
        typer.echo(line)


def _meant(meant: Dict[str, Any]) -> Iterator[str]:
    """What was understood, in words."""
    yield f"language: {meant['language']}"
    chance = f"{round(100 * meant['confidence'])} %"
    if meant["accepted"]:
        yield f"understood as: {meant['intent']} ({chance})"
        if meant["choices"]:
            yield f"perhaps also, as a button: {', '.join(meant['choices'])}"
    elif meant["choices"]:
        yield f"not sure ({meant['intent']}, {chance}), so it asks: {', '.join(meant['choices'])}"
    else:
        yield f"not understood (nearest: {meant['intent']}, {chance})"


def _said(replies: List["Reply"]) -> Iterator[str]:
    """The answer as messages, pictures and buttons."""
    for reply in replies:
        if reply.picture:
            yield f"(picture: {reply.picture})"
        yield from reply.messages
        if reply.choices:
            yield " ".join(f"[{button.title}]" for button in reply.choices)


def _lines(file: str) -> List[str]:
    try:
        source: Iterable[str] = sys.stdin if file == "-" else Path(file).read_text(encoding="utf-8").splitlines()
        return [line.rstrip("\n") for line in source]
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{file}: {error}")


def _brain() -> "RasaBrain":
    """The same brain as `serve` has, with the demo's people, in records that exist only in memory."""
    settings, model = settings_or_stop(), model_or_stop()
    from bot.app import assemble
    from bot.handover.people import keep_people
    from bot.records.database import Database
    from bot.records.secrecy import Secrecy, new_key
    from bot.replies.content import CONTENT, read_yaml

    database = Database("sqlite://", Secrecy(new_key()))
    keep_people(database, read_yaml(CONTENT / "sample_people.yml"))
    brain: RasaBrain = assemble(settings.copy(update={"redis_url": None}), database, model).brain
    return brain
