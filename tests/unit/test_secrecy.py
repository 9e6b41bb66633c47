"""Who reads the database file learns nothing: pseudonyms are keyed, and words and addresses are encrypted."""

import re
from pathlib import Path
from typing import Set

import pytest
from cryptography.fernet import InvalidToken
from sqlalchemy import select

from bot.channels.inbox import Inbox
from bot.channels.messages import Incoming, Outgoing
from bot.desk.outbox import person_key, put
from bot.handover.service import Agreement
from bot.records.database import Database
from bot.records.models import Address, KeyPerson, Received, Resident, Sending
from bot.records.secrecy import Sealed, Secrecy, kept_key, new_key
from tests.fakes import Clock, Notices, helper, make_handovers

OLD, NEW = "the old key of the town", "the new key of the town"
NUMBER = "whatsapp:+31612345678"


def test_a_pseudonym_is_the_same_every_time_and_says_nothing():
    name = Secrecy(OLD).pseudonym("whatsapp", NUMBER)
    assert name == Secrecy(OLD).pseudonym("whatsapp", NUMBER)
    assert re.fullmatch("[0-9a-f]{32}", name) and "31612345678" not in name


@pytest.mark.parametrize(
    "key, channel, address",
    [(NEW, "whatsapp", NUMBER), (OLD, "telegram", NUMBER), (OLD, "whatsapp", NUMBER[:-1] + "9")],
)
def test_another_key_channel_or_address_gives_another_pseudonym(key, channel, address):
    """Without the key nobody can try all ten million numbers."""
    assert Secrecy(key).pseudonym(channel, address) != Secrecy(OLD).pseudonym("whatsapp", NUMBER)


@pytest.mark.parametrize("value", ["kiramı ödeyemiyorum", {"a": [1, None, "ب"]}, "", [], 0, False])
def test_what_was_sealed_comes_back_as_it_was(value):
    secrecy = Secrecy(OLD)
    assert secrecy.open(secrecy.seal(value)) == value
    assert secrecy.seal(value) != secrecy.seal(value), "the same words twice do not look alike"


def test_another_key_opens_nothing_and_a_changed_letter_is_noticed():
    sealed = Secrecy(OLD).seal("secret")
    with pytest.raises(InvalidToken):
        Secrecy(NEW).open(sealed)
    middle = len(sealed) // 2
    with pytest.raises(InvalidToken):
        Secrecy(OLD).open(
            sealed[:middle] + (b"A" if sealed[middle : middle + 1] != b"A" else b"B") + sealed[middle + 1 :]
        )


def test_a_new_key_in_front_writes_while_the_old_one_still_reads_and_names():
    before, after = Secrecy(OLD), Secrecy(f"{NEW}, {OLD}")
    assert after.open(before.seal("old words")) == "old words"
    assert Secrecy(NEW).open(after.seal("new words")) == "new words"
    with pytest.raises(InvalidToken):
        before.open(after.seal("new words"))
    assert after.pseudonym("whatsapp", NUMBER) == before.pseudonym("whatsapp", NUMBER), "residents stay who they are"


@pytest.mark.parametrize("keys", ["", " , ", "short", "short,the old key of the town", "the old key of the town,short"])
def test_a_missing_or_guessable_key_is_refused_without_repeating_it(keys):
    with pytest.raises(ValueError, match="at least 16") as refused:
        Secrecy(keys)
    assert not keys.strip(" ,") or keys not in str(refused.value)


def test_every_new_key_is_another_and_long_enough():
    keys: Set[str] = {new_key() for _ in range(20)}
    assert len(keys) == 20 and all(Secrecy(key) and len(key) >= 40 for key in keys)


def test_the_demo_makes_its_key_once_and_nobody_else_may_read_it(tmp_path):
    path = tmp_path / "var" / "demo.key"
    key = kept_key(path)
    assert kept_key(path) == key == path.read_text(encoding="utf-8") and path.stat().st_mode & 0o777 == 0o600


def test_nothing_can_be_stored_before_the_key_is_known(monkeypatch):
    monkeypatch.setattr(Sealed, "secrecy", None)
    with pytest.raises(RuntimeError, match="open the database"):
        Sealed().process_bind_param("words", None)


WORDS = "mijn broer is Achmed en ik heb schulden"
SECRETS = [WORDS, "Achmed", "31612345678", "NL.1349aB", "5551234567", "Anna hoort: huur", "gisteren", "overmorgen"]


def test_nobody_can_read_texts_or_addresses_in_the_files_of_the_database(database, tmp_path):
    stays_open = database.engine.connect().connection  # SQLite folds its log into the file when the last one leaves
    service = make_handovers(database, Notices(), Clock(), helper("anna"))
    resident = Inbox(database).store(Incoming("whatsapp", "SM1", [NUMBER, "whatsapp:NL.1349aB"], WORDS)).sender
    service.offer(resident, "nl", None, "any")
    service.agree(resident, Agreement("Anna hoort: huur", {"story": "gisteren"}, "nl", "1"))
    with database.change() as session:
        session.get(Resident, resident).dialogue = [{"event": "user", "text": "overmorgen"}]
        session.get(KeyPerson, "anna").address = "5551234567"
        put(session, resident, "whatsapp", [Outgoing(f"U schreef: {WORDS}")])
        put(session, person_key("anna"), "demo", [Outgoing(WORDS, sender="resident")])
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {"records.db", "records.db-wal"} <= set(files)
    assert resident.encode() in files["records.db-wal"], "this is where the rows are"
    for secret in SECRETS:
        assert not [name for name, content in files.items() if secret.encode() in content], secret
    stays_open.close()
    with database.change() as session:  # and with the key it is all there
        assert session.scalars(select(Received)).one().body["text"] == WORDS
        assert NUMBER in set(session.scalars(select(Address.address)))


def test_what_was_deleted_is_overwritten_and_not_only_forgotten(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'records.db'}", Secrecy(OLD))
    with database.change() as session:
        session.add(Resident(id="marker-of-somebody", channel="demo", choices=[]))
    with database.change() as session:
        session.delete(session.get(Resident, "marker-of-somebody"))
    with database.engine.connect() as connection:
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    assert not [path for path in Path(tmp_path).iterdir() if b"marker-of-somebody" in path.read_bytes()]


def test_the_wrong_key_stops_rather_than_hand_out_nonsense(tmp_path):
    url = f"sqlite:///{tmp_path / 'records.db'}"
    first = Database(url, Secrecy(OLD))
    with first.change() as session:
        session.add(Sending(receiver="amina", channel="demo", body={"text": "hallo"}))
    first.close()
    second = Database(url, Secrecy(NEW))
    with pytest.raises(InvalidToken), second.change() as session:
        session.scalars(select(Sending)).all()
    second.close()
    rotated = Database(url, Secrecy(f"{NEW},{OLD}"))
    with rotated.change() as session:
        assert session.scalars(select(Sending)).one().body == {"text": "hallo"}
    rotated.close()
