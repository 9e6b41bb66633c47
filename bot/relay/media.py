"""Photos, voice messages and files between the two sides of a talk: fetched, checked, kept sealed, handed out, deleted.

WhatsApp fetches them from `/media/...` at an address that cannot be guessed; Telegram is handed the bytes.
"""

import asyncio
import hmac
import logging
import re
import secrets
from datetime import datetime, timedelta
from typing import Callable, List, Optional, Tuple

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, raw
from sqlalchemy import delete, select

from bot.channels.messages import Incoming
from bot.records.database import Database
from bot.records.forget import NOT_BROUGHT_YET
from bot.records.models import Attachment, Sending
from bot.relay.fetching import NotFetched, Sources
from bot.relay.files import ENDINGS, File, NotPassable, checked, ending_of

logger = logging.getLogger(__name__)

STAYS = timedelta(days=1)  # after it came, once nothing of its talk waits to be sent
NEVER = "video/"  # not worth fetching: films are not passed on
SIGNATURE = 16  # hexadecimal digits, as of the cards of key persons
PATH = re.compile(r"([0-9a-f]{32})-([0-9a-f]{16})\.([a-z0-9]{3})")


class NoSuchFile(LookupError):
    """The name is not ours, or the file is gone."""


class MediaShelf:
    """Keeps what came with messages for as long as it takes to pass it on. `sources`: one for each open channel."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.sources: Sources = {}
        self._database, self._clock = database, clock

    async def take(self, incoming: Incoming) -> Tuple[List[str], bool]:
        """Fetch all that came with a message. The paths below `/media/`, and whether that is all of it.

        The work is done in other threads: meanwhile the bot goes on talking with everybody else.
        """
        names: List[str] = []
        for media in incoming.media:
            source = self.sources.get(incoming.channel)
            try:
                if source is None or media.content_type.startswith(NEVER):
                    raise NotFetched("no source" if source is None else "film")
                data = await source.fetch(media)
                names.append(await asyncio.to_thread(self._keep, data, media.content_type))
            except (NotFetched, NotPassable) as error:
                logger.warning("a file of a message on %s is not passed on: %s", incoming.channel, error)
        return names, len(names) == len(incoming.media)

    async def done_with(self, incoming: Incoming) -> None:
        """What we keep ourselves now, or do not want, the provider need not keep."""
        source = self.sources.get(incoming.channel)
        for media in incoming.media:
            if source is not None:
                await source.delete(media)

    async def read(self, path: str) -> File:
        """The file at this path below `/media/`. Raises `NoSuchFile`."""
        return await asyncio.to_thread(self._read, path)

    def tidy(self) -> int:
        """Delete what was passed on more than a day ago, and what never was; returns how many."""
        on_its_way = select(Sending.handover_id).where(Sending.state.in_(NOT_BROUGHT_YET))
        on_its_way = on_its_way.where(Sending.handover_id.is_not(None))
        old = delete(Attachment).where(Attachment.created_at < self._clock() - STAYS)
        gone = old.where(Attachment.handover_id.is_(None) | Attachment.handover_id.not_in(on_its_way))
        with self._database.change() as session:
            return session.execute(gone.execution_options(synchronize_session=False)).rowcount

    async def close(self) -> None:
        """At shutdown."""
        for source in self.sources.values():
            await source.close()

    def _keep(self, data: bytes, declared: str) -> str:
        file, name = checked(data, declared), secrets.token_hex(16)
        with self._database.change() as session:
            session.add(Attachment(id=name, content_type=file.content_type, body=file.data, created_at=self._clock()))
        return f"{name}-{self._signature(name)}.{ENDINGS[file.content_type]}"

    def _read(self, path: str) -> File:
        name = self.name_in(path)
        with self._database.change() as session:
            kept: Optional[Attachment] = session.get(Attachment, name) if name else None
        if kept is None:
            raise NoSuchFile
        return File(kept.body, kept.content_type)

    def name_in(self, path: str) -> Optional[str]:
        """The attachment that a path stands for; None when we did not make that path."""
        found = PATH.fullmatch(path)
        ours = found is not None and hmac.compare_digest(self._signature(found[1]), found[2])
        return found[1] if found and ours else None

    def _signature(self, name: str) -> str:
        return self._database.secrecy.pseudonym("media", name)[:SIGNATURE]


def media_blueprint(shelf: MediaShelf) -> Blueprint:
    """Serves `/media/...` to who knows the address: the provider that was given it, and the demo page."""
    blueprint = Blueprint("media", url_prefix="/media")

    @blueprint.route("/<path:path>", methods=["GET", "HEAD"])
    async def media(_request: Request, path: str) -> HTTPResponse:
        """The file, or 404. Twilio compares the content type with what it finds."""
        try:
            file = await shelf.read(path)
        except NoSuchFile:
            return empty(404, {"Cache-Control": "no-store"})
        headers = {
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'inline; filename="{file.content_type.split("/")[0]}.{ending_of(path)}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        }
        return raw(file.data, headers=headers, content_type=file.content_type)

    return blueprint
