"""The household check: question after question, from the buttons alone. The answers are in no slot and no record."""

from typing import Any, Dict

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import OPEN_QUESTIONS, ContentAction, Events
from bot.household.answers import fitting, next_question, read, write
from bot.replies.content import Content
from bot.replies.household import START
from bot.replies.speaker import Speaker

TOPIC = "entitlement_check"  # where the check is offered, and what we talk about from then on


class HouseholdCheck(ContentAction):
    """Begins the check, asks the next question, or says what this household may ask about."""

    def __init__(self, content: Content, speaker: Speaker) -> None:
        super().__init__(content)
        self._speaker = speaker

    def name(self) -> str:
        """As in domain.yml."""
        return "action_household"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Take all answers from the pressed button; in a language without the check the topic is answered as always."""
        turn = self.turn(dispatcher, tracker)
        turn.introduce()
        topic, household = self.content.topics[TOPIC], self.content.household
        if self._speaker.language(turn.language).household is None:
            turn.say_topic(topic, "first")
            turn.resume()
            return turn.end()
        answers = read(household, turn.entity("answers"))
        asking = next_question(household, answers) is not None
        if turn.intent == START:
            dispatcher.utter_message(response="household/intro", language=turn.language)
        dispatcher.utter_message(
            response="household/question" if asking else "household/outcome",
            answers=write(household, answers),
            language=turn.language,
        )
        # "Repeat" begins with the topic again: to repeat the question itself, the answers would have to be kept.
        turn.remember(topic=topic.name, last_said=[{"response": "topic/first", "topic": topic.name}])
        if turn.awaiting not in OPEN_QUESTIONS:
            turn.remember(awaiting="household" if asking else "nothing" if fitting(household, answers) else "offer")
        elif not asking:
            turn.resume()
        return turn.end()
