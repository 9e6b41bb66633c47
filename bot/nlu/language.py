"""The language of a message: by script, by character n-grams of our own examples, and by what was written before."""

from collections import Counter, defaultdict
from typing import Any, Dict, List, Optional, Set, Tuple

import numpy as np
import skops.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import SGDClassifier

from bot.nlu.linear import load, slim
from bot.nlu.text import as_typed, script, words

UNSURE = "unsure"
OTHER = "other"  # all languages that the bot does not speak, learnt so that they are not taken for one that it does
UNSPOKEN = "unspoken"  # where a training message holds a text in one of those
ENOUGH_WORDS = 3  # "Hi" looks like many languages
AHEAD = 2.0  # so many times as often as in any other language: then a word belongs to it
HABIT = 0.02  # a script in which this share of a language's examples is written belongs to it


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LanguageDetector(GraphComponent):
    """Sets `language` on each message: `{"code": "ar", "confidence": 0.97}`; the code may be `unsure`.

    A logistic regression on character n-grams of the bot's own examples: on ten short messages a language it was
    right 94 times in 100, the best ready-made detector 86 (docs/understanding.md). The language of the resident's
    earlier messages (`metadata["language"]`) weighs as prior knowledge, so that "ok" never turns a conversation
    round, and a whole sentence in another language does. Scripts decide first: which languages are written in which
    is learnt from the examples too, so Latin-script Arabic counts, and one Arabic word does not pass for Turkish.
    What is more likely than not in a language that the bot does not speak is unsure too; from three words on it is also
    `foreign`, and its letters say nothing about what is meant.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`sure`: how likely a language must be; `stay`: how likely a resident goes on in the same language."""
        return {"sure": 0.5, "stay": 0.9, "stay_on_one_word": 0.9999}

    def __init__(self, config: Dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._model: Optional[SGDClassifier] = None
        self._scripts: Dict[str, List[str]] = {}  # script: the languages written in it
        # Hashing needs no vocabulary, so nothing of what residents wrote is kept in the model.
        self._grams = HashingVectorizer(analyzer="char_wb", ngram_range=(1, 4), n_features=2**18, norm="l2")

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LanguageDetector":
        """A detector that has learnt nothing yet."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples; their language is in the metadata (the folder they stand in)."""
        pairs = [
            (example.get(TEXT), language)
            for example in training_data.training_examples
            if example.get(TEXT) and (language := (example.get("metadata") or {}).get("language"))
        ]
        pairs += [(line, OTHER) for example in training_data.training_examples if (line := example.get(UNSPOKEN))]
        texts, languages = zip(*pairs)
        self.fit(list(texts), list(languages))
        with self._storage.write_to(self._resource) as folder:
            skops.io.dump({"model": self._model, "scripts": self._scripts}, folder / "language.skops")
        return self._resource

    def fit(self, texts: List[str], languages: List[str]) -> None:
        """Learn from texts and the language of each."""
        told = own_words(texts, languages)
        self._model = slim(
            SGDClassifier(
                loss="log_loss", alpha=1e-6, max_iter=5, tol=None, average=True, class_weight="balanced",
                random_state=0, n_jobs=-1,
            ).fit(self._grams.transform(as_typed(text) for text, _ in told), [language for _, language in told])
        )  # fmt: skip
        self._scripts = habitual_scripts(texts, languages)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "LanguageDetector":
        """The detector as it was trained."""
        detector = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            stored = load(folder / "language.skops")
            detector._model, detector._scripts = stored["model"], stored["scripts"]
        return detector

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from this."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `language` on each message, and whether it is `foreign`: for certain in none of the bot's languages."""
        for message in messages:
            before, text = (message.get("metadata") or {}).get("language"), message.get(TEXT) or ""
            code, confidence = self.detect(text, before)
            if code == OTHER:
                ours = set(self._scripts.get(script(text) or "", [])) - {OTHER}
                message.set("foreign", not ours or len(words(text)) >= ENOUGH_WORDS)
                code, confidence = before or UNSURE, 0.0
            message.set("language", {"code": code, "confidence": confidence}, add_to_output=True)
        return messages

    def detect(self, text: str, before: Optional[str] = None) -> Tuple[str, float]:
        """The language of `text` and how sure that is: a code, `OTHER` or `UNSURE`.

        `before`: the language this resident wrote until now; it stands where nothing is certain.
        """
        if self._model is None:
            raise RuntimeError("the language detector is not trained")
        if not words(text):
            return (before or UNSURE), 0.0
        languages = list(self._model.classes_)
        possible = self._scripts.get(script(text) or "", [])
        if not possible:
            return OTHER, 0.0
        chances = self._model.predict_proba(self._grams.transform([as_typed(text)]))[0]
        chances = chances * np.isin(languages, possible)
        chances = chances / chances.sum()
        if before in possible:
            stay = self._config["stay" if len(words(text)) > 1 else "stay_on_one_word"]
            prior = np.full(len(languages), (1 - stay) / max(1, len(languages) - 1))
            prior[languages.index(before)] = stay
            chances = chances * prior / np.dot(chances, prior)
        best = int(np.argmax(chances))
        if chances[best] >= self._config["sure"]:
            return languages[best], float(chances[best])
        return (before or UNSURE), float(chances[best])


def habitual_scripts(texts: List[str], languages: List[str]) -> Dict[str, List[str]]:
    """For each script, the languages that are written in it more than by accident."""
    sizes, uses = Counter(languages), Counter((script(text), language) for text, language in zip(texts, languages))
    found: Dict[str, List[str]] = defaultdict(list)
    for (name, language), count in sorted(uses.items(), key=str):
        if name and (language == OTHER or count >= HABIT * sizes[language]):
            found[name].append(language)
    return dict(found)


def own_words(texts: List[str], languages: List[str]) -> List[Tuple[str, str]]:
    """The examples that tell something about their language.

    Residents greet in each other's languages, so that "merhaba" stands in every folder. Such a text counts only for the
    language in which its words are mostly used; when there is none ("ok"), for no language.
    """
    uses = Counter((word, language) for text, language in zip(texts, languages) for word in words(as_typed(text)))
    sizes = Counter(languages)
    spoken = [" ".join(words(as_typed(text))) for text in texts]
    found: Dict[str, Set[str]] = defaultdict(set)
    for text, language in zip(spoken, languages):
        found[text].add(language)

    def home(text: str) -> Optional[str]:
        shares = {code: sum(uses[word, code] for word in text.split()) / sizes[code] for code in found[text]}
        best, *others = sorted(shares, key=lambda code: -shares[code])
        return best if not others or shares[best] >= AHEAD * shares[others[0]] else None

    return [
        (text, language)
        for text, said, language in zip(texts, spoken, languages)
        if len(found[said]) == 1 or (said and home(said) == language)
    ]
