"""Every topic, in every language, just by existing: first answer, easier, more, what to bring, where to go."""

import pytest

from bot.replies.content import load_content
from bot.replies.speaker import Speaker
from tests.conversations.talking import Talk, texts

CONTENT = load_content()
SPEAKER = Speaker(CONTENT)
DANGER = {"crisis_suicide": "suicide_line", "unsafe_at_home": "emergency"}


@pytest.mark.parametrize("language", CONTENT.languages)
async def test_every_topic_answers_in_every_language_and_its_follow_ups_keep_to_the_topic(parts, language):
    for name in CONTENT.topics:
        talk = Talk(parts, f"{language}-{name}")
        await talk.say(payload=f'/choose_language{{"language": "{language}"}}')

        answer = await talk.say(payload=f"/{name}")
        assert texts(answer) == SPEAKER.topic(name, "first", language).messages, name
        assert answer[0].picture == f"pictogram/{CONTENT.topics[name].pictogram}.png"
        assert {message.language for message in answer} == {language}
        assert 1 <= len(answer) <= 3

        for intent, part in (
            ("say_it_simpler", "easier"),
            ("tell_me_more", "more"),
            ("what_to_bring", "bring"),
            ("find_help_nearby", "where"),
        ):
            follow_up = await talk.say(payload=f"/{intent}")
            assert texts(follow_up) == SPEAKER.topic(name, part, language).messages, (name, part)


@pytest.mark.parametrize("language", CONTENT.languages)
@pytest.mark.parametrize("topic", [name for name, topic in CONTENT.topics.items() if topic.risk == "now"])
async def test_danger_is_answered_before_the_bot_introduces_itself(parts, language, topic):
    talk = Talk(parts, f"danger-{language}-{topic}")
    answer = await talk.say(CONTENT.languages[language].topics[topic].title, payload=f"/{topic}")
    first = texts(answer)[0]
    if topic in DANGER:
        assert CONTENT.facts[DANGER[topic]].values[0].value in first
    welcome = SPEAKER.say("welcome", answer[-1].language).messages[0]
    assert any(welcome in text for text in texts(answer)[1:])
    assert len(answer) <= 3
    assert "/talk_to_person" in [choice.payload for message in answer for choice in message.choices]
