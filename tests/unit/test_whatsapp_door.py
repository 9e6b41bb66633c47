"""The WhatsApp door: signed posts over HTTP to a real Sanic app, a real gate and a real database file."""

import asyncio
import logging
import re
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
from multidict import MultiDict
from sanic import Sanic
from sqlalchemy import select, text
from twilio.request_validator import RequestValidator

from bot.channels.gate import Gate
from bot.channels.inbox import Inbox
from bot.channels.messages import Choice, Incoming, Media, Outgoing, Place
from bot.channels.outcome import Turn
from bot.channels.whatsapp import whatsapp_blueprint
from bot.desk.outbox import MOST_ATTEMPTS, Outbox, person_key, put
from bot.handover.service import Handovers
from bot.records.database import Database
from bot.records.models import Address, Base, KeyPerson, Received, Resident, Sending, now
from bot.records.secrecy import Secrecy, new_key
from bot.relay.letter import Letter
from bot.relay.relay import Relay
from bot.relay.translating import Translating
from bot.replies.content import Content
from bot.replies.speaker import Reply, Speaker
from bot.settings import Settings
from tests.twilio_stand_in import ACCOUNT, SENDER, TOKEN

HER, HER_ID = "whatsapp:+31612345678", "whatsapp:NL.1349aB"
FATMA = "whatsapp:+31687654321"
PUBLIC = "https://bot.example.nl/help"  # the proxy adds a path of its own
WEBHOOK, STATUS = "/webhooks/whatsapp/webhook", "/webhooks/whatsapp/status"
FORM = "application/x-www-form-urlencoded"
PATIENCE = 0.4

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Brain:
    """Answers everything the same, once it may, and remembers what it was asked."""

    def __init__(self) -> None:
        self.heard: List[Tuple[str, str]] = []
        self.may_answer = asyncio.Event()

    async def understand(self, text: str, language: Optional[str]) -> Dict[str, Any]:
        """Nothing is understood."""
        return {"intent": "nothing", "accepted": False}

    async def answer(self, resident_id: str, text: str, language: Optional[str]) -> Turn:
        """One reply."""
        await self.may_answer.wait()
        self.heard.append((resident_id, text))
        return Turn([Reply("nl", ["Antwoord."])], "nl")


class NotingInbox(Inbox):
    """A real inbox that also remembers what it was handed: stored bodies are emptied when the work is done."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.seen: List[Incoming] = []

    def store(self, incoming: Incoming) -> Optional[Received]:
        """Note and store."""
        self.seen.append(incoming)
        return super().store(incoming)


class CountingOutbox(Outbox):
    """A real outbox that counts how often somebody looked for an id."""

    looks = 0

    def by_provider_id(self, provider_id: str) -> Optional[Sending]:
        """Count and look."""
        self.looks += 1
        return super().by_provider_id(provider_id)


@dataclass
class Door:
    """Everything behind one running app."""

    http: httpx.AsyncClient
    database: Database
    gate: Gate
    brain: Brain
    outbox: CountingOutbox
    seen: List[Incoming]
    lost: List[Sending] = field(default_factory=list)
    desk: List[Tuple[str, str, Optional[str]]] = field(default_factory=list)
    refuses: Optional[Exception] = None  # what `lost` raises

    async def post(self, form: Dict[str, str], path: str = WEBHOOK, **changes: Any) -> httpx.Response:
        """Post as Twilio does, signed for the public address."""
        url = PUBLIC + changes.pop("signed_path", path)
        signature = RequestValidator(changes.pop("token", TOKEN)).compute_signature(url, form)
        headers = {"X-Twilio-Signature": signature, **changes.pop("headers", {})}
        return await self.http.post(path, data=form, headers=headers, **changes)

    async def say(self, **changes: str) -> httpx.Response:
        """A message, and all the work that follows from it."""
        answer = await self.post(message(**changes))
        await self.gate.idle()
        return answer

    def rows(self, model: Any) -> List[Any]:
        """All rows of a table."""
        with self.database.change() as session:
            return list(session.scalars(select(model)))

    def sent(self, provider_id: str, receiver: str = "someone", choices: Optional[List[Choice]] = None) -> int:
        """A message of the outbox that Twilio took."""
        with self.database.change() as session:
            put(session, receiver, "whatsapp", [Outgoing("Wilt u dit?", "nl", choices=choices or [])])
        (row,) = [row for row in self.outbox.lease() if row.receiver == receiver]
        self.outbox.sent(row.id, provider_id)
        return row.id

    def row(self, row_id: int) -> Sending:
        """One row of the outbox as it is now."""
        with self.database.change() as session:
            return session.get(Sending, row_id)


def message(sid: str = "SM1", **changes: str) -> Dict[str, str]:
    """What Twilio posts for a text."""
    common = {
        "MessageSid": sid,
        "SmsMessageSid": sid,
        "SmsStatus": "received",
        "AccountSid": ACCOUNT,
        "From": HER,
        "To": SENDER,
        "Body": "Ik heb een brief.",
        "NumMedia": "0",
        "ProfileName": "Samira",
        "WaId": "31612345678",
        "MessageType": "text",
        "ChannelMetadata": '{"type":"whatsapp","data":{}}',
        "SomethingNewInTheSpring": "x",
    }
    return {**common, **changes}


def status_of(sid: str, state: str, **changes: str) -> Dict[str, str]:
    """What Twilio posts about a message that we sent."""
    return {"MessageSid": sid, "SmsSid": sid, "MessageStatus": state, "SmsStatus": state, "AccountSid": ACCOUNT,
            "From": SENDER, "To": HER, **changes}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory):
    """One app for the whole file, on a free port, in the loop of the tests."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('door') / 'door.db'}", Secrecy(new_key()))
    settings = Settings(
        twilio_account_sid=ACCOUNT, twilio_auth_token=TOKEN, twilio_whatsapp_from=SENDER, public_url=PUBLIC
    )
    brain, outbox, inbox = Brain(), CountingOutbox(database), NotingInbox(database)
    speaker = Speaker(Content({}, {}, {}, {}, {}, {}))
    handovers = Handovers(database, None, lambda topic: "plain", lambda topic: None)

    async def desk(person: str, words: str, payload: Optional[str], letter: Letter) -> None:
        door.desk.append((person, words, payload))

    def lost(row: Sending) -> None:
        door.lost.append(row)
        if door.refuses:
            raise door.refuses

    relay = Relay(database, speaker, handovers, Translating(), brain.understand, lambda: None, now)
    gate = Gate(database, brain, speaker, handovers, desk, lambda: None, relay)
    gate.inbox = inbox
    app = Sanic("whatsapp_door", configure_logging=False)
    app.blueprint(whatsapp_blueprint(gate, outbox, settings, lost, PATIENCE))
    listening = socket.create_server(("127.0.0.1", 0))
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    await server.startup()
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with httpx.AsyncClient(base_url=base) as http:
        door = Door(http, database, gate, brain, outbox, inbox.seen)
        yield door
    await server.close()
    database.close()


@pytest.fixture
def door(running):
    """The app with an empty database."""
    with running.database.change() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
    for remembered in (running.brain.heard, running.lost, running.desk, running.seen):
        remembered.clear()
    running.refuses, running.outbox.looks = None, 0
    running.brain.may_answer.set()
    return running


# ---------------------------------------------------------------- what comes in


async def test_a_text_is_answered_with_empty_twiml_and_reaches_the_bot(door):
    answer = await door.say(Body="Ik heb een brief.")
    assert (answer.status_code, answer.text) == (200, "<Response/>")
    assert answer.headers["content-type"].startswith("text/xml")
    assert [words for _, words in door.brain.heard] == ["Ik heb een brief."]
    (reply,) = door.rows(Sending)
    assert reply.body["text"] == "Antwoord."
    assert door.outbox.address_of(reply) == HER


async def test_the_webhook_is_answered_before_the_bot_has_thought(door):
    """Twilio waits 15 seconds; the inbox row is what makes the early answer safe."""
    door.brain.may_answer.clear()
    assert (await door.post(message())).status_code == 200
    assert [row.done_at for row in door.rows(Received)] == [None]
    door.brain.may_answer.set()
    await door.gate.idle()
    assert door.rows(Received)[0].done_at is not None


async def test_a_voice_note_with_a_blank_body_passes_the_signature(door):
    """Sanic's own form reading drops blank fields, and the signature covers them."""
    answer = await door.say(
        Body="",
        NumMedia="1",
        MediaUrl0="https://api.twilio.com/2010-04-01/Accounts/AC0/Messages/MM1/Media/ME1",
        MediaContentType0="audio/ogg",
    )
    assert answer.status_code == 200
    assert [words for _, words in door.brain.heard] == ["/received_voice"]


async def test_every_medium_is_kept_with_its_kind(door):
    await door.say(
        NumMedia="2", MediaUrl0="https://a/1", MediaContentType0="image/jpeg", MediaUrl1="https://a/2",
        MediaContentType1="application/pdf",
    )  # fmt: skip
    assert door.seen[0].media == [Media("https://a/1", "image/jpeg"), Media("https://a/2", "application/pdf")]
    assert door.seen[0].text == "Ik heb een brief."


async def test_a_place_is_read(door):
    await door.say(Body="", Latitude="52.3702", Longitude="4.8952", Address="Damrak 1")
    assert door.seen[0].place == Place(52.3702, 4.8952)
    (heard,) = [words for _, words in door.brain.heard]
    assert heard == '/received_place{"lat": 52.37, "lon": 4.895}', "and no more exact than needed"


@pytest.mark.parametrize("latitude", ["", "nan", "91", "north"])
async def test_a_place_that_is_nowhere_is_not_a_place(door, latitude):
    await door.say(Latitude=latitude, Longitude="4.8952")
    assert door.seen[0].place is None


@pytest.mark.parametrize(
    "pressed",
    [
        {"ButtonPayload": "/affirm", "ButtonText": "Ja"},
        {"ListId": "/affirm", "ListTitle": "Ja"},
        {"Body": "", "ButtonPayload": "%2Faffirm", "ButtonText": "Ja"},
    ],
)
async def test_a_button_or_list_entry_is_its_payload(door, pressed):
    await door.say(**pressed)
    assert [words for _, words in door.brain.heard] == ["/affirm"]


async def test_a_payload_with_data_comes_back_as_it_was_sent(door):
    await door.say(ButtonPayload="/choose_wish%7B%22wish%22%3A%20%22woman%22%7D", Body="Een vrouw")
    assert door.brain.heard[0][1] == '/choose_wish{"wish": "woman"}'


async def test_a_button_of_somebody_elses_template_is_just_its_words(door):
    await door.say(Body="", ButtonPayload="confirm-7", ButtonText="Ja graag")
    assert door.brain.heard[0][1] == "Ja graag", "only payloads of ours mean something to the bot"


async def test_typed_words_that_look_like_a_payload_are_only_words(door):
    await door.say(Body="/confirm_delete")
    assert door.brain.heard[0][1] == "confirm_delete"


async def test_a_repeat_is_answered_and_not_worked_on_again(door):
    answers = [await door.say(sid="SM7", Body="Een"), await door.say(sid="SM7", Body="Een")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(door.brain.heard) == 1 and len(door.rows(Received)) == 1


async def test_the_older_name_of_the_message_id_will_do(door):
    form = message("SM8")
    del form["MessageSid"]
    await door.post(form)
    await door.gate.idle()
    assert [row.message_id for row in door.rows(Received)] == ["SM8"]


async def test_a_person_without_a_number_is_a_resident(door):
    await door.say(From=HER_ID, WaId="")
    assert [row.address for row in door.rows(Address)] == [HER_ID]
    assert door.outbox.address_of(door.rows(Sending)[0]) == HER_ID


async def test_number_and_id_are_one_resident_whichever_comes_first(door):
    await door.say(sid="SM1", From=HER_ID)
    await door.say(sid="SM2", From=HER, ExternalUserId="NL.1349aB")
    await door.say(sid="SM3", From=HER)
    assert len({resident for resident, _ in door.brain.heard}) == 1
    assert {row.address for row in door.rows(Address)} == {HER, HER_ID}


async def test_an_id_that_repeats_the_sender_is_not_a_second_address(door):
    await door.say(From=HER_ID, ExternalUserId=HER_ID)
    assert [row.address for row in door.rows(Address)] == [HER_ID]


async def test_a_key_person_reaches_the_desk(door):
    with door.database.change() as session:
        session.add(
            KeyPerson(id="fatma", name="Fatma", gender="woman", languages=["tr"], channel="whatsapp", address=FATMA)
        )
    await door.say(From=FATMA, Body="Ja", ButtonPayload="/accept")
    assert door.desk == [("fatma", "Ja", "/accept")]
    assert door.rows(Resident) == []


@pytest.mark.parametrize(
    "odd",
    [
        {"From": ""},
        {"From": "whatsapp:"},
        {"From": "messenger:1234567"},
        {"From": SENDER},
        {"MessageSid": "", "SmsMessageSid": ""},
        {"MessageSid": "S" * 129},
    ],
)
async def test_what_nobody_could_be_answered_for_is_dropped_without_personal_data_in_the_log(door, odd, caplog):
    caplog.set_level(logging.DEBUG)
    answer = await door.say(Body="Ik heb geldzorgen", **odd)
    assert answer.status_code == 200  # another try of Twilio's would not make it better
    assert door.rows(Received) == []
    assert "dropped" in caplog.text
    assert "geldzorgen" not in caplog.text and "messenger:1234567" not in caplog.text


# ---------------------------------------------------------------- who may post


async def refused(door: Door, answer: httpx.Response, status: int) -> None:
    """This answer, and nothing stored."""
    await door.gate.idle()
    assert (answer.status_code, answer.text) == (status, "")
    assert door.rows(Received) == [] and door.brain.heard == []


async def test_a_post_without_a_signature_is_refused(door):
    await refused(door, await door.http.post(WEBHOOK, data=message()), 403)


@pytest.mark.parametrize("signature", ["", "x", "é" * 28, "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
async def test_a_wrong_signature_is_refused(door, signature):
    answer = await door.post(message(), headers={"X-Twilio-Signature": signature.encode("utf-8")})
    await refused(door, answer, 403)


async def test_a_signature_of_another_token_address_or_content_is_refused(door):
    await refused(door, await door.post(message(), token="another"), 403)
    await refused(door, await door.post(message(), signed_path=STATUS), 403)
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + WEBHOOK, message())
    changed = await door.http.post(WEBHOOK, data=message(Body="x"), headers={"X-Twilio-Signature": signature})
    await refused(door, changed, 403)


async def test_another_account_is_refused_even_when_signed(door):
    await refused(door, await door.post(message(AccountSid="AC" + "1" * 32)), 403)
    form = message()
    del form["AccountSid"]
    await refused(door, await door.post(form), 403)


async def test_a_refusal_names_the_address_that_should_have_been_signed(door, caplog):
    """The usual mistake is a public address that differs from the one in Twilio's console."""
    await door.post(message(), token="another")
    assert PUBLIC + WEBHOOK in caplog.text and "brief" not in caplog.text


async def test_the_query_is_part_of_what_is_signed(door):
    path = WEBHOOK + "?city=Zaanstad%20Noord&x="
    assert (await door.post(message(), path)).status_code == 200
    assert (await door.post(message("SM2"), path, signed_path=WEBHOOK)).status_code == 403
    assert [row.message_id for row in door.rows(Received)] == ["SM1"]


async def test_a_name_that_comes_twice_is_signed_with_both_values(door):
    twice = MultiDict([*message().items(), ("Extra", "b"), ("Extra", "a")])
    validator = RequestValidator(TOKEN)
    both = validator.compute_signature(PUBLIC + WEBHOOK, twice)
    only_one = validator.compute_signature(PUBLIC + WEBHOOK, {**message(), "Extra": "a"})
    for signature, status in ((only_one, 403), (both, 200)):
        headers = {"content-type": FORM, "X-Twilio-Signature": signature}
        answer = await door.http.post(WEBHOOK, content=urlencode(list(twice.items())), headers=headers)
        assert answer.status_code == status


async def test_only_forms_are_read(door):
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + WEBHOOK, message())
    answer = await door.http.post(WEBHOOK, json=message(), headers={"X-Twilio-Signature": signature})
    await refused(door, answer, 415)


async def test_a_charset_beside_the_content_type_is_fine(door):
    headers = {"content-type": f"{FORM}; charset=UTF-8"}
    form = message(Body="brief “é” 😀")
    headers["X-Twilio-Signature"] = RequestValidator(TOKEN).compute_signature(PUBLIC + WEBHOOK, form)
    assert (await door.http.post(WEBHOOK, content=urlencode(form), headers=headers)).status_code == 200


async def test_more_than_64_kilobytes_are_not_read(door):
    await refused(door, await door.post(message(Body="a" * 65536)), 413)


async def test_a_long_message_below_that_is_taken(door):
    assert (await door.say(Body="ا" * 4096)).status_code == 200


async def test_the_addresses_take_posts_only(door):
    assert (await door.http.get(WEBHOOK)).status_code == 405
    assert (await door.http.get(STATUS)).status_code == 405


async def test_twilio_is_told_to_come_back_when_the_database_is_away(door, caplog):
    """503 makes Twilio repeat the post (fragment #rc=3&rp=5xx,ct,rt), and then it is taken after all."""
    caplog.set_level(logging.DEBUG)
    with door.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE inbox RENAME TO away"))
    try:
        answer = await door.say(Body="Ik heb geldzorgen")
        assert (answer.status_code, answer.text) == (503, "")
        assert "geldzorgen" not in caplog.text
    finally:
        with door.database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO inbox"))
    assert (await door.say(Body="Ik heb geldzorgen")).status_code == 200
    assert len(door.brain.heard) == 1


# ---------------------------------------------------------------- what became of what was sent


async def test_statuses_out_of_order_never_take_a_message_back(door):
    row = door.sent("SM1")
    for state, expected in (("read", "read"), ("delivered", "read"), ("sent", "read"), ("failed", "read")):
        assert (await door.post(status_of("SM1", state), STATUS)).status_code == 200
        assert door.row(row).state == expected


@pytest.mark.parametrize("state", ["queued", "accepted", "sending", "scheduled", "something-new", ""])
async def test_statuses_on_the_way_change_nothing(door, state):
    row = door.sent("SM1")
    assert (await door.post(status_of("SM1", state), STATUS)).status_code == 200
    assert door.row(row).state == "sent"


async def test_an_undelivered_message_has_failed_with_its_code(door):
    row = door.sent("SM1")
    await door.post(status_of("SM1", "undelivered", ErrorCode="63024"), STATUS)
    assert (door.row(row).state, door.row(row).error) == ("failed", "63024")
    assert door.lost == []  # a resident's message: there is nobody else to ask


@pytest.mark.parametrize("code", ["63016", "63024", "63003", "21610", "30008", ""])
async def test_an_alert_that_never_reached_its_key_person_is_told_once(door, code):
    row = door.sent("SM1", person_key("fatma"))
    for _ in range(2):
        await door.post(status_of("SM1", "failed", ErrorCode=code), STATUS)
    assert [lost.id for lost in door.lost] == [row]
    assert door.row(row).state == "failed"


async def test_trouble_while_telling_so_does_not_undo_the_status(door):
    row = door.sent("SM1", person_key("fatma"))
    door.refuses = RuntimeError("that handover is closed already")
    assert (await door.post(status_of("SM1", "failed", ErrorCode="63024"), STATUS)).status_code == 200
    assert door.row(row).state == "failed"


async def test_who_wrote_stop_is_an_opt_out(door):
    await door.say()
    (row,) = door.outbox.lease()
    door.outbox.sent(row.id, "SM5")
    await door.post(status_of("SM5", "failed", ErrorCode="21610"), STATUS)
    assert door.rows(Resident)[0].stopped is True
    await door.say(sid="SM9")  # writing again ends it
    assert door.rows(Resident)[0].stopped is False


@pytest.mark.parametrize("code", ["63017", "63018", "63009", "63010", "63012"])
async def test_trouble_that_passes_puts_the_message_back_into_the_queue(door, code):
    row = door.sent("SM1", person_key("fatma"))
    for _ in range(2):  # the repeat finds nothing of that id any more
        await door.post(status_of("SM1", "undelivered", ErrorCode=code), STATUS)
    waiting = door.row(row)
    assert (waiting.state, waiting.provider_id, waiting.error) == ("waiting", None, code)
    assert waiting.due_at > waiting.created_at
    assert door.lost == []


async def test_trouble_that_does_not_pass_in_many_tries_is_final(door):
    row = door.sent("SM1", person_key("fatma"))
    with door.database.change() as session:
        session.get(Sending, row).attempts = MOST_ATTEMPTS
    await door.post(status_of("SM1", "failed", ErrorCode="63018"), STATUS)
    assert door.row(row).state == "failed" and len(door.lost) == 1


async def test_buttons_that_whatsapp_did_not_take_become_a_numbered_list(door):
    row = door.sent("SM1", choices=[Choice("Ja", "/affirm"), Choice("Nee", "/deny")])
    await door.post(status_of("SM1", "failed", ErrorCode="63005"), STATUS)
    again = door.row(row)
    assert again.state == "waiting"
    assert (again.body["text"], again.body["choices"]) == ("Wilt u dit?\n\n1. Ja\n2. Nee", [])
    door.outbox.sent(row, "SM2")
    await door.post(status_of("SM2", "failed", ErrorCode="63005"), STATUS)
    assert door.row(row).state == "failed"  # there is no simpler form


async def test_a_status_that_comes_before_the_answer_to_our_own_request_is_not_lost(door):
    with door.database.change() as session:
        put(session, "someone", "whatsapp", [Outgoing("Hallo")])
    (row,) = door.outbox.lease()
    posted = asyncio.create_task(door.post(status_of("SM1", "delivered"), STATUS))
    while not door.outbox.looks:
        await asyncio.sleep(0)
    door.outbox.sent(row.id, "SM1")
    assert (await posted).status_code == 200
    assert door.row(row.id).state == "delivered" and door.outbox.looks > 1


async def test_a_status_of_a_message_that_is_not_ours_is_answered(door):
    assert (await door.post(status_of("SM404", "delivered"), STATUS)).status_code == 200


async def test_a_status_needs_the_same_signature(door):
    row = door.sent("SM1")
    form = status_of("SM1", "read")
    assert (await door.http.post(STATUS, data=form)).status_code == 403
    assert (await door.post(form, STATUS, token="another")).status_code == 403
    assert door.row(row).state == "sent"


async def test_a_status_at_the_address_for_messages_is_still_a_status(door):
    """Both addresses look alike in Twilio's console; mixing them up costs nothing."""
    row = door.sent("SM1")
    await door.post(status_of("SM1", "delivered"), WEBHOOK)
    assert door.row(row).state == "delivered"
    assert door.rows(Received) == []


async def test_the_guide_names_the_addresses_and_the_settings_that_there_are(door):
    guide = (Path(__file__).parents[2] / "docs" / "whatsapp.md").read_text(encoding="utf-8")
    served = {f"/{route.path}" for route in Sanic.get_app("whatsapp_door").router.routes}
    assert served == {WEBHOOK, STATUS}
    for path in served:
        assert f"{path}#rc=3&rp=5xx,ct,rt`" in guide
    settings = {entry.field_info.extra["env"] for entry in Settings.__fields__.values()}
    assert {name for name in settings if name.startswith("TWILIO")} == set(re.findall(r"`(TWILIO_\w+)`", guide))


async def test_a_status_is_to_come_back_when_the_database_is_away(door):
    row = door.sent("SM1", person_key("fatma"))
    with door.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE outbox RENAME TO away"))
    try:
        assert (await door.post(status_of("SM1", "failed", ErrorCode="63024"), STATUS)).status_code == 503
    finally:
        with door.database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO outbox"))
    await door.post(status_of("SM1", "failed", ErrorCode="63024"), STATUS)
    assert door.row(row).state == "failed" and len(door.lost) == 1
