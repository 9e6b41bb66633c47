"""The coordinator's page: who comes in, what it shows in which order, and what it never shows."""

import logging
import re
from datetime import timedelta
from pathlib import Path
from typing import Any, AsyncIterator, List

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select, update

from bot.coordinator import door as door_module
from bot.coordinator.helpers import month_began
from bot.coordinator.presence import week_of
from bot.coordinator.reader import Reader
from bot.coordinator.sign_in import LINK_HOLDS, SESSION_HOLDS, form_mark
from bot.coordinator.tries import MOST, SPAN
from bot.coordinator.wording import Pages
from bot.handover.people import PeopleError
from bot.records.forget import forget
from bot.records.models import Base, Handover, KeyPerson, Note, Resident, SignedIn, SignInLink
from tests.coordinator_town import PLACE, SECRETS, Town, blocks, text_of

PATIENCE = 5.0  # seconds
PAGE = "/coordinator"
SECURE = "https://sleutel.example.nl"


class Visit:
    """A browser before the page of a town. It keeps its cookie by hand: also one that asks for TLS."""

    def __init__(self, town: Town, http: httpx.AsyncClient) -> None:
        self.town, self.http, self.cookie = town, http, ""

    async def get(self, path: str = PAGE, **more: Any) -> httpx.Response:
        return await self._ask("GET", path, **more)

    async def post(self, path: str, data: Any = None, **more: Any) -> httpx.Response:
        return await self._ask("POST", path, data=data, **more)

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Cookie": f"sleutel_coordinator={self.cookie}" if self.cookie else "", **more.pop("headers", {})}
        return await self.http.request(method, path, headers={k: v for k, v in headers.items() if v}, **more)

    async def enter(self, code: str, **more: Any) -> httpx.Response:
        """Press the button behind a link."""
        answer = await self.post(f"{PAGE}/enter/{code}", **more)
        held = re.match(r"sleutel_coordinator=([^;]*)", answer.headers.get("set-cookie", ""))
        self.cookie = held[1] if held else self.cookie
        return answer

    async def sign_in(self, person_id: str = "fatma") -> "Visit":
        """With a fresh link."""
        assert (await self.enter(self.town.sign_in.new_code(person_id))).status_code == 303
        return self

    async def page(self, **more: Any) -> str:
        """The overview."""
        answer = await self.get(**more)
        assert answer.status_code == 200
        return answer.text

    def mark(self) -> str:
        """What the forms of this browser's page carry."""
        return form_mark(self.cookie)


@pytest.fixture
def town(database, speaker) -> Town:
    """Three key persons, nobody waiting yet, on this machine only."""
    return Town(database, speaker)


@pytest_asyncio.fixture
async def visit(town: Town) -> AsyncIterator[Visit]:
    """A browser that is not signed in."""
    async with town.open_page() as base, httpx.AsyncClient(base_url=base, timeout=PATIENCE, trust_env=False) as http:
        yield Visit(town, http)


def rows(town: Town, model: Any) -> List[Any]:
    """All rows of a table."""
    with town.database.change() as session:
        return list(session.scalars(select(model)))


def change(town: Town, person_id: str, **values: Any) -> None:
    """Something about a key person is different now."""
    with town.database.change() as session:
        session.execute(update(KeyPerson).where(KeyPerson.id == person_id).values(**values))


# ---------------------------------------------------------------- coming in


async def test_looking_at_a_link_does_not_use_it_up_pressing_the_button_does(visit: Visit):
    code = visit.town.sign_in.new_code("fatma")
    for _ in range(2):
        shown = await visit.get(f"{PAGE}/enter/{code}")
        assert shown.status_code == 200 and "set-cookie" not in shown.headers
    assert (await visit.http.head(f"{PAGE}/enter/{code}")).status_code >= 400
    entered = await visit.enter(code)
    assert (entered.status_code, entered.headers["location"]) == (303, PAGE)
    assert "Fatma" in await visit.page()


async def test_a_link_works_once(visit: Visit):
    code = visit.town.sign_in.new_code("fatma")
    await visit.enter(code)
    assert (await visit.enter(code)).status_code == 401


async def test_used_old_wrong_and_withdrawn_links_are_answered_alike(visit: Visit):
    used = visit.town.sign_in.new_code("fatma")
    await visit.enter(used)
    visit.cookie = ""
    answers = [await visit.enter(used), await visit.enter("x" * 43), await visit.enter("no-code")]
    old = visit.town.sign_in.new_code("fatma")
    visit.town.clock.move(seconds=LINK_HOLDS.total_seconds())
    answers.append(await visit.enter(old))
    withdrawn = visit.town.sign_in.new_code("fatma")
    change(visit.town, "fatma", coordinator=False)
    answers.append(await visit.enter(withdrawn))
    assert {answer.status_code for answer in answers} == {401}
    assert len({re.sub(r"enter/[\w-]+", "", answer.text) for answer in answers}) == 1
    assert not any("set-cookie" in answer.headers for answer in answers)


async def test_a_link_works_until_its_day_is_over(visit: Visit):
    code = visit.town.sign_in.new_code("fatma")
    visit.town.clock.move(seconds=LINK_HOLDS.total_seconds() - 1)
    assert (await visit.enter(code)).status_code == 303


async def test_a_new_link_ends_the_one_before(visit: Visit):
    first, second = visit.town.sign_in.new_code("fatma"), visit.town.sign_in.new_code("fatma")
    assert (await visit.enter(first)).status_code == 401
    assert (await visit.enter(second)).status_code == 303


@pytest.mark.parametrize("person_id", ["anna", "nobody"])
def test_only_coordinators_get_a_link(town: Town, person_id: str):
    with pytest.raises(PeopleError, match=person_id):
        town.sign_in.new_code(person_id)
    change(town, "fatma", active=False)
    with pytest.raises(PeopleError, match="fatma"):
        town.sign_in.new_code("fatma")
    assert rows(town, SignInLink) == []


async def test_what_is_stored_opens_nothing(visit: Visit):
    code = visit.town.sign_in.new_code("fatma")
    await visit.enter(code)
    stored = "".join(str(vars(row)) for model in (SignInLink, SignedIn) for row in rows(visit.town, model))
    assert code not in stored and visit.cookie not in stored
    assert rows(visit.town, SignedIn)[0].token_hash in stored, "or this test reads nothing"


@pytest.mark.parametrize(
    "public_url, secure",
    [(None, False), ("http://127.0.0.1:8080", False), ("http://localhost:8080", False), (SECURE, True),
     ("http://sleutel.example.nl", True), ("https://localhost", True)],
)  # fmt: skip
async def test_the_cookie_stays_with_this_page_and_asks_for_tls_unless_on_loopback(
    database, speaker, public_url, secure
):
    town = Town(database, speaker, public_url)
    async with town.open_page() as base, httpx.AsyncClient(base_url=base, trust_env=False) as http:
        answer = await Visit(town, http).enter(town.sign_in.new_code("fatma"))
    flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/coordinator", "max-age=28800"} <= flags
    assert ("secure" in flags) is secure


async def test_a_session_ends_after_a_working_day(visit: Visit):
    await visit.sign_in()
    visit.town.clock.move(seconds=SESSION_HOLDS.total_seconds() - 1)
    assert (await visit.get()).status_code == 200
    visit.town.clock.move(seconds=1)
    assert (await visit.get()).status_code == 401


@pytest.mark.parametrize("taken", [{"coordinator": False}, {"active": False}])
async def test_who_is_no_coordinator_any_more_is_out_at_once(visit: Visit, taken):
    await visit.sign_in()
    change(visit.town, "fatma", **taken)
    assert (await visit.get()).status_code == 401


async def test_without_a_session_nothing_is_shown_and_nothing_happens(visit: Visit):
    nobody_for(visit.town)
    (note,) = rows(visit.town, Note)
    for cookie in ("", "x" * 43):
        visit.cookie = cookie
        form = {"note": str(note.id), "mark": form_mark(cookie)}
        for answer in (
            await visit.get(),
            await visit.post(f"{PAGE}/seen", form),
            await visit.post(f"{PAGE}/leave", form),
        ):
            assert answer.status_code == 401
            assert "Fatma" not in answer.text and "Anna" not in answer.text
    assert rows(visit.town, Note)[0].seen_at is None


async def test_signing_out_ends_the_session_on_the_server_too(visit: Visit):
    await visit.sign_in()
    answer = await visit.post(f"{PAGE}/leave", {"mark": visit.mark()})
    assert answer.status_code == 200 and "max-age=0" in answer.headers["set-cookie"].lower()
    assert (await visit.get()).status_code == 401
    assert rows(visit.town, SignedIn) == []


async def test_other_browsers_of_the_same_person_stay_signed_in(visit: Visit):
    other = await Visit(visit.town, visit.http).sign_in()
    await visit.sign_in()
    await visit.post(f"{PAGE}/leave", {"mark": visit.mark()})
    assert (await other.get()).status_code == 200


async def test_old_links_and_sessions_are_cleared_away(visit: Visit):
    await visit.sign_in()
    visit.town.clock.move(days=2)
    await visit.sign_in()
    assert (len(rows(visit.town, SignInLink)), len(rows(visit.town, SignedIn))) == (1, 1)


async def test_who_tries_many_wrong_links_has_to_wait_and_others_have_not(visit: Visit):
    for _ in range(MOST):
        assert (await visit.enter("x" * 43)).status_code == 401
    code = visit.town.sign_in.new_code("fatma")
    assert (await visit.enter(code)).status_code == 429
    elsewhere = {"X-Forwarded-For": "10.9.9.9, 192.0.2.7"}  # as the proxy on this machine adds it
    assert (await visit.enter("x" * 43, headers=elsewhere)).status_code == 401
    visit.town.clock.move(seconds=SPAN.total_seconds())
    assert (await visit.enter(code)).status_code == 303


async def test_neither_codes_nor_cookies_end_in_the_log(visit: Visit, caplog):
    caplog.set_level(logging.DEBUG)
    code = visit.town.sign_in.new_code("fatma")
    await visit.get(f"{PAGE}/enter/{code}")
    await visit.enter(code)
    await visit.enter(code)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    assert any("fatma signed in" in line for line in ours)
    assert not [line for line in ours if code in line or visit.cookie in line]


# ---------------------------------------------------------------- forms of other pages


async def test_a_form_without_the_mark_of_this_browser_changes_nothing(visit: Visit):
    nobody_for(visit.town)
    (note,) = rows(visit.town, Note)
    await visit.sign_in()
    other = await Visit(visit.town, visit.http).sign_in()
    for form in (
        {"note": str(note.id)},
        {"note": str(note.id), "mark": ""},
        {"note": str(note.id), "mark": other.mark()},
        {"note": str(note.id), "mark": "é"},
        {"note": "1 or 1", "mark": visit.mark()},
        {"note": str(note.id), "mark": visit.mark(), "more": "x" * 5000},
        None,
    ):
        assert (await visit.post(f"{PAGE}/seen", form)).status_code == 403
    assert (await visit.post(f"{PAGE}/leave", {"mark": other.mark()})).status_code == 403
    assert rows(visit.town, Note)[0].seen_at is None
    assert (await visit.get()).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_form_that_another_site_sends_is_refused(visit: Visit, site: str):
    nobody_for(visit.town)
    (note,) = rows(visit.town, Note)
    await visit.sign_in()
    elsewhere = {"Sec-Fetch-Site": site}
    form = {"note": str(note.id), "mark": visit.mark()}
    assert (await visit.post(f"{PAGE}/seen", form, headers=elsewhere)).status_code == 403
    code = visit.town.sign_in.new_code("fatma")
    assert (await visit.enter(code, headers=elsewhere)).status_code == 401
    assert (await visit.enter(code, headers={"Sec-Fetch-Site": "same-origin"})).status_code == 303, "still good"


# ---------------------------------------------------------------- the page


async def test_pages_are_kept_nowhere_and_load_nothing_from_elsewhere(visit: Visit):
    """A policy alone would only break the page; so the pages are looked at too."""
    nobody_for(visit.town)
    visit.town.ask("amina")
    await visit.sign_in()
    for path in (PAGE, f"{PAGE}/enter/{'x' * 43}"):
        answer = await visit.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://", answer.text)
    assert (await visit.get(f"{PAGE}/page/style.css")).status_code == 200
    for name in ("..%2fdoor.py", "door.py", "style.css%00"):
        assert (await visit.get(f"{PAGE}/page/{name}")).status_code == 401


async def test_nothing_that_residents_said_or_are_called_stands_on_the_page(visit: Visit):
    town = visit.town
    handover_id = town.ask("amina-pseudonym-0123")
    town.handovers.accept(handover_id, person_of(town, handover_id))
    town.handovers.first_message(handover_id, person_of(town, handover_id))
    town.handovers.propose_appointment(
        person_of(town, handover_id), handover_id, town.clock() + timedelta(days=2), PLACE
    )
    town.tell_secrets(handover_id)
    town.fail("amina-pseudonym-0123", "63016")
    town.fail("person:anna", "no address")
    change(town, "anna", address="+31612345678", step={"text": SECRETS[4]}, choices=[{"title": SECRETS[0]}])
    for language in ("nl", "en"):
        html = await (await visit.sign_in()).page(params={"taal": language})
        assert handover_id[:4] in html, "or this test reads nothing"
        for secret in (*SECRETS, "amina-pseudonym-0123", handover_id):
            assert secret not in html


async def test_names_are_shown_as_they_are_written(visit: Visit):
    change(visit.town, "anna", name='<b onclick="x">Anna</b> & co')
    html = await (await visit.sign_in()).page()
    assert "<b onclick" not in html and "&lt;b onclick=&#34;x&#34;&gt;Anna&lt;/b&gt; &amp; co" in html


async def test_who_waits_longest_stands_on_top_and_running_talks_at_the_end(visit: Visit):
    town = visit.town
    talks = town.ask("one")
    town.handovers.accept(talks, person_of(town, talks))
    town.handovers.first_message(talks, person_of(town, talks))
    town.clock.move(minutes=10)
    longest = town.ask("two")
    town.clock.move(minutes=10)
    later = town.ask("three")
    town.clock.move(minutes=10)
    town.handovers.decline(longest, person_of(town, longest))
    town.clock.move(minutes=1)
    town.handovers.accept(longest, person_of(town, longest))
    html = await (await visit.sign_in()).page()
    shown = re.findall(r'data-number="(\w+)"', html)
    assert "al 31 min in gesprek" in blocks(html, "handover")[-1]
    assert shown == [longest[:4], later[:4], talks[:4]]


async def test_a_wait_goes_on_while_others_are_asked_and_begins_anew_when_a_talk_is_passed_on(visit: Visit):
    town = visit.town
    handover_id = town.ask("amina")
    town.clock.move(hours=1, minutes=5)
    town.handovers.decline(handover_id, person_of(town, handover_id))
    await visit.sign_in()
    (row,) = blocks(await visit.page(), "handover")
    assert "1 uur 5 min" in row and "1 persoon eerder gevraagd" in row
    person_id = person_of(town, handover_id)
    town.handovers.accept(handover_id, person_id)
    town.handovers.first_message(handover_id, person_id)
    town.clock.move(hours=2)
    change(town, "zeynep", languages=["nl"])
    town.handovers.pass_on(person_id, handover_id)
    town.clock.move(minutes=7)
    (row,) = blocks(await visit.page(), "handover")
    assert " 7 min" in row and "2 personen eerder gevraagd" in row


async def test_what_a_resident_has_not_agreed_to_is_not_shown(visit: Visit):
    visit.town.offer("amina")
    html = await (await visit.sign_in()).page()
    assert blocks(html, "handover") == []
    assert "Er zijn nu geen open hulpvragen." in text_of(html)


async def test_a_handover_is_told_in_words(visit: Visit):
    handover_id = visit.town.ask("amina", "ar", "eviction_notice", neighbourhood="Oost")
    title = visit.town.parts.speaker.language("nl").topics["eviction_notice"].title
    (row,) = blocks(await (await visit.sign_in()).page(), "handover")
    for words in (title, "spoed", "spreekt Arabisch", "Oost", "Zeynep", "gevraagd, nog geen antwoord"):
        assert words in row
    assert f"nummer {handover_id[:4]}" in row and "vandaag 10:00" in row


async def test_a_promise_is_marked_with_a_word_and_a_sign_when_it_is_about_to_break_and_when_it_is_broken(visit: Visit):
    visit.town.ask("amina")  # at ten: four hours until two o'clock
    await visit.sign_in()
    for moved, kind, words in ((209, "", "vóór vandaag 14:00"), (1, "almost", "▲ Bijna te laat"), (30, "almost", "▲")):
        visit.town.clock.move(minutes=moved)
        html = await visit.page()
        assert re.findall(r'data-testid="promise-(\w+)"', html) == ([kind] if kind else [])
        assert words in blocks(html, "handover")[0]
    visit.town.clock.move(seconds=1)
    html = await visit.page()
    assert "✖ Te laat vóór vandaag 14:00" in blocks(html, "handover")[0]
    assert "Beloftes voorbij 1" in text_of(html) and "Beloftes bijna voorbij 0" in text_of(html)


async def test_when_nobody_was_left_the_coordinator_sees_it_for_a_week_and_says_so(visit: Visit):
    nobody_for(visit.town)
    (note,) = rows(visit.town, Note)
    await visit.sign_in()
    assert "Niemand gevonden 1" in text_of(await visit.page())
    answer = await visit.post(f"{PAGE}/seen?taal=nl", {"note": str(note.id), "mark": visit.mark()})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?taal=nl")
    html = await visit.page()
    assert "gezien door Fatma, vandaag 10:00" in blocks(html, "note")[0]
    assert "Niemand gevonden 0" in text_of(html)
    visit.town.clock.move(days=7)
    assert blocks(await (await visit.sign_in()).page(), "note") == []


async def test_the_first_to_see_a_note_stays_named(visit: Visit):
    nobody_for(visit.town)
    (note,) = rows(visit.town, Note)
    change(visit.town, "anna", coordinator=True)
    for person_id in ("anna", "fatma"):
        await visit.sign_in(person_id)
        await visit.post(f"{PAGE}/seen", {"note": str(note.id), "mark": visit.mark()})
        visit.town.clock.move(minutes=1)
    assert rows(visit.town, Note)[0].seen_by == "anna"


async def test_key_persons_are_shown_with_their_week_their_load_and_their_answers(visit: Visit):
    town = visit.town
    for resident in ("one", "two"):
        handover_id = town.ask(resident, "nl")
        assert person_of(town, handover_id) == "anna"
        town.handovers.accept(handover_id, "anna")
    declined = town.ask("three", "ar")
    town.handovers.decline(declined, "zeynep")
    town.handovers.away("zeynep", town.clock(), town.clock() + timedelta(days=1))
    html = await (await visit.sign_in()).page()
    anna, fatma, zeynep = blocks(html, "helper")
    assert "maandag t/m vrijdag 09:00–17:00; niet op feestdagen" in anna
    assert "Nu bereikbaar, tot vandaag 17:00" in anna
    assert "2 van 2 vol" in anna and "2 beantwoord, 2 keer ja" in anna
    assert "Turks en Nederlands" in fatma and "dag en nacht" in fatma and "Altijd bereikbaar" in fatma
    assert "nog niets beantwoord" in fatma
    assert "Weg tot morgen 10:00" in zeynep and "1 beantwoord, 0 keer ja" in zeynep and "0 van 1" in zeynep
    town.clock.move(hours=8)
    assert "Weer bereikbaar morgen 09:00" in blocks(await (await visit.sign_in()).page(), "helper")[0]


async def test_answers_of_last_month_do_not_count(visit: Visit):
    town = visit.town
    handover_id = town.ask("one", "nl")
    town.handovers.accept(handover_id, "anna")
    town.clock.move(days=29)  # from 3 March to 1 April
    assert month_began(town.clock()).isoformat() == "2026-03-31T22:00:00+00:00"
    assert "nog niets beantwoord" in blocks(await (await visit.sign_in()).page(), "helper")[0]


async def test_who_has_stopped_is_shown_only_while_a_talk_is_open(visit: Visit):
    handover_id = visit.town.ask("one", "nl")
    visit.town.handovers.accept(handover_id, "anna")
    change(visit.town, "anna", active=False)
    change(visit.town, "zeynep", active=False)
    anna, fatma = blocks(await (await visit.sign_in()).page(), "helper")
    assert "Gestopt, maar er is nog een gesprek open" in anna and "Fatma" in fatma


async def test_messages_that_did_not_arrive_are_listed_without_their_text(visit: Visit):
    town = visit.town
    town.fail("someone", "63016")
    town.fail("person:anna", "99999", channel="telegram_desk")
    town.fail("person:gone", "21610")
    town.fail("someone", "old", created_at=town.clock() - timedelta(days=14))
    town.fail("someone", "x", state="waiting")
    town.fail("someone", "x", state="parked")
    town.fail("someone", "x", state="delivered")
    html = await (await visit.sign_in()).page()
    gone, anna, resident = blocks(html, "letter")
    assert "inwoner" in resident and "WhatsApp" in resident and "code 63016" in resident and "vandaag 10:00" in resident
    assert "Anna" in anna and "Telegram" in anna and "Vraag het uw beheerder. code 99999" in anna
    assert "gone" in gone and "STOP" in gone
    assert "Wacht op verzending: 1 Wacht tot de ander schrijft: 1" in text_of(html)


async def test_of_very_many_lost_messages_the_latest_are_listed_and_the_others_counted(visit: Visit):
    for _ in range(103):
        visit.town.fail("someone", "63016")
    html = await (await visit.sign_in()).page()
    assert len(blocks(html, "letter")) == 100 and "En nog 3 oudere." in text_of(html)


async def test_of_somebody_who_is_forgotten_nothing_is_left(visit: Visit):
    handover_id = visit.town.ask("amina")
    with visit.town.database.change() as session:
        forget(session, session.get(Resident, "amina"))
    assert handover_id[:4] not in await (await visit.sign_in()).page()


@pytest.mark.parametrize("model", [SignInLink, SignedIn])
def test_the_tables_of_this_page_know_nothing_of_residents(model):
    residents = {Base.metadata.tables[name] for name in ("residents", "handovers", "addresses")}
    assert not {key.column.table for key in model.__table__.foreign_keys} & residents


# ---------------------------------------------------------------- its languages


@pytest.mark.parametrize(
    "address, accepts, language",
    [
        ("", "", "nl"),
        ("?taal=en", "nl", "en"),
        ("?taal=xx", "en-GB,en;q=0.9,nl;q=0.8", "en"),
        ("", "de,nl;q=0.5,en;q=0.9", "en"),
        ("", "fr, de", "nl"),
        ("", "en;q=0", "nl"),
        ("", "en;q=zzz,;;,=", "nl"),
    ],
)
async def test_the_language_is_the_one_in_the_address_else_the_browsers_else_dutch(visit, address, accepts, language):
    await visit.sign_in()
    answer = await visit.get(PAGE + address, headers={"Accept-Language": accepts})
    assert f'<html lang="{language}">' in answer.text


async def test_who_chose_a_language_and_stillness_keeps_them(visit: Visit):
    await visit.sign_in()
    moving, still = await visit.page(), await visit.page(params={"taal": "en", "stil": "1"})
    assert '<meta http-equiv="refresh" content="60">' in moving and "http-equiv" not in still
    assert 'action="/coordinator/leave?taal=en&amp;stil=1"' in still
    code = visit.town.sign_in.new_code("fatma")
    shown = await visit.get(f"{PAGE}/enter/{code}?taal=en")
    assert f'action="/coordinator/enter/{code}?taal=en"' in shown.text
    assert (await visit.post(f"{PAGE}/enter/{code}?taal=en")).headers["location"] == f"{PAGE}?taal=en"


def test_an_address_is_read_the_same_way_but_for_what_is_named():
    reader = Reader("nl")
    assert (reader.link(), reader.link("/x", "en"), reader.link(still=True)) == (
        "/coordinator",
        "/x?taal=en",
        "/coordinator?stil=1",
    )
    assert Reader("en", True, True).link(still=False) == "/coordinator?taal=en"


def test_every_word_of_the_page_is_used_and_every_word_it_uses_is_there(speaker):
    """A name that is put together stands for all that begin, or end, like it."""
    folder = Path(door_module.__file__).parent
    source = "".join(path.read_text("utf-8") for path in [*folder.glob("*.py"), *folder.glob("templates/*.mako")])
    words = Pages(speaker).texts["nl"]
    unused = [name for name in words if not re.search(rf"\b{name}\b", source)]
    together = ("count_", "column_", "promise_", "denied_", "busy_", "stale_", "left_")
    assert [name for name in unused if not name.startswith(together)] == []
    asked = set(re.findall(r'\b(?:say|self)\("(\w+)"', source))
    for either in re.findall(r'\b(?:say|self)\(("\w+" if [^)]*?)[,)]', source):
        asked |= set(re.findall(r'"(\w+)"(?= if|$)', either))
    assert {"updated_still", "updated", "here_always"} <= asked, "or this test reads too little"
    assert {name for name in asked if name not in words} == set()
    heads = {name for found in re.findall(r"head\(say, ([^)]*)\)", source) for name in re.findall(r'"(\w+)"', found)}
    assert heads and {f"column_{name}" for name in heads} == {name for name in words if name.startswith("column_")}


@pytest.mark.parametrize(
    "hours, told",
    [
        ("Mo-Fr 09:00-17:00; PH off", "maandag t/m vrijdag 09:00–17:00; niet op feestdagen"),
        ("Mo,We 09:00-12:00,13:00-17:00", "maandag 09:00–12:00 en 13:00–17:00; woensdag 09:00–12:00 en 13:00–17:00"),
        ("Mo-Su 12:00-22:00", "maandag t/m zondag 12:00–22:00"),
        ("Fr 20:00-02:00", "vrijdag 20:00–02:00"),
        ("24/7", "dag en nacht"),
        ("Jul-Aug Mo 09:00-12:00", "Jul-Aug Mo 09:00-12:00"),
        ("Mo[1] 09:00-12:00", "Mo[1] 09:00-12:00"),
        ("PH off", "Geen uren bekend; niet op feestdagen"),
        ("Mo-", "Mo-"),
    ],
)
def test_hours_are_told_as_a_week_or_as_they_were_written(town: Town, hours: str, told: str):
    week_of.cache_clear()
    assert Pages(town.parts.speaker).wording("nl", town.clock()).hours(hours) == told


@pytest.mark.parametrize(
    "ago, told",
    [
        ({"seconds": -5}, "0 min"),
        ({"minutes": 59}, "59 min"),
        ({"minutes": 60}, "1 uur 0 min"),
        ({"hours": 23, "minutes": 59}, "23 uur 59 min"),
        ({"days": 1}, "1 dag 0 uur"),
        ({"days": 9, "hours": 5}, "9 dagen 5 uur"),
    ],
)
def test_how_long_somebody_waits_is_told_in_the_two_largest_parts(town: Town, ago, told):
    assert Pages(town.parts.speaker).wording("nl", town.clock()).span(town.clock() - timedelta(**ago)) == told


# ---------------------------------------------------------------- helpers of these tests


def person_of(town: Town, handover_id: str) -> str:
    """Whom a handover is with now."""
    with town.database.change() as session:
        return session.get(Handover, handover_id).person_id


def nobody_for(town: Town) -> None:
    """A resident for whom there is nobody."""
    for person_id in ("fatma", "anna", "zeynep"):
        change(town, person_id, away_until=town.clock() + timedelta(days=1))
    assert town.offer("nobody-for-me") is None
    for person_id in ("fatma", "anna", "zeynep"):
        change(town, person_id, away_until=None)
