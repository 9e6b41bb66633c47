"""How updates come in from Telegram: by webhook when the world can reach us, else by asking for them (long polling)."""

import asyncio
import hmac
import logging
from typing import Any, Awaitable, Callable, Dict, List, Optional

from sanic import Blueprint, Request, Sanic
from sanic.response import HTTPResponse, empty
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, Update
from telegram.error import TelegramError

from bot.channels.telegram_reading import KINDS, read_update
from bot.records.secrecy import Secrecy
from bot.settings import Settings

logger = logging.getLogger(__name__)

HEADER = "x-telegram-bot-api-secret-token"
LONG_POLL = 25  # seconds that Telegram holds a question for updates when there are none
ROOM = 10  # seconds more until we stop listening for its answer
PAUSE, LONGEST_PAUSE = 2.0, 300.0  # seconds between tries when Telegram or the database does not answer
# Spelt so that the library hands over what came as it is: its own `get_updates` reads all or nothing.
GET_UPDATES = "get_Updates"

Take = Callable[[Update], Awaitable[None]]


def updates_blueprint(name: str, bot: Bot, take: Take, settings: Settings, secrecy: Secrecy) -> Blueprint:
    """Opens one bot's door with the server and closes it with the server.

    With a public address: `POST /webhooks/<name>/webhook`, which Telegram is told at the start. Without: polling.
    """
    blueprint = Blueprint(name, url_prefix=f"/webhooks/{name}")
    secret = webhook_secret(secrecy, name)
    by_webhook = settings.public_url is not None

    async def webhook(request: Request) -> HTTPResponse:
        """403 for who is not Telegram; 503 when the database fails, so that Telegram tries again; else 200."""
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), secret.encode()):
            logger.warning("a post to %s was refused: it did not carry Telegram's secret", request.path)
            return empty(status=403)
        try:
            await hand_in(request.json, take)
        except SQLAlchemyError as error:
            logger.error("the database failed at the door %s: %s", name, type(error).__name__)
            return empty(status=503)
        return empty(status=200)

    async def work() -> None:
        if by_webhook:
            await register(bot, settings.public(f"/webhooks/{name}/webhook"), secret)
        else:
            await poll(bot, take)

    running: List[asyncio.Task] = []

    async def start(_app: Sanic, _loop: Any) -> None:
        running.append(asyncio.create_task(work()))

    async def stop(_app: Sanic, _loop: Any) -> None:
        while running:
            running[-1].cancel()
            await asyncio.wait([running.pop()])

    if by_webhook:
        blueprint.add_route(webhook, "/webhook", methods=["POST"])
    blueprint.listener("after_server_start")(start)
    blueprint.listener("before_server_stop")(stop)
    return blueprint


def webhook_secret(secrecy: Secrecy, name: str) -> str:
    """What Telegram has to say in a header of every post: derived from the secret key, another one for each bot."""
    return secrecy.pseudonym("webhook secret", name)


async def hand_in(data: Any, take: Take) -> None:
    """One update, by whichever way it came. Raises only `SQLAlchemyError`: then it has to come again."""
    update = read_update(data)
    if update is None:
        return
    try:
        await take(update)
    except SQLAlchemyError:
        raise
    except Exception as error:  # last resort: the same update again would only break the same thing again
        logger.error("update %s could not be handled: %s", update.update_id, type(error).__name__, exc_info=True)


async def register(bot: Bot, url: str, secret: str, pause: float = PAUSE) -> None:
    """Tell Telegram where to post; again and again until it knows."""
    await _until_done(
        "the webhook could not be set",
        lambda: bot.set_webhook(url, allowed_updates=KINDS, secret_token=secret, max_connections=10),
        pause,
    )


async def poll(bot: Bot, take: Take, pause: float = PAUSE) -> None:
    """Until cancelled: ask for updates. Asking for the next ones tells Telegram that the earlier ones are stored."""
    await _until_done("the webhook could not be taken away", bot.delete_webhook, pause)
    offset: Optional[int] = None
    failures = 0
    while True:
        try:
            for data in await _ask(bot, offset):
                await hand_in(data, take)
                offset = data["update_id"] + 1
            failures = 0
        except Exception as error:  # Telegram or the database is away, mostly; whatever it is, polling must go on
            failures += 1
            logger.warning("no updates from Telegram: %s", type(error).__name__)
            await asyncio.sleep(_grown(pause, failures))


async def _ask(bot: Bot, offset: Optional[int]) -> Any:
    asked: Dict[str, Any] = {"timeout": LONG_POLL, "allowed_updates": KINDS}
    if offset is not None:
        asked["offset"] = offset
    return await bot.do_api_request(GET_UPDATES, asked, read_timeout=LONG_POLL + ROOM)


async def _until_done(what: str, call: Callable[[], Awaitable[Any]], pause: float) -> None:
    failures = 0
    while True:
        try:
            await call()
            return
        except TelegramError as error:
            failures += 1
            logger.warning("%s: %s", what, type(error).__name__)
            await asyncio.sleep(_grown(pause, failures))


def _grown(pause: float, failures: int) -> float:
    return min(pause * 2 ** (min(failures, 10) - 1), LONGEST_PAUSE)
