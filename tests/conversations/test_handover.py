"""From "can I talk to someone" to a named person who said yes: in every language, and when things go otherwise."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.records.models import Consent, HandoverEvent, Note, now
from tests.conversations.talking import Talk, know, people, texts

RENT = {
    "nl": "ik kan mijn huur niet betalen",
    "en": "I can't pay my rent this month",
    "ar": "ما عم بقدر ادفع ايجار البيت",
    "tr": "kiramı ödeyemiyorum",
}
WOMAN = {"nl": ("marieke", "fatma"), "en": ("grace", "nour"), "ar": ("samira", "nour"), "tr": ("fatma",)}


async def ask_for(talk: Talk, wish: str = "woman", language: str = "nl") -> str:
    """Until the yes; returns the id of the person asked."""
    await talk.say(RENT[language])
    await talk.say(payload="/talk_to_person")
    await talk.say(payload=f'/choose_wish{{"wish": "{wish}"}}')
    await talk.say(payload="/agree")
    return talk.handover().person_id


@pytest.mark.parametrize("language", RENT)
async def test_the_whole_way_to_a_person_who_said_yes(talk, speaker, content, language):
    words = content.languages[language]
    await talk.say(RENT[language])
    asked = await talk.press(words.choices["talk_to_person"])
    assert texts(asked) == speaker.say("ask_wish", language).messages

    proposal = await talk.press(words.choices["wish_woman"])
    handover = talk.handover()
    assert handover.state == "offered" and handover.person_id in WOMAN[language]
    assert handover.person.name in proposal[0].text
    assert proposal[0].picture.startswith(f"person/{language}/{handover.person_id}-")
    preview = " ".join(texts(proposal))
    assert words.topics["cannot_pay_rent"].title in preview
    assert talk.person_heard(handover.person_id) == [], "nobody hears of it before the yes"

    agreed = await talk.press(words.choices["agree"])
    assert handover.person.name in agreed[0].text
    assert talk.handover().state == "asked" and talk.handover().promised_by > now()
    (alert,) = talk.person_heard(handover.person_id)
    assert talk.name not in alert

    heard = await talk.person_presses(handover.person_id, "accept")
    assert texts(heard) == speaker.say("accepted", language, name=handover.person.name).messages
    assert talk.handover().state == "accepted"


async def test_the_yes_is_stored_with_the_words_that_were_shown(talk):
    await ask_for(talk)
    with talk.parts.database.change() as session:
        (consent,) = session.scalars(select(Consent))
    assert talk.handover().person.name in consent.shown and "huur" in consent.shown.casefold()
    assert consent.language == "nl" and consent.withdrawn_at is None


async def test_when_one_person_cannot_the_next_is_asked_and_the_resident_knows_both_names(talk, speaker):
    first = await ask_for(talk, wish="any", language="tr")
    heard = await talk.person_presses(first, "cant")
    second = talk.handover()
    assert second.state == "asked" and second.person_id != first
    assert second.person.name in " ".join(texts(heard))
    assert talk.person_heard(second.person_id), "the next person got the alert"


async def test_when_nobody_is_left_the_resident_gets_a_line_and_the_coordinator_a_note(talk, speaker):
    first = await ask_for(talk, language="tr")
    heard = await talk.person_presses(first, "cant")
    while talk.handover().state == "asked":
        heard = await talk.person_presses(talk.handover().person_id, "cant")
    assert talk.handover().state == "none_left"
    assert texts(heard) == speaker.say("none_left", "tr").messages
    with talk.parts.database.change() as session:
        assert [note.kind for note in session.scalars(select(Note))] == ["none_left"]


async def test_a_wish_for_a_woman_is_never_overruled(talk):
    await talk.say(RENT["tr"])
    await talk.say("bir kadınla konuşmak istiyorum")
    assert talk.handover().person_id == "fatma"
    await talk.say(payload="/change_key_person")
    assert talk.handover().person.gender == "woman"


async def test_nobody_speaks_the_language_an_interpreter_is_named(talk, speaker):
    with talk.parts.database.change() as session:
        from bot.records.models import KeyPerson

        for person in session.scalars(select(KeyPerson)):
            person.active = False
    know(talk.parts, people({"id": "els", "name": "Els", "gender": "woman", "languages": ["nl"]}))
    await talk.say(RENT["ar"])
    await talk.say(payload="/talk_to_person")
    proposal = await talk.say(payload='/choose_wish{"wish": "any"}')
    assert talk.handover().needs_interpreter
    assert "Els" in proposal[0].text


async def test_no_means_that_nobody_is_asked_and_nothing_is_shared(talk, speaker):
    await talk.say(RENT["nl"])
    await talk.say(payload="/talk_to_person")
    await talk.say(payload='/choose_wish{"wish": "man"}')
    answer = await talk.say("nee toch maar niet")
    assert texts(answer) == speaker.say("not_asked", "nl").messages
    assert talk.handover().state == "withdrawn"
    assert talk.person_heard("johan") == []


@pytest.mark.parametrize("helped", [False, True])
async def test_stop_ends_it_at_once_and_the_person_knows(talk, speaker, helped):
    person = await ask_for(talk)
    if helped:
        await talk.person_presses(person, "accept")
    answer = await talk.say(payload="/cancel")
    assert talk.handover().state == "withdrawn"
    assert talk.handover().person.name in answer[0].text
    stopped = speaker.language("nl").desk["resident_stopped"].partition("\n")[2]  # below the line that says who
    assert talk.person_heard(person)[-1].endswith(stopped)
    with talk.parts.database.change() as session:
        assert session.scalars(select(Consent)).one().withdrawn_at is not None


async def test_a_question_in_between_is_answered_and_the_handover_is_taken_up_once(talk, speaker):
    await talk.say(RENT["nl"])
    await talk.say(payload="/talk_to_person")
    between = texts(await talk.say("hoe vraag ik zorgtoeslag aan"))
    assert between[:-1] == speaker.topic("healthcare_benefit", "first", "nl").messages
    assert between[-1] == speaker.say("resume_wish", "nl").messages[-1]
    proposal = await talk.say("een vrouw graag")
    assert talk.handover().state == "offered"
    assert proposal[0].picture


async def test_of_two_who_press_at_the_same_moment_exactly_one_gets_it(talk):
    import asyncio

    first = await ask_for(talk, wish="any", language="nl")
    handover_id = talk.handover().id
    other = "marieke" if first == "johan" else "johan"
    await asyncio.gather(
        talk.person_says(first, "", f"accept:{handover_id}"), talk.person_says(other, "", f"accept:{handover_id}")
    )
    assert talk.handover().person_id == first and talk.handover().state == "accepted"
    assert talk.person_heard(other)[-1] == talk.parts.speaker.language("nl").desk["old_button"], "never asked"


async def test_a_button_pressed_twice_changes_nothing_more(talk):
    person = await ask_for(talk)
    handover_id = talk.handover().id
    await talk.person_says(person, "", f"accept:{handover_id}")
    assert await talk.person_says(person, "", f"accept:{handover_id}") == []
    assert await talk.person_says(person, "", f"cant:{handover_id}") == []
    assert talk.handover().state == "accepted"


async def test_no_answer_in_the_promised_time_leads_to_the_next_person(talk):
    first = await ask_for(talk, wish="any", language="ar")
    talk.parts.clock.push(timedelta(days=1))
    talk.parts.watch.look()
    assert talk.handover().person_id != first and talk.handover().state == "asked"
    assert talk.handover().person.name in " ".join(texts(talk.news()))


async def test_once_accepted_both_write_through_the_bot_and_the_bot_is_silent(talk):
    person = await ask_for(talk)
    await talk.person_presses(person, "accept")
    assert await talk.say("ik ben zo blij dat u er bent, ik heb drie brieven") == []
    assert talk.person_heard(person)[-1] == "ik ben zo blij dat u er bent, ik heb drie brieven"
    (heard,) = await talk.person_says(person, "Dag! Zullen we samen kijken?")
    assert heard.text == "Dag! Zullen we samen kijken?" and heard.sender == "person"
    assert talk.handover().state == "in_touch"


async def test_a_danger_signal_is_answered_even_while_a_person_helps(talk, speaker):
    person = await ask_for(talk)
    await talk.person_presses(person, "accept")
    answer = await talk.say("ik wil dood, ik kan niet meer")
    assert texts(answer) == speaker.topic("crisis_suicide", "first", "nl").messages
    assert talk.person_heard(person)[-1] == "ik wil dood, ik kan niet meer"


async def test_the_person_says_done_and_the_bot_answers_again(talk, speaker):
    person = await ask_for(talk)
    await talk.person_presses(person, "accept")
    heard = await talk.person_says(person, "Klaar")
    assert texts(heard) == speaker.say("ended_by_person", "nl", name=talk.handover().person.name).messages
    assert texts(await talk.say(RENT["nl"]))[0] == speaker.topic("cannot_pay_rent", "first", "nl").messages[0]


async def test_the_same_person_next_time(talk):
    person = await ask_for(talk, wish="any", language="ar")
    await talk.person_presses(person, "accept")
    await talk.person_says(person, "done" if talk.handover().person.desk_language == "en" else "klaar")
    await talk.say(payload="/talk_to_person")
    await talk.say(payload='/choose_wish{"wish": "any"}')
    assert talk.handover().person_id == person
    assert "helped this resident before" in talk.handover().reasons


async def test_two_residents_do_not_hear_each_other(talk, another):
    person = await ask_for(talk)
    await talk.person_presses(person, "accept")
    await another.say(RENT["nl"])
    await talk.person_says(person, "alleen voor de eerste")
    assert "alleen voor de eerste" not in texts(another.news())


async def test_a_stranger_who_sends_a_key_persons_button_changes_nothing(talk, another):
    await ask_for(talk)
    handover_id = talk.handover().id
    await another.say("", f"accept:{handover_id}")
    assert talk.handover().state == "asked"


async def test_every_step_is_recorded_without_any_message_text(talk):
    person = await ask_for(talk)
    await talk.person_presses(person, "accept")
    with talk.parts.database.change() as session:
        steps = [(event.event, event.went_to) for event in session.scalars(select(HandoverEvent))]
    assert steps == [("offer", "offered"), ("agree", "asked"), ("accept", "accepted")]


@pytest.mark.parametrize("language", RENT)
async def test_after_an_answer_in_between_the_question_comes_back_with_name_and_buttons(talk, content, language):
    words = content.languages[language]
    await talk.say(RENT[language])
    await talk.say(payload="/talk_to_person")
    await talk.say(payload='/choose_wish{"wish": "any"}')
    await talk.say(payload="/traffic_fine")
    assert talk.handover().person.name in talk.heard[-1].text
    await talk.press(words.choices["agree"])
    assert talk.handover().state == "asked"
