"""Residents of a language that nobody has read are told so: once, kindly, and never in the way of help. And what is
said when a topic is not written in a language."""

from dataclasses import replace
from typing import Any, Dict, List, Optional

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import AnswerTopic, FollowUp, Menu, Say, Unsure
from actions.language import ChooseLanguage
from actions.session import KEPT
from actions.turn import Turn
from bot.replies.content import Content
from bot.replies.speaker import Speaker

NOTE = "not_reviewed"


def tracker(intent: str, language: Optional[str] = "nl", choices: Optional[List[str]] = None, **slots: Any) -> Tracker:
    """A turn in which this was understood."""
    message = {
        "text": "", "intent": {"name": intent}, "entities": [], "language": {"code": language},
        "understanding": {"choices": choices or []},
    }  # fmt: skip
    return Tracker("r", {"awaiting": "nothing", **slots}, message, [], False, None, {}, "action_listen")


def said(action: Any, turn: Tracker) -> tuple:
    """The names of the replies of an action, and the slots that it sets."""
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, turn, {})
    slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    return [message["response"] for message in dispatcher.messages], slots, dispatcher.messages


def reviewed(content: Content, code: str) -> Content:
    """The same content, in which somebody has read a language."""
    words = replace(content.languages[code], status={"reviewed_by": "Somebody"})
    return replace(content, languages={**content.languages, code: words})


def without(content: Content, code: str, name: str) -> Content:
    """The same content, in which a topic is not written in a language."""
    words = content.languages[code]
    words = replace(words, topics={topic: texts for topic, texts in words.topics.items() if topic != name})
    return replace(content, languages={**content.languages, code: words})


# ---------------------------------------------------------------- told once


def test_it_comes_right_after_the_welcome_when_there_is_room(content):
    replies, slots, messages = said(Say(content), tracker("greet"))
    assert replies == ["welcome", NOTE, "greet"] and slots["told_unreviewed"] is True
    assert messages[1]["language"] == "nl"
    assert slots["last_said"] == [{"response": "greet"}], "“again” does not begin with it"


def test_a_full_first_turn_has_no_room_and_the_next_one_has(content):
    replies, slots, _ = said(AnswerTopic(content), tracker("bailiff"))
    assert NOTE not in replies and "told_unreviewed" not in slots
    replies, slots, _ = said(FollowUp(content), tracker("say_it_simpler", topic="bailiff", met=True))
    assert replies == [NOTE, "topic/easier"] and slots["told_unreviewed"] is True


def test_it_is_said_once(content):
    replies, _, _ = said(Say(content), tracker("greet", met=True, told_unreviewed=True))
    assert replies == ["greet"]
    assert "told_unreviewed" in KEPT, "not again after half a day"


def test_never_more_than_three_messages_with_it(content):
    speaker = Speaker(content)
    for name, topic in content.topics.items():
        for part in ("easier", "more", "bring"):
            intent = {"easier": "say_it_simpler", "more": "tell_me_more", "bring": "what_to_bring"}[part]
            replies, _, _ = said(FollowUp(content), tracker(intent, topic=name, met=True))
            if NOTE in replies:
                assert topic.risk != "now" and len(speaker.topic(name, part, "nl").messages) <= 2, (name, part)


def test_a_language_that_somebody_has_read_needs_no_note(content):
    replies, _, _ = said(Say(reviewed(content, "nl")), tracker("greet"))
    assert replies == ["welcome", "greet"]
    replies, _, _ = said(Say(reviewed(content, "nl")), tracker("greet", language="en", met=True))
    assert replies == [NOTE, "greet"], "another language may still need it"


def test_it_never_comes_in_danger_before_a_goodbye_or_in_another_language(content):
    assert NOTE not in said(AnswerTopic(content), tracker("crisis_suicide", met=True))[0]
    easier = tracker("say_it_simpler", topic="crisis_suicide", met=True)
    assert NOTE not in said(FollowUp(content), easier)[0]
    assert NOTE not in said(Say(content), tracker("greet", language=None))[0]
    words = replace(content.languages["en"], replies={**content.languages["en"].replies})
    del words.replies[NOTE]
    silent = replace(content, languages={**content.languages, "en": words})
    assert said(Say(silent), tracker("greet", language="en", met=True))[0] == ["greet"]


def test_it_does_not_follow_the_last_words_to_somebody_who_is_forgotten(content):
    turn = Turn(CollectingDispatcher(), tracker("confirm_delete", met=True), content)
    turn.say("deleted")
    turn.remember(forget=True)
    assert "told_unreviewed" not in {event.get("name") for event in turn.end()}


def test_after_a_change_of_language_it_comes_behind_the_first_words_in_it(content):
    action = ChooseLanguage(content)
    turn = tracker("choose_language", met=True)
    turn.latest_message["entities"] = [{"entity": "language", "value": "en"}]
    assert said(action, turn)[0] == ["language_set", NOTE]


# ---------------------------------------------------------------- topics that are not there


def test_a_topic_that_is_not_written_here_is_answered_kindly_and_a_yes_means_a_person(content):
    less = without(content, "nl", "budgeting")
    replies, slots, _ = said(AnswerTopic(less), tracker("budgeting", met=True, told_unreviewed=True))
    assert replies == ["topic/first"] and slots["awaiting"] == "offer" and slots["topic"] == "budgeting"
    reply = Speaker(less).topic("budgeting", "first", "nl")
    assert reply.messages == Speaker(less).say("not_written", "nl").messages


def test_a_topic_that_is_understood_and_still_a_draft_is_answered_kindly(content):
    replies, slots, _ = said(AnswerTopic(content), tracker("funeral_costs"))
    assert replies == ["welcome", NOTE, "not_written"] and slots["awaiting"] == "offer"
    assert Speaker(content).topic("funeral_costs", "first", "nl").messages, "nor does an old “again” break anything"


def test_what_is_not_written_is_neither_in_the_menu_nor_offered_as_a_guess(content):
    less = without(content, "nl", "budgeting")
    speaker = Speaker(less)
    group = less.topics["budgeting"].group
    turn = tracker("show_group", met=True, told_unreviewed=True)
    turn.latest_message["entities"] = [{"entity": "group", "value": group}]
    _, _, messages = said(Menu(less, speaker), turn)
    offered = [choice["payload"] for message in messages for choice in message["choices"]]
    assert offered and "/budgeting" not in offered
    guess = tracker("unsure", choices=["budgeting", "digid", "funeral_costs"], met=True, told_unreviewed=True)
    _, _, messages = said(Unsure(less, speaker), guess)
    assert [choice["payload"] for choice in messages[0]["choices"]] == ["/digid", "/none_of_these"]


@pytest.mark.parametrize("part", ["first", "easier", "more", "where"])
def test_every_part_of_such_a_topic_offers_a_person(content, part):
    less = without(content, "en", "budgeting")
    reply = Speaker(less).topic("budgeting", part, "en")
    payloads: Dict[str, None] = dict.fromkeys(button.payload for button in reply.choices)
    assert reply.language == "en" and next(iter(payloads)) == "/talk_to_person"
