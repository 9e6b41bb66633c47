"""The whole server with its real wiring, around a brain that says the same thing every time."""

import asyncio
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, AsyncIterator, Callable, Dict, List, Optional

import httpx
from sqlalchemy import select

from bot.app import Parts, connect, make_app
from bot.channels.outcome import Turn
from bot.channels.telegram_updates import webhook_secret
from bot.records.database import Database
from bot.records.models import KeyPerson, Sending, now
from bot.replies.speaker import Button, Reply, Speaker
from bot.settings import Settings
from tests.telegram_stand_in import DESK, RESIDENTS, TelegramStandIn

PUBLIC = "https://bot.example.nl"
PATIENCE = 10.0  # seconds until a test says that something never came
DOORS = {DESK: "telegram-desk", RESIDENTS: "telegram"}


@dataclass
class Brain:
    """Understands nothing, answers everything with `reply`, and remembers what it was asked."""

    reply: Reply = field(default_factory=lambda: Reply("nl", ["Antwoord."], None, [Button("Ja", "/affirm")]))
    heard: List[str] = field(default_factory=list)

    async def understand(self, text: str, language: Optional[str]) -> Dict[str, Any]:
        """Nothing."""
        return {"intent": "nothing", "accepted": False}

    async def answer(self, resident_id: str, text: str, language: Optional[str]) -> Turn:
        """One reply."""
        self.heard.append(text)
        return Turn([self.reply], "nl")


@dataclass
class Server:
    """A running server, the world around it, and what is inside."""

    http: httpx.AsyncClient
    parts: Parts
    brain: Brain
    telegram: TelegramStandIn

    async def post(self, token: str, update: Dict[str, Any], secret: Optional[str] = None) -> httpx.Response:
        """What Telegram posts to the webhook of this bot, and all the work that follows from it."""
        known = webhook_secret(self.parts.database.secrecy, DOORS[token])
        headers = {"X-Telegram-Bot-Api-Secret-Token": known if secret is None else secret}
        answer = await self.http.post(f"/webhooks/{DOORS[token]}/webhook", json=update, headers=headers)
        await self.work_done()
        return answer

    async def work_done(self) -> None:
        """Everything that came in is worked through, and all that is due is sent."""
        await self.parts.gate.idle()
        await self.until_delivered(lambda: not any(map(_on_its_way, self.rows(Sending))))
        for transport in self.parts.delivery.transports.values():
            await transport.idle()

    async def until(self, holds: Callable[[], Any]) -> None:
        """Wait for a condition; fails the test when it never holds."""

        async def look() -> None:
            while not holds():
                await asyncio.sleep(0.01)

        await asyncio.wait_for(look(), PATIENCE)

    async def until_delivered(self, holds: Callable[[], Any]) -> None:
        """Wait for a condition that needs the delivery to look again, without its pauses."""

        def wake_and_look() -> Any:
            self.parts.delivery.wake()
            return holds()

        await self.until(wake_and_look)

    def rows(self, model: Any) -> List[Any]:
        """All rows of a table."""
        with self.parts.database.change() as session:
            return list(session.scalars(select(model)))

    def title(self, topic: str, language: str = "nl") -> str:
        """The title of a topic."""
        return self.parts.speaker.language(language).topics[topic].title

    def person(self, person_id: str, chat: Optional[int] = None, **values: Any) -> None:
        """Somebody who helps, always, in Turkish; `chat`: enrolled already."""
        with self.parts.database.change() as session:
            usual = {"name": person_id.title(), "gender": "woman", "languages": ["tr"], "hours": "24/7"}
            where = {"channel": "telegram_desk", "address": str(chat)} if chat else {}
            session.add(KeyPerson(id=person_id, **{**usual, **where, **values}))


def _on_its_way(row: Sending) -> bool:
    return row.state == "sending" or (row.state == "waiting" and row.due_at <= now())


@asynccontextmanager
async def serving(
    telegram: TelegramStandIn, database: Database, speaker: Speaker, **settings: Any
) -> AsyncIterator[Server]:
    """The server on a free port of loopback, with both bots; by webhook unless `public_url` is None."""
    usual = {"telegram_desk_token": DESK, "telegram_resident_token": RESIDENTS, "public_url": PUBLIC}
    known = Settings(**{**usual, "telegram_api_url": telegram.url, **settings})
    brain = Brain()
    parts = connect(known, database, speaker, lambda handovers: brain)
    app = make_app(parts, demo=False)
    listening = socket.create_server(("127.0.0.1", 0))
    running = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    await running.startup()
    await running.before_start()
    await running.after_start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}") as http:
            yield Server(http, parts, brain, telegram)
    finally:
        await running.before_stop()
        await running.close()
        await running.after_stop()
