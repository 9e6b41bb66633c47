"""The key persons' desk: what somebody sends, what happens, and what they and the residents read."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, List, Optional, Tuple

import pytest
from sqlalchemy import select

from bot.channels.messages import Choice, Outgoing
from bot.desk.buttons import Button, cut
from bot.desk.desk import Desk
from bot.desk.labels import labelled
from bot.desk.messenger import OutboxMessenger, desk_words
from bot.desk.outbox import person_key
from bot.handover.people import keep_people
from bot.handover.promises import HOME
from bot.handover.service import Agreement, Handovers
from bot.handover.states import TABLE
from bot.records.database import Database
from bot.records.models import Appointment, Handover, KeyPerson, Resident, Sending
from bot.replies.desk_texts import BUTTONS, NOTICES, TEXTS
from bot.replies.speaker import Speaker, placeholders
from tests.fakes import Clock, add_resident, helper

YES = Agreement("what was shown", {}, "nl", "1")
RISKS = {"eviction_notice": "now", "cannot_pay_rent": "soon"}
WEEKDAYS = "Mo-Fr 09:00-17:00; PH off"


@dataclass
class Bench:
    """A desk with everything real but the channels, and a clock that moves only when a test says so."""

    database: Database
    speaker: Speaker
    clock: Clock
    handovers: Handovers
    desk: Desk
    woken: List[bool]

    # ---------------------------------------------------------------- what people do

    async def writes(self, person: str, text: str) -> "Bench":
        """A key person types."""
        await self.desk.handle(person, text, None)
        return self

    async def presses(self, person: str, title: str) -> "Bench":
        """A key person presses the newest button with these words."""
        await self.desk.handle(person, title, self.payload(person, title))
        return self

    async def sends(self, person: str, payload: str) -> "Bench":
        """A button is pressed that may be old, or somebody else's."""
        await self.desk.handle(person, "", payload)
        return self

    def asked(self, resident: str, person: str = "anna", topic: Optional[str] = "cannot_pay_rent", **about: Any) -> str:
        """A resident asks for help, and this person is the one; returns the id."""
        add_resident(self.database, resident)
        with self.database.change() as session:
            session.get(Resident, resident).language = "nl"  # reads Dutch by now; was matched by mother tongue
        offer = self.handovers.offer(resident, "tr", topic, "any", **about)
        while offer.handover.person_id != person:
            offer = self.handovers.other_person(resident)
        return self.handovers.agree(resident, YES).id

    async def helped(self, resident: str, nickname: Optional[str] = None, person: str = "anna", **about: Any) -> str:
        """A resident is helped by this person, who has written a first word."""
        handover = self.asked(resident, person, **about)
        if nickname:
            self.handovers.call_me(resident, nickname)
        await self.sends(person, f"accept:{handover}")
        self.handovers.first_message(handover, person)
        return handover

    # ---------------------------------------------------------------- what can be seen

    def read_by(self, receiver: str) -> List[Outgoing]:
        """Everything this receiver gets, in order."""
        with self.database.change() as session:
            rows = session.scalars(select(Sending).filter_by(receiver=receiver).order_by(Sending.id))
            return [Outgoing.from_json(row.body) for row in rows]

    def to(self, person: str) -> List[Outgoing]:
        """What a key person gets."""
        return self.read_by(person_key(person))

    def last(self, person: str = "anna") -> str:
        """The words of the last message to a key person."""
        return self.to(person)[-1].text

    def titles(self, person: str = "anna") -> List[str]:
        """The buttons under it."""
        return [choice.title for choice in self.to(person)[-1].choices]

    def payload(self, person: str, title: str) -> str:
        """What stands behind the newest button with these words."""
        for message in reversed(self.to(person)):
            for choice in message.choices:
                if choice.title == title:
                    return choice.payload
        raise AssertionError(f"{person} has no button {title}")

    def from_person(self, resident: str) -> List[str]:
        """What a resident got from the key person, word for word."""
        return [message.text for message in self.read_by(resident) if message.sender == "person"]

    def state(self, handover: str) -> Tuple[str, Optional[str]]:
        """Where it stands, and with whom."""
        with self.database.change() as session:
            found = session.get(Handover, handover)
            return found.state, found.person_id

    def person(self, person: str = "anna") -> KeyPerson:
        """The record of a key person."""
        with self.database.change() as session:
            return session.get(KeyPerson, person)

    def says(self, name: str, language: str = "nl", **values: Any) -> str:
        """A text of the desk."""
        return self.speaker.language(language).desk[name].format(**values)


@pytest.fixture
def bench(database, speaker):
    """Anna and Bea help in Turkish; Karel is a professional; it is Tuesday 3 March 2026, ten o'clock."""
    clock, woken = Clock(), []
    keep_people(
        database,
        [
            helper("anna", languages=["tr"], hours=WEEKDAYS, organisation="De Brug"),
            helper("bea", languages=["tr"], hours=WEEKDAYS, desk_language="en"),
            helper("karel", gender="man", kind="professional", organisation="Wijkteam", languages=["nl"]),
            helper("coordinator", languages=["nl"], coordinator=True, most_at_once=0),
        ],
    )
    topics = speaker.content.topics
    handovers = Handovers(
        database,
        OutboxMessenger(speaker, clock),
        urgency_of=lambda topic: topics[topic].risk if topic in topics else "plain",
        group_of=lambda topic: None,
        clock=clock,
    )
    desk = Desk(database, handovers, speaker, lambda: woken.append(True), clock)
    return Bench(database, speaker, clock, handovers, desk, woken)


def title(bench, name, language="nl"):
    """What a button says."""
    return bench.speaker.language(language).desk[name]


# ---------------------------------------------------------------- the question


async def test_the_alert_names_topic_language_neighbourhood_urgency_and_by_when(bench):
    bench.asked("amina", neighbourhood="Noord")
    alert = bench.last()
    for word in (bench.speaker.language("nl").topics["cannot_pay_rent"].title, "Turks", "Noord", "lang wachten", "uur"):
        assert word in alert
    assert bench.titles() == [title(bench, name) for name in ("accept", "cant", "later")]


async def test_an_unknown_neighbourhood_is_said_to_be_unknown(bench):
    bench.asked("amina")
    assert bench.says("no_neighbourhood") in bench.last()


async def test_a_nickname_is_heard_only_after_the_yes(bench):
    handover = bench.asked("amina")
    bench.handovers.call_me("amina", "Amina")
    assert not any("Amina" in message.text for message in bench.to("anna"))
    await bench.sends("anna", f"accept:{handover}")
    assert "Amina" in bench.last()


async def test_a_resident_who_stops_before_the_yes_stays_nameless(bench):
    bench.asked("amina")
    bench.handovers.call_me("amina", "Amina")
    bench.handovers.withdraw("amina")
    assert not any("Amina" in message.text for message in bench.to("anna"))


@pytest.mark.parametrize(
    "title_or_text, state",
    [("accept", "accepted"), ("ja", "accepted"), ("Ja graag!", "accepted"), ("cant", "asked"), ("nee", "asked")],
)
async def test_a_question_is_answered_by_button_or_by_word(bench, title_or_text, state):
    handover = bench.asked("amina")
    if title_or_text in BUTTONS:
        await bench.presses("anna", title(bench, title_or_text))
    else:
        await bench.writes("anna", title_or_text)
    assert bench.state(handover) == (state, "anna" if state == "accepted" else "bea")


async def test_later_today_keeps_the_question_and_its_buttons(bench):
    handover = bench.asked("amina")
    await bench.presses("anna", title(bench, "later"))
    assert "17:00" in bench.last() and bench.titles() == [title(bench, "accept"), title(bench, "cant")]
    await bench.presses("anna", title(bench, "accept"))
    assert bench.state(handover) == ("accepted", "anna")


async def test_what_cannot_wait_is_said_kindly_and_can_still_be_answered(bench):
    handover = bench.asked("amina", topic="eviction_notice")
    await bench.presses("anna", title(bench, "later"))
    assert bench.last() == bench.says("cannot_wait")
    await bench.presses("anna", title(bench, "accept"))
    assert bench.state(handover) == ("accepted", "anna")


async def test_words_before_the_yes_are_not_sent_and_that_is_said(bench):
    bench.asked("amina")
    await bench.writes("anna", "Dag, ik ben Anna.")
    assert bench.last() == bench.says("accept_first") and bench.from_person("amina") == []
    assert title(bench, "accept") in bench.titles()


async def test_with_several_questions_yes_is_not_guessed(bench):
    first, second = bench.asked("amina"), bench.asked("bilal")
    await bench.writes("anna", "ja")
    assert bench.last() == bench.says("accept_first")
    assert [bench.state(one)[0] for one in (first, second)] == ["asked", "asked"]
    payloads = [choice.payload for choice in bench.to("anna")[-1].choices]
    assert sorted(payloads) == sorted([f"ask:{first}", f"ask:{second}"])
    await bench.sends("anna", f"ask:{second}")
    assert bench.payload("anna", title(bench, "accept")) == f"accept:{second}"


# ---------------------------------------------------------------- buttons that come too late, or from nobody


async def test_a_button_of_somebody_who_was_never_asked_does_and_tells_nothing(bench):
    handover = bench.asked("amina")
    for name in ("accept", "cant", "later", "menu", "talk", "done", "meet", "number", "hand_on", "pass", "ask"):
        await bench.sends("karel", f"{name}:{handover}")
        assert bench.last("karel") == bench.says("old_button"), name
    assert bench.state(handover) == ("asked", "anna")
    with bench.database.change() as session:
        rows = list(session.scalars(select(Sending).filter_by(receiver=person_key("karel"))))
    assert {row.handover_id for row in rows} == {None}


async def test_yes_after_somebody_else_said_yes(bench):
    handover = bench.asked("amina")
    await bench.presses("anna", title(bench, "cant"))
    await bench.sends("bea", f"accept:{handover}")
    await bench.sends("anna", f"accept:{handover}")
    assert bench.last() == bench.says("too_late") and bench.state(handover) == ("accepted", "bea")


@pytest.mark.parametrize("name", ["accept", "cant", "later", "menu", "talk", "done", "meet", "number", "pass", "ask"])
async def test_last_weeks_button_of_a_closed_question_is_answered_and_changes_nothing(bench, name):
    handover = await bench.helped("amina")
    await bench.writes("anna", "klaar")
    bench.clock.move(days=7)
    before = len(bench.read_by("amina"))
    await bench.sends("anna", f"{name}:{handover}")
    assert bench.last() == bench.says("over")
    assert bench.state(handover)[0] == "closed" and len(bench.read_by("amina")) == before


@pytest.mark.parametrize(
    "payload", ["accept:", "fly:abc", "day:abc:2026-03-04", "confirm::x", ":", "to:a:b", "x:y:z:w"]
)
async def test_a_button_that_never_was_is_answered_kindly(bench, payload):
    await bench.sends("anna", payload)
    assert len(bench.to("anna")) == 1
    assert bench.last() in (bench.says("old_button"), bench.says("over"), bench.says("only_text"))


async def test_the_buttons_of_somebody_who_was_forgotten_are_answered(bench):
    handover = bench.asked("amina")
    with bench.database.change() as session:
        session.delete(session.get(Handover, handover))
    await bench.sends("anna", f"accept:{handover}")
    assert bench.last() == bench.says("over")


async def test_yes_pressed_twice_is_one_yes(bench):
    handover = bench.asked("amina")
    for _ in range(2):
        await bench.sends("anna", f"accept:{handover}")
    assert bench.state(handover) == ("accepted", "anna")
    assert bench.last() == bench.says("menu_for", label=label(bench, "amina"))


async def test_somebody_unknown_is_not_answered_at_all(bench):
    await bench.desk.handle("nobody", "Hallo", None)
    with bench.database.change() as session:
        assert session.scalars(select(Sending)).all() == []


def label(bench, resident, person="anna"):
    """The label of a resident's talk, as it is now."""
    talk = next(one for one in bench.handovers.talks(person) if one.resident_id == resident)
    return bench.desk._parts.label(bench.person(person), talk)


# ---------------------------------------------------------------- several talks


async def test_with_one_talk_words_go_there_and_no_label_is_needed(bench):
    handover = await bench.helped("amina", "Amina")
    await bench.writes("anna", "Dag Amina")
    assert bench.from_person("amina") == ["Dag Amina"]
    assert relayed(bench, handover, "Merhaba").text == "Merhaba"


def relayed(bench, handover_id, text):
    """What the key person gets of a resident's message."""
    with bench.database.change() as session:
        handover = session.get(Handover, handover_id)
        person = session.get(KeyPerson, handover.person_id)
        return labelled(session, person, handover, desk_words(bench.speaker, person), Outgoing(text, sender="resident"))


async def test_the_first_word_makes_it_a_talk(bench):
    handover = bench.asked("amina")
    await bench.sends("anna", f"accept:{handover}")
    await bench.writes("anna", "Dag!")
    assert bench.state(handover) == ("in_touch", "anna") and bench.from_person("amina") == ["Dag!"]


async def test_with_several_talks_each_message_says_whose_it_is(bench):
    first = await bench.helped("amina", "Amina")
    second = await bench.helped("bilal", topic=None)
    assert relayed(bench, first, "Merhaba").text == "Amina · " + topic(bench) + "\nMerhaba"
    assert [choice.payload for choice in relayed(bench, first, "Merhaba").choices] == [f"talk:{first}"]
    other = relayed(bench, second, "Dag")
    assert other.text.startswith(bench.says("somebody") + " · ") and other.choices == []


def topic(bench, name="cannot_pay_rent", language="nl"):
    """The title of a topic."""
    return bench.speaker.language(language).topics[name].title


async def test_the_latest_yes_is_the_talk_one_writes_in_and_that_is_said(bench):
    await bench.helped("amina", "Amina")
    await bench.helped("bilal", "Bilal")
    assert bench.last() == bench.says("now_writing", label=label(bench, "bilal"))
    await bench.writes("anna", "Dag Bilal")
    assert (bench.from_person("amina"), bench.from_person("bilal")) == ([], ["Dag Bilal"])


async def test_a_chosen_talk_gets_the_words(bench):
    first = await bench.helped("amina", "Amina")
    await bench.helped("bilal", "Bilal")
    await bench.sends("anna", f"talk:{first}")
    assert "Amina" in bench.last()
    await bench.writes("anna", "Dag Amina")
    assert (bench.from_person("amina"), bench.from_person("bilal")) == (["Dag Amina"], [])


async def test_when_the_chosen_one_stops_the_words_go_to_nobody_else(bench):
    """Only one talk is left; and still the words were meant for the one who stopped."""
    await bench.helped("amina", "Amina")
    await bench.helped("bilal", "Bilal")
    bench.handovers.withdraw("bilal")
    await bench.writes("anna", "Neem uw brief mee")
    await bench.writes("anna", "om tien uur")
    assert bench.from_person("amina") == [] and "Neem uw brief mee / om tien uur" in bench.last()
    await bench.presses("anna", label(bench, "amina"))
    assert bench.from_person("amina") == ["Neem uw brief mee", "om tien uur"]
    assert bench.last() == bench.says("sent_to", label=label(bench, "amina")) and bench.person().step is None


@pytest.mark.parametrize("how", ["stop", "away"])
async def test_kept_words_that_are_not_sent_are_given_back(bench, how):
    await bench.helped("amina", "Amina")
    await bench.helped("bilal", "Bilal")
    bench.handovers.withdraw("bilal")
    await bench.writes("anna", "Neem uw brief mee")
    await bench.writes("anna", {"stop": "stop", "away": "/afwezig"}[how])
    given_back = bench.says("kept_not_sent", words="Neem uw brief mee")
    assert given_back in [message.text for message in bench.to("anna")] and bench.from_person("amina") == []


async def test_kept_words_are_given_back_after_a_day(bench):
    await bench.helped("amina", "Amina")
    await bench.helped("bilal", "Bilal")
    bench.handovers.withdraw("bilal")
    await bench.writes("anna", "Tot zo")
    bench.clock.move(days=1, minutes=1)
    await bench.writes("anna", "open")
    assert [message.text for message in bench.to("anna")][-2:] == [
        bench.says("kept_not_sent", words="Tot zo"),
        bench.says("open_talks"),
    ]


async def test_kept_words_survive_other_buttons(bench):
    await bench.helped("amina", "Amina")
    await bench.helped("bilal", "Bilal")
    bench.handovers.withdraw("bilal")
    await bench.writes("anna", "Neem uw brief mee")
    third = bench.asked("celal")
    await bench.sends("anna", f"accept:{third}")
    await bench.writes("anna", "open")
    await bench.presses("anna", label(bench, "amina"))
    assert (bench.from_person("amina"), bench.from_person("celal")) == (["Neem uw brief mee"], [])


async def test_two_nameless_people_with_the_same_topic_can_be_told_apart(bench):
    first = await bench.helped("amina")
    bench.clock.move(hours=1)
    second = await bench.helped("bilal")
    labels = {relayed(bench, one, "x").text.split("\n")[0] for one in (first, second)}
    assert len(labels) == 2 and all("3 mrt" in one for one in labels)


async def test_my_people_are_those_who_are_helped_and_those_who_wait(bench):
    talk = await bench.helped("amina", "Amina")
    waiting = bench.asked("bilal")
    await bench.writes("anna", "mijn mensen")
    talks, questions = bench.to("anna")[-2:]
    assert (talks.text, talks.choices[0].payload) == (bench.says("open_talks"), f"talk:{talk}")
    assert (questions.text, questions.choices[0].payload) == (bench.says("open_waiting"), f"ask:{waiting}")
    assert "Turks" in questions.choices[0].title


@pytest.mark.parametrize("word", ["open", "/open", "Mijn mensen.", "/mijn_mensen", "klaar", "menu", "Hallo?"])
async def test_without_anybody_every_word_is_answered_the_same(bench, word):
    await bench.writes("anna", word)
    assert bench.last() == bench.says("nobody_open")


# ---------------------------------------------------------------- the menu, done, passing on, the number


async def test_the_menu_shows_what_can_be_done(bench):
    await bench.helped("amina", "Amina")
    await bench.writes("anna", "menu")
    assert bench.last() == bench.says("menu_for", label=label(bench, "amina"))
    assert bench.titles() == [title(bench, name) for name in ("meet", "number", "hand_on", "pass", "done", "open")]


@pytest.mark.parametrize("word, question", [("menu", "menu_which"), ("klaar", "done_which")])
async def test_of_several_talks_it_is_asked_which(bench, word, question):
    await bench.helped("amina", "Amina")
    second = await bench.helped("bilal", "Bilal")
    third = await bench.helped("celal", "Celal")
    bench.handovers.withdraw("celal")
    await bench.writes("anna", word)
    assert bench.last() == bench.says(question)
    await bench.presses("anna", label(bench, "bilal"))
    assert (
        bench.state(second)[0] == ("closed" if word == "klaar" else "in_touch") and bench.state(third)[0] == "withdrawn"
    )


@pytest.mark.parametrize("word", ["klaar", "Klaar!", "/klaar", "ik ben klaar", "/done"])
async def test_done_closes_the_talk(bench, word):
    handover = await bench.helped("amina", "Amina")
    await bench.writes("anna", word)
    assert bench.state(handover)[0] == "closed" and bench.from_person("amina") == []


async def test_after_done_with_one_the_only_other_one_is_named(bench):
    await bench.helped("amina", "Amina")
    await bench.helped("bilal", "Bilal")
    await bench.writes("anna", "klaar")
    assert bench.last() == bench.says("now_writing", label=label(bench, "amina"))
    await bench.writes("anna", "Dag Amina")
    assert bench.from_person("amina") == ["Dag Amina"]


async def test_done_with_another_one_leaves_the_chosen_talk_alone(bench):
    first = await bench.helped("amina", "Amina")
    await bench.helped("bilal", "Bilal")
    await bench.sends("anna", f"done:{first}")
    await bench.writes("anna", "Dag Bilal")
    assert bench.from_person("bilal") == ["Dag Bilal"]


async def test_passing_on_is_asked_once_more(bench):
    handover = await bench.helped("amina", "Amina")
    await bench.sends("anna", f"pass:{handover}")
    assert bench.last() == bench.says("pass_ask", label=label(bench, "amina"))
    assert bench.state(handover) == ("in_touch", "anna")
    await bench.writes("anna", "ja")
    assert bench.state(handover) == ("asked", "bea")


@pytest.mark.parametrize("word", ["nee", "stop", "terug", "/stop"])
async def test_no_leaves_everything_as_it_was(bench, word):
    handover = await bench.helped("amina", "Amina")
    await bench.sends("anna", f"pass:{handover}")
    await bench.writes("anna", word)
    assert bench.last() == bench.says("step_left") and bench.state(handover) == ("in_touch", "anna")
    assert bench.person().step is None and bench.from_person("amina") == []


async def test_who_writes_on_does_not_pass_on(bench):
    handover = await bench.helped("amina", "Amina")
    await bench.sends("anna", f"pass:{handover}")
    await bench.writes("anna", "Kunt u morgen om tien uur naar het buurthuis komen?")
    assert bench.from_person("amina") == ["Kunt u morgen om tien uur naar het buurthuis komen?"]
    await bench.presses("anna", title(bench, "confirm"))
    assert bench.state(handover) == ("in_touch", "anna") and bench.last() == bench.says("old_button")


async def test_the_number_is_asked_of_the_resident(bench):
    handover = await bench.helped("amina", "Amina")
    await bench.writes("anna", "menu")
    await bench.presses("anna", title(bench, "number"))
    assert bench.last() == bench.says("number_asked", label=label(bench, "amina"))
    bench.handovers.share_number("amina", "+31612345678", YES)
    assert "+31612345678" in bench.last()
    assert bench.state(handover) == ("in_touch", "anna")


# ---------------------------------------------------------------- an appointment


async def meeting(bench, *said):
    """Ask for an appointment with Amina and say these things; returns the handover."""
    handover = await bench.helped("amina", "Amina")
    await bench.sends("anna", f"meet:{handover}")
    for words in said:
        await bench.writes("anna", words)
    return handover


def agreed(bench) -> Optional[Tuple[datetime, Optional[str]]]:
    """When and where, in Dutch time."""
    with bench.database.change() as session:
        found = session.scalars(select(Appointment)).all()
        return (found[-1].at.astimezone(HOME).replace(tzinfo=None), found[-1].place) if found else None


async def test_an_appointment_by_buttons_alone(bench):
    await meeting(bench)
    assert bench.titles()[:2] == ["dinsdag 3 maart", "woensdag 4 maart"]
    assert len(bench.titles()) == 9 and not {"zaterdag 7 maart", "zondag 8 maart"} & set(bench.titles())
    await bench.presses("anna", "woensdag 4 maart")
    assert bench.titles() == [*(f"{hour:02}:00" for hour in (9, 10, 11, 13, 14, 15, 16, 19)), title(bench, "stop")]
    await bench.presses("anna", "14:00")
    assert bench.titles() == ["De Brug", title(bench, "place_phone"), title(bench, "stop")]
    await bench.presses("anna", "De Brug")
    assert bench.last() == bench.says(
        "meet_confirm", label=label(bench, "amina"), day="woensdag 4 maart", time="14:00", place="De Brug"
    )
    await bench.presses("anna", title(bench, "confirm"))
    assert agreed(bench) == (datetime(2026, 3, 4, 14), "De Brug") and bench.person().step is None


@pytest.mark.parametrize(
    "said, expected",
    [
        (["woensdag", "14:00", "bij de bibliotheek", "ja"], (datetime(2026, 3, 4, 14), "bij de bibliotheek")),
        (["dinsdag 14:00", "bellen", "ja"], (datetime(2026, 3, 10, 14), None)),
        (["morgen om 3 uur", "telefoon", "ja graag"], (datetime(2026, 3, 4, 15), None)),
        (["6-3 half 3", "De Brug", "prima"], (datetime(2026, 3, 6, 14, 30), "De Brug")),
        (["vrijdag", "11", "De Brug", "ja"], (datetime(2026, 3, 6, 11), "De Brug")),
        (["vrijdag", "9", "De Brug", "ja"], (datetime(2026, 3, 6, 9), "De Brug")),
        (["2", "2", "1", "ja"], (datetime(2026, 3, 4, 10), "De Brug")),
        (["14:00", "vrijdag", "1", "ja"], (datetime(2026, 3, 6, 14), "De Brug")),
    ],
)
async def test_an_appointment_by_typing(bench, said, expected):
    await meeting(bench, *said)
    assert agreed(bench) == expected


@pytest.mark.parametrize(
    "said, answer",
    [
        (["gisteren"], "meet_day_unclear"),
        (["2-3"], "meet_past"),
        (["vandaag 9:00"], "meet_past"),
        (["vandaag 10:15"], "meet_past"),
        (["31-2"], "meet_day_unclear"),
        (["4-3-2027 9:00"], "meet_far"),
        (["29-3 02:30"], "meet_no_such_time"),
        (["woensdag", "25:00"], "meet_time_unclear"),
        (["woensdag", "als de zon schijnt"], "meet_time_unclear"),
        (["woensdag", "10:00", "x" * 121], "too_long"),
    ],
)
async def test_a_moment_that_cannot_be_is_asked_again(bench, said, answer):
    await meeting(bench, *said)
    assert bench.last() == bench.says(answer) and agreed(bench) is None
    assert bench.titles()[-1] == title(bench, "stop") and len(bench.titles()) > 1
    assert bench.from_person("amina") == []


async def test_the_hour_that_comes_twice_in_autumn_is_an_hour(bench):
    await meeting(bench, "25-10 02:30", "bellen", "ja")
    assert agreed(bench) == (datetime(2026, 10, 25, 2, 30), None)


async def test_holidays_are_no_working_days(bench):
    bench.clock.moment = datetime(2026, 12, 23, 9, tzinfo=timezone.utc)
    await meeting(bench)
    assert "vrijdag 25 december" not in bench.titles() and "vrijdag 1 januari" not in bench.titles()
    assert bench.titles()[1:3] == ["donderdag 24 december", "maandag 28 december"]


async def test_an_evening_shows_no_hours_that_are_over(bench):
    bench.clock.moment = datetime(2026, 3, 3, 13, 40, tzinfo=timezone.utc)  # 14:40 in the Netherlands
    await meeting(bench, "vandaag")
    assert bench.titles() == ["16:00", "19:00", title(bench, "stop")]


async def test_a_confirmation_that_comes_too_late_is_asked_again(bench):
    await meeting(bench, "vandaag 11:00", "bellen")
    bench.clock.move(hours=2)
    await bench.presses("anna", title(bench, "confirm"))
    assert bench.last() == bench.says("meet_past") and agreed(bench) is None


async def test_another_day_may_be_pressed_on_the_way(bench):
    await meeting(bench)
    friday = bench.payload("anna", "vrijdag 6 maart")
    await bench.presses("anna", "woensdag 4 maart")
    await bench.sends("anna", friday)
    await bench.presses("anna", "10:00")
    await bench.presses("anna", title(bench, "place_phone"))
    await bench.presses("anna", title(bench, "confirm"))
    assert agreed(bench) == (datetime(2026, 3, 6, 10), None)


async def test_only_the_newest_summary_can_be_agreed_to(bench):
    await meeting(bench, "woensdag 14:00", "bellen")
    old = bench.payload("anna", title(bench, "confirm"))
    await bench.presses("anna", title(bench, "again"))
    for words in ("vrijdag 14:00", "bellen"):
        await bench.writes("anna", words)
    await bench.sends("anna", old)
    assert agreed(bench) is None and bench.last() == bench.says("old_button")


async def test_last_weeks_day_button_is_answered_kindly(bench):
    await meeting(bench)
    day = bench.payload("anna", "woensdag 4 maart")
    bench.clock.move(days=7)
    await bench.sends("anna", day)
    assert bench.last() == bench.says("old_button")


async def test_a_step_is_dropped_by_a_command_or_another_button_and_after_a_day(bench):
    await meeting(bench, "woensdag")
    await bench.writes("anna", "help")
    assert bench.person().step is None
    handover = bench.handovers.talks("anna")[0].id
    await bench.sends("anna", f"meet:{handover}")
    await bench.sends("anna", "open:")
    assert bench.person().step is None
    await bench.sends("anna", f"meet:{handover}")
    bench.clock.move(days=1, minutes=1)
    await bench.writes("anna", "Hoe gaat het?")
    assert bench.from_person("amina") == ["Hoe gaat het?"]


async def test_a_resident_who_stops_meanwhile_ends_the_step(bench):
    await meeting(bench, "woensdag")
    bench.handovers.withdraw("amina")
    await bench.writes("anna", "14:00")
    assert bench.last() == bench.says("talk_over") and bench.person().step is None


async def test_the_answer_to_an_appointment_reaches_the_person(bench):
    handover = await meeting(bench, "woensdag 14:00", "bellen", "ja")
    with bench.database.change() as session:
        (appointment,) = session.scalars(select(Appointment)).all()
    bench.handovers.answer_appointment("amina", appointment.id, True)
    assert "woensdag 4 maart" in bench.last() and bench.titles() == [title(bench, "menu")]
    bench.handovers.answer_appointment("amina", appointment.id, False)
    assert [choice.payload for choice in bench.to("anna")[-1].choices] == [f"meet:{handover}"]


# ---------------------------------------------------------------- a professional

STORY = "Amina heeft een brief van de deurwaarder. De huur is drie maanden achter."


async def test_bringing_in_a_professional(bench):
    handover = await bench.helped("amina", "Amina")
    await bench.sends("anna", f"hand_on:{handover}")
    assert bench.titles()[0] == "Karel, Wijkteam" and "Coordinator" not in "".join(bench.titles())
    await bench.presses("anna", "Karel, Wijkteam")
    assert bench.last() == bench.says("hand_on_write", next_name="Karel", label=label(bench, "amina"))
    await bench.writes("anna", STORY)
    assert bench.last() == bench.says("hand_on_confirm", next_name="Karel", label=label(bench, "amina"), summary=STORY)
    await bench.presses("anna", title(bench, "confirm"))
    assert bench.state(handover) == ("introduced", "anna") and "Karel" in bench.last()


@pytest.mark.parametrize(
    "said, answer",
    [
        (["Pietje"], "hand_on_unknown"),
        (["karl"], "hand_on_write"),
        (["Karel", "kort"], "hand_on_short"),
        (["Karel", "x" * 401], "too_long"),
        (["Karel", STORY], "hand_on_confirm"),
        (["Karel", STORY, STORY + " Meer."], "hand_on_confirm"),
    ],
)
async def test_a_professional_by_typing(bench, said, answer):
    handover = await bench.helped("amina", "Amina")
    await bench.sends("anna", f"hand_on:{handover}")
    for words in said:
        await bench.writes("anna", words)
    assert bench.last() == bench.says(answer, next_name="Karel", label=label(bench, "amina"), summary=said[-1])
    assert bench.state(handover)[0] == "in_touch" and bench.from_person("amina") == []


async def test_what_has_to_wait_for_the_resident_is_said_to_wait(bench):
    handover = await bench.helped("amina", "Amina")
    bench.handovers.hand_on("anna", handover, "karel", STORY)
    for name in ("meet", "number", "hand_on", "pass"):
        await bench.sends("anna", f"{name}:{handover}")
        assert bench.last() == bench.says("wait_for_answer", next_name="Karel", label=label(bench, "amina"))
    await bench.writes("anna", "Dag")
    assert bench.from_person("amina") == ["Dag"]


async def test_the_professional_reads_the_summary_and_takes_over(bench):
    handover = await bench.helped("amina", "Amina")
    bench.handovers.hand_on("anna", handover, "karel", STORY)
    bench.handovers.answer_introduction("amina", YES)
    assert STORY in bench.last("karel") and bench.titles("karel") == [title(bench, "accept"), title(bench, "cant")]
    await bench.writes("karel", "open")
    await bench.sends("karel", f"ask:{handover}")
    assert STORY in bench.last("karel")
    await bench.presses("karel", title(bench, "accept"))
    assert bench.state(handover) == ("in_touch", "karel")
    assert "Amina" in bench.last("karel") and "Karel" in bench.last("anna")


async def test_a_professional_who_goes_away_meanwhile_is_replaced_and_the_words_stay(bench):
    handover = await bench.helped("amina", "Amina")
    await bench.sends("anna", f"hand_on:{handover}")
    for words in ("Karel", STORY):
        await bench.writes("anna", words)
    await bench.writes("karel", "afwezig vandaag")
    await bench.writes("anna", "ja")
    assert bench.last() == bench.says("hand_on_who", label=label(bench, "amina"))
    await bench.presses("anna", bench.titles()[0])
    assert STORY in bench.last() and "Bea" in bench.last()


async def test_a_long_list_of_names_has_a_next_page(bench):
    keep_people(bench.database, [helper(f"p{n}", kind="professional") for n in range(10)])
    handover = await bench.helped("amina", "Amina")
    await bench.sends("anna", f"hand_on:{handover}")
    assert len(bench.titles()) == 10
    await bench.presses("anna", title(bench, "more"))
    assert bench.titles()[-2] == "Bea" and title(bench, "more") not in bench.titles()


# ---------------------------------------------------------------- times off


@pytest.mark.parametrize(
    "said, first, last",
    [
        (["/afwezig", "Vandaag"], (3, 3), (3, 3)),
        (["afwezig", "Deze week"], (3, 3), (3, 8)),
        (["afwezig vandaag"], (3, 3), (3, 3)),
        (["afwezig van 6-3 tot 10-3"], (3, 6), (3, 10)),
        (["Afwezig tot en met vrijdag"], (3, 3), (3, 6)),
        (["/away van 1 tot 3 april"], (4, 1), (4, 3)),
        (["ik ben er niet", "Andere dagen", "van 1 dec tot 10 dec"], (12, 1), (12, 10)),
        (["vakantie", "morgen"], (3, 4), (3, 4)),
    ],
)
async def test_times_off(bench, said, first, last):
    for words in said:
        await bench.writes("anna", words)
    person, year = bench.person(), 2026
    assert person.away_from.astimezone(HOME) == datetime(year, *first, tzinfo=HOME)
    assert person.away_until.astimezone(HOME) == datetime(year, *last, tzinfo=HOME) + timedelta(days=1)
    assert title(bench, "back") in bench.titles() and person.step is None


@pytest.mark.parametrize(
    "said, answer",
    [
        (["afwezig", "van 1 maart tot 2 maart"], "away_past"),
        (["afwezig", "als het regent"], "away_unclear"),
        (["/afwezig als het regent"], "away_unclear"),
        (["afwezig", "van 10 dec tot 1 dec"], "away_past"),
    ],
)
async def test_days_that_cannot_be_are_asked_again(bench, said, answer):
    for words in said:
        await bench.writes("anna", words)
    assert bench.last() == bench.says(answer) and bench.person().away_until is None


async def test_words_that_only_begin_like_times_off_go_to_the_resident(bench):
    await bench.helped("amina", "Amina")
    await bench.writes("anna", "Vakantie kost veel geld, dat snap ik.")
    assert bench.from_person("amina") == ["Vakantie kost veel geld, dat snap ik."]
    assert bench.person().away_until is None


@pytest.mark.parametrize("word", ["terug", "/terug", "Ik ben er weer", "/back"])
async def test_back_again(bench, word):
    await bench.writes("anna", "afwezig deze week")
    await bench.writes("anna", word)
    assert bench.person().away_until is None and bench.last() == bench.says("back_noted")


# ---------------------------------------------------------------- commands and help


@pytest.mark.parametrize("word", ["help", "/help", "/start", "/uitleg", "/vliegen", "Uitleg"])
async def test_help_has_the_commands_as_buttons(bench, word):
    await bench.helped("amina")
    await bench.writes("anna", word)
    assert bench.last() == bench.says("help") and bench.from_person("amina") == []
    assert bench.titles() == [title(bench, name) for name in ("open", "menu", "away")]


async def test_help_offers_to_be_back_and_no_menu_without_a_talk(bench):
    await bench.writes("anna", "afwezig vandaag")
    await bench.writes("anna", "help")
    assert bench.titles() == [title(bench, name) for name in ("open", "back")]


async def test_the_desk_speaks_english_too(bench):
    handover = await bench.helped("amina", "Amina", person="bea")
    await bench.sends("bea", f"meet:{handover}")
    for words in ("next week tuesday at 2 pm", "by phone", "yes"):
        await bench.writes("bea", words)
    assert agreed(bench) == (datetime(2026, 3, 10, 14), None)
    await bench.writes("bea", "away from 1 Dec to 10 Dec")
    assert bench.person("bea").away_until.astimezone(HOME) == datetime(2026, 12, 11, tzinfo=HOME)
    await bench.writes("bea", "done")
    assert bench.state(handover)[0] == "closed"


async def test_a_number_is_a_message_unless_numbers_were_asked_for(bench):
    await bench.helped("amina", "Amina")
    await bench.helped("bilal", "Bilal")
    await bench.writes("anna", "open")
    await bench.writes("anna", "2")
    assert bench.from_person("bilal") == ["2"]
    with bench.database.change() as session:
        session.get(KeyPerson, "anna").channel = "whatsapp"
    await bench.writes("anna", "open")
    assert max(map(len, bench.titles())) == 24
    await bench.writes("anna", "1")
    assert bench.last() == bench.says("now_writing", label=label(bench, "amina"))


async def test_something_without_words_is_answered(bench):
    await bench.helped("amina")
    await bench.desk.handle("anna", "", None)
    assert bench.last() == bench.says("only_text")


async def test_trouble_of_our_own_is_said_and_not_logged_with_words(bench, monkeypatch, caplog):
    await bench.helped("amina")
    monkeypatch.setattr(bench.handovers, "talks", lambda person: 1 / 0)
    await bench.writes("anna", "mijn geheim")
    assert bench.last() == bench.says("went_wrong")
    assert "ZeroDivisionError" in caplog.text and "mijn geheim" not in caplog.text


async def test_every_answer_wakes_the_delivery(bench):
    await bench.writes("anna", "help")
    assert bench.woken


# ---------------------------------------------------------------- what is said at all


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_text_is_there_and_names_nothing_unknown(speaker, language):
    texts = speaker.language(language).desk
    unknown = {name: set(placeholders(texts[name])) - known for name, known in TEXTS.items()}
    assert {name: names for name, names in unknown.items() if names} == {}
    assert [name for name in BUTTONS if len(texts[name]) > 20] == []


def test_every_notice_of_a_handover_has_a_text(speaker):
    named = {name for row in TABLE.values() for name in (row.tell_person, row.tell_next) if name}
    assert named <= set(NOTICES)
    told = {row.tell_resident for row in TABLE.values() if row.tell_resident}
    assert told <= set(speaker.content.replies)


def test_every_button_fits_on_telegram():
    longest = Button("away_two_weeks", "a" * 12, "hand_on.1765432100.999")
    assert len(longest.titled("x").payload.encode()) <= 64
    assert len(Button("to", "a" * 12, "p" * 32).titled("x").payload.encode()) <= 64


@pytest.mark.parametrize(
    "text, shown",
    [("kort", "kort"), ("x" * 24, "x" * 24), ("Amina, met een lange naam · Huur", "Amina, met een lange na…")],
)
def test_a_long_title_is_cut(text, shown):
    assert cut(text, 24) == shown


def test_a_button_reads_back_as_it_was_made():
    button = Button("time", "abcdefghjkmn", "14:00")
    assert Button.read(button.titled("14:00").payload) == button
    assert Button.read("/affirm") is None and Button.read(None) is None
    assert Choice("x", "open:") == Button("open").titled("x")


def test_what_a_person_is_in_the_middle_of_is_not_readable_on_disk(bench, tmp_path):
    bench.desk._parts.steps.begin(bench.person(), "hand_on", "abc", summary="een heel bijzonder verhaal")
    bench.database.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"heel bijzonder" not in stored
