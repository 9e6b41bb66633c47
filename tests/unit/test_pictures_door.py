"""`GET /pictures/...`: what exists is drawn once and kept; all else is not found."""

import asyncio
import os
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import AsyncIterator, Dict, Tuple
from uuid import uuid4

import pytest
import pytest_asyncio
from sanic import Sanic

from bot.channels.pictures import Shelf, pictures_blueprint
from bot.records.database import Database
from bot.records.models import KeyPerson
from bot.records.secrecy import Secrecy
from bot.replies.cards import signed_path
from bot.replies.content import Content

Sanic.test_mode = True  # Sanic rewrites its own code when a server starts; twice in one process only in this mode
PNG = b"\x89PNG\r\n"


@dataclass(frozen=True)
class Drawing:
    """A picture that counts how often it is drawn, and can wait for a sign before it is done."""

    name: str
    drawn: list
    go: threading.Event

    def __repr__(self) -> str:
        return self.name

    def png(self) -> bytes:
        """Drawn; fails when the sign does not come because whoever should give it is blocked."""
        self.drawn.append(self.name)
        if not self.go.wait(10):
            raise TimeoutError("nobody gave the sign: the loop was blocked")
        return PNG + self.name.encode()


@pytest.fixture
def drawing() -> Drawing:
    """A drawing that is done at once."""
    go = threading.Event()
    go.set()
    return Drawing("house", [], go)


@dataclass
class Door:
    """The door on loopback, and what is behind it."""

    port: int
    database: Database
    folder: Path

    async def get(self, path: str, method: str = "GET", **headers: str) -> Tuple[int, Dict[str, str], bytes]:
        """Status, headers and body. The path is sent exactly as given: no client tidies it up."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{extra}\r\n".encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        status, *lines = head.decode().split("\r\n")
        return int(status.split()[1]), {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}, body


@pytest_asyncio.fixture
async def door(tmp_path: Path, content: Content) -> AsyncIterator[Door]:
    """The real blueprint in a real Sanic server."""
    database = Database(f"sqlite:///{tmp_path / 'records.db'}", Secrecy("a secret key for tests"))
    with database.change() as session:
        for person_id, active in (("fatma", True), ("gone", False)):
            session.add(
                KeyPerson(id=person_id, name="Fatma", gender="woman", languages=["tr"], about={}, active=active)
            )
    app = Sanic(f"pictures-{uuid4().hex}", configure_logging=False)
    folder = tmp_path / "pictures"
    app.blueprint(pictures_blueprint(content, database, folder, tmp_path / "photos"))
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        server = await app.create_server(sock=sock, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.start_serving()
        yield Door(sock.getsockname()[1], database, folder)
        server.close()
        await server.wait_closed()
    database.close()


async def test_a_pictogram_is_a_png_that_may_be_kept_for_long(door: Door):
    status, headers, body = await door.get("/pictures/pictogram/house_money.png")
    assert status == 200 and headers["content-type"] == "image/png" and body.startswith(PNG)
    assert headers["cache-control"] == "public, max-age=2592000"


async def test_cards_of_every_kind_are_served(door: Door):
    person = signed_path(door.database.secrecy, "person", "ar", "fatma")
    for path in ("bring/ar/digid.png", "lines/tr/digid.png", person):
        status, headers, body = await door.get(f"/pictures/{path}")
        assert status == 200 and body.startswith(PNG), path
        assert "max-age=86400" in headers["cache-control"]


async def test_who_has_the_picture_already_is_not_sent_it_again(door: Door):
    _, headers, _ = await door.get("/pictures/pictogram/key.png")
    status, _, body = await door.get("/pictures/pictogram/key.png", If_None_Match=headers["etag"])
    assert (status, body) == (304, b"")


async def test_a_provider_may_ask_for_the_size_first(door: Door):
    _, _, body = await door.get("/pictures/pictogram/key.png")
    status, headers, nothing = await door.get("/pictures/pictogram/key.png", "HEAD")
    assert (status, int(headers["content-length"]), nothing) == (200, len(body), b"")


@pytest.mark.parametrize(
    "path",
    [
        "/pictures/pictogram/nonsense.png",
        "/pictures/pictogram/key.svg",
        "/pictures/bring/xx/digid.png",
        "/pictures/bring/nl/nonsense.png",
        "/pictures/lines/nl/ask_privacy.png",
        "/pictures/",
        "/pictures/../records.db",
        "/pictures/../../etc/passwd",
        "/pictures/%2e%2e/records.db",
        "/pictures/..%2frecords.db",
        "/pictures/pictogram/../../records.db",
        "/pictures/pictogram/..%2f..%2frecords.png",
        "/pictures/pictogram/key.png%00.png",
        "/pictures//etc/passwd",
        "/pictures/bring/nl/..%2f..%2f..%2frecords.png",
    ],
)
async def test_anything_else_is_not_found_and_nothing_is_written(door: Door, path: str):
    status, _, body = await door.get(path)
    assert status == 404 and b"SQLite" not in body
    assert not door.folder.exists()


@pytest.mark.parametrize("change", [
    lambda path: path.replace("fatma", "gone"),
    lambda path: path.replace("/tr/", "/nl/"),
    lambda path: path[:-5] + ("0" if path[-5] != "0" else "1") + ".png",
    lambda path: path[:-21] + ".png",
])  # fmt: skip
async def test_the_card_of_a_helper_is_not_found_by_guessing(door: Door, change):
    path = "/pictures/" + signed_path(door.database.secrecy, "person", "tr", "fatma")
    assert (await door.get(change(path)))[0] == 404
    assert (await door.get(path))[0] == 200


async def test_somebody_who_stopped_helping_has_no_card_any_more(door: Door):
    assert (await door.get("/pictures/" + signed_path(door.database.secrecy, "person", "tr", "gone")))[0] == 404


async def test_a_kept_picture_is_not_drawn_again(tmp_path: Path, drawing: Drawing):
    first = await Shelf(tmp_path).get(lambda: drawing)
    second = await Shelf(tmp_path).get(lambda: drawing)  # another shelf: as after a restart
    assert first == second and drawing.drawn == ["house"]


async def test_what_is_on_a_picture_decides_which_one_it_is(tmp_path: Path, drawing: Drawing):
    shelf = Shelf(tmp_path)
    house = await shelf.get(lambda: drawing)
    other = await shelf.get(lambda: Drawing("another number on it", drawing.drawn, drawing.go))
    assert house.mark != other.mark and house.png != other.png and len(drawing.drawn) == 2


async def test_two_who_ask_at_once_wait_for_one_drawing_and_the_loop_goes_on(tmp_path: Path):
    drawing, shelf = Drawing("slow", [], threading.Event()), Shelf(tmp_path)
    asking = [asyncio.ensure_future(shelf.get(lambda: drawing)) for _ in range(3)]
    while not drawing.drawn:  # the loop turns while the drawing is being made, else this never ends
        await asyncio.sleep(0)
    drawing.go.set()
    kept = await asyncio.gather(*asking)
    assert drawing.drawn == ["slow"] and len({one.png for one in kept}) == 1


async def test_a_picture_reaches_the_resident_even_when_it_cannot_be_kept(tmp_path: Path, drawing: Drawing):
    (tmp_path / "full").write_text("a file where the folder should be")
    kept = await Shelf(tmp_path / "full").get(lambda: drawing)
    assert kept.png == PNG + b"house"


async def test_what_nobody_drew_for_a_month_is_thrown_away(tmp_path: Path, drawing: Drawing):
    old, fresh = tmp_path / "old", tmp_path / "fresh"
    for path in (old, fresh):
        path.write_bytes(PNG)
    os.utime(old, (0, 0))
    await Shelf(tmp_path).get(lambda: drawing)
    assert not old.exists() and fresh.exists()
