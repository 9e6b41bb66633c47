"""Puts the words of a lesson into the outbox, inside the transaction that notes that it was given."""

from sqlalchemy.orm import Session

from bot.channels.outcome import reply_to_outgoing
from bot.desk.outbox import put
from bot.lessons.bell import LESSON
from bot.records.models import Resident
from bot.replies.lesson_words import lesson_reply
from bot.replies.speaker import Speaker


class LessonPost:
    """Tells a resident a lesson; its buttons are what a typed answer may mean from now on."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker

    def __call__(self, session: Session, resident: Resident, number: int, language: str) -> None:
        """Lesson `number`, from 1, in a language that has lessons."""
        messages = reply_to_outgoing(lesson_reply(self._speaker, "lesson", language, number))
        put(session, resident.id, resident.channel, messages, LESSON)
        resident.choices = [vars(choice) for choice in messages[-1].choices]
