"""How far each language is: who wrote it, who has read it, and what is still missing."""

from dataclasses import dataclass
from statistics import median
from typing import Any, List

from bot.check.drafts import drafts_of
from bot.check.tree import Language, Tree
from bot.check.understanding import NOT_TYPED, examples_of
from bot.making.gaps import gaps_of
from bot.replies.drafts import is_draft, marked


@dataclass(frozen=True)
class Status:
    """One language. `fewest` and `middle`: messages of residents for each intent; `gaps`: texts still to be written."""

    code: str
    name: str
    live: bool
    written_by: str
    written_on: str
    reviewed_by: str
    reviewed_on: str
    topics: int
    drafts: int
    missing: int
    gaps: int
    unread: int  # single texts on the lists of drafts
    fewest: int
    middle: float


def status_of_all(tree: Tree) -> List[Status]:
    """Every language, by code, drafts included."""
    return [_status(tree, language) for _, language in sorted(tree.languages.items())]


def _status(tree: Tree, language: Language) -> Status:
    wanted = [name for name in tree.topics if name not in drafts_of(tree).topics]
    drafts = [name for name in wanted if name in language.topics and is_draft(language.topics[name].data)]
    there = [name for name in wanted if name in language.topics]
    messages = _messages(tree, language.code, wanted)
    return Status(
        code=language.code,
        name=_said(language.about.get("name")),
        live=language.code not in drafts_of(tree).languages,
        written_by=_said(language.about.get("status", "written_by")),
        written_on=_said(language.about.get("status", "written_on")),
        reviewed_by=_said(language.about.get("status", "reviewed_by")),
        reviewed_on=_said(language.about.get("status", "reviewed_on")),
        topics=len(there) - len(drafts),
        drafts=len(drafts),
        missing=len(wanted) - len(there),
        gaps=len(gaps_of(tree, language.code)),
        unread=sum(len(marked(document.data)) for document in (language.conversation, language.items)),
        fewest=min(messages, default=0),
        middle=median(messages) if messages else 0,
    )


def _messages(tree: Tree, code: str, topics: List[str]) -> List[int]:
    """How many messages of residents there are for each intent that is typed."""
    files = tree.messages.get(code, {})
    intents = [name for name in [*tree.intents, *topics] if name and name not in NOT_TYPED]
    return [len(list(examples_of(files[name], code))) if name in files else 0 for name in intents]


def _said(value: Any) -> str:
    return "" if value is None else str(value)
