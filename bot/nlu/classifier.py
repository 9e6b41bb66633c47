"""The intent of a message: sentence meaning and letter patterns, weighed together."""

from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np
import skops.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.nlu.text import plain_letters

RANKED = 10


class MeaningAndLetters:
    """The classifier without Rasa around it: rows of (vector, text) in, chances per intent out.

    The vector is centred on the mean of the training set and scaled: with Rasa's fixed C the scale is the C, and
    centring alone lifted Banking77 from 74 to 83 % (docs/understanding.md). Character n-grams of the letters without
    diacritics carry what the encoder loses to typing mistakes.
    """

    def __init__(self, scale: float = 4.5, letters: float = 1.0, C: float = 3.0, grams: Tuple[int, int] = (2, 5)) -> None:
        self.scale, self.letters, self.C, self.grams = scale, letters, C, grams
        self.mean: Optional[np.ndarray] = None
        self.tfidf: Optional[TfidfVectorizer] = None
        self.model: Optional[LogisticRegression] = None

    def fit(self, vectors: np.ndarray, texts: Sequence[str], intents: Sequence[str]) -> "MeaningAndLetters":
        """Learn. `vectors`: one row of 384 per text."""
        self.mean = vectors.mean(axis=0)
        self.tfidf = TfidfVectorizer(
            analyzer="char_wb", ngram_range=self.grams, min_df=2, max_features=60_000, sublinear_tf=True, dtype=np.float32
        )
        self.tfidf.fit(map(plain_letters, texts))
        self.model = LogisticRegression(C=self.C, max_iter=150, tol=1e-3)
        self.model.fit(self._features(vectors, texts), intents)
        return self

    def chances(self, vectors: np.ndarray, texts: Sequence[str]) -> np.ndarray:
        """One row per text, one column per intent of `names`; rows add up to 1."""
        return self.model.predict_proba(self._features(vectors, texts))

    @property
    def names(self) -> List[str]:
        """The intents, in the order of the columns."""
        return list(self.model.classes_)

    def _features(self, vectors: np.ndarray, texts: Sequence[str]) -> csr_matrix:
        dense = csr_matrix((vectors - self.mean) * self.scale)
        return hstack([dense, self.tfidf.transform(map(plain_letters, texts)) * self.letters], format="csr")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):
    """Sets `intent` and `intent_ranking` on each message, from the sentence vector and the letters."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The weights of `MeaningAndLetters`."""
        return {"scale": 4.5, "letters": 2.0, "C": 3.0}

    def __init__(self, config: Dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._storage, self._resource = storage, resource
        weights = {name: config[name] for name in self.get_default_config()}
        self._model = MeaningAndLetters(**weights)

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "IntentClassifier":
        """A classifier that has learnt nothing yet."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples, which carry their sentence vectors already."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        vectors = np.vstack([_vector(example) for example in examples])
        self._model.fit(vectors, [e.get(TEXT) for e in examples], [e.get(INTENT) for e in examples])
        with self._storage.write_to(self._resource) as folder:
            skops.io.dump(vars(self._model), folder / "intent.skops")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "IntentClassifier":
        """The classifier as it was trained."""
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            path = folder / "intent.skops"
            # Our own file from our own model archive; skops still refuses anything but plain scikit-learn parts.
            vars(classifier._model).update(skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path)))
        return classifier

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from this."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Rank the intents of each message that has words; a pressed button already has its intent."""
        for message in messages:
            if not message.get(TEXT) or not message.get_dense_features(TEXT)[1]:
                continue
            chances = self._model.chances(_vector(message), [message.get(TEXT)])[0]
            best = np.argsort(-chances)[:RANKED]
            ranking = [
                {INTENT_NAME_KEY: self._model.names[i], PREDICTED_CONFIDENCE_KEY: float(chances[i])} for i in best
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages


def _vector(message: Message) -> np.ndarray:
    """The sentence vector that the encoder put on the message, as one row."""
    return message.get_dense_features(TEXT)[1].features
