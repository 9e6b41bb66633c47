"""The door of the coordinator's page, `/coordinator`. Plain pages and forms; who is not signed in sees nothing."""

import asyncio
import logging
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Optional, Protocol
from urllib.parse import urlsplit

from mako.lookup import TemplateLookup
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, file, html, redirect

from bot.channels.routes import add_routes
from bot.clock import Clock
from bot.coordinator.overview import mark_seen, overview
from bot.coordinator.reader import HOME_PATH, Reader
from bot.coordinator.sign_in import SESSION_HOLDS, Coordinator, SignIn, form_mark, mark_holds
from bot.coordinator.tries import Tries
from bot.coordinator.wording import Pages
from bot.records.database import Database
from bot.replies.speaker import Speaker
from bot.settings import Settings

logger = logging.getLogger(__name__)

COOKIE = "sleutel_coordinator"
CODE = re.compile(r"[A-Za-z0-9_-]{20,64}")
LARGEST_FORM = 4096  # bytes
HERE = Path(__file__).parent
FILES = {path.name: path for path in (HERE / "page").iterdir()}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STATUS = {"denied": 401, "busy": 429, "stale": 403, "left": 200}  # pages that only say something


class Parts(Protocol):
    """What the page needs of the running bot (see `bot.app`)."""

    settings: Settings
    database: Database
    speaker: Speaker
    clock: Clock


class CoordinatorDoor:
    """The handlers of the page."""

    def __init__(self, parts: Parts, sign_in: SignIn, tries: Tries) -> None:
        self._database, self._clock, self._sign_in, self._tries = parts.database, parts.clock, sign_in, tries
        self._pages = Pages(parts.speaker)
        self._secure = not _is_loopback(parts.settings.public(HOME_PATH))
        # `h` for everything that is filled in: a name with a < in it stays a name.
        self._templates = TemplateLookup([str(HERE / "templates")], default_filters=["h"], strict_undefined=True)

    async def overview(self, request: Request) -> HTTPResponse:
        """The page itself, for who is signed in."""
        token, person = self._who(request)
        if person is None or token is None:
            return self._says(request, "denied")
        moment = self._clock()
        # In another thread: conversations go on while this is read.
        found = await asyncio.get_running_loop().run_in_executor(None, overview, self._database, moment)
        return self._page(request, "overview", person=person, mark=form_mark(token), seen=found)

    async def before_entering(self, request: Request, code: str) -> HTTPResponse:
        """A button: programs that look into links for a preview do not press it, so the code is still good."""
        if not CODE.fullmatch(code):
            return self._says(request, "denied")
        return self._page(request, "enter", code=code)

    async def enter(self, request: Request, code: str) -> HTTPResponse:
        """The button was pressed. Wrong, used and old codes are answered alike."""
        address = _address(request)
        if self._tries.too_many(address):
            return self._says(request, "busy")
        token = self._sign_in.enter(code) if CODE.fullmatch(code) and _is_from_our_page(request) else None
        if token is None:
            self._tries.was_wrong(address)
            logger.warning("somebody tried a link to the coordinator's page that does not work")
            return self._says(request, "denied")
        person = self._sign_in.who(token)
        logger.info("%s signed in to the coordinator's page", person.id if person else "nobody")
        response = redirect(self._reader(request).link(), status=303)
        response.cookies[COOKIE] = token
        response.cookies[COOKIE].update(
            {"httponly": True, "samesite": "Strict", "path": HOME_PATH, "max-age": int(SESSION_HOLDS.total_seconds())}
        )
        if self._secure:
            response.cookies[COOKIE]["secure"] = True
        return response

    async def seen(self, request: Request) -> HTTPResponse:
        """A note was seen."""
        token, person = self._who(request)
        if person is None or token is None:
            return self._says(request, "denied")
        note = request.form.get("note", "")
        if not self._is_own_form(request, token) or not re.fullmatch(r"[0-9]{1,9}", note):
            return self._says(request, "stale")
        mark_seen(self._database, int(note), person.id, self._clock())
        return redirect(self._reader(request).link(), status=303)

    async def leave(self, request: Request) -> HTTPResponse:
        """Sign out."""
        token, person = self._who(request)
        if person is None or token is None:
            return self._says(request, "denied")
        if not self._is_own_form(request, token):
            return self._says(request, "stale")
        self._sign_in.leave(token)
        response = self._says(request, "left")
        response.cookies[COOKIE] = ""
        response.cookies[COOKIE].update({"path": HOME_PATH, "max-age": 0})
        return response

    async def page_file(self, request: Request, name: str) -> HTTPResponse:
        """The page's own style and sign."""
        if name not in FILES:
            return self._says(request, "denied")
        return await file(FILES[name], headers={"Cache-Control": "no-cache"})

    def _who(self, request: Request) -> tuple:
        token: Optional[str] = request.cookies.get(COOKIE)
        person: Optional[Coordinator] = self._sign_in.who(token)
        return token, person

    @staticmethod
    def _is_own_form(request: Request, token: str) -> bool:
        is_small = len(request.body) <= LARGEST_FORM
        return is_small and _is_from_our_page(request) and mark_holds(token, request.form.get("mark", ""))

    def _reader(self, request: Request) -> Reader:
        return Reader.of(request.args, request.headers.get("accept-language", ""), self._pages.languages)

    def _says(self, request: Request, name: str) -> HTTPResponse:
        return self._page(request, "message", STATUS[name], name=name)

    def _page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTTPResponse:
        reader = self._reader(request)
        say = self._pages.wording(reader.language, self._clock())
        here = request.path if request.method == "GET" else HOME_PATH
        values = {"say": say, "reader": reader, "names": self._pages.names(), "here": here, **values}
        page = self._templates.get_template(f"{template}.mako").render(**values)
        return html(page, status, {"Cache-Control": "no-store"})


def coordinator_blueprint(parts: Parts, sign_in: Optional[SignIn] = None, tries: Optional[Tries] = None) -> Blueprint:
    """`/coordinator` and what is below it. Codes, cookies and wrong tries go by real time."""
    door = CoordinatorDoor(parts, sign_in or SignIn(parts.database), tries or Tries())
    blueprint = Blueprint("coordinator", url_prefix=HOME_PATH)
    add_routes(
        blueprint,
        ("/", door.overview, "GET"),
        ("/enter/<code:str>", door.before_entering, "GET"),
        ("/enter/<code:str>", door.enter, "POST"),
        ("/seen", door.seen, "POST"),
        ("/leave", door.leave, "POST"),
        ("/page/<name:str>", door.page_file, "GET"),
    )
    blueprint.on_response(lambda request, response: response.headers.update(HEADERS))
    return blueprint


def _is_from_our_page(request: Request) -> bool:
    """Browsers say where a form was sent from; an old one that says nothing is believed, and still needs the mark."""
    return request.headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _address(request: Request) -> str:
    """Who asks. Behind the proxy on this machine: whom the proxy names last, for that one it has seen itself."""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded if forwarded and _loopback(request.ip) else request.ip


def _is_loopback(url: str) -> bool:
    """Whether this address is this machine only: there is no TLS then, and no cookie that asks for it."""
    parts = urlsplit(url)
    return parts.scheme == "http" and _loopback(parts.hostname or "")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
