"""Where to go: places to walk in, near where the resident says they are, open now or next."""

import json
from datetime import datetime
from typing import Any, Callable, Dict, List, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import FOLLOW_UPS, FollowUp, offer_likeliest
from actions.turn import OPEN_QUESTIONS, Events, Turn
from bot.directory.search import MOST, Found, Wanted, search
from bot.directory.store import Directory
from bot.directory.where import MOST_WORDS, Near, Town
from bot.replies.cards import place_path
from bot.replies.listening import heard
from bot.replies.place_words import in_words
from bot.replies.speaker import Speaker

MOST_NEIGHBOURHOODS = 8  # buttons; others may be typed
ELSEWHERE = "elsewhere"  # the button that asks anew
SHARED = "received_place"
WISHES = ("for_women", "for_men", "evening", "at_home")  # word lists of each language


class FindPlaces(FollowUp):
    """Asks where the resident is, and names at most three places. Without a directory the topic's own words do."""

    def __init__(self, speaker: Speaker, directory: Directory, clock: Callable[[], datetime]) -> None:
        super().__init__(speaker.content)
        self._speaker, self._directory, self._clock = speaker, directory, clock

    def name(self) -> str:
        """As in domain.yml."""
        return "action_find_places"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Show places when it is known where; else ask, once more at most."""
        turn = self.turn(dispatcher, tracker)
        town = Town(self._directory.places())
        near = self._near(turn, town)
        interrupts = turn.awaiting in OPEN_QUESTIONS and near is None
        if not town.places or _in_danger(turn) or (interrupts and turn.intent in FOLLOW_UPS):
            return self._without_places(turn, dispatcher, tracker, domain)
        turn.introduce()
        if near is not None:
            self._show(turn, town, near)
        elif turn.intent in FOLLOW_UPS:
            self._ask(turn)
        else:
            self._no_answer(turn)
        turn.ask_language_when_unknown()
        return turn.end()

    def _without_places(
        self, turn: Turn, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Events:
        """Where to go about the topic, in its own words. In danger nobody is asked where they are."""
        if turn.intent in FOLLOW_UPS:
            return super().run(dispatcher, tracker, domain)
        turn.introduce()
        if _in_danger(turn) and turn.topic is not None:
            turn.say_topic(turn.topic, "where")
        else:
            turn.say(SHARED if turn.intent == SHARED else "lost")
        turn.ask_language_when_unknown()
        return turn.end()

    def _near(self, turn: Turn, town: Town) -> Optional[Near]:
        """Where the resident is, from this message; else the neighbourhood that they chose before."""
        lat, lon, said = turn.entity("lat"), turn.entity("lon"), turn.entity("near")
        if lat is not None and lon is not None:
            return town.at(float(lat), float(lon))
        if said == ELSEWHERE:
            return None
        if said:
            return town.understand(said)
        typed = "" if turn.text.startswith("/") else turn.text
        near = town.understand(typed, self._directory.matching(typed)) if turn.awaiting == "place" else None
        near = near or town.mentioned(typed)
        known = turn.tracker.get_slot("neighbourhood")
        if near is None and turn.intent in FOLLOW_UPS and known in self._directory.neighbourhoods():
            return town.around_neighbourhood(known)
        return near

    def _show(self, turn: Turn, town: Town, near: Near) -> None:
        """One short message and one card for each place. What follows from where somebody is, is not remembered."""
        most = MOST - turn.first_contact - (turn.language is None)
        found = search(town, near, self._wanted(turn), self._clock(), max(1, most))
        resumes = turn.awaiting in OPEN_QUESTIONS
        if not found:
            turn.say("places_none")
        for one in found:
            self._say(turn, one, is_last=one is found[-1])
        if resumes:
            turn.resume()
        else:
            turn.remember(awaiting="nothing" if found else "offer", looking_for=None)
        if near.neighbourhood:
            turn.remember(neighbourhood=near.neighbourhood)
        else:  # "the same again" then asks again
            turn.remember(last_said=[self._question()])

    def _say(self, turn: Turn, found: Found, is_last: bool) -> None:
        words = self._speaker.language(turn.language)
        reply, values = in_words(self._speaker, words, found.place, found.opening, self._clock())
        buttons = [self._speaker.button(name, words) for name in ("talk_to_person", "elsewhere")] if is_last else []
        picture = place_path(words.code, found.place.id, found.opening.day)
        turn.say(reply, values=values, picture=picture, choices=[vars(button) for button in buttons])

    def _ask(self, turn: Turn) -> None:
        """Give something first (practice P10): where one can go about this topic; then ask where."""
        if turn.entity("near") == ELSEWHERE:
            turn.remember(neighbourhood=None)
        elif turn.topic is None:
            turn.say(FOLLOW_UPS["find_help_nearby"][1])
        else:
            turn.say_topic(turn.topic, FOLLOW_UPS["find_help_nearby"][0])
        question = self._question()
        turn.say(question.pop("response"), **question)
        turn.remember(awaiting="place", resumed=False, lost_count=0, looking_for=self._wishes(turn) or None)

    def _no_answer(self, turn: Turn) -> None:
        """Not a place, or not one that is known here: ask once more, then offer a person."""
        if turn.intent == "deny":
            turn.say("deny_nothing")
            turn.remember(awaiting="nothing")
        elif turn.intent == "out_of_scope":
            turn.say("out_of_scope")
        elif turn.intent == "unsure" and len(turn.text.split()) > MOST_WORDS:
            offer_likeliest(turn, self._speaker)
            turn.remember(awaiting="nothing")
        elif not turn.tracker.get_slot("lost_count"):
            turn.say("place_unknown", choices=self._neighbourhoods())
            turn.remember(lost_count=1)
        else:
            turn.say("places_none")
            turn.remember(lost_count=0, awaiting="offer")

    def _question(self) -> Dict[str, Any]:
        return {"response": "ask_place", "choices": self._neighbourhoods()}

    def _neighbourhoods(self) -> List[Dict[str, str]]:
        """A button for each neighbourhood; of many, those with most places. By name, as people look for them."""
        names = sorted(self._directory.neighbourhoods()[:MOST_NEIGHBOURHOODS])
        return [near_button(name) for name in names]

    def _wishes(self, turn: Turn) -> List[str]:
        """What a place should be: said now, or before the question where."""
        typed = "" if turn.text.startswith("/") else turn.text
        said = heard(typed, self._speaker.language(turn.language), WISHES)
        return list(dict.fromkeys([*(turn.tracker.get_slot("looking_for") or []), *said]))

    def _wanted(self, turn: Turn) -> Wanted:
        wishes, topic = self._wishes(turn), turn.topic
        whom = [wish.partition("_")[2] for wish in wishes if wish.startswith("for_")]
        return Wanted(
            topic=topic.name if topic else None,
            group=topic.group if topic else None,
            language=self._speaker.language(turn.language).code,
            for_whom=whom[0] if len(whom) == 1 else "all",
            evening="evening" in wishes,
            home_visits="at_home" in wishes,
        )


def near_button(neighbourhood: str) -> Dict[str, str]:
    """A button that means: near here."""
    near = json.dumps({"near": neighbourhood}, ensure_ascii=False)
    return {"title": neighbourhood, "payload": f"/find_help_nearby{near}"}


def _in_danger(turn: Turn) -> bool:
    """Somebody who is unsafe, or does not want to live, needs a phone line and not a walk-in hour."""
    return turn.topic is not None and turn.topic.risk == "now" and turn.topic.group == "trust"
