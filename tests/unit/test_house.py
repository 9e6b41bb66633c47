"""The rules of the house: who imports whom, what the documents promise, and what never stands in a file."""

import ast
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Iterator, List, Set

import pytest
from typer.main import get_command

from bot.cli import app
from bot.settings import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# what people read passes through these
HEARD = ("bot/channels", "bot/coordinator", "bot/desk", "bot/dialogue", "bot/replies", "actions")


def test_imports_go_the_way_the_house_is_built():
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "0 broken" in done.stdout, done.stdout + done.stderr


# ---------------------------------------------------------------- documents


def commands(document: Path) -> List[str]:
    """Every line of a fenced block, and everything else that stands in backquotes."""
    text = document.read_text(encoding="utf-8")
    fenced = re.findall(r"^\s*```\w*\n(.*?)^\s*```", text, re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [line.strip() for block in fenced for line in block.splitlines()] + inline


def shown(program: str) -> List[tuple]:
    """(document, words after the program) for each time a document shows it."""
    found = []
    for document in DOCUMENTS:
        for line in commands(document):
            call = re.search(rf"(?:^|\| |uv run ){program} (.*)", re.sub(r"\s+#.*", "", line))
            if call:
                found.append((document.name, call.group(1).split(" | ")[0]))
    return found


def test_every_command_that_a_document_shows_exists():
    calls = shown("sleutel")
    assert {"serve", "new-key", "check"} <= {call.split()[0] for _, call in calls}, "or this test reads nothing"
    assert [problem for document, call in calls for problem in wrong_with(document, call)] == []


def wrong_with(document: str, call: str) -> Iterator[str]:
    """What `sleutel` would say to these words: unknown commands and unknown options."""
    command: Any = get_command(app)
    for word in shlex.split(call):
        options = {option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]}
        known = getattr(command, "commands", None)  # a group of commands has them
        if known is not None and not word.startswith("-"):
            if word not in known:
                yield f"{document}: sleutel {call}: there is no {word}"
                return
            command = known[word]
        elif word.startswith("--") and word.split("=")[0] not in options | {"--help"}:
            yield f"{document}: sleutel {call}: there is no option {word}"


def test_a_command_that_does_not_exist_would_be_noticed():
    assert list(wrong_with("x", "people invite fatma --username desk_bot")) == []
    assert list(wrong_with("x", "people fly")) and list(wrong_with("x", "fly")) and list(wrong_with("x", "serve --fly"))


def test_every_make_target_that_a_document_shows_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    calls = shown("make")
    assert {"demo", "test"} <= {call for _, call in calls} <= targets


def test_every_file_that_a_document_names_is_there():
    missing = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        linked = [document.parent / link for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)]
        top = {path.name for path in ROOT.iterdir() if path.is_dir()} - {"var", "models", ".tools"}
        named = [ROOT / path for path in re.findall(r"`([\w-]+/[\w./-]+)`", text) if path.split("/")[0] in top]
        missing += [f"{document.name}: {path.relative_to(ROOT)}" for path in [*linked, *named] if not path.exists()]
    assert sorted(set(missing)) == []


# ---------------------------------------------------------------- files


@pytest.fixture(scope="module")
def files() -> List[Path]:
    """Everything that is, or would be, in the repository."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout: nobody knows which files belong to it")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, timeout=60)
    return [path for name in done.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_names_a_place_on_somebodys_machine(files):
    places = [f"/{folder}/".encode() for folder in ("work", "root", "home/[a-z]+", "Users/[A-Za-z]+")]
    pattern = re.compile(rb"(?<![\w.>])(" + b"|".join(places) + rb")")
    found = {path.relative_to(ROOT).as_posix() for path in files if pattern.search(path.read_bytes())}
    assert found == set()


def test_packages_come_from_the_public_index_only(files):
    lock = (ROOT / "uv.lock").read_text(encoding="utf-8")
    hosts = set(re.findall(r'(?:url|registry) = "https?://([^/"]+)', lock))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}
    assert not re.search(r"index-url|\[\[tool\.uv\.index", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert not [path for path in files if path.name in ("pip.conf", ".pypirc", ".netrc", "uv.toml", ".env")]


def test_nothing_that_a_run_leaves_behind_is_in_the_repository(files):
    left_behind = re.compile(r"(^|/)(var|models|__pycache__)/|\.(db|sqlite|pyc|log|key)$|\.tar\.gz$")
    assert [path for path in files if left_behind.search(path.relative_to(ROOT).as_posix())] == []


# ---------------------------------------------------------------- words

SENTENCE = re.compile(r"[^\W\d_]+[,;:]? [^\W\d_]+[,;:]? [^\W\d_]{2,}")  # three words on a row
NOT_SAID = {  # three words, and yet nothing that a person reads
    "OpenMoji CC BY-SA 4.0",  # the name of a licence, the same in every language
    "EEEE d MMMM",  # how a date is put together
    "d MMM HH:mm",
    "Mo-Fr; PH off",  # opening hours, as OpenStreetMap writes them
    "the webhook could not be set",  # these two end in the log
    "the webhook could not be taken away",
}


def sentences(source: str) -> Iterator[str]:
    """Strings of three words and more that are no docstring, no line in a log and no error."""
    tree = ast.parse(source)
    aside: Set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            aside.add(id(node.value))
        elif isinstance(node, ast.Raise) or (
            isinstance(node, ast.Call) and ast.unparse(node.func).startswith("logger.")
        ):
            aside |= {id(part) for part in ast.walk(node)}
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    yield from (text.value for text in texts if id(text) not in aside and SENTENCE.search(text.value))


def test_what_people_read_stands_in_content_and_not_in_python():
    modules = [path for folder in HEARD for path in sorted((ROOT / folder).rglob("*.py"))]
    found = {path.name: set(sentences(path.read_text(encoding="utf-8"))) - NOT_SAID for path in modules}
    assert {name: texts for name, texts in found.items() if texts} == {}


@pytest.mark.parametrize(
    "source, noticed",
    [
        ('say("Ik help u graag")', True),
        ('say(f"{name} helpt u graag verder")', True),
        ('say("أنا هنا لمساعدتك")', True),
        ('"""Ik help u graag."""', False),
        ('logger.info("the worker goes on")', False),
        ('raise Broken("it is not there")', False),
        ('say("ask_wish")', False),
    ],
)
def test_a_sentence_in_python_would_be_noticed(source, noticed):
    assert bool(list(sentences(source))) is noticed
