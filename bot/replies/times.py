"""Moments in words: "today before 17:00", in the resident's language and in Dutch time."""

from datetime import datetime, timedelta
from typing import Dict, Iterable, List, Optional
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list

from bot.replies.content import Content, Language

HOME = ZoneInfo("Europe/Amsterdam")


def when(moment: datetime, now: datetime, words: Language, phrase: str = "when") -> str:
    """By when, in words: today, tomorrow, or on a named day. `phrase` begins the names of the three phrases."""
    local, today = moment.astimezone(HOME), now.astimezone(HOME).date()
    time = time_in_words(moment)
    if local.date() == today:
        return words.phrases[f"{phrase}_today"].format(time=time)
    if local.date() == today + timedelta(days=1):
        return words.phrases[f"{phrase}_tomorrow"].format(time=time)
    return words.phrases[f"{phrase}_day"].format(day=day_in_words(moment, words), time=time)


def day_in_words(moment: datetime, words: Language) -> str:
    """ "woensdag 25 november", with Western digits: residents read those on every Dutch letter."""
    day = moment.astimezone(HOME).date()
    return format_date(day, words.day_format, locale=locale_of(words.code)).translate(_WESTERN)


def meeting_in_words(at: datetime, place: Optional[str], words: Language) -> Dict[str, str]:
    """`day`, `time` and `place` of a meeting, for the placeholders of a reply; `place` None: by phone."""
    return {"day": day_in_words(at, words), "time": time_in_words(at), "place": place or words.phrases["by_phone"]}


def day_of_month(moment: datetime) -> int:
    """1 to 31, in Dutch time."""
    return moment.astimezone(HOME).day


def time_in_words(moment: datetime) -> str:
    """ "14:00", as it stands on every clock here."""
    return format_time(moment.astimezone(HOME), "HH:mm", locale="en")


def language_name(code: str, words: Language, content: Content) -> str:
    """The name of a language, in the words of another one."""
    name = locale_of(words.code).languages.get(code)
    known = content.languages.get(code)
    return name or (known.name if known else code)


def together(names: List[str], words: Language) -> str:
    """Names in a row, as this language writes them: "Arabic, Dutch and French"."""
    return format_list(names, "standard", locale_of(words.code))


def languages_in_words(codes: Iterable[str], words: Language, content: Content) -> str:
    """What somebody speaks, in the words of another language: "Arabic, Dutch and French"."""
    return together([language_name(code, words, content) for code in codes], words)


def locale_of(code: str) -> Locale:
    """What the Unicode tables know of a language; Dutch where they know nothing (Papiamentu)."""
    try:
        return Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("nl")


_WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
