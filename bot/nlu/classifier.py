"""The intent of a message: sentence meaning and letter patterns, weighed together."""

import warnings
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
import skops.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression, SGDClassifier

from bot.nlu.linear import load, slim
from bot.nlu.text import plain_letters

RANKED = 10
PART, STEP = 6, 2  # words that are looked at by themselves, and how far the next ones are
TINY = 1e-6  # no model is so sure that the other one is not heard


class MeaningAndLetters:
    """The classifier without Rasa around it: rows of (vector, text) in, chances per intent out.

    Two logistic regressions, each where it is strong, multiplied with weights. One on the sentence vector, centred on
    the training set and scaled (the scale is the C: centring alone lifted Banking77 from 74 to 83 %): it knows what
    was never said in these words. One on character n-grams without diacritics: it knows the turns of phrase of the
    examples, dialect and typing noise. What each gives alone and together: docs/understanding.md.
    """

    def __init__(self, scale: float = 4.5, letters: float = 0.8) -> None:
        self.scale, self.letters = scale, letters
        self.mean: Optional[np.ndarray] = None
        # Hashed n-grams: no list of what was written is kept in the model, and it loads in a moment.
        self.grams = HashingVectorizer(
            analyzer="char_wb",
            ngram_range=(2, 5),
            n_features=2**17,
            norm=None,
            alternate_sign=False,
            dtype=np.float32,
        )
        self.rarity = TfidfTransformer(sublinear_tf=True)
        self.by_meaning = LogisticRegression(C=3.0, max_iter=80, tol=1e-3, class_weight="balanced")
        # Plain gradient descent: the other solvers take many times as long on a hundred thousand n-grams.
        self.by_letters = SGDClassifier(
            loss="log_loss", alpha=1.5e-6, max_iter=12, tol=None, average=True, random_state=0, n_jobs=-1
        )

    def fit(
        self, vectors: np.ndarray, meant: Sequence[str], texts: Sequence[str], intents: Sequence[str]
    ) -> "MeaningAndLetters":
        """Learn. `vectors`: rows of 384, and the intent `meant` by each; `texts`: all examples, and their intents."""
        return self.learn_meaning(vectors, meant).learn_letters(texts, intents)

    def learn_meaning(self, vectors: np.ndarray, meant: Sequence[str]) -> "MeaningAndLetters":
        """The half that knows meaning."""
        self.mean = vectors.mean(axis=0)
        with warnings.catch_warnings():  # eighty rounds are enough: more changed no answer on unseen messages
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.by_meaning.fit((vectors - self.mean) * self.scale, meant)
        return self

    def learn_letters(self, texts: Sequence[str], intents: Sequence[str]) -> "MeaningAndLetters":
        """The half that knows turns of phrase."""
        grams = self.rarity.fit_transform(self.grams.transform(map(plain_letters, texts)))
        slim(self.by_letters.fit(grams, intents))
        return self

    def chances(self, vectors: np.ndarray, texts: Sequence[str]) -> np.ndarray:
        """One row per text, one column per intent of `names`; rows add up to 1."""
        meaning = self.chances_by_meaning(vectors)
        letters = self.chances_by_letters(texts)
        together = np.exp((1 - self.letters) * np.log(meaning + TINY) + self.letters * np.log(letters + TINY))
        return together / together.sum(axis=1, keepdims=True)

    def chances_by_meaning(self, vectors: np.ndarray) -> np.ndarray:
        """The same from the sentence vectors alone: for a language that the examples are not written in."""
        return np.asarray(self.by_meaning.predict_proba((vectors - self.mean) * self.scale))

    def in_parts(self, text: str) -> Optional[np.ndarray]:
        """By letters, the highest chance of each intent in any few words in a row; None for a text of few words.

        One sentence about wanting to die drowns in a story about the rent; a few words of it by themselves do not.
        """
        words = text.split()
        if len(words) <= PART:
            return None
        parts = [" ".join(words[at : at + PART]) for at in range(0, len(words) - PART + STEP, STEP)]
        return np.asarray(self.chances_by_letters(parts).max(axis=0))

    def chances_by_letters(self, texts: Sequence[str]) -> np.ndarray:
        """The same from the letters alone."""
        return self.by_letters.predict_proba(self.rarity.transform(self.grams.transform(map(plain_letters, texts))))

    def learnt(self) -> Dict[str, Any]:
        """What training made of it, for storing."""
        return {name: getattr(self, name) for name in ("mean", "rarity", "by_meaning", "by_letters")}

    @property
    def names(self) -> List[str]:
        """The intents, in the order of the columns."""
        return list(self.by_meaning.classes_)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):
    """Sets `intent` and `intent_ranking` on each message, from the sentence vector and the letters.

    From the vector alone where the language is none of the bot's: e5 knows a hundred languages, and "I want to die" in
    Romanian must not drown in letters that look like nothing.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The weights of `MeaningAndLetters`."""
        return {"scale": 4.5, "letters": 0.8}

    def __init__(self, config: Dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._storage, self._resource = storage, resource
        weights = {name: config[name] for name in self.get_default_config()}
        self._model = MeaningAndLetters(**weights)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "IntentClassifier":
        """A classifier that has learnt nothing yet."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples; a few of each kind carry their sentence vector already."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        encoded = [example for example in examples if example.get_dense_features(TEXT)[1]]
        self._model.fit(
            np.vstack([_vector(example) for example in encoded]),
            [example.get(INTENT) for example in encoded],
            [example.get(TEXT) for example in examples],
            [example.get(INTENT) for example in examples],
        )
        with self._storage.write_to(self._resource) as folder:
            skops.io.dump(self._model.learnt(), folder / "intent.skops")
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
            vars(classifier._model).update(load(folder / "intent.skops"))
        return classifier

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from this."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Rank the intents of each message that has words; a pressed button already has its intent."""
        for message in messages:
            if not message.get(TEXT) or not message.get_dense_features(TEXT)[1]:
                continue
            vector, text, foreign = _vector(message), message.get(TEXT), message.get("foreign")
            chances = (self._model.chances_by_meaning(vector) if foreign else self._model.chances(vector, [text]))[0]
            best = np.argsort(-chances)[:RANKED]
            ranking = [
                {INTENT_NAME_KEY: self._model.names[i], PREDICTED_CONFIDENCE_KEY: float(chances[i])} for i in best
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            parts = None if foreign else self._model.in_parts(text)
            if parts is not None:
                message.set("in_parts", dict(zip(self._model.names, map(float, parts))))
        return messages


def _vector(message: Message) -> np.ndarray:
    """The sentence vector that the encoder put on the message, as one row."""
    return message.get_dense_features(TEXT)[1].features
