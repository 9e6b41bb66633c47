"""Presses buttons of one action: the real action, reply generator and content, without the trained model."""

import json
from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.replies.generator import ReplyGenerator, from_rasa_message
from bot.replies.speaker import Reply, Speaker


class Pressing:
    """One resident in front of one action. `slots` are as they were before; `events` what the last press changed."""

    def __init__(self, action: Action, speaker: Speaker, resident: str = "amina", **slots: Any) -> None:
        self.action, self.speaker, self.resident = action, speaker, resident
        self.slots = {"met": True, "told_unreviewed": True, "language": "nl", "awaiting": "nothing", **slots}
        self.events: List[Dict[str, Any]] = []

    async def press(self, pressed: str, **understood: Any) -> List[Reply]:
        """What is said to this payload, such as `/intent{"key": "value"}`. `understood`: more of Rasa's parse."""
        intent, _, values = pressed[1:].partition("{")
        entities = json.loads("{" + values) if values else {}
        message = {
            "text": pressed,
            "intent": {"name": intent},
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
            **understood,
        }
        tracker = Tracker(self.resident, dict(self.slots), message, [], False, None, {}, None)
        dispatcher = CollectingDispatcher()
        self.events = self.action.run(dispatcher, tracker, {})
        generator = ReplyGenerator(speaker=self.speaker)
        said = []
        for message in dispatcher.messages:
            how = {key: value for key, value in message.items() if value not in (None, [], {})}
            made = await generator.generate(how.pop("response"), tracker, "demo", **{**how, **how.pop("custom", {})})
            said.append(from_rasa_message(made))
        return said

    def remembered(self) -> Dict[str, Any]:
        """The slots that the last press set."""
        return {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}
