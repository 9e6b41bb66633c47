"""WhatsApp lets us write freely for a day after somebody wrote. Outside it we knock, and what we have to say waits."""

from datetime import timedelta
from typing import List, Optional

import pytest
from sqlalchemy import select, update

from bot.channels.inbox import Inbox
from bot.channels.messages import Choice, Incoming, Outgoing
from bot.desk.delivery import Delivery
from bot.desk.enrolling import code_in, enrol
from bot.desk.outbox import Outbox, person_key, put
from bot.handover.invitations import invite
from bot.handover.people import keep_people
from bot.records.models import KeyPerson, Resident, Sending, now
from bot.settings import SettingsError, read_settings
from tests.fakes import helper

AMINA, ANNA = "whatsapp:+31600000001", "whatsapp:+31600000002"
DAY = timedelta(hours=24)


class Phone:
    """A transport with a window; `template` is what it knocks with."""

    window = DAY

    def __init__(self, template: Optional[str] = "HX1") -> None:
        self.template, self.brought, self.knocked = template, [], []  # type: Optional[str], List[str], List[str]

    async def send(self, address: str, message: Outgoing) -> str:
        self.brought.append(f"{address} {message.text}")
        return f"SM{len(self.brought)}"

    async def knock(self, address: str, language: str) -> Optional[str]:
        if self.template:
            self.knocked.append(f"{address} {language}")
        return self.template


class Town:
    """Amina, who writes on WhatsApp, Anna, who helps there, and the worker that brings messages."""

    def __init__(self, database, template: Optional[str] = "HX1") -> None:
        self.database, self.inbox, self.phone, self.lost = database, Inbox(database), Phone(template), []
        self.delivery = Delivery(Outbox(database), {"whatsapp": self.phone})
        self.delivery.when_lost(lambda row: self.lost.append(row.receiver))
        keep_people(database, [helper("anna")], "whatsapp")
        with database.change() as session:
            session.get(KeyPerson, "anna").address = ANNA
        self.count = 0
        self.amina = self.writes(AMINA)

    def writes(self, address: str) -> str:
        self.count += 1
        return self.inbox.store(Incoming("whatsapp", f"SM-in-{self.count}", [address], "hallo")).sender

    def silent_for(self, span: timedelta) -> None:
        with self.database.change() as session:
            session.execute(update(Resident).values(seen_at=now() - span))
            session.execute(update(KeyPerson).values(seen_at=now() - span))

    async def say(self, receiver: str, *words: str) -> None:
        with self.database.change() as session:
            put(session, receiver, "whatsapp", [Outgoing(word, "nl") for word in words])
        while await self.delivery.send_due():
            pass

    def states(self) -> List[str]:
        with self.database.change() as session:
            return [row.state for row in session.scalars(select(Sending).order_by(Sending.id))]


async def test_within_the_day_words_go_at_once(database):
    town = Town(database)
    await town.say(town.amina, "Dag")
    assert (town.phone.brought, town.phone.knocked) == ([f"{AMINA} Dag"], [])


async def test_after_a_day_one_knock_and_all_words_wait_in_order_until_the_answer(database):
    town = Town(database)
    town.silent_for(DAY)
    await town.say(town.amina, "een", "twee")
    await town.say(town.amina, "drie")
    assert (town.phone.brought, town.phone.knocked) == ([], [f"{AMINA} nl"])
    assert set(town.states()) == {"parked"}
    town.writes(AMINA)
    while await town.delivery.send_due():
        pass
    assert town.phone.brought == [f"{AMINA} een", f"{AMINA} twee", f"{AMINA} drie"]


async def test_without_a_template_a_resident_gets_it_at_the_next_message(database):
    town = Town(database, template=None)
    town.silent_for(DAY)
    await town.say(town.amina, "een")
    assert town.states() == ["parked"] and town.lost == []
    town.writes(AMINA)
    await town.delivery.send_due()
    assert town.phone.brought == [f"{AMINA} een"]


async def test_a_key_person_is_knocked_for_and_without_a_template_somebody_else_is_asked(database):
    town = Town(database)
    town.silent_for(DAY)
    await town.say(person_key("anna"), "alert")
    assert town.phone.knocked == [f"{ANNA} nl"] and town.lost == []
    town.writes(ANNA)
    await town.delivery.send_due()
    assert town.phone.brought == [f"{ANNA} alert"]

    town.phone.template = None
    town.silent_for(DAY)
    await town.say(person_key("anna"), "second alert")
    assert town.lost == [person_key("anna")]


# ---------------------------------------------------------------- becoming a key person


def test_the_link_makes_this_chat_the_way_to_the_person_and_says_welcome(database, speaker):
    keep_people(database, [helper("anna")])
    code = invite(database, "anna")
    with database.change() as session:
        assert enrol(session, speaker, code, "whatsapp", ANNA) is None
    with database.change() as session:
        anna = session.get(KeyPerson, "anna")
        (welcome,) = session.scalars(select(Sending))
    assert (anna.channel, anna.address) == ("whatsapp", ANNA)
    assert welcome.receiver == person_key("anna") and "Anna" in welcome.body["text"]


def test_a_wrong_or_used_code_is_answered_and_changes_nothing(database, speaker):
    keep_people(database, [helper("anna")])
    code = invite(database, "anna")
    with database.change() as session:
        enrol(session, speaker, code, "whatsapp", ANNA)
    with database.change() as session:
        used = enrol(session, speaker, code, "whatsapp", AMINA)
        wrong = enrol(session, speaker, "x" * 32, "whatsapp", AMINA)
        assert session.get(KeyPerson, "anna").address == ANNA
    desk = speaker.language("nl").desk
    assert (used.text, wrong.text) == (desk["code_used"], desk["code_wrong"])


@pytest.mark.parametrize(
    "typed, found",
    [
        ("start " + "a" * 32, "a" * 32),
        ("  /START: " + "B-_9" * 8, "B-_9" * 8),
        ("start", None),
        ("start met schuldhulp", None),
        ("ik wil starten", None),
    ],
)
def test_only_the_words_of_the_link_are_a_code(typed, found):
    assert code_in(typed) == found


def test_what_was_offered_to_a_key_person_is_remembered_for_an_answer_by_number(database):
    keep_people(database, [helper("anna")])
    with database.change() as session:
        put(session, person_key("anna"), "demo", [Outgoing("Kunt u?", choices=[Choice("Ja", "accept:x")])])
    with database.change() as session:
        assert session.get(KeyPerson, "anna").choices == [{"title": "Ja", "payload": "accept:x"}]
        put(session, person_key("anna"), "demo", [Outgoing("Dank u wel.")])
    with database.change() as session:
        assert session.get(KeyPerson, "anna").choices == []


# ---------------------------------------------------------------- the setting


def test_templates_are_read_by_language(monkeypatch):
    sid = "HX" + "0" * 31
    monkeypatch.setenv("TWILIO_TEMPLATES", f"nl={sid}1, ar={sid}2")
    settings = read_settings()
    assert [settings.template(code) for code in ("ar", "nl", "tr")] == [sid + "2", sid + "1", sid + "1"]


@pytest.mark.parametrize("wrong", ["HX123", "nl=HX12", "nl:" + "HX" + "0" * 32])
def test_a_template_that_is_none_is_refused_by_name(monkeypatch, wrong):
    monkeypatch.setenv("TWILIO_TEMPLATES", wrong)
    with pytest.raises(SettingsError, match="TWILIO_TEMPLATES"):
        read_settings()
