"""A new session: after half a day an open question is no longer open. Language and topic stay."""

from typing import Any, Dict

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Events

KEPT = ("language", "topic", "neighbourhood", "met", "told_unreviewed", "last_said")


class SessionStart(Action):
    """Rasa's session start, keeping what matters."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_session_start"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Start anew with the lasting slots."""
        kept = [SlotSet(name, tracker.get_slot(name)) for name in KEPT if tracker.get_slot(name) is not None]
        return [SessionStarted(), *kept, ActionExecuted("action_listen")]
