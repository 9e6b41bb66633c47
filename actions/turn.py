"""One turn, as an action sees it: who says what in which language, and what is remembered."""

from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.unreviewed import told
from bot.replies.content import FALLBACK, Content, Topic

OPEN_QUESTIONS = {"wish": "resume_wish", "consent": "resume_consent"}

Events = List[Dict[str, Any]]  # what an action changes in the conversation, as Rasa writes it


class Turn:
    """Collects replies and what changes. Every action ends with `return turn.end()`."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, content: Content) -> None:
        self.tracker, self.content = tracker, content
        self._dispatcher = dispatcher
        self._slots: Dict[str, Any] = {}
        self._said: List[Dict[str, Any]] = []
        self.language = self._language()
        self.text: str = tracker.latest_message.get("text") or ""
        self.intent: str = (tracker.latest_message.get("intent") or {}).get("name") or ""
        self.first_contact = not tracker.get_slot("met")

    def _language(self) -> Optional[str]:
        """What the message is written in; when that is unsure, what this resident wrote before."""
        code = (self.tracker.latest_message.get("language") or {}).get("code")
        return code if code in self.content.languages else self.tracker.get_slot("language")

    @property
    def topic(self) -> Optional[Topic]:
        """The topic at hand."""
        return self.content.topics.get(self.tracker.get_slot("topic") or "")

    @property
    def awaiting(self) -> str:
        """The question that was open when this message came."""
        return self.tracker.get_slot("awaiting") or "nothing"

    def has_words(self, topic: Topic) -> bool:
        """Whether somebody has written this topic in the language of this turn."""
        words = self.content.languages.get(self.language or FALLBACK)
        return words is not None and topic.name in words.topics

    def entity(self, name: str) -> Optional[str]:
        """A value that a pressed button carries."""
        return next(self.tracker.get_latest_entity_values(name), None)

    def say(self, reply: str, **how: Any) -> None:
        """Say a reply of the conversation. `values`: for its placeholders; `choices`, `picture`: instead of its own."""
        self._say({"response": reply, **how})

    def say_topic(self, topic: Topic, part: str, also: Optional[str] = None) -> None:
        """Say a part of a topic's answer, and remember that this is what we talk about. `also`: one more button."""
        self.remember(topic=topic.name)
        self._say({"response": f"topic/{part}", "topic": topic.name, **({"also": also} if also else {})})

    def _say(self, reply: Dict[str, Any]) -> None:
        self._said.append(reply)
        self._dispatcher.utter_message(**reply, language=self.language)

    def say_again(self, replies: List[Dict[str, Any]]) -> None:
        """Say what was said before."""
        for reply in replies:
            self._say(reply)

    def introduce(self) -> None:
        """At first contact: a computer, what it does, free. Law (AI Act article 50) and decency ask for it."""
        if self.first_contact:
            self._dispatcher.utter_message(response="welcome", language=self.language)
            self.remember(met=True)

    def ask_language_when_unknown(self) -> None:
        """Somebody whose language is not clear chooses one, by its own name."""
        if self.language is None:
            self._dispatcher.utter_message(response="ask_language", choices=language_choices(self.content))

    def remember(self, **slots: Any) -> None:
        """Set slots at the end of this turn."""
        self._slots.update(slots)

    def resume(self) -> None:
        """After an answer in between: come back once to the question that was open, then let it go."""
        question = OPEN_QUESTIONS.get(self.awaiting)
        if question is None or "awaiting" in self._slots:
            return
        if self.tracker.get_slot("resumed"):
            self.remember(awaiting="nothing", resumed=False)
            return
        values = {"name": self.tracker.get_slot("proposed") or ""}
        self._dispatcher.utter_message(response=question, language=self.language, values=values)
        self.remember(resumed=True)

    def _tell_unreviewed(self) -> None:
        """Once, in a turn with room for it: that nobody who speaks this language has read these words yet."""
        if self.tracker.get_slot("told_unreviewed") or self._slots.get("forget"):
            return
        with_note = told(self._dispatcher.messages, self.content, self.language)
        if with_note is not None:
            self._dispatcher.messages = with_note
            self.remember(told_unreviewed=True)

    def end(self) -> Events:
        """The events of this turn."""
        self._tell_unreviewed()
        if self._said:
            self._slots.setdefault("last_said", self._said)
        if self.language:
            self._slots.setdefault("language", self.language)
        if self.intent not in ("unsure", "lost"):
            self._slots.setdefault("lost_count", 0)
        # One action a turn. Said here, because a rule with a condition does not see its own end once a slot changed.
        return [*(SlotSet(name, value) for name, value in self._slots.items()), FollowupAction("action_listen")]


def language_choices(content: Content) -> List[Dict[str, str]]:
    """A button for every language, in its own words."""
    return [
        {"title": words.name, "payload": f'/choose_language{{"language": "{code}"}}'}
        for code, words in content.languages.items()
    ]


class ContentAction(Action):
    """An action that needs nothing but the content."""

    def __init__(self, content: Content) -> None:
        self.content = content

    def turn(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Turn:
        """The turn at hand."""
        return Turn(dispatcher, tracker, self.content)
