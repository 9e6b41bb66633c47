"""Answers: a topic, what follows on it, and the plain replies of the conversation."""

from typing import Any, Callable, Dict, List, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import ContentAction, Events, Turn
from bot.replies.content import Content
from bot.replies.speaker import NOT_WRITTEN, Speaker

MOST_IN_A_LIST = 10  # entries of a WhatsApp list

FOLLOW_UPS = {  # intent: part of the topic's answer, reply when there is no topic
    "say_it_simpler": ("easier", "simpler_nothing"),
    "tell_me_more": ("more", "which_topic"),
    "what_to_bring": ("bring", "which_topic"),
    "find_help_nearby": ("where", "where_general"),
}
REPLIES = {"affirm": "affirm_nothing", "deny": "deny_nothing"}  # where the reply is not named as the intent


class AnswerTopic(ContentAction):
    """The one mechanism for all topics: a new topic needs no code. `in_danger` hears of who asks about danger."""

    def __init__(self, content: Content, in_danger: Optional[Callable[[str], None]] = None) -> None:
        super().__init__(content)
        self._in_danger = in_danger

    def name(self) -> str:
        """As in domain.yml."""
        return "action_answer_topic"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Answer the topic. Danger comes before everything else, the introduction included."""
        turn = self.turn(dispatcher, tracker)
        topic = self.content.topics.get(turn.intent)
        if topic is None:
            return self._not_here(turn)
        urgent = topic.risk == "now"
        if not urgent:
            turn.introduce()
        turn.say_topic(topic, "first", next(iter(likeliest(turn)), None) if urgent else None)
        if urgent:
            turn.introduce()
            turn.remember(awaiting="offer")
            if self._in_danger is not None:
                self._in_danger(tracker.sender_id)
        elif topic.name == "delete_my_data":
            turn.remember(awaiting="delete")
        elif turn.awaiting not in ("wish", "consent"):
            turn.remember(awaiting="offer" if topic.risk == "soon" or not turn.has_words(topic) else "nothing")
        else:
            turn.resume()
        turn.ask_language_when_unknown()
        return turn.end()

    @staticmethod
    def _not_here(turn: Turn) -> Events:
        """Understood, but the topic is a draft: a person is offered."""
        turn.introduce()
        turn.say(NOT_WRITTEN)
        turn.remember(awaiting="offer")
        turn.ask_language_when_unknown()
        return turn.end()


class FollowUp(ContentAction):
    """Easier, more, what to bring, where to go: for the topic at hand."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_follow_up"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Answer for the topic at hand, or ask which one."""
        turn = self.turn(dispatcher, tracker)
        turn.introduce()
        part, otherwise = FOLLOW_UPS[turn.intent]
        if turn.topic is None:
            turn.say(otherwise)
        else:
            turn.say_topic(turn.topic, part)
        turn.resume()
        return turn.end()


class Say(ContentAction):
    """Replies that need no thought: greetings, thanks, who am I, out of scope."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_say"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Say the reply that is named as the intent."""
        turn = self.turn(dispatcher, tracker)
        turn.introduce()
        turn.say(REPLIES.get(turn.intent, turn.intent))
        turn.ask_language_when_unknown()
        turn.resume()
        return turn.end()


class Repeat(ContentAction):
    """The same again."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_repeat"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Say what was said last, in the language that is spoken now."""
        turn = self.turn(dispatcher, tracker)
        turn.introduce()
        said = tracker.get_slot("last_said")
        turn.say_again(said) if said else turn.say("repeat_nothing")
        return turn.end()


class Menu(ContentAction):
    """All groups of topics, and the topics of a group."""

    def __init__(self, content: Content, speaker: Speaker) -> None:
        super().__init__(content)
        self._speaker = speaker

    def name(self) -> str:
        """As in domain.yml."""
        return "action_menu"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Show the groups; or a group, ten entries at a time."""
        turn = self.turn(dispatcher, tracker)
        turn.introduce()
        group = turn.entity("group")
        if group in self.content.groups():
            page = max(1, int(turn.entity("page") or 1))
            turn.say("menu_group", choices=self._topics(turn, group, page))
        else:
            turn.say("menu", choices=self._groups(turn))
        return turn.end()

    def _groups(self, turn: Turn) -> List[Dict[str, str]]:
        words = self._speaker.language(turn.language)
        entries = [
            {"title": words.groups[group], "payload": f'/show_group{{"group": "{group}"}}'}
            for group in words.groups
            if any(self._speaker.can_offer(topic.name, words) for topic in self.content.groups().get(group, []))
        ]
        return [*entries[: MOST_IN_A_LIST - 1], vars(self._speaker.button("talk_to_person", words))]

    def _topics(self, turn: Turn, group: str, page: int) -> List[Dict[str, str]]:
        words = self._speaker.language(turn.language)
        topics = [topic for topic in self.content.groups()[group] if self._speaker.can_offer(topic.name, words)]
        fits = len(topics) <= MOST_IN_A_LIST
        size = MOST_IN_A_LIST if fits else MOST_IN_A_LIST - 1
        shown = topics[(page - 1) * size : page * size]
        entries = [vars(self._speaker.button(topic.name, words)) for topic in shown]
        if page * size < len(topics):
            payload = f'/show_group{{"group": "{group}", "page": "{page + 1}"}}'
            entries.append({"title": words.choices["more_topics"], "payload": payload})
        return entries


class Unsure(ContentAction):
    """Not sure: offer the likeliest topics."""

    def __init__(self, content: Content, speaker: Speaker) -> None:
        super().__init__(content)
        self._speaker = speaker

    def name(self) -> str:
        """As in domain.yml."""
        return "action_unsure"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Offer what it may be, and always a way out."""
        turn = self.turn(dispatcher, tracker)
        turn.introduce()
        offer_likeliest(turn, self._speaker)
        turn.ask_language_when_unknown()
        return turn.end()


def offer_likeliest(turn: Turn, speaker: Speaker) -> None:
    """The likeliest intents as buttons, with "none of these" as the last."""
    words = speaker.language(turn.language)
    offered = [name for name in likeliest(turn) if speaker.can_offer(name, words)]
    buttons = [speaker.button(name, words) for name in [*offered, "none_of_these"]]
    turn.say("unsure", choices=[vars(button) for button in buttons])


def likeliest(turn: Turn) -> List[str]:
    """What may have been meant, as far as that is not clear. Danger is answered first even where it is less likely."""
    return (turn.tracker.latest_message.get("understanding") or {}).get("choices") or []
