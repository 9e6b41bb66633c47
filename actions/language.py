"""Another language: by button, or by its name in any language."""

from typing import Any, Dict

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import ContentAction, Events, language_choices
from bot.replies.content import Content
from bot.replies.languages import LanguageNames


class ChooseLanguage(ContentAction):
    """Switches the language and keeps the topic at hand."""

    def __init__(self, content: Content) -> None:
        super().__init__(content)
        self._names = LanguageNames(content)

    def name(self) -> str:
        """As in domain.yml."""
        return "action_choose_language"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Go on in the language that was asked for; say which ones there are when it is none of ours."""
        turn = self.turn(dispatcher, tracker)
        wanted = turn.entity("language") or self._names.find(turn.text)
        if wanted in self.content.languages:
            turn.language = wanted
            turn.introduce()
            turn.say("language_set")
            if turn.topic is not None:
                turn.say_topic(turn.topic, "first")
        else:
            turn.introduce()
            turn.say("ask_language", choices=language_choices(self.content))
        return turn.end()
