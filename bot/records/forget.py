"""Forgetting somebody: everything about them goes; only the last words and the way to bring them stay until sent."""

import json
from typing import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.records.models import (
    Address,
    Appointment,
    Attachment,
    Consent,
    Handover,
    HandoverEvent,
    KeyPerson,
    Learner,
    Note,
    Received,
    Resident,
    Sending,
    Timer,
)

LEAVING = "leaving"  # marks the rows that may still be sent to somebody who is forgotten
UNDERWAY = ("waiting", "sending")
NOT_BROUGHT_YET = (*UNDERWAY, "parked")
OF_A_HANDOVER = (
    Timer,
    Appointment,
    Attachment,
    Consent,
    HandoverEvent,
    Note,
)  # timers name appointments: they go first


def forget(session: Session, resident: Resident) -> None:
    """Delete this resident's records, messages and dialogue, also what was passed on to key persons.

    Only a notice that a key person has not got yet is still sent: that this resident has stopped.
    The resident's row and address stay until the last words, rows marked `LEAVING`, are delivered: `clear_leavers`.
    """
    handovers = list(session.scalars(select(Handover.id).where(Handover.resident_id == resident.id)))
    for row in session.scalars(select(Sending).where(Sending.handover_id.in_(handovers))):
        if row.state not in NOT_BROUGHT_YET or row.body["sender"] == "resident":
            session.delete(row)
    for model in OF_A_HANDOVER:
        gone = delete(model).where(model.handover_id.in_(handovers))
        session.execute(gone.execution_options(synchronize_session=False))
    _let_go(session, handovers)
    session.execute(delete(Handover).where(Handover.resident_id == resident.id))
    session.execute(delete(Received).where(Received.sender == resident.id, Received.done_at.is_not(None)))
    session.execute(delete(Sending).where(Sending.receiver == resident.id))
    session.execute(delete(Learner).where(Learner.resident_id == resident.id))
    resident.dialogue, resident.language, resident.choices = None, None, []


def forget_unasked(session: Session, resident: Resident) -> None:
    """Past the date: as `forget`, without last words. Nobody is written to, and nothing stays."""
    forget(session, resident)
    _erase(session, resident.id)


def _let_go(session: Session, handovers: Sequence[str]) -> None:
    """No desk stands in one of these talks any more, asks something about it, or offers it."""
    for person in session.scalars(select(KeyPerson)):
        if person.talk_id in handovers:
            person.talk_id = None
        for column in ("step", "choices"):
            words = json.dumps(getattr(person, column))
            if any(handover_id in words for handover_id in handovers):
                setattr(person, column, None)


def clear_leavers(session: Session) -> int:
    """Delete those whose last words were sent (or never will be); returns how many.

    The same for notices to key persons about talks that are forgotten: once brought, they go.
    """
    _clear_notices(session)
    waiting = select(Sending.receiver).where(Sending.handover_id == LEAVING, Sending.state.in_(UNDERWAY))
    gone = set(session.scalars(select(Sending.receiver).where(Sending.handover_id == LEAVING))) - set(
        session.scalars(waiting)
    )
    for resident_id in gone:
        session.execute(delete(Sending).where(Sending.receiver == resident_id, Sending.handover_id == LEAVING))
        came_back = (
            session.scalars(
                select(Received.id).where(Received.sender == resident_id, Received.done_at.is_(None))
            ).first()
            or session.scalars(select(Sending.id).where(Sending.receiver == resident_id)).first()
        )
        if not came_back:
            _erase(session, resident_id)
    return len(gone)


def _clear_notices(session: Session) -> None:
    brought = (Sending.handover_id.is_not(None), Sending.handover_id != LEAVING, Sending.state.not_in(NOT_BROUGHT_YET))
    forgotten = ~select(Handover.id).where(Handover.id == Sending.handover_id).exists()
    session.execute(delete(Sending).where(*brought, forgotten).execution_options(synchronize_session=False))


def _erase(session: Session, resident_id: str) -> None:
    """Who this was, and how they were reached."""
    session.execute(delete(Address).where(Address.resident_id == resident_id))
    session.execute(delete(Received).where(Received.sender == resident_id))
    session.execute(delete(Resident).where(Resident.id == resident_id))
