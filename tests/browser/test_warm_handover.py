"""A warm handover, all of it, on the demo page in a real browser, in Arabic: the story that Sleutel exists for.

What the page looks like at each step is kept in `results/screens/`.
"""

from pathlib import Path
from typing import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from bot.replies.content import Content
from tests.browser.phones import PATIENCE, Phones

RENT = "ما عم بقدر ادفع ايجار البيت"
HOUR, DAY, WEEK = 60, 1440, 10080


@pytest.fixture
def phones(page: Page, content: Content) -> Phones:
    """Two phones; the resident writes Arabic."""
    return Phones(page, content, "ar")


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A photo of a letter."""
    path = tmp_path / "letter.jpg"
    Image.new("RGB", (300, 400), "white").save(path)
    return path


@pytest.fixture(autouse=True)
def nobody_stays_asked(phones: Phones) -> Iterator[None]:
    """All visitors share the sample people: who is asked by one test is let go before the next."""
    yield
    phones.write("stop")
    phones.page.wait_for_timeout(500)


def asks(phones: Phones) -> None:
    """From a first sentence to a yes to being helped."""
    phones.write(RENT)
    phones.press("talk_to_person")
    phones.press("wish_any")
    phones.look("proposal")
    phones.press("agree")
    phones.reads("asked")


def in_touch(phones: Phones) -> None:
    """Somebody said yes and wrote."""
    asks(phones)
    phones.person_reads("alert")
    phones.person_presses("accept")
    phones.reads("accepted", message=1)
    phones.person_writes("السلام عليكم، أنا هنا")
    expect(phones.bubbles("person").last).to_have_text("السلام عليكم، أنا هنا", timeout=PATIENCE)


def test_who_cannot_is_followed_by_the_next_and_who_does_not_answer_too(phones: Phones):
    asks(phones)
    phones.person_reads("alert")
    phones.person_presses("cant")
    phones.reads("asked_next")
    phones.look("next_is_asked")
    phones.person_reads("alert", times=2)
    phones.push_clock(WEEK)  # whatever time was promised, it is over
    phones.reads("asked_next", times=2)
    phones.look("after_no_answer")
    phones.write("بطلت")
    phones.press("cancel") if phones.bubbles().filter(has_text=phones.words.choices["cancel"]).count() else None


def test_photos_go_both_ways(phones: Phones, letter: Path):
    in_touch(phones)
    phones.send_photo("resident", letter)
    photo = phones.page.locator('[data-testid="keyperson-message"] img.picture').last
    expect(photo).to_be_visible(timeout=PATIENCE)
    phones.page.wait_for_function("image => image.complete && image.naturalWidth > 100", arg=photo.element_handle())
    phones.send_photo("keyperson", letter)
    expect(phones.bubbles("person").locator("img.picture")).to_be_visible(timeout=PATIENCE)
    phones.look("photos")
