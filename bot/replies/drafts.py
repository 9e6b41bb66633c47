"""The draft mark: what carries it is never said to a resident, until a person has read it and takes the mark away.

`draft: true` at the top of a file marks all of it: a topic, a topic in one language, the household check of a language,
or a whole language (in its language.yml). `draft: [replies/thank]` in conversation.yml or items.yml marks single texts.
A draft counts as missing; what is said instead stands in docs/maintainers.md.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Dict, List, Tuple

if TYPE_CHECKING:
    from bot.replies.content import Language

MARK = "draft"
BORROWED = ("phrases", "listen", "bring", "lines", "groups")  # short words that a language lends from Dutch


def is_draft(data: Any) -> bool:
    """Whether a file is marked as a draft as a whole."""
    return isinstance(data, dict) and data.get(MARK) is True


def marked(data: Any) -> List[Tuple[str, str]]:
    """The single texts that are marked, as (section, name)."""
    names = data.get(MARK) if isinstance(data, dict) else None
    parts = [str(name).partition("/") for name in names] if isinstance(names, list) else []
    return [(section, name) for section, _, name in parts]


def without_drafts(data: Dict[str, Any]) -> Dict[str, Any]:
    """The data of a file without its marked texts and without the mark."""
    hidden = marked(data)
    kept = {section: value for section, value in data.items() if section != MARK}
    for section, _ in hidden:
        if isinstance(kept.get(section), dict):
            kept[section] = {name: text for name, text in kept[section].items() if (section, name) not in hidden}
    return kept


def with_borrowed_words(words: "Language", dutch: "Language") -> "Language":
    """The language, with Dutch captions and phrases where it has none of its own: a picture keeps its caption."""
    borrowed: Dict[str, Any] = {
        section: {**own, **{name: text for name, text in theirs.items() if name not in own}}
        for section in BORROWED
        for own, theirs in [(getattr(words, section), getattr(dutch, section))]
    }
    return replace(words, **borrowed)
