"""Two people write through the bot: the real gate, desk, handovers, database and outbox, around a brain that is told
what to understand."""

import asyncio
import base64
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any, Dict, List, Optional

import pytest
import pytest_asyncio
from PIL import Image
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import select

from actions.handover_desk import HandoverDesk
from actions.relay import HiddenNumber
from bot.app import connect
from bot.channels.messages import Incoming, Media, Outgoing, Place
from bot.channels.outcome import Turn
from bot.desk.delivery import GiveUp, TryAgain
from bot.desk.outbox import person_key
from bot.handover.people import keep_people
from bot.handover.service import Agreement, NotPossible
from bot.records.models import Attachment, Handover, KeyPerson, Received, Resident, Sending
from bot.relay.fetching import DemoSource
from bot.relay.letter import Letter
from bot.relay.masking import HIDDEN
from bot.relay.relay import Relay
from bot.relay.translating import Provider, Translating
from bot.replies.speaker import Button, Reply
from bot.settings import Settings
from tests.fakes import Clock

BSN = "Mijn BSN is 111222333"
NOTHING = {"intent": "lost", "accepted": False}
STOP = {"intent": "cancel", "accepted": True, "language": "nl"}
DANGER = {"intent": "crisis_suicide", "accepted": True, "language": "nl"}
VOICE = b"OggS a voice"


@dataclass
class Brain:
    """Understands what the test says it understands."""

    means: Dict[str, Dict[str, Any]] = field(default_factory=dict)
    asked: List[str] = field(default_factory=list)
    answered: List[str] = field(default_factory=list)

    async def understand(self, text: str, language: Optional[str]) -> Dict[str, Any]:
        self.asked.append(text)
        return self.means.get(text, {**NOTHING, "language": language or "unsure"})

    async def answer(self, resident_id: str, text: str, language: Optional[str]) -> Turn:
        self.answered.append(text)
        return Turn([Reply("nl", ["De bot."], None, [Button("Ja", "/affirm")])])


class Slow(DemoSource):
    """A photo that arrives when the test says `go_on`; `fetched` once somebody asked for it."""

    def __init__(self, fetched: asyncio.Event, go_on: asyncio.Event) -> None:
        self.fetched, self.go_on = fetched, go_on

    async def fetch(self, media: Media) -> Any:
        self.fetched.set()
        await self.go_on.wait()
        return await super().fetch(media)


class Line:
    """Amina writes with Anna. What each of them would read is in the outbox."""

    def __init__(self, database, speaker, translating: Optional[Translating] = None, **anna: Any) -> None:
        self.database, self.speaker, self.brain, self.clock = database, speaker, Brain(), Clock()
        self.parts = connect(Settings(), database, speaker, lambda handovers: self.brain, self.clock)
        self.relay: Relay = self.parts.relay
        self.relay.shelf.sources["demo"] = DemoSource()
        if translating is not None:
            self.relay._translating = translating
        usual = {
            "id": "anna",
            "name": "Anna",
            "gender": "woman",
            "languages": ["nl"],
            "hours": "24/7",
            "most_at_once": 9,
        }
        keep_people(database, [{**usual, "channel": "demo", "address": "demo-anna", **anna}])
        self.amina = database.secrecy.pseudonym("demo", "amina-1")
        self.count = 0

    async def begin(self, language: str = "nl", name: str = "amina-1") -> str:
        """A resident gets in touch with Anna; returns the handover's id."""
        await self.writes("Hallo", name=name)
        resident = self.database.secrecy.pseudonym("demo", name)
        with self.database.change() as session:
            session.get(Resident, resident).language = language
        offer = self.parts.handovers.offer(resident, language, None, "any")
        self.parts.handovers.agree(resident, Agreement("x", {}, "nl", "1"))
        self.parts.handovers.accept(offer.handover.id, "anna")
        self.brain.asked.clear()
        self.brain.answered.clear()
        self.seen = {key: len(self.rows(key)) for key in (self.amina, person_key("anna"))}
        return offer.handover.id

    async def writes(self, text: str = "", name: str = "amina-1", wait: bool = True, **more: Any) -> None:
        """One message of a resident, or (by name) of Anna."""
        self.count += 1
        self.parts.gate.receive(Incoming("demo", f"m{self.count}", [name], text, **more))
        if wait:
            await self.parts.gate.idle()

    async def answers(self, text: str = "", **more: Any) -> None:
        """One message of Anna."""
        await self.writes(text, "demo-anna", **more)

    def rows(self, receiver: str) -> List[Sending]:
        with self.database.change() as session:
            return list(session.scalars(select(Sending).filter_by(receiver=receiver).order_by(Sending.id)))

    def news(self, receiver: str) -> List[Outgoing]:
        """What came for somebody since they got in touch."""
        return [Outgoing.from_json(row.body) for row in self.rows(receiver)[self.seen[receiver] :]]

    @property
    def anna_reads(self) -> List[str]:
        return [message.text for message in self.news(person_key("anna"))]

    @property
    def amina_reads(self) -> List[str]:
        return [message.text for message in self.news(self.amina)]

    @property
    def handover(self) -> Handover:
        with self.database.change() as session:
            return session.scalars(select(Handover).filter_by(resident_id=self.amina)).one()

    def says(self, name: str, language: str = "nl", **values: Any) -> str:
        return self.speaker.say(name, language, **{"name": "Anna", **values}).messages[0]

    def desk(self, name: str) -> str:
        return self.speaker.language("nl").desk[name]


@pytest_asyncio.fixture
async def line(database, speaker):
    made = Line(database, speaker)
    await made.begin()
    yield made
    await made.relay.close()


def photo() -> Media:
    drawn = BytesIO()
    Image.new("RGB", (20, 20), "teal").save(drawn, "PNG")
    return Media(f"data:image/png;base64,{base64.b64encode(drawn.getvalue()).decode()}", "image/png")


def voice() -> Media:
    return Media(f"data:audio/ogg;base64,{base64.b64encode(VOICE).decode()}", "audio/ogg")


LOST = Media("demo:gone", "image/jpeg")
FILM = Media("data:video/mp4;base64,AAAAIGZ0eXBtcDQy", "video/mp4")


# ---------------------------------------------------------------- words


async def test_words_go_both_ways_as_they_were_written_and_the_bot_is_silent(line):
    await line.writes("Regel een.\nRegel  twee 😀\u200cمی\u200cخواهم")
    await line.answers("Dag Amina.\n\nKom je  morgen?")
    assert line.anna_reads == ["Regel een.\nRegel  twee 😀\u200cمی\u200cخواهم"]
    assert line.amina_reads == ["Dag Amina.\n\nKom je  morgen?"]
    assert line.brain.answered == []
    assert [line.news(person_key("anna"))[0].sender, line.news(line.amina)[0].sender] == ["resident", "person"]


async def test_what_she_wants_of_the_bot_goes_to_the_bot(line):
    line.brain.means["stop maar"] = STOP
    await line.writes("stop maar")
    assert (line.brain.answered, line.anna_reads) == (["stop maar"], [])


async def test_danger_is_answered_at_once_and_passed_on_too(line):
    line.brain.means["ik wil dood"] = DANGER
    await line.writes("ik wil dood")
    assert line.anna_reads == ["ik wil dood"]
    assert line.amina_reads == line.speaker.topic("crisis_suicide", "first", "nl").messages


async def test_danger_is_answered_before_a_photo_is_fetched(line):
    line.brain.means["ik wil dood"] = DANGER
    fetched, go_on = asyncio.Event(), asyncio.Event()

    line.relay.shelf.sources["demo"] = Slow(fetched, go_on)
    await line.writes("ik wil dood", media=[photo()], wait=False)
    await asyncio.wait_for(fetched.wait(), 5)
    assert line.amina_reads == line.speaker.topic("crisis_suicide", "first", "nl").messages
    go_on.set()
    await line.parts.gate.idle()
    assert line.anna_reads == ["ik wil dood"]


async def test_a_message_is_passed_on_once_even_when_its_work_is_taken_up_again(line):
    await line.writes("Dag")
    assert line.parts.gate.resume() == 0
    with line.database.change() as session:
        assert [row.body for row in session.scalars(select(Received))] == [None] * line.count


@pytest.mark.parametrize("channel, room", [("whatsapp", 1600), ("telegram", 4096)])
async def test_long_messages_come_in_parts_all_of_them_in_order_whatever_fails(line, channel, room):
    """The first part fails twice on its way: the others wait for it."""
    with line.database.change() as session:
        person = session.get(KeyPerson, "anna")
        person.channel, person.address = channel, "1"
    words = " ".join(f"Dit is zin nummer {number}." for number in range(400))
    await line.writes(words)
    sent: List[str] = []

    class Phone:
        trouble = 2

        async def send(self, address: str, message: Outgoing) -> str:
            if self.trouble:
                self.trouble -= 1
                raise TryAgain("503", timedelta(microseconds=1))
            assert len(message.text) <= room
            sent.append(message.text)
            return f"id-{len(sent)}"

    class Elsewhere:
        async def send(self, address: str, message: Outgoing) -> None:
            raise GiveUp("not this one")

    with line.database.change() as session:
        for row in session.scalars(select(Sending).filter_by(channel="demo")):
            session.delete(row)
    line.parts.delivery.transports.update({channel: Phone(), "demo": Elsewhere()})
    while await line.parts.delivery.send_due():
        pass
    assert len(sent) > 1 and " ".join(sent).split() == words.split()


async def test_nothing_is_passed_on_when_the_talk_ended_while_a_photo_was_fetched(line):
    fetched, go_on = asyncio.Event(), asyncio.Event()

    line.relay.shelf.sources["demo"] = Slow(fetched, go_on)
    await line.writes("Kijk", media=[photo()], wait=False)
    await asyncio.wait_for(fetched.wait(), 5)
    line.parts.handovers.close("anna", line.handover.id)
    go_on.set()
    await line.parts.gate.idle()
    assert not [message for message in line.news(person_key("anna")) if message.sender == "resident"]
    assert line.brain.answered == ["Kijk"], "so the bot answers"


async def test_with_several_talks_what_comes_says_whose_it_is(line):
    await line.begin(name="bilal-1")
    line.seen[person_key("anna")] = len(line.rows(person_key("anna")))
    await line.writes("Van Amina")
    await line.writes(media=[voice()])
    first, label, spoken = line.news(person_key("anna"))
    assert first.text.endswith("\nVan Amina") and len(first.text.splitlines()) == 2
    assert label.text == first.text.splitlines()[0] and label.attachment is None
    assert spoken.text == "" and spoken.attachment.endswith(".ogg")


# ---------------------------------------------------------------- photos, voice, places


async def test_a_photo_with_words_goes_to_the_person_as_one(line):
    await line.writes("Deze brief", media=[photo()])
    (message,) = line.news(person_key("anna"))
    assert message.text == "Deze brief" and message.attachment.endswith(".jpg")
    assert (await line.relay.shelf.read(message.attachment)).content_type == "image/jpeg"
    with line.database.change() as session:
        assert session.scalars(select(Attachment.handover_id)).all() == session.scalars(select(Handover.id)).all()
    assert line.amina_reads == [] and line.brain.answered == []


async def test_a_voice_message_goes_to_the_resident(line):
    await line.answers(media=[voice()])
    (message,) = line.news(line.amina)
    assert (await line.relay.shelf.read(message.attachment)).data == VOICE
    assert line.anna_reads == [] and line.handover.state == "in_touch"


async def test_a_place_is_shown_on_a_map(line):
    await line.writes(place=Place(52.370216, 4.895168))
    assert line.anna_reads == ["https://www.openstreetmap.org/?mlat=52.37022&mlon=4.89517#map=17/52.37022/4.89517"]
    assert line.brain.answered == []


@pytest.mark.parametrize("what", [LOST, FILM], ids=["not to be had", "a film"])
async def test_what_cannot_be_passed_on_is_said_to_both_and_the_words_go_all_the_same(line, what):
    await line.writes("Deze brief", media=[what])
    assert line.anna_reads == ["Deze brief", line.desk("sent_photo")]
    assert line.amina_reads == [line.says("media_not_passed")]


async def test_the_key_person_hears_it_too(line):
    await line.answers("Kijk hier", media=[LOST])
    assert line.amina_reads == ["Kijk hier"] and line.anna_reads == [line.desk("only_text")]
    await line.answers(media=[FILM])
    assert line.amina_reads == ["Kijk hier"] and line.anna_reads == [line.desk("only_text")] * 2


async def test_order_is_kept_when_a_photo_takes_long(line):
    fetched, go_on = asyncio.Event(), asyncio.Event()

    line.relay.shelf.sources["demo"] = Slow(fetched, go_on)
    await line.writes("eerst", media=[photo()], wait=False)
    await line.writes("dan", wait=False)
    await line.answers("van Anna", wait=False)  # nobody else waits for that photo
    while not line.amina_reads:
        await asyncio.sleep(0)
    assert line.anna_reads == []
    go_on.set()
    await line.parts.gate.idle()
    assert line.anna_reads == ["eerst", "dan"]


async def test_a_file_of_a_key_person_waits_until_it_is_clear_for_whom_it_is(line):
    other = await line.begin(name="bilal-1")
    with line.database.change() as session:
        session.get(KeyPerson, "anna").talk_id = None
    line.seen[line.amina] = len(line.rows(line.amina))
    await line.answers(media=[voice()])
    await line.answers("Luister maar")
    assert line.amina_reads == []
    await line.answers(payload=f"talk:{other}")
    bilal = line.rows(line.database.secrecy.pseudonym("demo", "bilal-1"))[-2:]
    assert [(row.body["text"], bool(row.body["attachment"])) for row in bilal] == [("", True), ("Luister maar", False)]
    assert line.amina_reads == []


async def test_a_photo_to_the_bot_is_not_kept_and_is_deleted_at_the_provider(database, speaker):
    line, deleted = Line(database, speaker), []

    class Noting(DemoSource):
        async def delete(self, media):
            deleted.append(media)

    line.relay.shelf.sources["demo"] = Noting()
    await line.writes(media=[photo()])
    await line.relay.idle()
    assert line.brain.answered == ["/received_photo"] and deleted == [photo()]
    with database.change() as session:
        assert session.scalars(select(Attachment)).all() == []


# ---------------------------------------------------------------- hidden numbers


async def test_a_bsn_is_hidden_and_the_resident_is_asked_once(line):
    await line.writes(BSN)
    await line.writes("En nog een: 123456782")
    assert line.anna_reads == [f"Mijn BSN is {HIDDEN}333", f"En nog een: {HIDDEN}782"]
    (question,) = line.news(line.amina)
    assert question.text == line.says("number_hidden")
    assert [choice.payload for choice in question.choices] == ["/show_number", "/keep_hidden"]


async def test_what_is_held_is_stored_encrypted(line):
    await line.writes(BSN)
    with line.database.engine.connect() as connection:
        (stored,) = connection.exec_driver_sql("select held from handovers").scalars()
    assert b"111222333" not in stored and line.handover.held["texts"] == [BSN]


async def test_who_insists_is_heard(line):
    await line.writes(BSN)
    line.parts.handovers.show_numbers(line.amina)
    assert line.anna_reads[-1] == BSN and line.handover.held is line.handover.held_until is None
    with pytest.raises(NotPossible):
        line.parts.handovers.show_numbers(line.amina)


async def test_a_no_is_forgotten_with_the_number(line):
    await line.writes(BSN)
    line.parts.handovers.keep_hidden(line.amina)
    assert line.handover.held is None and BSN not in line.anna_reads
    await line.writes(BSN)
    assert line.amina_reads == [line.says("number_hidden")] * 2, "a new number is a new question"


async def test_after_a_day_nothing_is_held_and_the_buttons_mean_nothing(line):
    await line.writes(BSN)
    line.clock.move(hours=23, minutes=59)
    line.relay.tidy()
    assert line.handover.held is not None
    line.clock.move(minutes=1)
    line.relay.tidy()
    assert line.handover.held is None
    with line.database.change() as session:
        assert session.get(Resident, line.amina).choices == []


async def test_the_watch_lets_go_of_numbers_by_itself(line):
    await line.writes(BSN)
    line.clock.move(hours=25)
    line.parts.watch.look()
    assert line.handover.held is None


async def test_somebody_who_took_over_is_not_shown_what_another_was_asked_about(line):
    await line.writes(BSN)
    usual = {"id": "bea", "name": "Bea", "gender": "woman", "languages": ["nl"], "channel": "demo"}
    keep_people(line.database, [{**usual, "address": "demo-bea", "hours": "24/7"}])
    with line.database.change() as session:
        session.get(Handover, line.handover.id).person_id = "bea"
    with pytest.raises(NotPossible):
        line.parts.handovers.show_numbers(line.amina)
    await line.writes(BSN)
    assert len(line.amina_reads) == 2, "she is asked about Bea"
    assert line.handover.held == {"person": "bea", "texts": [BSN]}


async def test_what_a_key_person_writes_is_not_hidden(line):
    await line.answers("Het rekeningnummer is NL91ABNA0417164300")
    assert line.amina_reads == ["Het rekeningnummer is NL91ABNA0417164300"]


def press(line: Line, intent: str) -> Dict[str, Any]:
    """The action behind the button, as Rasa calls it; returns what it says."""
    desk = HandoverDesk(line.parts.handovers, line.speaker, lambda language, person: "", line.clock)
    message = {"text": f"/{intent}", "intent": {"name": intent}, "entities": []}
    tracker = Tracker(line.amina, {"language": "nl"}, message, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    HiddenNumber(line.speaker.content, desk).run(dispatcher, tracker, {})
    return dispatcher.messages[-1]


@pytest.mark.parametrize(
    "intent, reply, reads", [("show_number", "number_shown", True), ("keep_hidden", "number_stays_hidden", False)]
)
async def test_the_buttons_do_what_they_say(line, intent, reply, reads):
    await line.writes(BSN)
    said = press(line, intent)
    assert said["response"] == reply and said["values"]["name"] == "Anna"
    assert (BSN in line.anna_reads) is reads
    assert press(line, intent)["response"] == "too_late"


# ---------------------------------------------------------------- translation


@dataclass
class Translator:
    """Puts the languages in front of the text; waits when told to, or fails."""

    asked: List[tuple] = field(default_factory=list)
    fails: bool = False

    def __call__(self, text: str, source: str, target: str) -> str:
        self.asked.append((text, source, target))
        if self.fails:
            raise ValueError(text)
        return f"{source}-{target}: {text}"


@pytest.fixture
def translator():
    return Translator()


@pytest_asyncio.fixture
async def between(database, speaker, translator):
    """Amina writes Turkish, Anna's desk is Dutch."""
    provider = Provider(translator, {code: code for code in ("nl", "en", "tr")}, 500)
    made = Line(database, speaker, Translating(provider))
    await made.begin("en")
    yield made
    await made.relay.close()


async def test_a_translation_follows_the_original_and_says_that_it_is_one(between):
    await between.writes("I cannot pay")
    await between.relay.idle()
    phrase = between.speaker.language("nl").phrases["machine_translation"]
    assert between.anna_reads == ["I cannot pay", phrase.format(text="en-nl: I cannot pay")]
    original, translation = between.news(person_key("anna"))
    assert (original.language, translation.language) == ("en", "nl")
    assert translation.sender == "resident", "so that it goes with everything else of hers"


async def test_it_works_back_too(between):
    between.brain.means["Dag Amina"] = {**NOTHING, "language": "nl"}
    await between.answers("Dag Amina")
    await between.relay.idle()
    phrase = between.speaker.language("en").phrases["machine_translation"]
    assert between.amina_reads == ["Dag Amina", phrase.format(text="nl-en: Dag Amina")]


async def test_a_key_person_who_writes_the_language_of_the_resident_needs_no_translation(between, translator):
    between.brain.means["Hello Amina"] = {**NOTHING, "language": "en"}
    await between.answers("Hello Amina")
    await between.relay.idle()
    assert between.amina_reads == ["Hello Amina"] and translator.asked == []


async def test_nor_does_a_resident_who_writes_the_language_of_the_desk(between, translator):
    between.brain.means["Ik kan niet betalen"] = {**NOTHING, "language": "nl"}
    await between.writes("Ik kan niet betalen")
    await between.relay.idle()
    assert between.anna_reads == ["Ik kan niet betalen"] and translator.asked == []


async def test_nor_does_a_resident_whose_language_the_key_person_speaks(database, speaker, translator):
    provider = Provider(translator, {code: code for code in ("nl", "en")}, 500)
    line = Line(database, speaker, Translating(provider), languages=["nl", "en"])
    await line.begin("en")
    await line.writes("I cannot pay")
    await line.relay.idle()
    assert line.anna_reads == ["I cannot pay"] and translator.asked == []
    await line.relay.close()


async def test_a_translator_never_sees_a_hidden_number(between, translator):
    await between.writes("My BSN is 111222333")
    await between.answers("Uw rekening is NL91ABNA0417164300")
    await between.relay.idle()
    assert [text for text, _, _ in translator.asked] == [f"My BSN is {HIDDEN}333", f"Uw rekening is {HIDDEN}300"]


async def test_a_translator_that_fails_leaves_the_original(between, translator):
    translator.fails = True
    await between.writes("I cannot pay")
    await between.relay.idle()
    assert between.anna_reads == ["I cannot pay"]


async def test_nothing_waits_for_a_slow_translator_and_translations_keep_their_order(between):
    first, go_on = asyncio.Event(), asyncio.Event()

    async def translate(text: str, source: str, target: str) -> str:
        if text == "one":
            first.set()
            await go_on.wait()
        return text.upper()

    between.relay._translating.translate = translate
    for word in ("one", "two", "three"):
        await between.writes(word)
    assert between.anna_reads == ["one", "two", "three"]
    await asyncio.wait_for(first.wait(), 5)
    go_on.set()
    await between.relay.idle()
    phrase = between.speaker.language("nl").phrases["machine_translation"]
    assert between.anna_reads[3:] == [phrase.format(text=word) for word in ("ONE", "TWO", "THREE")]


async def test_a_translation_that_comes_after_the_end_is_not_passed_on(between):
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def translate(text: str, source: str, target: str) -> str:
        asked.set()
        await go_on.wait()
        return "te laat"

    between.relay._translating.translate = translate
    await between.writes("I cannot pay")
    await asyncio.wait_for(asked.wait(), 5)
    between.parts.handovers.withdraw(between.amina)
    go_on.set()
    await between.relay.idle()
    assert not any("te laat" in text for text in between.anna_reads)


async def test_without_a_translator_nobody_looks_at_the_language_of_a_key_person(line):
    await line.answers("Hello Amina")
    await line.relay.idle()
    assert line.brain.asked == [] and line.amina_reads == ["Hello Amina"]


async def test_a_language_without_a_phrase_of_its_own_is_told_in_dutch(between, monkeypatch):
    words = between.speaker.language("en")
    monkeypatch.delitem(words.phrases, "machine_translation")
    await between.answers("Dag Amina")
    await between.relay.idle()
    phrase = between.speaker.language("nl").phrases["machine_translation"]
    assert between.amina_reads[1:] == [phrase.format(text="nl-en: Dag Amina")]


# ---------------------------------------------------------------- what is lost


async def test_a_file_that_a_channel_does_not_take_does_not_end_the_talk(line):
    await line.writes(media=[voice()])
    row = line.rows(person_key("anna"))[-1]
    line.parts.watch.lost(row)
    assert (line.handover.state, line.handover.person_id) == ("accepted", "anna")


def test_a_letter_survives_being_kept():
    letter = Letter("tekst", ["a.jpg"], False, None)
    assert Letter(**letter.to_json()) == letter


async def test_what_was_passed_on_before_a_crash_is_not_passed_on_again(line, monkeypatch):
    """The machine stops between passing on and the end of the message; at the next start the work is taken up."""
    gate = line.parts.gate
    with monkeypatch.context() as crash:
        crash.setattr(gate, "_finish", lambda *_: 1 / 0)
        await line.answers("Dag Amina")
        await line.writes("Dag Anna")
    assert (line.amina_reads.count("Dag Amina"), line.anna_reads.count("Dag Anna")) == (1, 0)
    gate.resume()
    await gate.idle()
    assert (line.amina_reads.count("Dag Amina"), line.anna_reads.count("Dag Anna")) == (1, 1)
