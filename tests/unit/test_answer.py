"""The answer to danger when something else was more likely meant: danger first, and the other thing a button away."""

import pytest

from actions.answer import AnswerTopic
from bot.replies.content import load_content
from tests.pressing import Pressing

LANGUAGES = load_content().languages


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_was_more_likely_meant_than_danger_is_one_button_beside_the_answer(content, speaker, language):
    phone = Pressing(AnswerTopic(content), speaker, language=language)
    likelier = {"choices": ["wage_garnishment"]}
    answer = (await phone.press("/crisis_suicide", understanding=likelier))[0]
    assert answer.messages == speaker.topic("crisis_suicide", "first", language).messages
    assert [button.payload for button in answer.choices] == ["/talk_to_person", "/say_it_simpler", "/wage_garnishment"]
    assert answer.choices[-1].title == LANGUAGES[language].topics["wage_garnishment"].title


@pytest.mark.parametrize("understanding", [{"choices": []}, None])
async def test_danger_that_is_clear_or_pressed_is_answered_as_always(content, speaker, understanding):
    phone = Pressing(AnswerTopic(content), speaker)
    answer = (await phone.press("/unsafe_at_home", understanding=understanding))[0]
    assert [button.payload for button in answer.choices] == ["/talk_to_person", "/say_it_simpler"]


async def test_what_has_no_button_is_not_offered(content, speaker):
    phone = Pressing(AnswerTopic(content), speaker)
    answer = (await phone.press("/crisis_suicide", understanding={"choices": ["no_such_topic"]}))[0]
    assert len(answer.choices) == 2
