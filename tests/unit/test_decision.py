"""Sure enough to answer, worth offering, or lost; and typed text made comparable before that."""

from typing import Dict

import pytest
from rasa.shared.nlu.training_data.message import Message

from benchmarks.data import configured
from bot.nlu.decision import SPECIAL, SureEnough, Thresholds, decide
from bot.nlu.text import KEPT_LETTERS, plain_letters, tidy, words
from bot.settings import ROOT

LIMITS = Thresholds(
    sure=0.5,
    sure_of_small_talk=0.3,
    ahead=0.1,
    offer=0.1,
    lost=0.2,
    in_danger=0.3,
    part_in_danger=0.7,
    in_danger_with_part=0.1,
)
DANGER, NEVER, SMALL_TALK = ["crisis", "violence"], ["greet", "yes"], ["greet"]

# the ranking, whether it is answered and with what, and else what is offered
TABLE = [
    ("clear", {"rent": 0.9, "energy": 0.05}, "rent", True, []),
    ("just sure enough", {"rent": 0.5, "energy": 0.375}, "rent", True, []),
    ("not quite sure", {"rent": 0.49, "energy": 0.2}, "rent", False, ["rent", "energy"]),
    ("sure, but another is close behind", {"rent": 0.5, "energy": 0.45}, "rent", False, ["rent", "energy"]),
    ("the only one", {"rent": 0.6}, "rent", True, []),
    ("small talk is answered when clear", {"greet": 0.9}, "greet", True, []),
    ("at most three", {"a": 0.3, "b": 0.25, "c": 0.2, "d": 0.15}, "a", False, ["a", "b", "c"]),
    ("not worth offering", {"a": 0.4, "b": 0.1, "c": 0.09}, "a", False, ["a", "b"]),
    ("small talk is answered on less", {"greet": 0.4, "a": 0.3, "b": 0.2}, "greet", True, []),
    ("small talk, but another is close behind", {"greet": 0.4, "a": 0.35, "b": 0.2}, "greet", False, ["a", "b"]),
    ("a yes needs more, and is no button", {"yes": 0.4, "a": 0.3, "b": 0.2}, "yes", False, ["a", "b"]),
    ("only what is no button", {"yes": 0.4, "greet": 0.3}, "yes", False, []),
    ("just worth offering", {"a": 0.2, "b": 0.19}, "a", False, ["a", "b"]),
    ("lost", {"a": 0.19, "b": 0.18}, "a", False, []),
    ("danger on a small chance", {"rent": 0.6, "crisis": 0.3}, "crisis", True, ["rent"]),
    ("danger first", {"crisis": 0.6, "rent": 0.3}, "crisis", True, []),
    ("danger of either kind", {"rent": 0.5, "violence": 0.17, "crisis": 0.14}, "violence", True, ["rent"]),
    ("danger far behind", {"rent": 0.9, "crisis": 0.29}, "rent", True, []),
    ("danger first, but unsure", {"crisis": 0.29, "rent": 0.2}, "crisis", False, ["crisis", "rent"]),
]


def ranking(chances: Dict[str, float]) -> list:
    return [{"name": name, "confidence": chance} for name, chance in chances.items()]


@pytest.mark.parametrize("case, chances, intent, accepted, choices", TABLE, ids=[row[0] for row in TABLE])
def test_what_is_done_with_a_ranking(case, chances, intent, accepted, choices):
    decision = decide(ranking(chances), LIMITS, DANGER, NEVER, SMALL_TALK)
    assert (decision.intent, decision.accepted, decision.choices) == (intent, accepted, choices)
    assert decision.confidence == chances[intent]


PARTS = [  # the ranking of the whole, the highest chances in its parts, and what is answered
    (
        "danger in a few words of a story",
        {"rent": 0.6, "crisis": 0.1},
        {"rent": 0.9, "crisis": 0.8},
        "crisis",
        ["rent"],
    ),
    ("a part alone, and the whole is about something else", {"rent": 0.9, "crisis": 0.09}, {"crisis": 0.9}, "rent", []),
    ("both kinds in the whole", {"rent": 0.8, "crisis": 0.05, "violence": 0.05}, {"crisis": 0.8}, "crisis", ["rent"]),
    ("hardly danger in any part", {"rent": 0.6, "crisis": 0.1}, {"rent": 0.9, "crisis": 0.69}, "rent", []),
    ("other things in a part say nothing", {"rent": 0.6, "energy": 0.1}, {"energy": 0.9}, "rent", []),
    ("the likelier kind", {"rent": 0.6, "crisis": 0.1}, {"crisis": 0.75, "violence": 0.9}, "violence", ["rent"]),
]


@pytest.mark.parametrize("case, chances, in_parts, intent, choices", PARTS, ids=[row[0] for row in PARTS])
def test_what_the_parts_of_a_longer_message_add(case, chances, in_parts, intent, choices):
    decision = decide(ranking(chances), LIMITS, DANGER, NEVER, SMALL_TALK, in_parts)
    assert (decision.intent, decision.accepted, decision.choices) == (intent, True, choices)


@pytest.fixture(scope="module")
def shipped() -> dict:
    """How `config.yml` sets the decision."""
    return {**SureEnough.get_default_config(), **configured("SureEnough")}


def decided_on(shipped: dict, chances: Dict[str, float], foreign: bool = False) -> Message:
    """A message with this ranking, after the decision."""
    message = Message(data={"text": "x", "intent_ranking": ranking(chances), "foreign": foreign})
    return SureEnough(shipped).process([message])[0]


@pytest.mark.parametrize(
    "chances, intent",
    [
        ({"cannot_pay_rent": 0.9, "bailiff": 0.05}, "cannot_pay_rent"),
        ({"cannot_pay_rent": 0.38, "bailiff": 0.35}, "unsure"),
        ({"greet": 0.38, "thank": 0.35}, "lost"),
        ({"cannot_pay_rent": 0.05, "bailiff": 0.04}, "lost"),
        ({"cannot_pay_rent": 0.5, "crisis_suicide": 0.26}, "crisis_suicide"),
        ({"cannot_pay_rent": 0.5, "unsafe_at_home": 0.26}, "unsafe_at_home"),
    ],
)
def test_the_intent_of_a_message_becomes_unsure_or_lost_and_the_ranking_is_kept_as_choices(shipped, chances, intent):
    decided = decided_on(shipped, chances)
    assert decided.get("intent")["name"] == intent
    understanding = decided.get("understanding")
    assert understanding["accepted"] is (intent not in ("unsure", "lost"))
    assert bool(understanding["choices"]) is (intent in ("unsure", "crisis_suicide", "unsafe_at_home"))


def test_a_message_without_a_ranking_such_as_a_pressed_button_is_left_alone(shipped):
    message = Message(data={"text": "/agree", "intent": {"name": "agree"}})
    (decided,) = SureEnough(shipped).process([message])
    assert decided.get("intent") == {"name": "agree"} and decided.get("understanding") is None


@pytest.mark.parametrize(
    "chances, intent",
    [
        ({"cannot_pay_rent": 0.9, "bailiff": 0.05}, "cannot_pay_rent"),
        ({"informal_debt": 0.5, "crisis_suicide": 0.35}, "informal_debt"),
        ({"informal_debt": 0.45, "crisis_suicide": 0.41}, "crisis_suicide"),
        ({"cannot_pay_rent": 0.19, "bailiff": 0.18}, "lost"),
    ],
)
def test_what_is_understood_by_meaning_alone_must_be_clearer(shipped, chances, intent):
    assert decided_on(shipped, chances, foreign=True).get("intent")["name"] == intent


def test_no_yes_and_no_no_is_answered_on_less_than_anything_else(shipped):
    assert not {"affirm", "deny", "agree"} & {*shipped["small_talk"], *shipped["danger"]}, (
        "a yes may share what is private"
    )


def test_every_intent_that_is_special_in_the_configuration_has_examples(shipped):
    for intent in [name for part in SPECIAL for name in shipped[part]]:
        assert (ROOT / "data" / "nlu" / "nl" / f"{intent}.yml").exists(), intent


TIDY = [
    ("  Ik  KAN\nniet ", "ik kan niet"),
    ("HELLLLP!!!!", "hellp!!"),
    ("Ödeyemiyorum İSTANBUL", "ödeyemiyorum istanbul"),
    ("I\u0307stanbul", "istanbul"),
    ("Straße", "strasse"),
    ("ｈｕｕｒ ①", "huur 1"),  # full width, as some keyboards type
    ("kijk https://example.nl/a?b=c nu", "kijk link nu"),
    ("Www.example.nl HTTPS://x.nl", "link link"),
    ("أُجْرَة", "اجره"),
    ("إيجار الآن", "ايجار الان"),
    ("علي على", "علي علي"),
    ("كــتــاب", "كتاب"),
    ("می\u200cخواهم", "ميخواهم"),  # the half-space that half of all people leave out
    ("یک", "يك"),  # Persian letters on an Arabic keyboard
    ("", ""),
    ("🙂", "🙂"),
]


@pytest.mark.parametrize("typed, expected", TIDY)
def test_text_in_one_form(typed, expected):
    assert tidy(typed) == expected
    assert tidy(expected) == expected, "once is enough"


def test_a_long_story_is_cut():
    assert len(tidy("lang verhaal " * 100)) == KEPT_LETTERS


@pytest.mark.parametrize(
    "typed, expected",
    [
        ("kiramı ödeyemiyorum", "kirami odeyemiyorum"),
        ("KIRAMI", "kirami"),
        ("één coördinator", "een coordinator"),
        ("çok şğü", "cok sgu"),
        ("أجرة", "اجره"),
    ],
)
def test_letters_without_their_marks(typed, expected):
    assert plain_letters(typed) == expected


@pytest.mark.parametrize(
    "typed, found",
    [
        ("Hallo, wereld!", ["Hallo", "wereld"]),
        ("ik heb 3 brieven", ["ik", "heb", "brieven"]),
        ("مرحبا 🙂", ["مرحبا"]),
        ("👍🏽 🏳️‍🌈 12 ...", []),
        ("snake_case", ["snake", "case"]),
    ],
)
def test_the_words_of_a_message(typed, found):
    assert words(typed) == found
