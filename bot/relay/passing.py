"""The one way by which words of one side reach the other: into the outbox, as they are, in order."""

from dataclasses import replace
from typing import List

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.channels.messages import Outgoing
from bot.desk.labels import labelled
from bot.desk.outbox import person_key, put
from bot.records.models import Attachment, Handover, KeyPerson, Resident
from bot.replies.content import Language

RESIDENT, PERSON = "resident", "person"  # whose words they are


def pass_to_person(
    session: Session, handover: Handover, person: KeyPerson, words: Language, messages: List[Outgoing]
) -> None:
    """To the key person; with several talks, the first message says whose they are."""
    first = messages[0]
    if first.attachment is None:
        messages = [labelled(session, person, handover, words, first), *messages[1:]]
    else:  # a voice message has no room for words, and a photo with buttons none for its own
        bare = replace(first, text="", attachment=None)
        label = labelled(session, person, handover, words, bare)
        messages = messages if label == bare else [replace(label, text=label.text.strip()), *messages]
    _keep_files(session, handover, messages)
    put(session, person_key(person.id), person.channel, messages, handover.id)


def pass_to_resident(session: Session, handover: Handover, messages: List[Outgoing]) -> None:
    """To the resident. They talk with one person at a time."""
    resident = session.get(Resident, handover.resident_id)
    _keep_files(session, handover, messages)
    put(session, resident.id, resident.channel, messages, handover.id)


def _keep_files(session: Session, handover: Handover, messages: List[Outgoing]) -> None:
    """What is passed on belongs to this talk from now on, and goes with it."""
    names = [message.attachment.partition("-")[0] for message in messages if message.attachment is not None]
    if names:
        mine = update(Attachment).where(Attachment.id.in_(names)).values(handover_id=handover.id)
        session.execute(mine.execution_options(synchronize_session=False))
