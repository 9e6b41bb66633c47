"""The two phones of the demo page, as a visitor uses them: what is written, pressed and read."""

import re
from pathlib import Path
from typing import List

from playwright.sync_api import Locator, Page, expect

from bot.replies.content import Content

PATIENCE = 20_000  # milliseconds
SCREENS = Path(__file__).resolve().parents[2] / "results" / "screens"


class Phones:
    """A resident who writes one language, and whoever of the sample people was asked."""

    def __init__(self, page: Page, content: Content, language: str) -> None:
        self.page, self.content, self.words = page, content, content.languages[language]
        self._photographed = 0

    # the resident's side

    def bubbles(self, who: str = "bot") -> Locator:
        """What one of those in the chat said on the resident's phone: bot, resident or person."""
        return self.page.locator(f'[data-testid="resident-message"][data-from="{who}"]')

    def write(self, text: str) -> None:
        """Type on the resident's phone and send."""
        self.page.get_by_test_id("resident-input").fill(text)
        self.page.get_by_test_id("resident-send").click()

    def press(self, choice: str) -> None:
        """Press the newest button of this name on the resident's phone."""
        title = re.compile(f"^{re.escape(self.words.choices[choice])}$")
        self.page.get_by_test_id("resident-choice").filter(has_text=title).last.click(timeout=PATIENCE)

    def reads(self, reply: str, times: int = 1, message: int = 0) -> Locator:
        """Wait until the resident has read this reply (one message of it) so many times; the newest bubble."""
        found = self.bubbles().filter(has_text=landmark(self.words.replies[reply][message]))
        expect(found).to_have_count(times, timeout=PATIENCE)
        expect(found.last).to_be_visible()
        return found.last

    # the key person's side

    def desk(self, text_name: str) -> Locator:
        """The messages of the desk with this text, in any language that key persons read."""
        said = "|".join(re.escape(landmark(text)) for text in self._desk_texts(text_name))
        return self.page.get_by_test_id("keyperson-message").filter(has_text=re.compile(said))

    def person_reads(self, text_name: str, times: int = 1) -> Locator:
        """Wait until the asked person has read this text of the desk so many times; the newest bubble."""
        found = self.desk(text_name)
        expect(found).to_have_count(times, timeout=PATIENCE)
        expect(found.last).to_be_visible()
        return found.last

    def person_presses(self, button: str) -> None:
        """Press the newest button of this name of the desk."""
        self.person_presses_words("|".join(map(re.escape, self._desk_texts(button))))

    def person_presses_words(self, title: str) -> None:
        """Press the newest button with these words (a pattern) on the key person's phone."""
        choice = self.page.get_by_test_id("keyperson-choice").filter(has_text=re.compile(f"^({title})$"))
        choice.last.click(timeout=PATIENCE)

    def person_writes(self, text: str) -> None:
        """Type on the key person's phone and send."""
        self.page.get_by_test_id("keyperson-input").fill(text)
        self.page.get_by_test_id("keyperson-send").click()

    # both

    def send_photo(self, who: str, path: Path) -> None:
        """Choose a photo on one of the phones: resident or keyperson."""
        self.page.get_by_test_id(f"{who}-photo").set_input_files(str(path))

    def push_clock(self, minutes: int) -> None:
        """Let an hour, a day or a week pass."""
        button = self.page.get_by_test_id("clock").locator(f'button[data-minutes="{minutes}"]')
        button.click()
        expect(button).to_be_enabled(timeout=PATIENCE)

    def look(self, name: str, part: str = "body") -> None:
        """Keep a picture of the page, or of a part of it, for people to look at."""
        self._photographed += 1
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(300)  # pictures glide in
        picture = SCREENS / f"{self.words.code}_{self._photographed:02d}_{name}.png"
        if part == "body":
            self.page.screenshot(path=picture)
        else:
            self.page.locator(part).screenshot(path=picture)

    def _desk_texts(self, name: str) -> List[str]:
        return [str(words.desk[name]) for words in self.content.languages.values() if words.desk is not None]


def landmark(template: str) -> str:
    """The longest part of a text in which nothing is filled in: by that it is known again."""
    parts = [part.strip(" \n.:،؟?!«»“”\u2068\u2069") for part in re.split(r"\{\w+\}|\n", template)]
    return max(parts, key=len)


def are_drawn(pictures: Locator, least: int = 1) -> None:
    """Wait until all these pictures are there, and not as the small sign of one that is missing (`least` pixels wide).

    Not with `wait_for_function`: it would evaluate text in the page, and the page's policy forbids that.
    """
    for picture in pictures.all():
        assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") >= least
