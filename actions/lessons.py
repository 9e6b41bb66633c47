"""Small lessons: begin by a tap, go on, and stop at any time, by a tap or by saying so."""

from typing import Any, Dict, Optional, Tuple

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.handover import Cancel
from actions.handover_desk import HandoverDesk
from actions.turn import ContentAction, Events
from bot.lessons.service import Lessons
from bot.replies.content import Content
from bot.replies.lessons import GO_ON, START
from bot.replies.speaker import Speaker

INSTEAD = {"intro": "which_topic", "going_on": "affirm_nothing", "stopped": "cancelled", "none": "nothing_to_cancel"}


class SmallLessons(ContentAction):
    """Answers the three buttons. The tap on the first is the resident's yes: it says what it does."""

    def __init__(self, content: Content, speaker: Speaker, lessons: Lessons) -> None:
        super().__init__(content)
        self._speaker, self._lessons = speaker, lessons

    def name(self) -> str:
        """As in domain.yml."""
        return "action_lessons"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Do it, then say it; in a language without lessons say it in words that every language has."""
        turn = self.turn(dispatcher, tracker)
        turn.introduce()
        words = self._speaker.language(turn.language)
        part, number = self._do(turn.intent, tracker.sender_id, words.code if words.lessons else None)
        if words.lessons is None:
            turn.say(INSTEAD[part])
            return turn.end()
        said: Events = [{"response": f"lessons/{part}"}]
        if number:
            said.append({"response": "lessons/lesson", "number": number})
        for reply in said:
            dispatcher.utter_message(**reply, language=turn.language)
        turn.remember(last_said=said[-1:])
        turn.resume()
        return turn.end()

    def _do(self, intent: str, resident_id: str, language: Optional[str]) -> Tuple[str, int]:
        """What to say now, and which lesson to give with it (0: none)."""
        if intent == START:
            return "intro", self._lessons.start(resident_id, language) if language else 0
        if intent == GO_ON:
            return "going_on" if self._lessons.go_on(resident_id) else "none", 0
        self._lessons.stop(resident_id)
        return "stopped", 0


class CancelAll(Cancel):
    """Stop, in the resident's own words. Right after a lesson that means the lessons; else all that is going on."""

    def __init__(self, content: Content, desk: HandoverDesk, speaker: Speaker, lessons: Lessons) -> None:
        super().__init__(content, desk)
        self._speaker, self._lessons = speaker, lessons

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Lessons always stop: too few are better than one that is not wanted."""
        turn = self.turn(dispatcher, tracker)
        meant = self._lessons.came_last(tracker.sender_id)
        if not self._lessons.stop(tracker.sender_id):
            return super().run(dispatcher, tracker, domain)
        events: Events = []
        if not meant and (turn.awaiting != "nothing" or self.current(turn) is not None):
            events = super().run(dispatcher, tracker, domain)
        if self._speaker.language(turn.language).lessons is None:
            turn.say(INSTEAD["stopped"])
        else:
            dispatcher.utter_message(response="lessons/stopped", language=turn.language)
        return events or turn.end()
