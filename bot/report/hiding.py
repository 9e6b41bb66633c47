"""Groups below five are not shown, and cannot be worked out from what is (practice P25).

A cell of one to four people is shown as “<5”. That alone is not enough: with the total known, a single hidden cell is
the rest, and two hidden cells that make two are one and one. So an onlooker who knows every shown number, and what goes
with what, is asked what each hidden cell can be, by linear programming. Whoever can tell more than “one to four” is
given less: one cell more is hidden, and in the end the whole table.
"""

from dataclasses import dataclass, field
from typing import Callable, Dict, List, Optional, Sequence, Set, Tuple

import numpy as np
from scipy.optimize import linprog

FEW = 5
SMALL, HIDDEN = "<5", "hidden"
SLACK = 1e-6

Cell = Tuple[int, str]  # which table, which row


@dataclass
class Tables:
    """Counts of the same people in several ways. `can_be` says which rows of all tables go together.

    `hide` fills `hidden`; a table in `gone` is not shown at all.
    """

    counts: Sequence[Dict[str, int]]
    can_be: Callable[..., bool] = lambda *rows: True
    hidden: Set[Cell] = field(default_factory=set)
    gone: Set[int] = field(default_factory=set)

    @property
    def total(self) -> int:
        """How many people there are."""
        return sum(self.counts[0].values()) if self.counts else 0

    def shown(self, table: int) -> Optional[Dict[str, str]]:
        """The rows of a table as they may be read; None when nothing of it may."""
        if table in self.gone:
            return None
        return {row: self._shown(table, row, number) for row, number in self.counts[table].items()}

    def _shown(self, table: int, row: str, number: int) -> str:
        if number < FEW:
            return SMALL
        return HIDDEN if (table, row) in self.hidden else str(number)


def hide(tables: Tables) -> Tables:
    """Hide what has to be hidden; the same tables."""
    small = [(table, row) for table, rows in enumerate(tables.counts) for row, number in rows.items() if number < FEW]
    tables.hidden |= set(small)
    if tables.total < FEW:
        tables.gone |= set(range(len(tables.counts)))
    while (told := _told_too_much(tables, small)) is not None:
        _hide_one_more(tables, told[0])
    return tables


def _told_too_much(tables: Tables, small: List[Cell]) -> Optional[Cell]:
    """A small cell of which an onlooker can tell more than “one to four”."""
    for cell in small:
        if cell[0] not in tables.gone:
            least, most = possible(tables, cell)
            if least > 1 + SLACK or most < FEW - 1 - SLACK:
                return cell
    return None


def _hide_one_more(tables: Tables, table: int) -> None:
    """The smallest cell of that table that still shows, else of another one that does; at last the table itself."""
    open_cells = [
        (number, at, row)
        for at, rows in enumerate(tables.counts)
        for row, number in rows.items()
        if at not in tables.gone and (at, row) not in tables.hidden
    ]
    candidates = [cell for cell in open_cells if cell[1] == table] or open_cells
    if candidates:
        _, at, row = min(candidates)
        tables.hidden.add((at, row))
    else:
        tables.gone.add(table)


def possible(tables: Tables, cell: Cell) -> Tuple[float, float]:
    """The least and the most that a cell can be, for who knows all that is shown."""
    kinds = _kinds(tables)
    rules, numbers, bounds, limits = [np.ones(len(kinds))], [float(tables.total)], [], []
    for table, rows in enumerate(tables.counts):
        if table in tables.gone:
            continue
        for row, number in rows.items():
            people = np.array([float(kind[table] == row) for kind in kinds])
            if (table, row) not in tables.hidden:
                rules.append(people)
                numbers.append(float(number))
            else:
                bounds.append(-people)  # at least
                limits.append(-1.0 if number < FEW else -float(FEW))
                if number < FEW:
                    bounds.append(people)  # at most
                    limits.append(FEW - 1.0)
    wanted = np.array([float(kind[cell[0]] == cell[1]) for kind in kinds])
    known = {"A_eq": np.array(rules), "b_eq": numbers, "A_ub": np.array(bounds), "b_ub": limits}
    ends = [linprog(sign * wanted, **known, bounds=(0, None), method="highs") for sign in (1, -1)]
    return float(ends[0].fun), -float(ends[1].fun)


def _kinds(tables: Tables) -> List[Tuple[str, ...]]:
    """Every kind of person that there can be: one row of each table."""
    kinds: List[Tuple[str, ...]] = [()]
    for rows in tables.counts:
        kinds = [(*kind, row) for kind in kinds for row in rows]
    return [kind for kind in kinds if tables.can_be(*kind)]
