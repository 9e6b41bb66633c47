"""A warm handover, all of it, on the demo page in a real browser, in Arabic: the story that Sleutel exists for.

What the page looks like at each step is kept in `results/screens/`.
"""

import re
from pathlib import Path
from typing import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from bot.replies.content import Content
from tests.browser.phones import PATIENCE, Phones, are_drawn, landmark

RENT = "ما عم بقدر ادفع ايجار البيت"
STOP, HELLO = "توقف", "السلام عليكم، أنا هنا"
SUMMARY = "Drie maanden huur achter. De verhuurder belt elke dag."
A_DAY = re.compile(r"^\w+ \d+ \w+$")  # "dinsdag 24 november", as the desk offers days
DAY, WEEK = 1440, 10080  # minutes


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
    """All visitors share the sample people and the clock: each test lets go of whoever it asked."""
    yield
    before = phones.bubbles().count()
    phones.write(STOP)
    expect(phones.bubbles().nth(before)).to_be_visible(timeout=PATIENCE)


def asks(phones: Phones) -> None:
    """From a first sentence to a yes to being helped."""
    phones.write(RENT)
    phones.press("talk_to_person")
    phones.press("wish_woman")
    phones.look("somebody is proposed")
    phones.press("agree")
    phones.reads("asked", message=1)
    phones.person_reads("alert")


def in_touch(phones: Phones) -> None:
    """Somebody said yes and wrote."""
    asks(phones)
    phones.person_presses("accept")
    phones.reads("accepted", message=1)
    phones.look("somebody said yes")
    phones.person_writes(HELLO)
    expect(phones.bubbles("person").last).to_have_text(HELLO, timeout=PATIENCE)


def test_who_cannot_is_followed_by_the_next_and_so_is_who_does_not_answer(phones: Phones):
    asks(phones)
    phones.person_presses("cant")
    phones.reads("asked_next")
    phones.person_reads("alert", times=2)
    phones.look("the first could not")
    phones.push_clock(DAY)
    told = phones.bubbles().filter(has_text=landmark(phones.words.replies["asked_next"][0]))
    expect(told.nth(1)).to_be_visible(timeout=PATIENCE)
    expect(phones.desk("over").first).to_be_visible(timeout=PATIENCE)
    phones.look("the second did not answer")


def test_words_and_photos_go_both_ways_and_an_appointment_is_made_and_remembered(phones: Phones, letter: Path):
    in_touch(phones)
    phones.send_photo("resident", letter)
    came = phones.page.locator('[data-testid="keyperson-message"][data-from="resident"] img.picture')
    expect(came).to_be_visible(timeout=PATIENCE)
    are_drawn(came, 100)
    phones.send_photo("keyperson", letter)
    expect(phones.bubbles("person").locator("img.picture")).to_be_visible(timeout=PATIENCE)
    phones.look("photos both ways")

    phones.person_writes("menu")
    phones.person_presses("meet")
    phones.person_reads("meet_day")
    phones.page.locator('[data-testid="keyperson-choice"]', has_text=A_DAY).nth(2).click()  # not today or tomorrow
    phones.person_reads("meet_time")
    phones.person_writes("14:30")
    phones.person_presses("place_phone")
    phones.person_presses("confirm")
    phones.reads("appointment")
    phones.look("an appointment is proposed")
    phones.press("appointment_ok")
    phones.reads("appointment_set")
    phones.person_reads("appointment_agreed")
    phones.push_clock(WEEK)
    phones.reads("reminder", times=2)
    phones.look("reminders of the day before and of two hours before")


def test_a_professional_takes_over_and_a_week_after_the_end_somebody_asks_how_it_goes(phones: Phones):
    in_touch(phones)
    phones.person_writes("menu")
    phones.person_presses("hand_on")
    phones.person_presses_words("Johan.*")
    phones.person_reads("hand_on_write")
    phones.person_writes(SUMMARY)
    phones.person_presses("confirm")
    expect(phones.reads("hand_on_ask", message=1)).to_contain_text(SUMMARY)
    phones.look("a professional is introduced")
    phones.press("hand_on_yes")
    phones.reads("hand_on_asked")
    expect(phones.person_reads("alert_hand_on")).to_contain_text(SUMMARY)
    phones.person_presses("accept")
    phones.reads("hand_on_done")
    phones.person_reads("hand_on_taken")
    phones.person_writes("Dag, ik ben Johan.")
    expect(phones.bubbles("person").last).to_have_text("Dag, ik ben Johan.", timeout=PATIENCE)
    phones.person_writes("klaar")
    phones.reads("ended_by_person")
    phones.push_clock(WEEK)
    phones.reads("how_is_it")
    phones.look("a week later")
    phones.press("feeling_bad")
    phones.reads("feeling_bad")
    phones.reads("this_is", times=2)
    phones.look("it does not go well")


def test_withdrawing_works_at_once_and_the_key_person_knows(phones: Phones):
    in_touch(phones)
    phones.write(STOP)
    phones.reads("withdrawn")
    phones.person_reads("resident_stopped")
    phones.look("stopped")
