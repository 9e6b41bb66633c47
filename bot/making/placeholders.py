"""Names in braces on their way through a translator: hidden as signs that it leaves alone, and checked afterwards."""

import re
from typing import List, Optional, Tuple

from bot.replies.speaker import placeholders

BRACES = re.compile(r"\{[^{}]*\}")
SIGNS = ("[{}]", "X{}X")  # tried in this order; translators differ in what they leave alone
FOUND = (r"[\[［【]\s*(\d+)\s*[\]］】]", r"X\s*(\d+)\s*X")


def hidden(text: str, sign: int) -> Tuple[str, List[str]]:
    """The text with `[1]`, `[2]` (or another sign) for its names in braces, and those names in order."""
    names = [found.group() for found in BRACES.finditer(text)]
    numbers = iter(range(1, len(names) + 1))
    return BRACES.sub(lambda _: SIGNS[sign].format(next(numbers)), text), names


def shown(text: str, names: List[str], sign: int) -> Optional[str]:
    """The translation with its names again; None when one was lost, doubled or changed."""
    pattern = re.compile(FOUND[sign])
    numbers = [int(found.group(1)) for found in pattern.finditer(text)]  # also ١ and ۱
    if sorted(numbers) != list(range(1, len(names) + 1)) or BRACES.search(text):
        return None
    whole = pattern.sub(lambda found: names[int(found.group(1)) - 1], text) if names else text
    try:
        placeholders(whole)
    except ValueError:  # a lonely brace
        return None
    return whole
