"""The key persons' desk on Telegram: the whole server with real handovers, and a stand-in for the Bot API over HTTP."""

from datetime import timedelta
from io import BytesIO

import pytest
import pytest_asyncio
from PIL import Image
from sqlalchemy import select
from typer.testing import CliRunner

from bot.channels.messages import Outgoing
from bot.cli import app as command_line
from bot.desk.outbox import person_key, put
from bot.handover.invitations import VALID_FOR, invite
from bot.handover.people import PeopleError
from bot.handover.service import Agreement
from bot.handover.states import ACCEPTED, ASKED, CLOSED, IN_TOUCH
from bot.records.database import Database
from bot.records.models import Handover, Invitation, KeyPerson, Received, Resident, Sending, now
from bot.records.secrecy import Secrecy
from tests.telegram_app import serving
from tests.telegram_stand_in import DESK, RESIDENTS

HER, FATMA, AYSE, STRANGER = 70001, 80001, 80002, 90001


@pytest_asyncio.fixture
async def server(telegram, database, speaker):
    """The server, by webhook. At the end Telegram must have understood all that it was sent."""
    async with serving(telegram, database, speaker) as running:
        yield running
    assert telegram.refused == []


@pytest.fixture
def says(speaker):
    """The desk's texts in a language."""
    return lambda name, language="nl", /, **values: speaker.language(language).desk[name].format(**values)


def words_to(telegram, chat):
    """What this person was told, in order."""
    return [message.text for message in telegram.to(chat)]


def reached(server, person_id):
    """How this key person is reached."""
    (person,) = [person for person in server.rows(KeyPerson) if person.id == person_id]
    return person.channel, person.address


# ---------------------------------------------------------------- enrolling


async def test_a_link_makes_the_chat_the_way_to_the_person(server, telegram, says):
    server.person("fatma")
    code = invite(server.parts.database, "fatma")
    await server.post(DESK, telegram.says(FATMA, f"/start {code}"))
    assert reached(server, "fatma") == ("telegram_desk", str(FATMA))
    assert words_to(telegram, FATMA) == [says("enrolled", name="Fatma")]
    assert telegram.to(FATMA)[0].token == DESK
    assert server.rows(Resident) == [] and server.brain.heard == []


async def test_the_welcome_is_in_the_language_of_the_persons_desk(server, telegram, says):
    server.person("fatma", desk_language="en")
    await server.post(DESK, telegram.says(FATMA, f"/start {invite(server.parts.database, 'fatma')}"))
    assert words_to(telegram, FATMA) == [says("enrolled", "en", name="Fatma")]


async def test_only_a_hash_of_the_code_is_stored_and_it_fits_in_a_link(server):
    server.person("fatma")
    code = invite(server.parts.database, "fatma")
    (invitation,) = server.rows(Invitation)
    assert code not in str(vars(invitation)) and invitation.person_id == "fatma"
    assert len(code) <= 64 and code.replace("-", "").replace("_", "").isalnum()


async def test_a_wrong_code_enrols_nobody(server, telegram, says):
    server.person("fatma")
    invite(server.parts.database, "fatma")
    await server.post(DESK, telegram.says(STRANGER, "/start abc"))
    assert words_to(telegram, STRANGER) == [says("code_wrong")]
    assert reached(server, "fatma")[0] == "demo"


async def test_a_used_code_enrols_nobody_else(server, telegram, says):
    server.person("fatma")
    code = invite(server.parts.database, "fatma")
    await server.post(DESK, telegram.says(FATMA, f"/start {code}"))
    await server.post(DESK, telegram.says(STRANGER, f"/start {code}"))
    assert words_to(telegram, STRANGER) == [says("code_used")]
    assert reached(server, "fatma") == ("telegram_desk", str(FATMA))


@pytest.mark.parametrize("age, enrolled", [(VALID_FOR - timedelta(minutes=1), True), (VALID_FOR, False)])
async def test_a_code_works_for_seven_days(server, telegram, says, age, enrolled):
    server.person("fatma")
    code = invite(server.parts.database, "fatma", now() - age)
    await server.post(DESK, telegram.says(FATMA, f"/start {code}"))
    assert words_to(telegram, FATMA) == [says("enrolled", name="Fatma") if enrolled else says("code_used")]
    assert reached(server, "fatma")[0] == ("telegram_desk" if enrolled else "demo")


async def test_a_new_link_ends_the_earlier_one(server, telegram, says):
    server.person("fatma")
    first = invite(server.parts.database, "fatma")
    second = invite(server.parts.database, "fatma")
    await server.post(DESK, telegram.says(FATMA, f"/start {first}"))
    await server.post(DESK, telegram.says(FATMA, f"/start {second}"))
    assert words_to(telegram, FATMA) == [says("code_used"), says("enrolled", name="Fatma")]


async def test_opening_ones_own_link_again_is_fine(server, telegram, says):
    server.person("fatma")
    code = invite(server.parts.database, "fatma")
    for _ in range(2):
        await server.post(DESK, telegram.says(FATMA, f"/start {code}"))
    assert words_to(telegram, FATMA) == [says("enrolled", name="Fatma")] * 2


async def test_a_new_phone_takes_over_with_a_new_link(server, telegram, says):
    server.person("fatma", FATMA)
    new_chat = 80009
    await server.post(DESK, telegram.says(new_chat, f"/start {invite(server.parts.database, 'fatma')}"))
    assert reached(server, "fatma") == ("telegram_desk", str(new_chat))
    await server.post(DESK, telegram.says(FATMA, "Hallo"))
    assert words_to(telegram, FATMA) == [says("stranger")]


async def test_one_chat_is_one_person(server, telegram, says):
    server.person("fatma", FATMA)
    server.person("ayse")
    code = invite(server.parts.database, "ayse")
    await server.post(DESK, telegram.says(FATMA, f"/start {code}"))
    assert words_to(telegram, FATMA) == [says("chat_taken")]
    assert reached(server, "ayse")[0] == "demo"
    await server.post(DESK, telegram.says(AYSE, f"/start {code}"))  # the link was not used up
    assert reached(server, "ayse") == ("telegram_desk", str(AYSE))


async def test_what_waited_elsewhere_comes_along(server, telegram, says):
    server.person("fatma", channel="whatsapp", address="whatsapp:+31612345678")
    with server.parts.database.change() as session:
        put(session, person_key("fatma"), "whatsapp", [Outgoing("Iemand vraagt om hulp.")])
        session.scalars(select(Sending)).one().due_at = now() + timedelta(hours=1)
    await server.post(DESK, telegram.says(FATMA, f"/start {invite(server.parts.database, 'fatma')}"))
    assert words_to(telegram, FATMA) == ["Iemand vraagt om hulp.", says("enrolled", name="Fatma")]


async def test_an_invitation_is_for_somebody_who_is_known(database):
    with pytest.raises(PeopleError, match="nobody"):
        invite(database, "nobody")


# ---------------------------------------------------------------- strangers


@pytest.mark.parametrize("text", ["Hallo", "/start", "/help", "Ik heb schulden"])
async def test_a_stranger_gets_a_kind_word_and_nothing_is_stored(server, telegram, says, text):
    await server.post(DESK, telegram.says(STRANGER, text))
    assert words_to(telegram, STRANGER) == [says("stranger")]
    assert server.rows(Resident) == server.rows(Received) == server.rows(Sending) == []


@pytest.mark.parametrize("language, spoken", [("en-GB", "en"), ("nl", "nl"), ("ar", "nl"), ("xx", "nl")])
async def test_a_stranger_is_answered_in_the_language_of_their_telegram(server, telegram, says, language, spoken):
    await server.post(DESK, telegram.says(STRANGER, "Hello", language))
    assert words_to(telegram, STRANGER) == [says("stranger", spoken)]


async def test_a_strangers_press_on_somebodys_button_changes_nothing(server, telegram, says):
    handover = await ask(server, telegram)
    press = telegram.presses(telegram.to(FATMA)[-1], says("accept"), chat=STRANGER)
    await server.post(DESK, press)
    assert words_to(telegram, STRANGER) == [says("stranger")]
    assert telegram.answered == [press["callback_query"]["id"]]
    assert state(server, handover) == (ASKED, "fatma")
    assert [row.sender for row in server.rows(Received)] == [resident_of(server)]


async def test_a_stranger_who_blocked_the_bot_meanwhile_troubles_nobody(telegram, database, speaker, caplog):
    async with serving(telegram, database, speaker) as server:
        telegram.blocked_by.add(STRANGER)
        assert (await server.post(DESK, telegram.says(STRANGER, "Hallo"))).status_code == 200
    assert telegram.refused == ["Forbidden: bot was blocked by the user"]
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


# ---------------------------------------------------------------- helping


async def ask(server, telegram, *others):
    """A resident on Telegram asks for a person, and Fatma is the one; returns the handover's id."""
    server.person("fatma", FATMA)
    for name, chat in others:
        server.person(name, chat)
    await server.post(RESIDENTS, telegram.says(HER, "Kiramı ödeyemiyorum"))
    handovers, resident = server.parts.handovers, resident_of(server)
    offer = handovers.offer(resident, "tr", "cannot_pay_rent", "any")
    while offer.handover.person_id != "fatma":
        offer = handovers.other_person(resident)
    with server.parts.database.change() as session:  # the others were not tried, only passed over
        session.get(Handover, offer.handover.id).tried = []
    handovers.agree(resident, Agreement("wat zij zag", {}, "tr", "1"))
    server.parts.delivery.wake()
    await server.work_done()
    return offer.handover.id


def resident_of(server):
    """The one resident's pseudonym."""
    (resident,) = server.rows(Resident)
    return resident.id


def state(server, handover_id):
    """Where it stands, and with whom."""
    (handover,) = [one for one in server.rows(Handover) if one.id == handover_id]
    return handover.state, handover.person_id


async def test_an_alert_arrives_with_its_buttons(server, telegram, says):
    handover = await ask(server, telegram)
    (alert,) = telegram.to(FATMA)
    assert alert.token == DESK
    assert alert.buttons == [(says(name), f"{name}:{handover}") for name in ("accept", "cant", "later")]


async def test_accepting_puts_two_people_in_touch(server, telegram, says):
    handover = await ask(server, telegram)
    await server.post(DESK, telegram.presses(telegram.to(FATMA)[0], says("accept")))
    assert state(server, handover) == (ACCEPTED, "fatma")
    await server.post(DESK, telegram.says(FATMA, "Merhaba, ben Fatma."))
    assert state(server, handover) == (IN_TOUCH, "fatma")
    assert (telegram.to(HER)[-1].token, telegram.to(HER)[-1].text) == (RESIDENTS, "Merhaba, ben Fatma.")
    await server.post(RESIDENTS, telegram.says(HER, "Merhaba!"))
    assert (telegram.to(FATMA)[-1].token, telegram.to(FATMA)[-1].text) == (DESK, "Merhaba!")
    assert server.brain.heard == ["Kiramı ödeyemiyorum"]
    await server.post(DESK, telegram.says(FATMA, "klaar"))
    assert state(server, handover) == (CLOSED, "fatma")


async def test_a_pressed_button_stops_spinning_and_goes_away(server, telegram, says):
    await ask(server, telegram)
    alert = telegram.to(FATMA)[0]
    press = telegram.presses(alert, says("accept"))
    await server.post(DESK, press)
    assert telegram.answered == [press["callback_query"]["id"]]
    assert alert.buttons == []


async def test_a_button_that_may_be_pressed_again_stays(server, telegram, says):
    await ask(server, telegram)
    await server.post(DESK, telegram.presses(telegram.to(FATMA)[0], says("accept")))
    accepted = telegram.to(FATMA)[1]
    await server.post(DESK, telegram.presses(accepted, says("menu")))
    assert [title for title, _ in accepted.buttons] == [says("menu")]
    assert next(title for title, _ in telegram.to(FATMA)[2].buttons) == says("meet")


async def test_telegram_shows_the_commands_in_each_language_of_the_desk(server, telegram, says):
    await server.work_done()
    assert {"help", "open", "menu", "klaar", "afwezig", "terug", "stoppen"} == set(telegram.commands[""])
    assert telegram.commands["en"]["away"] == says("away", "en") and set(telegram.commands) == {"", "en"}


async def test_buttons_that_cannot_be_taken_off_do_no_harm(server, telegram, says):
    handover = await ask(server, telegram)
    telegram.fail("editMessageReplyMarkup", 400)
    telegram.fail("answerCallbackQuery", 502)
    answer = await server.post(DESK, telegram.presses(telegram.to(FATMA)[0], says("accept")))
    assert answer.status_code == 200 and state(server, handover) == (ACCEPTED, "fatma")


async def test_the_same_press_twice_is_handled_once(server, telegram, says):
    await ask(server, telegram)
    press = telegram.presses(telegram.to(FATMA)[0], says("accept"))
    for _ in range(2):
        assert (await server.post(DESK, press)).status_code == 200
    assert len([row for row in server.rows(Received) if row.sender == "person:fatma"]) == 1
    assert len(telegram.to(FATMA)) == 2  # the alert and one answer


async def test_who_cannot_help_is_thanked_and_the_next_one_is_asked(server, telegram, says):
    handover = await ask(server, telegram, ("ayse", AYSE))
    await server.post(DESK, telegram.presses(telegram.to(FATMA)[0], says("cant")))
    assert words_to(telegram, FATMA)[1:] == [says("you_declined")]
    assert state(server, handover) == (ASKED, "ayse")
    assert telegram.to(AYSE)[0].buttons[0] == (says("accept"), f"accept:{handover}")


@pytest.mark.parametrize("blocked", ["blocked_by", "gone"])
async def test_a_desk_that_cannot_be_reached_leads_to_the_next_person(telegram, database, speaker, says, blocked):
    async with serving(telegram, database, speaker) as server:
        getattr(telegram, blocked).add(FATMA)
        handover = await ask(server, telegram, ("ayse", AYSE))
        await server.until(lambda: telegram.to(AYSE))
        assert state(server, handover) == (ASKED, "ayse")
        assert telegram.to(AYSE)[0].buttons[0] == (says("accept"), f"accept:{handover}")
        assert telegram.to(FATMA) == []


async def test_too_many_alerts_at_once_wait_and_are_not_lost(server, telegram):
    telegram.fail("sendMessage", 429, retry_after=1, times=2, chat=FATMA)
    handover = await ask(server, telegram, ("ayse", AYSE))
    await server.until_delivered(lambda: telegram.to(FATMA))
    assert state(server, handover) == (ASKED, "fatma") and telegram.to(AYSE) == []
    assert [method for _, method in telegram.asked].count("sendMessage") == 4  # one to the resident, three to her


async def test_without_a_public_address_the_desk_works_too(telegram, database, speaker, says):
    async with serving(telegram, database, speaker, public_url=None) as server:
        server.person("fatma")
        telegram.offer(DESK, telegram.says(FATMA, f"/start {invite(database, 'fatma')}"))
        await server.until(lambda: words_to(telegram, FATMA) == [says("enrolled", name="Fatma")])


# ---------------------------------------------------------------- what else a key person may send


@pytest.mark.parametrize(
    "text, name",
    [
        ("/help", "help"), ("/start", "help"), ("/stats now", "help"), ("/open", "open_talks"), ("/menu", "menu_for"),
        ("/afwezig", "away_when"), ("/away", "away_when"), ("/terug", "back_noted"), ("/help@sleutel_desk_bot", "help"),
    ],
)  # fmt: skip
async def test_commands_are_answered_and_not_passed_on(server, telegram, says, text, name):
    handover = await ask(server, telegram)
    await server.post(DESK, telegram.presses(telegram.to(FATMA)[0], says("accept")))
    heard = len(telegram.to(HER))
    await server.post(DESK, telegram.says(FATMA, text))
    talk = says("label", who=says("somebody"), topic=server.title("cannot_pay_rent"))
    assert words_to(telegram, FATMA)[-1] == says(name, label=talk)
    assert len(telegram.to(HER)) == heard and state(server, handover) == (ACCEPTED, "fatma")


async def test_words_without_an_open_handover_are_answered(server, telegram, says):
    server.person("fatma", FATMA)
    await server.post(DESK, telegram.says(FATMA, "Is er iemand?"))
    assert words_to(telegram, FATMA) == [says("nobody_open")]


def sends(telegram, chat, file_id, data, **more):
    """The update for a photo or voice message of a person."""
    telegram.files[file_id] = data
    about = {"file_id": file_id, "file_unique_id": file_id}
    voice = {"voice": {**about, "duration": 1}}
    photo = {"photo": [{**about, "width": 9, "height": 9}]}
    return telegram.says(chat, **(voice if data.startswith(b"OggS") else photo), **more)


def a_photo():
    """A small picture."""
    drawn = BytesIO()
    Image.new("RGB", (9, 9), "teal").save(drawn, "JPEG")
    return drawn.getvalue()


async def test_photos_and_voice_messages_go_both_ways(server, telegram, says):
    await ask(server, telegram)
    await server.post(DESK, telegram.presses(telegram.to(FATMA)[0], says("accept")))
    await server.post(DESK, sends(telegram, FATMA, "A", a_photo(), caption="Kijk hier"))
    seen = telegram.to(HER)[-1]
    assert (seen.token, seen.text) == (RESIDENTS, "Kijk hier") and seen.photo.startswith(b"\xff\xd8\xff")
    await server.post(RESIDENTS, sends(telegram, HER, "B", b"OggS a voice"))
    heard = telegram.to(FATMA)[-1]
    assert (heard.token, heard.file) == (DESK, ("voice", b"OggS a voice"))
    assert server.brain.heard == ["Kiramı ödeyemiyorum"]


async def test_what_cannot_be_passed_on_is_said_and_the_words_go_all_the_same(server, telegram, says):
    await ask(server, telegram)
    await server.post(DESK, telegram.presses(telegram.to(FATMA)[0], says("accept")))
    heard = len(telegram.to(HER))
    await server.post(DESK, sends(telegram, FATMA, "A", b"no photo at all"))
    assert words_to(telegram, FATMA)[-1] == says("only_text") and len(telegram.to(HER)) == heard
    await server.post(DESK, sends(telegram, FATMA, "B", b"no photo at all", caption="Kijk hier"))
    assert words_to(telegram, FATMA).count(says("only_text")) == 2
    assert words_to(telegram, HER)[-1] == "Kijk hier"


# ---------------------------------------------------------------- the command


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """A database file and a key, as the command reads them."""
    url, key = f"sqlite:///{tmp_path / 'records.db'}", "a key that is only for tests"
    for name, value in {"SLEUTEL_DATABASE_URL": url, "SLEUTEL_SECRET_KEY": key}.items():
        monkeypatch.setenv(name, value)
    for name in ("TELEGRAM_DESK_TOKEN", "TELEGRAM_API_URL"):
        monkeypatch.delenv(name, raising=False)
    database = Database(url, Secrecy(key))
    with database.change() as session:
        session.add(KeyPerson(id="fatma", name="Fatma", gender="woman", languages=["tr"]))
    yield database
    database.close()


def run(*words):
    """`sleutel people invite ...`."""
    return CliRunner().invoke(command_line, ["people", "invite", *words])


def test_invite_prints_a_link_to_the_bot_that_telegram_names(environment, telegram, monkeypatch):
    monkeypatch.setenv("TELEGRAM_DESK_TOKEN", DESK)
    monkeypatch.setenv("TELEGRAM_API_URL", telegram.url)
    result = run("fatma")
    assert result.exit_code == 0, result.output
    link, code = result.stdout.strip().split("=")
    assert link == "https://t.me/sleutel_desk_bot?start" and len(code) == 32
    with environment.change() as session:
        assert session.scalars(select(Invitation.person_id)).all() == ["fatma"]


def test_invite_asks_nobody_when_it_is_told_the_name(environment):
    assert run("fatma", "--username", "@other_bot").stdout.startswith("https://t.me/other_bot?start=")


@pytest.mark.parametrize(
    "words, reason", [(["nobody", "--username", "x"], "nobody"), (["fatma"], "TELEGRAM_DESK_TOKEN")]
)
def test_invite_says_what_is_wrong(environment, words, reason):
    result = run(*words)
    assert result.exit_code == 1 and reason in result.output


def test_invite_says_when_telegram_does_not_answer(environment, telegram, monkeypatch):
    monkeypatch.setenv("TELEGRAM_DESK_TOKEN", "1:wrong")
    monkeypatch.setenv("TELEGRAM_API_URL", telegram.url)
    result = run("fatma")
    assert result.exit_code == 1 and "--username" in result.output and "1:wrong" not in result.output
    with environment.change() as session:
        assert session.scalars(select(Invitation)).all() == []
