"""Forget me: everything about this resident is deleted after this turn."""

from typing import Any, Dict

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import ContentAction, Events
from bot.handover.service import Handovers
from bot.replies.content import Content


class Delete(ContentAction):
    """Ends an open handover, says so, and asks the gate to delete."""

    def __init__(self, content: Content, handovers: Handovers) -> None:
        super().__init__(content)
        self._handovers = handovers

    def name(self) -> str:
        """As in domain.yml."""
        return "action_delete"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Withdraw first: the key person must know that nobody is waiting any more."""
        turn = self.turn(dispatcher, tracker)
        self._handovers.withdraw(tracker.sender_id)
        turn.say("deleted")
        turn.remember(forget=True)
        return turn.end()
