"""A small town for the coordinator's page: key persons, residents on their way to them, and the page on loopback."""

import re
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, AsyncIterator, List, Optional
from uuid import uuid4

from sanic import Sanic

from bot.channels.messages import Outgoing
from bot.coordinator.door import coordinator_blueprint
from bot.coordinator.sign_in import SignIn
from bot.coordinator.tries import Tries
from bot.desk.outbox import put
from bot.handover.service import Agreement
from bot.records.database import Database
from bot.records.models import Handover, Sending
from bot.replies.speaker import Speaker
from bot.settings import Settings
from tests.fakes import Clock, Notices, add_resident, helper, make_handovers

SECRETS = ("Aminadab", "Kerkstraat 12", "mijn huur is 800 euro", "+31612345678", "zij durft niet te bellen")
NICKNAME, PLACE, WORDS, ADDRESS, SUMMARY = SECRETS


@dataclass
class Parts:
    """What the page is given of the bot."""

    settings: Settings
    database: Database
    speaker: Speaker
    clock: Any


class Town:
    """Fatma coordinates and helps, Anna and Zeynep help; residents ask one after the other."""

    def __init__(self, database: Database, speaker: Speaker, public_url: Optional[str] = None) -> None:
        self.database, self.clock = database, Clock()
        self.handovers = make_handovers(
            database,
            Notices(),
            self.clock,
            helper("fatma", languages=["tr", "nl"], coordinator=True),
            helper("anna", languages=["nl"], hours="Mo-Fr 09:00-17:00; PH off", most_at_once=2),
            helper("zeynep", languages=["ar", "fr"], most_at_once=1),
        )
        self.parts = Parts(Settings(public_url=public_url), database, speaker, self.clock)
        self.sign_in = SignIn(database, self.clock)

    def ask(self, resident: str, language: str = "nl", topic: str = "cannot_pay_rent", **wish: Any) -> str:
        """A resident asks, and agrees to whoever is proposed; the number of the handover."""
        self.offer(resident, language, topic, **wish)
        return self.handovers.agree(resident, Agreement("shown", {"topic": topic}, language, "1")).id

    def offer(self, resident: str, language: str = "nl", topic: str = "cannot_pay_rent", **wish: Any) -> Optional[str]:
        """A resident is shown somebody; None when there is nobody to show."""
        add_resident(self.database, resident)
        offered = self.handovers.offer(resident, language, topic, "any", **wish)
        return offered.handover.id if offered is not None else None

    def tell_secrets(self, handover_id: str) -> None:
        """Everything that a handover can hold about somebody."""
        with self.database.change() as session:
            handover = session.get(Handover, handover_id)
            handover.nickname, handover.summary = NICKNAME, SUMMARY
            put(session, f"person:{handover.person_id}", "demo", [Outgoing(WORDS, sender="resident")], handover_id)

    def fail(self, receiver: str, code: str, text: str = WORDS, **more: Any) -> int:
        """A message that could not be brought."""
        with self.database.change() as session:
            body = Outgoing(text, sender=more.pop("sender", "bot")).to_json()
            usual = {"channel": "whatsapp", "state": "failed", "attempts": 8, "created_at": self.clock()}
            row = Sending(receiver=receiver, body=body, error=code, **{**usual, **more})
            session.add(row)
            session.flush()
            return row.id

    def row(self, row_id: int) -> Sending:
        """A row of the outbox."""
        with self.database.change() as session:
            return session.get(Sending, row_id)

    @asynccontextmanager
    async def open_page(self) -> AsyncIterator[str]:
        """The page on a free port; gives its address."""
        app = Sanic(f"coordinator-{uuid4().hex}", configure_logging=False)
        app.blueprint(coordinator_blueprint(self.parts, self.sign_in, Tries(self.clock)))  # type: ignore[arg-type]
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
            assert server is not None
            await server.startup()
            await server.start_serving()
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            server.close()
            await server.wait_closed()


def text_of(html: str) -> str:
    """What somebody reads of a page, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def blocks(html: str, testid: str) -> List[str]:
    """The rows or notes that carry this mark, in order, as text."""
    whole = re.finditer(rf'<(tr|li)([^>]*)data-testid="{testid}"(.*?)</\1>', html, re.DOTALL)
    return [text_of(f"<{match[1]}{match[2]}{match[3]}") for match in whole]
