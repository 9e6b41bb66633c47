"""The way to a person: the wish, the proposal, the yes, and what may happen to it."""

from typing import Any, Dict

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import offer_likeliest
from actions.handover_desk import CONSENT_VERSION, WISHES, HandoverAction, preview
from actions.turn import Events, Turn
from bot.handover.service import Agreement, NoLongerFree, NotPossible
from bot.handover.states import OFFERED
from bot.records.models import Handover
from bot.replies.listening import wish_in


class StartHandover(HandoverAction):
    """A person is wanted: ask for the wish, unless it was said already."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_start_handover"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Ask woman, man or both; propose at once when the message says it."""
        turn = self.turn(dispatcher, tracker)
        turn.introduce()
        handover = self.current(turn)
        wish = wish_in(turn.text, self.desk.speaker.language(turn.language))
        if handover is not None and handover.state != OFFERED:
            self.say_where_it_stands(turn, handover, "already_asked")
        elif wish is not None and not turn.text.startswith("/"):
            self.offer(turn, wish)
        else:
            turn.say("ask_wish")
            turn.remember(awaiting="wish", resumed=False)
        return turn.end()


class ProposePerson(HandoverAction):
    """The wish is there: propose somebody."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_propose_person"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Take the wish from the button or from the words; else treat the message for what it may be."""
        turn = self.turn(dispatcher, tracker)
        handover = self.current(turn)
        said = turn.entity("wish")
        wish = said if said in WISHES else wish_in(turn.text, self.desk.speaker.language(turn.language))
        if wish is None and turn.intent in ("affirm", "talk_to_person"):
            wish = "any"
        if handover is not None and handover.state != OFFERED:
            self.say_where_it_stands(turn, handover, "already_asked")
        elif wish is not None:
            self.offer(turn, wish)
        elif turn.intent == "unsure":
            offer_likeliest(turn, self.desk.speaker)
        else:
            turn.say("lost")
            turn.resume()
        return turn.end()


class Agree(HandoverAction):
    """The resident's yes."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_agree"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Store the agreement with the words that were shown, then say who was asked and by when there is an answer."""
        turn = self.turn(dispatcher, tracker)
        handover = self.current(turn)
        if handover is None:
            turn.say("status_none")
        elif handover.state != OFFERED:
            self.say_where_it_stands(turn, handover, "already_asked")
        else:
            self._ask(turn, handover)
            return turn.end()
        turn.remember(awaiting="nothing")
        return turn.end()

    def _ask(self, turn: Turn, handover: Handover) -> None:
        try:
            turn.say("asked", values=self.desk.values(turn, self._agreed(turn, handover)))
            turn.remember(awaiting="nickname")
        except NoLongerFree:  # somebody else, rather than a promise that nobody keeps
            self.desk.propose(turn, self.desk.handovers.other_person(turn.tracker.sender_id))

    def _agreed(self, turn: Turn, handover: Handover) -> Handover:
        values = self.desk.values(turn, handover)
        shown = "\n".join(self.desk.speaker.say(preview(handover), turn.language, **values).messages)
        shared = {"topic": handover.topic or "", "language": handover.language}
        if handover.neighbourhood:
            shared["neighbourhood"] = handover.neighbourhood
        language = turn.language or self.desk.speaker.fallback
        agreement = Agreement(shown, shared, language, CONSENT_VERSION)
        return self.desk.handovers.agree(turn.tracker.sender_id, agreement)


class DeclineOffer(HandoverAction):
    """No to the offer: nobody is asked."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_decline_offer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Take the proposal back."""
        turn = self.turn(dispatcher, tracker)
        handover = self.current(turn)
        if handover is not None and handover.state == OFFERED:
            self.desk.handovers.withdraw(tracker.sender_id)
        turn.say("not_asked")
        turn.remember(awaiting="nothing")
        return turn.end()


class OtherPerson(HandoverAction):
    """Somebody else than the person proposed, asked or helping."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_other_person"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Propose the next best person; the one until now is let go kindly."""
        turn = self.turn(dispatcher, tracker)
        turn.introduce()
        try:
            offer = self.desk.handovers.other_person(tracker.sender_id)
        except NotPossible:
            turn.say("ask_wish")
            turn.remember(awaiting="wish", resumed=False)
            return turn.end()
        if offer is None:
            turn.say("no_other_person")
        else:
            self.desk.propose(turn, offer)
        return turn.end()


class HandoverStatus(HandoverAction):
    """When will she call?"""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_handover_status"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Say where it stands, and by when there is an answer."""
        turn = self.turn(dispatcher, tracker)
        turn.introduce()
        handover = self.current(turn)
        if handover is None or handover.state == OFFERED:
            turn.say("status_none")
        else:
            self.say_where_it_stands(turn, handover, "status_waiting")
        return turn.end()


class Cancel(HandoverAction):
    """Stop: at once, whatever is going on."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_cancel"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Withdraw an open handover, or drop the open question."""
        turn = self.turn(dispatcher, tracker)
        before = self.current(turn)
        self.desk.handovers.withdraw(tracker.sender_id)
        if before is not None and before.state != OFFERED:  # a person knew of it
            turn.say("withdrawn", values=self.desk.values(turn, before))
        else:
            turn.say("nothing_to_cancel" if turn.awaiting == "nothing" else "cancelled")
        turn.remember(awaiting="nothing", lost_count=0)
        return turn.end()
