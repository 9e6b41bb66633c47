"""Puts states, moments and hours into the words of the page. The words themselves: `content/coordinator_page.yml`."""

from datetime import datetime, timedelta
from typing import Any, Dict, Optional, Sequence

from babel.dates import get_day_names

from bot.coordinator.helpers import Helper
from bot.coordinator.overview import OpenHandover
from bot.coordinator.presence import Days, presence, week_of
from bot.replies.content import CONTENT, Language, read_yaml
from bot.replies.speaker import Speaker
from bot.replies.times import HOME, day_in_words, language_name, locale_of, time_in_words, together

HOUR, DAY = 60, 24 * 60  # minutes
DASH = "\N{EN DASH}"


class Pages:
    """The page in all its languages; Dutch comes first and is what everybody gets who asks for no other."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self.texts: Dict[str, Dict[str, Any]] = read_yaml(CONTENT / "coordinator_page.yml")
        self.languages = list(self.texts)

    def wording(self, code: str, moment: datetime) -> "Wording":
        """The words in this language, with times as seen from `moment`."""
        return Wording(self.texts[code], self._speaker, self._speaker.language(code), moment)

    def names(self) -> Dict[str, str]:
        """Each language by its own name."""
        return {code: texts["name"] for code, texts in self.texts.items()}


class Wording:
    """One language of the page. Called with the name of a text, it gives that text, filled in."""

    def __init__(self, texts: Dict[str, Any], speaker: Speaker, words: Language, moment: datetime) -> None:
        self._texts, self._speaker, self._words, self._moment = texts, speaker, words, moment
        self.code = words.code

    def __call__(self, name: str, /, **values: Any) -> str:
        """A text of the page."""
        return self._texts[name].format(**values)

    def of(self, group: str, name: Optional[str]) -> str:
        """The word for a state, a channel or a code of an error; what has no word stands for itself."""
        return self._texts[group].get(name, name or "")

    def meaning(self, code: str) -> str:
        """What a code of an error means, as far as that can be said."""
        return self._texts["codes"].get(code, self("code_unknown"))

    def topic(self, name: Optional[str]) -> str:
        """The title of a topic."""
        found = self._words.topics.get(name or "")
        return found.title if found else self("no_topic")

    def urgency(self, topic: Optional[str]) -> str:
        """How urgent a topic is: `now`, `soon` or `plain`."""
        found = self._speaker.content.topics.get(topic or "")
        return found.risk if found else "plain"

    def language(self, code: str) -> str:
        """The name of a language."""
        return language_name(code, self._words, self._speaker.content)

    def languages(self, codes: Sequence[str]) -> str:
        """Names of languages on a row."""
        return together([self.language(code) for code in codes], self._words)

    def moment(self, moment: datetime) -> str:
        """ "vandaag 14:30", "gisteren 14:30", "woensdag 25 november 14:30"."""
        away = (moment.astimezone(HOME).date() - self._moment.astimezone(HOME).date()).days
        name = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(away)
        return f"{self(name) if name else day_in_words(moment, self._words)} {time_in_words(moment)}"

    def time(self, moment: datetime) -> str:
        """ "14:30"."""
        return time_in_words(moment)

    def span(self, since: datetime) -> str:
        """How long ago, in the two largest parts: "2 uur 10 min"."""
        minutes = max(int((self._moment - since) / timedelta(minutes=1)), 0)
        if minutes < HOUR:
            return self("span_minutes", minutes=minutes)
        if minutes < DAY:
            return self("span_hours", hours=minutes // HOUR, minutes=minutes % HOUR)
        days = minutes // DAY
        return self("span_day" if days == 1 else "span_days", days=days, hours=minutes % DAY // HOUR)

    def with_whom(self, handover: OpenHandover) -> str:
        """Who was asked, or helps, and who is brought in."""
        if handover.next_person is None:
            return handover.person or self("nobody")
        return self("with_two", name=handover.person, next_name=handover.next_person)

    def presence(self, helper: Helper) -> Dict[str, str]:
        """Whether somebody is there: the kind, for the colour, and the words."""
        found = presence(helper, self._moment)
        if found.moment is None:
            always = found.kind == "here"
            return {"kind": found.kind, "words": self("here_always" if always else found.kind)}
        return {"kind": found.kind, "words": self(found.kind, moment=self.moment(found.moment))}

    def away_later(self, helper: Helper) -> Optional[str]:
        """Days off that are still to come."""
        if helper.away_from is None or helper.away_until is None or helper.away_from <= self._moment:
            return None
        return self("away_later", since=self.moment(helper.away_from), until=self.moment(helper.away_until))

    def hours(self, hours: str) -> str:
        """ "maandag t/m vrijdag 09:00–17:00; niet op feestdagen"; as they were written when that cannot be told."""
        week = week_of(hours)
        if week is None:
            return hours
        told = [self._days(days) for days in week] or [self("no_hours")]
        if hours.strip() == "24/7":
            told = [self("always")]
        if "PH off" in hours:
            told.append(self("not_on_holidays"))
        return "; ".join(told)

    def _days(self, days: Days) -> str:
        names = get_day_names("wide", locale=locale_of(self.code))
        first, last = names[days.first], names[days.last]
        told = first if days.first == days.last else self("day_range", first=first, last=last)
        times = [f"{since:%H:%M}{DASH}{until:%H:%M}" for since, until in days.times]
        return f"{told} {together(times, self._words)}"
