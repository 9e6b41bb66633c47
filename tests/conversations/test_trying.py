"""The commands that show what the bot would make of a message, with the trained model."""

import json

import pytest
from typer.testing import CliRunner

from bot.cli import app


def run(*words: str, typed: str = "") -> str:
    """What a command prints."""
    done = CliRunner().invoke(app, list(words), input=typed)
    assert done.exit_code == 0, done.output
    return done.output


def test_understand_answers_each_line_with_one_of_json(model):
    lines = run("understand", typed="ik kan de huur niet betalen\nكيف حالك\n").splitlines()
    found = [json.loads(line) for line in lines]
    assert [one["text"] for one in found] == ["ik kan de huur niet betalen", "كيف حالك"]
    assert found[0]["intent"] == "cannot_pay_rent" and found[0]["accepted"] and found[1]["language"] == "ar"
    assert set(found[0]) == {"text", "language", "intent", "confidence", "accepted", "choices"}


@pytest.mark.parametrize(
    "text, understood, said",
    [
        ("ik kan de huur niet betalen", "understood as: cannot_pay_rent", "[Met een mens praten]"),
        ("i cant pay the rent and i want to die", "understood as: crisis_suicide", "113"),
        ("kiramı ödeyemiyorum", "language: tr", "(picture: pictogram/house_money.png)"),
    ],
)
def test_try_shows_what_is_understood_and_the_whole_answer(model, text, understood, said):
    shown = run("try", text)
    assert understood in shown and said in shown


@pytest.mark.parametrize("text", ["", "  ", "?!"])
def test_try_wants_words(text):
    done = CliRunner().invoke(app, ["try", text])
    assert done.exit_code == 1 and "some words" in done.output
