"""`sleutel draft`: gaps filled by a translator, marked, with what stands in braces intact. The translator is a server
on this machine that answers as LibreTranslate does."""

import json
from datetime import date
from pathlib import Path
from typing import Callable, Dict, List

import pytest
from typer.testing import CliRunner
from werkzeug import Request, Response

from bot.check.tree import Tree
from bot.cli import app, making
from bot.making.drafting import NoTranslator, draft, translator_of
from bot.making.gaps import gaps_of
from bot.making.placeholders import SIGNS, hidden, shown
from bot.making.scaffold import new_language, new_topic
from bot.replies.content import load_content
from bot.replies.drafts import is_draft, marked
from bot.settings import Settings
from tests.unit.project_copy import copy_of_project

TALK = "content/languages/tr/conversation.yml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the project in which the conversation lacks nothing in Turkish but what a test takes out."""
    return copy_of_project(tmp_path, ("nl", "en", "ar", "tr"))


@pytest.fixture
def libre(httpserver) -> Callable[..., Settings]:
    """Settings for a LibreTranslate on this machine; `answer` makes the translation of a text."""

    def make(answer: Callable[[str], str] = lambda text: f"~{text}~", status: int = 200) -> Settings:
        def handle(request: Request) -> Response:
            asked.append(dict(request.args))
            return Response(_json(answer(request.args["q"])), status, content_type="application/json")

        httpserver.expect_request("/translate").respond_with_handler(handle)
        return with_translator("libretranslate", translator_url=httpserver.url_for("/"))

    asked: List[Dict[str, str]] = []
    make.asked = asked  # type: ignore[attr-defined]
    return make


def with_translator(name: str, **more: str) -> Settings:
    """The settings of an installation with this translator."""
    return Settings().copy(update={"translator": name, **more})


def _json(text: str) -> str:
    return json.dumps({"translatedText": text})


def take_out(root: Path, path: str, name: str) -> None:
    """Remove an entry of the conversation, with the messages below it."""
    lines = (root / path).read_text(encoding="utf-8").splitlines()
    at = lines.index(f"  {name}:")
    end = next(index for index in range(at + 1, len(lines)) if not lines[index].startswith("    "))
    (root / path).write_text("\n".join(lines[:at] + lines[end:]) + "\n", encoding="utf-8")


# ---------------------------------------------------------------- what stands in braces

SENTENCE = "Bel {geldfit}. {name} belt {name} terug."


@pytest.mark.parametrize("sign", range(len(SIGNS)))
def test_names_in_braces_are_hidden_and_come_back(sign):
    text, names = hidden(SENTENCE, sign)
    assert "{" not in text and names == ["{geldfit}", "{name}", "{name}"]
    assert shown(text, names, sign) == SENTENCE
    moved = text.replace("Bel ", "").replace(". ", " ", 1)
    assert "{geldfit}" in (shown(moved, names, sign) or "")


@pytest.mark.parametrize(
    "answer, comes_back",
    [
        ("Call [1]. [2] calls [3] back.", "Call {geldfit}. {name} calls {name} back."),
        ("[ 3 ] و ［2］ و 【1】", "{name} و {name} و {geldfit}"),
        ("اتصل [١] [٢] [٣]", "اتصل {geldfit} {name} {name}"),
        ("Call. [2] calls [3] back.", None),  # the number to call is lost
        ("Call [1]. [2] calls [2] back.", None),
        ("Call [1]. [2] calls [3] back. {geldfit}", None),
        ("Call [1]. [2] calls [3] back. {", None),
    ],
)
def test_a_translation_that_lost_doubled_or_made_up_a_name_is_not_taken(answer, comes_back):
    assert shown(answer, hidden(SENTENCE, 0)[1], 0) == comes_back


# ---------------------------------------------------------------- filling gaps


def test_a_missing_reply_is_filled_and_listed_as_a_draft_and_nothing_else_changes(root, libre):
    take_out(root, TALK, "status_waiting")
    before = (root / TALK).read_text(encoding="utf-8")
    outcome = draft(root, "tr", translator_of(libre(), "tr"), "libretranslate", only="conversation")
    document = Tree(root).languages["tr"].conversation
    dutch = Tree(root).languages["nl"].conversation
    assert document.entries("replies", "status_waiting") == [
        f"~{text}~" for text in dutch.entries("replies", "status_waiting")
    ]
    assert ("replies", "status_waiting") in marked(document.data) and TALK in outcome.filled
    after = (root / TALK).read_text(encoding="utf-8").splitlines()
    assert [line for line in before.splitlines() if line not in after] == []
    assert {(asked["source"], asked["target"]) for asked in libre.asked} == {("nl", "tr")}
    assert "status_waiting" not in load_content(root / "content").languages["tr"].replies


def test_once_filled_there_is_nothing_left_to_do(root, libre):
    take_out(root, TALK, "status_waiting")
    settings = libre()
    draft(root, "tr", translator_of(settings, "tr"), "libretranslate")
    text, asked = (root / TALK).read_text(encoding="utf-8"), len(libre.asked)
    assert gaps_of(Tree(root), "tr") == []
    draft(root, "tr", translator_of(settings, "tr"), "libretranslate")
    assert (root / TALK).read_text(encoding="utf-8") == text and len(libre.asked) == asked


def test_a_draft_of_a_topic_holds_all_of_the_dutch_one_and_stays_a_draft(root, libre):
    path = "content/languages/tr/topics/digid.yml"
    (root / path).unlink()
    draft(root, "tr", translator_of(libre(), "tr"), "libretranslate, today", only="digid")
    document, dutch = (Tree(root).languages[code].topics["digid"] for code in ("tr", "nl"))
    assert is_draft(document.data)
    assert document.entries("first") == [f"~{text}~" for text in dutch.entries("first")]
    text = (root / path).read_text(encoding="utf-8")
    assert "libretranslate, today" in text and f"# {dutch.get('call')}" in text
    assert "digid" not in load_content(root / "content").languages["tr"].topics


def test_the_files_of_a_new_language_are_filled_where_the_dots_are(root, libre):
    new_language(root, "pt", date(2026, 11, 22))
    outcome = draft(root, "pt", translator_of(libre(), "pt"), "libretranslate")
    assert outcome.left == {} and gaps_of(Tree(root), "pt") == []
    language, dutch = Tree(root).languages["pt"], Tree(root).languages["nl"]
    assert language.about.get("which_language") == f"~{dutch.about.get('which_language')}~"
    assert language.items.get("lines", "geldfit", "about") == f"~{dutch.items.get('lines', 'geldfit', 'about')}~"
    assert language.conversation.entries("listen", "woman") == ["..."], "what people type is not translated"
    everything = [language.about, language.conversation, language.items, *language.topics.values()]
    assert all(is_draft(document.data) for document in everything)
    assert list((root / "data/nlu/pt").glob("*.yml")) and not _examples(root)


def _examples(root: Path) -> List[str]:
    return [
        line
        for path in (root / "data/nlu/pt").glob("*.yml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("    - ")
    ]


def test_what_loses_its_braces_stays_a_gap_and_is_named(root, libre):
    take_out(root, TALK, "status_waiting")  # it has {name} and {when}
    settings = libre(lambda text: "Bekleyin.")
    outcome = draft(root, "tr", translator_of(settings, "tr"), "x", only="conversation")
    left = {gap.where[:2]: reason for gap, reason in outcome.left.items()}
    assert "braces" in left["replies", "status_waiting"]
    asked = [call["q"] for call in libre.asked if "antwoord. U hoort" in call["q"]]
    assert len(asked) == len(SIGNS), "each way of hiding is tried once"


def test_somebodys_own_words_and_files_without_a_mark_are_left_alone(root, libre):
    new_topic(root, "funeral_costs", "cannot_pay", "plain")
    dutch, turkish = (root / f"content/languages/{code}/topics/funeral_costs.yml" for code in ("nl", "tr"))
    dutch.write_text(dutch.read_text(encoding="utf-8").replace("...", "Bel Geldfit."), encoding="utf-8")
    turkish.write_text(turkish.read_text(encoding="utf-8").replace('title: "..."', 'title: "Cenaze"'), encoding="utf-8")
    settings = libre()
    draft(root, "tr", translator_of(settings, "tr"), "x", only="funeral_costs")
    document = Tree(root).languages["tr"].topics["funeral_costs"]
    assert document.get("title") == "Cenaze" and document.get("call") == "~Bel Geldfit.~"
    turkish.write_text(
        turkish.read_text(encoding="utf-8").replace("draft: true", "#").replace("~Bel Geldfit.~", "..."),
        encoding="utf-8",
    )
    before, asked = turkish.read_text(encoding="utf-8"), len(libre.asked)
    outcome = draft(root, "tr", translator_of(settings, "tr"), "x", only="funeral_costs")
    assert turkish.read_text(encoding="utf-8") == before and outcome.left and not outcome.filled
    assert len(libre.asked) == asked


def test_a_translator_that_does_not_answer_is_left_alone_and_what_came_before_is_kept(root, libre):
    new_language(root, "pt", date(2026, 11, 22))
    count = iter(range(1000))
    settings = libre(lambda text: f"~{text}~" if next(count) < 200 else 1 / 0)
    before = len(gaps_of(Tree(root), "pt"))
    with pytest.raises(NoTranslator, match="3 times in a row"):
        draft(root, "pt", translator_of(settings, "pt"), "x")
    assert len(libre.asked) == 203 and before - len(gaps_of(Tree(root), "pt")) == 200


# ---------------------------------------------------------------- settings and the command


def test_without_a_translator_it_is_said_how_to_set_one():
    with pytest.raises(NoTranslator, match="--provider"):
        translator_of(Settings(), "tr")
    with pytest.raises(NoTranslator, match="TRANSLATOR_URL"):
        translator_of(with_translator("libretranslate"), "tr")
    with pytest.raises(NoTranslator, match="TRANSLATOR_KEY"):
        translator_of(with_translator("deepl"), "tr")


def test_the_command_fills_tells_and_refuses(root, libre, monkeypatch):
    monkeypatch.setattr(making, "ROOT", root)
    monkeypatch.setenv("TRANSLATOR_URL", str(libre().translator_url))
    take_out(root, TALK, "thank")
    run = CliRunner().invoke
    assert "no translator" in run(app, ["draft", "tr"]).output
    assert run(app, ["draft", "tr", "--provider=babelfish"]).exit_code == 1
    assert "new-language pt" in run(app, ["draft", "pt", "--provider=libretranslate"]).output
    done = run(app, ["draft", "tr", "--provider=libretranslate", "--only=conversation"])
    assert done.exit_code == 0 and "texts written as drafts, 0 left open" in done.output and TALK in done.output
