"""The one module that reads the environment (see `docs/settings.md`, which a test holds to this list)."""

import re
from pathlib import Path
from typing import Dict, Literal, Optional

from pydantic import AnyHttpUrl, BaseSettings, Field, SecretStr, ValidationError, validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.records.secrecy import Secrecy

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
TEMPLATE = re.compile(r"[a-z]{2,3}=HX[0-9a-fA-F]{32}")


class SettingsError(Exception):
    """A setting is missing or wrong; the message names the variable and what to do."""


class Settings(BaseSettings):
    """What differs between one installation and another. Secrets come from here and nowhere else."""

    database_url: str = Field(f"sqlite:///{VAR / 'sleutel.db'}", env="SLEUTEL_DATABASE_URL")
    redis_url: Optional[SecretStr] = Field(None, env="SLEUTEL_REDIS_URL")  # it may hold a password
    places_file: Path = Field(VAR / "places.db", env="SLEUTEL_PLACES_FILE")
    places_checked_days: int = Field(180, env="SLEUTEL_PLACES_CHECKED_DAYS", ge=1, le=3650)
    secret_key: Optional[SecretStr] = Field(None, env="SLEUTEL_SECRET_KEY")
    host: str = Field("127.0.0.1", env="SLEUTEL_HOST")
    port: int = Field(5005, env="SLEUTEL_PORT", ge=1, le=65535)
    public_url: Optional[AnyHttpUrl] = Field(None, env="SLEUTEL_PUBLIC_URL")
    keep_days: int = Field(180, env="SLEUTEL_KEEP_DAYS", ge=1, le=3650)

    twilio_account_sid: Optional[str] = Field(None, env="TWILIO_ACCOUNT_SID")
    twilio_auth_token: Optional[SecretStr] = Field(None, env="TWILIO_AUTH_TOKEN")
    twilio_whatsapp_from: Optional[str] = Field(None, env="TWILIO_WHATSAPP_FROM")
    twilio_templates: Dict[str, str] = Field({}, env="TWILIO_TEMPLATES")
    twilio_api_url: Optional[AnyHttpUrl] = Field(None, env="TWILIO_API_URL")

    telegram_resident_token: Optional[SecretStr] = Field(None, env="TELEGRAM_RESIDENT_TOKEN")
    telegram_desk_token: Optional[SecretStr] = Field(None, env="TELEGRAM_DESK_TOKEN")
    telegram_api_url: Optional[AnyHttpUrl] = Field(None, env="TELEGRAM_API_URL")

    translator: Literal["none", "libretranslate", "mymemory", "deepl", "google"] = Field("none", env="TRANSLATOR")
    translator_url: Optional[AnyHttpUrl] = Field(None, env="TRANSLATOR_URL")
    translator_key: Optional[SecretStr] = Field(None, env="TRANSLATOR_KEY")

    class Config:
        """An empty variable counts as not set: that is how shells and compose files leave things out."""

        frozen = True

        @classmethod
        def parse_env_var(cls, field_name: str, raw_val: str) -> object:
            """As it was written: no variable of ours is JSON."""
            return raw_val

    @validator("*", pre=True)
    def empty_is_unset(cls, value: object, field) -> object:
        """`VARIABLE=` means the same as leaving it out."""
        return field.default if value == "" else value

    @validator("database_url")
    def is_a_database(cls, value: str) -> str:
        """An address that SQLAlchemy knows; it may hold a password, so the message does not repeat it."""
        try:
            make_url(value).get_dialect()
        except (ArgumentError, ImportError):
            raise ValueError("not a database address; for example sqlite:///var/sleutel.db") from None
        return value

    @validator("redis_url")
    def is_redis(cls, value: Optional[SecretStr]) -> Optional[SecretStr]:
        """An address that Redis knows; the message does not repeat it."""
        if value is not None and not value.get_secret_value().startswith(("redis://", "rediss://")):
            raise ValueError("not a Redis address; for example redis://localhost:6379/0")
        return value

    @validator("secret_key")
    def is_long_enough(cls, value: Optional[SecretStr]) -> Optional[SecretStr]:
        """A key that `Secrecy` takes."""
        if value is not None:
            Secrecy(value.get_secret_value())
        return value

    @validator("twilio_templates", pre=True)
    def by_language(cls, value: object) -> object:
        """`nl=HX...,en=HX...`: the approved template of each language."""
        if not isinstance(value, str):
            return value
        pairs = [pair.strip().partition("=") for pair in value.split(",") if pair.strip()]
        if not all(TEMPLATE.fullmatch(f"{code}{sign}{sid}") for code, sign, sid in pairs):
            raise ValueError("expected language=HX..., for example nl=HX0123456789abcdef0123456789abcdef")
        return {code: sid for code, _, sid in pairs}

    def template(self, language: str) -> Optional[str]:
        """Twilio's id of the template in this language, else in Dutch, else none."""
        return self.twilio_templates.get(language) or self.twilio_templates.get("nl")

    @property
    def whatsapp_is_on(self) -> bool:
        """True when all three Twilio variables are there."""
        return bool(self.twilio_account_sid and self.twilio_auth_token and self.twilio_whatsapp_from)

    def public(self, path: str) -> str:
        """The full address at which a provider reaches `path`."""
        base = str(self.public_url or f"http://{self.host}:{self.port}").rstrip("/")
        return base + path


def read_settings() -> Settings:
    """The settings from the environment; raises `SettingsError` naming every wrong variable."""
    try:
        return Settings()  # type: ignore[call-arg]  # pydantic fills it from the environment
    except ValidationError as error:
        names = {name: field.field_info.extra["env"] for name, field in Settings.__fields__.items()}
        lines = [f"{names.get(str(e['loc'][0]), e['loc'][0])}: {e['msg']}" for e in error.errors()]
        raise SettingsError("\n".join(lines)) from None


def demand_for_serving(settings: Settings) -> None:
    """Stop before the doors open when something that safety or delivery needs is missing.

    Raises `SettingsError` with one line per variable: a half-configured channel would lose messages.
    """
    problems = []
    if settings.secret_key is None:
        problems.append("SLEUTEL_SECRET_KEY is not set. Make one with: uv run sleutel new-key")
    twilio = {
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
        "TWILIO_WHATSAPP_FROM": settings.twilio_whatsapp_from,
    }
    missing = [name for name, value in twilio.items() if not value]
    if missing and len(missing) < len(twilio):
        problems += [f"{name} is not set, while other Twilio settings are." for name in missing]
    if len(missing) == len(twilio) and not (settings.telegram_resident_token or settings.telegram_desk_token):
        problems.append("No channel is configured: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_WHATSAPP_FROM.")
    if settings.whatsapp_is_on and settings.public_url is None:
        problems.append(
            "SLEUTEL_PUBLIC_URL is not set: Twilio signs with it and fetches pictures from it, "
            "for example https://bot.example.nl"
        )
    if settings.translator == "libretranslate" and not settings.translator_url:
        problems.append("TRANSLATOR_URL is not set, while TRANSLATOR is libretranslate.")
    if settings.translator == "deepl" and not settings.translator_key:
        problems.append("TRANSLATOR_KEY is not set, while TRANSLATOR is deepl.")
    if problems:
        raise SettingsError("\n".join(problems))
