"""What every action around a handover shares: how a person is proposed, shown and named."""

from datetime import datetime
from typing import Callable, Dict, Optional

from actions.turn import ContentAction, Turn
from bot.handover.service import Handovers, Offer
from bot.handover.states import HELD_BY_A_PERSON
from bot.records.models import Handover, KeyPerson
from bot.replies.content import Content, in_language
from bot.replies.speaker import Speaker
from bot.replies.times import language_name, languages_in_words, when

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
            languages = languages_in_words(person.languages, words, self.speaker.content)
            about = in_language(person.about, words.code, self.speaker.fallback)
            found.update(name=person.name, languages=languages, about=about)
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
