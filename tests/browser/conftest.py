"""The demo as a visitor starts it, and a real browser in front of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def demo(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`sleutel demo` in its own process, with records of its own; the address of the page."""
    port = free_port()
    folder = tmp_path_factory.mktemp("demo")
    environment = {
        **os.environ,
        "SLEUTEL_DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
        "SLEUTEL_SECRET_KEY": "k" * 32,
    }
    log = (folder / "demo.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "demo", "--port", str(port), "--no-open"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_healthy(address, process, folder / "demo.log")
        yield address
    finally:
        process.terminate()
        process.wait(30)
    assert "Traceback" not in (folder / "demo.log").read_text(), (folder / "demo.log").read_text()[-3000:]


def wait_until_healthy(address: str, process: subprocess.Popen, log: Path) -> None:
    """Until the page answers, or the process is gone."""
    for _ in range(600):
        if process.poll() is not None:
            raise AssertionError(f"the demo stopped: {log.read_text()[-3000:]}")
        try:
            if httpx.get(f"{address}/health", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise AssertionError(f"the demo did not start in two minutes: {log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium from the system; without it these tests are left out, and say so."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser, demo: str) -> Iterator[Page]:
    """The demo page, fresh, as one visitor."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    made = context.new_page()
    problems = []
    made.on("pageerror", lambda error: problems.append(str(error)))
    made.goto(demo)
    yield made
    context.close()
    assert problems == []
