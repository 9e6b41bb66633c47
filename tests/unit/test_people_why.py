"""`sleutel people why`: the reasons and what happened, for who has to answer for it; never what anybody wrote."""

import pytest
from typer.testing import CliRunner, Result

from bot.channels.messages import Outgoing
from bot.cli.main import app
from bot.desk.outbox import put
from bot.records.database import Database
from bot.records.secrecy import Secrecy
from tests.story import SUMMARY, Story

KEY = "a key that is only for tests"


@pytest.fixture
def story(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'records.db'}"
    for name, value in {"SLEUTEL_DATABASE_URL": url, "SLEUTEL_SECRET_KEY": KEY}.items():
        monkeypatch.setenv(name, value)
    database = Database(url, Secrecy(KEY))
    yield Story(database)
    database.close()


def why(handover: str) -> Result:
    return CliRunner().invoke(app, ["people", "why", handover])


def test_it_says_who_why_and_what_happened(story):
    story.reach("handed_on", "next_declines")
    result = why(story.handover.id)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[:3] == ["state: in_touch", "person: anna", "why: speaks nl"]
    assert "why: the resident asked for a woman" in lines and "asked before: nobody" in lines
    assert [line.partition("UTC  ")[2] for line in lines if "UTC" in line] == [
        "offer (anna): offered",
        "agree (anna): asked",
        "accept (anna): accepted",
        "first_message (anna): in_touch",
        "hand_on (anna): introduced",
        "agree (anna): handed_on",
        "next_declines (johan): in_touch",
    ]
    assert "2026-03-03 09:00 UTC  offer" in result.stdout


def test_it_says_who_is_to_come_and_who_was_asked_before(story):
    story.reach("asked", "decline", "accept", "hand_on")
    assert {"person: bea", "to be brought in: johan", "asked before: anna"} <= set(
        why(story.handover.id).stdout.splitlines()
    )


def test_it_says_that_nobody_was_left(story):
    story.reach("none_left")
    assert {"person: nobody", "asked before: anna, bea"} <= set(why(story.handover.id).stdout.splitlines())


def test_no_word_of_anybody_is_shown_nor_who_the_resident_is(story):
    story.reach("handed_on")
    story.service.call_me(story.resident, "Zonnebloem")
    with story.database.change() as session:
        put(session, story.resident, "demo", [Outgoing("I owe my brother money")], story.handover.id)
    shown = why(story.handover.id).output
    for secret in ("Zonnebloem", "brother", SUMMARY, story.resident, "Johan hears"):
        assert secret not in shown


def test_an_unknown_name_is_said_to_be_unknown(story):
    result = why("nosuchthing")
    assert result.exit_code == 1 and "nosuchthing" in result.output
