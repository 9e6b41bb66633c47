"""The demo's door: two phones on one page, for a visitor without any account. For showing, never for real residents."""

import asyncio
import json
from collections import OrderedDict
from dataclasses import asdict
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Protocol
from uuid import uuid4

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, file
from sanic.response import json as json_response
from sqlalchemy import select

from bot.channels.demo_clock import pass_time, read_minutes
from bot.channels.demo_feed import CHANNEL, DemoTransport, Position, VisitorFeed
from bot.channels.demo_reading import (
    LONGEST_PAYLOAD,
    LONGEST_TEXT,
    Refused,
    read_json,
    read_media,
    read_message_id,
    read_place,
    read_text,
    read_visitor,
)
from bot.channels.gate import Gate
from bot.channels.messages import Incoming, Media, Place
from bot.channels.outcome import Turn
from bot.channels.routes import add_routes
from bot.clock import Clock
from bot.desk.delivery import Delivery
from bot.desk.watch import Watch
from bot.handover.service import Handovers
from bot.handover.states import HELD_BY_A_PERSON
from bot.records.database import Database
from bot.records.models import KeyPerson
from bot.replies.content import CONTENT, read_yaml
from bot.replies.fonts import FACES, FALLBACK
from bot.replies.speaker import Speaker

PAGE = Path(__file__).with_name("demo_page")
FONTS = {f"{face.script.lower()}.ttf": face for face in (FALLBACK, *FACES)}
PEOPLE_PREFIX = "demo-"  # how the addresses of the sample key persons begin
LOOK_AGAIN = 1.0  # seconds, should a wake-up be missed
STILL_HERE = 15  # looks without news before a line is sent that keeps the connection open
REMEMBERED = 500  # visitors of whom the last understanding is kept for a reload
PANEL = ("language", "intent", "confidence", "accepted", "choices", "state")
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

Here = Callable[[], Optional[Place]]


class DemoDoor:
    """The handlers behind the page. What a visitor and the sample key persons write goes through the real gate."""

    def __init__(self, parts: "Parts", transport: DemoTransport, here: Here) -> None:
        self.parts, self.transport, self.here = parts, transport, here
        self.gate, self.database, self.content = parts.gate, parts.database, parts.speaker.content
        self.closing = False
        self._words = read_yaml(CONTENT / "demo_page.yml")
        self._understood: OrderedDict[str, str] = OrderedDict()  # resident -> the last event, ready to be sent
        self.gate.observers.append(self.note_understood)

    async def resident(self, request: Request) -> HTTPResponse:
        """The visitor, as the resident, sends words, a pressed button, a photo, a voice message or where they are."""
        data = read_json(request)
        return self._hand_in(read_visitor(data.get("visitor")), data, read_media(data), read_place(data))

    async def person(self, request: Request) -> HTTPResponse:
        """The visitor, as a sample key person, answers."""
        data = read_json(request)
        if data.get("person") not in [person["id"] for person in self.people()]:
            raise Refused("unknown_person", 404)
        if data.get("visitor") and not data.get("payload"):
            self._turn_to(read_visitor(data["visitor"]), data["person"])
        return self._hand_in(PEOPLE_PREFIX + data["person"], data, read_media(data))

    def _turn_to(self, visitor: str, person: str) -> None:
        """All visitors share the sample people: what is typed on this page goes to the resident on this page."""
        handover = self.parts.handovers.current(self.database.secrecy.pseudonym(CHANNEL, visitor))
        if handover is not None and handover.person_id == person and handover.state in HELD_BY_A_PERSON:
            self.parts.handovers.choose_talk(person, handover.id)

    async def clock(self, request: Request) -> HTTPResponse:
        """The visitor lets time pass; for everybody on this demo, since there is one clock."""
        by = read_minutes(read_json(request))
        pass_time(self.parts.clock, self.parts.handovers, self.parts.watch, by)
        self.parts.delivery.wake()
        self.transport.ring()
        return json_response(self._clock())

    async def config(self, request: Request) -> HTTPResponse:
        """What the page needs to know: its own words, the languages with first sentences, topics, people."""
        languages = [
            {"code": one.code, "name": one.name, "direction": one.direction, "suggestions": one.suggestions}
            for one in self.content.languages.values()
        ]
        topics = {
            code: {name: texts.title for name, texts in self.content.languages[code].topics.items()}
            for code in self._words
            if code in self.content.languages
        }
        here = self.here()
        told = {"languages": languages, "words": self._words, "topics": topics, "people": self.people()}
        return json_response({**told, "here": asdict(here) if here else None})

    async def stream(self, request: Request) -> None:
        """Everything said on this visitor's two phones, as server-sent events, until the page goes away."""
        visitor = read_visitor(request.args.get("visitor"))
        resident_id = self.database.secrecy.pseudonym(CHANNEL, visitor)
        after = Position.parse(request.headers.get("last-event-id") or request.args.get("after"))
        feed = VisitorFeed(self.database, self.content, resident_id, after)
        sent: Dict[str, str] = {}
        quiet = 0
        response = await request.respond(content_type="text/event-stream", headers={"Cache-Control": "no-store"})
        await response.send("retry: 1500\n\n")
        with self.transport.listening() as bell:
            while not self.closing:
                bell.clear()
                news = "".join(as_event("message", one, one["id"]) for one in feed.news())
                for name, event in self._standing(feed, resident_id).items():
                    if sent.get(name) != event:
                        news += event
                        sent[name] = event
                quiet = 0 if news else quiet + 1
                if news or quiet % STILL_HERE == 0:
                    await response.send(news or ": still here\n\n")
                try:
                    await asyncio.wait_for(bell.wait(), LOOK_AGAIN)
                except asyncio.TimeoutError:
                    continue
        await response.eof()

    def people(self) -> List[Dict[str, str]]:
        """The sample key persons whose phone is the page's right one."""
        with self.database.change() as session:
            query = select(KeyPerson).where(KeyPerson.channel == CHANNEL, KeyPerson.active).order_by(KeyPerson.name)
            return [{"id": person.id, "name": person.name} for person in session.scalars(query)]

    def note_understood(self, resident_id: str, turn: Turn) -> None:
        """Keep what was understood of a resident's last message, and let the open pages know."""
        panel = {"language": turn.language, **{key: turn.understood[key] for key in PANEL if key in turn.understood}}
        # The number makes two messages that were understood alike two events.
        self._understood[resident_id] = as_event("understood", {**panel, "turn": uuid4().hex})
        self._understood.move_to_end(resident_id)
        while len(self._understood) > REMEMBERED:
            self._understood.popitem(last=False)
        self.transport.ring()

    def _standing(self, feed: VisitorFeed, resident_id: str) -> Dict[str, str]:
        """What holds at this moment, as events: sent when it differs from what was sent before."""
        events = {"handover": as_event("handover", feed.handover()), "clock": as_event("clock", self._clock())}
        if resident_id in self._understood:
            events["understood"] = self._understood[resident_id]
        return events

    def _clock(self) -> Dict[str, float]:
        """How far the demo's time is ahead, in seconds."""
        return {"ahead": self.parts.clock.ahead.total_seconds()}

    def _hand_in(
        self, address: str, data: Dict[str, Any], media: List[Media], place: Optional[Place] = None
    ) -> HTTPResponse:
        text, payload = read_text(data, "text", LONGEST_TEXT), read_text(data, "payload", LONGEST_PAYLOAD)
        if not (text.strip() or payload or media or place):
            raise Refused("nothing")
        message_id = read_message_id(data)
        self.gate.receive(Incoming(CHANNEL, message_id, [address], text, payload or None, media, place))
        return json_response({"id": message_id}, status=202)


class Parts(Protocol):
    """What the door needs of the running bot (see `bot.app`)."""

    gate: Gate
    database: Database
    speaker: Speaker
    clock: Clock
    handovers: Handovers
    delivery: Delivery
    watch: Watch


def demo_blueprint(parts: Parts, transport: DemoTransport, here: Here = lambda: None) -> Blueprint:
    """The routes of the demo. `transport` is the one that the delivery worker sends through for channel `demo`.

    `here`: where the resident of the demo says to be; None: nowhere, and the page does not offer to share it.
    """
    door = DemoDoor(parts, transport, here)
    blueprint = Blueprint("demo")
    files = {path.name: path for path in PAGE.iterdir() if path.is_file()}

    async def index(request: Request) -> HTTPResponse:
        return await file(files["index.html"], headers={"Cache-Control": "no-cache"})

    async def page_file(request: Request, name: str) -> HTTPResponse:
        if name not in files:
            raise Refused("not_found", 404)
        return await file(files[name], headers={"Cache-Control": "no-cache"})

    async def font(request: Request, name: str) -> HTTPResponse:
        path = font_file(name)
        if path is None:
            raise Refused("not_found", 404)
        return await file(path, mime_type="font/ttf", headers={"Cache-Control": "max-age=86400"})

    def guard(request: Request, response: HTTPResponse) -> None:
        response.headers.update(HEADERS)

    def end_streams(*_: Any) -> None:
        door.closing = True
        transport.ring()

    add_routes(
        blueprint,
        ("/", index, "GET"),
        ("/demo/page/<name:str>", page_file, "GET"),
        ("/demo/fonts/<name:str>", font, "GET"),
        ("/demo/config", door.config, "GET"),
        ("/demo/stream", door.stream, "GET"),
        ("/demo/resident", door.resident, "POST"),
        ("/demo/person", door.person, "POST"),
        ("/demo/clock", door.clock, "POST"),
    )
    blueprint.on_response(guard)
    blueprint.listener("before_server_stop")(end_streams)
    blueprint.exception(Refused)(lambda request, error: json_response({"error": error.code}, status=error.status))
    return blueprint


def as_event(name: str, data: Any, event_id: Optional[str] = None) -> str:
    """One server-sent event. With an id, the browser names it as the last seen when it has to connect again."""
    lines = [f"id: {event_id}"] if event_id else []
    return "\n".join([*lines, f"event: {name}", f"data: {json.dumps(data, ensure_ascii=False, default=str)}"]) + "\n\n"


def font_file(name: str) -> Optional[Path]:
    """A font of our own server, so that the page asks nobody else for one; None when it is not there."""
    return FONTS[name].path() if name in FONTS else None
