"""The small lessons as they stand in `content/lessons.yml`, and their words in one language."""

from dataclasses import dataclass, field
from typing import Any, Dict, List

# Buttons, with their words in content/languages/<code>/lessons.yml; the name of each is its intent too.
START, GO_ON, STOP = "lessons_start", "lessons_go_on", "lessons_stop"
STOP_PAYLOAD = f"/{STOP}"
PAYLOADS = {name: f"/{name}" for name in (START, GO_ON, STOP)}


@dataclass(frozen=True)
class Lesson:
    """One lesson. `choices`: buttons that belong to it, such as the topic that says more."""

    name: str
    pictogram: str
    choices: List[str] = field(default_factory=list)


@dataclass(frozen=True)
class Course:
    """All lessons, in the order in which they are given."""

    lessons: List[Lesson] = field(default_factory=list)

    @classmethod
    def from_data(cls, data: Dict[str, Any]) -> "Course":
        """From the data of the file; raises `KeyError`, `TypeError` or `AttributeError` for another shape."""
        return cls([Lesson(name, **about) for name, about in data["lessons"].items()])


@dataclass(frozen=True)
class LessonTexts:
    """The lessons in one language. A language without these words does not offer them."""

    buttons: Dict[str, str]  # start, go_on, stop
    intro: str
    number: str  # above each lesson, with {number} and {count}
    lessons: Dict[str, Dict[str, str]]  # lesson: `text`, and `today`: one thing to try
    going_on: str
    end: str  # after the last lesson
    stopped: str
    none: str  # to an old button, when no lessons come

    def titles(self) -> Dict[str, str]:
        """What stands on the buttons, by the names that they have everywhere."""
        return {f"lessons_{name}": title for name, title in self.buttons.items()}
