"""The whole way on the demo page, in a real browser: from a first sentence to a person who said yes."""

import re

import pytest
from playwright.sync_api import Page, expect

FIRST_SENTENCE = {
    "nl": "ik kan mijn huur niet betalen",
    "en": "I can't pay my rent this month",
    "ar": "ما عم بقدر ادفع ايجار البيت",
    "tr": "kiramı ödeyemiyorum",
}
PATIENCE = 20_000  # milliseconds


def bubbles(page: Page, who: str = "bot"):
    """The bubbles on the resident's phone."""
    return page.locator(f'[data-testid="resident-message"][data-from="{who}"]')


def write(page: Page, text: str) -> None:
    """Type on the resident's phone and send."""
    page.get_by_test_id("resident-input").fill(text)
    page.get_by_test_id("resident-send").click()


def press(page: Page, title: str) -> None:
    """Press the newest button with these words on the resident's phone."""
    page.get_by_test_id("resident-choice").filter(has_text=re.compile(f"^{re.escape(title)}$")).last.click()


@pytest.mark.parametrize("language", FIRST_SENTENCE)
def test_from_the_first_sentence_to_a_person_who_accepted(page: Page, content, speaker, language):
    words = content.languages[language]
    write(page, FIRST_SENTENCE[language])
    answer = speaker.topic("cannot_pay_rent", "first", language).messages[0]
    expect(bubbles(page).filter(has_text=answer[:40])).to_be_visible(timeout=PATIENCE)
    assert bubbles(page).last.get_attribute("lang") == language

    press(page, words.choices["talk_to_person"])
    press(page, words.choices["wish_woman"])
    press(page, words.choices["agree"])
    choice = page.get_by_test_id("keyperson-choice")
    expect(choice.first).to_be_visible(timeout=PATIENCE)
    before = bubbles(page).count()
    choice.first.click()
    expect(bubbles(page).nth(before)).to_be_visible(timeout=PATIENCE)
    accepted = speaker.say("accepted", language, name="X").messages[-1].split("X")[0].strip("\u2068 ")[:12]
    expect(bubbles(page).filter(has_text=accepted).last).to_be_visible(timeout=PATIENCE)

    write(page, "1 2 3")
    expect(page.get_by_test_id("keyperson-message").filter(has_text="1 2 3")).to_be_visible(timeout=PATIENCE)
    page.get_by_test_id("keyperson-input").fill("Dag, ik ben er.")
    page.get_by_test_id("keyperson-send").click()
    expect(bubbles(page, "person").filter(has_text="Dag, ik ben er.")).to_be_visible(timeout=PATIENCE)


def test_pictures_of_the_answer_really_load(page: Page):
    write(page, FIRST_SENTENCE["ar"])
    expect(bubbles(page).first).to_be_visible(timeout=PATIENCE)
    picture = page.locator('[data-testid="resident-message"] img').last
    expect(picture).to_be_visible(timeout=PATIENCE)
    page.wait_for_function("image => image.complete && image.naturalWidth > 100", arg=picture.element_handle())


def test_arabic_is_written_from_right_to_left(page: Page):
    write(page, FIRST_SENTENCE["ar"])
    expect(bubbles(page).first).to_be_visible(timeout=PATIENCE)
    direction = bubbles(page).last.evaluate("node => getComputedStyle(node).direction")
    assert direction == "rtl"


def test_a_photo_is_accepted_kindly(page: Page, speaker, tmp_path):
    from PIL import Image

    path = tmp_path / "letter.jpg"
    Image.new("RGB", (300, 400), "white").save(path)
    write(page, FIRST_SENTENCE["nl"])
    expect(bubbles(page).first).to_be_visible(timeout=PATIENCE)
    page.get_by_test_id("resident-photo").set_input_files(str(path))
    kind = speaker.say("received_photo", "nl").messages[0]
    expect(bubbles(page).filter(has_text=kind)).to_be_visible(timeout=PATIENCE)


def test_everything_can_be_done_by_keyboard(page: Page, speaker):
    page.get_by_test_id("resident-input").focus()
    page.keyboard.type(FIRST_SENTENCE["nl"])
    page.keyboard.press("Enter")
    choice = page.get_by_test_id("resident-choice").last
    expect(choice).to_be_visible(timeout=PATIENCE)
    choice.focus()
    page.keyboard.press("Enter")
    easier = speaker.topic("cannot_pay_rent", "easier", "nl").messages[0]
    expect(bubbles(page).filter(has_text=easier)).to_be_visible(timeout=PATIENCE)


def test_on_a_narrow_screen_nothing_is_wider_than_the_screen(page: Page):
    page.set_viewport_size({"width": 360, "height": 740})
    write(page, FIRST_SENTENCE["tr"])
    expect(bubbles(page).first).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
