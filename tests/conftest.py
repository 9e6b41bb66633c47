"""What the tests share: a real database, the real content, and (once per run) the real trained model."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from pathlib import Path

import pytest
from sanic import Sanic

from bot.records.database import Database
from bot.records.secrecy import Secrecy
from bot.replies.content import Content, load_content
from bot.replies.speaker import Speaker

Sanic.test_mode = True  # several servers in one process

ROOT = Path(__file__).resolve().parent.parent
FAST_FIRST = ("unit", "conversations", "browser")


def pytest_collection_modifyitems(items: list) -> None:
    """Fast unit tests first, then what needs the trained model, then the browser."""
    items.sort(key=lambda item: next((n for n, part in enumerate(FAST_FIRST) if f"/{part}/" in str(item.path)), 9))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A real SQLite file, new for each test."""
    made = Database(f"sqlite:///{tmp_path / 'records.db'}", Secrecy("a key that is only for tests"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def content() -> Content:
    """The content as it is shipped."""
    return load_content()


@pytest.fixture(scope="session")
def speaker(content: Content) -> Speaker:
    """Says what is shipped."""
    return Speaker(content)


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model: trained when nothing fits the present data, else the one that is there."""
    from bot.training import train_if_needed

    return train_if_needed()
