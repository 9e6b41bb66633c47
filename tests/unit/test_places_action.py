"""Where can I go? From the question, over where the resident is, to at most three places with a card each."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest
from rasa.shared.core.events import SlotSet, UserUttered
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.places import FindPlaces, near_button
from actions.session import SessionStart
from bot.channels.messages import Choice, Incoming, Outgoing, Place
from bot.channels.outcome import turn_to_outgoing
from bot.channels.pictures import pictures_reader
from bot.channels.whereabouts import place_meant, shared
from bot.cli.places import SAMPLE, vocabulary
from bot.dialogue.tracker_store import without_words
from bot.directory.hours import HOME
from bot.directory.importing import import_places
from bot.directory.store import Directory
from bot.replies.cards import Album, NoSuchPicture, place_path
from bot.replies.content import Content, load_content
from bot.replies.generator import from_rasa_message
from bot.replies.speaker import Button, Reply, Speaker
from tests.fakes import Clock

TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=HOME)
LANGUAGES = sorted(load_content().languages)
HERE = {"lat": 52.380, "lon": 5.028}  # in the north of the sample town
NEIGHBOURHOODS = ["Centrum", "Havenwijk", "Noord", "Oost"]


@pytest.fixture(scope="module")
def town(tmp_path_factory, content: Content) -> Directory:
    """The sample town."""
    path = tmp_path_factory.mktemp("directory") / "places.db"
    import_places(SAMPLE, path, vocabulary(content), TUESDAY, timedelta(days=3650))
    return Directory(path)


@dataclass
class Said:
    """What one turn led to: replies by name, what is sent, and what is remembered."""

    names: List[str]
    messages: List[Outgoing]
    slots: Dict[str, Any]

    @property
    def text(self) -> str:
        return "\n".join(message.text for message in self.messages)

    @property
    def cards(self) -> List[str]:
        return [message.picture for message in self.messages if (message.picture or "").startswith("place/")]


class Talk:
    """One resident, who has met the bot before and knows that its words were not reviewed."""

    def __init__(self, speaker: Speaker, directory: Directory, language: Optional[str] = "nl") -> None:
        self.speaker, self.language = speaker, language
        self.clock = Clock(TUESDAY)
        self.slots: Dict[str, Any] = {"met": True, "told_unreviewed": True, "awaiting": "nothing"}
        self.action = FindPlaces(speaker, directory, self.clock)

    def say(self, text: str = "/find_help_nearby", intent: str = "find_help_nearby", **entities: Any) -> Said:
        """One turn."""
        message = {
            "text": text,
            "intent": {"name": intent},
            "language": {"code": self.language},
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        }
        dispatcher = CollectingDispatcher()
        tracker = Tracker("r", dict(self.slots), message, [], False, None, {}, "action_listen")
        events = self.action.run(dispatcher, tracker, {})
        slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        self.slots.update(slots)
        replies = [self._reply(dict(said)) for said in dispatcher.messages]
        return Said([said["response"] for said in dispatcher.messages], turn_to_outgoing(replies), slots)

    def _reply(self, said: Dict[str, Any]) -> Reply:
        """As `bot.replies.generator` does it."""
        name, language = said["response"], said.get("language")
        if name.startswith("topic/"):
            return self.speaker.topic(said["topic"], name.partition("/")[2], language)
        choices = [Button(**choice) for choice in said["choices"]] if "choices" in said else None
        reply = self.speaker.say(name, language, choices, **said.get("values", {}))
        return Reply(reply.language, reply.messages, said.get("picture") or reply.picture, reply.choices)


@pytest.fixture
def talk(speaker: Speaker, town: Directory) -> Talk:
    return Talk(speaker, town)


# ------------------------------------------------------------------------------------------------ the question


def test_first_something_is_given_and_then_asked_where(talk):
    talk.slots["topic"] = "cannot_pay_rent"
    said = talk.say("waar kan ik heen")
    assert said.names == ["topic/where", "ask_place"] and talk.slots["awaiting"] == "place"
    assert [choice.title for choice in said.messages[-1].choices] == NEIGHBOURHOODS
    assert len(said.messages) == 3


def test_without_a_topic_the_general_places_are_named_first(talk):
    assert talk.say("waar kan ik heen").names == ["where_general", "ask_place"]


def test_also_with_the_introduction_there_are_three_messages_at_most(talk):
    talk.slots.update(met=False, topic="cannot_pay_rent")
    assert len(talk.say("waar kan ik heen").messages) == 3


def test_a_city_of_many_neighbourhoods_has_eight_buttons_by_name(speaker, tmp_path, content):
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    rows = [lines[2].replace("Molenweg 12", f"Weg {n}").replace(",Noord,", f",Wijk {n:02},") for n in range(12)]
    file = tmp_path / "places.csv"
    file.write_text("\n".join([lines[0], *rows]), encoding="utf-8")
    import_places(file, tmp_path / "places.db", vocabulary(content), TUESDAY, timedelta(days=3650))
    titles = [c.title for c in Talk(speaker, Directory(tmp_path / "places.db")).say().messages[-1].choices]
    assert titles == [f"Wijk {n:02}" for n in range(8)]


# ------------------------------------------------------------------------------------------------ the answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pressed_neighbourhood_gives_three_places_with_a_card_each(speaker, town, language):
    talk = Talk(speaker, town, language)
    talk.say("where can I go")
    said = talk.say(near="Noord")
    assert said.names == ["place_open"] * 3 and len(said.messages) == 3
    assert re.fullmatch(rf"place/{language}/[a-z0-9-]+-20260303\.png", said.cards[0]) and len(said.cards) == 3
    assert all("(voorbeeld)" in message.text and "Voorbeeldstad" in message.text for message in said.messages)
    words = speaker.language(language).choices
    assert [c.title for c in said.messages[-1].choices] == [words["talk_to_person"], words["elsewhere"]]
    assert talk.slots["neighbourhood"] == "Noord" and talk.slots["awaiting"] == "nothing"


def test_the_place_is_said_with_its_closing_time_and_address(talk):
    said = talk.say(near="Noord")
    wanted = "Wijkteam Noord (voorbeeld) is nu open, tot 12:30 uur. Adres: Molenweg 12, Voorbeeldstad."
    assert said.messages[0].text.startswith(wanted)


def test_of_what_is_open_the_place_with_the_residents_language_comes_first(speaker, town):
    assert "Buurthuis De Brug" in Talk(speaker, town, "pap").say(near="Noord").messages[0].text


@pytest.mark.parametrize("message", ["1235", "1235 BB", "١٢٣٥", "nord", "bij 1235 BB", "molenweg"])
def test_typed_words_are_understood_while_the_question_is_open(talk, message):
    talk.say("waar kan ik heen")
    said = talk.say(message, "lost")
    assert "Wijkteam Noord" in said.text and len(said.cards) == 3


def test_a_neighbourhood_in_the_question_itself_saves_asking(talk):
    said = talk.say("waar kan ik heen in Oost?")
    assert len(said.cards) == 3 and "Wijkteam Oost" in said.text and talk.slots["neighbourhood"] == "Oost"


def test_a_shared_location_gives_places_and_is_kept_nowhere(talk):
    said = talk.say("/received_place" + json.dumps(HERE), "received_place", **HERE)
    assert len(said.cards) == 3 and "Wijkteam Noord" in said.text
    kept = json.dumps(talk.slots, default=str)
    assert "52.38" not in kept and "Wijkteam" not in kept and talk.slots.get("neighbourhood") is None
    assert talk.slots["last_said"][0]["response"] == "ask_place", "the same again asks again"


def test_a_typed_postcode_is_not_kept_and_a_chosen_neighbourhood_is(talk):
    talk.say("waar kan ik heen")
    talk.say("1235 BB", "lost")
    assert "1235" not in json.dumps(talk.slots, default=str)
    talk.say(near="Noord")
    assert talk.slots["neighbourhood"] == "Noord" and talk.slots["last_said"][0]["response"] == "place_open"


async def test_a_chosen_neighbourhood_outlives_the_session(talk):
    talk.say(near="Noord")
    tracker = Tracker("r", talk.slots, {}, [], False, None, {}, None)
    kept = {event.get("name"): event.get("value") for event in SessionStart().run(CollectingDispatcher(), tracker, {})}
    assert kept["neighbourhood"] == "Noord"
    talk.slots = {"met": True, "neighbourhood": "Noord"}
    assert len(talk.say("waar kan ik heen").cards) == 3, "and is not asked again"


def test_another_neighbourhood_can_be_asked_for(talk):
    talk.say(near="Noord")
    payload = talk.speaker.content.choices["elsewhere"]
    said = talk.say(payload, **json.loads(payload.partition("nearby")[2]))
    assert said.names == ["ask_place"] and talk.slots["neighbourhood"] is None
    assert "Wijkteam Oost" in talk.say(near="Oost").text


def test_a_neighbourhood_that_is_no_longer_in_the_directory_is_asked_anew(talk):
    talk.slots["neighbourhood"] = "Opgeheven"
    assert "ask_place" in talk.say("waar kan ik heen").names


@pytest.mark.parametrize("payload_button", NEIGHBOURHOODS)
def test_every_button_leads_to_places(talk, payload_button):
    payload = near_button(payload_button)["payload"]
    assert talk.say(payload, **json.loads(payload.partition("nearby")[2])).cards


# ------------------------------------------------------------------------------------------------ what is said


@pytest.mark.parametrize(
    "moment, text",
    [
        ("2026-03-03T10:00", "Vrouwencentrum Zahra (voorbeeld) is nu open, tot 15:00 uur. Adres: Lindelaan 20"),
        ("2026-03-03T17:00", "Vrouwencentrum Zahra (voorbeeld) gaat vandaag om 19:00 uur open."),
        ("2026-03-03T22:00", "Vrouwencentrum Zahra (voorbeeld) gaat morgen om 09:30 uur open."),
        ("2026-03-05T15:30", "Vrouwencentrum Zahra (voorbeeld) gaat op maandag 9 maart om 09:30 uur open."),
    ],
)
def test_open_until_and_opens_when_are_said_in_words(talk, moment, text):
    talk.clock.moment = datetime.fromisoformat(moment).replace(tzinfo=HOME)
    assert text in talk.say("is er iets voor vrouwen in Oost").text


def test_the_card_is_of_the_day_on_which_it_opens(talk):
    talk.clock.moment = datetime(2026, 3, 5, 15, 30, tzinfo=HOME)
    cards = talk.say("is er iets voor vrouwen in Oost").cards
    assert "place/nl/vrouwencentrum-zahra-voorbeeld-1236cd-20260309.png" in cards


def test_for_whom_and_evenings_are_said_and_a_wish_is_remembered_over_the_question_where(talk):
    talk.say("waar kan ik heen, alleen vrouwen")
    said = talk.say(near="Noord")
    assert "Vrouwencentrum Zahra" in said.messages[0].text and "Alleen voor vrouwen." in said.messages[0].text
    assert "Soms ook ’s avonds open." in said.messages[0].text
    assert "Vadercentrum" not in said.text and talk.slots["looking_for"] is None


def test_people_who_visit_at_home_are_reached_by_phone(talk):
    talk.say("kan er iemand bij mij thuis komen helpen met de post")
    said = talk.say(near="Noord")
    assert "Zij komen bij u thuis. Bel eerst: 000-0000011." in said.text


def test_the_language_is_named_when_it_is_the_residents_own_and_not_dutch(speaker, town):
    assert "Somebody there speaks English." in Talk(speaker, town, "en").say(near="Oost").text
    assert "spreekt" not in Talk(speaker, town, "nl").say(near="Oost").text


def test_places_for_another_topic_are_not_named_and_the_place_for_this_one_comes_first(talk):
    talk.slots["topic"] = "cannot_buy_food"
    said = talk.say(near="Noord")
    assert "Voedselbank" in said.messages[0].text and "Formulierenbrigade" not in said.messages[0].text
    talk.slots["topic"] = "digid"
    assert "Voedselbank" not in talk.say(near="Havenwijk").text


def test_what_never_closes_is_simply_open(speaker, tmp_path, content):
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    always = re.sub(r'"Mo-Fr 09:00-12:30[^"]*"', "24/7", lines[2])
    (tmp_path / "places.csv").write_text(f"{lines[0]}\n{always}\n", encoding="utf-8")
    import_places(tmp_path / "places.csv", tmp_path / "p.db", vocabulary(content), TUESDAY, timedelta(days=3650))
    assert Talk(speaker, Directory(tmp_path / "p.db")).say(near="Noord").names == ["place_open_long"]


def test_who_writes_for_the_first_time_gets_the_introduction_and_two_places(talk):
    talk.slots["met"] = False
    said = talk.say("/received_place", "received_place", **HERE)
    assert said.names == ["welcome", "place_open", "place_open"] and len(said.messages) == 3


# ------------------------------------------------------------------------------------------------ no answer


def test_far_from_everything_there_is_the_municipality_and_a_person(talk):
    said = talk.say("/received_place", "received_place", lat=50.85, lon=5.69)
    assert said.names == ["places_none"] and "gemeente" in said.text
    assert talk.slots["awaiting"] == "offer", "a yes asks for a person"
    assert said.messages[-1].choices[0].payload == "/talk_to_person"


def test_words_that_are_no_place_are_asked_once_more_and_then_a_person_is_offered(talk):
    talk.say("waar kan ik heen")
    said = talk.say("bij mijn tante", "lost")
    assert said.names == ["place_unknown"] and [c.title for c in said.messages[-1].choices] == NEIGHBOURHOODS
    assert talk.slots["awaiting"] == "place"
    assert talk.say("gewoon thuis", "lost").names == ["places_none"] and talk.slots["awaiting"] == "offer"


def test_no_is_a_good_answer_too(talk):
    talk.say("waar kan ik heen")
    assert talk.say("nee dat zeg ik niet", "deny").names == ["deny_nothing"] and talk.slots["awaiting"] == "nothing"


def test_a_story_in_answer_to_the_question_is_treated_as_a_story(talk):
    talk.say("waar kan ik heen")
    assert talk.say("ik heb een brief van de bank gekregen vandaag", "unsure").names == ["unsure"]
    assert talk.slots["awaiting"] == "nothing"


@pytest.mark.parametrize("topic", ["unsafe_at_home", "crisis_suicide"])
def test_in_danger_nobody_is_asked_where_they_are(talk, topic):
    talk.slots["topic"] = topic
    assert talk.say("waar kan ik heen").names == ["topic/where"]
    assert talk.say("/received_place", "received_place", **HERE).names == ["topic/where"]


def test_a_question_about_a_person_that_is_open_stays_open(talk):
    talk.slots.update(topic="cannot_pay_rent", awaiting="wish")
    said = talk.say("waar kan ik heen")
    assert said.names == ["topic/where", "resume_wish"] and talk.slots["awaiting"] == "wish"


# ------------------------------------------------------------------------------------------------ without a directory


@pytest.mark.parametrize("topic", ["cannot_pay_rent", None])
def test_without_a_directory_everything_is_as_before(speaker, topic):
    talk = Talk(speaker, Directory(None))
    talk.slots["topic"] = topic
    assert talk.say("waar kan ik heen").names == ["topic/where" if topic else "where_general"]
    assert talk.slots["awaiting"] == "nothing"
    assert talk.say("/received_place", "received_place", **HERE).names == ["received_place"]


# ------------------------------------------------------------------------------------------------ at the door

OFFERED = [Choice(**near_button(name)) for name in NEIGHBOURHOODS]
AFTERWARDS = [Choice("Met een mens praten", "/talk_to_person"), Choice("Andere wijk", OFFERED[0].payload)]


def test_a_shared_location_travels_in_the_payload_no_more_exact_than_a_hundred_metres():
    assert shared(Place(52.370216, 4.895168)) == '/received_place{"lat": 52.37, "lon": 4.895}'


@pytest.mark.parametrize(
    "typed, near",
    [("1234", "1234"), ("1234 ab", "1234"), ("١٢٣٤", "1234"), ("noort", "Noord"), ("haven wijk", "Havenwijk")],
)
def test_what_is_typed_when_neighbourhoods_are_offered_becomes_a_pressed_button(typed, near):
    assert place_meant(typed, OFFERED) == f'/find_help_nearby{{"near": "{near}"}}'


@pytest.mark.parametrize("typed", ["ik heb 1234 euro schuld", "ja", "moord", "waarom", "12345", "wie bent u"])
def test_what_is_no_place_goes_on_to_be_understood(typed):
    assert place_meant(typed, OFFERED) is None


def test_digits_are_a_postcode_only_where_a_place_was_asked_for():
    assert place_meant("1234", [Choice("Ja", "/affirm")]) is None and place_meant("1234", []) is None
    assert place_meant("1236", AFTERWARDS) == '/find_help_nearby{"near": "1236"}'


def test_a_shared_location_survives_the_inbox():
    incoming = Incoming("demo", "1", ["a"], place=Place(52.37, 4.9))
    assert shared(Incoming.from_json(incoming.to_json()).place) == '/received_place{"lat": 52.37, "lon": 4.9}'


def test_the_stored_conversation_knows_what_was_meant_and_not_where_or_in_which_words():
    event = UserUttered(
        '/received_place{"lat": 52.37}',
        intent={"name": "received_place", "confidence": 1.0},
        entities=[{"entity": "lat", "value": 52.37}],
        parse_data={"intent": {"name": "received_place"}, "language": {"code": "nl"}, "text": "52.37"},
    )
    stored = without_words(event.as_dict())
    assert "52.37" not in json.dumps(stored)
    again = UserUttered.from_parameters(stored)
    assert again.intent_name == "received_place" and again.parse_data["language"] == {"code": "nl"}
    remembered = SlotSet("topic", "x").as_dict()
    assert without_words(remembered) == remembered


# ------------------------------------------------------------------------------------------------ the card

ZAHRA = "vrouwencentrum-zahra-voorbeeld-1236cd"


def test_the_card_shows_kind_name_street_times_of_the_day_and_what_to_bring(content, town):
    from bot.directory.hours import times_on

    zahra = town.place(ZAHRA)
    card = Album(content).place("nl", zahra, date(2026, 3, 3), times_on(zahra.hours, date(2026, 3, 3)))
    assert (card.name, card.street, card.day) == ("Vrouwencentrum Zahra (voorbeeld)", "Lindelaan 20", "Dinsdag 3 maart")
    assert card.times == ("09:30-15:00", "19:00-21:30")
    assert card.kind == tuple(content.pictograms["womens_centre"]) and card.marks == (("1F469",),)
    assert [thing.caption for thing in card.bring] == ["De brieven"]


@pytest.fixture
def reader(content, database, town, tmp_path: Path):
    """The pictures, as a channel gets them."""
    return pictures_reader(
        content, database, tmp_path / "pictures", tmp_path / "photos", lambda: date(2026, 3, 3), directory=town
    )


@pytest.mark.parametrize("language", ["nl", "ar"])
async def test_the_card_of_a_place_is_a_small_png(reader, language):
    png = await reader(place_path(language, ZAHRA, date(2026, 3, 3)))
    assert png.startswith(b"\x89PNG") and len(png) < 100_000
    assert png != await reader(place_path(language, ZAHRA, date(2026, 3, 4))), "another day, other times"


@pytest.mark.parametrize(
    "path",
    [
        f"place/xx/{ZAHRA}-20260303.png",
        "place/nl/nobody-20260303.png",
        f"place/nl/{ZAHRA}-20260230.png",
        f"place/nl/{ZAHRA}-20991231.png",
        f"place/nl/{ZAHRA}-19990101.png",
        f"place/nl/../{ZAHRA}-20260303.png",
    ],
)
async def test_only_places_and_days_that_somebody_was_told_have_a_card(reader, path):
    with pytest.raises(NoSuchPicture):
        await reader(path)


def test_generator_and_speaker_agree_on_what_a_place_says(speaker):
    reply = speaker.say("place_open", "nl", [], place="Bieb", time="17:00", more="Adres: A 1.")
    message = {"text": "\n\n".join(reply.messages), "image": "place/nl/x-20260303.png", "buttons": [], "language": "nl"}
    assert from_rasa_message(message).messages == ["Bieb is nu open, tot 17:00 uur. Adres: A 1."]
