"""The language of a message: ours, another, or none that can be told; and what was written before."""

from typing import Dict

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.language import OTHER, UNSURE, LanguageDetector

SAID = {
    "nl": ["ik kan de huur niet betalen", "waar is het wijkteam", "dank u wel", "ik heb een brief gekregen", "hoi"],
    "en": ["i cannot pay the rent", "where is the town hall", "thank you very much", "i got a letter", "hello"],
    "ar": ["لا أستطيع دفع الإيجار", "أين البلدية", "شكرا جزيلا", "وصلتني رسالة", "مرحبا"],
    OTHER: ["nu pot plăti chiria", "unde este primăria", "mulțumesc mult", "am primit o scrisoare", "не мога да платя"],
}


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    """A detector that learnt a few sentences of each."""
    made = LanguageDetector(LanguageDetector.get_default_config(), None, None)
    pairs = [(text, language) for language, texts in SAID.items() for text in texts * 20]
    made.fit([text for text, _ in pairs], [language for _, language in pairs])
    return made


def heard(detector: LanguageDetector, text: str, before: str = "") -> Dict:
    """What the detector puts on a message."""
    (message,) = detector.process([Message({TEXT: text, "metadata": {"language": before or None}})])
    return {"code": message.get("language")["code"], "foreign": bool(message.get("foreign"))}


@pytest.mark.parametrize(
    "text, before, code, foreign",
    [
        ("ik kan niet betalen", "", "nl", False),
        ("أين الرسالة", "", "ar", False),
        ("where is the letter", "nl", "en", False),
        ("nu pot plăti scrisoare", "", UNSURE, True),
        ("nu pot plăti scrisoare", "nl", "nl", True),
        ("mulțumesc", "", UNSURE, False),  # few letters look like many languages: ours may be meant
        ("не мога", "", UNSURE, True),  # a script that none of ours is written in
        ("我付不起房租", "", UNSURE, True),
        ("我付不起房租", "ar", "ar", True),
        ("🙂 123", "", UNSURE, False),
        ("🙂 123", "nl", "nl", False),
        ("", "", UNSURE, False),
    ],
)
def test_the_language_of_a_message(detector, text, before, code, foreign):
    assert heard(detector, text, before) == {"code": code, "foreign": foreign}


def test_a_script_that_only_others_write_is_theirs_however_few_there_are(detector):
    assert detector.detect("не мога да платя наема")[0] == OTHER
