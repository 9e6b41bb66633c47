"""While a person helps: the bot is silent, hides numbers, and hears "stop" and danger."""

import pytest

from bot.relay.masking import HIDDEN
from tests.conversations.talking import Talk, texts

BSN = "mijn bsn is 111222333"


async def with_a_person(talk: Talk) -> str:
    """Until somebody said yes; returns who."""
    await talk.say("ik kan mijn huur niet betalen")
    for payload in ("/talk_to_person", '/choose_wish{"wish": "woman"}', "/agree"):
        await talk.say(payload=payload)
    person = talk.handover().person_id
    await talk.person_presses(person, "accept")
    return person


@pytest.mark.parametrize("said", ["ik heb een brief", "ja", "wat moet ik meenemen?", "hallo", "1", "ok 👍"])
async def test_what_is_said_goes_to_the_person_and_the_bot_is_silent(talk, said):
    person = await with_a_person(talk)
    assert await talk.say(said) == []
    assert talk.person_heard(person)[-1] == said


@pytest.mark.parametrize(
    "button, reply, seen", [("show_number", "number_shown", True), ("keep_hidden", "number_stays_hidden", False)]
)
async def test_a_hidden_number_is_shown_only_when_the_resident_insists(talk, speaker, content, button, reply, seen):
    person = await with_a_person(talk)
    name = talk.handover().person.name
    assert texts(await talk.say(BSN)) == speaker.say("number_hidden", "nl", name=name).messages
    assert talk.person_heard(person)[-1] == f"mijn bsn is {HIDDEN}333"
    answer = await talk.press(content.languages["nl"].choices[button])
    assert texts(answer) == speaker.say(reply, "nl", name=name).messages
    assert (talk.person_heard(person)[-1] == BSN) is seen
    assert await talk.say("dank je") == [], "and on they go"


async def test_stop_is_for_the_bot_and_ends_it(talk, speaker):
    person = await with_a_person(talk)
    heard = await talk.say("ik wil stoppen")
    assert talk.handover().state == "withdrawn" and heard
    assert "ik wil stoppen" not in talk.person_heard(person)


async def test_danger_is_answered_and_passed_on(talk, speaker):
    person = await with_a_person(talk)
    assert texts(await talk.say("ik wil niet meer leven")) == speaker.topic("crisis_suicide", "first", "nl").messages
    assert talk.person_heard(person)[-1] == "ik wil niet meer leven"
