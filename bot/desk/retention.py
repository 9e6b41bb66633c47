"""What is past its date goes: people who have not written for long, and rows that have done their work."""

from datetime import datetime, timedelta
from typing import List

from sqlalchemy import and_, delete, func, or_, select

from bot.desk.outbox import PARKED
from bot.handover.states import OFFERED, OPEN
from bot.records.database import Database
from bot.records.forget import UNDERWAY, forget_unasked
from bot.records.models import Handover, Invitation, Note, Received, Resident, Sending, Timer

KEEP_FOR = timedelta(days=180)  # after the last message, unless a setting says otherwise
ROWS_STAY = timedelta(days=30)  # long enough to look into trouble


def delete_past(database: Database, moment: datetime, keep_for: timedelta = KEEP_FOR) -> int:
    """Delete what is past its date at `moment`. `keep_for`: how long after their last message a resident stays.

    Returns how many residents went. Who is being helped stays, and who is still to be reminded or asked after.
    """
    gone = _not_seen_since(database, moment - keep_for)
    for resident_id in gone:  # each in a transaction of its own: nobody else has to wait for all of them
        with database.change() as session:
            resident = session.get(Resident, resident_id)
            if resident is not None:
                forget_unasked(session, resident)
    _delete_rows(database, moment, keep_for)
    return len(gone)


def _not_seen_since(database: Database, moment: datetime) -> List[str]:
    helped = select(Handover.resident_id).where(Handover.state.in_(OPEN - {OFFERED}))
    timed = select(Handover.resident_id).join(Timer, Timer.handover_id == Handover.id)
    query = select(Resident.id).where(Resident.seen_at < moment)
    with database.change() as session:
        return list(session.scalars(query.where(Resident.id.not_in(helped), Resident.id.not_in(timed))))


def _delete_rows(database: Database, moment: datetime, keep_for: timedelta) -> None:
    old, very_old = moment - ROWS_STAY, moment - keep_for
    on_the_way = Sending.state.in_((*UNDERWAY, PARKED))
    done_with = and_(~on_the_way, func.coalesce(Sending.sent_at, Sending.created_at) < old)
    past = (
        delete(Sending).where(or_(done_with, Sending.created_at < very_old)),
        delete(Received).where(or_(Received.done_at < old, Received.received_at < old)),
        delete(Invitation).where(or_(Invitation.used_at < old, Invitation.expires_at < old)),
        delete(Note).where(Note.at < very_old),
    )
    with database.change() as session:
        for statement in past:
            session.execute(statement.execution_options(synchronize_session=False))
