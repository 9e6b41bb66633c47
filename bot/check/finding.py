"""One thing that `sleutel check` found."""

from dataclasses import dataclass

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, order=True)
class Finding:
    """What is wrong where, and how to mend it in words that need no programmer.

    `path` is relative to the project, `line` counts from 1. An `error` refuses training; a `warning` is only shown.
    """

    path: str
    line: int
    problem: str
    mend: str
    severity: str = ERROR

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.problem}. {self.mend}"
