"""The end of a message in the inbox."""

from typing import Optional

from sqlalchemy.orm import Session

from bot.records.models import Received, now


def finish(session: Session, row_id: Optional[int]) -> None:
    """It is dealt with: what was written is emptied, and a crash does not bring it back. Belongs to what it caused."""
    row = session.get(Received, row_id) if row_id is not None else None
    if row is not None and row.done_at is None:
        row.done_at, row.body = now(), None
