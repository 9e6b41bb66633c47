"""Timers and meetings of a handover: set, stopped and called off inside the caller's transaction."""

from datetime import datetime, timedelta
from typing import Optional

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.records.models import Appointment, Handover, Timer

PROMISE, AFTERCARE, DAY, HOURS = "promise", "aftercare", "remind_day", "remind_hours"  # kinds of timers
AGREED, CANCELLED = "agreed", "cancelled"  # states of a meeting; before that it is "proposed"
HOURS_BEFORE = timedelta(hours=2)


def set_timer(
    session: Session, handover: Handover, kind: str, due: datetime, appointment_id: Optional[int] = None
) -> None:
    """One timer of a kind at a time, for each appointment."""
    stop_timers(session, handover, kind, appointment_id)
    session.add(Timer(handover_id=handover.id, kind=kind, due_at=due, appointment_id=appointment_id))


def stop_timers(session: Session, handover: Handover, kind: str, appointment_id: Optional[int] = None) -> None:
    """What was to happen will not."""
    session.flush()
    of_this = (Timer.handover_id == handover.id, Timer.kind == kind, Timer.appointment_id == appointment_id)
    session.execute(delete(Timer).where(*of_this).execution_options(synchronize_session=False))


def cancel_appointments(session: Session, handover: Handover, moment: datetime, with_id: Optional[str] = None) -> None:
    """Call off what is still to come after `moment`: all of it, or only the meetings with one person."""
    session.flush()
    query = select(Appointment).where(Appointment.handover_id == handover.id, Appointment.at > moment)
    for appointment in session.scalars(query.where(Appointment.person_id == with_id) if with_id else query):
        appointment.state = CANCELLED
        for kind in (DAY, HOURS):
            stop_timers(session, handover, kind, appointment.id)
