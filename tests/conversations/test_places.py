"""Where can I go? Asked in words, answered with a button, a postcode, a name with a slip, or a shared location."""

from datetime import datetime, timedelta, timezone
from typing import Iterator

import pytest
import time_machine

from bot.app import Parts
from bot.channels.messages import Place
from bot.cli.places import SAMPLE, vocabulary
from bot.directory.importing import import_places
from bot.records.models import Resident
from bot.replies.content import load_content
from tests.conversations.talking import Talk, texts

CONTENT = load_content()
LANGUAGES = [code for code, words in CONTENT.languages.items() if "ask_place" in words.replies]
WHERE = {  # the question in the resident's own words, after a topic
    "nl": "waar kan ik heen?",
    "en": "where can I go for help nearby?",
    "ar": "وين بقدر روح قريب مني",
    "tr": "nereye gidebilirim, yakınımda",
    "fr": "où est-ce que je peux aller près de chez moi",
    "pl": "gdzie mogę pójść po pomoc w pobliżu",
}
TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=timezone.utc)  # half past ten in the Netherlands


@pytest.fixture
def town(parts: Parts) -> Iterator[None]:
    """The bot has the sample town, on a Tuesday morning."""
    import_places(SAMPLE, parts.settings.places_file, vocabulary(CONTENT), TUESDAY, timedelta(days=3650))
    with time_machine.travel(TUESDAY, tick=True):
        yield
    parts.settings.places_file.unlink()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_from_the_question_to_three_places_in_every_language(parts, town, speaker, language):
    talk = Talk(parts, f"places-{language}")
    await talk.say(payload=f'/choose_language{{"language": "{language}"}}')
    await talk.say(payload="/cannot_pay_rent")
    asked = await (talk.say(WHERE[language]) if language in WHERE else talk.say(payload="/find_help_nearby"))
    assert texts(asked)[-1] == speaker.say("ask_place", language).messages[0] and len(asked) == 3
    assert [choice.title for choice in asked[-1].choices] == ["Centrum", "Havenwijk", "Noord", "Oost"]

    places = await talk.press("Noord")
    assert len(places) == 3 and all("(voorbeeld)" in text for text in texts(places))
    assert all(message.picture.startswith(f"place/{language}/") for message in places)


# typed in answer to the question where, and a place that is then named
ANSWERS = [
    ("1236", "Wijkteam Oost"),
    ("1236 CC", "Wijkteam Oost"),
    ("١٢٣٦", "Wijkteam Oost"),
    ("oost", "Wijkteam Oost"),
    ("havnwijk", "Bibliotheek Centrum"),
    ("4", "Wijkteam Oost"),  # the fourth of the list
    ("Bosrand", "Wijkteam Oost"),  # a street
]


async def test_what_residents_type_when_they_are_asked_where(parts, town):
    misses = []
    for number, (typed, place) in enumerate(ANSWERS):
        talk = Talk(parts, f"typed-{number}")
        await talk.say(payload='/choose_language{"language": "nl"}')
        await talk.say(payload="/find_help_nearby")
        answer = await talk.say(typed)
        if place not in " ".join(texts(answer)) or len(answer) > 3:
            misses.append((typed, texts(answer)))
    assert misses == []


async def test_a_shared_location_is_answered_and_not_kept(parts, town, talk):
    await talk.say(payload='/choose_language{"language": "nl"}')
    answer = await talk.say(place=Place(52.3801234, 5.0281234))
    assert "Wijkteam Noord" in texts(answer)[0] and len(answer) == 3
    with parts.database.change() as session:
        stored = str(session.get(Resident, talk.resident_id).dialogue)
    assert "52.38" not in stored and "Wijkteam" not in stored


async def test_the_same_again_after_a_shared_location_asks_where(parts, town, talk, speaker):
    await talk.say(payload='/choose_language{"language": "nl"}')
    await talk.say(place=Place(52.38, 5.028))
    assert texts(await talk.say(payload="/repeat")) == speaker.say("ask_place", "nl").messages


async def test_a_chosen_neighbourhood_is_remembered_and_can_be_changed(parts, town, talk, speaker):
    await talk.say(payload='/choose_language{"language": "nl"}')
    await talk.say(payload="/find_help_nearby")
    await talk.press("Oost")
    again = await talk.say(payload="/find_help_nearby")
    assert again[0].picture.startswith("place/nl/"), "it is not asked again"
    asked = await talk.press(speaker.language("nl").choices["elsewhere"])
    assert texts(asked) == speaker.say("ask_place", "nl").messages


async def test_far_away_a_yes_leads_to_a_person(parts, town, talk, speaker):
    await talk.say(payload='/choose_language{"language": "nl"}')
    assert texts(await talk.say(place=Place(50.85, 5.69))) == speaker.say("places_none", "nl").messages
    assert texts(await talk.say("ja")) == speaker.say("ask_wish", "nl").messages
