"""Which pictures there are: from a name in an address to the recipe of a picture, in the words of `content/`.

The address of a key person's card cannot be guessed: who helps here is not for everybody to see.
"""

import hmac
import re
from datetime import date, datetime, time
from pathlib import Path
from typing import Callable, List, Optional, Protocol, Tuple, Union

from bot.household.answers import fitting, next_question, read, write
from bot.replies.appointment_card import AppointmentCard
from bot.replies.content import Content, Language, Topic, in_language
from bot.replies.pass_on_card import PassOnCard
from bot.replies.person_card import PersonCard
from bot.replies.place_card import PlaceCard
from bot.replies.shown import Helper, Spot
from bot.replies.speaker import Speaker
from bot.replies.times import HOME, day_in_words, day_of_month, language_name, time_in_words
from bot.replies.topic_cards import AskCard, BringCard, Entries, Line, LinesCard, Pictogram, Thing

SIGNATURE = 16  # hexadecimal digits: 64 bits, too many to try
FIRST_SENTENCE = re.compile(r".*?[.!?؟۔።]|.+", re.DOTALL)
AVATARS = ("woman", "man")  # pictograms named as the gender; `person` for anything else
ONLY_FOR = {"women": "woman", "men": "man"}  # pictograms for whom a place is

Picture = Union[Pictogram, AskCard, BringCard, LinesCard, PassOnCard, PersonCard, PlaceCard, AppointmentCard]


class NoSuchPicture(LookupError):
    """The name, language or topic is unknown, or there is nothing to show."""


class Album:
    """Makes recipes. `today` decides which phone numbers still hold; `photos` is where the helpers' photos lie.

    `contact`: where anybody can write to this bot, for the cards that are passed on; empty when there is no such place.
    """

    def __init__(
        self,
        content: Content,
        photos: Optional[Path] = None,
        today: Callable[[], date] = date.today,
        fallback: str = "nl",
        contact: str = "",
    ) -> None:
        self.content, self.photos, self.today, self.fallback = content, photos, today, fallback
        self.contact = contact

    def pictogram(self, name: str) -> Pictogram:
        """One pictogram by its name; raises `NoSuchPicture`."""
        if name not in self.content.pictograms:
            raise NoSuchPicture(name)
        return Pictogram(self._entries(name))

    def bring(self, language: str, topic: str) -> BringCard:
        """What to take along for a topic; raises `NoSuchPicture`, also when there is nothing to take along."""
        words, about = self._language(language), self._topic(topic)
        if not about.bring:
            raise NoSuchPicture(topic)
        things = tuple(Thing(self._entries(item), words.bring[item]) for item in about.bring)
        return BringCard(words.code, _rtl(words), self._bring_title(words), things)

    def household(self, language: str, code: str) -> AskCard:
        """What a household with these answers may ask about; raises `NoSuchPicture`, also for half a check."""
        words, household = self._language(language), self.content.household
        answers = read(household, code)
        schemes = fitting(household, answers)
        whole = next_question(household, answers) is None and write(household, answers) == code
        if words.household is None or not schemes or not whole:
            raise NoSuchPicture(code)
        texts = words.household
        things = tuple(Thing(self._entries(s.pictogram), texts.schemes[s.name]["name"]) for s in schemes)
        return AskCard(words.code, _rtl(words), texts.card, things)

    def lines(self, language: str, topic: str) -> LinesCard:
        """Whom to call about a topic; raises `NoSuchPicture`, also when there is nobody.

        A number that does not hold today is left out, the rest of its line stays.
        """
        words, about = self._language(language), self._topic(topic)
        if not about.lines:
            raise NoSuchPicture(topic)
        return LinesCard(words.code, _rtl(words), self._entries("phone"), self._lines(about, words))

    def pass_on(self, language: str, topic: str) -> PassOnCard:
        """A topic in its easier words, for somebody else; raises `NoSuchPicture`, also for what is not passed on."""
        words, about = self._language(language), self._topic(topic)
        if not about.pass_on or topic not in words.topics:
            raise NoSuchPicture(topic)
        texts = words.topics[topic]
        return PassOnCard(
            language=words.code,
            rtl=_rtl(words),
            pictogram=self._entries(about.pictogram),
            title=texts.title,
            says=tuple(Speaker(self.content, self.fallback, self.today).fill(texts.easier, words, {})),
            phone=self._entries("phone"),
            lines=self._lines(about, words),
            sender=self._entries("key"),
            contact=self.contact,
        )

    def person(self, language: str, helper: Helper) -> PersonCard:
        """The card of a key person; raises `NoSuchPicture` for an unknown language."""
        words = self._language(language)
        photo = self._photo(helper)
        return PersonCard(
            language=words.code,
            rtl=_rtl(words),
            person_id=helper.id,
            avatar=self._entries(helper.gender if helper.gender in AVATARS else "person"),
            speaks=self._entries("speech"),
            name=helper.name,
            tongues=tuple(_capital(language_name(code, words, self.content)) for code in helper.languages),
            about=in_language(helper.about, words.code, self.fallback),
            photo=photo,
            photo_changed=photo.stat().st_mtime_ns if photo else 0,
        )

    def appointment(self, language: str, at: datetime, place: Optional[str], topic: Optional[str]) -> AppointmentCard:
        """When and where, and what to take along for this topic; `place` None: by phone."""
        words = self._language(language)
        bring = self.content.topics[topic].bring if topic in self.content.topics else []
        return AppointmentCard(
            language=words.code,
            rtl=_rtl(words),
            calendar=(*self._entries("day"), *_keycaps(day_of_month(at))),
            clock=(_clock_face(time_in_words(at)),),
            somewhere=self._entries("map" if place else "phone"),
            day=_capital(day_in_words(at, words)),
            time=time_in_words(at),
            place=place or _capital(words.phrases["by_phone"]),
            bring=tuple(Thing(self._entries(item), words.bring[item]) for item in bring),
        )

    def place(self, language: str, spot: Spot, day: date, times: List[Tuple[time, time]]) -> PlaceCard:
        """The card of a place on a day with its opening times; raises `NoSuchPicture` for an unknown language."""
        words = self._language(language)
        marks = [ONLY_FOR[spot.for_whom]] if spot.for_whom in ONLY_FOR else []
        marks += ["comes_home"] if spot.home_visits else []
        return PlaceCard(
            language=words.code,
            rtl=_rtl(words),
            kind=self._entries(spot.kind if spot.kind in self.content.pictograms else "map"),
            name=spot.name,
            street=spot.street or spot.phone,
            clock=self._entries("clock"),
            day=_capital(day_in_words(datetime.combine(day, time(12), tzinfo=HOME), words)),
            times=tuple(_span(opens, closes) for opens, closes in times),
            marks=tuple(self._entries(mark) for mark in marks),
            bring=tuple(Thing(self._entries(item), words.bring[item]) for item in spot.bring if item in words.bring),
        )

    def _bring_title(self, words: Language) -> str:
        said = " ".join(words.replies.get("bring", [])).strip()
        found = FIRST_SENTENCE.match(said)
        return found.group() if found else ""

    def _lines(self, about: Topic, words: Language) -> Tuple[Line, ...]:
        return tuple(
            Line(self._entries(name), words.lines[name]["name"], self._number(name), words.lines[name]["about"])
            for name in about.lines
        )

    def _number(self, line: str) -> str:
        fact = self.content.facts.get(line)
        return (fact.on(self.today()) or "") if fact else ""

    def _photo(self, helper: Helper) -> Optional[Path]:
        """The helper's photo, if there is one and it lies where photos lie."""
        if not helper.picture or self.photos is None:
            return None
        path = (self.photos / helper.picture).resolve()
        return path if self.photos.resolve() in path.parents and path.is_file() else None

    def _entries(self, pictogram: str) -> Entries:
        return tuple(self.content.pictograms[pictogram])

    def _language(self, code: str) -> Language:
        if code not in self.content.languages:
            raise NoSuchPicture(code)
        return self.content.languages[code]

    def _topic(self, name: str) -> Topic:
        if name not in self.content.topics:
            raise NoSuchPicture(name)
        return self.content.topics[name]


def _keycaps(number: int) -> Entries:
    """The number as OpenMoji's digits: somebody who cannot read the month can read these."""
    return tuple(f"{ord(digit):04X}-FE0F-20E3" for digit in str(number))


def _clock_face(time: str) -> str:
    """The OpenMoji code of the clock that shows "14:00", or the last half hour before it."""
    hour, minute = map(int, time.split(":"))
    return f"{(0x1F55C if minute >= 30 else 0x1F550) + (hour - 1) % 12:X}"


def _rtl(words: Language) -> bool:
    return words.direction == "rtl"


def _span(opens: time, closes: time) -> str:
    """Opening and closing time as they stand on a door, in every script; the day ends at 24:00."""
    return f"{opens:%H:%M}-{'24:00' if closes == time() else f'{closes:%H:%M}'}"


def place_path(language: str, place_id: str, day: date) -> str:
    """Where the card of a place on a day is found below `/pictures/`. Places are public: it needs no signature."""
    return f"place/{language}/{place_id}-{day:%Y%m%d}.png"


def _capital(name: str) -> str:
    """Languages have no capital in many languages, but here the name stands alone."""
    return name[:1].upper() + name[1:]


class Pseudonyms(Protocol):
    """What `bot.records.secrecy.Secrecy` offers: a keyed hash that only this installation can make."""

    def pseudonym(self, channel: str, address: str) -> str:
        """An HMAC as hexadecimal digits."""


def signed_path(secrecy: Pseudonyms, kind: str, language: str, name: str) -> str:
    """Where the card of this person or appointment (`kind`) in this language is found below `/pictures/`."""
    return f"{kind}/{language}/{name}-{_signature(secrecy, kind, language, name)}.png"


def signature_holds(secrecy: Pseudonyms, kind: str, language: str, name: str, signature: str) -> bool:
    """Whether the signature in a path was made by `signed_path` with the same secrecy."""
    return hmac.compare_digest(_signature(secrecy, kind, language, name), signature)


def _signature(secrecy: Pseudonyms, kind: str, language: str, name: str) -> str:
    return secrecy.pseudonym(f"{kind}_card", f"{language}/{name}")[:SIGNATURE]
