"""Buttons and lists for WhatsApp: Twilio wants them as "content", made once and then filled in with variables.

Everything that differs from message to message is a variable: the lines of the text, the words on the buttons and
what they mean. So the contents say nothing about anybody, serve all languages, and stay few: one for each number of
buttons and each shape of the text (how many lines). They are found again by name after a restart, never made twice,
and never grow with the number of residents. All of them begin with `sleutel_` and may be deleted in Twilio's console.

Why not `twilio/card`, which could hold a picture and buttons: Twilio's pages disagree whether WhatsApp takes one
without approval (copies of the page: always approved; the page of July 2026: only outside the 24 hours; the table of
sessions: "may be required"), and a refusal would come after the fact, when the words are already lost.
"""

import asyncio
import hashlib
import json
import logging
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Iterator, Optional

from twilio.base.exceptions import TwilioException
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList

from bot.channels.messages import Outgoing
from bot.channels.whatsapp_errors import NO_ANSWER
from bot.channels.whatsapp_parts import (
    LONGEST_BUTTON,
    LONGEST_WITH_BUTTONS,
    QUICK_REPLY,
    style_of,
    to_wire,
    units,
)
from bot.desk.delivery import TryAgain

logger = logging.getLogger(__name__)

NAME = "sleutel_"
LONGEST_VALUE = 250  # Twilio takes 1600 but recommends less than 250; older pages and accounts say 255
MOST_VARIABLES = 100
LANGUAGE = "nl"  # must be filled in; it means something only for contents that Meta approves
REST = 60.0  # seconds without trying after the Content API failed: people get numbered lists meanwhile


@dataclass
class Filled:
    """A content without values (`types`), and the values for one message."""

    types: Dict[str, Any] = field(default_factory=dict)
    variables: Dict[str, str] = field(default_factory=dict)

    def add(self, value: str) -> str:
        """The placeholder for a value."""
        number = str(len(self.variables) + 1)
        self.variables[number] = value
        return "{{" + number + "}}"

    @property
    def name(self) -> str:
        """The same for every message of this shape, and for no other."""
        shape = json.dumps(self.types, sort_keys=True).encode("utf-8")
        return NAME + hashlib.sha256(shape).hexdigest()[:20]

    def definition(self) -> Dict[str, Any]:
        """What the Content API is asked to make; the samples it wants are the numbers of the variables."""
        samples = {number: f"value{number}" for number in self.variables}
        return {"friendly_name": self.name, "language": LANGUAGE, "variables": samples, "types": self.types}


def fill_in(message: Outgoing, label: str) -> Optional[Filled]:
    """The message with real buttons; `label` opens a list. None when it has to be a numbered list.

    That is: too many or too long choices, no text or too much of it, a picture (see above), or signs in the text that
    Twilio would read as placeholders.
    """
    style, text = style_of(message.choices), message.text.strip()
    fits = text and units(text) <= LONGEST_WITH_BUTTONS and units(label) <= LONGEST_BUTTON
    if style is None or message.picture or not fits or "{{" in text or "}}" in text:
        return None
    filled = Filled()
    body = _body(text, filled)
    if style == QUICK_REPLY:
        actions = [
            {"type": "QUICK_REPLY", "title": filled.add(_plain(c.title)), "id": filled.add(to_wire(c.payload))}
            for c in message.choices
        ]
        filled.types = {style: {"body": body, "actions": actions}}
    else:
        button = filled.add(_plain(label))
        items = [{"item": filled.add(_plain(c.title)), "id": filled.add(to_wire(c.payload))} for c in message.choices]
        filled.types = {style: {"body": body, "button": button, "items": items}}
    return filled if len(filled.variables) <= MOST_VARIABLES else None


def _body(text: str, filled: Filled) -> str:
    """Line ends stand in the content itself: error 21656 refuses them, tabs and rows of spaces within a variable."""
    lines = (_plain(re.sub(r"\s+", " ", line)) for line in text.splitlines())
    return "\n".join(" ".join(map(filled.add, _pieces(line))) for line in lines)


def _pieces(line: str) -> Iterator[str]:
    """A line in values of a good length, cut at spaces; nothing for an empty line."""
    while units(line) > LONGEST_VALUE and (cut := line.rfind(" ", 1, LONGEST_VALUE)) > 0:
        yield line[:cut]
        line = line[cut + 1 :]
    if line:
        yield line


def _plain(value: str) -> str:
    """Without the straight apostrophe, for which Twilio has refused variables (twilio-node issue 1082, error 21656)."""
    return value.strip().replace("'", "’")


class ContentShelf:
    """Knows the ids that Twilio gave to the contents; finds or makes the ones that are missing."""

    def __init__(self, client: Client, clock: Callable[[], float] = time.monotonic) -> None:
        self._client, self._clock = client, clock
        self._ids: Dict[str, str] = {}
        self._locks: Dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._rests_until = 0.0

    async def id_of(self, filled: Filled) -> Optional[str]:
        """Twilio's id (`HX...`) of this content; None while the Content API does not work."""
        async with self._locks[filled.name]:  # two messages of the same shape at once make one content
            if filled.name not in self._ids and self._clock() >= self._rests_until:
                try:
                    self._ids[filled.name] = await self._find(filled.name) or await self._make(filled)
                except (TryAgain, TwilioException, *NO_ANSWER) as error:
                    code = getattr(error, "code", None)
                    logger.warning("Twilio's Content API failed (%s %s): numbered lists", type(error).__name__, code)
                    self._rests_until = self._clock() + REST
            return self._ids.get(filled.name)

    def drop(self, filled: Filled) -> None:
        """Twilio did not take this content: look it up anew the next time."""
        self._ids.pop(filled.name, None)

    async def _find(self, name: str) -> Optional[str]:
        found = await self._client.content.v2.contents.list_async(content_name=f"^{name}$", limit=50)
        return next((content.sid for content in found if content.friendly_name == name), None)

    async def _make(self, filled: Filled) -> str:
        request = ContentList.ContentCreateRequest(filled.definition())
        content = await self._client.content.v1.contents.create_async(request)
        if not content.sid:
            raise ValueError("an answer without an id")
        return content.sid
