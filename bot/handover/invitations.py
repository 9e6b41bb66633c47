"""One-time codes with which a key person says: this chat is me."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Optional

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.handover.people import PeopleError, person_at
from bot.records.database import Database
from bot.records.models import Invitation, KeyPerson, now

VALID_FOR = timedelta(days=7)
ENROLLED, CODE_WRONG, CODE_USED, CHAT_TAKEN = "enrolled", "code_wrong", "code_used", "chat_taken"  # also desk texts


@dataclass(frozen=True)
class Redeemed:
    """What became of a code, and whose it was when it worked."""

    outcome: str
    person: Optional[KeyPerson] = None


def invite(database: Database, person_id: str, moment: Optional[datetime] = None) -> str:
    """A new code for this person; earlier ones that were not used end now. Raises `PeopleError` for an unknown person.

    Only its hash is stored: who reads the database cannot become a key person with it.
    """
    moment = moment or now()
    code = secrets.token_urlsafe(24)  # Telegram takes up to 64 of A-Z a-z 0-9 _ - behind ?start=
    with database.change() as session:
        if session.get(KeyPerson, person_id) is None:
            raise PeopleError(f"{person_id}: there is no such person; see: sleutel people list")
        unused = (Invitation.person_id == person_id, Invitation.used_at.is_(None), Invitation.expires_at > moment)
        session.execute(update(Invitation).where(*unused).values(expires_at=moment))
        session.add(Invitation(person_id=person_id, code_hash=_hash(code), expires_at=moment + VALID_FOR))
    return code


def redeem(session: Session, code: str, channel: str, address: str, moment: datetime) -> Redeemed:
    """Reach this person at `address` from now on, if the code is good. Opening one's own link again is good too."""
    invitation = session.scalars(select(Invitation).filter_by(code_hash=_hash(code)).with_for_update()).first()
    if invitation is None:
        return Redeemed(CODE_WRONG)
    person = session.get(KeyPerson, invitation.person_id)
    here = person_at(session, channel, address)
    if here is not None and here.id != person.id:  # two people in one chat: nobody could tell who answers
        return Redeemed(CHAT_TAKEN)
    if here is None and (invitation.used_at is not None or invitation.expires_at <= moment):
        return Redeemed(CODE_USED)
    invitation.used_at = invitation.used_at or moment
    person.channel, person.address = channel, address
    return Redeemed(ENROLLED, person)


def _hash(code: str) -> str:
    """No salt and no slow hash: the code has 192 random bits, so there is nothing to guess."""
    return sha256(code.encode()).hexdigest()
