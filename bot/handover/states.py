"""What can happen to a handover, as one table. Read it from top to bottom: it is the whole life of a handover.

Each row: in this state, when this happens, the handover goes there, and these notices are written in the same
transaction. `next` stands for: ask the next person, or `none_left` when there is nobody. A (state, event) pair
that is not in the table is refused: `NotPossible`.
"""

from dataclasses import dataclass
from typing import Dict, Tuple

OFFERED, ASKED, ACCEPTED, IN_TOUCH = "offered", "asked", "accepted", "in_touch"
INTRODUCED, HANDED_ON = "introduced", "handed_on"  # a professional is proposed; is asked
CLOSED, CARED_FOR, WITHDRAWN, NONE_LEFT, NEXT = "closed", "cared_for", "withdrawn", "none_left", "next"

HELD_BY_A_PERSON = frozenset({ACCEPTED, IN_TOUCH, INTRODUCED, HANDED_ON})
OPEN = HELD_BY_A_PERSON | {OFFERED, ASKED}
PROMISED = frozenset({ASKED, ACCEPTED, INTRODUCED, HANDED_ON})  # somebody is to act, and a timer runs
BRINGS_IN = frozenset({INTRODUCED, HANDED_ON})  # beside the key person there is somebody who is to come
BY_THE_NEXT = frozenset(  # what the professional brought in does, or leaves undone
    {(INTRODUCED, "next_unreachable"), (HANDED_ON, "time_out")}
    | {(HANDED_ON, event) for event in ("next_accepts", "next_declines", "next_unreachable")}
)


class NotPossible(Exception):
    """This event cannot happen in this state. Nothing was changed."""


class NoLongerFree(NotPossible):
    """The person proposed has in the meantime gone away or got too much to do."""


@dataclass(frozen=True)
class Transition:
    """Where it goes, and what the resident, the key person and the professional brought in are told.

    The names are those of replies (`content/languages/*/conversation.yml`) and of texts of the desk.
    """

    to: str
    tell_resident: str = ""
    tell_person: str = ""
    tell_next: str = ""


TABLE: Dict[Tuple[str, str], Transition] = {
    # state, event: where to, what the resident hears, the key person, the professional
    (OFFERED, "other_person"): Transition(OFFERED),
    (OFFERED, "agree"): Transition(ASKED, "", "alert"),  # the action itself answers the resident's yes
    (OFFERED, "withdraw"): Transition(WITHDRAWN),
    # somebody was asked
    (ASKED, "accept"): Transition(ACCEPTED, "accepted", "you_accepted"),
    (ASKED, "decline"): Transition(NEXT, "asked_next", "you_declined"),
    (ASKED, "later"): Transition(ASKED, "answers_later", "later_noted"),
    (ASKED, "time_out"): Transition(NEXT, "asked_next", "over"),
    (ASKED, "unreachable"): Transition(NEXT, "asked_next"),
    (ASKED, "other_person"): Transition(OFFERED, "", "over"),
    (ASKED, "withdraw"): Transition(WITHDRAWN, "", "resident_stopped"),
    # somebody said yes and has not written yet
    (ACCEPTED, "first_message"): Transition(IN_TOUCH),
    (ACCEPTED, "nudge"): Transition(ACCEPTED, "reminded_person", "please_write"),
    (ACCEPTED, "time_out"): Transition(NEXT, "asked_next", "over"),
    (ACCEPTED, "unreachable"): Transition(NEXT, "asked_next"),
    (ACCEPTED, "pass_on"): Transition(NEXT, "asked_next", "you_passed_on"),
    (ACCEPTED, "hand_on"): Transition(INTRODUCED, "hand_on_ask", "hand_on_waits"),
    (ACCEPTED, "close"): Transition(CLOSED, "ended_by_person", "ended"),
    (ACCEPTED, "other_person"): Transition(OFFERED, "", "resident_stopped"),
    (ACCEPTED, "withdraw"): Transition(WITHDRAWN, "", "resident_stopped"),
    # both write
    (IN_TOUCH, "unreachable"): Transition(NEXT, "asked_next"),
    (IN_TOUCH, "pass_on"): Transition(NEXT, "asked_next", "you_passed_on"),
    (IN_TOUCH, "hand_on"): Transition(INTRODUCED, "hand_on_ask", "hand_on_waits"),
    (IN_TOUCH, "close"): Transition(CLOSED, "ended_by_person", "ended"),
    (IN_TOUCH, "other_person"): Transition(OFFERED, "", "resident_stopped"),
    (IN_TOUCH, "withdraw"): Transition(WITHDRAWN, "", "resident_stopped"),
    # a professional is proposed to the resident; the key person stays in contact
    (INTRODUCED, "agree"): Transition(HANDED_ON, "", "hand_on_agreed", "alert_hand_on"),
    (INTRODUCED, "refuse"): Transition(IN_TOUCH, "", "hand_on_refused"),
    (INTRODUCED, "time_out"): Transition(IN_TOUCH, "", "hand_on_unanswered"),
    (INTRODUCED, "next_unreachable"): Transition(IN_TOUCH, "hand_on_failed", "hand_on_declined"),
    (INTRODUCED, "unreachable"): Transition(NEXT, "asked_next"),
    (INTRODUCED, "close"): Transition(CLOSED, "ended_by_person", "ended"),
    (INTRODUCED, "other_person"): Transition(OFFERED, "", "resident_stopped"),
    (INTRODUCED, "withdraw"): Transition(WITHDRAWN, "", "resident_stopped"),
    # the resident agreed, the professional is asked; the key person stays in contact until there is a yes
    (HANDED_ON, "next_accepts"): Transition(IN_TOUCH, "hand_on_done", "hand_on_taken", "you_accepted_hand_on"),
    (HANDED_ON, "next_declines"): Transition(IN_TOUCH, "hand_on_failed", "hand_on_declined", "you_declined"),
    (HANDED_ON, "time_out"): Transition(IN_TOUCH, "hand_on_failed", "hand_on_declined", "over"),
    (HANDED_ON, "next_unreachable"): Transition(IN_TOUCH, "hand_on_failed", "hand_on_declined"),
    (HANDED_ON, "unreachable"): Transition(NEXT, "asked_next", "", "over"),
    (HANDED_ON, "close"): Transition(CLOSED, "ended_by_person", "ended", "over"),
    (HANDED_ON, "other_person"): Transition(OFFERED, "", "resident_stopped", "over"),
    (HANDED_ON, "withdraw"): Transition(WITHDRAWN, "", "resident_stopped", "over"),
    # a week later
    (CLOSED, "care"): Transition(CLOSED, "how_is_it"),
    (CLOSED, "answer_care"): Transition(CARED_FOR),
}


def transition(state: str, event: str) -> Transition:
    """The row of the table; raises `NotPossible` when there is none."""
    try:
        return TABLE[state, event]
    except KeyError:
        raise NotPossible(f"{event} in state {state}") from None
