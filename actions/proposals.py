"""Answers to what a key person proposes: a professional, a meeting, a phone number; and how it goes a week later."""

from typing import Any, Dict, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.handover_desk import CONSENT_VERSION, HandoverAction
from actions.turn import Events, Turn
from bot.handover.service import Agreement, NotPossible
from bot.records.models import Handover
from bot.replies.content import in_language
from bot.replies.times import meeting_in_words

FEELINGS = ("good", "so_so", "bad")
LONGEST_NAME = 3  # words; more is no name but a story
CLEARLY = 0.8  # a yes or no that is less clear than this is a name: "Noor", "Jan"


class AnswerIntroduction(HandoverAction):
    """Yes or no to the professional whom the key person wants to bring in."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_answer_introduction"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Keep the yes with the words that were shown; say what happens now."""
        turn = self.turn(dispatcher, tracker)
        before = self.current(turn)
        agreement = self._agreement(turn, before) if turn.intent == "hand_on_yes" else None
        try:
            handover = self.desk.handovers.answer_introduction(tracker.sender_id, agreement)
        except NotPossible:
            turn.say("too_late")
            return turn.end()
        values = self.desk.values(turn, handover)
        if agreement is None:
            turn.say("hand_on_kept", values=values)
        else:
            turn.say("hand_on_asked", values={**values, "next_name": handover.next_person.name})
        return turn.end()

    def _agreement(self, turn: Turn, handover: Optional[Handover]) -> Optional[Agreement]:
        if handover is None or handover.next_person is None:
            return None
        words, other = self.desk.speaker.language(turn.language), handover.next_person
        values = {
            **self.desk.values(turn, handover),
            "next_name": other.name,
            "about": in_language(other.about, words.code, self.desk.speaker.fallback),
            "summary": handover.summary,
        }
        shown = "\n".join(self.desk.speaker.say("hand_on_ask", words.code, **values).messages)
        return Agreement(shown, {"to": other.id, "summary": handover.summary}, words.code, CONSENT_VERSION)


class AnswerAppointment(HandoverAction):
    """Yes, or "I can't come": to a proposal, and to what was agreed before."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_answer_appointment"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Say when and where once more, or that the person hears of it and looks for another time."""
        turn = self.turn(dispatcher, tracker)
        number = turn.entity("id") or ""
        comes = turn.intent == "appointment_ok"
        try:
            if not number.isdecimal():
                raise NotPossible("no appointment is named")
            appointment = self.desk.handovers.answer_appointment(tracker.sender_id, int(number), comes)
        except NotPossible:
            turn.say("too_late")
            return turn.end()
        handover, words = self.current(turn), self.desk.speaker.language(turn.language)
        name = handover.person.name if handover is not None and handover.person is not None else ""
        turn.say(
            "appointment_set" if comes else "appointment_off",
            values={"name": name, **meeting_in_words(appointment.at, appointment.place, words)},
        )
        return turn.end()


class AnswerNumber(HandoverAction):
    """The separate yes to giving a phone number, or no."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_answer_number"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Give the number that this resident writes from; where the channel tells none, they may type it."""
        turn = self.turn(dispatcher, tracker)
        service, handover = self.desk.handovers, self.current(turn)
        if handover is None or handover.person is None:
            turn.say("too_late")
            return turn.end()
        values = self.desk.values(turn, handover)
        number = service.known_number(tracker.sender_id)
        if turn.intent == "number_no":
            service.keep_number(tracker.sender_id)
            turn.say("number_kept", values=values)
        elif number is None:
            turn.say("number_type", values=values)
        else:
            self._share(turn, number, values)
        return turn.end()

    def _share(self, turn: Turn, number: str, values: Dict[str, str]) -> None:
        words = self.desk.speaker.language(turn.language)
        shown = "\n".join(self.desk.speaker.say("number_wish", words.code, **values).messages)
        try:
            agreement = Agreement(shown, {"phone": number}, words.code, CONSENT_VERSION)
            self.desk.handovers.share_number(turn.tracker.sender_id, number, agreement)
            turn.say("number_shared", values=values)
        except NotPossible:  # an old button, and nobody asked
            turn.say("too_late")


class Nickname(HandoverAction):
    """How the key person may call this resident. It may be any name, and none."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_nickname"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Take what looks like a name; anything longer was something else."""
        turn = self.turn(dispatcher, tracker)
        handover = self.current(turn)
        turn.remember(awaiting="nothing")
        confidence = float((tracker.latest_message.get("intent") or {}).get("confidence") or 0)
        if turn.intent in ("affirm", "deny") and confidence >= CLEARLY:
            turn.say("nickname_none")
        elif handover is None or len(turn.text.split()) > LONGEST_NAME or turn.text.startswith("/"):
            turn.say("lost")
        else:
            handover = self.desk.handovers.call_me(tracker.sender_id, turn.text)
            turn.say("nickname_kept", values={**self.desk.values(turn, handover), "nickname": handover.nickname})
        return turn.end()


class Feeling(HandoverAction):
    """The face a week later. Not good: the same person again, if the resident likes."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_feeling"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Keep the face, answer it, and propose help where it is needed."""
        turn = self.turn(dispatcher, tracker)
        feeling = turn.entity("feeling")
        try:
            if feeling not in FEELINGS:
                raise NotPossible("no such face")
            before = self.desk.handovers.tell_how(tracker.sender_id, turn.entity("id") or "", feeling)
        except NotPossible:
            turn.say("too_late")
            return turn.end()
        turn.say(f"feeling_{feeling}")
        if feeling == "bad" and self.current(turn) is None:
            language = turn.language or self.desk.speaker.fallback
            topic = before.topic or (turn.topic.name if turn.topic else None)
            offer = self.desk.handovers.offer(
                tracker.sender_id, language, topic, before.wish, before.neighbourhood, before.outside
            )
            self.desk.propose(turn, offer)
        return turn.end()
