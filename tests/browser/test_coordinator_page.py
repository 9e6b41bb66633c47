"""The coordinator's page in a real browser: coming in, reading it on a desk and on a phone, and going out again.

Only the page is started, with a town of its own: no model is needed.
"""

import asyncio
import threading
from typing import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.records.database import Database
from bot.records.secrecy import Secrecy
from tests.coordinator_town import SECRETS, Town

PATIENCE = 5_000  # milliseconds
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 860}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, speaker) -> Iterator[Town]:
    """Somebody waits with a broken promise, somebody is in touch, nobody was found for a third, a message is lost."""
    folder = tmp_path_factory.mktemp("coordinator")
    database = Database(f"sqlite:///{folder / 'records.db'}", Secrecy("a key that is only for tests"))
    made = Town(database, speaker)
    talk = made.ask("one", "tr")
    made.handovers.accept(talk, "fatma")
    made.handovers.first_message(talk, "fatma")
    made.tell_secrets(talk)
    made.ask("two", "ar", "eviction_notice", neighbourhood="Oost")
    assert made.offer("three", "fr", outside=True) is not None
    made.clock.move(hours=4, minutes=10)
    made.ask("four", "tr")
    made.clock.move(hours=3, minutes=55)
    made.fail("two", "63016")
    yield made
    database.close()


@pytest.fixture(scope="module")
def address(town: Town) -> Iterator[str]:
    """The page, served by another thread while the browser is driven by this one."""
    loop, found, closing = asyncio.new_event_loop(), [], asyncio.Event()
    ready = threading.Event()

    async def serve() -> None:
        async with town.open_page() as base:
            found.append(base)
            ready.set()
            await closing.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert ready.wait(20), "the page was not served"
    yield found[0]
    loop.call_soon_threadsafe(closing.set)
    thread.join(20)
    loop.close()


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Page]:
    """A browser that is not signed in; anything that the page's policy forbids fails the test."""
    context = browser.new_context(viewport=DESK, base_url=address, locale="nl-NL")
    made = context.new_page()
    problems = []
    made.on("pageerror", lambda error: problems.append(str(error)))
    made.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
    made.set_default_timeout(PATIENCE)
    yield made
    context.close()
    assert problems == []


@pytest.fixture
def page(visitor: Page, town: Town) -> Page:
    """Signed in, before the overview."""
    visitor.goto(f"/coordinator/enter/{town.sign_in.new_code('fatma')}")
    visitor.get_by_test_id("enter-button").click()
    expect(visitor.locator("h1")).to_have_text("Overzicht voor de coördinator")
    return visitor


def test_who_has_no_link_reads_how_to_get_one(visitor: Page):
    visitor.goto("/coordinator")
    expect(visitor.get_by_test_id("message")).to_have_attribute("data-name", "denied")
    expect(visitor.get_by_test_id("handover")).to_have_count(0)


def test_a_link_opens_the_overview_once_and_by_keyboard(visitor: Page, town: Town):
    link = f"/coordinator/enter/{town.sign_in.new_code('fatma')}"
    visitor.goto(link)
    visitor.goto(link)  # looking twice does no harm
    visitor.get_by_test_id("enter-button").focus()
    visitor.keyboard.press("Enter")
    expect(visitor.get_by_test_id("handover").first).to_be_visible()
    (cookie,) = visitor.context.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["path"] == "/coordinator"
    visitor.reload()
    expect(visitor.get_by_test_id("handover").first).to_be_visible()
    visitor.goto(link)
    visitor.get_by_test_id("enter-button").click()
    expect(visitor.get_by_test_id("message")).to_have_attribute("data-name", "denied")


def test_the_longest_wait_and_the_broken_promise_stand_out(page: Page):
    rows = page.get_by_test_id("handover")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("Zeynep")
    expect(rows.nth(0).get_by_test_id("promise-broken")).to_contain_text("Te laat")
    expect(rows.nth(1).get_by_test_id("promise-almost")).to_contain_text("Bijna te laat")
    expect(rows.nth(2)).to_contain_text("in gesprek")
    assert not [secret for secret in SECRETS if secret in page.content()]


@pytest.mark.parametrize("size", [PHONE, {"width": 768, "height": 900}, DESK])
def test_nothing_is_wider_than_the_screen_and_every_cell_says_what_it_is(page: Page, size):
    page.set_viewport_size(size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    label = page.get_by_test_id("handover").first.locator(".label").first
    head = page.locator("#open th").first
    narrow = size["width"] < 820
    expect(label).to_be_visible() if narrow else expect(label).to_be_hidden()
    assert head.bounding_box()["width"] > 2 or narrow
    expect(page.get_by_role("table").first).to_have_count(1)  # a table to who hears it, also as cards


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_letters_are_large_and_what_is_pressed_is_too(page: Page, size):
    page.set_viewport_size(size)
    sizes = page.locator("td div, p, li").evaluate_all(
        "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 16
    heights = page.locator("button, nav a").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert min(heights) >= 44


def test_the_page_speaks_english_and_holds_still_when_asked(page: Page):
    expect(page.locator('meta[http-equiv="refresh"]')).to_have_count(1)
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_have_text("Overview for the coordinator")
    page.get_by_test_id("still").click()
    expect(page.locator('meta[http-equiv="refresh"]')).to_have_count(0)
    expect(page.locator("h1")).to_have_text("Overview for the coordinator")


def test_a_note_is_marked_as_seen_and_one_signs_out(page: Page, town: Town):
    for person_id in ("fatma", "anna", "zeynep"):
        town.handovers.away(person_id, town.clock(), town.clock().replace(year=2027))
    assert town.offer("five") is None
    for person_id in ("fatma", "anna", "zeynep"):
        town.handovers.back(person_id)
    page.reload()
    page.get_by_test_id("seen").first.click()
    expect(page.get_by_test_id("note").first).to_contain_text("gezien door Fatma")
    page.get_by_test_id("leave").click()
    expect(page.get_by_test_id("message")).to_have_attribute("data-name", "left")
    page.goto("/coordinator")
    expect(page.get_by_test_id("message")).to_have_attribute("data-name", "denied")
