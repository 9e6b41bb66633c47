"""The pipelines that were compared. Each learns from the same examples and ranks intents for the same messages."""

import time
from typing import Callable, Dict, List, Tuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier

from bot.nlu.classifier import MeaningAndLetters
from bot.nlu.encoder import Encoder
from bot.nlu.text import plain_letters

Ranked = Tuple[np.ndarray, List[str]]  # chances (one row per message), names of the columns


def ours(texts: List[str], intents: List[str], asked: List[str]) -> Ranked:
    """Sentence vectors of e5 and character n-grams, weighed: what config.yml names."""
    encoder = Encoder()
    model = MeaningAndLetters().fit(encoder.encode_once(texts), texts, intents)
    return model.chances(encoder.encode_once(asked), asked), model.names


def vectors_only(texts: List[str], intents: List[str], asked: List[str]) -> Ranked:
    """Sentence vectors of e5 alone, centred and scaled."""
    encoder = Encoder()
    rows = encoder.encode_once(texts)
    mean = rows.mean(axis=0)
    model = LogisticRegression(C=3.0, max_iter=80, tol=1e-3).fit((rows - mean) * 4.5, intents)
    return model.predict_proba((encoder.encode_once(asked) - mean) * 4.5), list(model.classes_)


def letters_only(texts: List[str], intents: List[str], asked: List[str]) -> Ranked:
    """Character n-grams alone."""
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, max_features=60_000, sublinear_tf=True)
    rows = grams.fit_transform(map(plain_letters, texts))
    model = SGDClassifier(loss="log_loss", alpha=3e-6, max_iter=12, tol=None, average=True, random_state=0, n_jobs=-1)
    model.fit(rows, intents)
    return model.predict_proba(grams.transform(map(plain_letters, asked))), list(model.classes_)


CANDIDATES: Dict[str, Callable[[List[str], List[str], List[str]], Ranked]] = {
    "e5 and letters (chosen)": ours,
    "letters only": letters_only,
    "e5 only": vectors_only,
}


def timed(candidate: Callable[[List[str], List[str], List[str]], Ranked], *given: List[str]) -> Tuple[Ranked, float]:
    """What a candidate says, and the seconds it took to learn and to answer."""
    start = time.perf_counter()
    return candidate(*given), time.perf_counter() - start
