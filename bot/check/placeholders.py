"""Names in braces: only those that are filled in, and none left out that the Dutch text has."""

from typing import Dict, Iterator, Optional, Set

from bot.check.drafts import GAP
from bot.check.finding import Finding
from bot.check.said import REPLY, TOPIC, VALUES, Said, everything_said
from bot.check.shape import did_you_mean
from bot.check.tree import DUTCH, REFERENCES, Tree
from bot.replies.speaker import placeholders
from bot.replies.yaml_lines import KeyPath

NOT_FILLED_IN = ("bring", "bring_nothing")  # said as they are, above the list of things to bring
Used = Dict[KeyPath, Dict[str, Set[str]]]  # text, then language: the names that it uses


def placeholders_are_known(tree: Tree) -> Iterator[Finding]:
    """Names in braces are facts, or values that the program has at that point."""
    used: Used = {}
    for said in everything_said(tree):
        names = _names(said)
        if names is None:
            mend = "Each name needs one brace on both sides: {name}. Braces are for names only."
            yield said.error("a brace is not closed, or not opened", mend)
            continue
        text = _text(said)
        if text:
            used.setdefault(text, {}).setdefault(said.language, set()).update(names)
    for said in everything_said(tree):
        allowed = _allowed(tree, said, used)
        for name in sorted(set(_names(said) or []) - allowed):
            mend = did_you_mean(name, allowed) if allowed else "Remove the braces: nothing is filled in here."
            yield said.error(f"nothing is known that could be filled in for {{{name}}}", mend)


def nothing_is_left_out(tree: Tree) -> Iterator[Finding]:
    """Each text of the conversation names what its Dutch original names."""
    used: Dict[str, Dict[KeyPath, Set[str]]] = {}
    for said in everything_said(tree):
        if (text := _text(said)) and said.text.strip() != GAP:  # that it is unwritten is said elsewhere
            names = set(_names(said) or []) & {*VALUES, *tree.facts}
            used.setdefault(said.language, {}).setdefault(text, set()).update(names)
    for code, language in tree.languages.items():
        for text, names in used.get(DUTCH, {}).items():
            for name in sorted(names - used.get(code, {}).get(text, names)):
                mend = f"Put {{{name}}} into it, as in content/languages/{DUTCH}/conversation.yml."
                yield language.conversation.error(text, f"{{{name}}} is missing from “{text[-1]}”", mend)


def _text(said: Said) -> Optional[KeyPath]:
    """Which text of the conversation this is a part of: `replies/asked`."""
    return said.where[:2] if said.where[0] in ("replies", "phrases", "desk") else None


def _allowed(tree: Tree, said: Said, used: Used) -> Set[str]:
    """Topics: facts. Conversation: facts, and what Dutch or English name there. Titles and buttons: nothing."""
    if said.kind == TOPIC:
        return set(tree.facts)
    text = _text(said)
    if text is None or text[-1] in NOT_FILLED_IN:
        return set()
    values = {name for code in REFERENCES for name in used.get(text, {}).get(code, ())} & set(VALUES)
    return values | set(tree.facts) if said.kind == REPLY else values


def _names(said: Said) -> Optional[Set[str]]:
    try:
        return set(placeholders(said.text))
    except ValueError:
        return None
