"""Becoming a key person with a one-time code, on whatever channel the code is sent from."""

import re
from typing import Optional

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.channels.messages import Outgoing
from bot.desk.messenger import desk_language, desk_words
from bot.desk.outbox import person_key, put
from bot.handover.invitations import redeem
from bot.records.models import Sending, now
from bot.replies.speaker import Speaker

TYPED = re.compile(r"\s*/?start[\s:]+([A-Za-z0-9_-]{20,64})\s*", re.IGNORECASE)


def code_in(text: str) -> Optional[str]:
    """The code in "start CODE", as the link for WhatsApp writes it; None for any other words."""
    found = TYPED.fullmatch(text)
    return found[1] if found else None


def enrol(
    session: Session, speaker: Speaker, code: str, channel: str, address: str, language: Optional[str] = None
) -> Optional[Outgoing]:
    """Reach the person of this code at this address from now on, and welcome them through the outbox.

    When the code does not work: what to answer, in `language` where the desk has it, to somebody of whom nothing is
    stored.
    """
    redeemed = redeem(session, code, channel, address, now())
    person = redeemed.person
    if person is None:
        return for_stranger(speaker, redeemed.outcome, language)
    person.seen_at = now()
    waiting = update(Sending).where(Sending.receiver == person_key(person.id), Sending.state.in_(("waiting", "parked")))
    session.execute(  # what still waits goes where the person is now
        waiting.values(channel=channel, state="waiting", due_at=now()).execution_options(synchronize_session=False)
    )
    words = desk_words(speaker, person)
    text = (words.desk or {})[redeemed.outcome].format(name=person.name)
    put(session, person_key(person.id), channel, [Outgoing(text, words.code)])
    return None


def for_stranger(speaker: Speaker, text_name: str, language: Optional[str]) -> Outgoing:
    """A text of the desk for somebody who is no key person, in `language` where the desk has it."""
    words = desk_language(speaker, language)
    return Outgoing((words.desk or {})[text_name], words.code)
