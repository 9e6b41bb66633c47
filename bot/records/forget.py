"""Forgetting somebody: everything about them goes; only the last words and the way to bring them stay until sent."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.records.models import Address, Consent, Handover, HandoverEvent, Received, Resident, Sending

LEAVING = "leaving"  # marks the rows that may still be sent to somebody who is forgotten
UNDERWAY = ("waiting", "sending")


def forget(session: Session, resident: Resident) -> None:
    """Delete this resident's records, messages and dialogue, also what was passed on to key persons.

    Only a notice that a key person has not got yet is still sent: that this resident has stopped.
    The resident's row and address stay until the last words, rows marked `LEAVING`, are delivered: `clear_leavers`.
    """
    handovers = select(Handover.id).where(Handover.resident_id == resident.id)
    for row in session.scalars(select(Sending).where(Sending.handover_id.in_(handovers))):
        if row.state not in UNDERWAY or row.body["sender"] == "resident":
            session.delete(row)
    for model in (Consent, HandoverEvent):
        gone = delete(model).where(model.handover_id.in_(handovers))
        session.execute(gone.execution_options(synchronize_session=False))
    session.execute(delete(Handover).where(Handover.resident_id == resident.id))
    session.execute(delete(Received).where(Received.sender == resident.id, Received.done_at.is_not(None)))
    session.execute(delete(Sending).where(Sending.receiver == resident.id))
    resident.dialogue, resident.language, resident.choices = None, None, []


def clear_leavers(session: Session) -> int:
    """Delete those whose last words were sent (or never will be); returns how many."""
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
            session.execute(delete(Address).where(Address.resident_id == resident_id))
            session.execute(delete(Received).where(Received.sender == resident_id))
            session.execute(delete(Resident).where(Resident.id == resident_id))
    return len(gone)
