"""Every button means something that exists, and every intent is answered."""

import json
from typing import Iterator, List, Set, Tuple

from bot.check.finding import Finding
from bot.check.reading import Document
from bot.check.shape import did_you_mean
from bot.check.tree import Tree
from bot.check.understanding import NOT_TYPED
from bot.replies.household import START
from bot.replies.lessons import PAYLOADS
from bot.replies.yaml_lines import KeyPath

MOST_BUTTONS = 10  # a WhatsApp list; up to three are buttons


def buttons_mean_something(tree: Tree) -> Iterator[Finding]:
    """The payloads in `choices.yml` are intents, with values that the domain knows."""
    if not (tree.domain.readable and tree.choices.readable):
        return  # said already; without them nothing here is known
    for name in tree.choices.names():
        payload = tree.choices.get(name)
        if isinstance(payload, str):
            yield from _payload(tree, name, payload)
    layouts: List[Tuple[Document, KeyPath]] = [(tree.replies, (name, "choices")) for name in tree.replies.names()]
    layouts += [(topic, ("choices",)) for topic in tree.topics.values()]
    layouts += [(tree.household, (ending, "choices")) for ending in ("found", "nothing")]
    layouts += [(tree.course, ("lessons", name, "choices")) for name in tree.course.names("lessons")]
    for document, where in layouts:
        yield from _layout(tree, document, where)


def _payload(tree: Tree, name: str, payload: str) -> Iterator[Finding]:
    intent, brace, values = payload.partition("{")
    intents = {*tree.intents, *tree.topics}
    if not intent.startswith("/"):
        yield tree.choices.error((name,), f"“{payload}” does not begin with /", f"Write /{payload}.")
        return
    if intent[1:] not in intents:
        yield tree.choices.error(
            (name,), f"there is no intent or topic “{intent[1:]}”", did_you_mean(intent[1:], intents)
        )
    if not brace:
        return
    try:
        entities = json.loads(brace + values)
    except ValueError:
        mend = 'Write it as /intent{"key": "value"}, the whole in single quotes.'
        yield tree.choices.error((name,), f"what follows {intent} cannot be read", mend)
        return
    known = [str(entity) for entity in tree.domain.entries("entities")]
    for entity in entities if isinstance(entities, dict) else ():
        if entity not in known:
            problem = f"“{entity}” is not among the entities in domain.yml"
            yield tree.choices.error((name,), problem, did_you_mean(entity, known))


def _layout(tree: Tree, document: Document, where: KeyPath) -> Iterator[Finding]:
    names = document.entries(*where)
    known = {*tree.choices.names(), *tree.topics, START, *PAYLOADS}
    for index, name in enumerate(names):
        if isinstance(name, str) and name not in known:
            yield document.error((*where, index), f"there is no button or topic “{name}”", did_you_mean(name, known))
    if len(names) > MOST_BUTTONS:
        problem = f"{len(names)} buttons; at most {MOST_BUTTONS} fit"
        yield document.error(where, problem, "Leave some out. Three is best.")


def guesses_have_buttons(tree: Tree) -> Iterator[Finding]:
    """When the bot is not sure it offers what it may have been: each intent is a button, or declared never offered."""
    if not (tree.read("config.yml").readable and tree.choices.readable):
        return
    never = _never_offered(tree)
    for intent in tree.intents:
        if intent not in {*NOT_TYPED, *never, *tree.topics, *tree.choices.names()}:
            mend = "Add a button of that name to content/choices.yml, or name it under never_offered in config.yml."
            yield tree.domain.error(
                ("intents", tree.intents.index(intent)), f"“{intent}” may be offered but has no button", mend
            )


def rules_are_known(tree: Tree) -> Iterator[Finding]:
    """Rules speak of intents and actions that exist, and each intent of the domain has a rule."""
    answered: Set[str] = set()
    if not tree.domain.readable:
        return
    actions = {str(action) for action in tree.domain.entries("actions")}
    for document in tree.rules:
        for where, name in document.texts():
            if where[-1] == "intent":
                answered.add(name)
                if name not in {*tree.intents, *tree.topics}:
                    mend = did_you_mean(name, tree.intents)
                    yield document.error(where, f"there is no intent “{name}” in domain.yml", mend)
            if where[-1] == "action" and name.startswith("action_") and name not in actions:
                yield document.error(where, f"there is no action “{name}” in domain.yml", did_you_mean(name, actions))
    for index, intent in enumerate(tree.intents if tree.rules else []):
        if intent not in answered:
            mend = "Write a rule in data/rules/ that says what happens then."
            yield tree.domain.warning(("intents", index), f"nothing answers the intent “{intent}”", mend)


def _never_offered(tree: Tree) -> List[str]:
    parts = [part for part in tree.read("config.yml").entries("pipeline") if isinstance(part, dict)]
    return [str(name) for part in parts for name in part.get("never_offered") or []]
