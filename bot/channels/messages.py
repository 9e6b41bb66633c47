"""What passes through the doors, the same for every channel."""

from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Optional


@dataclass(frozen=True)
class Choice:
    """A button: what it says and what pressing it means (`/intent` or `/intent{"key": "value"}`)."""

    title: str
    payload: str


@dataclass(frozen=True)
class Media:
    """A photo, voice message or other file that came in. `url` is where the provider keeps it."""

    url: str
    content_type: str

    @property
    def kind(self) -> str:
        """`photo`, `voice` or `file`."""
        return {"image": "photo", "audio": "voice"}.get(self.content_type.split("/")[0], "file")


@dataclass(frozen=True)
class Place:
    """A shared location, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Incoming:
    """One message from one person, whatever the channel made of it."""

    channel: str
    message_id: str
    addresses: List[str]  # every address this person is known by in this message, the best to answer to first
    text: str = ""
    payload: Optional[str] = None  # of a pressed button or a chosen list entry
    media: List[Media] = field(default_factory=list)
    place: Optional[Place] = None

    def to_json(self) -> Dict[str, Any]:
        """As plain data, for the inbox."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Dict[str, Any]) -> "Incoming":
        """The message that `to_json` was called on."""
        place = data.get("place")
        return cls(
            **{
                **data,
                "media": [Media(**item) for item in data.get("media", [])],
                "place": Place(**place) if place else None,
            }
        )


@dataclass(frozen=True)
class Outgoing:
    """One message to one person: text, perhaps a picture with it, perhaps choices under it.

    `picture` is a path below `/pictures/` on our own server, such as `pictogram/house.png`; `attachment` one below
    `/media/`, of what the other side sent: a photo, a voice message or a file, known by the end of its name.
    `sender` is `bot`, `person` or `resident`, for screens that show the difference.
    """

    text: str = ""
    language: str = "nl"
    picture: Optional[str] = None
    choices: List[Choice] = field(default_factory=list)
    sender: str = "bot"
    attachment: Optional[str] = None

    def to_json(self) -> Dict[str, Any]:
        """As plain data, for the outbox."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Dict[str, Any]) -> "Outgoing":
        """The message that `to_json` was called on."""
        return cls(**{**data, "choices": [Choice(**choice) for choice in data.get("choices", [])]})
