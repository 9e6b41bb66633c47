"""What stands behind a button of the desk: `<button>:<handover>[:<argument>]`, at most 64 bytes (Telegram's limit)."""

from dataclasses import dataclass
from typing import Optional

from bot.channels.messages import Choice

LONGEST_TITLE = 40  # UTF-16 units; a phone shows no more on one line


@dataclass(frozen=True)
class Button:
    """A pressed button. `handover` is empty where it is about nobody; what it allows is judged when it is pressed."""

    name: str
    handover: str = ""
    argument: str = ""

    @classmethod
    def read(cls, payload: Optional[str]) -> Optional["Button"]:
        """The button of this payload; None when it is none of the desk's."""
        name, colon, rest = (payload or "").partition(":")
        handover, _, argument = rest.partition(":")
        return cls(name, handover, argument) if colon and name else None

    def titled(self, title: str) -> Choice:
        """As it is shown; a title that is very long is cut."""
        payload = ":".join([self.name, self.handover, *([self.argument] if self.argument else [])])
        return Choice(cut(title, LONGEST_TITLE), payload)


def cut(text: str, room: int) -> str:
    """The text, or as much of it as fits, with an ellipsis. `room` in UTF-16 units."""
    if len(text.encode("utf-16-le")) // 2 <= room:
        return text
    while len(text.encode("utf-16-le")) // 2 > room - 1:
        text = text[:-1]
    return text.rstrip(" ,·") + "…"
