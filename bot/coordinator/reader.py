"""How somebody reads the page: in which language, and whether it may refresh by itself. Both stay in its address."""

from dataclasses import dataclass
from typing import Any, Dict, Optional, Sequence
from urllib.parse import urlencode

HOME_PATH = "/coordinator"


@dataclass(frozen=True)
class Reader:
    """`chosen`: the language stands in the address; else it is the browser's."""

    language: str
    chosen: bool = False
    still: bool = False

    @classmethod
    def of(cls, args: Any, accepts: str, languages: Sequence[str]) -> "Reader":
        """From `?taal=` and `?stil=1`, and what the browser accepts; else the first of `languages`."""
        wanted: Optional[str] = args.get("taal")
        if wanted is not None and wanted in languages:
            return cls(wanted, True, args.get("stil") == "1")
        return cls(_accepted(accepts, languages) or languages[0], False, args.get("stil") == "1")

    def link(self, path: str = HOME_PATH, language: Optional[str] = None, still: Optional[bool] = None) -> str:
        """An address on this page, read in the same way but for what is named."""
        told: Dict[str, str] = {}
        if language or self.chosen:
            told["taal"] = language or self.language
        if self.still if still is None else still:
            told["stil"] = "1"
        return f"{path}?{urlencode(told)}" if told else path


def _accepted(header: str, languages: Sequence[str]) -> Optional[str]:
    """The best of `languages` in an Accept-Language header (RFC 9110, 12.5.4); None when none is named."""
    found: Dict[str, float] = {}
    for part in header[:500].split(","):
        tag, _, weight = part.partition(";")
        code = tag.strip().partition("-")[0].lower()
        try:
            quality = float(weight.partition("=")[2] or 1) if weight else 1.0
        except ValueError:
            quality = 0.0
        if code in languages and 0 < quality <= 1:
            found[code] = max(quality, found.get(code, 0.0))
    return max(found, key=lambda code: found[code], default=None)
