"""`understand` and `try`: what the served model would make of a message, and what it would say."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, Iterable, List

import typer

from bot.cli.running import model_or_stop, stop


def understand(file: str = typer.Argument("-", help="One message a line; - reads standard input.")) -> None:
    """One message a line in, one JSON line out: text, language, intent, confidence, accepted, choices."""
    lines = _lines(file)
    brain = _brain()

    async def work() -> None:
        for line in lines:
            print(json.dumps(await brain.understand(line), ensure_ascii=False), flush=True)

    asyncio.run(work())


def try_it(text: str = typer.Argument(..., help="What a resident would write.")) -> None:
    """Shows what the bot would understand and say."""
    from bot.replies.content import load_content

    brain = _brain()
    meant = asyncio.run(brain.understand(text))
    typer.echo(json.dumps(meant, ensure_ascii=False))
    content = load_content()
    topic = content.topics.get(meant["intent"])
    if meant["accepted"] and topic is not None:
        from bot.replies.speaker import Speaker

        reply = Speaker(content).topic(topic.name, "first", meant["language"])
        typer.echo("\n".join([*reply.messages, *(f"[{button.title}]" for button in reply.choices)]))


def _lines(file: str) -> List[str]:
    try:
        source: Iterable[str] = sys.stdin if file == "-" else Path(file).read_text(encoding="utf-8").splitlines()
        return [line.rstrip("\n") for line in source]
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{file}: {error}")


def _brain() -> Any:
    """The same brain as `serve` has, with records that exist only in memory."""
    model = model_or_stop()
    from bot.dialogue.brain import RasaBrain
    from bot.records.database import Database
    from bot.records.secrecy import Secrecy, new_key
    from bot.replies.content import load_content
    from bot.replies.speaker import Speaker

    return RasaBrain(model, Database("sqlite://", Secrecy(new_key())), Speaker(load_content()), [])
