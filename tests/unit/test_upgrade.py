"""A database of an older version is brought up to date, and nothing in it is lost."""

import sqlite3

from sqlalchemy import select

from bot.records.database import Database
from bot.records.models import KeyPerson, Resident, Timer
from bot.records.secrecy import Secrecy, new_key
from tests.fakes import Clock, Notices, add_resident, helper, make_handovers


def test_an_older_database_gets_what_it_lacks_and_keeps_what_it_has(tmp_path):
    url, secrecy = f"sqlite:///{tmp_path / 'records.db'}", Secrecy(new_key())
    old = Database(url, secrecy)
    make_handovers(old, Notices(), Clock(), helper("anna", away_until=None))
    add_resident(old, "amina")
    old.close()
    with sqlite3.connect(tmp_path / "records.db") as raw:  # as it was before talks could be chosen
        raw.execute("DROP TABLE timers")
        raw.execute("ALTER TABLE people DROP COLUMN coordinator")
        raw.execute("ALTER TABLE people DROP COLUMN talk_id")
        raw.execute("ALTER TABLE residents DROP COLUMN stopped")

    new = Database(url, secrecy)
    with new.change() as session:
        anna = session.get(KeyPerson, "anna")
        assert (anna.name, anna.languages, anna.coordinator, anna.talk_id) == ("Anna", ["nl"], False, None)
        assert session.get(Resident, "amina").stopped is False
        assert list(session.scalars(select(Timer))) == []
    new.close()


def test_opening_twice_changes_nothing(tmp_path):
    for _ in range(2):
        Database(f"sqlite:///{tmp_path / 'records.db'}", Secrecy(new_key())).close()
