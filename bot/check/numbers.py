"""No phone number, web address or amount of money is typed into a text: those change, and then every text lies."""

import re
import unicodedata
from typing import Iterator

from bot.check.finding import Finding
from bot.check.said import everything_said
from bot.check.tree import Tree

PHONE = re.compile(
    r"(?<!\d)(?:112|113|144|14 ?0\d{2,3}|0[89]00[- ]?\d{3,7}|\+?\d(?:[ ()./-]{0,2}\d){7,})(?!\d)"
)  # fmt: skip
WEB = re.compile(r"(?:https?://|www\.)\S+|\b[a-z0-9-]{2,}\.(?:nl|com|org|eu|net)\b", re.IGNORECASE)
EURO = r"(?:euro'?s?|eur|avro|يورو|أورو|اورو)"
MONEY = re.compile(rf"€|\d[\d.,]*\s*{EURO}\b|\b{EURO}\s*\d", re.IGNORECASE)
NAME_A_FACT = "Name a fact in braces instead, such as {}. If there is none yet, make a file in content/facts/."
DIGIT = re.compile(r"\d")  # ١١٢ is a number to call too
BRACES = re.compile(r"\{[^{}]*\}")


def no_typed_numbers(tree: Tree) -> Iterator[Finding]:
    """Numbers and addresses come from `content/facts/`; amounts are not told at all."""
    for said in everything_said(tree):
        text = DIGIT.sub(lambda digit: str(unicodedata.digit(digit.group())), BRACES.sub(" ", said.text))
        if found := PHONE.search(text):
            yield said.error(f"the phone number {found.group()} is typed", NAME_A_FACT.format("{legal_desk}"))
        if found := WEB.search(text):
            yield said.error(f"the web address {found.group()} is typed", NAME_A_FACT.format("{web_digid}"))
        if found := MONEY.search(text):
            mend = "Say it without an amount: amounts change every year, and differ from person to person."
            yield said.error(f"an amount of money is typed (“{found.group()}”)", mend)
