"""Photos, voice messages and files on their way: fetched from stand-ins, checked, kept sealed, handed out, deleted."""

import asyncio
import base64
from io import BytesIO

import httpx
import pytest
import pytest_asyncio
from PIL import Image
from sanic import Sanic
from sqlalchemy import select, text
from werkzeug import Response

from bot.channels.messages import Incoming, Media, Outgoing
from bot.channels.shapes import shaped
from bot.channels.telegram_transport import TelegramTransport, make_bot
from bot.channels.whatsapp_transport import WhatsAppTransport
from bot.desk.delivery import GiveUp
from bot.desk.outbox import person_key, put
from bot.records.forget import forget
from bot.records.models import Attachment, Handover, Resident, Sending
from bot.relay import fetching, files
from bot.relay.fetching import DemoSource, NotFetched, TelegramSource, TwilioSource
from bot.relay.files import LARGEST, NotPassable, checked
from bot.relay.media import MediaShelf, NoSuchFile, media_blueprint
from bot.settings import Settings
from tests.fakes import Clock, Notices, add_resident, helper, make_handovers
from tests.telegram_stand_in import RESIDENTS
from tests.twilio_stand_in import ACCOUNT, SENDER, TOKEN, TwilioStandIn

VOICE, PDF = b"OggS" + b"voice" * 20, b"%PDF-1.7 a letter"
HER, CHAT = "whatsapp:+31612345678", 70001
GPS = 0x8825  # where a photo says where it was taken


def photo(kind: str = "JPEG", size=(40, 30), **how) -> bytes:
    """A picture; with a place in it when it can hold one."""
    drawn, exif = BytesIO(), Image.Exif()
    exif.get_ifd(GPS)[1] = "N"
    exif[0x010E] = "Kerkstraat 1"
    more = {"exif": exif} if kind in ("JPEG", "WEBP", "PNG") else {}
    Image.new("RGB", size, "teal").save(drawn, kind, **more, **how)
    return drawn.getvalue()


@pytest.fixture
def twilio(http_server):
    """A fresh Twilio."""
    http_server.clear()
    return TwilioStandIn(http_server)


def settings_for(twilio: TwilioStandIn) -> Settings:
    return Settings(
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_whatsapp_from=SENDER,
        twilio_api_url=twilio.url,
        public_url="https://bot.example.nl",
    )


@pytest_asyncio.fixture
async def source(twilio):
    """Twilio as the shelf asks it."""
    made = TwilioSource(settings_for(twilio), pause=0.0, longest=5.0)
    yield made
    await made.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def shelf(database, clock):
    made = MediaShelf(database, clock)
    made.sources["demo"] = DemoSource()
    return made


def sent(*media: Media, channel: str = "demo") -> Incoming:
    return Incoming(channel, "m1", ["somebody"], media=list(media))


def data_url(data: bytes, content_type: str) -> Media:
    return Media(f"data:{content_type};base64,{base64.b64encode(data).decode()}", content_type)


# ---------------------------------------------------------------- what may be passed on


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_photo_is_drawn_anew_without_where_it_was_taken(kind):
    file = checked(photo(kind), "image/anything")
    assert file.content_type == "image/jpeg" and b"Kerkstraat" not in file.data
    with Image.open(BytesIO(file.data)) as drawn:
        assert drawn.size == (40, 30) and not drawn.getexif()
        assert drawn.convert("RGB").getpixel((5, 5))[0] < 10, "teal, as it was"


def test_a_photo_that_lay_on_its_side_stands_upright():
    drawn, exif = BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 30), "teal").save(drawn, "JPEG", exif=exif)
    with Image.open(BytesIO(checked(drawn.getvalue(), "image/jpeg").data)) as upright:
        assert upright.size == (30, 40)


def test_what_was_see_through_becomes_white():
    drawn = BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(drawn, "PNG")
    with Image.open(BytesIO(checked(drawn.getvalue(), "image/png").data)) as page:
        assert min(page.getpixel((10, 10))) > 250


def test_a_large_photo_leaves_small_enough_to_send_and_large_enough_to_read():
    file = checked(photo(size=(5000, 4000)), "image/jpeg")
    with Image.open(BytesIO(file.data)) as drawn:
        assert drawn.size == (3000, 2400) and len(file.data) <= files.LARGEST_PHOTO


@pytest.mark.parametrize(
    "data, declared, known",
    [
        (VOICE, "audio/ogg; codecs=opus", "audio/ogg"),
        (VOICE, "application/octet-stream", "audio/ogg"),
        (b"ID3\x04 song", "audio/mpeg", "audio/mpeg"),
        (b"#!AMR\n voice", "audio/amr", "audio/amr"),
        (b"\x00\x00\x00\x20ftypM4A voice", "audio/mp4", "audio/mp4"),
        (b"\x00\x00\x00\x20ftyp3gp4 voice", "audio/3gpp", "audio/3gpp"),
        (PDF, "application/octet-stream", "application/pdf"),
    ],
)
def test_voice_messages_and_pdfs_are_known_by_their_first_bytes(data, declared, known):
    file = checked(data, declared)
    assert (file.content_type, file.data) == (known, data)


@pytest.mark.parametrize(
    "data, declared",
    [
        (b"", "image/jpeg"),
        (b"\x00\x00\x00\x20ftypmp42 film", "video/mp4"),
        (b"MZ program", "image/jpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (photo()[:60], "image/jpeg"),
        (b"PK\x03\x04 document", "application/vnd.openxmlformats"),
        (b"OggS" + b"x" * LARGEST, "audio/ogg"),
    ],
    ids=["nothing", "film", "program", "svg", "half a photo", "document", "too large"],
)
def test_other_files_are_not_passed_on(data, declared):
    with pytest.raises(NotPassable):
        checked(data, declared)


def test_a_small_file_with_a_huge_picture_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(files, "MOST_PIXELS", 1000)
    with pytest.raises(NotPassable, match="pixels"):
        checked(photo(), "image/jpeg")


# ---------------------------------------------------------------- fetching at Twilio


async def test_a_photo_is_fetched_with_our_token_which_no_other_server_sees(twilio, source):
    url = twilio.keep(1, photo(), "image/jpeg")
    assert await source.fetch(Media(url, "image/jpeg")) == photo()


async def test_it_is_deleted_there_once_we_are_done_with_it(twilio, source):
    media = Media(twilio.keep(1, VOICE, "audio/ogg"), "audio/ogg")
    await source.delete(media)
    assert twilio.media == {}
    await source.delete(media)  # again does no harm


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/2010-04-01/Accounts/AC0/Messages/MM1/Media/ME1",
        "http://api.twilio.com/2010-04-01/Accounts/AC0/Messages/MM1/Media/ME1",
        "https://api.twilio.com@evil.example/media",
        "https://api.twilio.com.evil.example/media",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "demo:photo",
        "",
    ],
)
async def test_nothing_is_fetched_from_anywhere_else(source, url):
    with pytest.raises(NotFetched, match="not at Twilio"):
        await source.fetch(Media(url, "image/jpeg"))
    await source.delete(Media(url, "image/jpeg"))
    assert source._session is None, "nobody was asked"


@pytest.mark.parametrize("to", ["http://127.0.0.1:9/x", "http://evil.example/x", "ftp://evil.example/x"])
async def test_a_redirect_to_what_is_not_encrypted_is_not_followed(twilio, source, to):
    url = twilio.keep(1, photo(), "image/jpeg", moved_to=to)
    with pytest.raises(NotFetched, match="redirect"):
        await source.fetch(Media(url, "image/jpeg"))


async def test_redirects_in_a_circle_end(twilio, source):
    url = twilio.keep(1, photo(), "image/jpeg", moved_to=f"{twilio.url}/round")
    twilio._server.expect_request("/round").respond_with_response(
        Response("", 302, {"Location": f"{twilio.url}/round"})
    )
    with pytest.raises(NotFetched, match="redirects"):
        await source.fetch(Media(url, "image/jpeg"))


async def test_what_is_not_there_yet_is_asked_for_again(twilio, source):
    url = twilio.keep(1, photo(), "image/jpeg")
    path = url.removeprefix("https://api.twilio.com")
    twilio.fail(path, 404, 20404)
    twilio.fail(path, 503, 20503)
    assert await source.fetch(Media(url, "image/jpeg")) == photo()
    assert twilio.asked[path] == 3


@pytest.mark.parametrize("status, asked", [(403, 1), (500, fetching.TRIES)])
async def test_what_does_not_come_is_given_up(twilio, source, status, asked):
    url = twilio.keep(1, photo(), "image/jpeg")
    path = url.removeprefix("https://api.twilio.com")
    twilio.fail(path, status, 0, times=9)
    with pytest.raises(NotFetched):
        await source.fetch(Media(url, "image/jpeg"))
    assert twilio.asked[path] == asked


async def test_a_file_that_is_too_large_is_not_read_to_its_end(twilio, source, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST", 1000)
    url = twilio.keep(1, b"x" * 200_000, "image/jpeg")
    with pytest.raises(NotFetched, match="too large"):
        await source.fetch(Media(url, "image/jpeg"))


async def test_a_server_that_never_answers_is_not_waited_for_long(twilio):
    source = TwilioSource(settings_for(twilio), pause=0.0, longest=0.2)
    url = twilio.keep(1, photo(), "image/jpeg", moved_to=f"{twilio.url}/slow")
    answered = []

    def slow(_request):
        while not answered:
            if twilio.reached.wait(0.01):
                break
        return Response("late")

    twilio._server.expect_request("/slow").respond_with_handler(slow)
    with pytest.raises(NotFetched, match="Timeout"):
        await source.fetch(Media(url, "image/jpeg"))
    twilio.reached.set()
    await source.close()


# ---------------------------------------------------------------- fetching at Telegram


async def test_telegram_hands_over_what_a_person_sent(telegram):
    telegram.files["file-1"] = photo()
    bot = make_bot(RESIDENTS, telegram.url)
    assert await TelegramSource(bot).fetch(Media("telegram:file-1", "image/jpeg")) == photo()
    with pytest.raises(NotFetched, match="BadRequest"):
        await TelegramSource(bot).fetch(Media("telegram:unknown", "image/jpeg"))
    await bot.request.shutdown()


async def test_a_file_that_telegram_says_is_too_large_is_not_fetched(telegram, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST", 10)
    telegram.files["file-1"] = photo()
    bot = make_bot(RESIDENTS, telegram.url)
    with pytest.raises(NotFetched, match="too large"):
        await TelegramSource(bot).fetch(Media("telegram:file-1", "image/jpeg"))
    await bot.request.shutdown()


# ---------------------------------------------------------------- the shelf


async def test_what_came_is_kept_encrypted_under_a_name_that_cannot_be_guessed(shelf, database):
    (path,), is_whole = await shelf.take(sent(data_url(VOICE, "audio/ogg")))
    assert is_whole and path.endswith(".ogg")
    assert (await shelf.read(path)).data == VOICE
    with database.engine.connect() as connection:
        (stored,) = connection.execute(text("select body from attachments")).scalars()
    assert b"voice" not in stored


async def test_of_several_files_those_that_can_be_had_are_kept(shelf):
    media = (data_url(VOICE, "audio/ogg"), Media("demo:photo", "image/jpeg"), data_url(PDF, "application/pdf"))
    paths, is_whole = await shelf.take(sent(*media))
    assert [path[-3:] for path in paths] == ["ogg", "pdf"] and not is_whole


async def test_a_channel_without_a_way_to_fetch_says_so(shelf):
    assert await shelf.take(sent(data_url(VOICE, "audio/ogg"), channel="other")) == ([], False)


@pytest.mark.parametrize(
    "change", [lambda p: p[1:], lambda p: p.replace("-", "-f", 1)[:49] + p[-4:], lambda p: "x.jpg"]
)
async def test_only_our_own_paths_are_read(shelf, change):
    (path,), _ = await shelf.take(sent(data_url(VOICE, "audio/ogg")))
    with pytest.raises(NoSuchFile):
        await shelf.read(change(path))


async def test_checking_a_photo_does_not_hold_up_the_others(shelf, monkeypatch):
    """While one photo is worked on, the loop goes on with something else."""
    begun, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(data, declared):
        loop.call_soon_threadsafe(begun.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(5)
        return checked(data, declared)

    monkeypatch.setattr("bot.relay.media.checked", slow)
    taking = asyncio.ensure_future(shelf.take(sent(data_url(VOICE, "audio/ogg"))))
    await asyncio.wait_for(begun.wait(), 5)
    go_on.set()
    assert (await taking)[1]


# ---------------------------------------------------------------- handing out


@pytest_asyncio.fixture
async def http(shelf):
    """A server with nothing but these files."""
    app = Sanic("media_door", configure_logging=False)
    app.blueprint(media_blueprint(shelf))
    import socket

    listening = socket.create_server(("127.0.0.1", 0))
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    await server.startup()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}") as client:
        yield client
    await server.close()


async def test_who_knows_the_address_gets_the_file_with_its_type_and_nobody_keeps_it(shelf, http):
    (path,), _ = await shelf.take(sent(data_url(PDF, "application/pdf")))
    answer = await http.get(f"/media/{path}")
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "private, no-store"
    assert (
        answer.headers["x-content-type-options"] == "nosniff" and "sandbox" in answer.headers["content-security-policy"]
    )
    head = await http.head(f"/media/{path}")
    assert (head.status_code, head.content, head.headers["content-type"]) == (200, b"", "application/pdf")


async def test_an_address_that_is_not_ours_or_no_longer_there_is_not_found(shelf, http, database):
    (path,), _ = await shelf.take(sent(data_url(PDF, "application/pdf")))
    wrong = path.replace(path[33:49], "0" * 16)
    assert (await http.get(f"/media/{wrong}")).status_code == 404
    with database.change() as session:
        session.delete(session.scalars(select(Attachment)).one())
    assert (await http.get(f"/media/{path}")).status_code == 404


# ---------------------------------------------------------------- sending


def test_words_stand_under_a_photo_and_before_a_voice_message():
    with_photo = shaped("whatsapp", Outgoing("Kijk", "nl", attachment="a.jpg"))
    with_voice = shaped("whatsapp", Outgoing("Luister", "nl", attachment="a.ogg"))
    assert [(one.text, one.attachment) for one in with_photo] == [("Kijk", "a.jpg")]
    assert [(one.text, one.attachment) for one in with_voice] == [("Luister", None), ("", "a.ogg")]


@pytest.mark.parametrize("channel, room", [("whatsapp", 1024), ("telegram", 1024)])
def test_long_words_with_a_photo_come_in_parts_and_in_order(channel, room):
    words = " ".join(f"Zin nummer {number}." for number in range(200))
    parts = shaped(channel, Outgoing(words, "nl", attachment="a.jpg"))
    assert [part.attachment for part in parts] == ["a.jpg", *[None] * (len(parts) - 1)]
    assert " ".join(part.text for part in parts).split() == words.split()
    assert len(parts[0].text) <= room


async def test_whatsapp_is_given_the_address_of_the_file(twilio, speaker):
    transport = WhatsAppTransport(settings_for(twilio), speaker)
    await transport.send(HER, Outgoing("Kijk", "nl", attachment="abc-def.jpg"))
    await transport.send(HER, Outgoing("", "nl", attachment="abc-def.ogg"))
    assert [(one.body, one.media) for one in twilio.sent] == [
        ("Kijk", ["https://bot.example.nl/media/abc-def.jpg"]),
        ("", ["https://bot.example.nl/media/abc-def.ogg"]),
    ]
    await transport.close()


@pytest_asyncio.fixture
async def phone(telegram, shelf):
    """Sends to Telegram what stands on the shelf."""

    async def no_pictures(path: str) -> bytes:
        raise AssertionError(path)

    made = TelegramTransport("telegram", RESIDENTS, telegram.url, no_pictures, shelf.read)
    yield made
    await made.close()


@pytest.mark.parametrize(
    "data, content_type, kind",
    [(VOICE, "audio/ogg", "voice"), (b"ID3 song", "audio/mpeg", "audio"), (PDF, "application/pdf", "document")],
)
async def test_telegram_is_handed_the_bytes_as_what_they_are(telegram, shelf, phone, data, content_type, kind):
    (path,), _ = await shelf.take(sent(data_url(data, content_type)))
    await phone.send(str(CHAT), Outgoing("Luister", "nl", attachment=path))
    (message,) = telegram.to(CHAT)
    assert (message.file, message.text) == ((kind, data), "Luister")


async def test_a_photo_is_a_photo_on_telegram(telegram, shelf, phone):
    (path,), _ = await shelf.take(sent(data_url(photo(), "image/jpeg")))
    await phone.send(str(CHAT), Outgoing("", "nl", attachment=path))
    assert telegram.to(CHAT)[0].photo.startswith(b"\xff\xd8\xff")


async def test_who_takes_no_voice_messages_gets_a_file(telegram, shelf, phone):
    telegram.fail("sendVoice", 400)
    (path,), _ = await shelf.take(sent(data_url(VOICE, "audio/ogg")))
    await phone.send(str(CHAT), Outgoing("", "nl", attachment=path))
    assert telegram.to(CHAT)[0].file == ("document", VOICE)


async def test_when_the_file_is_gone_the_words_still_go(telegram, phone):
    await phone.send(str(CHAT), Outgoing("Kijk", "nl", attachment="gone.jpg"))
    assert telegram.to(CHAT)[0].text == "Kijk"
    with pytest.raises(GiveUp):
        await phone.send(str(CHAT), Outgoing("", "nl", attachment="gone.jpg"))


# ---------------------------------------------------------------- deleting


@pytest.fixture
def helped(database, clock):
    """Amina is helped by Anna; returns the handover's id."""
    make_handovers(database, Notices(), clock, helper("anna"))
    add_resident(database)
    with database.change() as session:
        session.add(Handover(id="h1", resident_id="amina", state="in_touch", language="nl", person_id="anna"))
    return "h1"


async def keep(shelf, database, handover=None) -> str:
    (path,), _ = await shelf.take(sent(data_url(VOICE, "audio/ogg")))
    with database.change() as session:
        session.get(Attachment, shelf.name_in(path)).handover_id = handover
    return path


async def test_a_day_after_it_was_passed_on_a_file_is_deleted(shelf, database, clock, helped):
    await keep(shelf, database, helped)
    await keep(shelf, database)  # never passed on
    clock.move(hours=23, minutes=59)
    assert shelf.tidy() == 0
    clock.move(minutes=2)
    assert shelf.tidy() == 2


@pytest.mark.parametrize("state, gone", [("waiting", 0), ("sending", 0), ("parked", 0), ("sent", 1), ("failed", 1)])
async def test_what_still_has_to_be_sent_stays(shelf, database, clock, helped, state, gone):
    path = await keep(shelf, database, helped)
    with database.change() as session:
        put(session, person_key("anna"), "demo", [Outgoing("", "nl", attachment=path)], helped)
        session.flush()
        session.scalars(select(Sending)).one().state = state
    clock.move(**{"hours": 25})
    assert shelf.tidy() == gone


async def test_forget_me_deletes_the_files_of_a_resident_at_once(shelf, database, helped):
    mine, other = await keep(shelf, database, helped), await keep(shelf, database)
    with database.change() as session:
        forget(session, session.get(Resident, "amina"))
    with pytest.raises(NoSuchFile):
        await shelf.read(mine)
    assert (await shelf.read(other)).data == VOICE
