"""Whom a message is from or about, in one short line: "Amina · Achter met de huur".

Somebody may help several people at once. Nothing may reach the wrong one, so each of their messages says whose it is.
"""

from dataclasses import replace
from datetime import datetime
from typing import List, Optional

from babel.dates import format_datetime
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.messages import Outgoing
from bot.desk.buttons import Button
from bot.handover.states import HELD_BY_A_PERSON
from bot.records.models import Handover, HandoverEvent, KeyPerson
from bot.replies.content import Content, Language
from bot.replies.times import HOME, language_name, locale_of

YES = ("accept", "next_accepts")


def said_yes(session: Session, handover: Handover, person: KeyPerson) -> Optional[datetime]:
    """When this person said yes to it; None when they did not."""
    query = select(HandoverEvent.at).where(HandoverEvent.handover_id == handover.id, HandoverEvent.event.in_(YES))
    mine = query.where(HandoverEvent.person_id == person.id).order_by(HandoverEvent.id.desc())
    return session.scalars(mine).first()


def who_is(session: Session, handover: Handover, person: KeyPerson, words: Language) -> str:
    """How the resident wants to be called. Nobody hears that before they said yes."""
    known = handover.nickname if said_yes(session, handover, person) else None
    return known or (words.desk or {})["somebody"]


def topic_in(words: Language, handover: Handover) -> str:
    """What it is about, by its title."""
    topic = words.topics.get(handover.topic or "")
    return topic.title if topic else words.phrases["something_with_money"]


def label_of(session: Session, handover: Handover, person: KeyPerson, words: Language) -> str:
    """Who and what about; with the moment of the yes when this person helps another one of the same label."""
    texts, since = words.desk or {}, said_yes(session, handover, person)
    names = {"who": (since and handover.nickname) or texts["somebody"], "topic": topic_in(words, handover)}
    twins = [
        talk
        for talk in open_talks(session, person)
        if talk.id != handover.id and (talk.nickname, talk.topic) == (handover.nickname, handover.topic)
    ]
    if since is None or not twins:
        return texts["label"].format(**names)
    moment = format_datetime(since.astimezone(HOME), "d MMM HH:mm", locale=locale_of(words.code))
    return texts["label_since"].format(since=moment, **names)


def waiting_label(handover: Handover, words: Language, content: Content) -> str:
    """Of somebody who waits for a yes or no: only what the alert told."""
    language = language_name(handover.language, words, content)
    return (words.desk or {})["label_waiting"].format(topic=topic_in(words, handover), language=language)


def open_talks(session: Session, person: KeyPerson) -> List[Handover]:
    """Everybody this person helps now, the longest first."""
    query = select(Handover).where(Handover.person_id == person.id, Handover.state.in_(HELD_BY_A_PERSON))
    return list(session.scalars(query.order_by(Handover.created_at)))


def labelled(session: Session, person: KeyPerson, handover: Handover, words: Language, message: Outgoing) -> Outgoing:
    """The message of a resident as this person gets it.

    As it is in their only talk. With several, its first line says whose it is; and when it is not the talk this person
    writes in, a button leads there.
    """
    chosen = person.talk_id in (None, handover.id)
    if len(open_talks(session, person)) < 2 and chosen:
        return message
    label, texts = label_of(session, handover, person, words), words.desk or {}
    choices = [] if person.talk_id == handover.id else [Button("talk", handover.id).titled(texts["talk"])]
    return replace(message, text=f"{label}\n{message.text}", choices=[*message.choices, *choices])
