"""The environment: everything that is missing or wrong is named, and no secret is shown."""

import ast
import re
from typing import Dict, List

import pytest

from bot.settings import ROOT, Settings, SettingsError, demand_for_serving, read_settings

VARIABLES = [field.field_info.extra["env"] for field in Settings.__fields__.values()]
KEY = {"SLEUTEL_SECRET_KEY": "long enough for a test"}
PUBLIC = {"SLEUTEL_PUBLIC_URL": "https://bot.example.nl"}
TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_WHATSAPP_FROM": "whatsapp:+14155238886"}
TELEGRAM = {"TELEGRAM_RESIDENT_TOKEN": "1:a"}


@pytest.fixture
def environment(monkeypatch):
    """Sets the environment to exactly these variables of ours."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)

    def exactly(variables: Dict[str, str]) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return exactly


@pytest.mark.parametrize(
    "variable, value",
    [
        ("SLEUTEL_PORT", "a lot"),
        ("SLEUTEL_PORT", "0"),
        ("SLEUTEL_PORT", "65536"),
        ("SLEUTEL_KEEP_DAYS", "0"),
        ("SLEUTEL_KEEP_DAYS", "-1"),
        ("SLEUTEL_KEEP_DAYS", "3651"),
        ("SLEUTEL_KEEP_DAYS", "for ever"),
        ("SLEUTEL_PUBLIC_URL", "bot.example.nl"),
        ("SLEUTEL_SECRET_KEY", "short"),
        ("SLEUTEL_DATABASE_URL", "records.db"),
        ("SLEUTEL_DATABASE_URL", "nosuch://me:hunter2@host/records"),
        ("SLEUTEL_REDIS_URL", "http://me:hunter2@host"),
        ("TWILIO_API_URL", "localhost"),
        ("TELEGRAM_API_URL", "localhost:99"),
        ("TRANSLATOR", "babelfish"),
        ("TRANSLATOR_URL", "localhost"),
    ],
)
def test_a_wrong_value_is_named_and_not_repeated_when_it_may_hold_a_secret(environment, variable, value):
    environment({variable: value})
    with pytest.raises(SettingsError, match=f"^{variable}: ") as refused:
        read_settings()
    assert "hunter2" not in str(refused.value)


def test_all_that_is_wrong_is_named_at_once(environment):
    environment({"SLEUTEL_PORT": "a lot", "TRANSLATOR": "babelfish"})
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert named(refused.value) == ["SLEUTEL_PORT", "TRANSLATOR"]


# what is set, and the variables that `serve` then asks for
TABLE = [
    ({}, ["SLEUTEL_SECRET_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_FROM"]),
    (KEY, ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_FROM"]),
    ({**KEY, **TELEGRAM}, []),
    ({**KEY, "TELEGRAM_DESK_TOKEN": "2:b"}, []),
    (TELEGRAM, ["SLEUTEL_SECRET_KEY"]),
    ({**KEY, **TWILIO}, ["SLEUTEL_PUBLIC_URL"]),
    ({**KEY, **TWILIO, **PUBLIC}, []),
    ({**KEY, **PUBLIC, "TWILIO_AUTH_TOKEN": "t"}, ["TWILIO_ACCOUNT_SID", "TWILIO_WHATSAPP_FROM"]),
    ({**KEY, **PUBLIC, **TELEGRAM, "TWILIO_ACCOUNT_SID": "AC1"}, ["TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_FROM"]),
    ({**KEY, **TELEGRAM, "TRANSLATOR": "libretranslate"}, ["TRANSLATOR_URL"]),
    ({**KEY, **TELEGRAM, "TRANSLATOR": "deepl"}, ["TRANSLATOR_KEY"]),
    ({**KEY, **TELEGRAM, "TRANSLATOR": "mymemory"}, []),
    ({**KEY, **TELEGRAM, "TRANSLATOR": "none"}, []),
    ({**KEY, **TWILIO, **PUBLIC, "TWILIO_AUTH_TOKEN": ""}, ["TWILIO_AUTH_TOKEN"]),
    ({**TELEGRAM, "SLEUTEL_SECRET_KEY": ""}, ["SLEUTEL_SECRET_KEY"]),
]


@pytest.mark.parametrize("variables, missing", TABLE)
def test_serving_names_every_variable_that_is_missing(environment, variables, missing):
    environment(variables)
    if not missing:
        demand_for_serving(read_settings())
        return
    with pytest.raises(SettingsError) as refused:
        demand_for_serving(read_settings())
    assert [name for name in missing if name not in str(refused.value)] == []
    others = {name for name in VARIABLES if name not in missing and name not in variables}
    assert others.isdisjoint(named(refused.value))


def named(error: SettingsError) -> List[str]:
    """The variable with which each line begins."""
    return [re.match(r"\w+", line).group() for line in str(error).splitlines()]


@pytest.mark.parametrize("variable", VARIABLES)
def test_an_empty_variable_counts_as_not_set(environment, variable):
    environment({})
    unset = read_settings()
    environment({variable: ""})
    assert read_settings() == unset


def test_without_any_variable_nothing_leaves_the_machine_and_only_the_machine_may_come_in(environment):
    environment({})
    settings = read_settings()
    assert (settings.host, settings.port, settings.translator) == ("127.0.0.1", 5005, "none")
    assert settings.keep_days == 180, "nobody is kept for ever because a setting was forgotten"
    assert settings.database_url.startswith("sqlite:///") and "/var/" in settings.database_url
    assert not settings.whatsapp_is_on and settings.telegram_resident_token is None


def test_secrets_are_not_shown_when_settings_are_printed(environment):
    environment({**KEY, "TWILIO_AUTH_TOKEN": "hush", "TELEGRAM_DESK_TOKEN": "hush", "TRANSLATOR_KEY": "hush"})
    printed = repr(read_settings()) + str(read_settings())
    assert "hush" not in printed and KEY["SLEUTEL_SECRET_KEY"] not in printed


@pytest.mark.parametrize("address", ["https://bot.example.nl", "https://bot.example.nl/"])
def test_the_public_address_of_a_path(environment, address):
    environment({"SLEUTEL_PUBLIC_URL": address})
    assert read_settings().public("/pictures/a.png") == "https://bot.example.nl/pictures/a.png"
    environment({"SLEUTEL_PUBLIC_URL": "", "SLEUTEL_PORT": "99"})
    assert read_settings().public("/x") == "http://127.0.0.1:99/x"


def test_the_documented_variables_are_exactly_those_that_are_read():
    lines = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").splitlines()
    first_cells = [line.split("|")[1] for line in lines if line.startswith("| `")]
    documented = [name for cell in first_cells for name in re.findall(r"`([A-Z_]+)`", cell)]
    assert sorted(documented) == sorted(VARIABLES)


def reads_environment(source: str) -> bool:
    """True when the code asks for a variable; setting a default for a library is something else."""
    nodes = list(ast.walk(ast.parse(source)))
    used = [ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)]
    imported = [alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names]
    asked = used.count("os.environ") > used.count("os.environ.setdefault") or "os.getenv" in used
    return asked or not {"environ", "getenv"}.isdisjoint(imported)


def test_only_the_settings_read_the_environment():
    files = [path for folder in ("bot", "actions") for path in sorted((ROOT / folder).rglob("*.py"))]
    assert [path.name for path in files if reads_environment(path.read_text(encoding="utf-8"))] == []
    assert reads_environment("import os\nx = os.environ['A']") and reads_environment("from os import getenv")
