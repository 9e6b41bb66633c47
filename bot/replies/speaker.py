"""Finds what to say: the reply's name, the resident's language and the topic in; short messages out.

Language-blind on purpose: no sentence stands here, and no language is treated in a way of its own.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from string import Formatter, Template
from typing import Any, Callable, Dict, List, Optional

from bot.replies.content import Content, Language, Layout, Topic

NOT_WRITTEN = "not_written"  # said when a topic has no words in a language
PASS_ON = "pass_it_on"  # noqa: S105 - no password: the button, and what is said with the picture
MOST_BUTTONS = 3  # under a part of a topic's answer: WhatsApp shows no more as buttons
LEFT_TO_RIGHT, AS_IT_IS, END_ISOLATE = "\u2066", "\u2068", "\u2069"


@dataclass(frozen=True)
class Button:
    """A button: what it says and what pressing it means."""

    title: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """What one reply says: short messages in order, a picture with the first, buttons under the last."""

    language: str
    messages: List[str]
    picture: Optional[str] = None
    choices: List[Button] = field(default_factory=list)


class Speaker:
    """Says things in any language of `content`. `today` decides which facts hold."""

    def __init__(self, content: Content, fallback: str = "nl", today: Callable[[], date] = date.today) -> None:
        self.content = content
        self.fallback = fallback
        self.today = today

    def language(self, code: Optional[str]) -> Language:
        """The language by its code, or the declared fallback when the code is unknown or None."""
        return self.content.languages.get(code or "", self.content.languages[self.fallback])

    def say(
        self, name: str, language: Optional[str], choices: Optional[List[Button]] = None, /, **values: Any
    ) -> Reply:
        """The reply `name` of the conversation. `choices` replaces the buttons of its layout.

        `values` fill the placeholders, also one called `{name}`: hence the `/`.
        Raises `KeyError` for a reply that does not exist: `sleutel check` finds those before a resident does.
        """
        words = self.language(language)
        layout = self.content.replies[name]
        if name not in words.replies:  # not written in this language yet: better in Dutch than in silence
            words = self.language(None)
        texts = self.fill(words.replies[name], words, values)
        buttons = self.buttons(layout, words) if choices is None else choices
        return Reply(words.code, texts, self.pictogram(layout.pictogram), buttons)

    def topic(self, name: str, part: str, language: Optional[str], also: Optional[str] = None) -> Reply:
        """A part of a topic's answer: `first`, `easier`, `more`, `bring` or `where`; or `pass_on`, its picture.

        `also` names one more button, where there is room for it.
        """
        words, topic = self.language(language), self.content.topics.get(name)
        if topic is None or (name not in words.topics and part != "bring"):
            return self._without_words(topic, words)
        if part == "pass_on":
            return replace(self.say(PASS_ON, words.code), picture=f"pass_on/{words.code}/{name}.png")
        picture: Optional[str] = None
        if part == "bring":
            key = "bring" if topic.bring else "bring_nothing"
            listed = "\n".join(f"• {words.bring[item]}" for item in topic.bring)
            says = ["\n".join(filter(None, [" ".join(words.replies[key]), listed]))]
            picture = f"bring/{words.code}/{name}.png" if topic.bring else None
        elif part == "where":
            says = self.fill([words.topics[name].where, words.topics[name].call], words, {})
            picture = f"lines/{words.code}/{name}.png" if topic.lines else None
        else:
            says = self.fill(getattr(words.topics[name], part), words, {})
            picture = self.pictogram(topic.pictogram) if part == "first" else None
        layout = self.content.replies[f"topic_{part}"]
        if part == "first" and topic.choices is not None and all(self.can_offer(name, words) for name in topic.choices):
            layout = Layout(choices=topic.choices)
        buttons = self._about(topic, layout, words)
        if also is not None and self.can_offer(also, words):
            buttons = [*buttons, self.button(also, words)][:MOST_BUTTONS]
        return Reply(words.code, says, picture, buttons)

    def _without_words(self, topic: Optional[Topic], words: Language) -> Reply:
        """A topic that nobody has written in this language yet. Never Dutch: who asked in Somali may not read it.

        What there is in every language is shown all the same: whom to call, as a card, and what to bring.
        """
        reply = self.say(NOT_WRITTEN, words.code)
        return replace(reply, picture=f"lines/{words.code}/{topic.name}.png") if topic and topic.lines else reply

    def _about(self, topic: Topic, layout: Layout, words: Language) -> List[Button]:
        """The first buttons of a layout that this topic and this language can have."""
        names = [name for name in layout.choices or [] if self.can_offer(name, words)]
        buttons = [self.button(name, words) for name in names if topic.pass_on or name != PASS_ON]
        meant = [Template(button.payload).safe_substitute(topic=topic.name) for button in buttons]
        return [Button(button.title, payload) for button, payload in zip(buttons, meant)][:MOST_BUTTONS]

    def buttons(self, layout: Layout, words: Language) -> List[Button]:
        """The buttons of a layout; the name of a topic stands for the topic itself."""
        return [self.button(name, words) for name in layout.choices or [] if self.can_offer(name, words)]

    def can_offer(self, name: str, words: Language) -> bool:
        """Whether this language has words for a button: some lack the household check, or a topic that is new."""
        return name in (words.topics if name in self.content.topics else words.choices)

    def button(self, name: str, words: Language) -> Button:
        """One button, of the conversation or of a topic."""
        if name in self.content.topics:
            return Button(words.topics[name].title, f"/{name}")
        return Button(words.choices[name], self.content.choices[name])

    def fill(self, texts: List[str], words: Language, values: Dict[str, Any]) -> List[str]:
        """Fill in the placeholders. A message that needs a fact which no longer holds is left out, not told wrong."""
        facts = {name: fact.on(self.today()) for name, fact in self.content.facts.items()}
        known = {
            **{name: _isolate(value, words, LEFT_TO_RIGHT) for name, value in facts.items()},
            **{name: _isolate(value, words, AS_IT_IS) for name, value in values.items()},
        }
        said = []
        for text in texts:
            needs = placeholders(text)
            if all(known.get(name) is not None for name in needs):
                said.append(text.format(**{name: known[name] for name in needs}))
        return said

    @staticmethod
    def pictogram(name: Optional[str]) -> Optional[str]:
        """Where the pictogram is found below `/pictures/`."""
        return f"pictogram/{name}.png" if name else None


def placeholders(text: str) -> List[str]:
    """The names in braces, in order; raises `ValueError` for unbalanced braces."""
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


def _isolate(value: Any, words: Language, mark: str) -> Optional[str]:
    """In right-to-left text, wrap what is filled in: else 0800-8115 is shown as 8115-0800 (Unicode isolates)."""
    if value is None or words.direction != "rtl":
        return value
    return f"{mark}{value}{END_ISOLATE}"
