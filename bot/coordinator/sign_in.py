"""Who may see the coordinator's page: a link that works once, then a cookie for a working day.

By real time, not by the clock that a visitor of the demo may push on: a week later in the demo, one is still signed in.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Callable, Optional

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.handover.people import PeopleError
from bot.records.database import Database
from bot.records.models import KeyPerson, SignedIn, SignInLink, now

LINK_HOLDS = timedelta(days=1)
SESSION_HOLDS = timedelta(hours=8)
LINK = "/coordinator/enter/{code}"
RANDOM = 32  # bytes in a code or a token: nobody guesses those, so a plain hash of them is enough


@dataclass(frozen=True)
class Coordinator:
    """Somebody who is signed in."""

    id: str
    name: str


class SignIn:
    """Codes and sessions. Only hashes are stored: who reads the database cannot come in with it."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database, self._clock = database, clock

    def new_code(self, person_id: str) -> str:
        """A code for one sign-in within a day; earlier ones that were not used end now.

        Raises `PeopleError` for somebody who is unknown, has stopped, or is no coordinator.
        """
        code = secrets.token_urlsafe(RANDOM)
        with self._database.change() as session:
            person = session.get(KeyPerson, person_id)
            if person is None:
                raise PeopleError(f"{person_id}: there is no such person; see: sleutel people list")
            if not _may_look(person):
                raise PeopleError(
                    f"{person_id} is no coordinator. Put coordinator: true at this person (and active: true) in the "
                    "file of: sleutel people import"
                )
            session.execute(delete(SignInLink).where(SignInLink.person_id == person_id))
            session.add(SignInLink(person_id=person_id, code_hash=_hash(code), expires_at=self._clock() + LINK_HOLDS))
        return code

    def enter(self, code: str) -> Optional[str]:
        """Use the code up: what the browser's cookie will hold. None for a wrong, used or old code alike."""
        moment = self._clock()
        with self._database.change() as session:
            _tidy(session, moment)
            fresh = (SignInLink.code_hash == _hash(code), SignInLink.used_at.is_(None), SignInLink.expires_at > moment)
            used = session.execute(
                update(SignInLink).where(*fresh).values(used_at=moment).execution_options(synchronize_session=False)
            )
            if used.rowcount != 1:  # of two at the same moment, one finds the code used
                return None
            link = session.scalars(select(SignInLink).filter_by(code_hash=_hash(code))).one()
            person = session.get(KeyPerson, link.person_id)
            if person is None or not _may_look(person):
                return None
            token = secrets.token_urlsafe(RANDOM)
            session.add(SignedIn(person_id=link.person_id, token_hash=_hash(token), expires_at=moment + SESSION_HOLDS))
            return token

    def who(self, token: Optional[str]) -> Optional[Coordinator]:
        """Whose browser this is, if it is signed in, and the person is still a coordinator."""
        if not token:
            return None
        with self._database.change() as session:
            query = select(SignedIn).where(SignedIn.token_hash == _hash(token), SignedIn.expires_at > self._clock())
            found = session.scalars(query).first()
            person = session.get(KeyPerson, found.person_id) if found is not None else None
            return Coordinator(person.id, person.name) if person is not None and _may_look(person) else None

    def leave(self, token: str) -> None:
        """Sign this browser out; others of the same person stay."""
        with self._database.change() as session:
            session.execute(delete(SignedIn).where(SignedIn.token_hash == _hash(token)))


def form_mark(token: str) -> str:
    """What a form of ours carries, so that no other page can post in a coordinator's name (CSRF)."""
    return hmac.new(token.encode(), b"form", sha256).hexdigest()


def mark_holds(token: str, mark: str) -> bool:
    """Whether a form came from this browser's own page; takes as long for a wrong mark as for the right one."""
    return hmac.compare_digest(form_mark(token).encode(), mark.encode("utf-8", "replace"))


def any_coordinator(database: Database) -> Optional[str]:
    """The id of the first active coordinator, for the demo; None when there is none."""
    with database.change() as session:
        query = select(KeyPerson.id).filter_by(coordinator=True, active=True).order_by(KeyPerson.id)
        return session.scalars(query).first()


def _may_look(person: KeyPerson) -> bool:
    return bool(person.active and person.coordinator)


def _tidy(session: Session, moment: datetime) -> None:
    """What no longer opens anything goes."""
    for model in (SignInLink, SignedIn):
        gone = delete(model).where(model.expires_at <= moment)
        session.execute(gone.execution_options(synchronize_session=False))


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
