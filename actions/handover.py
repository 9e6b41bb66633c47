"""The way to a person: wish, proposal, what will be shared, the yes, and what may happen to it."""

from datetime import datetime
from typing import Any, Callable, Dict, List, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import offer_likeliest
from actions.turn import ContentAction, Turn
from bot.handover.service import Agreement, Handovers, NoLongerFree, NotPossible, Offer
from bot.handover.states import HELD_BY_A_PERSON, OFFERED
from bot.records.models import Handover, KeyPerson
from bot.replies.content import Content
from bot.replies.listening import wish_in
from bot.replies.speaker import Speaker
from bot.replies.times import language_name, together, when

Events = List[Dict[str, Any]]
CONSENT_VERSION = "2026-11"
OUTSIDE = "outside"  # the wish for somebody who is not from the own neighbourhood or community
WISHES = ("woman", "man", "any", OUTSIDE)


class HandoverDesk:
    """What the handover actions share: the service, and how a person is shown and named."""

    def __init__(
        self,
        handovers: Handovers,
        speaker: Speaker,
        person_card: Callable[[str, str], str],
        clock: Callable[[], datetime],
    ) -> None:
        self.handovers, self.speaker = handovers, speaker
        self._person_card, self._clock = person_card, clock

    def propose(self, turn: Turn, offer: Optional[Offer]) -> None:
        """Show one named person and exactly what will be shared; ask for a yes."""
        if offer is None:
            turn.say("none_left", values={})
            turn.remember(awaiting="nothing")
            return
        person = offer.match.person
        values = {**self.values(turn, offer.handover), "when": self.when(turn, offer.match.answers_by)}
        known = "this_is_interpreter" if offer.match.needs_interpreter else "this_is"
        words = self.speaker.language(turn.language)
        turn.say(known, values=values, picture=self._person_card(words.code, person.id))
        turn.say(preview(offer.handover), values=values)
        turn.remember(awaiting="consent", resumed=False, proposed=person.name)

    def values(self, turn: Turn, handover: Handover) -> Dict[str, str]:
        """What the replies about a handover may name."""
        words = self.speaker.language(turn.language)
        person: Optional[KeyPerson] = handover.person
        topic = words.topics.get(handover.topic or "")
        found = {
            "topic": topic.title if topic else words.phrases["something_with_money"],
            "language": language_name(handover.language, words, self.speaker.content),
            "neighbourhood": handover.neighbourhood or "",
        }
        if person is not None:
            names = [language_name(code, words, self.speaker.content) for code in person.languages]
            about = person.about.get(words.code) or person.about.get("nl", "")
            found.update(name=person.name, languages=together(names, words), about=about)
        if handover.promised_by is not None:
            found["when"] = self.when(turn, handover.promised_by)
        return found

    def when(self, turn: Turn, moment: datetime) -> str:
        """A moment in words."""
        return when(moment, self._clock(), self.speaker.language(turn.language))


def preview(handover: Handover) -> str:
    """The reply that shows, word for word, what will be shared."""
    return "share_preview_place" if handover.neighbourhood else "share_preview"


class HandoverAction(ContentAction):
    """An action around a handover."""

    def __init__(self, content: Content, desk: HandoverDesk) -> None:
        super().__init__(content)
        self.desk = desk

    def current(self, turn: Turn) -> Optional[Handover]:
        """The open handover of this resident."""
        return self.desk.handovers.current(turn.tracker.sender_id)

    def offer(self, turn: Turn, wish: str) -> None:
        """Find somebody and propose them. `wish`: a woman, a man, any, or somebody from outside (then any)."""
        topic = turn.topic.name if turn.topic else None
        language = turn.language or self.desk.speaker.fallback
        outside = wish == OUTSIDE
        offer = self.desk.handovers.offer(
            turn.tracker.sender_id,
            language,
            topic,
            "any" if outside else wish,
            turn.tracker.get_slot("neighbourhood"),
            outside,
        )
        self.desk.propose(turn, offer)

    def say_where_it_stands(self, turn: Turn, handover: Handover, waiting: str) -> None:
        """Somebody was asked, or helps already."""
        helps = handover.state in HELD_BY_A_PERSON
        turn.say("status_accepted" if helps else waiting, values=self.desk.values(turn, handover))
        turn.remember(awaiting="nothing")


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
