"""Where the locks on conversations lie."""

import pytest
from rasa.core.lock_store import InMemoryLockStore, RedisLockStore

from bot.dialogue.locks import lock_store


def test_without_an_address_locks_lie_in_memory():
    assert isinstance(lock_store(), InMemoryLockStore)


@pytest.mark.parametrize(
    "url, about, is_ssl",
    [
        ("redis://localhost", {"host": "localhost", "port": 6379, "db": 0}, False),
        ("redis://:hunter2@cache:6380/3", {"host": "cache", "port": 6380, "db": 3, "password": "hunter2"}, False),
        ("rediss://me:p%40ss@cache/1", {"host": "cache", "db": 1, "username": "me", "password": "p@ss"}, True),
    ],
)
def test_with_one_they_lie_in_redis_under_a_name_of_our_own(url, about, is_ssl):
    store = lock_store(url)
    assert isinstance(store, RedisLockStore) and store.key_prefix == "sleutel:lock:"
    pool = store.red.connection_pool
    assert {name: pool.connection_kwargs[name] for name in about} == about
    assert ("SSL" in pool.connection_class.__name__) is is_ssl
