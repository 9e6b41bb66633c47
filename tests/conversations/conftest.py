"""The running bot for conversation tests: the model is loaded once, each test has its own records."""

from pathlib import Path
from typing import Iterator

import pytest

from bot.app import Parts, assemble
from bot.records.database import Database
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


@pytest.fixture
def parts(model: Path, database: Database) -> Iterator[Parts]:
    """All real parts, with helpers who are always there."""
    made = assemble(Settings(), database, model)
    know(made, HELPERS)
    yield made


@pytest.fixture
def talk(parts: Parts) -> Talk:
    """A resident who writes for the first time."""
    return Talk(parts)


@pytest.fixture
def another(parts: Parts) -> Talk:
    """A second resident."""
    return Talk(parts, "resident-2")
