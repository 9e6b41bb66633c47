"""Rasa's reply generator: names of replies in, messages in the resident's language out (see `endpoints.yml`)."""

from typing import Any, Dict, Optional

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.replies.content import load_content
from bot.replies.household_words import household_reply
from bot.replies.lesson_words import lesson_reply
from bot.replies.speaker import Button, Reply, Speaker

APART = "\n\n"  # Rasa's own sign between short messages of one reply


class ReplyGenerator(NaturalLanguageGenerator):
    """Says replies by name: `topic/<part>` of a topic, `household/<part>` and `lessons/<part>`, else a reply."""

    def __init__(
        self,
        endpoint_config: Optional[EndpointConfig] = None,
        domain: Optional[Domain] = None,
        speaker: Optional[Speaker] = None,
    ) -> None:
        self._speaker = speaker or Speaker(load_content())

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Optional[Dict[str, Any]]:
        """The reply as Rasa's own kind of message: `text` (short messages apart), `image`, `buttons`, `language`."""
        language = kwargs.pop("language", None)
        if utter_action.startswith("topic/"):
            reply = self._speaker.topic(kwargs["topic"], utter_action.partition("/")[2], language, kwargs.get("also"))
        elif utter_action.startswith("household/"):
            reply = household_reply(self._speaker, utter_action.partition("/")[2], language, kwargs.get("answers", ""))
        elif utter_action.startswith("lessons/"):
            reply = lesson_reply(self._speaker, utter_action.partition("/")[2], language, kwargs.get("number", 0))
        else:
            choices = kwargs.pop("choices", None)
            picture = kwargs.pop("picture", None)
            values = kwargs.pop("values", {})
            buttons = None if choices is None else [Button(**choice) for choice in choices]
            reply = self._speaker.say(utter_action, language, buttons, **values)
            if picture:
                reply = Reply(reply.language, reply.messages, picture, reply.choices)
        return as_rasa_message(reply)


def as_rasa_message(reply: Reply) -> Dict[str, Any]:
    """A reply in the form that any Rasa channel can send."""
    return {
        "text": APART.join(reply.messages),
        "image": reply.picture,
        "buttons": [{"title": button.title, "payload": button.payload} for button in reply.choices],
        "language": reply.language,
    }


def from_rasa_message(message: Dict[str, Any]) -> Reply:
    """The reply that `as_rasa_message` was made of."""
    return Reply(
        language=message.get("language") or "nl",
        messages=[part for part in (message.get("text") or "").split(APART) if part],
        picture=message.get("image"),
        choices=[Button(button["title"], button["payload"]) for button in message.get("buttons") or []],
    )
