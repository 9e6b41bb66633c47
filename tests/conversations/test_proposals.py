"""What a key person proposes and a resident answers: a meeting, a number, a professional; and a week later a face."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.records.models import Consent
from tests.conversations.talking import texts
from tests.conversations.test_handover import ask_for

LANGUAGES = ("nl", "ar", "tr", "ti")


def passes(parts, **time: float) -> None:
    """Let time pass, and let it do what it does."""
    parts.clock.push(timedelta(**time))
    parts.watch.look()


async def helped(talk, language: str = "nl") -> str:
    """A resident in contact with a person; returns the person's id."""
    await talk.say(payload=f'/choose_language{{"language": "{language}"}}')
    await talk.say(payload="/cannot_pay_rent")
    await talk.say(payload="/talk_to_person")
    await talk.say(payload='/choose_wish{"wish": "any"}')
    await talk.say(payload="/agree")
    person = talk.handover().person_id
    await talk.person_presses(person, "accept")
    return person


async def test_a_name_of_their_own_choice_and_no_name_is_as_good(talk, another, speaker):
    await ask_for(talk)
    said = await talk.say("Noor")
    assert talk.handover().nickname == "Noor" and "Noor" in said[0].text
    await ask_for(another)
    assert texts(await another.say("nee")) == speaker.say("nickname_none", "nl").messages
    assert another.handover().nickname is None


async def test_a_question_in_the_place_of_a_name_is_answered(talk, speaker):
    await ask_for(talk)
    said = await talk.say("wat kan ik doen met een boete van het CJIB")
    assert texts(said)[0] == speaker.topic("traffic_fine", "first", "nl").messages[0]
    assert talk.handover().nickname is None


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_meeting_with_a_card_a_yes_and_two_reminders(talk, content, language):
    person, words = await helped(talk, language), content.languages[language]
    at = talk.parts.clock() + timedelta(days=3)
    talk.parts.handovers.propose_appointment(person, talk.handover().id, at, "Bibliotheek Noord")
    (proposal, *_) = talk.news()
    assert "Bibliotheek Noord" in proposal.text and proposal.picture.startswith(f"appointment/{language}/")
    agreed = await talk.press(words.choices["appointment_ok"])
    assert "Bibliotheek Noord" in agreed[0].text
    passes(talk.parts, days=2, minutes=1)
    assert [m.picture for m in talk.news()] == [proposal.picture], "the day before"
    passes(talk.parts, hours=21, minutes=59)
    assert [m.picture for m in talk.news()] == [proposal.picture], "two hours before"
    passes(talk.parts, days=1)
    assert talk.news() == []


async def test_who_cannot_come_says_so_and_the_person_hears_it(talk, content, speaker):
    person = await helped(talk)
    at = talk.parts.clock() + timedelta(days=3)
    talk.parts.handovers.propose_appointment(person, talk.handover().id, at, None)
    talk.news()
    before = len(talk.person_heard(person))
    await talk.press(content.languages["nl"].choices["appointment_ok"])
    passes(talk.parts, days=2, minutes=1)
    talk.news()
    said = await talk.press(content.languages["nl"].choices["appointment_cannot"])
    assert texts(said) == speaker.say("appointment_off", "nl", name=talk.handover().person.name).messages
    passes(talk.parts, days=1)
    assert talk.news() == [], "no reminder of what was called off"
    assert len(talk.person_heard(person)) >= before + 3, "agreed, the day before, called off"


async def test_an_old_button_of_somebody_elses_meeting_does_nothing(talk, another, speaker):
    person = await helped(talk)
    at = talk.parts.clock() + timedelta(days=3)
    meeting = talk.parts.handovers.propose_appointment(person, talk.handover().id, at, None)
    await helped(another)
    said = await another.say(payload=f'/appointment_cannot{{"id": "{meeting.id}"}}')
    assert texts(said) == speaker.say("too_late", "nl").messages


async def test_a_number_is_given_only_after_a_separate_yes(talk, content, speaker):
    person = await helped(talk)
    talk.parts.handovers.ask_number(person, talk.handover().id)
    assert texts(talk.news()) == speaker.say("number_wish", "nl", name=talk.handover().person.name).messages
    said = await talk.press(content.languages["nl"].choices["number_yes"])
    # the demo knows no number: the resident may write it, and the person reads what they write
    assert texts(said) == speaker.say("number_type", "nl", name=talk.handover().person.name).messages


async def test_a_professional_is_introduced_agreed_to_and_takes_over_with_the_same_words(talk, content):
    person = await helped(talk)
    other = "johan" if person != "johan" else "marieke"
    summary = "Huurschuld van twee maanden. Er is een brief van de deurwaarder."
    talk.parts.handovers.hand_on(person, talk.handover().id, other, summary)
    shown = " ".join(texts(talk.news()))
    assert summary in shown and talk.handover().next_person_id == other
    assert summary not in " ".join(talk.person_heard(other)), "nothing before the yes"
    await talk.press(content.languages["nl"].choices["hand_on_yes"])
    assert summary in " ".join(talk.person_heard(other))
    with talk.parts.database.change() as session:
        assert any(summary in consent.shown for consent in session.scalars(select(Consent)))
    heard = await talk.person_presses(other, "accept")
    assert talk.handover().person_id == other and talk.handover().state == "in_touch"
    assert talk.handover().person.name in heard[0].text
    await talk.say("dank u")
    assert "dank u" in " ".join(talk.person_heard(other))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_week_after_the_end_a_face_and_the_same_person_again(talk, content, language):
    person, words = await helped(talk, language), content.languages[language]
    talk.parts.handovers.close(person, talk.handover().id)
    talk.news()
    passes(talk.parts, days=6)
    assert talk.news() == []
    passes(talk.parts, days=1, minutes=1)
    (asked, *_) = talk.news()
    assert len(asked.choices) == 3
    answer = await talk.press(words.choices["feeling_bad"])
    assert talk.handover().state == "offered" and talk.handover().person_id == person
    assert talk.handover().person.name in " ".join(texts(answer))


async def test_nobody_is_left_waiting_in_silence_after_a_yes(talk, speaker):
    person = await helped(talk)
    passes(talk.parts, days=1)
    assert texts(talk.news())[0].startswith(talk.handover().person.name), "the person is asked to write, and we say so"
    assert talk.handover().person_id == person
    passes(talk.parts, days=1)
    assert talk.handover().person_id != person and talk.handover().state == "asked"
    assert texts(talk.news())


async def test_somebody_from_elsewhere(talk):
    await talk.say(payload='/choose_language{"language": "tr"}')
    await talk.say(payload="/informal_debt")
    await talk.say(payload="/talk_to_person")
    await talk.say(payload='/choose_wish{"wish": "outside"}')
    assert talk.handover().outside and talk.handover().person.languages[0] != "tr"
