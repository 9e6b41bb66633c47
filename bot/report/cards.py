"""Every kind of card in every language on one sheet: for whoever writes or reviews a language, and for the eye."""

import io
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Dict, Iterator, List, Sequence, Tuple

from PIL import Image, ImageDraw
from rich.progress import track

from bot.household.answers import fitting, ways, write
from bot.records.models import KeyPerson
from bot.replies.cards import Album, Picture
from bot.replies.content import CONTENT, Content, read_yaml
from bot.replies.times import HOME
from bot.replies.typesetting import Style, fit

COLUMN, GAP, HEAD = 240, 14, 40  # pixels
PAPER, BEHIND = "#FFFFFF", "#DDE5EA"
LABEL = Style(26, 700, most_lines=1, smallest=18)
RENT = "cannot_pay_rent"  # a topic whose cards show much
SAMPLE_PERSON = "samira"
CONTACT = "wa.me/31600000000"  # 06-0 is given to nobody
MOMENT = datetime(2026, 11, 25, 14, 30, tzinfo=HOME)


@dataclass(frozen=True)
class SampleSpot:
    """A place that shows all that a card can show."""

    name: str = "Buurthuis De Brug (voorbeeld)"
    kind: str = "womens_centre"
    street: str = "Voorbeeldstraat 12"
    phone: str = ""
    for_whom: str = "women"
    home_visits: bool = True
    bring: Tuple[str, ...] = ("letters", "id_card")


def cards_of(album: Album, language: str) -> Iterator[Picture]:
    """One card of each kind, in one language."""
    content = album.content
    yield album.pictogram(content.topics[RENT].pictogram)
    yield album.bring(language, RENT)
    yield album.lines(language, RENT)
    if content.languages[language].household is not None:
        household = content.household
        most = max(ways(household), key=lambda answers: len(fitting(household, answers)))
        yield album.household(language, write(household, most))
    yield album.person(language, sample_person())
    yield album.appointment(language, MOMENT, None, RENT)
    yield album.place(language, SampleSpot(), MOMENT.date(), [(time(9, 30), time(12))])
    yield album.pass_on(language, RENT)


@lru_cache(maxsize=1)
def sample_person() -> KeyPerson:
    """One of the demo's invented people."""
    people: List[Dict[str, Any]] = read_yaml(CONTENT / "sample_people.yml")
    one = next(person for person in people if person["id"] == SAMPLE_PERSON)
    return KeyPerson(**{name: one[name] for name in ("id", "name", "gender", "languages", "about")})


def contact_sheet(content: Content, languages: Sequence[str], today: date) -> Image.Image:
    """A row for each language, a column for each kind of card."""
    album = Album(content, today=lambda: today, contact=CONTACT)
    rows = [
        _row(code, list(cards_of(album, code)))
        for code in track(languages, description="Drawing the cards")  # seven seconds a language: not in silence
    ]
    sheet = Image.new("RGB", (max(row.width for row in rows), sum(row.height for row in rows)), BEHIND)
    top = 0
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height
    return sheet


def _row(code: str, pictures: List[Picture]) -> Image.Image:
    drawn = [Image.open(io.BytesIO(picture.png())).convert("RGBA") for picture in pictures]
    drawn = [
        image.resize((COLUMN, round(image.height * COLUMN / image.width)), Image.Resampling.LANCZOS) for image in drawn
    ]
    height = HEAD + max(image.height for image in drawn) + GAP
    row = Image.new("RGB", (GAP + len(drawn) * (COLUMN + GAP), height), BEHIND)
    ImageDraw.Draw(row).rectangle((0, 0, row.width, HEAD - 8), fill=PAPER)
    fit(code, COLUMN, LABEL, "en", False).paint(row, GAP, 4)
    for place, image in enumerate(drawn):
        left = GAP + place * (COLUMN + GAP)
        row.paste(PAPER, (left, HEAD, left + COLUMN, HEAD + image.height))
        row.paste(image, (left, HEAD), image)
    return row
