"""The brain: Rasa's agent behind two questions, what does this mean and what is the answer."""

from collections import OrderedDict
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Tuple

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa_sdk import Action

from bot.channels.outcome import Turn
from bot.dialogue.actions import InProcessActions, InProcessAgent
from bot.dialogue.locks import lock_store
from bot.dialogue.quiet import keep_rasa_quiet
from bot.dialogue.tracker_store import ResidentTrackerStore
from bot.records.database import Database
from bot.replies.generator import ReplyGenerator, from_rasa_message
from bot.replies.speaker import Speaker

REMEMBERED = 8  # messages that were understood and may have to be answered next


class RepliesOnly(CollectingOutputChannel):
    """Collects whole replies of a turn; the outbox sends them later."""

    @classmethod
    def name(cls) -> str:
        """As Rasa names the channel in its events."""
        return "sleutel"

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Keep the reply as it is."""
        self.messages.append(message)


class RasaBrain:
    """Implements the gate's `Brain` with the trained model."""

    def __init__(
        self,
        model: Path,
        database: Database,
        speaker: Speaker,
        actions: Iterable[Action],
        redis_url: Optional[str] = None,
    ) -> None:
        keep_rasa_quiet()
        self.agent = InProcessAgent(
            generator=ReplyGenerator(speaker=speaker),
            tracker_store=ResidentTrackerStore(database),
            action_endpoint=InProcessActions(actions),
            lock_store=lock_store(redis_url),
        )
        self.agent.load_model(model)
        self._parsed: OrderedDict[Tuple[str, Optional[str]], Dict[str, Any]] = OrderedDict()

    async def understand(self, text: str, language: Optional[str] = None) -> Dict[str, Any]:
        """`text, language, intent, confidence, accepted, choices`: what `sleutel understand` prints."""
        message = UserMessage(text, metadata={"language": language})
        parsed = await self.agent.processor.parse_message(message)
        self._parsed[text, language] = parsed  # the gate looks before it lets the bot answer: no need to look twice
        while len(self._parsed) > REMEMBERED:
            self._parsed.popitem(last=False)
        return understanding(text, parsed)

    async def answer(self, resident_id: str, text: str, language: Optional[str]) -> Turn:
        """One turn. `language` is what this resident wrote until now; the turn says what it is from now on."""
        channel, parsed = RepliesOnly(), self._parsed.pop((text, language), None)
        await self.agent.handle_message(
            UserMessage(text, channel, sender_id=resident_id, parse_data=parsed, metadata={"language": language})
        )
        tracker = await self.agent.tracker_store.get_or_create_tracker(resident_id)
        slots = tracker.current_slot_values()
        parsed = tracker.latest_message.parse_data if tracker.latest_message else {}
        return Turn(
            replies=[from_rasa_message(message) for message in channel.messages],
            language=slots.get("language"),
            forget=bool(slots.get("forget")),
            understood={**understanding("", parsed), "awaiting": slots.get("awaiting"), "topic": slots.get("topic")},
        )


def understanding(text: str, parsed: Dict[str, Any]) -> Dict[str, Any]:
    """The part of Rasa's parse that says what was understood. A pressed button is always accepted."""
    decided = parsed.get("understanding")
    language = (parsed.get("language") or {}).get("code", "unsure")
    if decided is None:
        intent = parsed.get("intent") or {}
        is_known = bool(intent.get("name"))
        decided = {"intent": intent.get("name"), "confidence": float(is_known), "accepted": is_known, "choices": []}
    choices: List[str] = list(decided["choices"])
    return {
        "text": text,
        "language": language,
        "intent": decided["intent"],
        "confidence": round(float(decided["confidence"]), 4),
        "accepted": decided["accepted"],
        "choices": choices,
    }
