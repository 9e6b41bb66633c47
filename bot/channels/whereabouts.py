"""Where a resident is, as a message says it: a shared location, or a few words typed in answer to that question.

It travels inside the payload of this one message, and is kept nowhere.
"""

import json
from typing import Dict, List, Optional

from bot.channels.messages import Choice, Place
from bot.directory.where import neighbourhood_meant, postcode_in

SHARED, FIND, NEAR = "/received_place", "/find_help_nearby", "near"
DIGITS = 3  # after the point: a hundred metres is near enough for a walk


def shared(place: Place) -> str:
    """The payload for a shared location, no more exact than needed."""
    return SHARED + json.dumps({"lat": round(place.latitude, DIGITS), "lon": round(place.longitude, DIGITS)})


def place_meant(typed: str, offered: List[Choice]) -> Optional[str]:
    """The payload for a postcode or a misspelt neighbourhood, when neighbourhoods were offered; else None.

    Here, before anything is understood: "1234" and "Oost" are not sentences, and could be taken for anything.
    """
    names = _offered(offered)
    if not names:
        return None
    near = postcode_in(typed) or neighbourhood_meant(typed, names)
    return f"{FIND}{json.dumps({NEAR: near}, ensure_ascii=False)}" if near else None


def _offered(choices: List[Choice]) -> Dict[str, str]:
    """The titles of the choices that lead to places near somewhere."""
    return {choice.title: choice.payload for choice in choices if choice.payload.startswith(FIND + "{")}
