"""The pipelines that were compared. Each learns from the same examples and ranks intents for the same messages."""

import time
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier

from benchmarks.data import Said, configured
from bot.nlu.classifier import MeaningAndLetters
from bot.nlu.encoder import EXAMPLES, Encoder, a_few_of_each
from bot.nlu.text import plain_letters

Examples = List[Said]


class Ranked(NamedTuple):
    """What a pipeline makes of messages. `parts`: for each the highest chances in its parts, if it looks at those."""

    chances: np.ndarray  # one row per message, one column per name
    names: List[str]
    parts: Optional[List[Optional[np.ndarray]]] = None

    def of(self, which: slice) -> "Ranked":
        """The same for some of the messages."""
        return Ranked(self.chances[which], self.names, self.parts and self.parts[which])


def ours(examples: Examples, asked: List[str]) -> Ranked:
    """Sentence vectors of e5 and character n-grams, weighed: what config.yml names."""
    encoder, few = Encoder(), a_few(examples)
    model = MeaningAndLetters().fit(
        encoder.encode_once([said.text for said in few]),
        [said.intent for said in few],
        [said.text for said in examples],
        [said.intent for said in examples],
    )
    parts = [model.in_parts(text) for text in asked]
    return Ranked(model.chances(encoder.encode_once(asked), asked), model.names, parts)


def vectors_only(examples: Examples, asked: List[str]) -> Ranked:
    """Sentence vectors of e5 alone, centred and scaled, of the same few examples of each intent and language."""
    encoder, few = Encoder(), a_few(examples)
    rows = encoder.encode_once([said.text for said in few])
    mean = rows.mean(axis=0)
    model = LogisticRegression(C=3.0, max_iter=80, tol=1e-3).fit((rows - mean) * 4.5, [said.intent for said in few])
    return Ranked(model.predict_proba((encoder.encode_once(asked) - mean) * 4.5), list(model.classes_))


def a_few(examples: Examples) -> Examples:
    """The examples that are encoded: encoding is what takes long."""
    groups = [(said.intent, said.language) for said in examples]
    return [examples[i] for i in a_few_of_each(groups, EXAMPLES, configured("SentenceEncoder")["more"])]


def letters_only(examples: Examples, asked: List[str]) -> Ranked:
    """Character n-grams alone."""
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, max_features=60_000, sublinear_tf=True)
    rows = grams.fit_transform(plain_letters(said.text) for said in examples)
    model = SGDClassifier(loss="log_loss", alpha=1.5e-6, max_iter=12, tol=None, average=True, random_state=0, n_jobs=-1)
    model.fit(rows, [said.intent for said in examples])
    return Ranked(model.predict_proba(grams.transform(map(plain_letters, asked))), list(model.classes_))


Candidate = Callable[[Examples, List[str]], Ranked]
CANDIDATES: Dict[str, Candidate] = {
    "e5 and letters (chosen)": ours,
    "letters only": letters_only,
    "e5 only": vectors_only,
}


def timed(candidate: Candidate, examples: Examples, asked: List[str]) -> Tuple[Ranked, float]:
    """What a candidate says, and the seconds it took to learn and to answer."""
    start = time.perf_counter()
    return candidate(examples, asked), time.perf_counter() - start
