"""Files for somebody to fill in: YAML with three dots where a text is to be, and the Dutch sentence above each.

Written as text, not through a YAML library: comments and order are what these files are for.
"""

import json
from typing import Any, Callable, Iterable, Iterator, List

import yaml

from bot.check.drafts import GAP
from bot.replies.drafts import MARK
from bot.replies.yaml_lines import KeyPath

Say = Callable[[KeyPath, str], str]  # a place and its Dutch text in; the text that is to stand there out
WORDS_TYPED = ("listen",)  # what residents type: written anew, never translated
AWAY = "Ready, and read by a second person? Then take this line away."
MARKED = f"{MARK}: true   # residents do not see this. {AWAY}"


def sheet(dutch: Any, say: Say = lambda where, text: GAP, shown: bool = True, where: KeyPath = ()) -> List[str]:
    """The lines of a file with the same names as the Dutch one. `shown`: the Dutch text as a comment above each."""
    indent = "  " * len(where)
    if isinstance(dutch, dict):
        pairs = [(name, value) for name, value in dutch.items() if name != MARK]
        return [line for name, value in pairs for line in _named(name, value, say, shown, where)]
    found = []
    for index, text in enumerate(dutch):
        found += [f"{indent}# {text}"] if shown else []
        found.append(f"{indent}- {quoted(say((*where, index), text))}")
    return found


def _named(name: str, value: Any, say: Say, shown: bool, where: KeyPath) -> Iterator[str]:
    indent, here = "  " * len(where), (*where, name)
    if isinstance(value, str):
        if shown:
            yield f"{indent}# {value}"
        yield f"{indent}{key(name)}: {quoted(say(here, value))}"
    elif here[0] in WORDS_TYPED and isinstance(value, list):
        yield f"{indent}# {', '.join(value)}"
        yield from (f"{indent}{key(name)}:", f"{indent}  - {quoted(GAP)}")
    else:
        yield f"{indent}{key(name)}:"
        yield from sheet(value, say, shown, here)


def quoted(text: str) -> str:
    """A text as it stands in these files."""
    return json.dumps(text, ensure_ascii=False)


def key(name: str) -> str:
    """A name, in quotes where YAML takes it for something else: yes, no, on."""
    return name if isinstance(yaml.safe_load(name), str) else quoted(name)


def page(*parts: Iterable[str]) -> str:
    """The text of a file from its lines."""
    return "\n".join(line for lines in parts for line in lines) + "\n"


def messages_sheet(intent: str, language: str, examples: Iterable[str] = ()) -> str:
    """The file for what residents type. `examples`: some Dutch ones, to show what it is about."""
    about = [
        f"# What people type about this in {language}: at least 20 messages, better 40. One a line, below “examples”,",
        "# each beginning with four spaces, a dash and a space. Short and long, with mistakes, as people really type.",
        *(f"# In Dutch: {example}" for example in examples),
    ]
    return page(about, ['version: "3.1"', "nlu:", f"- intent: {intent}", "  examples: |"])
