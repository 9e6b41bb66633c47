"""A resident's yes: kept with the words they saw, and ended as easily."""

from dataclasses import dataclass
from datetime import datetime
from typing import Dict

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.records.models import Consent, Handover


@dataclass(frozen=True)
class Agreement:
    """A yes of the resident: the words they saw, in which language, and what is shared by it."""

    shown: str
    shared: Dict[str, str]
    language: str
    version: str


def keep_consent(session: Session, handover: Handover, agreement: Agreement, moment: datetime) -> None:
    """From this moment on it holds."""
    session.add(Consent(handover_id=handover.id, given_at=moment, **vars(agreement)))


def end_consents(session: Session, handover: Handover, moment: datetime) -> None:
    """Nothing more is shared in this handover."""
    for consent in session.scalars(select(Consent).filter_by(handover_id=handover.id, withdrawn_at=None)):
        consent.withdrawn_at = moment
