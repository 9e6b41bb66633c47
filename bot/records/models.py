"""The tables. A resident is a pseudonym everywhere; only `Address` knows how to reach a person, encrypted."""

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import declarative_base, relationship

from bot.records.secrecy import Sealed, SealedBytes

Base: Any = declarative_base()


class UtcDateTime(TypeDecorator):
    """A moment, always with its time zone: SQLite forgets zones, and a promise an hour off is a broken promise."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value, dialect):
        """Store as naive UTC; a moment without a zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(timezone.utc).replace(tzinfo=None)

    def process_result_value(self, value, dialect):
        """Hand back with UTC attached."""
        return None if value is None else value.replace(tzinfo=timezone.utc)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(timezone.utc)


class Resident(Base):
    """One person who writes to the bot, on however many addresses."""

    __tablename__ = "residents"
    id = Column(String(32), primary_key=True)
    channel = Column(String(16), nullable=False)
    language = Column(String(8))
    choices = Column(JSON, nullable=False, default=list)  # the last offered: [{"title", "payload"}]
    dialogue = Column(Sealed)  # Rasa's bounded tracker
    created_at = Column(UtcDateTime, nullable=False, default=now)
    seen_at = Column(UtcDateTime, nullable=False, default=now)
    stopped = Column(Boolean, nullable=False, default=False)  # told the provider to stop: never written to unasked


class Address(Base):
    """A way to reach somebody. WhatsApp people have a number, a business-scoped id, or both: two rows, one resident."""

    __tablename__ = "addresses"
    pseudonym = Column(String(32), primary_key=True)
    resident_id = Column(String(32), ForeignKey("residents.id", ondelete="CASCADE"), nullable=False, index=True)
    channel = Column(String(16), nullable=False)
    address = Column(Sealed, nullable=False)
    used_at = Column(UtcDateTime, nullable=False, default=now)


class Received(Base):
    """The inbox: a message exists here before any work is done for it. The unique row is the duplicate check."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("channel", "message_id"),)
    id = Column(Integer, primary_key=True)
    channel = Column(String(16), nullable=False)
    message_id = Column(String(128), nullable=False)
    sender = Column(String(32), nullable=False, index=True)  # resident pseudonym or key person id
    body = Column(Sealed)  # emptied when done
    attempts = Column(Integer, nullable=False, default=0)
    received_at = Column(UtcDateTime, nullable=False, default=now)
    done_at = Column(UtcDateTime, index=True)


class Sending(Base):
    """The outbox: what is to be said to a person, before, while and after it is sent."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_due", "state", "due_at"), Index("outbox_receiver", "receiver", "id"))
    id = Column(Integer, primary_key=True)
    receiver = Column(String(40), nullable=False)  # resident pseudonym or "person:<id>"
    channel = Column(String(16), nullable=False)
    body = Column(Sealed, nullable=False)  # an Outgoing as JSON
    state = Column(String(12), nullable=False, default="waiting")  # waiting sending sent delivered read failed
    attempts = Column(Integer, nullable=False, default=0)
    due_at = Column(UtcDateTime, nullable=False, default=now)
    leased_until = Column(UtcDateTime)
    provider_id = Column(String(64), index=True)
    error = Column(String(64))  # the provider's code, never its text: that can quote the message
    handover_id = Column(String(12), index=True)
    created_at = Column(UtcDateTime, nullable=False, default=now)
    sent_at = Column(UtcDateTime)


class KeyPerson(Base):
    """Somebody who helps: volunteer or professional, of any kind of organisation."""

    __tablename__ = "people"
    id = Column(String(32), primary_key=True)  # a short readable name: "fatma"
    name = Column(String(60), nullable=False)
    gender = Column(String(8), nullable=False)  # woman man
    languages = Column(JSON, nullable=False)  # ["tr", "nl"], best first
    neighbourhoods = Column(JSON, nullable=False, default=list)
    organisation = Column(String(80), nullable=False, default="")
    kind = Column(String(30), nullable=False, default="volunteer")
    topics = Column(JSON, nullable=False, default=list)  # groups of topics; empty: all
    hours = Column(String(120), nullable=False, default="Mo-Fr 09:00-17:00; PH off")  # OSM; PH: Dutch holidays
    most_at_once = Column(Integer, nullable=False, default=3)
    desk_language = Column(String(8), nullable=False, default="nl")
    about = Column(JSON, nullable=False, default=dict)  # language -> who this is, in one short sentence
    picture = Column(String(80))
    channel = Column(String(16), nullable=False, default="demo")
    address = Column(Sealed)
    away_from = Column(UtcDateTime)
    away_until = Column(UtcDateTime)
    active = Column(Boolean, nullable=False, default=True)
    seen_at = Column(UtcDateTime)  # when this person last wrote: WhatsApp lets us write freely for a day after it
    choices = Column(Sealed)  # the last offered, for who answers with a number; how residents are called stands there
    coordinator = Column(Boolean, nullable=False, default=False)  # hears when nobody is left to ask, sees the overview
    talk_id = Column(String(12))  # of several talks, the one this person writes in
    step = Column(Sealed)  # what the desk asked for, and what this person answered so far: words to a resident too


class Invitation(Base):
    """A one-time code that makes a chat the way to a key person. Only the hash of the code is here."""

    __tablename__ = "invitations"
    id = Column(Integer, primary_key=True)
    person_id = Column(String(32), ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True)
    code_hash = Column(String(64), nullable=False, unique=True)
    expires_at = Column(UtcDateTime, nullable=False)
    used_at = Column(UtcDateTime)


class Handover(Base):
    """One resident's way to one person. What can happen to it stands in `bot/handover/states.py`."""

    __tablename__ = "handovers"
    id = Column(String(12), primary_key=True)
    resident_id = Column(String(32), ForeignKey("residents.id", ondelete="CASCADE"), nullable=False, index=True)
    state = Column(String(16), nullable=False, index=True)
    topic = Column(String(40))
    language = Column(String(8), nullable=False)
    neighbourhood = Column(String(60))
    outside = Column(Boolean, nullable=False, default=False)  # wants somebody from elsewhere
    wish = Column(String(16), nullable=False, default="any")  # woman man any
    nickname = Column(Sealed)
    person_id = Column(String(32), ForeignKey("people.id"))
    next_person_id = Column(String(32), ForeignKey("people.id"))  # the professional who is brought in
    summary = Column(Sealed)  # what that professional is told, in the words the resident agreed to
    held = Column(Sealed)  # words with a hidden number, until the resident says whether the person may see it
    held_until = Column(UtcDateTime)
    tried = Column(JSON, nullable=False, default=list)  # people already asked, in order
    reasons = Column(JSON, nullable=False, default=list)  # why this person
    needs_interpreter = Column(Boolean, nullable=False, default=False)
    promised_by = Column(UtcDateTime)
    created_at = Column(UtcDateTime, nullable=False, default=now)
    changed_at = Column(UtcDateTime, nullable=False, default=now)
    person = relationship(KeyPerson, foreign_keys=[person_id])
    next_person = relationship(KeyPerson, foreign_keys=[next_person_id])


class Attachment(Base):
    """A photo, voice message or file on its way from one side of a talk to the other."""

    __tablename__ = "attachments"
    id = Column(String(32), primary_key=True)
    handover_id = Column(String(12), ForeignKey("handovers.id", ondelete="CASCADE"), index=True)  # None: not passed on
    content_type = Column(String(40), nullable=False)
    body = Column(SealedBytes, nullable=False)
    created_at = Column(UtcDateTime, nullable=False, default=now, index=True)


class HandoverEvent(Base):
    """What happened to a handover, in order, without any message text."""

    __tablename__ = "handover_events"
    id = Column(Integer, primary_key=True)
    handover_id = Column(String(12), ForeignKey("handovers.id", ondelete="CASCADE"), nullable=False, index=True)
    at = Column(UtcDateTime, nullable=False, default=now)
    event = Column(String(24), nullable=False)
    came_from = Column(String(16))
    went_to = Column(String(16), nullable=False)
    person_id = Column(String(32))


class Timer(Base):
    """Something that time will do with a handover. Every promise has one; who rings it: `bot/handover/time_side.py`."""

    __tablename__ = "timers"
    id = Column(Integer, primary_key=True)
    handover_id = Column(String(12), ForeignKey("handovers.id", ondelete="CASCADE"), nullable=False, index=True)
    appointment_id = Column(Integer, ForeignKey("appointments.id", ondelete="CASCADE"))
    kind = Column(String(16), nullable=False)  # promise remind_day remind_hours aftercare
    due_at = Column(UtcDateTime, nullable=False, index=True)


class Appointment(Base):
    """When and where a resident and a key person meet, or call."""

    __tablename__ = "appointments"
    id = Column(Integer, primary_key=True)
    handover_id = Column(String(12), ForeignKey("handovers.id", ondelete="CASCADE"), nullable=False, index=True)
    person_id = Column(String(32), ForeignKey("people.id"), nullable=False)
    at = Column(UtcDateTime, nullable=False)
    place = Column(Sealed)  # None: by phone
    state = Column(String(12), nullable=False, default="proposed")  # proposed agreed cancelled


class Learner(Base):
    """Where a resident is in the small lessons. Nothing is kept of what they made of them."""

    __tablename__ = "lessons"
    resident_id = Column(String(32), ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True)
    next = Column(Integer, nullable=False, default=1)  # the number of the next lesson, from 1
    due_at = Column(UtcDateTime, index=True)  # None: stopped
    language = Column(String(8), nullable=False)  # of the last lesson; the next one follows the resident
    started_at = Column(UtcDateTime, nullable=False, default=now)  # the tap that asked for them


class Consent(Base):
    """Exactly what a resident agreed to share, in the words they saw."""

    __tablename__ = "consents"
    id = Column(Integer, primary_key=True)
    handover_id = Column(String(12), ForeignKey("handovers.id", ondelete="CASCADE"), nullable=False, index=True)
    shown = Column(Sealed, nullable=False)
    shared = Column(Sealed, nullable=False)
    version = Column(String(16), nullable=False)
    language = Column(String(8), nullable=False)
    given_at = Column(UtcDateTime, nullable=False, default=now)
    withdrawn_at = Column(UtcDateTime)


class Note(Base):
    """Something only the coordinator needs to know, such as: nobody was left to ask."""

    __tablename__ = "notes"
    id = Column(Integer, primary_key=True)
    at = Column(UtcDateTime, nullable=False, default=now)
    handover_id = Column(String(12))
    kind = Column(String(24), nullable=False)
    text = Column(Text, nullable=False, default="")
    seen_at = Column(UtcDateTime)  # when a coordinator said: I have seen this
    seen_by = Column(String(32))  # and which one


class SignInLink(Base):
    """A one-time link to the coordinator's page. Only the hash of its code is here."""

    __tablename__ = "sign_in_links"
    id = Column(Integer, primary_key=True)
    person_id = Column(String(32), ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True)
    code_hash = Column(String(64), nullable=False, unique=True)
    expires_at = Column(UtcDateTime, nullable=False)
    used_at = Column(UtcDateTime)


class SignedIn(Base):
    """A browser in which a coordinator is signed in. Only the hash of what its cookie holds is here."""

    __tablename__ = "signed_in"
    id = Column(Integer, primary_key=True)
    person_id = Column(String(32), ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True)
    token_hash = Column(String(64), nullable=False, unique=True)
    expires_at = Column(UtcDateTime, nullable=False)
