"""The pipelines that were compared. Each learns from the same examples and ranks intents for the same messages."""

import time
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

import numpy as np

from benchmarks.data import Said, configured
from bot.nlu.classifier import MeaningAndLetters
from bot.nlu.encoder import EXAMPLES, Encoder, a_few_of_each

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
    """Sentence vectors of e5 alone, of the same few examples of each intent and language."""
    encoder, few = Encoder(), a_few(examples)
    rows = encoder.encode_once([said.text for said in few])
    model = MeaningAndLetters().learn_meaning(rows, [said.intent for said in few])
    return Ranked(model.chances_by_meaning(encoder.encode_once(asked)), model.names)


def a_few(examples: Examples) -> Examples:
    """The examples that are encoded: encoding is what takes long."""
    groups = [(said.intent, said.language) for said in examples]
    return [examples[i] for i in a_few_of_each(groups, EXAMPLES, configured("SentenceEncoder").get("more", {}))]


def letters_only(examples: Examples, asked: List[str]) -> Ranked:
    """Character n-grams alone."""
    model = MeaningAndLetters().learn_letters([said.text for said in examples], [said.intent for said in examples])
    return Ranked(model.chances_by_letters(asked), list(model.by_letters.classes_))


CHOSEN, BY_MEANING = "e5 and letters (chosen)", "e5 only"
Candidate = Callable[[Examples, List[str]], Ranked]
CANDIDATES: Dict[str, Candidate] = {
    CHOSEN: ours,
    "letters only": letters_only,
    BY_MEANING: vectors_only,
}


def timed(candidate: Candidate, examples: Examples, asked: List[str]) -> Tuple[Ranked, float]:
    """What a candidate says, and the seconds it took to learn and to answer."""
    start = time.perf_counter()
    return candidate(examples, asked), time.perf_counter() - start
