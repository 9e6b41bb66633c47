"""What one side wrote, ready to be passed on to the other."""

import re
from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Optional

from bot.channels.messages import Incoming, Outgoing, Place
from bot.relay.files import is_photo
from bot.relay.masking import mask

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff]")
MAP = "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=17/{0}/{1}"


@dataclass(frozen=True)
class Letter:
    """Words and files. `text` is what is passed on; `original` is there only when a number was hidden in it."""

    text: str
    attachments: List[str] = field(default_factory=list)  # paths below `/media/`
    is_whole: bool = True  # False: something that came with it could not be had
    original: Optional[str] = None
    row: Optional[int] = None  # where it lies in the inbox, when passing it on is all that is to be done with it

    @classmethod
    def read(cls, incoming: Incoming, attachments: List[str], is_whole: bool, hide_numbers: bool) -> "Letter":
        """What a message says, with its line ends, as long as it is."""
        written = as_written(incoming)
        masked = mask(written) if hide_numbers else None
        if masked is None or not masked.is_masked:
            return cls(written, attachments, is_whole)
        return cls(masked.text, attachments, is_whole, written)

    @property
    def is_empty(self) -> bool:
        """Nothing is left to pass on."""
        return not (self.text or self.attachments)

    def messages(self, sender: str, language: str) -> List[Outgoing]:
        """The words first, or with the first photo; each file is a message of its own."""
        with_first = bool(self.attachments) and is_photo(self.attachments[0])
        said = [] if with_first or not self.text else [Outgoing(self.text, language, sender=sender)]
        return [
            *said,
            *(
                Outgoing(self.text if with_first and not index else "", language, sender=sender, attachment=path)
                for index, path in enumerate(self.attachments)
            ),
        ]

    def to_json(self) -> Dict[str, Any]:
        """As plain data, to be kept (sealed) until it is clear for whom it is."""
        return asdict(self)


def as_written(incoming: Incoming) -> str:
    """The words of a message without what no phone shows; a shared place as an address on a map."""
    words = CONTROL.sub("", incoming.text.replace("\r\n", "\n")).strip()
    return "\n".join(filter(None, [words, _on_the_map(incoming.place) if incoming.place else ""]))


def _on_the_map(place: Place) -> str:
    return MAP.format(round(place.latitude, 5), round(place.longitude, 5))
