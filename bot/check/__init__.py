"""Checks all content and all examples: what `sleutel check` shows, and what training refuses.

A validator is a function that takes the `Tree` of files and yields findings. To add one: write it in a module beside
this one and name it in `REFUSING` (it can give errors, and is fast) or in `ADVISING` (only warnings).
"""

from pathlib import Path
from typing import Callable, Iterator, List, Tuple

from bot.check.alike import nearly_the_same_under_two_intents
from bot.check.buttons import buttons_mean_something, guesses_have_buttons, rules_are_known
from bot.check.complete import demo_page_is_complete, every_language_is_complete
from bot.check.facts import facts_are_used, facts_are_written_well, facts_hold
from bot.check.files import files_can_be_read, files_have_their_shape
from bot.check.finding import ERROR, WARNING, Finding
from bot.check.lengths import nothing_is_too_long, small_doses
from bot.check.numbers import no_typed_numbers
from bot.check.pictures import pictograms_exist
from bot.check.placeholders import nothing_is_left_out, placeholders_are_known
from bot.check.sentences import sentences_are_short
from bot.check.tone import easier_words, no_reproach
from bot.check.topics import danger_comes_first, topics_fit_together
from bot.check.tree import Tree
from bot.check.understanding import every_intent_has_examples, examples_are_written_well, no_message_twice
from bot.check.words import common_words
from bot.replies.yaml_lines import ContentError

Validator = Callable[[Tree], Iterator[Finding]]
ROOT = Path(__file__).resolve().parents[2]

REFUSING: Tuple[Validator, ...] = (
    files_can_be_read,
    files_have_their_shape,
    every_language_is_complete,
    demo_page_is_complete,
    placeholders_are_known,
    nothing_is_left_out,
    no_typed_numbers,
    nothing_is_too_long,
    small_doses,
    topics_fit_together,
    danger_comes_first,
    facts_hold,
    facts_are_written_well,
    no_reproach,
    buttons_mean_something,
    guesses_have_buttons,
    rules_are_known,
    pictograms_exist,
    every_intent_has_examples,
    examples_are_written_well,
    no_message_twice,
)
ADVISING: Tuple[Validator, ...] = (
    facts_are_used,
    sentences_are_short,
    easier_words,
    common_words,
    nearly_the_same_under_two_intents,
)
VALIDATORS = REFUSING + ADVISING

__all__ = ["ERROR", "VALIDATORS", "WARNING", "Finding", "all_findings", "refuse_broken_content"]


def all_findings(root: Path = ROOT, validators: Tuple[Validator, ...] = VALIDATORS) -> List[Finding]:
    """Everything that the validators find below `root`, each once, by file and line."""
    tree = Tree(root)
    return sorted({finding for validator in validators for finding in validator(tree)})


def refuse_broken_content(root: Path = ROOT) -> None:
    """Raises `ContentError` with every error, one a line as `file:line: problem. mend`; nothing when there is none."""
    errors = [str(finding) for finding in all_findings(root, REFUSING) if finding.severity == ERROR]
    if errors:
        raise ContentError("\n".join(errors))
