"""The household check: what which household may ask about, in at most six taps, with nothing kept in between."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest

from actions.household import TOPIC, HouseholdCheck
from bot.channels.messages import Outgoing
from bot.channels.outcome import reply_to_outgoing
from bot.channels.pictures import pictures_reader
from bot.channels.telegram_parts import LONGEST_DATA, data_for
from bot.channels.whatsapp_parts import LONGEST_ID, QUICK_REPLY, fit, style_of, to_wire, units
from bot.household.answers import MOST_QUESTIONS, fitting, next_question, payload, read, ways, write
from bot.records.database import Database
from bot.replies.cards import Album, NoSuchPicture
from bot.replies.content import Content, load_content
from bot.replies.household import START, START_PAYLOAD
from bot.replies.household_words import household_reply
from bot.replies.speaker import Reply, Speaker
from bot.replies.topic_cards import AskCard
from tests.pressing import Pressing

CONTENT = load_content()
CHECK = CONTENT.household
OFFERED = [code for code, words in CONTENT.languages.items() if words.household is not None]
TODAY = date(2026, 11, 21)
EVERY_WAY = list(ways(CHECK))

RENTS = {"home": "house"}
POOR = {"money": "little", "urgent": "nothing"}
CHILDLESS = {"children": "none"}
TODDLER, TEENAGER = ({"children": "some", "youngest": age} for age in ("baby", "teenager"))
FOR_ALL_WITH_LITTLE = ["healthcare_benefit", "city_pass"]

HOUSEHOLDS = {  # who: the answers, what they may ask about
    "rents a home, too little money": (
        {**RENTS, **CHILDLESS, **POOR},
        ["rent_benefit", "healthcare_benefit", "tax_waiver", "city_pass"],
    ),
    "rents a room, too little money": ({"home": "room", **CHILDLESS, **POOR}, FOR_ALL_WITH_LITTLE),
    "owns a home, too little money": (
        {"home": "other", **CHILDLESS, **POOR},
        ["healthcare_benefit", "tax_waiver", "city_pass"],
    ),
    "needs a bed": (
        {"home": "room", **CHILDLESS, "money": "little", "urgent": "something"},
        ["healthcare_benefit", "special_assistance", "city_pass"],
    ),
    "no money at all": (
        {"home": "room", **CHILDLESS, "money": "nothing", "urgent": "nothing"},
        ["social_assistance", *FOR_ALL_WITH_LITTLE],
    ),
    "a toddler, enough money": (
        {**RENTS, **TODDLER, "money": "enough"},
        ["child_benefit", "childcare_benefit"],
    ),
    "a teenager, enough money": ({**RENTS, **TEENAGER, "money": "enough"}, ["child_benefit"]),
    "a teenager, too little money": (
        {"home": "room", **TEENAGER, **POOR},
        ["healthcare_benefit", "child_benefit", "child_budget", "children_extras", "city_pass"],
    ),
    "everything at once": (
        {**RENTS, **TODDLER, "money": "nothing", "urgent": "something"},
        [scheme.name for scheme in CHECK.schemes],
    ),
    "no children, enough money": ({**RENTS, **CHILDLESS, "money": "enough"}, []),
}


@pytest.mark.parametrize("who", HOUSEHOLDS)
def test_each_household_hears_what_it_may_ask_about_and_no_more(who: str) -> None:
    answers, expected = HOUSEHOLDS[who]
    assert next_question(CHECK, answers) is None, "the table leaves a question open"
    assert [scheme.name for scheme in fitting(CHECK, answers)] == expected


def test_the_start_and_all_questions_together_are_at_most_six_taps() -> None:
    assert max(map(len, EVERY_WAY)) + 1 <= 6 <= MOST_QUESTIONS
    assert len(EVERY_WAY) > 10


@pytest.mark.parametrize(
    ("answers", "needless"),
    [({"children": "none"}, "youngest"), ({"money": "enough"}, "urgent")],
)
def test_questions_that_an_answer_makes_needless_are_not_asked(answers: Dict[str, str], needless: str) -> None:
    about = [way for way in EVERY_WAY if answers.items() <= way.items()]
    assert about and not [way for way in about if needless in way]
    assert [way for way in EVERY_WAY if needless in way], "or nobody is ever asked"


def test_a_way_that_does_not_end_is_cut_off_one_question_too_late() -> None:
    endless = replace(CHECK, questions=[replace(CHECK.questions[0], name=name) for name in "abcdefghij"])
    assert {len(answers) for answers in ways(endless)} == {MOST_QUESTIONS + 1}


# ------------------------------------------------------------------------------------------------ in the buttons


def steps(way: Dict[str, str]) -> List[Dict[str, str]]:
    """The answers after each question of a way."""
    return [dict(list(way.items())[:count]) for count in range(len(way) + 1)]


def test_the_answers_come_back_out_of_the_button_as_they_went_in() -> None:
    for way in EVERY_WAY:
        for answers in steps(way):
            assert read(CHECK, write(CHECK, answers)) == answers


def test_every_button_fits_into_telegram_and_whatsapp_as_it_is() -> None:
    payloads = {payload(CHECK, answers) for way in EVERY_WAY for answers in steps(way)[1:]} | {START_PAYLOAD}
    assert all(data_for(each, 1) == each and len(each.encode()) <= LONGEST_DATA for each in payloads)
    assert all(units(to_wire(each)) <= LONGEST_ID for each in payloads)


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("", {}),
        (None, {}),
        (5, {}),
        (["hh"], {}),
        ({"a": 1}, {}),
        ("h", {}),
        ("hx", {}),  # an answer that is not there any more
        ("zz", {}),
        ("hhzzcn", {"home": "house", "children": "none"}),  # a question that is not there any more
        ("cnhh", {"home": "house", "children": "none"}),
        ("cnyb", {"children": "none"}),  # an answer to a question that was never asked
        ("hhhr", {"home": "room"}),
        ("hh" * 5000, {"home": "house"}),
        ("🏠🏠hh", {"home": "house"}),
    ],
)
def test_an_old_or_forged_button_is_read_as_far_as_it_makes_sense(code: Any, known: Dict[str, str]) -> None:
    assert read(CHECK, code) == known


# ------------------------------------------------------------------------------------------------ the conversation


class Phone(Pressing):
    """Presses buttons of the household check; every press knows nothing but its button."""

    def __init__(self, language: str, content: Content = CONTENT, **slots: Any) -> None:
        speaker = Speaker(content, today=lambda: TODAY)
        super().__init__(HouseholdCheck(content, speaker), speaker, language=language, **slots)
        self.language = language


async def walk(phone: Phone, way: Dict[str, str]) -> List[List[Reply]]:
    """Start, then press the button of each answer."""
    said = [await phone.press(START_PAYLOAD)]
    for question, answer in way.items():
        title = CONTENT.languages[phone.language].household.answers[question][answer]
        (pressed,) = [button.payload for button in said[-1][-1].choices if button.title == title]
        said.append(await phone.press(pressed))
    return said


@pytest.mark.parametrize("language", OFFERED)
async def test_every_way_ends_in_a_list_a_card_and_who_helps_or_in_kind_words(language: str) -> None:
    texts, album = CONTENT.languages[language].household, Album(CONTENT, today=lambda: TODAY)
    for way in EVERY_WAY:
        *questions, outcome = await walk(Phone(language), way)
        assert [reply[-1].messages for reply in questions] == [[texts.questions[name]] for name in way]
        assert questions[0][0].messages == [texts.intro]
        (end,) = outcome
        assert end.language == language and 1 <= len(end.messages) <= 2
        assert end.choices[0].payload == "/talk_to_person"
        schemes = fitting(CHECK, way)
        if not schemes:
            assert end.picture == "pictogram/heart.png" and texts.nothing[1] in end.messages
            continue
        listed = end.messages[0].split("\n• ")[1:]
        assert [line.split(":")[0] for line in listed] == [
            texts.schemes[scheme.name]["where"].split(":")[0] for scheme in schemes
        ]
        assert texts.help in end.messages[1]
        card = album.household(*re.fullmatch(r"household/(\w+)/(\w+)\.png", end.picture).groups())
        assert [thing.caption for thing in card.things] == [texts.schemes[scheme.name]["name"] for scheme in schemes]
        assert [button.payload for button in end.choices] == ["/talk_to_person", "/what_to_bring", "/what_can_you_do"]


@pytest.mark.parametrize("language", OFFERED)
async def test_a_question_is_a_picture_and_at_most_three_buttons_also_on_whatsapp(language: str) -> None:
    for way in EVERY_WAY:
        for said in (await walk(Phone(language), way))[:-1]:
            (message,) = reply_to_outgoing(said[-1])
            picture, asked = fit(message)
            assert picture.picture and not picture.choices
            assert asked.text.rstrip()[-1] in "?؟;"
            assert style_of(asked.choices) == QUICK_REPLY and not asked.picture


@pytest.mark.parametrize("language", OFFERED)
async def test_the_list_and_its_card_go_together_in_one_whatsapp_message(language: str) -> None:
    longest = max(EVERY_WAY, key=lambda way: len(fitting(CHECK, way)))
    (end,) = (await walk(Phone(language), longest))[-1]
    sent = [part for message in reply_to_outgoing(end) for part in fit(message)]
    assert [bool(part.picture) for part in sent] == [True, False]
    assert isinstance(sent[0], Outgoing) and sent[0].text == end.messages[0]


async def test_no_slot_ever_holds_what_was_answered() -> None:
    remembered = set()
    for way in EVERY_WAY:
        phone = Phone("nl")
        for count, answers in enumerate(steps(way)):
            await phone.press(payload(CHECK, answers) if count else START_PAYLOAD)
            remembered.add(json.dumps(phone.remembered(), sort_keys=True))
    # Whatever was answered, only three things are remembered: a question is open, none is, or a person was offered.
    slots = [json.loads(each) for each in remembered]
    assert sorted(each.pop("awaiting") for each in slots) == ["household", "nothing", "offer"]
    same = {"topic": TOPIC, "last_said": [{"response": "topic/first", "topic": TOPIC}], "language": "nl"}
    assert all(each == {**same, "lost_count": 0} for each in slots)


async def test_an_old_button_still_works_after_another_question_in_between() -> None:
    phone = Phone("nl", topic="bailiff", awaiting="offer")
    (asked,) = await phone.press(payload(CHECK, {"home": "house", "children": "none"}))
    assert asked.messages == [CONTENT.languages["nl"].household.questions["money"]]


async def test_an_open_question_about_a_person_is_not_lost_and_comes_back_at_the_end() -> None:
    phone = Phone("nl", awaiting="wish")
    said = await walk(phone, {**RENTS, **CHILDLESS, **POOR})
    assert [reply for turn in said[:-1] for reply in turn if "/choose_wish" in str(reply.choices)] == []
    assert said[-1][-1].messages == phone.speaker.say("resume_wish", "nl").messages
    assert "awaiting" not in phone.remembered()


@pytest.mark.parametrize("strange", [None, "", "zzzz", {"a": 1}, 7])
async def test_a_forged_answer_begins_with_the_first_question(strange: Any) -> None:
    phone = Phone("nl")
    (asked,) = await phone.press(f'/household_answer{{"answers": {json.dumps(strange)}}}')
    assert asked.messages == [CONTENT.languages["nl"].household.questions["home"]]


# ------------------------------------------------------------------------------------------------ where it is offered


def without_check(code: str) -> Content:
    """The content as it is before somebody wrote the check in this language."""
    words = CONTENT.languages[code]
    choices = {name: title for name, title in words.choices.items() if name != START}
    languages = {**CONTENT.languages, code: replace(words, household=None, choices=choices)}
    return replace(CONTENT, languages=languages)


@pytest.mark.parametrize("language", OFFERED)
def test_the_topic_offers_the_check_with_a_button(language: str) -> None:
    offered = Speaker(CONTENT).topic(TOPIC, "first", language).choices
    assert offered[0].payload == START_PAYLOAD and len(offered) == 3
    assert offered[0].title == CONTENT.languages[language].household.start


async def test_a_language_without_the_words_answers_the_topic_as_before() -> None:
    content = without_check("en")
    usual = [f"/{name}" for name in content.replies["topic_first"].choices]
    assert [button.payload for button in Speaker(content).topic(TOPIC, "first", "en").choices] == usual
    assert Speaker(content).topic(TOPIC, "first", "nl").choices[0].payload == START_PAYLOAD
    for pressed in (START_PAYLOAD, payload(CHECK, RENTS)):
        (said,) = await Phone("en", content).press(pressed)
        assert said == Speaker(content, today=lambda: TODAY).topic(TOPIC, "first", "en")
    with pytest.raises(NoSuchPicture):
        Album(content).household("en", write(CHECK, EVERY_WAY[0]))


@pytest.mark.parametrize("code", ["", "hh", "hhcnme", "hhcsytmex", "cshhytme", "hhcnmlxx", "HHCSYTME"])
def test_there_is_no_card_for_half_a_check_for_nothing_or_for_a_forged_code(code: str) -> None:
    assert isinstance(Album(CONTENT).household("nl", "hhcsytme"), AskCard)
    with pytest.raises(NoSuchPicture):
        Album(CONTENT).household("nl", code)


async def test_the_card_is_behind_the_door_for_pictures(database: Database, tmp_path: Path) -> None:
    read_picture = pictures_reader(CONTENT, database, tmp_path, today=lambda: TODAY)
    assert (await read_picture("household/nl/hhcsytme.png")).startswith(b"\x89PNG")
    for path in ("household/nl/hhcs.png", "household/xx/hhcsytme.png", "household/nl/../hhcsytme.png"):
        with pytest.raises(NoSuchPicture):
            await read_picture(path)


# ------------------------------------------------------------------------------------------------ what may be said


def said_at_the_end(way: Dict[str, str], language: str, speaker: Optional[Speaker] = None) -> str:
    speaker = speaker or Speaker(CONTENT, today=lambda: TODAY)
    return "\n".join(household_reply(speaker, "outcome", language, write(CHECK, way)).messages)


@pytest.mark.parametrize("language", OFFERED)
def test_whoever_is_told_of_bijstand_is_told_whom_to_ask_first_and_nobody_else_is(language: str) -> None:
    texts = CONTENT.languages[language].household
    number = CONTENT.facts["legal_desk"].on(TODAY)
    for way in EVERY_WAY:
        names = {scheme.name for scheme in fitting(CHECK, way)}
        said = said_at_the_end(way, language)
        bijstand, allowances = names & {"social_assistance", "special_assistance"}, names & {"healthcare_benefit"}
        assert (texts.careful["assistance"] in said) == bool(bijstand), way
        assert (texts.careful["people"] in said) == bool(allowances), way
        assert said.count(number) == (1 if bijstand | allowances else 0)


def test_the_words_of_caution_stay_when_the_phone_number_no_longer_holds() -> None:
    silent = Speaker(replace(CONTENT, facts={}), today=lambda: TODAY)
    texts = CONTENT.languages["nl"].household
    said = said_at_the_end({**RENTS, **CHILDLESS, "money": "nothing", "urgent": "nothing"}, "nl", silent)
    assert texts.careful["assistance"] in said
    assert f"• {texts.schemes['rent_benefit']['name']}\n" in said, "a scheme is named when its address no longer holds"
    assert "{" not in said


@pytest.mark.parametrize("language", sorted({"nl", "en"} & set(OFFERED)))
def test_nothing_is_promised_and_no_amount_is_said(language: str) -> None:
    texts = CONTENT.languages[language].household
    every = "\n".join(said_at_the_end(way, language) for way in EVERY_WAY) + str(vars(texts))
    assert not re.search(r"recht op|u krijgt \w+toeslag|entitled|right to|€|euro", every)
    assert re.search(r"kunt hiernaar vragen|can ask about", texts.ask)
