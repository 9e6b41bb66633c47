"""Says the household check: the introduction, the next question, and at the end what to ask about and who helps."""

from typing import List, Optional

from bot.household.answers import Answers, fitting, next_question, payload, read, write
from bot.replies.content import Language
from bot.replies.household import HouseholdTexts, Scheme
from bot.replies.speaker import Button, Reply, Speaker


def household_reply(speaker: Speaker, part: str, language: Optional[str], code: str = "") -> Reply:
    """A part of the check: `intro`, `question` (the next one) or `outcome`. `code`: the answers so far.

    Raises `KeyError` in a language that does not have the check, and for a question when none is left.
    """
    words, household = speaker.language(language), speaker.content.household
    texts = words.household
    if texts is None:
        raise KeyError(f"the household check in {words.code}")
    if part == "intro":
        return Reply(words.code, speaker.fill([texts.intro], words, {}))
    answers = read(household, code)
    if part == "question":
        return _question(speaker, words, texts, answers)
    return _outcome(speaker, words, texts, answers)


def _question(speaker: Speaker, words: Language, texts: HouseholdTexts, answers: Answers) -> Reply:
    household = speaker.content.household
    question = next_question(household, answers)
    if question is None:
        raise KeyError("a next question")
    buttons = [
        Button(texts.answers[question.name][answer], payload(household, {**answers, question.name: answer}))
        for answer in question.answers
    ]
    asked = speaker.fill([texts.questions[question.name]], words, {})
    return Reply(words.code, asked, speaker.pictogram(question.pictogram), buttons)


def _outcome(speaker: Speaker, words: Language, texts: HouseholdTexts, answers: Answers) -> Reply:
    household = speaker.content.household
    schemes = fitting(household, answers)
    ending = household.found if schemes else household.nothing
    buttons = [speaker.button(name, words) for name in ending.choices]
    if not schemes:
        return Reply(words.code, speaker.fill(texts.nothing, words, {}), speaker.pictogram(ending.pictogram), buttons)
    listed = [f"• {_where(speaker, words, texts, scheme)}" for scheme in schemes]
    cautions = [texts.careful[name] for name in dict.fromkeys(scheme.careful for scheme in schemes) if name]
    helped = [texts.help, *cautions, *([texts.call] if cautions else [])]
    messages = ["\n".join([*speaker.fill([texts.ask], words, {}), *listed]), "\n".join(speaker.fill(helped, words, {}))]
    return Reply(words.code, messages, card_path(words.code, write(household, answers)), buttons)


def _where(speaker: Speaker, words: Language, texts: HouseholdTexts, scheme: Scheme) -> str:
    """Where to apply; only the name when an address in it no longer holds."""
    said: List[str] = speaker.fill([texts.schemes[scheme.name]["where"]], words, {})
    return said[0] if said else texts.schemes[scheme.name]["name"]


def card_path(language: str, code: str) -> str:
    """Where the card with what to ask about is found below `/pictures/`."""
    return f"household/{language}/{code}.png"
