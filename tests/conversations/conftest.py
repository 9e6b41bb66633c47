"""The running bot for conversation tests: the model is loaded once, each test has its own records."""

from datetime import timedelta
from pathlib import Path
from typing import Iterator

import pytest

from bot.app import Parts, assemble
from bot.records.database import Database
from bot.records.models import Base
from bot.records.secrecy import Sealed, Secrecy
from bot.settings import Settings
from tests.conversations.talking import Talk, know, people

HELPERS = people(
    {"id": "fatma", "name": "Fatma", "gender": "woman", "languages": ["tr", "nl"]},
    {"id": "mehmet", "name": "Mehmet", "gender": "man", "languages": ["tr", "nl"]},
    {"id": "samira", "name": "Samira", "gender": "woman", "languages": ["ar", "nl"]},
    {"id": "nour", "name": "Nour", "gender": "woman", "languages": ["ar", "en"]},
    {"id": "yusuf", "name": "Yusuf", "gender": "man", "languages": ["ar", "en"]},
    {"id": "grace", "name": "Grace", "gender": "woman", "languages": ["en", "nl"], "desk_language": "en"},
    {"id": "johan", "name": "Johan", "gender": "man", "languages": ["nl", "en"]},
    {"id": "marieke", "name": "Marieke", "gender": "woman", "languages": ["nl"]},
)


@pytest.fixture(scope="session")
def running(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """All real parts, loaded once: unpacking the model takes seconds."""
    file = tmp_path_factory.mktemp("records") / "conversations.db"
    database = Database(f"sqlite:///{file}", Secrecy("a key that is only for tests"))
    yield assemble(Settings(places_file=file.with_name("places.db")), database, model)
    database.close()


@pytest.fixture
def parts(running: Parts) -> Iterator[Parts]:
    """The running bot with empty records, and helpers who are always there."""
    running.clock.ahead = timedelta()  # however far another test pushed it
    Sealed.secrecy = running.database.secrecy  # another test may have opened a database with a key of its own
    with running.database.change() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
    know(running, HELPERS)
    yield running


@pytest.fixture
def talk(parts: Parts) -> Talk:
    """A resident who writes for the first time."""
    return Talk(parts)


@pytest.fixture
def another(parts: Parts) -> Talk:
    """A second resident."""
    return Talk(parts, "resident-2")
