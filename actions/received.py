"""Things that are not text: a photo, a voice message, a place, a file, or nothing at all."""

from typing import Any, Dict

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import ContentAction, Events


class Received(ContentAction):
    """A kind "not yet", and what can be done instead."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_received"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Say what became of it."""
        turn = self.turn(dispatcher, tracker)
        turn.introduce()
        turn.say(turn.intent)
        turn.ask_language_when_unknown()
        return turn.end()
