"""Pseudonyms for people and encryption for what is at rest, both from one secret key."""

import base64
import hashlib
import hmac
import json
import secrets
from pathlib import Path
from typing import Any, Optional

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy.types import LargeBinary, TypeDecorator


def new_key() -> str:
    """A fresh random secret, as text that fits in an environment variable."""
    return secrets.token_urlsafe(32)


def kept_key(path: Path) -> str:
    """The demo's own key: made once, kept in a file that only its owner can read."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(new_key(), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


class Secrecy:
    """Keyed pseudonyms and encryption. Several keys, parted by commas, rotate: the first writes, all read."""

    def __init__(self, keys: str) -> None:
        self._keys = [key.strip() for key in keys.split(",") if key.strip()]
        if not self._keys or min(map(len, self._keys)) < 16:
            raise ValueError("the secret key must have at least 16 characters")
        self._box = MultiFernet([Fernet(self._derive(key, b"encryption")) for key in self._keys])
        # Pseudonyms use the LAST key: they must stay the same when a new key is put in front.
        self._pepper = self._derive(self._keys[-1], b"pseudonym")

    @staticmethod
    def _derive(key: str, purpose: bytes) -> bytes:
        return base64.urlsafe_b64encode(hmac.new(key.encode(), purpose, hashlib.sha256).digest())

    def pseudonym(self, channel: str, address: str) -> str:
        """A name for a person that says nothing about them and is the same every time (16 bytes as hex)."""
        digest = hmac.new(self._pepper, f"{channel}:{address}".encode(), hashlib.sha256)
        return digest.hexdigest()[:32]

    def seal(self, value: Any) -> bytes:
        """Encrypt anything that JSON can hold."""
        return self._box.encrypt(json.dumps(value, ensure_ascii=False).encode("utf-8"))

    def open(self, sealed: bytes) -> Any:
        """The value that `seal` was given; raises `cryptography.fernet.InvalidToken` for another key."""
        return json.loads(self._box.decrypt(sealed).decode("utf-8"))

    def seal_bytes(self, data: bytes) -> bytes:
        """Encrypt a file."""
        return self._box.encrypt(data)

    def open_bytes(self, sealed: bytes) -> bytes:
        """The file that `seal_bytes` was given; raises `cryptography.fernet.InvalidToken` for another key."""
        return self._box.decrypt(sealed)


class Sealed(TypeDecorator):
    """A column whose value is encrypted JSON at rest. The key is bound once, when the database is opened."""

    impl = LargeBinary
    cache_ok = True
    secrecy: Optional[Secrecy] = None

    def process_bind_param(self, value: Any, dialect: Any) -> Optional[bytes]:
        """Encrypt on the way in."""
        return None if value is None else self._bound().seal(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """Decrypt on the way out."""
        return None if value is None else self._bound().open(value)

    @classmethod
    def _bound(cls) -> Secrecy:
        if cls.secrecy is None:
            raise RuntimeError("open the database with bot.records.database.Database first")
        return cls.secrecy


class SealedBytes(Sealed):
    """A column that holds an encrypted file."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Optional[bytes]:
        """Encrypt on the way in."""
        return None if value is None else self._bound().seal_bytes(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """Decrypt on the way out."""
        return None if value is None else self._bound().open_bytes(value)
