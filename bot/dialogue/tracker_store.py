"""Rasa's conversations in our own database: bounded, encrypted, one row per resident.

Rasa replays a conversation at every turn: measured, turn 400 cost seven times turn 1. On WhatsApp a resident is one
conversation for years. So only the last message is kept; what matters beyond it lives in slots, and those are kept.
"""

from typing import Any, Dict, Iterable, List, Optional

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import select

from bot.records.database import Database
from bot.records.models import Resident


class ResidentTrackerStore(TrackerStore):
    """Keeps the dialogue on the resident's own row, so that forgetting somebody is deleting that row."""

    def __init__(self, database: Database, domain: Any = None) -> None:
        super().__init__(domain)
        self._database = database

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the slots and the last message; nothing of a sender without a record (a test, a forgotten resident)."""
        with self._database.change() as session:
            resident = session.get(Resident, tracker.sender_id)
            if resident is not None:
                resident.dialogue = [without_words(event.as_dict()) for event in bounded(tracker)]

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The dialogue as it was saved, or None."""
        with self._database.change() as session:
            resident = session.get(Resident, sender_id)
            stored = resident.dialogue if resident else None
        if stored is None:
            return None
        tracker = self.init_tracker(sender_id)
        for event in deserialise_events(stored):
            tracker.update(event)
        return tracker

    async def keys(self) -> Iterable[str]:
        """All residents with a dialogue."""
        with self._database.change() as session:
            return list(session.scalars(select(Resident.id).where(Resident.dialogue.is_not(None))))


def without_words(event: Dict[str, Any]) -> Dict[str, Any]:
    """What a message meant, without what was written and without where somebody is: rules look at the intent alone."""
    if event["event"] != UserUttered.type_name:
        return event
    parsed = {**event.get("parse_data", {}), "text": None, "entities": []}
    return {**event, "text": None, "parse_data": parsed}


def bounded(tracker: DialogueStateTracker) -> List[Event]:
    """The slots as they are, and the last message: rules look no further back, and nothing else is kept.

    What was said goes with the outbox; the last message stays for its time, by which a session ends.
    """
    last = tracker.get_last_event_for(UserUttered)
    if last is None:
        return list(tracker.events)
    slots = [SlotSet(slot.name, slot.value) for slot in tracker.slots.values() if slot.value != slot.initial_value]
    listening = ActionExecuted("action_listen")
    return [SessionStarted(timestamp=last.timestamp), *slots, listening, last, listening]
