"""Messages that did not arrive: listed without their text, back into the outbox, and never to who should not read them.

And the link to the coordinator's page, which is made on the same command line.
"""

import re
from datetime import timedelta
from typing import Optional

import pytest
from click.testing import Result
from sqlalchemy import update
from typer.testing import CliRunner

from bot.channels.messages import Outgoing
from bot.cli import app, running
from bot.clock import Clock
from bot.coordinator.sign_in import SignIn
from bot.desk.delivery import Delivery, GiveUp
from bot.desk.outbox import Outbox, put
from bot.records.models import Address, Handover, KeyPerson, Resident
from tests.coordinator_town import SECRETS, WORDS, Town


class Post:
    """A transport that brings everything, or refuses everything."""

    def __init__(self) -> None:
        self.refuses, self.brought = True, []  # type: bool, List[str]

    async def send(self, address: str, message: Outgoing) -> Optional[str]:
        if self.refuses:
            raise GiveUp("63003")
        self.brought.append(f"{address}: {message.text}")
        return None


@pytest.fixture
def town(database, speaker) -> Town:
    """As the coordinator sees it, by real time: the command line knows no other."""
    made = Town(database, speaker)
    made.clock.moment = Clock()()
    return made


@pytest.fixture
def run(database, monkeypatch):
    """`sleutel ...` on this test's records."""
    monkeypatch.setenv("SLEUTEL_DATABASE_URL", str(database.engine.url))
    monkeypatch.setenv("SLEUTEL_SECRET_KEY", "a key that is only for tests")
    monkeypatch.setenv("SLEUTEL_PUBLIC_URL", "https://sleutel.example.nl/")
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, list(words), catch_exceptions=False)

    return call


def state_of(town: Town, row_id: int) -> str:
    """Where a row of the outbox stands."""
    return town.row(row_id).state


# ---------------------------------------------------------------- looking


def test_what_failed_is_listed_without_text_address_or_pseudonym(town: Town, run):
    town.clock.move(days=-1)
    mine, hers = town.fail("amina-pseudonym", "63016"), town.fail("person:anna", "no address", channel="telegram_desk")
    shown = run("outbox", "failed").stdout
    resident, person = (re.search(rf"^│ {row_id} +│.*", shown, re.MULTILINE)[0] for row_id in (mine, hers))
    assert "resident" in resident and "whatsapp" in resident and "63016" in resident and " 8 " in resident
    assert "Anna" in person and "no address" in person and "telegram_desk" in person
    assert not [secret for secret in (*SECRETS, "amina-pseudonym") if secret in shown]


def test_the_list_goes_back_two_weeks_unless_told_otherwise(town: Town, run):
    town.fail("amina", "63016", created_at=town.clock() - timedelta(days=15))
    assert run("outbox", "failed").stdout == "Nothing failed in the last 14 days.\n"
    assert "63016" in run("outbox", "failed", "--days", "16").stdout


def test_without_the_key_of_serve_nothing_is_opened(run, monkeypatch):
    monkeypatch.delenv("SLEUTEL_SECRET_KEY")
    for words in (["outbox", "failed"], ["outbox", "retry", "--all"], ["people", "link", "fatma"]):
        done = run(*words)
        assert done.exit_code == 1 and "SLEUTEL_SECRET_KEY" in done.output


# ---------------------------------------------------------------- trying again


async def test_a_message_that_failed_is_brought_after_all_once(town: Town, run):
    post = Post()
    delivery = Delivery(Outbox(town.database), {"demo": post})
    with town.database.change() as session:
        session.add(Resident(id="amina", channel="demo", choices=[]))
        session.flush()
        session.add(Address(pseudonym="p", resident_id="amina", channel="demo", address="at amina"))
        put(session, "amina", "demo", [Outgoing("Dag")])
    while await delivery.send_due():
        pass
    post.refuses = False
    assert await delivery.send_due() == 0, "given up"
    (row_id,) = re.findall(r"^│ (\d+) +│", run("outbox", "failed").stdout, re.MULTILINE)
    assert run("outbox", "retry", row_id).stdout == "Waiting to be sent again: 1\n"
    while await delivery.send_due():
        pass
    assert post.brought == ["at amina: Dag"]
    assert run("outbox", "retry", row_id).exit_code == 1, "it has not failed any more"
    assert state_of(town, int(row_id)) == "sent"


def test_a_retried_message_starts_as_if_it_was_never_tried(town: Town, run):
    row_id = town.fail("amina", "63016", provider_id="SM1", sent_at=town.clock(), due_at=town.clock())
    assert run("outbox", "retry", str(row_id)).exit_code == 0
    row = town.row(row_id)
    assert (row.state, row.attempts, row.error, row.provider_id, row.sent_at) == ("waiting", 0, None, None, None)
    assert row.due_at <= Clock()()
    assert Outbox(town.database).status("SM1", "delivered") is None, "a late word about the first try"


def test_all_means_all_of_the_last_two_weeks(town: Town, run):
    new, old = town.fail("amina", "1"), town.fail("amina", "1", created_at=town.clock() - timedelta(days=15))
    gone = town.fail("amina", "1", state="delivered")
    assert run("outbox", "retry", "--all").stdout == "Waiting to be sent again: 1\n"
    assert [state_of(town, row_id) for row_id in (new, old, gone)] == ["waiting", "failed", "delivered"]
    run("outbox", "retry", "--all", "--days", "20")
    assert state_of(town, old) == "waiting"


def test_one_has_to_say_what_to_retry_and_it_has_to_have_failed(town: Town, run):
    waiting = town.fail("amina", "1", state="waiting")
    for words in ([], ["--all", "1"], ["12345"], [str(waiting)]):
        done = run("outbox", "retry", *words)
        assert done.exit_code == 1 and done.output.strip()
    assert town.row(waiting).attempts == 8


def test_a_key_person_who_moved_to_another_channel_gets_it_there(town: Town, run):
    row_id = town.fail("person:anna", "63003", channel="whatsapp")
    with town.database.change() as session:
        session.execute(update(KeyPerson).where(KeyPerson.id == "anna").values(channel="telegram_desk"))
    run("outbox", "retry", str(row_id))
    assert town.row(row_id).channel == "telegram_desk"


@pytest.mark.parametrize("state", ["asked", "accepted", "in_touch", "introduced", "handed_on"])
def test_who_is_asked_or_helps_gets_what_failed(town: Town, run, state):
    handover_id = town.ask("amina")
    row_id = town.fail("person:anna", "1", handover_id=handover_id, sender="resident")
    _set(town, handover_id, state, "anna")
    run("outbox", "retry", str(row_id))
    assert state_of(town, row_id) == "waiting"


@pytest.mark.parametrize(
    "state, person_id", [("withdrawn", "anna"), ("closed", "anna"), ("in_touch", "fatma"), ("offered", "anna")]
)
def test_nobody_gets_what_is_about_a_resident_whom_they_do_not_help(town: Town, run, state, person_id):
    handover_id = town.ask("amina")
    row_id = town.fail("person:anna", "1", handover_id=handover_id, sender="resident")
    _set(town, handover_id, state, person_id)
    done = run("outbox", "retry", str(row_id))
    assert done.exit_code == 1 and "no longer helps" in done.stdout and state_of(town, row_id) == "failed"
    assert "Waiting to be sent again: 0" in run("outbox", "retry", "--all").stdout


def test_a_professional_gets_what_failed_only_while_they_are_asked(town: Town, run):
    handover_id = town.ask("amina")
    row_id = town.fail("person:zeynep", "1", handover_id=handover_id)
    for state, expected in (("introduced", "failed"), ("handed_on", "waiting")):
        _set(town, handover_id, state, "anna", next_person_id="zeynep")
        run("outbox", "retry", str(row_id))
        assert state_of(town, row_id) == expected


def test_a_message_about_somebody_who_was_forgotten_stays_where_it_is(town: Town, run):
    row_id = town.fail("person:anna", "1", handover_id="nosuch")
    assert run("outbox", "retry", str(row_id)).exit_code == 1
    assert state_of(town, row_id) == "failed"


def _set(town: Town, handover_id: str, state: str, person_id: str, **more: str) -> None:
    with town.database.change() as session:
        changed = update(Handover).where(Handover.id == handover_id)
        session.execute(changed.values(state=state, person_id=person_id, **more))


# ---------------------------------------------------------------- the link of a coordinator


def test_a_coordinator_gets_a_link_that_works_once(town: Town, run):
    link = run("people", "link", "fatma").stdout.strip()
    code = re.fullmatch(r"https://sleutel\.example\.nl/coordinator/enter/([\w-]+)", link)[1]
    door = SignIn(town.database)
    assert door.who(door.enter(code)).name == "Fatma"
    assert door.enter(code) is None


@pytest.mark.parametrize("person_id, said", [("anna", "coordinator: true"), ("nobody", "no such person")])
def test_others_get_none_and_are_told_why(town: Town, run, person_id, said):
    done = run("people", "link", person_id)
    assert done.exit_code == 1 and said in done.output and "enter/" not in done.output


def test_a_failed_message_keeps_its_text_unread(town: Town, run):
    """The list is made without opening any body: a body that cannot be opened does not matter."""
    town.fail("amina", "63016", WORDS)
    with town.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET body = 'not to be opened'")
    assert "63016" in run("outbox", "failed").stdout


def test_the_demo_shows_a_link_when_it_has_a_coordinator(town: Town, capsys):
    running._show_coordinator(town.database, "http://localhost:8080")
    shown = capsys.readouterr().err
    code = re.search(r"http://localhost:8080/coordinator/enter/([\w-]+)\n$", shown)[1]
    assert SignIn(town.database).enter(code) is not None
    with town.database.change() as session:
        session.execute(update(KeyPerson).values(coordinator=False))
    running._show_coordinator(town.database, "http://localhost:8080")
    assert capsys.readouterr().err == ""
