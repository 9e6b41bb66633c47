"""While a person helps: may they see the number that was hidden from them?"""

from typing import Any, Dict

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.handover_desk import HandoverAction
from actions.turn import Events
from bot.handover.service import NotPossible


class HiddenNumber(HandoverAction):
    """Yes or no to showing a BSN or bank account number that the resident wrote."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_hidden_number"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Pass the words on as they were written, or forget them."""
        turn = self.turn(dispatcher, tracker)
        shows = turn.intent == "show_number"
        act = self.desk.handovers.show_numbers if shows else self.desk.handovers.keep_hidden
        try:
            handover = act(tracker.sender_id)
        except NotPossible:  # an old button: it was answered, or kept for a day, or somebody else helps by now
            turn.say("too_late")
            return turn.end()
        turn.say("number_shown" if shows else "number_stays_hidden", values=self.desk.values(turn, handover))
        return turn.end()
