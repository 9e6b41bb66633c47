"""Pass it on: the answer as one picture for somebody else. Nothing on it comes from this conversation but the topic."""

from typing import Any, Dict, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import ContentAction, Events, Turn
from bot.replies.content import Topic


class PassOn(ContentAction):
    """Gives the picture of the topic under whose answer the button stood, also when we talk of another by now."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_pass_on"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Give the picture; ask which topic when there is none, or none that may be passed on."""
        turn = self.turn(dispatcher, tracker)
        turn.introduce()
        topic = self._topic(turn)
        if topic is None or not topic.pass_on:
            turn.say("which_topic")
        else:
            turn.say_topic(topic, "pass_on")
        turn.resume()
        return turn.end()

    def _topic(self, turn: Turn) -> Optional[Topic]:
        return self.content.topics.get(turn.entity("topic") or "") or turn.topic
