"""Stand-ins over HTTP for the unit tests."""

from typing import Iterator

import pytest
from pytest_httpserver import HTTPServer

from tests.telegram_stand_in import TelegramStandIn


@pytest.fixture(scope="module")
def http_server() -> Iterator[HTTPServer]:
    """One HTTP server for a file of tests: stopping one takes half a second."""
    with HTTPServer(threaded=True) as started:
        yield started


@pytest.fixture
def telegram(http_server: HTTPServer) -> Iterator[TelegramStandIn]:
    """A fresh Telegram. Whatever it refused was our mistake, unless a test expects it."""
    http_server.clear()
    stand_in = TelegramStandIn(http_server)
    yield stand_in
    stand_in.close()
