"""The household check through the running bot: taps, typed numbers, a question in between, and stopping."""

import pytest
from sqlalchemy import select

from bot.household.answers import fitting, ways, write
from bot.records.models import Resident
from bot.replies.content import load_content
from bot.replies.household import START, START_PAYLOAD
from bot.replies.household_words import household_reply
from tests.conversations.talking import Talk, texts, without

CONTENT = load_content()
OFFERED = [code for code, words in CONTENT.languages.items() if words.household is not None]
LONGEST = max(ways(CONTENT.household), key=lambda way: (len(way), len(fitting(CONTENT.household, way))))
NOTHING = next(way for way in ways(CONTENT.household) if not fitting(CONTENT.household, way))

SAID = {"nl": "waar heb ik recht op", "en": "am I missing any benefits"}


async def start(talk: Talk, language: str) -> None:
    """Speak this language, then begin the check from the topic."""
    await talk.say(payload=f'/choose_language{{"language": "{language}"}}')
    await talk.say(payload="/entitlement_check")
    await talk.press(CONTENT.languages[language].household.start)


def asked(language: str, question: str) -> str:
    """The words of a question."""
    return CONTENT.languages[language].household.questions[question]


@pytest.mark.parametrize("language", OFFERED)
@pytest.mark.parametrize("way", [LONGEST, NOTHING], ids=["longest", "nothing"])
async def test_from_the_topic_to_the_outcome_by_taps_alone(parts, speaker, language, way):
    talk, words = Talk(parts, f"household-{language}-{len(way)}"), CONTENT.languages[language].household
    await start(talk, language)
    for question, answer in way.items():
        assert talk.heard[-1].text == asked(language, question)
        assert len(talk.heard) <= 2
        await talk.press(words.answers[question][answer])
    outcome = household_reply(speaker, "outcome", language, write(CONTENT.household, way))
    assert texts(talk.heard) == outcome.messages and talk.heard[0].picture == outcome.picture
    assert "/talk_to_person" in [choice.payload for choice in talk.heard[-1].choices]


@pytest.mark.parametrize("language", SAID)
async def test_a_typed_question_leads_to_the_start_button(talk, language):
    answer = await talk.say(SAID[language])
    assert START_PAYLOAD in [choice.payload for choice in answer[-1].choices]


async def test_a_language_without_the_check_is_answered_as_before(talk, parts, speaker, monkeypatch):
    spoken = parts.speaker.content.languages
    monkeypatch.setitem(spoken, "tr", without(spoken["tr"], "household", [START]))
    await talk.say(payload='/choose_language{"language": "tr"}')
    answer = await talk.say(payload="/entitlement_check")
    assert START_PAYLOAD not in [choice.payload for choice in answer[-1].choices]
    first = speaker.topic("entitlement_check", "first", "tr").messages
    assert texts(await talk.say(payload=START_PAYLOAD)) == first


async def test_numbers_and_words_can_be_typed_instead_of_pressed(talk):
    await start(talk, "nl")
    assert (await talk.say("1"))[-1].text == asked("nl", "children")
    assert (await talk.say("ja"))[-1].text == asked("nl", "youngest")
    assert (await talk.say("٢"))[-1].text == asked("nl", "money")
    assert (await talk.say("nee te weinig"))[-1].text == asked("nl", "urgent")
    assert (await talk.say("2"))[0].picture == "household/nl/hhcsypmlun.png"


async def test_a_question_in_between_is_answered_and_the_old_buttons_still_work(talk, speaker):
    await start(talk, "nl")
    await talk.say("2")
    old = talk.heard[-1].choices[1]
    answer = await talk.say("ik heb een brief van de deurwaarder gekregen")
    assert speaker.topic("bailiff", "first", "nl").messages[0] in texts(answer)
    assert (await talk.say(old.title, old.payload))[-1].text == asked("nl", "money")


@pytest.mark.parametrize("language, stop", [("nl", "stoppen"), ("en", "end this")])
async def test_stopping_drops_it(talk, speaker, language, stop):
    await start(talk, language)
    await talk.say("1")
    assert texts(await talk.say(stop)) == speaker.say("cancelled", language).messages
    assert texts(await talk.say(payload="/cancel")) == speaker.say("nothing_to_cancel", language).messages


async def test_repeat_begins_with_the_topic_again(talk, speaker):
    await start(talk, "nl")
    await talk.say("1")
    assert texts(await talk.say(payload="/repeat")) == speaker.topic("entitlement_check", "first", "nl").messages


async def test_what_to_bring_after_the_outcome_is_about_getting_money(talk, speaker):
    await start(talk, "nl")
    for question, answer in LONGEST.items():
        await talk.press(CONTENT.languages["nl"].household.answers[question][answer])
    assert texts(await talk.say(payload="/what_to_bring")) == speaker.topic("entitlement_check", "bring", "nl").messages


async def test_yes_after_nothing_was_found_leads_to_a_person(talk, speaker):
    await start(talk, "nl")
    for question, answer in NOTHING.items():
        await talk.press(CONTENT.languages["nl"].household.answers[question][answer])
    assert speaker.say("ask_wish", "nl").messages[-1] in texts(await talk.say("ja"))


async def test_nothing_of_the_answers_is_kept_when_the_talk_goes_on(talk):
    await start(talk, "nl")
    for question, answer in LONGEST.items():
        await talk.press(CONTENT.languages["nl"].household.answers[question][answer])
    await talk.say("dank u wel")
    with talk.parts.database.change() as session:
        resident = session.scalars(select(Resident).filter_by(id=talk.resident_id)).one()
        kept = f"{resident.dialogue} {resident.choices}"
    assert "household" not in kept and write(CONTENT.household, LONGEST)[:6] not in kept


async def test_a_forged_answer_is_asked_again_kindly(talk):
    await talk.say(payload='/choose_language{"language": "nl"}')
    for forged in ('{"answers": "zzzz"}', '{"answers": {"a": 1}}', '{"answers": null}', "{broken"):
        answer = await talk.say(payload=f"/household_answer{forged}")
        assert answer and answer[-1].text
