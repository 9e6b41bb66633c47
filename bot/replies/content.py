"""Reads `content/` into plain objects. Nothing here judges: `sleutel check` does, with file and line."""

from dataclasses import MISSING, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional

from bot.replies.drafts import is_draft, with_borrowed_words, without_drafts
from bot.replies.household import START, START_PAYLOAD, Household, HouseholdTexts
from bot.replies.lessons import PAYLOADS, Course, LessonTexts
from bot.replies.yaml_lines import ContentError, load_with_lines

CONTENT = Path(__file__).resolve().parents[2] / "content"
FALLBACK = "nl"  # what a language lacks is said in Dutch


@dataclass(frozen=True)
class FactValue:
    """One value of a fact and the days between which it is told (both included; None: open)."""

    value: str
    source: str
    starts: Optional[date] = None
    until: Optional[date] = None


@dataclass(frozen=True)
class Fact:
    """A phone number, address or number with a source. Past its last day it is not told."""

    name: str
    kind: str
    values: List[FactValue]

    def on(self, day: date) -> Optional[str]:
        """The value on that day, or None when nothing is known to hold then."""
        for item in self.values:
            if (item.starts is None or item.starts <= day) and (item.until is None or day <= item.until):
                return item.value
        return None


@dataclass(frozen=True)
class Topic:
    """What a topic is in every language: its group, risk (`now`, `soon`, `plain`), pictures and lines."""

    name: str
    group: str
    risk: str
    pictogram: str
    lines: List[str]
    bring: List[str]
    choices: Optional[List[str]] = None
    pass_on: bool = True  # whether its answer is offered as a picture for somebody else


@dataclass(frozen=True)
class TopicTexts:
    """One topic in one language. A list is what is said, one message an entry."""

    title: str
    first: List[str]
    easier: List[str]
    more: List[str]
    where: str
    call: str


@dataclass(frozen=True)
class Language:
    """Everything that is said in one language."""

    code: str
    name: str
    direction: str  # ltr rtl
    status: Dict[str, Any]
    which_language: str
    replies: Dict[str, List[str]]
    choices: Dict[str, str]
    phrases: Dict[str, str]
    listen: Dict[str, List[str]]
    bring: Dict[str, str]
    lines: Dict[str, Dict[str, str]]
    groups: Dict[str, str]
    suggestions: List[str]
    topics: Dict[str, TopicTexts]
    also_called: List[str]
    desk: Optional[Dict[str, Any]] = None
    day_format: str = "EEEE d MMMM"  # as Unicode writes date patterns
    household: Optional[HouseholdTexts] = None  # None: the household check is not offered in this language
    lessons: Optional[LessonTexts] = None  # None: nor are the small lessons


@dataclass(frozen=True)
class Layout:
    """What a reply looks like, whatever the language."""

    pictogram: Optional[str] = None
    choices: Optional[List[str]] = None


@dataclass(frozen=True)
class Content:
    """All of `content/`."""

    topics: Dict[str, Topic]
    facts: Dict[str, Fact]
    languages: Dict[str, Language]
    replies: Dict[str, Layout]
    choices: Dict[str, str]
    pictograms: Dict[str, List[str]]
    desk: Dict[str, List[str]] = field(default_factory=dict)  # the buttons under a text of the key persons' desk
    household: Household = field(default_factory=Household)
    course: Course = field(default_factory=Course)

    def groups(self) -> Dict[str, List[Topic]]:
        """The topics of each group, the most urgent first."""
        order = {"now": 0, "soon": 1, "plain": 2}
        found: Dict[str, List[Topic]] = {}
        for topic in sorted(self.topics.values(), key=lambda t: (order.get(t.risk, 3), t.name)):
            found.setdefault(topic.group, []).append(topic)
        return found


def in_language(texts: Mapping[str, str], code: str, fallback: str = FALLBACK) -> str:
    """What one thing, written in some languages, says in this one; else in the fallback; else nothing."""
    return texts.get(code) or texts.get(fallback) or ""


def read_yaml(path: Path) -> Any:
    """The data of one file; raises `ContentError` with file and line."""
    if not path.exists():
        raise ContentError(f"{path}:1: this file is missing")
    return load_with_lines(path)[0] or {}


def load_content(root: Path = CONTENT) -> Content:
    """Everything below `root` but drafts; raises `ContentError` with file and line for a file of the wrong shape."""
    return Content(
        topics=_topics(root / "topics"),
        facts={path.stem: _fact(path) for path in sorted((root / "facts").glob("*.yml"))},
        languages=_languages(root / "languages"),
        replies={name: Layout(**(value or {})) for name, value in read_yaml(root / "replies.yml").items()},
        choices={**read_yaml(root / "choices.yml"), START: START_PAYLOAD, **PAYLOADS},
        pictograms=read_yaml(root / "pictograms.yml"),
        desk=read_yaml(root / "desk.yml"),
        household=_household(root / "household.yml"),
        course=_course(root / "lessons.yml"),
    )


def _topics(folder: Path) -> Dict[str, Topic]:
    files = {path: read_yaml(path) for path in sorted(folder.glob("*.yml"))}
    return {
        path.stem: _build(Topic, path, {"name": path.stem, **data})
        for path, data in files.items()
        if not is_draft(data)
    }


def _fact(path: Path) -> Fact:
    data = read_yaml(path)
    try:
        values = [
            FactValue(str(item["value"]), item["source"], item.get("from"), item.get("until"))
            for item in data["values"]
        ]
        return Fact(path.stem, data["kind"], values)
    except (KeyError, TypeError) as error:
        raise ContentError(f"{path}:1: a fact needs kind and values with value and source ({error})") from None


def _household(path: Path) -> Household:
    try:
        return Household.from_data(read_yaml(path))
    except (KeyError, TypeError, AttributeError) as error:
        raise ContentError(f"{path}:1: questions, schemes, found and nothing are needed ({error})") from None


def _course(path: Path) -> Course:
    try:
        return Course.from_data(read_yaml(path))
    except (KeyError, TypeError, AttributeError) as error:
        raise ContentError(f"{path}:1: lessons are needed, each with its pictogram ({error})") from None


def _languages(folder: Path) -> Dict[str, Language]:
    """The languages that are no draft, each with Dutch words where it lacks some."""
    about = {path: read_yaml(path / "language.yml") for path in sorted(folder.iterdir()) if path.is_dir()}
    found = {path.name: _language(path, data) for path, data in about.items() if not is_draft(data)}
    dutch = found.get(FALLBACK)
    return {code: with_borrowed_words(words, dutch) if dutch else words for code, words in found.items()}


def _language(folder: Path, about: Dict[str, Any]) -> Language:
    conversation = without_drafts(read_yaml(folder / "conversation.yml"))
    items = without_drafts(read_yaml(folder / "items.yml"))
    texts = {path: read_yaml(path) for path in sorted((folder / "topics").glob("*.yml"))}
    topics = {path.stem: _build(TopicTexts, path, data) for path, data in texts.items() if not is_draft(data)}
    everything = {"code": folder.name, "topics": topics, **about, **conversation, **items}
    household_file = folder / "household.yml"
    if household_file.exists() and not is_draft(read_yaml(household_file)):
        household = _build(HouseholdTexts, household_file, read_yaml(household_file))
        everything["household"] = household
        everything["choices"] = {**everything.get("choices", {}), START: household.start}
    lessons_file = folder / "lessons.yml"
    if lessons_file.exists() and not is_draft(read_yaml(lessons_file)):
        lessons = _build(LessonTexts, lessons_file, read_yaml(lessons_file))
        everything["lessons"] = lessons
        everything["choices"] = {**everything.get("choices", {}), **lessons.titles()}
    return _build(Language, folder / "language.yml", everything)


def _build(kind: Any, path: Path, data: Any) -> Any:
    """`kind(**data)`, with what is missing or unknown said in words."""
    if not isinstance(data, dict):
        raise ContentError(f"{path}:1: expected names with values")
    fields = kind.__dataclass_fields__
    unknown = [key for key in data if key not in fields]
    missing = [name for name in fields if name not in data and not _has_default(fields[name])]
    if unknown or missing:
        lines = load_with_lines(path)[1]
        line = lines.get((unknown[0],), 1) if unknown else 1
        problem = f"unknown: {', '.join(map(str, unknown))}" if unknown else f"missing: {', '.join(missing)}"
        raise ContentError(f"{path}:{line}: {problem}")
    return kind(**data)


def _has_default(field: Any) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING
