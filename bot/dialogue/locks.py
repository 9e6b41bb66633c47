"""Who may answer in a conversation right now: in memory, or through Redis when several workers run."""

from typing import Optional

from rasa.core.lock_store import InMemoryLockStore, LockStore, RedisLockStore
from redis.connection import SSLConnection, parse_url


def lock_store(url: Optional[str] = None) -> LockStore:
    """Rasa's lock store for a `redis://` or `rediss://` address; in memory without one. Connects at the first lock."""
    if url is None:
        return InMemoryLockStore()
    about = parse_url(url)
    return RedisLockStore(
        host=about.get("host", "localhost"),
        port=about.get("port", 6379),
        db=about.get("db", 0),
        username=about.get("username"),
        password=about.get("password"),
        use_ssl=about.get("connection_class") is SSLConnection,
        key_prefix="sleutel",
    )
