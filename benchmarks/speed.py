"""Reply time and messages a second through the REST path, beside a bare `rasa init` bot in the same run."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Dict, Iterator, List

import httpx

from benchmarks.data import ROOT
from benchmarks.report import table

ONE_BY_ONE, AT_ONCE, EACH = 80, 8, 25
OURS = [
    "ik kan mijn huur niet betalen",
    "kiramı ödeyemiyorum",
    "I got a letter from the bailiff",
    "شكرا",
    "more please",
]
FIRST = "start"
PEER = ["hello", "I am sad", "are you a bot?", "good night", "yes"]


def measure() -> str:
    """The table, as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        bare = make_bare_bot(Path(folder))
        peer = run_one("bare `rasa init` (DIET + TED)", bare, Path(folder), PEER)
    ours = run_one("Sleutel", [sys.executable, "-m", "benchmarks.server"], ROOT, OURS)
    rows = [[r["name"], *(f"{r[key]:.0f}" for key in KEYS)] for r in (peer, ours)]
    rows.append(["Sleutel / bare", *(f"{ours[key] / peer[key]:.2f}" for key in KEYS)])
    return table(["through REST, one process", *KEYS], rows)


KEYS = (
    "start, s",
    "one resident p50, ms",
    "one resident p95, ms",
    "8 at once p50, ms",
    "8 at once p95, ms",
    "messages a second",
)


def make_bare_bot(folder: Path) -> List[str]:
    """`rasa init` as it comes, trained; returns the command that serves it."""
    rasa = str(Path(sys.executable).with_name("rasa"))
    subprocess.run([rasa, "init", "--no-prompt", "--init-dir", str(folder)], check=True, env=environment())
    (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    return [rasa, "run", "-i", "127.0.0.1", "--credentials", "credentials.yml", "-p"]


def environment() -> Dict[str, str]:
    """One thread a process, no telemetry: the same for both."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}


@contextmanager
def served(command: List[str], folder: Path, port: int) -> Iterator[float]:
    """A server while it runs; gives the seconds it took to start."""
    start = time.perf_counter()
    process = subprocess.Popen([*command, str(port)], cwd=folder, env=environment(), stdout=subprocess.DEVNULL)
    try:
        for _ in range(1200):
            try:
                answer = httpx.post(address(port), json={"sender": FIRST, "message": "hello"}, timeout=30)
                if answer.status_code == 200 and answer.json():
                    break
            except (httpx.HTTPError, ValueError):
                pass
            time.sleep(0.1)
        else:
            raise RuntimeError(f"{command} did not start")
        yield time.perf_counter() - start
    finally:
        process.terminate()
        process.wait(30)


def address(port: int) -> str:
    """Where messages go."""
    return f"http://127.0.0.1:{port}/webhooks/rest/webhook"


def run_one(name: str, command: List[str], folder: Path, messages: List[str]) -> Dict[str, float]:
    """Start, talk one by one, talk eight at once."""
    port = 5305
    with served(command, folder, port) as seconds:
        alone = asyncio.run(talk(port, messages, 1, ONE_BY_ONE))
        start = time.perf_counter()
        together = asyncio.run(talk(port, messages, AT_ONCE, EACH))
        rate = AT_ONCE * EACH / (time.perf_counter() - start)
    values = [seconds, *percentiles(alone), *percentiles(together), rate]
    return {"name": name, **dict(zip(KEYS, values))}


async def talk(port: int, messages: List[str], residents: int, each: int) -> List[float]:
    """Milliseconds of every reply."""
    times: List[float] = []

    async def resident(number: int, client: httpx.AsyncClient) -> None:
        for turn in range(each):
            message = {"sender": sender(residents, number), "message": messages[turn % len(messages)]}
            start = time.perf_counter()
            (await client.post(address(port), json=message)).raise_for_status()
            times.append(1000 * (time.perf_counter() - start))

    async with httpx.AsyncClient(timeout=60) as client:
        await asyncio.gather(*(resident(number, client) for number in range(residents)))
    return times


def sender(residents: int, number: int) -> str:
    """The name of one of so many residents."""
    return f"r{residents}-{number}"


def senders() -> List[str]:
    """Everybody who is going to write."""
    return [FIRST, *(sender(count, number) for count in (1, AT_ONCE) for number in range(count))]


def percentiles(times: List[float]) -> List[float]:
    """The middle, and what only one in twenty exceeds."""
    cuts = quantiles(times, n=20)
    return [cuts[9], cuts[18]]
