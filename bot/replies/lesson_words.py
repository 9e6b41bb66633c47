"""Says the small lessons: what they are, one of them, and the words around them."""

from typing import List, Optional

from bot.replies.content import Language
from bot.replies.lessons import GO_ON, START, STOP, LessonTexts
from bot.replies.speaker import Button, Reply, Speaker

OFFERS_START = ("stopped", "none")


def lesson_reply(speaker: Speaker, part: str, language: Optional[str], number: int = 0) -> Reply:
    """`intro`, `lesson` (by its number, from 1), `going_on`, `stopped` or `none`.

    Raises `KeyError` in a language that does not have the lessons.
    """
    words = speaker.language(language)
    if words.lessons is None:
        raise KeyError(f"lessons in {words.code}")
    if part == "lesson":
        return _lesson(speaker, words, words.lessons, number)
    buttons = [speaker.button(START, words)] if part in OFFERS_START else []
    return Reply(words.code, speaker.fill([getattr(words.lessons, part)], words, {}), choices=buttons)


def _lesson(speaker: Speaker, words: Language, texts: LessonTexts, number: int) -> Reply:
    course = speaker.content.course.lessons
    lesson, is_last = course[number - 1], number == len(course)
    said = texts.lessons[lesson.name]
    above = texts.number.format(number=number, count=len(course))
    about = speaker.fill([said["text"]], words, {})
    messages = ["\n".join([above, *about]), said["today"], *([texts.end] if is_last else [])]
    return Reply(
        words.code, messages, speaker.pictogram(lesson.pictogram), _buttons(speaker, words, lesson.choices, is_last)
    )


def _buttons(speaker: Speaker, words: Language, more: List[str], is_last: bool) -> List[Button]:
    """After the last lesson there is nothing to go on with, or to stop."""
    names = more if is_last else [GO_ON, *more, STOP]
    return [speaker.button(name, words) for name in names if speaker.can_offer(name, words)]
