"""The door for pictures: `GET /pictures/...`. Made when first asked for, then kept on disk.

The address never becomes a file name: it is read as one of a few patterns, and what is drawn decides where it is kept.
"""

import asyncio
import logging
import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import time
from typing import Awaitable, Callable, Dict, Optional

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, raw

from bot import replies
from bot.directory.hours import times_on
from bot.directory.store import Directory
from bot.records.database import Database
from bot.records.models import Appointment, Handover, KeyPerson
from bot.replies.cards import Album, NoSuchPicture, Picture, signature_holds
from bot.replies.content import Content
from bot.settings import VAR

logger = logging.getLogger(__name__)

DAY = 24 * 3600  # seconds
KEPT_FOR = 30 * DAY  # what was drawn longer ago is thrown away, and drawn again when asked for
NAME, LANGUAGE = r"[a-z0-9_]{1,60}", r"[a-z]{2,3}"
PICTOGRAM = re.compile(rf"pictogram/({NAME})\.png")
CARD = re.compile(rf"(bring|lines|household|pass_on)/({LANGUAGE})/({NAME})\.png")
SIGNED = re.compile(rf"(person|appointment)/({LANGUAGE})/([a-zA-Z0-9_-]{{1,32}})-([0-9a-f]{{16}})\.png")
PLACE = re.compile(rf"place/({LANGUAGE})/([a-z0-9-]{{1,60}})-(\d{{8}})\.png")
TOLD_AHEAD = timedelta(days=100)  # and back: a demo may be ahead of time, a message may be old
# modules of bot.replies
DRAWN_BY = (
    "appointment_card", "bidi", "fonts", "page", "pass_on_card", "person_card", "pictograms", "place_card",
    "topic_cards", "typesetting",
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A finished picture. `mark` names what is on it: the same mark, the same picture."""

    mark: str
    png: bytes


class Shelf:
    """Pictures on disk. Each is drawn once, by one thread of its own: the conversation goes on meanwhile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")
        self._making: Dict[str, asyncio.Future[bytes]] = {}
        self._drawn_by = _fingerprint()

    async def get(self, find: Callable[[], Picture]) -> Kept:
        """The picture that `find` describes. `find` may look into the database: it runs in another thread."""
        loop = asyncio.get_running_loop()
        picture = await loop.run_in_executor(None, find)
        mark = sha256(f"{self._drawn_by} {picture!r}".encode()).hexdigest()
        making = self._making.get(mark)
        if making is None:
            making = self._making[mark] = asyncio.ensure_future(self._fetch(mark, picture))
            making.add_done_callback(lambda _: self._making.pop(mark, None))
        return Kept(mark, await asyncio.shield(making))  # somebody who hangs up does not stop it for the others

    async def _fetch(self, mark: str, picture: Picture) -> bytes:
        loop, path = asyncio.get_running_loop(), self._folder / mark
        kept = await loop.run_in_executor(None, _read, path)
        if kept is not None:
            return kept
        return await loop.run_in_executor(self._worker, self._make, path, picture)

    def _make(self, path: Path, picture: Picture) -> bytes:
        png = picture.png()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(f".{os.getpid()}")
            unfinished.write_bytes(png)
            unfinished.replace(path)  # whole or not at all, whoever else writes it
            self._tidy()
        except OSError as error:  # a full disk must not take the picture from the resident
            logger.warning("a picture could not be kept: %s", error.strerror)
        return png

    def _tidy(self) -> None:
        for path in self._folder.iterdir():
            if path.stat().st_mtime < time() - KEPT_FOR:
                path.unlink(missing_ok=True)


class PicturesDoor:
    """Answers for addresses below `/pictures/`."""

    def __init__(self, album: Album, database: Database, shelf: Shelf, directory: Optional[Directory] = None) -> None:
        self._album, self._database, self._shelf = album, database, shelf
        self._directory = directory or Directory(None)

    async def answer(self, request: Request, path: str) -> HTTPResponse:
        """The PNG, 304 when the caller has it already, or 404 for whatever is not a picture of ours."""
        try:
            kept = await self._shelf.get(lambda: self._find(path))
        except NoSuchPicture:
            return empty(404, {"Cache-Control": "no-store"})
        headers = {
            "Cache-Control": _cache_for(path),
            "ETag": f'"{kept.mark}"',
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return empty(304, headers)
        return raw(kept.png, headers=headers, content_type="image/png")

    async def png(self, path: str) -> bytes:
        """The picture itself; raises `NoSuchPicture`."""
        return (await self._shelf.get(lambda: self._find(path))).png

    def _find(self, path: str) -> Picture:
        pictogram, card, signed = (pattern.fullmatch(path) for pattern in (PICTOGRAM, CARD, SIGNED))
        if pictogram:
            return self._album.pictogram(pictogram[1])
        if card:
            album = self._album
            makers: Dict[str, Callable[[str, str], Picture]] = {
                "bring": album.bring, "lines": album.lines, "household": album.household, "pass_on": album.pass_on,
            }  # fmt: skip
            return makers[card[1]](card[2], card[3])
        place = PLACE.fullmatch(path)
        if place:
            return self._place(*place.groups())
        if signed and signature_holds(self._database.secrecy, *signed.groups()):
            kind, language, name, _ = signed.groups()
            return self._person(language, name) if kind == "person" else self._appointment(language, name)
        raise NoSuchPicture(path)

    def _place(self, language: str, place_id: str, digits: str) -> Picture:
        place = self._directory.place(place_id)
        try:
            day = datetime.strptime(digits, "%Y%m%d").date()
        except ValueError:
            raise NoSuchPicture(digits) from None
        # Only days that somebody may have been told: else an address for every day of all times would fill the disk.
        if place is None or abs(day - self._album.today()) > TOLD_AHEAD:
            raise NoSuchPicture(place_id)
        return self._album.place(language, place, day, times_on(place.hours, day))

    def _person(self, language: str, person_id: str) -> Picture:
        with self._database.change() as session:
            person: Optional[KeyPerson] = session.get(KeyPerson, person_id)
        if person is None or not person.active:
            raise NoSuchPicture(person_id)
        return self._album.person(language, person)

    def _appointment(self, language: str, number: str) -> Picture:
        with self._database.change() as session:
            appointment = session.get(Appointment, int(number)) if number.isdecimal() else None
            handover = session.get(Handover, appointment.handover_id) if appointment is not None else None
        if appointment is None or handover is None:
            raise NoSuchPicture(number)
        return self._album.appointment(language, appointment.at, appointment.place, handover.topic)


def pictures_blueprint(
    content: Content,
    database: Database,
    folder: Path = VAR / "pictures",
    photos: Path = VAR / "photos",
    today: Callable[[], date] = date.today,
    directory: Optional[Directory] = None,
    contact: str = "",
) -> Blueprint:
    """Serves `/pictures/...` and keeps what it draws in `folder`. `photos` holds the photos of key persons.

    `contact`: where anybody can write to this bot, for the cards that are passed on.
    """
    blueprint = Blueprint("pictures", url_prefix="/pictures")
    door = PicturesDoor(Album(content, photos, today, contact=contact), database, Shelf(folder), directory)

    @blueprint.route("/<path:path>", methods=["GET", "HEAD"])
    async def picture(request: Request, path: str) -> HTTPResponse:
        """What stands below `/pictures/` in the address."""
        return await door.answer(request, path)

    return blueprint


def pictures_reader(
    content: Content,
    database: Database,
    folder: Path = VAR / "pictures",
    photos: Path = VAR / "photos",
    today: Callable[[], date] = date.today,
    directory: Optional[Directory] = None,
    contact: str = "",
) -> Callable[[str], Awaitable[bytes]]:
    """The PNG of a path below `/pictures/`, for channels that are handed bytes. It raises `NoSuchPicture`."""
    return PicturesDoor(Album(content, photos, today, contact=contact), database, Shelf(folder), directory).png


def _cache_for(path: str) -> str:
    """A pictogram hardly ever changes; a phone number or a helper may, from one day to the next."""
    if path.startswith("pictogram/"):
        return f"public, max-age={30 * DAY}"
    return f"{'private' if SIGNED.fullmatch(path) else 'public'}, max-age={DAY}"


def _read(path: Path) -> Optional[bytes]:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _fingerprint() -> str:
    """Changes with the code that draws, so that an update does not go on showing old pictures."""
    here = Path(replies.__file__ or "").parent
    return sha256(b"".join((here / f"{name}.py").read_bytes() for name in DRAWN_BY)).hexdigest()
