"""Messages that differ by next to nothing, and yet stand under two intents. Only advice: one word can matter."""

from collections import defaultdict
from itertools import combinations
from typing import Dict, Iterator, List, Set, Tuple

from rapidfuzz import fuzz

from bot.check.finding import WARNING, Finding
from bot.check.tree import Tree
from bot.check.understanding import Example, all_examples

ALIKE = 94  # per cent of the letters
FEWEST_WORDS = 4  # shorter messages differ in all that they say


def nearly_the_same_under_two_intents(tree: Tree) -> Iterator[Finding]:
    """Pairs of messages of one language that are the same but for a letter or two."""
    for examples in all_examples(tree).values():
        told: Set[Tuple[str, int]] = set()
        for together in _blocks(examples):
            for one, other in combinations(together, 2):
                place = (other.path, other.line)
                same = one.intent == other.intent or one.plain == other.plain or place in told
                if not same and fuzz.ratio(one.plain, other.plain) >= ALIKE:
                    told.add(place)
                    problem = f"“{other.text}” is nearly “{one.text}” under “{one.intent}” ({one.path}:{one.line})"
                    yield Finding(*place, problem, "Keep both only if the difference matters.", WARNING)


def _blocks(examples: List[Example]) -> Iterator[List[Example]]:
    """Messages that share all words but one: comparing each with each would take minutes."""
    blocks: Dict[Tuple[str, ...], List[Example]] = defaultdict(list)
    for example in examples:
        words = sorted(set(example.plain.split()))
        if len(words) >= FEWEST_WORDS:
            for left_out in range(len(words)):
                blocks[tuple(words[:left_out] + words[left_out + 1 :])].append(example)
    return (block for block in blocks.values() if len(block) > 1)
