"""Sending through Twilio: over HTTP to a stand-in that refuses what Twilio refuses."""

import asyncio
import json
import logging
from datetime import date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
import pytest_asyncio
from pytest_httpserver import HTTPServer
from sqlalchemy import update

from bot.channels.gate import choice_meant
from bot.channels.messages import Choice, Outgoing
from bot.channels.whatsapp_content import REST, ContentShelf, fill_in
from bot.channels.whatsapp_parts import fit, from_wire
from bot.channels.whatsapp_transport import WhatsAppTransport
from bot.desk.delivery import Delivery, GiveUp, TryAgain
from bot.desk.outbox import Outbox, put
from bot.records.database import Database
from bot.records.models import Address, Resident, Sending, now
from bot.records.secrecy import Secrecy, new_key
from bot.replies.content import Content, Language
from bot.replies.speaker import Speaker
from bot.settings import Settings
from tests.twilio_stand_in import ACCOUNT, CONTENT, MESSAGES, SEARCH, SENDER, TOKEN, TwilioStandIn

HER, HER_ID = "whatsapp:+31612345678", "whatsapp:NL.1349aB"
YES_NO = [Choice("Ja", "/affirm"), Choice("Nee", "/deny")]
MANY = [Choice(f"Keuze {n}", f"/choice_{n}") for n in range(1, 8)]

pytestmark = pytest.mark.asyncio


def speaker() -> Speaker:
    """The phrases that the transport needs, in two languages."""

    def words(code: str, choose: str, by_number: str) -> Language:
        phrases = {"choose_button": choose, "by_number": by_number}
        empty: dict = {}
        return Language(
            code, code, "ltr", empty, "", empty, empty, phrases, empty, empty, empty, empty, [], empty, None
        )

    languages = {"nl": words("nl", "Kies", "Antwoord met het nummer."), "en": words("en", "Choose", "By number.")}
    return Speaker(Content({}, {}, languages, {}, {}, {}), today=lambda: date(2026, 11, 1))


@pytest.fixture(scope="module")
def server():
    """One HTTP server for this file: stopping one takes half a second."""
    with HTTPServer(threaded=True) as started:
        yield started


@pytest.fixture
def twilio(server):
    """A fresh Twilio."""
    server.clear()
    stand_in = TwilioStandIn(server)
    yield stand_in
    stand_in.let_go()


def settings_for(url: str, **changes) -> Settings:
    """Settings with WhatsApp on."""
    values = {
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_whatsapp_from": SENDER,
        "twilio_api_url": url,
        "public_url": "https://bot.example.nl/",
    }
    return Settings(**{**values, **changes})


@pytest_asyncio.fixture
async def transport(twilio):
    """A transport that sends to the stand-in."""
    made = WhatsAppTransport(settings_for(twilio.url), speaker())
    yield made
    await made.close()


async def test_a_text_arrives_with_the_address_for_its_status(transport, twilio):
    sid = await transport.send(HER, Outgoing("Hallo ’s morgens 😀 سلام", "nl"))
    (sent,) = twilio.sent
    assert (sent.sid, sent.to, sent.body) == (sid, HER, "Hallo ’s morgens 😀 سلام")
    assert sent.fields["StatusCallback"] == "https://bot.example.nl/webhooks/whatsapp/status"
    assert "ContentSid" not in sent.fields


async def test_a_person_without_a_number_is_written_to_by_id(transport, twilio):
    await transport.send(HER_ID, Outgoing("Hallo", "nl"))
    assert twilio.sent[0].to == HER_ID


async def test_the_sender_may_be_set_without_its_prefix(twilio):
    transport = WhatsAppTransport(settings_for(twilio.url, twilio_whatsapp_from="+3197010000000"), speaker())
    await transport.send(HER, Outgoing("Hallo", "nl"))
    await transport.close()
    assert twilio.sent[0].fields["From"] == SENDER


async def test_a_picture_is_fetched_from_our_public_address(transport, twilio):
    await transport.send(HER, Outgoing("Uw huis.", "nl", "pictogram/house.png"))
    assert twilio.sent[0].media == ["https://bot.example.nl/pictures/pictogram/house.png"]
    assert twilio.sent[0].body == "Uw huis."


async def test_a_picture_may_go_without_words(transport, twilio):
    await transport.send(HER, Outgoing("", "nl", "pictogram/house.png"))
    assert twilio.sent[0].media and twilio.sent[0].body == ""


async def test_words_that_are_too_many_for_a_caption_go_without_the_picture(transport, twilio):
    await transport.send(HER, Outgoing("a" * 1100, "nl", "pictogram/house.png"))
    assert twilio.sent[0].body == "a" * 1100 and twilio.sent[0].media == []


@pytest.mark.parametrize("message, code", [(Outgoing("a" * 1601), "21617"), (Outgoing("  "), "21602")])
async def test_what_twilio_cannot_take_is_given_up_without_asking_it(transport, twilio, message, code):
    with pytest.raises(GiveUp) as refused:
        await transport.send(HER, message)
    assert refused.value.code == code
    assert not twilio.asked


async def test_up_to_three_short_choices_are_buttons(transport, twilio):
    payload = '/choose_wish{"wish": "woman"}'
    await transport.send(HER, Outgoing("Met wie?\n\nEen vrouw, of …?", "nl", choices=[Choice("Een vrouw", payload)]))
    (sent,) = twilio.sent
    assert sent.body == "Met wie?\n\nEen vrouw, of …?" and sent.label is None
    ((title, wire),) = sent.buttons
    assert (title, from_wire(wire)) == ("Een vrouw", payload)


async def test_four_to_ten_choices_are_a_list_with_a_label_in_the_language(transport, twilio):
    await transport.send(HER, Outgoing("Kies een onderwerp.", "en", choices=MANY))
    assert twilio.sent[0].label == "Choose"
    assert twilio.sent[0].buttons[6] == ("Keuze 7", "/choice_7")


async def test_an_apostrophe_does_not_cost_the_buttons(transport, twilio):
    """Twilio has refused variables with a straight apostrophe; the typographic one reads the same."""
    await transport.send(HER, Outgoing("I can't say.", "en", choices=[Choice("I can't now", "/deny")]))
    assert twilio.sent[0].body == "I can’t say." and twilio.sent[0].buttons == [("I can’t now", "/deny")]


async def test_a_content_serves_every_message_of_its_shape_in_every_language(transport, twilio):
    for language, text in (("nl", "Wilt u dit?"), ("en", "Do you want this?")):
        await transport.send(HER, Outgoing(text, language, choices=YES_NO))
    assert len(twilio.contents) == 1
    assert twilio.asked[SEARCH] == 1
    assert [sent.body for sent in twilio.sent] == ["Wilt u dit?", "Do you want this?"]
    assert "Wilt" not in json.dumps(list(twilio.contents.values()))


async def test_messages_at_the_same_moment_make_one_content(transport, twilio):
    await asyncio.gather(*(transport.send(HER, Outgoing(f"Vraag {n}?", "nl", choices=YES_NO)) for n in range(5)))
    assert len(twilio.contents) == 1 and len(twilio.sent) == 5


async def test_contents_are_found_again_after_a_restart(transport, twilio):
    await transport.send(HER, Outgoing("Wilt u dit?", "nl", choices=YES_NO))
    restarted = WhatsAppTransport(settings_for(twilio.url), speaker())
    await restarted.send(HER, Outgoing("En dit?", "nl", choices=YES_NO))
    await restarted.close()
    assert len(twilio.contents) == 1 and twilio.asked[CONTENT] == 1


async def test_more_than_ten_choices_are_numbered_and_a_number_is_understood(transport, twilio):
    offered = [Choice(f"Keuze {n}", f"/choice_{n}") for n in range(1, 12)]
    await transport.send(HER, Outgoing("Wat wilt u?", "nl", choices=offered))
    body = twilio.sent[0].body
    assert body.startswith("Wat wilt u?\n\nAntwoord met het nummer.\n1. Keuze 1\n2. Keuze 2\n")
    assert choice_meant("11", offered) == "/choice_11"


async def test_a_picture_with_choices_in_one_sentence_is_one_message_with_numbers(transport, twilio):
    (message,) = fit(Outgoing("Welke taal?", "nl", "pictogram/languages.png", YES_NO))
    await transport.send(HER, message)
    assert twilio.sent[0].media and twilio.sent[0].body.endswith("1. Ja\n2. Nee")


@pytest.mark.parametrize("path", [SEARCH, CONTENT])
@pytest.mark.parametrize("status", [400, 429, 503])
async def test_numbers_take_the_place_of_buttons_while_the_content_api_fails(transport, twilio, path, status):
    twilio.fail(path, status, 20429 if status == 429 else 92001)
    await transport.send(HER, Outgoing("Wilt u dit?", "nl", choices=YES_NO))
    await transport.send(HER, Outgoing("En dit?", "nl", choices=YES_NO))
    assert [sent.body for sent in twilio.sent] == [
        "Wilt u dit?\n\nAntwoord met het nummer.\n1. Ja\n2. Nee",
        "En dit?\n\nAntwoord met het nummer.\n1. Ja\n2. Nee",
    ]
    assert twilio.asked[SEARCH] == 1  # it is left alone for a while


async def test_buttons_come_back_when_the_content_api_works_again(transport, twilio):
    moment = [1000.0]
    shelf = ContentShelf(transport._client, clock=lambda: moment[0])
    filled = fill_in(Outgoing("Wilt u dit?", "nl", choices=YES_NO), "Kies")
    twilio.fail(SEARCH, 503, 20500)
    assert await shelf.id_of(filled) is None
    moment[0] += REST
    assert await shelf.id_of(filled) in twilio.contents


async def test_a_content_that_was_deleted_at_twilio_is_made_anew(transport, twilio):
    await transport.send(HER, Outgoing("Wilt u dit?", "nl", choices=YES_NO))
    twilio.contents.clear()
    await transport.send(HER, Outgoing("En dit?", "nl", choices=YES_NO))
    await transport.send(HER, Outgoing("En dat?", "nl", choices=YES_NO))
    assert [bool(sent.buttons) for sent in twilio.sent] == [True, False, True]
    assert twilio.sent[1].body.endswith("1. Ja\n2. Nee")


@pytest.mark.parametrize(
    "status, code",
    [
        (429, 20429),
        (429, 63018),
        (400, 63017),
        (400, 63018),
        (400, 63009),
        (400, 63010),
        (400, 63012),
        (500, 20500),
        (503, 20503),
        (401, 20003),
    ],
)
async def test_trouble_that_passes_is_tried_again(transport, twilio, status, code):
    twilio.fail(MESSAGES, status, code)
    with pytest.raises(TryAgain) as failed:
        await transport.send(HER, Outgoing("Hallo", "nl"))
    assert failed.value.code == str(code) and failed.value.after is None
    assert await transport.send(HER, Outgoing("Hallo", "nl"))


@pytest.mark.parametrize("code", [21211, 21614, 63003, 63013, 63016, 63024, 63032, 63033, 21610, 21655, 21408, 20404])
async def test_trouble_that_stays_is_given_up(transport, twilio, code):
    twilio.fail(MESSAGES, 400, code)
    with pytest.raises(GiveUp) as failed:
        await transport.send(HER, Outgoing("Hallo", "nl"))
    assert failed.value.code == str(code)
    assert failed.value.opted_out is (code == 21610)


async def test_a_refusal_of_the_person_is_not_tried_again_as_a_numbered_list(transport, twilio):
    twilio.fail(MESSAGES, 400, 21610)
    with pytest.raises(GiveUp):
        await transport.send(HER, Outgoing("Wilt u dit?", "nl", choices=YES_NO))
    assert twilio.asked[MESSAGES] == 1


async def test_the_wait_that_twilio_asks_for_is_kept(transport, twilio):
    twilio.fail(MESSAGES, 429, 20429, Retry_After="17")
    with pytest.raises(TryAgain) as failed:
        await transport.send(HER, Outgoing("Hallo", "nl"))
    assert failed.value.after == timedelta(seconds=17)


async def test_the_wait_may_be_a_date_and_is_never_longer_than_an_hour(transport, twilio):
    far = format_datetime(datetime.now(timezone.utc) + timedelta(days=2), usegmt=True)
    twilio.fail(MESSAGES, 503, 20503, Retry_After=far)
    twilio.fail(MESSAGES, 503, 20503, Retry_After="soon")
    for expected in (timedelta(hours=1), None):
        with pytest.raises(TryAgain) as failed:
            await transport.send(HER, Outgoing("Hallo", "nl"))
        assert failed.value.after == expected


async def test_an_answer_that_takes_too_long_is_tried_again_and_stops_nobody_else(twilio):
    transport = WhatsAppTransport(settings_for(twilio.url), speaker(), longest_call=0.3)
    twilio.hold()
    slow = asyncio.create_task(transport.send(HER, Outgoing("Hallo", "nl")))
    turns = 0
    while not slow.done():
        turns += 1
        await asyncio.sleep(0)
    with pytest.raises(TryAgain) as failed:
        await slow
    await transport.close()
    assert failed.value.code == "TimeoutError"
    assert turns > 100  # the loop went on while Twilio kept us waiting


async def test_no_connection_is_tried_again():
    with HTTPServer() as server:
        nobody = server.url_for("").rstrip("/")
    transport = WhatsAppTransport(settings_for(nobody), speaker())
    with pytest.raises(TryAgain):
        await transport.send(HER, Outgoing("Hallo", "nl"))
    await transport.close()


async def test_an_answer_that_is_no_json_is_tried_again(server):
    server.clear()
    server.expect_request(MESSAGES).respond_with_data("<html>welcome to the proxy</html>", status=200)
    transport = WhatsAppTransport(settings_for(server.url_for("")), speaker())
    with pytest.raises(TryAgain):
        await transport.send(HER, Outgoing("Hallo", "nl"))
    await transport.close()


async def test_a_wrong_token_is_said_as_twilio_says_it(twilio):
    transport = WhatsAppTransport(settings_for(twilio.url, twilio_auth_token="another"), speaker())
    with pytest.raises(TryAgain) as failed:
        await transport.send(HER, Outgoing("Hallo", "nl"))
    await transport.close()
    assert failed.value.code == "20003"


async def test_a_path_before_the_api_is_kept(server):
    """TWILIO_API_URL may be a proxy with a path of its own."""
    server.clear()
    server.expect_request("/twilio" + MESSAGES).respond_with_json({"sid": "SM1"}, status=201)
    transport = WhatsAppTransport(settings_for(server.url_for("/twilio/")), speaker())
    assert await transport.send(HER, Outgoing("Hallo", "nl")) == "SM1"
    await transport.close()


async def test_a_retry_repeats_no_part_that_was_sent(transport, twilio, tmp_path):
    """Each part is a row of the outbox: the second one fails once, and only that one is sent again."""
    database = Database(f"sqlite:///{tmp_path / 'parts.db'}", Secrecy(new_key()))
    with database.change() as session:
        session.add(Resident(id="samira", channel="whatsapp"))
        session.flush()
        session.add(Address(pseudonym="p", resident_id="samira", channel="whatsapp", address=HER))
        put(session, "samira", "whatsapp", fit(Outgoing("Dit is een lange brief. " * 150, "nl", choices=YES_NO)))
    delivery = Delivery(Outbox(database), {"whatsapp": transport})
    assert await delivery.send_due() == 1
    twilio.fail(MESSAGES, 503, 20503)
    assert await delivery.send_due() == 1
    assert await delivery.send_due() == 0  # it waits, and the parts behind it wait with it
    with database.change() as session:
        session.execute(update(Sending).values(due_at=now()))
    while await delivery.send_due():
        pass
    database.close()
    assert " ".join(sent.body for sent in twilio.sent) == ("Dit is een lange brief. " * 150).strip()
    assert [len(sent.buttons) for sent in twilio.sent] == [0] * (len(twilio.sent) - 1) + [2]


async def test_logs_and_errors_hold_no_text_and_no_address(transport, twilio, caplog):
    caplog.set_level(logging.DEBUG)
    twilio.fail(MESSAGES, 400, 21656)
    await transport.send(HER, Outgoing("Ik heb geldzorgen.", "nl", choices=YES_NO))
    twilio.fail(MESSAGES, 400, 21211)
    with pytest.raises(GiveUp) as failed:
        await transport.send(HER, Outgoing("Ik heb geldzorgen.", "nl"))
    seen = caplog.text + repr(failed.value) + repr(failed.value.__cause__)
    assert "21656" in seen
    assert "geldzorgen" not in seen and "612345678" not in seen and TOKEN not in seen


async def test_whatsapp_without_an_account_is_refused_at_once(twilio):
    with pytest.raises(ValueError, match="TWILIO_ACCOUNT_SID"):
        WhatsAppTransport(settings_for(twilio.url, twilio_account_sid=None), speaker())
