"""`sleutel people`: why somebody was asked, without a word that anybody wrote; and what a file may not say."""

import pytest
from typer.testing import CliRunner, Result

from bot.channels.messages import Outgoing
from bot.cli.main import app
from bot.desk.outbox import put
from bot.records.database import Database
from bot.records.models import KeyPerson
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


@pytest.mark.parametrize("name", ["talk_id", "step", "choices", "seen_at", "away_from", "away_until", "address"])
def test_a_file_of_people_says_nothing_that_only_the_desk_knows(story, tmp_path, name):
    file = tmp_path / "people.yml"
    file.write_text(f"- {{id: zoe, name: Zoe, gender: woman, languages: [nl], {name}: x}}", encoding="utf-8")
    result = CliRunner().invoke(app, ["people", "import", str(file)])
    assert result.exit_code == 1 and f"unknown: {name}" in result.output
    assert "zoe" not in {person.id for person in story.all(KeyPerson)}
