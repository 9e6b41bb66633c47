"""Checks all content and all examples: what `sleutel check` shows, and what training refuses.

A validator is a function that takes the `Tree` of files and yields findings. To add one: write it in a module beside
this one and name it in `REFUSING` (it can give errors, and is fast) or in `ADVISING` (only warnings).
"""

from pathlib import Path
from typing import Callable, Iterator, List, Tuple

from bot.check.alike import nearly_the_same_under_two_intents
from bot.check.buttons import buttons_mean_something, guesses_have_buttons, rules_are_known
from bot.check.complete import every_language_is_complete, everything_is_offered, pages_are_complete
from bot.check.desk import desk_buttons_mean_something, desk_has_its_words
from bot.check.drafts import drafts_are_told, drafts_harm_nobody, drafts_of, nothing_is_unwritten, untouched_files
from bot.check.facts import facts_are_used, facts_are_written_well, facts_hold
from bot.check.files import files_can_be_read, files_have_their_shape
from bot.check.finding import ERROR, WARNING, Finding
from bot.check.household import household_has_its_words, household_rules_hang_together
from bot.check.lengths import nothing_is_too_long, small_doses
from bot.check.lessons import lessons_have_their_shape, lessons_have_their_words
from bot.check.looked_after import facts_are_dated, topics_are_tested
from bot.check.numbers import no_typed_numbers
from bot.check.other_languages import other_languages_are_other
from bot.check.pass_on import cards_are_passed_on_with_care
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
    pages_are_complete,
    drafts_harm_nobody,
    nothing_is_unwritten,
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
    desk_buttons_mean_something,
    desk_has_its_words,
    household_rules_hang_together,
    household_has_its_words,
    lessons_have_their_shape,
    lessons_have_their_words,
    cards_are_passed_on_with_care,
    every_intent_has_examples,
    examples_are_written_well,
    no_message_twice,
    other_languages_are_other,
)
ADVISING: Tuple[Validator, ...] = (
    drafts_are_told,
    facts_are_used,
    facts_are_dated,
    topics_are_tested,
    everything_is_offered,
    sentences_are_short,
    easier_words,
    common_words,
    nearly_the_same_under_two_intents,
)
VALIDATORS = REFUSING + ADVISING
ALSO_IN_DRAFTS = (files_can_be_read, drafts_harm_nobody, drafts_are_told)  # what concerns everybody

__all__ = ["ERROR", "VALIDATORS", "WARNING", "Finding", "all_findings", "refuse_broken_content"]


def all_findings(
    root: Path = ROOT, validators: Tuple[Validator, ...] = VALIDATORS, in_drafts: bool = False
) -> List[Finding]:
    """Everything that the validators find below `root`, each once, by file and line.

    Without `in_drafts` not what is only wrong in a draft: residents do not see it.
    """
    tree = Tree(root)
    drafts, untouched = drafts_of(tree), untouched_files(tree)

    def concerns(validator: Validator, finding: Finding) -> bool:
        if validator in ALSO_IN_DRAFTS:
            return True
        says_it_all = validator is nothing_is_unwritten or finding.path not in untouched
        return says_it_all and (in_drafts or not drafts.hold(finding.path))

    return sorted({found for validator in validators for found in validator(tree) if concerns(validator, found)})


def refuse_broken_content(root: Path = ROOT) -> None:
    """Raises `ContentError` with every error, one a line as `file:line: problem. mend`; nothing when there is none."""
    errors = [str(finding) for finding in all_findings(root, REFUSING) if finding.severity == ERROR]
    if errors:
        raise ContentError("\n".join(errors))
