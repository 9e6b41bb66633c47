"""How a person is written to on WhatsApp: a number, or an id that only this organisation knows them by."""

import re
from typing import Optional

import phonenumbers

PREFIX = "whatsapp:"
NUMBER = re.compile(r"\+?[0-9]{6,15}")
SCOPED_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")


def whatsapp_address(written: str) -> Optional[str]:
    """One spelling for every way of writing an address, with its `whatsapp:` prefix; None when it is none.

    Numbers become E.164. Since 2026 people may come by a business-scoped id without a number (two letters of the
    country, a dot, then letters and digits); Meta asks to store and send those exactly as they came.
    """
    bare = written.strip()
    if bare.lower().startswith(PREFIX):
        bare = bare[len(PREFIX) :].strip()
    if SCOPED_ID.fullmatch(bare):
        return PREFIX + bare
    digits = re.sub(r"[\s().-]", "", bare)
    if not NUMBER.fullmatch(digits):
        return None
    digits = "+" + digits.lstrip("+")
    try:
        parsed = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException:
        return PREFIX + digits  # a number range that this library does not know yet is still a person
    return PREFIX + phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def public_link(sender: Optional[str]) -> str:
    """Where anybody can write to the number that this bot sends from, short enough to type; empty without a number."""
    address = whatsapp_address(sender or "")
    return f"wa.me/{address[len(PREFIX) + 1 :]}" if address and address.startswith(f"{PREFIX}+") else ""
