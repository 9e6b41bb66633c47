"""Through the whole bot: a language that nobody has read says so once, and a draft is understood at most."""

import pytest

from bot.replies.speaker import Speaker
from tests.conversations.talking import Talk, texts

GREETINGS = {"nl": "goedemorgen", "en": "hello", "ar": "السلام عليكم", "tr": "merhaba"}


@pytest.mark.parametrize("language", GREETINGS)
async def test_it_is_said_at_the_first_greeting_and_never_again(talk: Talk, speaker: Speaker, language: str):
    talk.hears_notes = True
    words = speaker.language(language)
    note = speaker.say("not_reviewed", language).messages[0]
    first = texts(await talk.say(GREETINGS[language]))
    second = texts(await talk.say(GREETINGS[language]))
    assert (note in first) is (not words.status["reviewed_by"]) and len(first) <= 3
    assert note not in second


async def test_a_full_first_answer_is_not_made_longer_by_it(talk: Talk, speaker: Speaker):
    talk.hears_notes = True
    note = speaker.say("not_reviewed", "nl").messages[0]
    first = texts(await talk.say("ik kan mijn huur niet betalen"))
    assert len(first) <= 3 and not any(note in text for text in first)
    later = texts(await talk.say(payload="/what_to_bring"))
    assert later[0] == note and later[1:] == speaker.topic("cannot_pay_rent", "bring", "nl").messages
