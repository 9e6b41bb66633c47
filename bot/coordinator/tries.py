"""Who tries too many wrong codes has to wait. Guessing is hopeless anyway: this spares the database."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Callable, Deque

from bot.records.models import now

MOST = 10  # wrong codes from one address
SPAN = timedelta(minutes=5)
REMEMBERED = 1000  # addresses, in memory only


class Tries:
    """Counts wrong codes by address, for a short while."""

    def __init__(self, clock: Callable[[], datetime] = now) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, Deque[datetime]] = OrderedDict()

    def too_many(self, address: str) -> bool:
        """Whether this address has to wait."""
        wrong = self._wrong.get(address, deque())
        while wrong and wrong[0] <= self._clock() - SPAN:
            wrong.popleft()
        return len(wrong) >= MOST

    def was_wrong(self, address: str) -> None:
        """One more wrong code from there."""
        self._wrong.setdefault(address, deque(maxlen=MOST)).append(self._clock())
        self._wrong.move_to_end(address)
        while len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)
