"""A stand-in for Telegram's Bot API on loopback: it refuses what Telegram refuses, fails on demand, keeps what it took.

Checks follow https://core.telegram.org/bots/api: token, method, known parameters, lengths, keyboards, chats, messages.
What a person would see is in `sent`; what a person does is made by `says`, `presses` and the like.
"""

import json
import re
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Deque, Dict, List, Optional, Set, Tuple

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

DESK, RESIDENTS = "1001:desk-token-for-tests", "1002:resident-token-for-tests"
NAMES = {DESK: "sleutel_desk_bot", RESIDENTS: "sleutel_bot"}
PARAMETERS = {
    "getMe": set(),
    "sendMessage": {"chat_id", "text", "reply_markup", "link_preview_options"},
    "sendPhoto": {"chat_id", "photo", "caption", "reply_markup"},
    "sendVoice": {"chat_id", "voice", "caption", "reply_markup"},
    "sendAudio": {"chat_id", "audio", "caption", "reply_markup"},
    "sendDocument": {"chat_id", "document", "caption", "reply_markup"},
    "getFile": {"file_id"},
    "answerCallbackQuery": {"callback_query_id"},
    "editMessageReplyMarkup": {"chat_id", "message_id", "reply_markup"},
    "setMyCommands": {"commands", "language_code"},
    "setWebhook": {"url", "allowed_updates", "secret_token", "max_connections"},
    "deleteWebhook": set(),
    "getUpdates": {"offset", "timeout", "allowed_updates"},
}
SLOWEST = 20.0  # seconds that a question for updates is held at most


def units(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


@dataclass
class Sent:
    """One message of a bot, as the person sees it."""

    token: str
    chat: int
    number: int
    text: str
    photo: Optional[bytes] = None
    file: Optional[Tuple[str, bytes]] = None  # voice, audio or document, and what is in it
    buttons: List[Tuple[str, str]] = field(default_factory=list)  # title and data; empty once they are taken off
    fields: Dict[str, str] = field(default_factory=dict)


class NotAccepted(Exception):
    """An error as the Bot API says it."""

    def __init__(self, status: int, description: str, retry_after: Optional[int] = None) -> None:
        super().__init__(description)
        self.status, self.description, self.retry_after = status, description, retry_after


def must(condition: object, description: str, status: int = 400) -> None:
    """Refuse unless it holds."""
    if not condition:
        raise NotAccepted(status, description)


class TelegramStandIn:
    """Hand it a started `HTTPServer(threaded=True)` and give its `url` as TELEGRAM_API_URL."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("").rstrip("/")
        self.sent: List[Sent] = []
        self.asked: List[Tuple[str, str]] = []  # token and method of every request, refused ones too
        self.refused: List[str] = []  # what was refused for its own fault, in Telegram's words
        self.webhooks: Dict[str, Dict[str, str]] = {}
        self.commands: Dict[str, Dict[str, str]] = {}  # language ("" for all others): command and what it does
        self.answered: List[str] = []  # callback queries whose spinner has stopped
        self.blocked_by: Set[int] = set()
        self.gone: Set[int] = set()
        self.files: Dict[str, bytes] = {}  # what people sent, by file id
        self.taken_in: Dict[str, int] = {}  # token: updates below this number were confirmed
        self._spinning: Set[str] = set()
        self._troubles: Dict[Tuple[str, Optional[int]], Deque[NotAccepted]] = defaultdict(deque)
        self._updates: Dict[str, List[Dict[str, Any]]] = defaultdict(list)
        self._numbers = count(500)
        self._news = threading.Condition()
        self._open = True
        server.expect_request(re.compile(r"/bot.+")).respond_with_handler(self._answer)
        server.expect_request(re.compile(r"/file/bot.+")).respond_with_handler(self._download)

    # ---------------------------------------------------------------- what a test can ask for

    def fail(
        self, method: str, status: int, retry_after: Optional[int] = None, times: int = 1, chat: Optional[int] = None
    ) -> None:
        """The next `times` calls of this method fail; only those about `chat`, when it is given."""
        self._troubles[method, chat].extend([NotAccepted(status, "on demand", retry_after)] * times)

    def to(self, chat: int) -> List[Sent]:
        """What this person was sent, in order."""
        return [message for message in self.sent if message.chat == chat]

    def says(self, chat: int, text: Optional[str] = None, language: str = "nl", **message: Any) -> Dict[str, Any]:
        """The update for a message of a person; more fields of the message by name."""
        words = {} if text is None else {"text": text}
        body = {**self._head(chat, chat, "Samira", language), **words, **message}
        return {"update_id": next(self._numbers), "message": body}

    def presses(self, message: Sent, title: str, chat: Optional[int] = None) -> Dict[str, Any]:
        """The update for a press on the button with this title. `chat`: a stranger who has got hold of it."""
        data = dict(message.buttons)[title]
        query_id, presser = f"query-{next(self._numbers)}", chat or message.chat
        self._spinning.add(query_id)
        markup = {"inline_keyboard": [[{"text": t, "callback_data": d}] for t, d in message.buttons]}
        shown = {**self._head(presser, 1, "Bot", "nl"), "message_id": message.number, "reply_markup": markup}
        query = {"id": query_id, "from": shown_person(presser, "Samira", "nl"), "chat_instance": "1", "data": data}
        return {"update_id": next(self._numbers), "callback_query": {**query, "message": {**shown, "text": "x"}}}

    def offer(self, token: str, *updates: Dict[str, Any]) -> None:
        """Hand these out to whoever polls with this token."""
        with self._news:
            self._updates[token].extend(updates)
            self._news.notify_all()

    def close(self) -> None:
        """Let go of held questions."""
        with self._news:
            self._open = False
            self._news.notify_all()

    # ---------------------------------------------------------------- the API

    def _answer(self, request: Request) -> Response:
        _, bot, method = request.path.split("/", 2)
        token, fields = bot[len("bot") :], dict(request.form)
        self.asked.append((token, method))
        try:
            must(token in NAMES, "Unauthorized", 401)
            must(request.method == "POST" and method in PARAMETERS, "Not Found", 404)
            for about in (None, int(fields.get("chat_id", "0"))):
                if self._troubles[method, about]:
                    raise self._troubles[method, about].popleft()
            given = set(fields) | set(request.files)
            must(given <= PARAMETERS[method], f"Bad Request: unknown parameters {given - PARAMETERS[method]}")
            result = getattr(self, f"_{method}")(token, fields, request)
        except NotAccepted as error:
            if error.description != "on demand":
                self.refused.append(error.description)
            quoted = f"{error.description}: {fields.get('text', '')}"  # Telegram's own words may quote; logs must not
            told: Dict[str, Any] = {"ok": False, "error_code": error.status, "description": quoted}
            if error.retry_after:
                told["parameters"] = {"retry_after": error.retry_after}
            return Response(json.dumps(told), error.status, content_type="application/json")
        return Response(json.dumps({"ok": True, "result": result}), content_type="application/json")

    def _getMe(self, token: str, fields: Dict[str, str], request: Request) -> Dict[str, Any]:
        return {"id": 1, "is_bot": True, "first_name": "Sleutel", "username": NAMES[token]}

    def _sendMessage(self, token: str, fields: Dict[str, str], request: Request) -> Dict[str, Any]:
        text = fields.get("text", "")
        must(text.strip(), "Bad Request: message text is empty")
        must(units(text) <= 4096, "Bad Request: message is too long")
        return self._deliver(Sent(token, self._chat(fields), next(self._numbers), text, fields=fields))

    def _sendPhoto(self, token: str, fields: Dict[str, str], request: Request) -> Dict[str, Any]:
        must(units(fields.get("caption", "")) <= 1024, "Bad Request: message caption is too long")
        name = fields.get("photo", "attach://photo")
        must(name.startswith("attach://"), "Bad Request: the tests hand over files only")
        upload = request.files.get(name[len("attach://") :])
        png = upload.read() if upload else b""
        must(png.startswith((b"\x89PNG", b"\xff\xd8\xff")), "Bad Request: IMAGE_PROCESS_FAILED")
        number, caption = next(self._numbers), fields.get("caption", "")
        return self._deliver(Sent(token, self._chat(fields), number, caption, png, fields=fields))

    def _sendVoice(self, token: str, fields: Dict[str, str], request: Request) -> Dict[str, Any]:
        return self._send_file("voice", token, fields, request)

    def _sendAudio(self, token: str, fields: Dict[str, str], request: Request) -> Dict[str, Any]:
        return self._send_file("audio", token, fields, request)

    def _sendDocument(self, token: str, fields: Dict[str, str], request: Request) -> Dict[str, Any]:
        return self._send_file("document", token, fields, request)

    def _send_file(self, kind: str, token: str, fields: Dict[str, str], request: Request) -> Dict[str, Any]:
        must(units(fields.get("caption", "")) <= 1024, "Bad Request: message caption is too long")
        name = fields.get(kind, f"attach://{kind}")
        upload = request.files.get(name[len("attach://") :])
        data = upload.read() if upload else b""
        must(data, "Bad Request: there is no file in the request")
        must(kind != "voice" or data.startswith((b"OggS", b"ID3")), "Bad Request: wrong type of the web page content")
        number, caption = next(self._numbers), fields.get("caption", "")
        return self._deliver(Sent(token, self._chat(fields), number, caption, file=(kind, data), fields=fields))

    def _getFile(self, token: str, fields: Dict[str, str], request: Request) -> Dict[str, Any]:
        file_id = fields.get("file_id", "")
        must(file_id in self.files, "Bad Request: invalid file_id")
        size = len(self.files[file_id])
        must(size <= 20_000_000, "Bad Request: file is too big")
        return {"file_id": file_id, "file_unique_id": "u", "file_size": size, "file_path": f"photos/{file_id}"}

    def _download(self, request: Request) -> Response:
        _, _, bot, _, file_id = request.path.split("/")
        known = bot[len("bot") :] in NAMES and file_id in self.files
        return Response(self.files[file_id]) if known else Response("Not Found", 404)

    def _answerCallbackQuery(self, token: str, fields: Dict[str, str], request: Request) -> bool:
        query_id = fields.get("callback_query_id", "")
        must(query_id in self._spinning, "Bad Request: query is too old or query ID is invalid")
        self._spinning.remove(query_id)
        self.answered.append(query_id)
        return True

    def _editMessageReplyMarkup(self, token: str, fields: Dict[str, str], request: Request) -> Dict[str, Any]:
        chat, number = self._chat(fields), int(fields.get("message_id", "0"))
        found = [one for one in self.sent if (one.token, one.chat, one.number) == (token, chat, number)]
        must(found, "Bad Request: message to edit not found")
        buttons = keyboard(fields)
        must(buttons != found[0].buttons, "Bad Request: message is not modified")
        found[0].buttons = buttons
        return self._shown(found[0])

    def _setMyCommands(self, token: str, fields: Dict[str, str], request: Request) -> bool:
        commands = {one["command"]: one["description"] for one in json.loads(fields["commands"])}
        must(all(re.fullmatch("[a-z0-9_]{1,32}", name) for name in commands), "Bad Request: BOT_COMMAND_INVALID")
        must(all(3 <= len(about) <= 256 for about in commands.values()), "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[fields.get("language_code", "")] = commands
        return True

    def _setWebhook(self, token: str, fields: Dict[str, str], request: Request) -> bool:
        must(fields.get("url", "").startswith("https://"), "Bad Request: bad webhook: HTTPS url must be provided")
        secret = fields.get("secret_token", "")
        must(re.fullmatch("[A-Za-z0-9_-]{1,256}", secret), "Bad Request: secret token contains unallowed characters")
        must(isinstance(json.loads(fields["allowed_updates"]), list), "Bad Request: allowed_updates")
        with self._news:
            self.webhooks[token] = fields
        return True

    def _deleteWebhook(self, token: str, fields: Dict[str, str], request: Request) -> bool:
        self.webhooks.pop(token, None)
        return True

    def _getUpdates(self, token: str, fields: Dict[str, str], request: Request) -> List[Dict[str, Any]]:
        must(token not in self.webhooks, "Conflict: can't use getUpdates method while webhook is active", 409)
        kinds = json.loads(fields.get("allowed_updates", "[]"))
        offset, timeout = int(fields.get("offset", "0")), min(float(fields.get("timeout", "0")), SLOWEST)
        with self._news:
            self.taken_in[token] = offset

            def found() -> List[Dict[str, Any]]:
                known = [one for one in self._updates[token] if one["update_id"] >= offset]
                return [one for one in known if set(one) & set(kinds)]

            self._news.wait_for(lambda: found() or not self._open, timeout)
            return found()

    # ---------------------------------------------------------------- the same for several

    def _chat(self, fields: Dict[str, str]) -> int:
        must(re.fullmatch(r"-?\d+", fields.get("chat_id", "")), "Bad Request: chat not found")
        chat = int(fields["chat_id"])
        must(chat not in self.gone, "Bad Request: chat not found")
        must(chat not in self.blocked_by, "Forbidden: bot was blocked by the user", 403)
        return chat

    def _deliver(self, message: Sent) -> Dict[str, Any]:
        message.buttons = keyboard(message.fields)
        self.sent.append(message)
        return self._shown(message)

    def _shown(self, message: Sent) -> Dict[str, Any]:
        return {**self._head(message.chat, 1, "Sleutel", "nl"), "message_id": message.number, "text": message.text}

    def _head(self, chat: int, sender: int, name: str, language: str) -> Dict[str, Any]:
        kind = {"id": chat, "type": "private" if chat > 0 else "group", "first_name": "Samira"}
        person = shown_person(sender, name, language)
        return {"message_id": next(self._numbers), "date": 1780000000, "chat": kind, "from": person}


def shown_person(number: int, name: str, language: str) -> Dict[str, Any]:
    """A user as Telegram shows one; number 1 is the bot."""
    return {"id": number, "is_bot": number == 1, "first_name": name, "language_code": language}


def keyboard(fields: Dict[str, str]) -> List[Tuple[str, str]]:
    """The buttons of a message; refuses what Telegram refuses."""
    if not fields.get("reply_markup"):
        return []
    markup = json.loads(fields["reply_markup"])
    must(set(markup) == {"inline_keyboard"}, "Bad Request: reply markup")
    buttons = []
    for row in markup["inline_keyboard"]:
        must(1 <= len(row) <= 8, "Bad Request: a row of the keyboard")
        for button in row:
            must(set(button) == {"text", "callback_data"}, "Bad Request: fields of a button")
            must(button["text"].strip(), "Bad Request: text buttons are required to have a text")
            must(1 <= len(button["callback_data"].encode()) <= 64, "Bad Request: BUTTON_DATA_INVALID")
            buttons.append((button["text"], button["callback_data"]))
    must(len(buttons) <= 100, "Bad Request: reply markup is too long")
    return buttons
