"""A stand-in for Twilio on loopback: it refuses what Twilio refuses, fails on demand, and keeps what it accepted.

Checks follow Twilio's public pages (Message resource, Content API, error dictionary): account and token, known form
fields only, addresses, lengths in UTF-16 units, contents with their variables. What a person would see on the phone
is in `sent`.
"""

import json
import re
import threading
from base64 import b64encode
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any, Deque, Dict, List, Optional, Tuple
from urllib.parse import parse_qsl, urlsplit

from pytest_httpserver import HTTPServer
from twilio.request_validator import RequestValidator
from werkzeug import Request, Response

ACCOUNT, TOKEN, SENDER = "AC" + "0" * 32, "a-token-for-tests", "whatsapp:+3197010000000"
MESSAGES, CONTENT, SEARCH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", "/v1/Content", "/v2/Content"
MESSAGE_FIELDS = {"To", "From", "Body", "MediaUrl", "ContentSid", "ContentVariables", "StatusCallback"}
ADDRESS = re.compile(r"whatsapp:(\+[1-9][0-9]{5,14}|[A-Z]{2}\.[A-Za-z0-9.]{1,131})")
PLACEHOLDER = re.compile(r"\{\{(\w{1,16})\}\}")
UNFIT_VALUE = re.compile(r"[\n\r\t]|\s{5,}")
BASIC = "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
SLOWEST = 30.0  # seconds after which a held answer is let go, should a test forget it


def units(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


@dataclass
class Sent:
    """One accepted message, as the person sees it."""

    sid: str
    to: str
    body: str
    media: List[str] = field(default_factory=list)
    buttons: List[Tuple[str, str]] = field(default_factory=list)  # title and id
    label: Optional[str] = None  # of the button that opens a list
    fields: Dict[str, str] = field(default_factory=dict)


class NotAccepted(Exception):
    """An error as Twilio's API says it."""

    def __init__(self, status: int, code: int, headers: Optional[Dict[str, str]] = None) -> None:
        super().__init__(code)
        self.status, self.code, self.headers = status, code, headers or {}


class TwilioStandIn:
    """Hand it a started `HTTPServer(threaded=True)` and give its `url` as TWILIO_API_URL."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("").rstrip("/")
        self.sent: List[Sent] = []
        self.contents: Dict[str, Dict[str, Any]] = {}
        self.asked: Dict[str, int] = defaultdict(int)  # requests by path, refused ones too
        self.headers: List[Dict[str, str]] = []
        self.reached = threading.Event()  # somebody waits for a held answer
        self.media: Dict[str, Tuple[bytes, str]] = {}  # what residents sent: by path, the file and its content type
        self._server = server
        self._troubles: Dict[str, Deque[NotAccepted]] = defaultdict(deque)
        self._let_go = threading.Event()
        self._let_go.set()
        for method, path, work in (
            ("POST", MESSAGES, self._message),
            ("POST", CONTENT, self._make_content),
            ("GET", SEARCH, self._search),
        ):
            server.expect_request(path, method=method).respond_with_handler(self._answering(path, work))

    # ---------------------------------------------------------------- what a test can ask for

    def fail(self, path: str, status: int, code: int, times: int = 1, **headers: str) -> None:
        """The next `times` requests to this path fail; header names with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._troubles[path].extend([NotAccepted(status, code, named)] * times)

    def hold(self) -> None:
        """Answers wait from now on, until `let_go`; `reached` is set when one does."""
        self._let_go.clear()

    def let_go(self) -> None:
        """Give the held answers."""
        self._let_go.set()

    def keep(self, number: int, data: bytes, content_type: str, moved_to: Optional[str] = None) -> str:
        """Keep a file as Twilio keeps incoming media; returns its address at Twilio.

        As there, it is behind the token, and then a redirect to an address where the token must not be seen.
        """
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{number:032x}/Media/ME{number:032x}"
        self.media[path] = (data, content_type)

        def redirect(request: Request) -> Response:
            self.asked[path] += 1
            if self._troubles[path]:
                return Response("", self._troubles[path].popleft().status)
            if request.headers.get("Authorization") != BASIC or path not in self.media:
                return Response("", 404 if path not in self.media else 401)
            return Response("", 307, {"Location": moved_to or f"{self.url}/cdn/{number}"})

        def download(request: Request) -> Response:
            if "Authorization" in request.headers:
                return Response("the token was shown to somebody else's server", 400)
            return Response(self.media[path][0], content_type=self.media[path][1])

        def delete(request: Request) -> Response:
            if request.headers.get("Authorization") != BASIC:
                return Response("", 401)
            return Response("", 204 if self.media.pop(path, None) else 404)

        self._server.expect_request(path, method="GET").respond_with_handler(redirect)
        self._server.expect_request(f"/cdn/{number}", method="GET").respond_with_handler(download)
        self._server.expect_request(f"{path}.json", method="DELETE").respond_with_handler(delete)
        return f"https://api.twilio.com{path}"

    def signed(self, url: str, form: Dict[str, str]) -> Dict[str, str]:
        """The headers with which Twilio would post this form to this address (without its #fragment)."""
        signature = RequestValidator(TOKEN).compute_signature(url.partition("#")[0], form)
        return {"X-Twilio-Signature": signature, "I-Twilio-Idempotency-Token": "7b1e"}

    # ---------------------------------------------------------------- the API

    def _answering(self, path: str, work):
        def handler(request: Request) -> Response:
            self.asked[path] += 1
            self.headers.append(dict(request.headers))
            if not self._let_go.is_set():
                self.reached.set()
                self._let_go.wait(SLOWEST)
            try:
                if self._troubles[path]:
                    raise self._troubles[path].popleft()
                self._must(request.headers.get("Authorization") == BASIC, 20003, 401)
                status, answer = work(request)
            except NotAccepted as error:
                quoted = request.get_data(as_text=True)  # Twilio's own words quote what was sent: logs must not
                told = {"code": error.code, "message": f"Not accepted: {quoted}", "status": error.status}
                return Response(json.dumps(told), error.status, error.headers, content_type="application/json")
            return Response(json.dumps(answer), status, content_type="application/json")

        return handler

    @staticmethod
    def _must(condition: object, code: int, status: int = 400) -> None:
        if not condition:
            raise NotAccepted(status, code)

    def _message(self, request: Request) -> Tuple[int, Dict[str, Any]]:
        self._must(request.mimetype == "application/x-www-form-urlencoded", 20415, 415)
        pairs = parse_qsl(request.get_data(as_text=True), keep_blank_values=True, strict_parsing=True)
        form = {name: value for name, value in pairs if name != "MediaUrl"}
        media = [value for name, value in pairs if name == "MediaUrl"]
        self._must({name for name, _ in pairs} <= MESSAGE_FIELDS, 20001)
        self._must(form.get("To"), 21604)
        self._must(ADDRESS.fullmatch(form["To"]), 21211)
        self._must(form.get("From") == SENDER, 63007)
        callback = urlsplit(form.get("StatusCallback", ""))
        self._must(callback.scheme in ("http", "https") and callback.hostname and "_" not in callback.hostname, 21609)
        self._must(form.get("Body") or media or form.get("ContentSid"), 21602)
        self._must(units(form.get("Body", "")) <= 1600, 21617)
        for url in media:
            self._must(urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname, 21620)
        self._must(len(media) <= 1, 21623)
        self._must("ContentVariables" not in form or form.get("ContentSid"), 21654)
        sid = f"{'MM' if media else 'SM'}{len(self.sent) + 1:032x}"
        message = Sent(sid, form["To"], form.get("Body", ""), media, fields=form)
        if form.get("ContentSid"):
            self._must("Body" not in form and not media, 21658)
            self._render(message, form["ContentSid"], form.get("ContentVariables", "{}"))
        self.sent.append(message)
        return 201, {"sid": sid, "account_sid": ACCOUNT, "status": "queued", "error_code": None}

    def _render(self, message: Sent, content_id: str, said: str) -> None:
        self._must(content_id in self.contents, 21655)
        try:
            variables = json.loads(said)
        except ValueError:
            raise NotAccepted(400, 21656) from None
        for value in variables.values():
            fit = isinstance(value, str) and value and not UNFIT_VALUE.search(value) and "'" not in value
            self._must(fit and units(value) <= 255, 21656)
        known = self.contents[content_id]
        values = {**known["variables"], **variables}

        def fill(text: str) -> str:
            return PLACEHOLDER.sub(lambda match: values[match.group(1)], text)

        ((kind, shape),) = known["types"].items()
        message.body = fill(shape["body"])
        self._must(1 <= units(message.body) <= 1024, 63021)
        is_list = kind == "twilio/list-picker"
        entries = shape["items"] if is_list else shape["actions"]
        message.buttons = [(fill(entry["item" if is_list else "title"]), fill(entry["id"])) for entry in entries]
        most, longest = (10, 24) if is_list else (3, 20)
        self._must(1 <= len(message.buttons) <= most, 63005)
        for place in (0, 1):
            self._must(len({button[place] for button in message.buttons}) == len(message.buttons), 63005)
        self._must(all(1 <= units(title) <= longest and 1 <= units(i) <= 200 for title, i in message.buttons), 63005)
        if is_list:
            message.label = fill(shape["button"])
            self._must(1 <= units(message.label) <= 20, 63005)

    def _make_content(self, request: Request) -> Tuple[int, Dict[str, Any]]:
        self._must(request.mimetype == "application/json", 20415, 415)
        asked = request.get_json()
        self._must(set(asked) == {"friendly_name", "language", "variables", "types"}, 92001)
        self._must(re.fullmatch("[a-z]{2}(_[A-Z]{2})?", asked["language"]) and asked["friendly_name"], 92001)
        self._must(len(asked["variables"]) <= 100, 92002)
        self._must(len(asked["types"]) == 1, 92003)
        ((kind, shape),) = asked["types"].items()
        if kind == "twilio/quick-reply":
            self._must(set(shape) == {"body", "actions"}, 92003)
            self._must(all(set(a) == {"type", "title", "id"} for a in shape["actions"]), 92003)
            self._must(all(a["type"] == "QUICK_REPLY" for a in shape["actions"]) and len(shape["actions"]) <= 10, 92003)
        else:
            self._must(kind == "twilio/list-picker" and set(shape) == {"body", "button", "items"}, 92003)
            self._must(all({"item", "id"} <= set(i) <= {"item", "id", "description"} for i in shape["items"]), 92003)
            self._must(1 <= len(shape["items"]) <= 10, 92003)
        placeholders = set(PLACEHOLDER.findall(json.dumps(shape)))
        self._must(placeholders == set(asked["variables"]) and all(asked["variables"].values()), 92004)
        sid = f"HX{len(self.contents) + 1:032x}"  # the real API also makes a second one of the same name
        self.contents[sid] = asked
        return 201, {"sid": sid, "account_sid": ACCOUNT, **asked}

    def _search(self, request: Request) -> Tuple[int, Dict[str, Any]]:
        pattern = re.compile(request.args.get("ContentName", ""))
        size = int(request.args.get("PageSize", "50"))
        found = [{"sid": sid, **c} for sid, c in self.contents.items() if pattern.search(c["friendly_name"])][:size]
        here = self.url + SEARCH
        meta = {"key": "contents", "page": 0, "page_size": size, "url": here, "first_page_url": here}
        return 200, {"contents": found, "meta": {**meta, "next_page_url": None, "previous_page_url": None}}
