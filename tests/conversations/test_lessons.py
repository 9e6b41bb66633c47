"""Small lessons and passing on, through the running bot: taps, typed words, a pushed clock, and forgetting."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from bot.channels.messages import Outgoing
from bot.handover.promises import HOME
from bot.records.models import Learner, Sending
from bot.replies.content import load_content
from bot.replies.lesson_words import lesson_reply
from bot.replies.lessons import PAYLOADS, START
from bot.replies.speaker import PASS_ON
from tests.conversations.talking import Talk, texts, without

CONTENT = load_content()
OFFERED = [code for code, words in CONTENT.languages.items() if words.lessons is not None]
PASSING = [code for code, words in CONTENT.languages.items() if PASS_ON in words.choices]

STOP = {"nl": ["stop", "stoppen", "stop met de lessen"], "en": ["stop", "cancel", "please stop this"]}


@pytest.fixture(autouse=True)
def the_clock_goes_back(parts):
    """The running bot is shared by all tests: who pushes its clock on puts it right again."""
    ahead = parts.clock.ahead
    noon = datetime.combine(parts.clock().astimezone(HOME).date() + timedelta(days=1), time(12), HOME)
    parts.clock.ahead += noon - parts.clock()  # lessons come by day, whenever these tests run
    yield
    parts.clock.ahead = ahead


async def begin(talk: Talk, language: str) -> None:
    """Speak this language, then ask for the lessons at the topic."""
    await talk.say(payload=f'/choose_language{{"language": "{language}"}}')
    await talk.say(payload="/budgeting")
    await talk.press(CONTENT.languages[language].lessons.buttons["start"])


def next_day(talk: Talk) -> list:
    """A day passes, all that waited was brought, and the watch looks; returns what the resident gets."""
    talk.parts.clock.push(timedelta(days=1))
    brought = [row.id for row in talk.rows(talk.resident_id)]
    with talk.parts.database.change() as session:
        for row_id in brought:
            session.get(Sending, row_id).state = "sent"
    talk.parts.watch.look()
    talk.news()
    # by state, not by number: SQLite gives the numbers of rows that are gone out again
    talk.heard = [Outgoing.from_json(row.body) for row in talk.rows(talk.resident_id) if row.state == "waiting"]
    return talk.heard


def learner(talk: Talk) -> Learner:
    """Where this resident is in the lessons."""
    with talk.parts.database.change() as session:
        return session.scalars(select(Learner).filter_by(resident_id=talk.resident_id)).first()


@pytest.mark.parametrize("language", OFFERED)
async def test_from_the_topic_through_all_lessons_to_the_kind_word_at_the_end(parts, speaker, language):
    talk, words = Talk(parts, f"lessons-{language}"), CONTENT.languages[language].lessons
    await begin(talk, language)
    assert texts(talk.heard) == [words.intro, *lesson_reply(speaker, "lesson", language, 1).messages]
    assert len(talk.heard) == 3
    for number in range(2, len(CONTENT.course.lessons) + 1):
        heard = next_day(talk)
        told = lesson_reply(speaker, "lesson", language, number)
        assert texts(heard) == told.messages and heard[0].picture == told.picture
    assert heard[-1].text == words.end
    assert next_day(talk) == [] and learner(talk) is None


@pytest.mark.parametrize("language", [code for code in STOP if code in OFFERED])
async def test_stop_in_own_words_ends_them_at_once_and_on_the_day_of_a_lesson_too(parts, language):
    words = CONTENT.languages[language].lessons
    for number, said in enumerate(STOP[language]):
        talk = Talk(parts, f"stop-{language}{number}")
        await begin(talk, language)
        if number:
            assert next_day(talk)
        answer = await talk.say(said)
        assert words.stopped in texts(answer), said
        assert next_day(talk) == []


async def test_the_buttons_under_a_lesson_and_their_words_typed(talk):
    await begin(talk, "nl")
    words = CONTENT.languages["nl"].lessons
    assert texts(await talk.press(words.buttons["go_on"])) == [words.going_on]
    assert next_day(talk)
    assert texts(await talk.say("stop de lesen")) == [words.stopped]
    assert next_day(talk) == []
    assert (await talk.say(payload="/lessons_start"))[1].text.startswith("Les 3 ")


async def test_repeat_says_the_first_lesson_again_and_a_question_in_between_is_answered(talk, speaker):
    await begin(talk, "nl")
    assert texts(await talk.say(payload="/repeat")) == lesson_reply(speaker, "lesson", "nl", 1).messages
    assert texts(await talk.say(payload="/bailiff")) == speaker.topic("bailiff", "first", "nl").messages
    assert next_day(talk)[0].text.startswith("Les 2 ")


async def test_the_topic_of_a_lesson_is_one_tap_away(talk, speaker):
    await begin(talk, "nl")
    title = CONTENT.languages["nl"].topics["unclear_letter"].title
    assert texts(await talk.press(title)) == speaker.topic("unclear_letter", "first", "nl").messages


async def test_who_is_in_danger_gets_no_lesson_the_next_days(talk):
    await begin(talk, "nl")
    await talk.say(payload="/crisis_suicide")
    assert [next_day(talk) for _ in range(3)] == [[], [], []]


async def test_forget_me_ends_the_lessons(talk):
    await begin(talk, "nl")
    assert learner(talk) is not None
    await talk.say(payload="/confirm_delete")
    assert learner(talk) is None


async def test_where_there_are_no_lessons_the_topic_is_answered_as_always(talk, parts, monkeypatch):
    spoken = parts.speaker.content.languages
    monkeypatch.setitem(spoken, "tr", without(spoken["tr"], "lessons", PAYLOADS))
    await talk.say(payload='/choose_language{"language": "tr"}')
    answer = await talk.say(payload="/budgeting")
    assert f"/{START}" not in [choice.payload for choice in answer[-1].choices]
    assert texts(await talk.say(payload=f"/{START}")) == CONTENT.languages["tr"].replies["which_topic"]
    assert learner(talk) is None


# ------------------------------------------------------------------------------------------------ passing on


@pytest.mark.parametrize("language", PASSING)
async def test_an_answer_is_passed_on_by_a_tap_as_one_picture(parts, language):
    talk = Talk(parts, f"pass-on-{language}")
    await talk.say(payload=f'/choose_language{{"language": "{language}"}}')
    await talk.say(payload="/cannot_pay_rent")
    await talk.say(payload="/tell_me_more")
    (message,) = await talk.press(CONTENT.languages[language].choices[PASS_ON])
    assert message.picture == f"pass_on/{language}/cannot_pay_rent.png"
    assert talk.name not in str(message) and talk.resident_id not in str(message)


async def test_the_word_on_the_button_can_be_typed(talk):
    await talk.say(payload="/scam_alert")
    await talk.say(payload="/tell_me_more")
    (message,) = await talk.say("doorsturen")
    assert message.picture == "pass_on/nl/scam_alert.png"


async def test_what_is_passed_on_can_be_repeated_and_stays_the_topic_at_hand(talk, speaker):
    await talk.say(payload="/scam_alert")
    await talk.say(payload="/tell_me_more")
    await talk.press(CONTENT.languages["nl"].choices[PASS_ON])
    assert (await talk.say(payload="/repeat"))[0].picture == "pass_on/nl/scam_alert.png"
    assert texts(await talk.say(payload="/what_to_bring")) == speaker.topic("scam_alert", "bring", "nl").messages
