"""The brain between gate and Rasa, without a model: what was understood once is not understood again."""

from collections import OrderedDict
from types import SimpleNamespace
from typing import Any, List

import pytest

from bot.dialogue.brain import REMEMBERED, RasaBrain


class Agent:
    """Counts what it has to understand; `handled` has the messages that it was to answer."""

    def __init__(self) -> None:
        self.parsed: List[str] = []
        self.handled: List[Any] = []
        self.processor = self.tracker_store = self

    async def parse_message(self, message: Any) -> dict:
        self.parsed.append(message.text)
        return {"text": message.text, "intent": {"name": "cancel"}, "entities": []}

    async def handle_message(self, message: Any) -> None:
        self.handled.append(message)

    async def get_or_create_tracker(self, resident_id: str) -> Any:
        return SimpleNamespace(current_slot_values=dict, latest_message=None)


@pytest.fixture
def brain() -> RasaBrain:
    made = RasaBrain.__new__(RasaBrain)  # without a model, which takes seconds
    made.agent, made._parsed = Agent(), OrderedDict()
    return made


async def test_what_the_gate_looked_at_is_answered_without_looking_again(brain):
    assert (await brain.understand("stop", "nl"))["intent"] == "cancel"
    await brain.answer("amina", "stop", "nl")
    assert brain.agent.handled[0].parse_data["text"] == "stop"
    await brain.answer("amina", "stop", "nl")
    assert brain.agent.handled[1].parse_data is None, "each message is understood by itself"


async def test_the_same_words_after_another_language_are_understood_anew(brain):
    await brain.understand("stop", "nl")
    await brain.answer("amina", "stop", "en")
    assert brain.agent.handled[0].parse_data is None


async def test_only_the_last_few_messages_are_remembered(brain):
    for number in range(REMEMBERED + 5):
        await brain.understand(f"message {number}", "nl")
    assert len(brain._parsed) == REMEMBERED
