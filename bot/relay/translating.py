"""Machine translation beside the original, as far as a translator is configured. It never holds up anything.

A translator is asked in a thread of its own, for a limited time. One that fails several times is left alone a while.
"""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable, Dict, List, Optional

from bot.channels.whatsapp_parts import split

logger = logging.getLogger(__name__)

PATIENCE = 6.0  # seconds for one request
MOST_PARTS = 12  # of one message; a longer one is passed on without a translation
FAILURES = 3  # in a row, after which the translator is left alone
REST = 60.0  # seconds
AT_ONCE = 4  # threads


@dataclass(frozen=True)
class Provider:
    """One translator: how to ask it, which languages it has, and how much text it takes at once (UTF-16 units).

    `translate(text, source, target)` blocks, and raises whatever goes wrong.
    """

    translate: Callable[[str, str, str], str]
    languages: Dict[str, str]
    longest: int


class Translating:
    """Asks the provider, if there is one. `clock` gives seconds that only ever grow."""

    def __init__(
        self,
        provider: Optional[Provider] = None,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._provider, self._patience, self._clock = provider, patience, clock
        self._threads: Optional[ThreadPoolExecutor] = None
        self._failures, self._rests_until = 0, 0.0

    @property
    def is_on(self) -> bool:
        """Whether there is a translator at all."""
        return self._provider is not None

    def is_needed(self, text: str, source: str, target: str) -> bool:
        """Whether this text can be translated, and has to be."""
        if self._provider is None or source == target or not any(sign.isalpha() for sign in text):
            return False
        return source in self._provider.languages and target in self._provider.languages

    async def translate(self, text: str, source: str, target: str) -> Optional[str]:
        """The translation; None when it is not needed, not possible, or not there in time."""
        if self._provider is None or not self.is_needed(text, source, target) or self._clock() < self._rests_until:
            return None
        parts = split(text, self._provider.longest)
        if len(parts) > MOST_PARTS:
            return None
        try:
            translated = [await self._ask(self._provider, part, source, target) for part in parts]
        except Exception as error:  # whatever the library or the network makes of it; its words may quote the text
            self._failed(error)
            return None
        self._failures = 0
        return _worth_showing(translated, text)

    def close(self) -> None:
        """At shutdown: wait for nobody."""
        if self._threads is not None:
            self._threads.shutdown(wait=False)
            self._threads = None

    async def _ask(self, provider: Provider, text: str, source: str, target: str) -> str:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="translating")
        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(self._threads, provider.translate, text, source, target)
        answer = await asyncio.wait_for(asked, self._patience)
        if not isinstance(answer, str):
            raise ValueError("no text")
        return answer

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        logger.warning("no translation: %s", type(error).__name__)
        if self._failures >= FAILURES:  # after the rest, one more failure is enough
            self._rests_until = self._clock() + REST
            logger.warning("the translator is left alone for %s seconds", REST)


def _worth_showing(translated: List[str], text: str) -> Optional[str]:
    whole = "\n".join(part.strip() for part in translated).strip()
    return whole if whole and whole.casefold() != text.strip().casefold() else None
