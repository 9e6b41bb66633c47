"""What cards show of people and places, whatever records and directory they come from."""

from typing import Dict, List, Optional, Protocol, Tuple


class Helper(Protocol):
    """What a card shows of a key person; `bot.records.models.KeyPerson` is one."""

    id: str
    name: str
    gender: str
    languages: List[str]
    about: Dict[str, str]
    picture: Optional[str]


class Spot(Protocol):
    """What a card shows of a place; `bot.directory.place.Place` is one."""

    @property
    def name(self) -> str:
        """As it stands on the door."""

    @property
    def kind(self) -> str:
        """Named as a pictogram."""

    @property
    def street(self) -> str:
        """With the number; empty where people are visited at home."""

    @property
    def phone(self) -> str:
        """Shown when there is no street."""

    @property
    def for_whom(self) -> str:
        """`all`, `women` or `men`."""

    @property
    def home_visits(self) -> bool:
        """Whether they come to people's homes."""

    @property
    def bring(self) -> Tuple[str, ...]:
        """Names of things to bring."""
