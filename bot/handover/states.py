"""What can happen to a handover, as one table. Read it from top to bottom: it is the whole life of a handover.

Each row: in this state, when this happens, the handover goes there, and these notices are written in the same
transaction. `next` stands for: ask the next person, or `none_left` when there is nobody. A (state, event) pair
that is not in the table is refused: `NotPossible`.
"""

from dataclasses import dataclass
from typing import Dict, Tuple

OFFERED, ASKED, ACCEPTED, IN_TOUCH = "offered", "asked", "accepted", "in_touch"
CLOSED, WITHDRAWN, NONE_LEFT, NEXT = "closed", "withdrawn", "none_left", "next"

OPEN = frozenset({OFFERED, ASKED, ACCEPTED, IN_TOUCH})
HELD_BY_A_PERSON = frozenset({ACCEPTED, IN_TOUCH})


class NotPossible(Exception):
    """This event cannot happen in this state. Nothing was changed."""


@dataclass(frozen=True)
class Transition:
    """Where it goes, and what the resident and the key person are told (names of replies and desk texts)."""

    to: str
    tell_resident: str = ""
    tell_person: str = ""


TABLE: Dict[Tuple[str, str], Transition] = {
    # state, event: where to, what the resident hears, what the key person hears
    (OFFERED, "other_person"): Transition(OFFERED),
    (OFFERED, "agree"): Transition(ASKED, "", "alert"),  # the action itself answers the resident's yes
    (OFFERED, "withdraw"): Transition(WITHDRAWN),
    (ASKED, "accept"): Transition(ACCEPTED, "accepted", "you_accepted"),
    (ASKED, "decline"): Transition(NEXT, "asked_next", "you_declined"),
    (ASKED, "time_out"): Transition(NEXT, "asked_next", "over"),
    (ASKED, "unreachable"): Transition(NEXT, "asked_next"),
    (ASKED, "other_person"): Transition(OFFERED, "", "over"),
    (ASKED, "withdraw"): Transition(WITHDRAWN, "", "resident_stopped"),
    (ACCEPTED, "first_message"): Transition(IN_TOUCH),
    (ACCEPTED, "close"): Transition(CLOSED, "ended_by_person", "ended"),
    (ACCEPTED, "other_person"): Transition(OFFERED, "", "resident_stopped"),
    (ACCEPTED, "withdraw"): Transition(WITHDRAWN, "", "resident_stopped"),
    (IN_TOUCH, "close"): Transition(CLOSED, "ended_by_person", "ended"),
    (IN_TOUCH, "other_person"): Transition(OFFERED, "", "resident_stopped"),
    (IN_TOUCH, "withdraw"): Transition(WITHDRAWN, "", "resident_stopped"),
}


def transition(state: str, event: str) -> Transition:
    """The row of the table; raises `NotPossible` when there is none."""
    try:
        return TABLE[state, event]
    except KeyError:
        raise NotPossible(f"{event} in state {state}") from None
