"""The whole way on the demo page, in a real browser: from a first sentence to a person who said yes."""

import pytest
from playwright.sync_api import Page, expect

from bot.replies.content import Content, load_content
from tests.browser.phones import PATIENCE, Phones, are_drawn

FIRST_SENTENCE = {
    "nl": "ik kan mijn huur niet betalen",
    "en": "I can't pay my rent this month",
    "ar": "ما عم بقدر ادفع ايجار البيت",
    "tr": "kiramı ödeyemiyorum",
}


@pytest.fixture
def phones(page: Page, content: Content) -> Phones:
    """Two phones; the resident writes Dutch, unless a test says otherwise."""
    return Phones(page, content, "nl")


@pytest.mark.parametrize("language", FIRST_SENTENCE)
def test_from_the_first_sentence_to_a_person_who_accepted(page: Page, content, speaker, language):
    phones = Phones(page, content, language)
    phones.write(FIRST_SENTENCE[language])
    answer = speaker.topic("cannot_pay_rent", "first", language).messages[0]
    expect(phones.bubbles().filter(has_text=answer[:40])).to_be_visible(timeout=PATIENCE)
    assert phones.bubbles().last.get_attribute("lang") == language

    phones.press("talk_to_person")
    phones.press("wish_woman")
    phones.press("agree")
    phones.person_presses("accept")
    phones.reads("accepted", message=1)

    phones.write("1 2 3")
    expect(page.get_by_test_id("keyperson-message").filter(has_text="1 2 3")).to_be_visible(timeout=PATIENCE)
    phones.person_writes("Dag, ik ben er.")
    expect(phones.bubbles("person").filter(has_text="Dag, ik ben er.")).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("language", load_content().languages)
def test_a_first_sentence_of_each_language_is_answered_in_it_as_it_is_written(page: Page, content, language):
    phones = Phones(page, content, language)
    page.locator(f"#languages [lang={language}]").click()
    page.locator("#suggestions button").first.click()
    answer = phones.bubbles().last
    expect(page.get_by_test_id("resident-choice").first).to_be_visible(timeout=PATIENCE)
    assert answer.get_attribute("lang") == language
    assert answer.evaluate("node => getComputedStyle(node).direction") == phones.words.direction
    are_drawn(page.locator(".log img"))
    phones.look("first answer", "#resident .phone")


def test_pictures_of_the_answer_really_load(page: Page, phones: Phones):
    phones.write(FIRST_SENTENCE["ar"])
    expect(phones.bubbles().first).to_be_visible(timeout=PATIENCE)
    picture = page.locator('[data-testid="resident-message"] img').last
    expect(picture).to_be_visible(timeout=PATIENCE)
    are_drawn(picture, 100)


def test_arabic_is_written_from_right_to_left(page: Page, phones: Phones):
    phones.write(FIRST_SENTENCE["ar"])
    expect(phones.bubbles().first).to_be_visible(timeout=PATIENCE)
    direction = phones.bubbles().last.evaluate("node => getComputedStyle(node).direction")
    assert direction == "rtl"


def test_a_photo_is_accepted_kindly(page: Page, phones: Phones, speaker, tmp_path):
    from PIL import Image

    path = tmp_path / "letter.jpg"
    Image.new("RGB", (300, 400), "white").save(path)
    phones.write(FIRST_SENTENCE["nl"])
    expect(phones.bubbles().first).to_be_visible(timeout=PATIENCE)
    page.get_by_test_id("resident-photo").set_input_files(str(path))
    kind = speaker.say("received_photo", "nl").messages[0]
    expect(phones.bubbles().filter(has_text=kind)).to_be_visible(timeout=PATIENCE)


def test_a_shared_spot_leads_to_places_nearby(page: Page, phones: Phones):
    page.get_by_test_id("resident-place").click()
    cards = page.locator(".log img[src*='/place/']")
    expect(cards.first).to_be_visible(timeout=PATIENCE)
    assert 1 <= cards.count() <= 3
    are_drawn(cards, 100)


def test_everything_can_be_done_by_keyboard(page: Page, phones: Phones, speaker):
    page.get_by_test_id("resident-input").focus()
    page.keyboard.type(FIRST_SENTENCE["nl"])
    page.keyboard.press("Enter")
    choice = page.get_by_test_id("resident-choice").last
    expect(choice).to_be_visible(timeout=PATIENCE)
    choice.focus()
    page.keyboard.press("Enter")
    easier = speaker.topic("cannot_pay_rent", "easier", "nl").messages[0]
    expect(phones.bubbles().filter(has_text=easier)).to_be_visible(timeout=PATIENCE)


def test_on_a_narrow_screen_nothing_is_wider_than_the_screen(page: Page, phones: Phones):
    page.set_viewport_size({"width": 360, "height": 740})
    phones.write(FIRST_SENTENCE["tr"])
    expect(phones.bubbles().first).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
