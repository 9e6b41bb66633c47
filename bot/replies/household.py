"""The household check as it stands in `content/household.yml`, and its words in one language."""

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

START = "household_start"  # the button that begins it; its words stand in content/languages/<code>/household.yml
START_PAYLOAD, ANSWER = f"/{START}", "/household_answer"

Condition = Dict[str, List[str]]  # question: the answers of which one must have been given; all questions must fit


@dataclass(frozen=True)
class Question:
    """One question, its answers as buttons, and after which earlier answers it is asked (None: always)."""

    name: str
    pictogram: str
    answers: List[str]
    when: Condition = field(default_factory=dict)


@dataclass(frozen=True)
class Scheme:
    """Something to ask about. `careful` names the words of caution that belong to it, if any."""

    name: str
    pictogram: str
    when: Condition = field(default_factory=dict)
    careful: Optional[str] = None


@dataclass(frozen=True)
class Ending:
    """What stands with the outcome: a pictogram, and the buttons under it."""

    choices: List[str]
    pictogram: Optional[str] = None


@dataclass(frozen=True)
class Household:
    """The whole check: questions in the order of asking, schemes in the order of telling."""

    questions: List[Question] = field(default_factory=list)
    schemes: List[Scheme] = field(default_factory=list)
    found: Ending = field(default_factory=lambda: Ending([]))
    nothing: Ending = field(default_factory=lambda: Ending([]))

    @classmethod
    def from_data(cls, data: Dict[str, Any]) -> "Household":
        """From the data of the file; raises `KeyError`, `TypeError` or `AttributeError` for another shape."""
        return cls(
            questions=[Question(name, **about) for name, about in data["questions"].items()],
            schemes=[Scheme(name, **about) for name, about in data["schemes"].items()],
            found=Ending(**data["found"]),
            nothing=Ending(**data["nothing"]),
        )


@dataclass(frozen=True)
class HouseholdTexts:
    """The check in one language. A language without these words does not offer it."""

    start: str  # on the button that begins it
    intro: str
    questions: Dict[str, str]
    answers: Dict[str, Dict[str, str]]  # question: answer: what stands on its button
    card: str  # above the pictures
    ask: str  # above the list
    schemes: Dict[str, Dict[str, str]]  # scheme: `name` under its picture, `where` to apply in one line
    help: str  # who helps with the form
    careful: Dict[str, str]  # words of caution by name
    call: str  # after words of caution: whom to ask first
    nothing: List[str]
