"""Not understood: say so kindly, and offer the menu and a person."""

from typing import Any, Dict

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import ContentAction, Events


class Lost(ContentAction):
    """Once: ask for one short sentence. Twice in a row: a person is the better answer."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_lost"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Say that it is the bot's mistake."""
        turn = self.turn(dispatcher, tracker)
        turn.introduce()
        times = int(tracker.get_slot("lost_count") or 0) + 1
        if times > 1:
            turn.say("frustrated")
        elif turn.language is not None:
            turn.say("lost")
        turn.ask_language_when_unknown()
        turn.remember(lost_count=min(times, 9), awaiting="nothing" if times < 2 else "offer")
        return turn.end()
