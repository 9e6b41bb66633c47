"""The residents' door on Telegram: the whole server, a real database file, and a stand-in for the Bot API over HTTP."""

import asyncio
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sanic import Sanic
from sqlalchemy.exc import OperationalError

from bot.channels.messages import Choice, Media, Outgoing, Place
from bot.channels.telegram_parts import fit
from bot.channels.telegram_reading import read_update, to_incoming
from bot.channels.telegram_transport import TelegramTransport, make_bot
from bot.channels.telegram_updates import hand_in, poll, register, webhook_secret
from bot.desk.delivery import GiveUp, TryAgain
from bot.desk.outbox import put
from bot.records.models import Address, Base, Received, Resident, Sending
from bot.replies.cards import NoSuchPicture
from bot.replies.speaker import Button, Reply
from bot.settings import Settings
from tests.telegram_app import PATIENCE, serving
from tests.telegram_stand_in import DESK, RESIDENTS

HER = 70001
PNG = b"\x89PNG\r\n\x1a\n picture"
FILE = {"file_id": "AgAC", "file_unique_id": "u", "file_size": 9}

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def server(telegram, database, speaker):
    """The server, by webhook."""
    async with serving(telegram, database, speaker) as running:
        yield running


@pytest_asyncio.fixture
async def transport(telegram):
    """The sending side alone. There is one picture."""

    async def pictures(path: str) -> bytes:
        if path == "broken.png":
            raise RuntimeError("the drawing failed")
        if path != "pictogram/house.png":
            raise NoSuchPicture(path)
        return PNG

    made = TelegramTransport("telegram", RESIDENTS, telegram.url, pictures)
    yield made
    await made.close()


# ---------------------------------------------------------------- what comes in


async def test_a_text_is_answered_in_the_same_chat_with_buttons(server, telegram):
    assert (await server.post(RESIDENTS, telegram.says(HER, "Ik heb een brief."))).status_code == 200
    assert server.brain.heard == ["Ik heb een brief."]
    (sent,) = telegram.to(HER)
    assert (sent.token, sent.text, sent.buttons) == (RESIDENTS, "Antwoord.", [("Ja", "/affirm")])
    assert telegram.refused == []


async def test_nothing_about_a_resident_is_stored_in_the_clear(server, telegram):
    await server.post(RESIDENTS, telegram.says(HER, "Ik heb een brief."))
    (resident,), (address,), (row,) = server.rows(Resident), server.rows(Address), server.rows(Sending)
    assert (resident.channel, address.address) == ("telegram", str(HER))
    assert row.provider_id == f"telegram:{telegram.to(HER)[0].number}"
    with server.parts.database.engine.connect() as connection:
        tables = [
            connection.exec_driver_sql(f"SELECT * FROM {table.name}").mappings().all()
            for table in Base.metadata.sorted_tables
        ]
    stored = str([dict(row) for rows in tables for row in rows]).replace("datetime", "")
    assert resident.id in stored and str(HER) not in stored and "Samira" not in stored and "brief" not in stored


async def test_a_pressed_button_is_its_payload_and_stops_spinning(server, telegram):
    await server.post(RESIDENTS, telegram.says(HER, "Hallo"))
    press = telegram.presses(telegram.to(HER)[0], "Ja")
    await server.post(RESIDENTS, press)
    assert server.brain.heard == ["Hallo", "/affirm"]
    assert telegram.answered == [press["callback_query"]["id"]]


async def test_a_button_that_cannot_be_answered_any_more_is_still_heard(server, telegram):
    """Telegram forgets a press after some minutes; the server may have been away longer."""
    await server.post(RESIDENTS, telegram.says(HER, "Hallo"))
    telegram.fail("answerCallbackQuery", 400)
    await server.post(RESIDENTS, telegram.presses(telegram.to(HER)[0], "Ja"))
    assert server.brain.heard[-1] == "/affirm"


async def test_a_payload_that_is_too_long_for_telegram_comes_back_whole(server, telegram):
    long, other = '/choose_wish{"wish": "' + "a" * 60 + '"}', '/choose_wish{"wish": "' + "b" * 60 + '"}'
    server.brain.reply = Reply("nl", ["Kies."], None, [Button("Een", long), Button("Twee", other)])
    await server.post(RESIDENTS, telegram.says(HER, "Hallo"))
    await server.post(RESIDENTS, telegram.presses(telegram.to(HER)[0], "Twee"))
    assert server.brain.heard[-1] == other
    assert telegram.refused == []


async def test_an_old_button_without_room_for_its_payload_never_means_a_newer_choice(server, telegram):
    long = "/affirm" + "x" * 60
    server.brain.reply = Reply("nl", ["Stoppen?"], None, [Button("Nee", "/deny"), Button("Verder gaan", long)])
    await server.post(RESIDENTS, telegram.says(HER, "Hallo"))
    server.brain.reply = Reply("nl", ["Alles wissen?"], None, [Button("Nee", "/deny"), Button("Wissen", "/confirm")])
    await server.post(RESIDENTS, telegram.says(HER, "Iets anders"))
    await server.post(RESIDENTS, telegram.presses(telegram.to(HER)[0], "Verder gaan"))
    assert server.brain.heard[-1] == "Verder gaan"


@pytest.mark.parametrize(
    "command, meant",
    [("/start", "/greet"), ("/start from-a-poster", "/greet"), ("/help", "/what_can_you_do"), ("/affirm", "affirm")],
)
async def test_telegrams_own_commands_mean_something_and_typed_payloads_do_not(server, telegram, command, meant):
    await server.post(RESIDENTS, telegram.says(HER, command))
    assert server.brain.heard == [meant]


@pytest.mark.parametrize(
    "message, meant",
    [
        ({"photo": [{**FILE, "width": 90, "height": 90}, {**FILE, "width": 900, "height": 900}]}, "/received_photo"),
        ({"voice": {**FILE, "duration": 3, "mime_type": "audio/ogg"}}, "/received_voice"),
        ({"location": {"latitude": 52.37, "longitude": 4.9}}, '/received_place{"lat": 52.37, "lon": 4.9}'),
        ({"document": {**FILE, "mime_type": "application/pdf"}}, "/received_file"),
        ({"contact": {"phone_number": "+31612345678", "first_name": "X"}}, "/received_nothing"),
        ({"photo": [{**FILE, "width": 90, "height": 90}], "caption": "Wat is dit?"}, "Wat is dit?"),
    ],
)
async def test_what_is_not_text_is_told_apart(server, telegram, message, meant):
    await server.post(RESIDENTS, telegram.says(HER, **message))
    assert server.brain.heard == [meant]


async def test_media_and_places_are_read(telegram):
    sizes = [{**FILE, "file_id": name, "width": width, "height": 9} for name, width in (("small", 9), ("large", 90))]
    assert incoming(telegram.says(HER, photo=sizes)).media == [Media("telegram:large", "image/jpeg")]
    voice = telegram.says(HER, voice={**FILE, "duration": 3})
    assert incoming(voice).media == [Media("telegram:AgAC", "audio/ogg")]
    place = telegram.says(HER, location={"latitude": 52.37, "longitude": 4.9})
    assert incoming(place).place == Place(52.37, 4.9)
    shape = {"width": 9, "height": 9, "is_animated": False, "is_video": False, "type": "regular"}
    assert incoming(telegram.says(HER, sticker={**FILE, **shape, "emoji": "👍"})).text == "👍"


def incoming(update):
    """As the residents' door reads it."""
    return to_incoming(read_update(update), "telegram")


async def test_groups_edits_other_bots_and_service_messages_are_left_alone(server, telegram):
    group = telegram.says(-100200, "Hallo allemaal")
    text = telegram.says(HER, "Ik bedoel iets anders")
    edited = {"update_id": text["update_id"], "edited_message": {**text["message"], "edit_date": 1780000001}}
    machine = telegram.says(HER, "Ik ben een bot", **{"from": {"id": HER, "is_bot": True, "first_name": "B"}})
    timer = telegram.says(HER, message_auto_delete_timer_changed={"message_auto_delete_time": 60})
    for update in (group, edited, machine, timer):
        assert (await server.post(RESIDENTS, update)).status_code == 200
    assert server.brain.heard == [] and server.rows(Resident) == []


async def test_the_same_update_twice_is_handled_once(server, telegram):
    update = telegram.says(HER, "Hallo")
    assert [(await server.post(RESIDENTS, update)).status_code for _ in range(2)] == [200, 200]
    assert server.brain.heard == ["Hallo"] and len(telegram.to(HER)) == 1
    press = telegram.presses(telegram.to(HER)[0], "Ja")
    for _ in range(2):
        await server.post(RESIDENTS, press)
    assert server.brain.heard == ["Hallo", "/affirm"] and telegram.refused == []


# ---------------------------------------------------------------- who may post


@pytest.mark.parametrize("token", [RESIDENTS, DESK])
@pytest.mark.parametrize("secret", ["", "wrong", "gehéim"])
async def test_a_post_without_the_secret_is_refused(server, telegram, token, secret):
    answer = await server.post(token, telegram.says(HER, "Hallo"), secret=secret.encode())
    assert answer.status_code == 403
    assert server.rows(Received) == [] and telegram.sent == []


async def test_the_secret_of_one_bot_does_not_open_the_door_of_the_other(server, telegram):
    other = webhook_secret(server.parts.database.secrecy, "telegram-desk")
    assert (await server.post(RESIDENTS, telegram.says(HER, "Hallo"), secret=other)).status_code == 403


async def test_telegram_is_told_where_to_post_and_with_which_secret(server, telegram):
    await server.until(lambda: len(telegram.webhooks) == 2)
    told = telegram.webhooks[RESIDENTS]
    assert told["url"] == "https://bot.example.nl/webhooks/telegram/webhook"
    assert told["allowed_updates"] == '["message", "callback_query"]'
    update = telegram.says(HER, "Hallo")
    assert (await server.post(RESIDENTS, update, secret=told["secret_token"])).status_code == 200
    assert telegram.webhooks[DESK]["url"] == "https://bot.example.nl/webhooks/telegram-desk/webhook"


async def test_the_webhook_is_set_again_and_again_until_telegram_knows(telegram):
    telegram.fail("setWebhook", 502, times=3)
    bot = make_bot(RESIDENTS, telegram.url)
    await asyncio.wait_for(register(bot, "https://bot.example.nl/x", "secret", pause=0.001), PATIENCE)
    await bot.request.shutdown()
    assert telegram.webhooks[RESIDENTS]["url"] == "https://bot.example.nl/x"


async def test_an_update_is_to_come_back_when_the_database_is_away(server, telegram):
    update = telegram.says(HER, "Hallo")
    with server.parts.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
    assert (await server.post(RESIDENTS, update)).status_code == 503
    with server.parts.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
    assert (await server.post(RESIDENTS, update)).status_code == 200
    assert server.brain.heard == ["Hallo"]


@pytest.mark.parametrize("odd", [{"update_id": 1, "message": {"text": "x"}}, {}, [1], "x"])
async def test_an_update_that_cannot_be_read_is_not_asked_for_again(server, odd):
    assert (await server.post(RESIDENTS, odd)).status_code == 200
    assert server.rows(Received) == []


async def test_an_update_that_breaks_something_does_not_close_the_door(telegram, caplog):
    async def take(update):
        raise RuntimeError("something new")

    await hand_in(telegram.says(HER, "geheim"), take)
    assert "RuntimeError" in caplog.text and "geheim" not in caplog.text


# ---------------------------------------------------------------- without a public address


async def test_without_a_public_address_updates_are_fetched_and_confirmed(telegram, database, speaker):
    telegram.webhooks[RESIDENTS] = {"url": "https://old.example.nl"}
    async with serving(telegram, database, speaker, public_url=None) as server:
        first, second = telegram.says(HER, "Een"), telegram.says(HER, "Twee")
        telegram.offer(RESIDENTS, first)
        await server.until(lambda: server.brain.heard == ["Een"])
        telegram.offer(RESIDENTS, first, second)
        await server.until(lambda: server.brain.heard == ["Een", "Twee"])
        await server.until(lambda: telegram.taken_in[RESIDENTS] == second["update_id"] + 1)
        assert telegram.webhooks == {}
        path = "/webhooks/telegram/webhook"
        assert (await server.http.post(path, json=first)).status_code == 404


async def test_the_doors_close_before_what_stands_behind_them(telegram, database, speaker, caplog):
    """A poller that outlives its client and the database would stumble over both."""
    async with serving(telegram, database, speaker, public_url=None) as server:
        await server.until(lambda: len(telegram.taken_in) == 2)  # both bots wait for updates
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_polling_goes_on_after_trouble_and_asks_again_for_what_was_not_stored(telegram):
    taken = []
    telegram.fail("deleteWebhook", 502)
    telegram.fail("getUpdates", 502, times=2)
    telegram.fail("getUpdates", 429, retry_after=1)

    async def take(update):
        taken.append(update.update_id)
        if len(taken) == 1:
            raise OperationalError("the database is away", {}, RuntimeError())

    bot = make_bot(RESIDENTS, telegram.url)
    polling = asyncio.create_task(poll(bot, take, pause=0.001))
    update = telegram.says(HER, "Hallo")
    telegram.offer(RESIDENTS, update)

    async def confirmed():
        while telegram.taken_in.get(RESIDENTS) != update["update_id"] + 1:
            await asyncio.sleep(0.01)

    await asyncio.wait_for(confirmed(), PATIENCE)
    telegram.close()
    polling.cancel()
    await asyncio.wait([polling])
    await bot.request.shutdown()
    assert taken == [update["update_id"]] * 2


# ---------------------------------------------------------------- what goes out


async def test_a_picture_and_its_words_and_buttons_are_one_message(transport, telegram):
    message = Outgoing("Uw huis.", "nl", "pictogram/house.png", [Choice("Ja", "/affirm"), Choice("Nee", "/deny")])
    number = await transport.send(str(HER), message)
    (sent,) = telegram.sent
    assert (sent.photo, sent.text, sent.buttons) == (PNG, "Uw huis.", [("Ja", "/affirm"), ("Nee", "/deny")])
    assert number == f"telegram:{sent.number}"


async def test_each_button_has_a_row_of_its_own(transport, telegram):
    await transport.send(str(HER), Outgoing("Kies.", choices=[Choice(f"Keuze {n}", f"/choice_{n}") for n in range(9)]))
    assert telegram.sent[0].fields["reply_markup"].count('[{"') == 9


async def test_words_with_stars_and_brackets_arrive_as_they_are(transport, telegram):
    text = "*Let op* <b>1 < 2</b> & _dit_ [x](https://example.nl) سلام 😀"
    await transport.send(str(HER), Outgoing(text))
    assert telegram.sent[0].text == text
    assert telegram.sent[0].fields["link_preview_options"] == '{"is_disabled": true}'


@pytest.mark.parametrize("picture", ["pictogram/nothing.png", "broken.png"])
async def test_words_go_without_a_picture_that_is_not_there(transport, telegram, picture):
    await transport.send(str(HER), Outgoing("Uw huis.", "nl", picture))
    assert (telegram.sent[0].text, telegram.sent[0].photo) == ("Uw huis.", None)


async def test_words_go_without_a_picture_that_telegram_does_not_take(transport, telegram):
    telegram.fail("sendPhoto", 400)
    await transport.send(str(HER), Outgoing("Uw huis.", "nl", "pictogram/house.png"))
    assert (telegram.sent[0].text, telegram.sent[0].photo) == ("Uw huis.", None)


@pytest.mark.parametrize("length, messages", [(4096, 1), (4097, 2), (9000, 3)])
async def test_long_words_become_several_messages_with_the_buttons_under_the_last(length, messages):
    parts = fit(Outgoing("a" * length, choices=[Choice("Ja", "/affirm")]))
    assert len(parts) == messages and "".join(part.text for part in parts) == "a" * length
    assert [bool(part.choices) for part in parts] == [False] * (messages - 1) + [True]


async def test_words_too_long_for_a_caption_follow_the_picture(server, telegram):
    """Through the outbox: each part is a row, so that no part is repeated when the next one fails."""
    await server.post(RESIDENTS, telegram.says(HER, "Hallo"))
    with server.parts.database.change() as session:
        resident = session.query(Resident).one()
        put(session, resident.id, "telegram", [Outgoing("a" * 1500, "nl", "pictogram/heart.png")])
    server.parts.delivery.wake()
    await server.work_done()
    picture, words = telegram.to(HER)[1:]
    assert picture.photo.startswith(b"\x89PNG") and picture.text == ""
    assert (words.photo, words.text) == (None, "a" * 1500)


async def test_pictures_of_replies_arrive_without_any_public_address(telegram, database, speaker):
    async with serving(telegram, database, speaker, public_url=None) as server:
        server.brain.reply = Reply("nl", ["Sterkte."], "pictogram/heart.png")
        telegram.offer(RESIDENTS, telegram.says(HER, "Hallo"))
        await server.until(lambda: telegram.to(HER))
        assert telegram.to(HER)[0].photo.startswith(b"\x89PNG") and telegram.to(HER)[0].text == "Sterkte."


@pytest.mark.parametrize(
    "status, retry_after, code, wait",
    [
        (429, 7, "429", timedelta(seconds=7)),
        (429, None, "NetworkError", None),
        (502, None, "NetworkError", None),
        (500, None, "NetworkError", None),
        (401, None, "InvalidToken", None),
    ],
)
async def test_what_may_pass_is_tried_again(transport, telegram, status, retry_after, code, wait):
    telegram.fail("sendMessage", status, retry_after)
    with pytest.raises(TryAgain) as error:
        await transport.send(str(HER), Outgoing("Hallo"))
    assert (error.value.code, error.value.after) == (code, wait)


async def test_no_answer_is_tried_again(telegram):
    nobody = TelegramTransport("telegram", RESIDENTS, "http://127.0.0.1:9", None)
    with pytest.raises(TryAgain) as error:
        await nobody.send(str(HER), Outgoing("Hallo"))
    await nobody.close()
    assert error.value.code == "NetworkError"


@pytest.mark.parametrize(
    "message", [Outgoing(" "), Outgoing("", choices=[Choice("Ja", "/a")]), Outgoing("", picture="pictogram/no.png")]
)
async def test_what_has_nothing_to_show_is_given_up_without_asking(transport, telegram, message):
    with pytest.raises(GiveUp):
        await transport.send(str(HER), message)
    assert telegram.asked == []


@pytest.mark.parametrize("address", ["-100200", "demo-fatma", "whatsapp:+31612345678", ""])
async def test_what_is_not_a_persons_chat_is_not_written_to(transport, telegram, address):
    with pytest.raises(GiveUp):
        await transport.send(address, Outgoing("Hallo"))
    assert telegram.asked == []


async def test_who_blocks_the_bot_is_left_alone(server, telegram):
    telegram.blocked_by.add(HER)
    await server.post(RESIDENTS, telegram.says(HER, "Hallo"))
    (row,), (resident,) = server.rows(Sending), server.rows(Resident)
    assert (row.state, row.error, resident.stopped) == ("failed", "403", True)


async def test_a_chat_that_is_gone_is_given_up(transport, telegram):
    telegram.gone.add(HER)
    with pytest.raises(GiveUp) as error:
        await transport.send(str(HER), Outgoing("Uw huis.", "nl", "pictogram/house.png"))
    assert (error.value.code, error.value.opted_out) == ("400", False)


async def test_too_many_messages_wait_as_long_as_telegram_says(server, telegram):
    telegram.fail("sendMessage", 429, retry_after=3600)
    await server.post(RESIDENTS, telegram.says(HER, "Hallo"))
    (row,) = server.rows(Sending)
    assert (row.state, row.error) == ("waiting", "429")
    assert timedelta(minutes=59) < row.due_at - row.created_at < timedelta(minutes=61)


async def test_neither_tokens_nor_words_nor_chats_come_into_logs(server, telegram, caplog):
    caplog.set_level(logging.INFO)
    telegram.fail("sendMessage", 400)
    await server.post(RESIDENTS, telegram.says(HER, "Mijn geheim"))
    await server.post(RESIDENTS, telegram.says(HER, "Mijn geheim"), secret="wrong")
    await server.post(RESIDENTS, {"update_id": 1, "message": {"text": "Mijn geheim"}})
    ours = [record for record in caplog.records if record.name != "werkzeug"]  # that is the stand-in's own server
    assert len(ours) >= 2
    told = " ".join(logging.Formatter().format(record) for record in ours)
    for word in ("Mijn geheim", "Antwoord.", str(HER), "resident-token", "Samira"):
        assert word not in told


async def test_the_guide_names_the_addresses_and_the_settings_that_there_are(server):
    guide = (Path(__file__).parents[2] / "docs" / "telegram.md").read_text(encoding="utf-8")
    served = {f"/{route.path}" for route in Sanic.get_app("sleutel").router.routes if "telegram" in route.path}
    assert served == set(re.findall(r"^/webhooks/\S+$", guide, re.MULTILINE))
    settings = {entry.field_info.extra["env"] for entry in Settings.__fields__.values()}
    assert {name for name in settings if name.startswith("TELEGRAM")} == set(re.findall(r"`(TELEGRAM_\w+)`", guide))
