"""What Twilio's error codes ask of us: send again later, in another form, or never.

Sources: Twilio's error and warning dictionary; lists compared with nyaruka/courier and global-121/121-platform.
"""

import asyncio
import json
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Mapping, Optional

import aiohttp
from twilio.base.exceptions import TwilioException

from bot.desk.delivery import GiveUp, TryAgain

WORTH_ANOTHER_TRY = {20429, 63009, 63010, 63012, 63017, 63018}  # too fast, or trouble on the way that passes
OUTSIDE_WINDOW = 63016  # only an approved template may go: this person has not written for a day
OPTED_OUT = 21610  # the person wrote STOP
# The form was refused, not the message: unknown or unfit template, or buttons that the channel does not take.
FORM_REFUSED = {20404, 21654, 21655, 21656, 21657, 21658, 63005, 63006, 63021, *range(92000, 93000)}
LONGEST_WAIT = timedelta(hours=1)

# Everything that can go wrong between us and an answer that can be read.
NO_ANSWER = (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError)


class FormRefused(Exception):
    """Twilio does not take the message in this form; nothing was sent. `code` is Twilio's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def judge(error: Exception) -> Exception:
    """`TryAgain`, `GiveUp` or `FormRefused` for what went wrong. Carries codes only, never Twilio's words.

    Without an answer we cannot know whether Twilio took the message: it is tried again, and in the rare case that it
    was taken the person reads it twice. Losing it would be worse, and Twilio's Message resource knows no key of ours
    by which it could tell.
    """
    if isinstance(error, (TryAgain, GiveUp, FormRefused)):
        return error
    if isinstance(error, NO_ANSWER):
        return TryAgain(type(error).__name__)
    if not isinstance(error, TwilioException):
        return error
    status = int(getattr(error, "status", 0) or 0)
    code = int(getattr(error, "code", 0) or status)
    if code in WORTH_ANOTHER_TRY or status in (408, 429) or status >= 500:
        return TryAgain(str(code))
    if status == 401:  # a changed token is the operator's to mend: no reason to lose what waits
        return TryAgain(str(code))
    if code in FORM_REFUSED:
        return FormRefused(str(code))
    return GiveUp(str(code), opted_out=code == OPTED_OUT)


def busy(status: int, text: str, headers: Mapping[str, str]) -> Optional[TryAgain]:
    """`TryAgain` with the wait that was asked for, when an answer says "too many" or "broken"; else None."""
    if status != 429 and status < 500:
        return None
    try:
        code: Any = json.loads(text).get("code", status)
    except (ValueError, AttributeError):
        code = status
    return TryAgain(str(code), _wait(headers.get("Retry-After", "")))


def _wait(retry_after: str) -> Optional[timedelta]:
    """Seconds or a date (RFC 9110, 10.2.3), at most an hour; None when nothing that can be read was said."""
    try:
        wait = timedelta(seconds=int(retry_after))
    except (ValueError, OverflowError):
        try:
            until = parsedate_to_datetime(retry_after)
        except (TypeError, ValueError):
            return None
        wait = until.replace(tzinfo=until.tzinfo or timezone.utc) - datetime.now(timezone.utc)
    return max(timedelta(0), min(wait, LONGEST_WAIT))
