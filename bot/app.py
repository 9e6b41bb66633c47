"""Wires the real parts together. The only module that knows them all."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, Optional

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions import all_actions
from bot.channels.gate import Brain, Gate
from bot.channels.messages import Place
from bot.channels.pictures import pictures_blueprint, pictures_reader
from bot.channels.whatsapp_address import public_link
from bot.clock import Clock
from bot.coordinator.door import coordinator_blueprint
from bot.desk.delivery import Delivery, Knocking, Transport
from bot.desk.desk import Desk
from bot.desk.enrolling import enrol
from bot.desk.lesson_post import LessonPost
from bot.desk.messenger import OutboxMessenger
from bot.desk.outbox import Outbox
from bot.desk.watch import Watch
from bot.directory.store import Directory
from bot.handover.service import Handovers
from bot.lessons.bell import LessonBell
from bot.lessons.service import Lessons
from bot.records.database import Database
from bot.records.secrecy import Secrecy, kept_key
from bot.relay.fetching import DemoSource, TelegramSource, TwilioSource
from bot.relay.media import media_blueprint
from bot.relay.providers import make_provider
from bot.relay.relay import Relay
from bot.relay.translating import Translating
from bot.replies.cards import signed_path
from bot.replies.content import load_content
from bot.replies.speaker import Speaker
from bot.settings import VAR, Settings

logger = logging.getLogger(__name__)
A_WALK = 0.004  # degrees of latitude: some 450 metres


@dataclass
class Parts:
    """The parts of a running bot, for the doors and for tests."""

    settings: Settings
    database: Database
    speaker: Speaker
    clock: Clock
    handovers: Handovers
    outbox: Outbox
    brain: Any
    gate: Gate
    delivery: Delivery
    watch: Watch
    relay: Relay


def make_database(settings: Settings, demo: bool) -> Database:
    """The records, with the key from the environment; the demo makes and keeps its own."""
    key = settings.secret_key.get_secret_value() if settings.secret_key else None
    if key is None and demo:
        key = kept_key(VAR / "demo.key")
    if key is None:
        raise ValueError("a secret key is needed")
    return Database(settings.database_url, Secrecy(key))


def assemble(settings: Settings, database: Database, model: Path) -> Parts:
    """All parts, not yet running."""
    from bot.dialogue.brain import RasaBrain  # here, because loading Rasa takes many seconds and few commands need it

    speaker, clock = Speaker(load_content()), Clock()

    def brain(handovers: Handovers) -> RasaBrain:
        card = partial(signed_path, database.secrecy, "person")
        lessons = Lessons(database, len(speaker.content.course.lessons), clock)
        actions = all_actions(handovers, speaker, card, clock, Directory(settings.places_file), lessons=lessons)
        redis = settings.redis_url
        return RasaBrain(model, database, speaker, actions, redis.get_secret_value() if redis else None)

    return connect(settings, database, speaker, brain, clock)


def connect(
    settings: Settings,
    database: Database,
    speaker: Speaker,
    brain_for: Callable[[Handovers], Brain],
    clock: Optional[Clock] = None,
) -> Parts:
    """All parts around a brain: Rasa's in real life, a simpler one in tests of the doors."""
    clock = clock or Clock()
    outbox = Outbox(database)
    delivery = Delivery(outbox, {})
    topics = speaker.content.topics
    handovers = Handovers(
        database,
        OutboxMessenger(speaker, clock, partial(signed_path, database.secrecy)),
        urgency_of=lambda topic: topics[topic].risk if topic in topics else "plain",
        group_of=lambda topic: topics[topic].group if topic in topics else None,
        clock=clock,
        reachable=lambda channel: not delivery.transports or channel in delivery.transports,
    )
    brain = brain_for(handovers)
    translating = Translating(make_provider(settings))
    relay = Relay(database, speaker, handovers, translating, brain.understand, delivery.wake, clock)
    desk = Desk(database, handovers, speaker, delivery.wake, clock, relay.translate_to_resident)
    gate = Gate(database, brain, speaker, handovers, desk.handle, delivery.wake, relay)
    chores = [relay.tidy, _lesson_bell(database, speaker, clock, delivery).ring_due]
    watch = Watch(database, handovers, delivery.wake, clock, timedelta(days=settings.keep_days), chores)
    delivery.when_lost(watch.lost)
    return Parts(settings, database, speaker, clock, handovers, outbox, brain, gate, delivery, watch, relay)


def _lesson_bell(database: Database, speaker: Speaker, clock: Clock, delivery: Delivery) -> LessonBell:
    """Gives the small lessons that are due, as far as the channels let us write."""

    def window_of(channel: str) -> Optional[timedelta]:
        transport = delivery.transports.get(channel)
        return transport.window if isinstance(transport, Knocking) else None

    languages = {code for code, words in speaker.content.languages.items() if words.lessons is not None}
    count, post = len(speaker.content.course.lessons), LessonPost(speaker)
    return LessonBell(database, count, languages, post, clock, delivery.wake, window_of)


def make_app(parts: Parts, demo: bool) -> Sanic:
    """The web server with its doors. Rasa's own HTTP API is not part of it."""
    app = Sanic("sleutel")
    app.config.REQUEST_MAX_SIZE = 8 * 1024 * 1024  # a photo of 5 MB, as the demo page sends it
    app.config.ACCESS_LOG = False  # addresses and query strings of residents do not belong in logs
    app.blueprint(pictures_blueprint(parts.speaker.content, parts.database, **_beside_content(parts.settings)))
    app.blueprint(coordinator_blueprint(parts))
    app.blueprint(media_blueprint(parts.relay.shelf))

    @app.get("/health")
    async def health(_request: Request) -> HTTPResponse:
        """For the load balancer: can it remember and does it deliver?"""
        counts = parts.outbox.counts()
        return json({"status": "ok", "waiting": counts.get("waiting", 0), "failed": counts.get("failed", 0)})

    @app.before_server_start
    async def start(app: Sanic, _loop: Any) -> None:
        resumed = parts.gate.resume()
        if resumed:
            logger.warning("took up %s messages that were not finished", resumed)
        app.ctx.workers = [asyncio.create_task(parts.delivery.run()), asyncio.create_task(parts.watch.run())]

    @app.before_server_stop
    async def stop(app: Sanic, _loop: Any) -> None:
        await asyncio.wait_for(parts.gate.idle(), 20)
        for worker in app.ctx.workers:
            worker.cancel()
        await parts.relay.close()
        for transport in parts.delivery.transports.values():
            close = getattr(transport, "close", None)
            if close is not None:
                await close()
        parts.database.close()

    parts.delivery.transports.update(_open_doors(app, parts, demo))  # after `stop`: what comes last stops first
    return app


def _open_doors(app: Sanic, parts: Parts, demo: bool) -> Dict[str, Transport]:
    """The channels that are configured; each has a door in and a transport out."""
    transports: Dict[str, Transport] = {}
    if demo:
        from bot.channels.demo import DemoTransport, demo_blueprint

        page = DemoTransport()
        transports["demo"] = page
        parts.relay.shelf.sources["demo"] = DemoSource()
        app.blueprint(demo_blueprint(parts, page, partial(_near_a_place, Directory(parts.settings.places_file))))
    if parts.settings.whatsapp_is_on:
        from bot.channels.whatsapp import whatsapp_blueprint
        from bot.channels.whatsapp_transport import WhatsAppTransport

        transport = WhatsAppTransport(parts.settings, parts.speaker)
        transports["whatsapp"] = transport
        parts.relay.shelf.sources["whatsapp"] = TwilioSource(parts.settings)

        def enrol_here(code: str, address: str) -> None:
            with parts.database.change() as session:
                answer = enrol(session, parts.speaker, code, "whatsapp", address)
            parts.delivery.wake()
            if answer is not None:  # nothing is stored of this person: answered straight away, or not at all
                app.add_task(transport.send(address, answer))

        app.blueprint(whatsapp_blueprint(parts.gate, parts.outbox, parts.settings, parts.watch.lost, enrol=enrol_here))
    if parts.settings.telegram_resident_token or parts.settings.telegram_desk_token:
        transports.update(_open_telegram(app, parts))
    return transports


def _near_a_place(directory: Directory) -> Optional[Place]:
    """Where somebody of the demo pretends to be: a few minutes on foot from the first place."""
    spots = (
        Place(place.lat + A_WALK, place.lon)
        for place in directory.places()
        if place.lat is not None and place.lon is not None
    )
    return next(spots, None)


def _beside_content(settings: Settings) -> Dict[str, Any]:
    """What cards show that does not stand in `content/`: the places, and where the bot itself is found."""
    return {"directory": Directory(settings.places_file), "contact": public_link(settings.twilio_whatsapp_from)}


def _open_telegram(app: Sanic, parts: Parts) -> Dict[str, Transport]:
    """The residents' bot and the key persons' desk, as far as they have a token."""
    from bot.channels import telegram as residents
    from bot.channels.telegram_transport import TelegramTransport
    from bot.desk import telegram as desk

    transports: Dict[str, Transport] = {}
    settings = parts.settings
    pictures = pictures_reader(parts.speaker.content, parts.database, **_beside_content(settings))
    for door, token in ((residents, settings.telegram_resident_token), (desk, settings.telegram_desk_token)):
        if token is not None:
            files, secret = parts.relay.shelf.read, token.get_secret_value()
            transport = TelegramTransport(door.CHANNEL, secret, settings.telegram_api_url, pictures, files)
            transports[door.CHANNEL] = transport
            parts.relay.shelf.sources[door.CHANNEL] = TelegramSource(transport.bot)
            app.blueprint(door.telegram_blueprint(parts, transport))
    return transports
