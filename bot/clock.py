"""What time it is. Real time for residents; in the demo a visitor may push it on, and nothing has to be waited for."""

from datetime import datetime, timedelta, timezone


class Clock:
    """This moment, in UTC, and as far ahead of real time as it was pushed."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """The moment that counts."""
        return datetime.now(timezone.utc) + self.ahead

    def push(self, by: timedelta) -> None:
        """Let time pass. Never back: what has happened stays."""
        if by < timedelta():
            raise ValueError("time goes forward only")
        self.ahead += by
