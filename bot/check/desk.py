"""The key persons' desk: its texts, buttons and lists of words are those that `bot/replies/desk_texts.py` names."""

import re
from typing import Iterator

from bot.check.finding import Finding
from bot.check.said import VALUES, names_in
from bot.check.shape import did_you_mean
from bot.check.tree import DUTCH, Language, Tree
from bot.replies.desk_texts import BUTTONS, COMMANDS, LISTS, TEXTS

FILE = "content/desk.yml"
MOST_BUTTONS = 10  # a WhatsApp list
COMMAND = re.compile(r"[a-z0-9_]{1,32}")  # what Telegram takes for one
KNOWN = (*TEXTS, *BUTTONS, *LISTS)


def desk_buttons_mean_something(tree: Tree) -> Iterator[Finding]:
    """`content/desk.yml` puts known buttons under known texts."""
    layout = tree.read(FILE)
    for name in layout.names():
        if name not in TEXTS:
            yield layout.error((name,), f"the desk has no text “{name}”", did_you_mean(name, TEXTS))
        buttons = layout.entries(name)
        for index, button in enumerate(buttons):
            if button not in BUTTONS:
                mend = did_you_mean(str(button), BUTTONS)
                yield layout.error((name, index), f"the desk has no button “{button}”", mend)
        if len(buttons) > MOST_BUTTONS:
            yield layout.error((name,), f"{len(buttons)} buttons; at most {MOST_BUTTONS} fit", "Leave some out.")


def desk_has_its_words(tree: Tree) -> Iterator[Finding]:
    """Everything that the desk says stands in Dutch (the other languages are held to Dutch), and nothing else does."""
    for language in tree.languages.values():
        document = language.conversation
        if not isinstance(document.get("desk"), dict):
            continue  # said already, where a desk has to be
        has = document.names("desk")
        if language.code == DUTCH:
            for name in KNOWN:
                if name not in has:
                    yield document.error(("desk",), f"the desk says “{name}”, which is missing", f"Add “{name}”.")
            for name in has:
                if name not in KNOWN:
                    yield document.error(("desk", name), f"the desk never says “{name}”", did_you_mean(name, KNOWN))
        yield from _placeholders(language)
        yield from _commands(language)


def _placeholders(language: Language) -> Iterator[Finding]:
    """Only what is known when the text is said: before a yes, that is no name."""
    document = language.conversation
    for name in document.names("desk"):
        text = document.get("desk", name)
        if not isinstance(text, str) or name not in (*TEXTS, *BUTTONS):
            continue
        allowed = TEXTS.get(name, frozenset())
        for value in sorted((set(names_in(text)) & set(VALUES)) - allowed):
            mend = f"Known here: {', '.join(sorted(allowed))}." if allowed else "Remove the braces."
            yield document.error(("desk", name), f"{{{value}}} is not known when this is said", mend)


def _commands(language: Language) -> Iterator[Finding]:
    document = language.conversation
    for name in COMMANDS:
        words = [str(word) for word in document.entries("desk", f"{name}_words")]
        if words and not COMMAND.fullmatch(words[0]):
            problem = f"“{words[0]}” cannot be a command on Telegram"
            mend = "Put a word of small letters without accents or spaces first."
            yield document.error(("desk", f"{name}_words", 0), problem, mend)
