"""The demo's door: HTTP over loopback to a real Sanic app, a real database and outbox; the gate is a fake."""

import asyncio
import base64
import json
import re
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, AsyncIterator, Callable, Dict, List, Optional, Tuple
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from sanic import Sanic
from sanic.touchup import TouchUp
from sqlalchemy import select

from bot.channels import demo
from bot.channels.demo import PAGE, demo_blueprint
from bot.channels.demo_feed import DemoTransport, Position
from bot.channels.demo_reading import LARGEST_PHOTO, LONGEST_PAYLOAD, LONGEST_TEXT
from bot.channels.inbox import Inbox
from bot.channels.messages import Choice, Incoming, Media, Outgoing, Place
from bot.channels.outcome import Turn
from bot.clock import Clock
from bot.desk.delivery import Delivery
from bot.desk.outbox import Outbox, person_key, put
from bot.desk.watch import Watch
from bot.handover.service import Agreement, Handovers
from bot.records.database import Database
from bot.records.forget import LEAVING, forget
from bot.records.models import Handover, HandoverEvent, KeyPerson, Resident
from bot.records.secrecy import Secrecy, new_key
from bot.replies.content import CONTENT, Content, Language, TopicTexts, read_yaml
from bot.replies.speaker import Speaker
from tests.fakes import Notices

VISITOR, OTHER_VISITOR = "visitor-one-1", "visitor-two-2"
PATIENCE = 5.0  # seconds until a test says that something never came
PHOTOS = {
    "image/jpeg": b"\xff\xd8\xff\xe0 jpeg",
    "image/png": b"\x89PNG\r\n\x1a\n png",
    "image/webp": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
}

pytestmark = pytest.mark.asyncio


@dataclass
class FakeGate:
    """Takes messages in, knows their senders as the real gate does, and answers nothing by itself."""

    database: Database
    received: List[Incoming] = field(default_factory=list)
    observers: List[Callable[[str, Turn], None]] = field(default_factory=list)

    def receive(self, incoming: Incoming) -> bool:
        """Store the message, remember it."""
        self.received.append(incoming)
        return Inbox(self.database).store(incoming) is not None


@dataclass
class Parts:
    """What the door is given of the bot."""

    gate: FakeGate
    database: Database
    speaker: Speaker
    clock: Clock
    handovers: Handovers
    delivery: Delivery
    watch: Watch


@dataclass
class Demo:
    """Everything behind one running demo."""

    http: httpx.AsyncClient
    database: Database
    gate: FakeGate
    delivery: Delivery
    stop: Callable[[], Any]
    parts: Parts
    notices: Notices

    async def say(self, visitor: str = VISITOR, **data: Any) -> httpx.Response:
        """What the page does when the resident sends something."""
        return await self.http.post("/demo/resident", json={"visitor": visitor, **data})

    def resident_id(self, visitor: str = VISITOR) -> str:
        """The pseudonym of a visitor."""
        return self.database.secrecy.pseudonym("demo", visitor)

    def put(self, receiver: str, *messages: Outgoing, handover: Optional[str] = None) -> None:
        """Write messages into the outbox."""
        with self.database.change() as session:
            put(session, receiver, "demo", list(messages), handover)

    async def deliver(self, receiver: str, *messages: Outgoing, handover: Optional[str] = None) -> None:
        """Write messages into the outbox, and let the worker send all that is due."""
        self.put(receiver, *messages, handover=handover)
        while await self.delivery.send_due():
            pass

    async def hand_over(self, visitor: str, handover_id: str, state: str = "asked") -> None:
        """This visitor's handover to Fatma."""
        await self.say(visitor, text="Hallo")
        with self.database.change() as session:
            session.add(
                Handover(
                    id=handover_id,
                    resident_id=self.resident_id(visitor),
                    state=state,
                    language="tr",
                    person_id="fatma",
                )
            )

    @asynccontextmanager
    async def listen(self, visitor: str = VISITOR, **more: Any) -> AsyncIterator["Events"]:
        """An open page."""
        params = {"visitor": visitor, **more.pop("params", {})}
        async with self.http.stream("GET", "/demo/stream", params=params, **more) as response:
            assert response.status_code == 200
            assert response.headers["content-type"] == "text/event-stream"
            yield Events(response.aiter_lines())


class Events:
    """Reads server-sent events."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self, name: str) -> Any:
        """The data of the next event of this name; others are passed over."""
        return (await self.next_with_id(name))[1]

    async def next_with_id(self, name: str) -> Tuple[str, Any]:
        """The id and the data of the next event of this name."""
        return await asyncio.wait_for(self._next(name), PATIENCE)

    async def texts(self, until: str) -> List[str]:
        """The texts of the messages up to the one that says `until`."""
        found: List[str] = []
        while until not in found:
            found.append((await self.next("message"))["text"])
        return found

    async def end(self) -> None:
        """Return when the server closes the stream."""
        await asyncio.wait_for(self._next("no such event"), PATIENCE)

    async def _next(self, name: str) -> Tuple[str, Any]:
        event: Dict[str, str] = {}
        async for line in self._lines:
            if line:
                key, _, value = line.partition(": ")
                event[key] = value
            elif event.get("event") == name:
                return event.get("id", ""), json.loads(event["data"])
            else:
                event = {}
        return "", None


def language(code: str, name: str, direction: str) -> Language:
    """A language with one topic and one first sentence."""
    texts = TopicTexts(f"Huur ({code})", [], [], [], "", "")
    empty: Dict[str, Any] = {name: {} for name in Language.__dataclass_fields__}  # the door asks for nothing of these
    about = {"code": code, "name": name, "direction": direction, "suggestions": [f"first {code}"]}
    return Language(**{**empty, **about, "topics": {"cannot_pay_rent": texts}})


def sanic_can_start_again(monkeypatch) -> None:
    """Sanic 21.12 rewrites its own source at the start, and cannot do so a second time in one process.

    What this test's app rewrites is put back afterwards; what another test's app has rewritten is left as it is.
    """
    if any(getattr(target, "__touched__", False) for target, _ in TouchUp._registry):
        monkeypatch.setattr(TouchUp, "run", lambda app: None)
    for target, method in TouchUp._registry:
        monkeypatch.setattr(target, method, getattr(target, method))
        monkeypatch.setattr(target, "__touched__", getattr(target, "__touched__", False), raising=False)


@pytest_asyncio.fixture
async def running(tmp_path, monkeypatch) -> AsyncIterator[Demo]:
    """A demo that listens on a free loopback port, with the sample key persons Fatma and Yusuf."""
    monkeypatch.setattr(demo, "LOOK_AGAIN", 60.0)  # so that only a wake-up can explain what arrives
    sanic_can_start_again(monkeypatch)
    database = Database(f"sqlite:///{tmp_path / 'demo.db'}", Secrecy(new_key()))
    with database.change() as session:
        for name, gender in (("Fatma", "woman"), ("Yusuf", "man")):
            identity = name.lower()
            session.add(KeyPerson(id=identity, name=name, gender=gender, languages=["tr"], address=f"demo-{identity}"))
        session.add(KeyPerson(id="anna", name="Anna", gender="woman", languages=["nl"], channel="telegram"))
    languages = {
        "nl": language("nl", "Nederlands", "ltr"),
        "ar": language("ar", "العربية", "rtl"),
    }
    content = Content({}, {}, languages, {}, {}, {})
    gate, transport = FakeGate(database), DemoTransport()
    app = Sanic(f"demo-{uuid4().hex}", configure_logging=False)
    clock, notices, delivery = Clock(), Notices(), Delivery(Outbox(database), {"demo": transport})
    handovers = Handovers(database, notices, lambda topic: "plain", lambda topic: None, clock)
    watch = Watch(database, handovers, delivery.wake, clock)
    parts = Parts(gate, database, Speaker(content), clock, handovers, delivery, watch)
    app.blueprint(demo_blueprint(parts, transport))  # type: ignore[arg-type]  # the gate is a fake
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.before_start()
    await server.start_serving()
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with httpx.AsyncClient(base_url=base, timeout=PATIENCE, trust_env=False) as http:
        yield Demo(http, database, gate, delivery, server.before_stop, parts, notices)
        await server.before_stop()
    server.close()
    database.close()


def data_url(photo: bytes, declared: str = "image/jpeg") -> str:
    """A photo as the page sends it."""
    return f"data:{declared};base64,{base64.b64encode(photo).decode()}"


# -------------------------------------------------------------------- the page itself


async def test_the_page_comes_with_a_policy_that_allows_nothing_from_elsewhere_and_needs_nothing_inline(running):
    """A policy alone would only break the page; so the page is looked at too."""
    answer = await running.http.get("/")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|https?://", answer.text)


async def test_every_file_that_the_page_names_is_served(running):
    """Also what one script asks of another."""
    names = {path.name for path in PAGE.iterdir()}
    named = set()
    for name in names:
        text = (await running.http.get(f"/demo/page/{name}")).raise_for_status().text
        named |= set(re.findall(r'/demo/page/([\w.]+)"|from "\./([\w.]+)"', text))
    assert {one or other for one, other in named} == names - {"index.html"}


@pytest.mark.parametrize("path", ["/demo/page/..%2fdemo.py", "/demo/page/demo.py", "/demo/fonts/other.ttf"])
async def test_nothing_else_is_served(running, path):
    """No file beside the page's own."""
    assert (await running.http.get(path)).status_code == 404


@pytest.mark.parametrize("name", ["latn.ttf", "arab.ttf", "ethi.ttf"])
async def test_fonts_come_from_our_own_server(running, name):
    """TrueType begins with these four bytes."""
    answer = await running.http.get(f"/demo/fonts/{name}")
    assert answer.content[:4] == b"\x00\x01\x00\x00"
    assert answer.headers["content-type"] == "font/ttf"


def all_keys(words: Dict[str, Any], before: str = "") -> List[str]:
    """Every key, with the keys above it."""
    found: List[str] = []
    for key, value in words.items():
        found += all_keys(value, f"{before}{key}.") if isinstance(value, dict) else [f"{before}{key}"]
    return found


async def test_the_page_has_all_its_words_in_every_language_of_the_page():
    """What markup and scripts ask for is there, and nothing that nobody asks for (the lists are asked for as lists)."""
    words = read_yaml(CONTENT / "demo_page.yml")
    assert {"nl", "en"} <= set(words)
    asked = set()
    for path in PAGE.iterdir():
        text = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r'data-word(?:-label|-placeholder)?="(\w+)"', text))
        for call in re.findall(r"\bsay\(([^()]*)\)", text):
            asked |= set(re.findall(r'"(\w+)"', call))
    for code, own in words.items():
        plain = {key for key in all_keys(own) if "." not in key} - {"name"}
        assert all_keys(own) == all_keys(words["nl"]), code
        assert plain - asked - {"too_large", "too_long", "no_photo", "no_voice"} == set(), code
        assert {key for key in asked if key not in plain} == set(), code


async def test_the_page_is_told_its_words_languages_topics_and_the_people_of_the_demo(running):
    """Key persons on other channels are no part of the demo."""
    config = (await running.http.get("/demo/config")).json()
    assert config["languages"][1] == {
        "code": "ar",
        "name": "العربية",
        "direction": "rtl",
        "suggestions": ["first ar"],
    }
    assert config["people"] == [{"id": "fatma", "name": "Fatma"}, {"id": "yusuf", "name": "Yusuf"}]
    assert config["topics"] == {"nl": {"cannot_pay_rent": "Huur (nl)"}}
    assert config["words"]["en"]["send"] == "Send"
    assert config["here"] is None, "without a directory nobody can be near a place"


# -------------------------------------------------------------------- what is said on the phones


async def test_what_the_resident_writes_goes_through_the_gate(running):
    """With the page's own number of the message, so that the gate can drop a repeat."""
    answer = await running.say(text="Kiramı ödeyemiyorum", payload="/x", id="a1b2c3d4e5")
    assert answer.status_code == 202
    assert running.gate.received == [Incoming("demo", "a1b2c3d4e5", [VISITOR], "Kiramı ödeyemiyorum", "/x", [])]


async def test_the_resident_can_share_where_they_are(running):
    answer = await running.say(place={"latitude": 52.37, "longitude": 5.03}, id="a1b2c3d4e5")
    assert answer.status_code == 202
    assert running.gate.received == [Incoming("demo", "a1b2c3d4e5", [VISITOR], place=Place(52.37, 5.03))]


@pytest.mark.parametrize(
    "place",
    ["here", [52, 5], {}, {"latitude": 52}, {"latitude": "52", "longitude": 5}, {"latitude": 91, "longitude": 5}],
)
async def test_what_is_no_spot_on_earth_is_refused(running, place):
    answer = await running.say(text="Hallo", place=place)
    assert (answer.status_code, answer.json()) == (400, {"error": "no_place"}) and running.gate.received == []


async def test_messages_without_a_number_are_different_messages(running):
    """Each gets a number of its own."""
    await running.say(text="ja")
    await running.say(text="ja", id="not a number!")
    first, second = running.gate.received
    assert first.message_id != second.message_id != "not a number!"


async def test_a_key_person_answers_from_their_own_address(running):
    """The address is the one in the table of people."""
    answer = await running.http.post("/demo/person", json={"person": "fatma", "text": "Ja", "payload": "accept:1"})
    assert answer.status_code == 202
    (incoming,) = running.gate.received
    assert (incoming.addresses, incoming.text, incoming.payload) == (["demo-fatma"], "Ja", "accept:1")


@pytest.mark.parametrize("person", ["anna", "nobody", "", None, ["fatma"]])
async def test_nobody_can_answer_as_somebody_outside_the_demo(running, person):
    """Real key persons on real channels least of all."""
    answer = await running.http.post("/demo/person", json={"person": person, "text": "Ja"})
    assert (answer.status_code, running.gate.received) == (404, [])


@pytest.mark.parametrize("visitor", ["demo-fatma", "short", "x" * 41, "UPPER-CASE", "visitor-one\n", 1234567, None])
async def test_a_visitor_cannot_take_the_address_of_a_key_person_or_an_odd_one(running, visitor):
    """Neither to write nor to listen."""
    assert (await running.say(visitor, text="Hallo")).status_code == 400
    assert (await running.http.get("/demo/stream", params={"visitor": visitor})).status_code == 400
    assert running.gate.received == []


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "text/plain"}, b'{"visitor": "visitor-one-1", "text": "x"}', 415),
        ({"content-type": "application/x-www-form-urlencoded"}, b"visitor=visitor-one-1&text=x", 415),
        ({"sec-fetch-site": "cross-site"}, b'{"visitor": "visitor-one-1", "text": "x"}', 403),
        ({}, b"{", 400),
        ({}, b"\xff\xfe", 400),
        ({}, b"[]", 400),
        ({}, b'{"visitor": "visitor-one-1"}', 400),
        ({}, b'{"visitor": "visitor-one-1", "text": "  "}', 400),
        ({}, b'{"visitor": "visitor-one-1", "text": ["x"]}', 400),
        ({}, json.dumps({"visitor": VISITOR, "text": "x" * (LONGEST_TEXT + 1)}).encode(), 413),
        ({}, json.dumps({"visitor": VISITOR, "payload": "x" * (LONGEST_PAYLOAD + 1)}).encode(), 413),
    ],
    ids=["text", "form", "other site", "broken", "no UTF-8", "list", "nothing", "blank", "odd", "long", "long payload"],
)
async def test_what_our_page_would_never_send_is_refused(running, headers, body, status):
    """And nothing of it reaches the gate."""
    answer = await running.http.post(
        "/demo/resident", content=body, headers={"content-type": "application/json", **headers}
    )
    assert (answer.status_code, running.gate.received) == (status, [])
    assert answer.json()["error"]


async def test_half_a_character_does_no_harm(running):
    """A cut-off emoji cannot be written down as UTF-8; the rest of the message can."""
    body = b'{"visitor": "visitor-one-1", "text": "huur \\ud83d"}'
    answer = await running.http.post("/demo/resident", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, running.gate.received[0].text) == (202, "huur ")


# -------------------------------------------------------------------- photos


@pytest.mark.parametrize("kind", PHOTOS)
async def test_a_photo_is_known_by_its_first_bytes_whatever_it_is_called(running, kind):
    """The photo itself goes along with the message: somebody who helps may see it."""
    answer = await running.say(photo=data_url(PHOTOS[kind], declared="image/anything"))
    assert answer.status_code == 202
    assert running.gate.received[0].media == [Media(data_url(PHOTOS[kind], kind), kind)]


@pytest.mark.parametrize(
    "photo",
    [
        data_url(b"GIF89a"),
        data_url(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        data_url(b""),
        data_url(PHOTOS["image/png"], "text/html"),
        "data:image/png;base64,not base64!",
        "https://example.com/photo.jpg",
        True,
    ],
    ids=["gif", "svg", "empty", "web page", "no base64", "address", "flag"],
)
async def test_what_is_no_photo_is_refused(running, photo):
    """Also an address elsewhere, which nobody here will fetch."""
    answer = await running.say(photo=photo)
    assert (answer.status_code, running.gate.received) == (415, [])


async def test_a_photo_may_be_five_megabytes_and_not_a_byte_more(running):
    """The limit of WhatsApp for pictures."""
    largest = PHOTOS["image/jpeg"].ljust(LARGEST_PHOTO, b"x")
    assert (await running.say(photo=data_url(largest))).status_code == 202
    assert (await running.say(photo=data_url(largest + b"x"))).status_code == 413
    assert len(running.gate.received) == 1


VOICE = b"OggS voice"


@pytest.mark.parametrize("path, who", [("resident", {"visitor": VISITOR}), ("person", {"person": "fatma"})])
async def test_both_phones_send_photos_and_voice_messages(running, path, who):
    """With the bytes in the address, until the message is dealt with."""
    media = {"photo": data_url(PHOTOS["image/png"]), "voice": data_url(VOICE, "audio/ogg; codecs=opus")}
    answer = await running.http.post(f"/demo/{path}", json={**who, **media})
    assert answer.status_code == 202
    kept = [data_url(PHOTOS["image/png"], "image/png"), data_url(VOICE, "audio/ogg")]
    assert [media.url for media in running.gate.received[0].media] == kept


@pytest.mark.parametrize(
    "voice", ["https://example.com/a.ogg", data_url(VOICE, "text/html"), "data:audio/ogg;base64,x", 5]
)
async def test_what_is_no_voice_message_is_refused(running, voice):
    answer = await running.say(voice=voice)
    assert (answer.status_code, answer.json()["error"], running.gate.received) == (415, "no_voice", [])


async def test_what_the_other_side_sent_can_be_seen_or_heard(running):
    await running.say(text="Hallo")
    async with running.listen() as events:
        await running.deliver(running.resident_id(), Outgoing("", "nl", sender="person", attachment="ab-cd.ogg"))
        assert (await events.next("message"))["attachment"] == "/media/ab-cd.ogg"


# -------------------------------------------------------------------- what the phones show


async def test_a_delivered_message_appears_at_once_with_all_that_the_page_draws(running):
    """The worker's wake-up brings it: the fixture makes the page look by itself only once a minute."""
    await running.say(text="Hallo")
    async with running.listen() as events:
        assert await events.next("handover") is None
        await running.deliver(
            running.resident_id(),
            Outgoing("أهلا", "ar", "pictogram/house.png", [Choice("نعم", "/affirm")]),
        )
        event_id, message = await events.next_with_id("message")
    assert message.pop("at").endswith("+00:00")
    assert message == {
        "id": event_id,
        "to": "resident",
        "person": None,
        "from": "bot",
        "text": "أهلا",
        "language": "ar",
        "direction": "rtl",
        "picture": "/pictures/pictogram/house.png",
        "attachment": None,
        "choices": [{"title": "نعم", "payload": "/affirm"}],
    }


async def test_a_missed_wake_up_is_made_good(running, monkeypatch):
    """The page's stream looks by itself too."""
    monkeypatch.setattr(demo, "LOOK_AGAIN", 0.02)
    await running.say(text="Hallo")
    async with running.listen() as events:
        await events.next("handover")
        running.put(running.resident_id(), Outgoing("Welkom"))
        (row,) = running.delivery.outbox.lease()
        running.delivery.outbox.sent(row.id, "sent without ringing")
        assert (await events.next("message"))["text"] == "Welkom"


async def test_only_what_was_delivered_is_shown(running):
    """A reminder for next week stands in the outbox already."""
    await running.say(text="Hallo")
    running.put(running.resident_id(), Outgoing("nog niet verstuurd"))
    async with running.listen() as events:
        await events.next("handover")
        assert running.gate.observers
        running.gate.observers[0](running.resident_id(), Turn())
        event, _ = await asyncio.wait_for(first_of(events, "message", "understood"), PATIENCE)
    assert event == "understood"


async def first_of(events: Events, *names: str) -> Tuple[str, Any]:
    """The first event of one of these names."""
    event: Dict[str, str] = {}
    async for line in events._lines:
        key, _, value = line.partition(": ")
        event = {**event, key: value} if line else event
        if not line and event.get("event") in names:
            return event["event"], json.loads(event["data"])
        event = event if line else {}
    raise AssertionError("the stream ended")


async def test_two_visitors_do_not_see_each_other(running):
    """Neither what the bot says, nor what the same key person reads; nor messages that are about no handover."""
    await running.hand_over(VISITOR, "mine")
    await running.hand_over(OTHER_VISITOR, "theirs")
    await running.deliver(running.resident_id(OTHER_VISITOR), Outgoing("voor een ander"))
    await running.deliver(person_key("fatma"), Outgoing("over een ander"), handover="theirs")
    await running.deliver(person_key("fatma"), Outgoing("over niemand"))
    await running.deliver(person_key("fatma"), Outgoing("over mij"), handover="mine")
    await running.deliver(running.resident_id(), Outgoing("voor mij"))
    async with running.listen() as events:
        assert await events.texts(until="voor mij") == ["over mij", "voor mij"]


async def test_the_right_phone_says_whose_it_is_and_the_left_one_who_writes(running):
    """A name on every message to a key person, and on what a key person writes to the resident."""
    await running.hand_over(VISITOR, "mine")
    await running.deliver(person_key("yusuf"), Outgoing("Kunt u helpen?"), handover="mine")
    await running.deliver(running.resident_id(), Outgoing("Merhaba", "tr", sender="person"), handover="mine")
    async with running.listen() as events:
        alert, hello = await events.next("message"), await events.next("message")
    assert (alert["to"], alert["person"]) == ("person", {"id": "yusuf", "name": "Yusuf"})
    assert (hello["to"], hello["from"], hello["person"]) == ("resident", "person", {"id": "fatma", "name": "Fatma"})
    assert hello["direction"] == "auto"  # Turkish is no language of this test's content


@pytest.mark.parametrize("how", ["after", "last-event-id", "both"])
async def test_a_page_that_comes_back_is_told_only_what_it_has_not_drawn(running, how):
    """What the browser says of itself counts for more than the address it was opened with."""
    await running.say(text="Hallo")
    await running.deliver(running.resident_id(), Outgoing("een"), Outgoing("twee"))
    async with running.listen() as events:
        first, _ = await events.next_with_id("message")
        second, _ = await events.next_with_id("message")
    await running.deliver(running.resident_id(), Outgoing("drie"))
    more: Dict[str, Any] = {
        "after": {"params": {"after": second}},
        "last-event-id": {"headers": {"Last-Event-ID": second}},
        "both": {"params": {"after": first}, "headers": {"Last-Event-ID": second}},
    }[how]
    async with running.listen(**more) as events:
        assert await events.texts(until="drie") == ["drie"]


@pytest.mark.parametrize("after", ["", "nonsense", "-1", "1-", "9" * 30 + "-1", "1700000000000000-x"])
async def test_a_page_that_remembers_nonsense_is_told_everything(running, after):
    """Better twice than not at all; the page draws nothing twice."""
    await running.say(text="Hallo")
    await running.deliver(running.resident_id(), Outgoing("een"))
    async with running.listen(params={"after": after}) as events:
        assert (await events.next("message"))["text"] == "een"


async def test_a_position_survives_its_way_through_the_browser(running):
    """To the microsecond: messages of one turn are that close."""
    await running.say(text="Hallo")
    await running.deliver(running.resident_id(), Outgoing("een"))
    async with running.listen() as events:
        event_id, message = await events.next_with_id("message")
    position = Position.parse(event_id)
    assert position is not None
    assert (str(position), position.sent_at.isoformat()) == (event_id, message["at"])


async def test_last_words_after_forgetting_arrive_although_sqlite_gives_ids_out_again(running):
    """The row of the last words has a smaller id than what the page has drawn already."""
    await running.say(text="Hallo")
    await running.deliver(running.resident_id(), *[Outgoing(f"bericht {number}") for number in range(5)])
    async with running.listen() as events:
        await events.texts(until="bericht 4")
        with running.database.change() as session:
            forget(session, session.get(Resident, running.resident_id()))
            put(session, running.resident_id(), "demo", [Outgoing("alles is weg")], LEAVING)
        while await running.delivery.send_due():
            pass
        assert (await events.next("message"))["text"] == "alles is weg"


async def test_the_key_person_hears_of_the_end_although_forgetting_deleted_the_handover(running):
    """The notice is still on its way when the handover that it is about is gone."""
    await running.hand_over(VISITOR, "mine")
    await running.deliver(running.resident_id(), Outgoing("welkom"))
    async with running.listen() as events:
        await events.next("message")
        with running.database.change() as session:
            put(session, person_key("fatma"), "demo", [Outgoing("gestopt")], "mine")
            forget(session, session.get(Resident, running.resident_id()))
        while await running.delivery.send_due():
            pass
        assert (await events.next("message"))["text"] == "gestopt"


# -------------------------------------------------------------------- the quiet panel


async def test_what_was_understood_is_shown_at_once_and_again_after_a_reload(running):
    """Only what the panel shows leaves the server."""
    understood = {"language": "nl", "intent": "cannot_pay_rent", "confidence": 0.9, "accepted": True, "secret": "x"}
    await running.say(text="Hallo")
    async with running.listen() as events:
        await events.next("handover")
        running.gate.observers[0](running.resident_id(), Turn(language="ar", understood=understood))
        shown = await events.next("understood")
    async with running.listen() as events:
        assert await events.next("understood") == shown
    assert shown.pop("turn")
    assert shown == {"language": "nl", "intent": "cannot_pay_rent", "confidence": 0.9, "accepted": True}


async def test_of_a_message_that_went_to_a_person_the_language_is_shown(running):
    """The bot stays silent then, and has understood nothing else."""
    await running.say(text="Hallo")
    async with running.listen() as events:
        await events.next("handover")
        running.gate.observers[0](running.resident_id(), Turn(language="ar"))
        shown = await events.next("understood")
    assert (shown["language"], "intent" in shown) == ("ar", False)


async def test_two_messages_understood_alike_are_two_events(running):
    """Else the page would wait for the second for ever."""
    await running.say(text="Hallo")
    async with running.listen() as events:
        await events.next("handover")
        turns = []
        for _ in range(2):
            running.gate.observers[0](running.resident_id(), Turn(understood={"intent": "greet"}))
            turns.append((await events.next("understood"))["turn"])
    assert turns[0] != turns[1]


async def test_only_so_many_visitors_are_remembered(running, monkeypatch):
    """The demo may run for weeks."""
    monkeypatch.setattr(demo, "REMEMBERED", 1)
    await running.say(text="Hallo")
    running.gate.observers[0](running.resident_id(), Turn(understood={"intent": "greet"}))
    running.gate.observers[0]("somebody else", Turn(understood={"intent": "greet"}))
    async with running.listen() as events:
        await events.next("handover")
        running.gate.observers[0](running.resident_id(), Turn(understood={"intent": "thank"}))
        assert (await events.next("understood"))["intent"] == "thank"


async def test_the_panel_follows_the_handover(running):
    """The state and the name of the person it is about, each time one of them changes."""
    await running.hand_over(VISITOR, "mine", "asked")
    async with running.listen() as events:
        assert await events.next("handover") == {"state": "asked", "person": {"id": "fatma", "name": "Fatma"}}
        with running.database.change() as session:
            session.get(Handover, "mine").state = "accepted"
        await running.deliver(running.resident_id(), Outgoing("Fatma zegt ja"))
        assert (await events.next("handover"))["state"] == "accepted"


async def test_open_pages_do_not_keep_the_server_from_stopping(running):
    """Sanic would else wait for them until its patience ends."""
    async with running.listen() as events:
        await events.next("handover")
        await running.stop()
        await events.end()


# -------------------------------------------------------------------- the demo's time


@pytest.mark.parametrize("minutes", [0, -1, 20161, 1.5, "60", True, None, [60]])
async def test_time_is_pushed_by_whole_minutes_of_at_most_two_weeks(running, minutes):
    """Everything else is refused, and time stays where it is."""
    answer = await running.http.post("/demo/clock", json={"minutes": minutes})
    assert (answer.status_code, answer.json()) == (400, {"error": "no_minutes"})
    assert running.parts.clock.ahead == timedelta()


async def test_pushed_time_is_shown_on_every_open_page(running):
    """Also on those of other visitors: there is one clock."""
    async with running.listen(OTHER_VISITOR) as events:
        assert await events.next("clock") == {"ahead": 0}
        answer = await running.http.post("/demo/clock", json={"minutes": 60})
        assert answer.json() == {"ahead": 3600}
        assert await events.next("clock") == {"ahead": 3600}


async def asked(running, *helpers: str) -> str:
    """The visitor's request, with the first of these; everybody is always there."""
    with running.database.change() as session:
        for name in ("fatma", "yusuf", "anna"):
            person = session.get(KeyPerson, name)
            person.hours, person.active = "24/7", name in helpers
    await running.say(text="Hallo")
    running.parts.handovers.offer(running.resident_id(), "tr", None, "any")
    return running.parts.handovers.agree(running.resident_id(), Agreement("x", {}, "tr", "1")).id


async def test_what_happens_on_the_way_happens_in_its_turn(running):
    """In one day nobody answers: each is asked in turn, and each had the time to answer."""
    handover = await asked(running, "fatma", "yusuf")
    start = running.parts.clock()
    await running.http.post("/demo/clock", json={"minutes": 24 * 60})
    told = [(whom, notice) for whom, notice in running.notices.told if notice in ("alert", "over", "none_left")]
    assert told == [
        ("fatma", "alert"), ("fatma", "over"), ("yusuf", "alert"), ("yusuf", "over"), ("resident", "none_left")
    ]  # fmt: skip
    with running.database.change() as session:
        events = session.scalars(select(HandoverEvent).filter_by(event="time_out").order_by(HandoverEvent.id)).all()
    waits = [second - first for first, second in zip([start, *(one.at for one in events)], [one.at for one in events])]
    assert len(waits) == 2 and all(timedelta(hours=4) <= wait <= timedelta(hours=5) for wait in waits)
    assert handover and running.parts.clock() - start >= timedelta(days=1)


async def test_a_timer_that_cannot_ring_does_not_hold_up_time(running, monkeypatch):
    """The push ends, and time has passed."""
    await asked(running, "fatma")
    monkeypatch.setattr(running.parts.handovers, "ring", lambda timer: None)
    answer = await running.http.post("/demo/clock", json={"minutes": 24 * 60})
    assert answer.json() == {"ahead": 24 * 3600}


# -------------------------------------------------------------------- one sample person, several visitors


async def test_what_is_typed_on_a_page_goes_to_the_resident_of_that_page(running):
    """Whoever said yes last on another page."""
    mine = await asked(running, "fatma")
    running.parts.handovers.accept(mine, "fatma")
    with running.database.change() as session:
        session.get(KeyPerson, "fatma").talk_id = "another one"
    data = {"person": "fatma", "visitor": VISITOR}
    await running.http.post("/demo/person", json={**data, "text": "x", "payload": "open:"})
    assert talk_of(running) == "another one"
    await running.http.post("/demo/person", json={**data, "text": "Dag"})
    assert talk_of(running) == mine


def talk_of(running) -> Optional[str]:
    """The talk that Fatma writes in."""
    with running.database.change() as session:
        return session.get(KeyPerson, "fatma").talk_id


async def test_a_visitor_without_a_talk_chooses_nothing(running):
    """The words still arrive at the desk."""
    answer = await running.http.post("/demo/person", json={"person": "fatma", "visitor": VISITOR, "text": "Dag"})
    assert answer.status_code == 202 and running.gate.received[0].addresses == ["demo-fatma"]
