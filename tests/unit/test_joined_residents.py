"""Two residents who turn out to be one: of two open handovers the one further along goes on, the other ends kindly."""

from itertools import combinations

import pytest
from sqlalchemy import select

from bot.channels.inbox import Inbox
from bot.channels.messages import Incoming
from bot.handover.states import OPEN
from bot.records.models import Consent, Handover, Learner, Resident, Timer
from tests.fakes import Clock, Notices, helper, make_handovers
from tests.story import ALSO, YES

NUMBER, SCOPED_ID = "whatsapp:+31612345678", "whatsapp:NL.1349aB"
STEPS = ("offered", "asked", "accepted", "in_touch", "introduced", "handed_on")


class Twins:
    """One person, taken for two: one helped by Anna at most, one by Bea."""

    def __init__(self, database) -> None:
        self.database, self.clock, self.notices = database, Clock(), Notices()
        people = (helper("anna"), helper("bea", languages=["tr"]), helper("johan", gender="man"))
        self.service = make_handovers(database, self.notices, self.clock, *people)
        self.inbox = Inbox(database, when_joined=self.service.keep_one_open)
        self.ids = 0

    def writes(self, *addresses: str) -> str:
        self.ids += 1
        return self.inbox.store(Incoming("whatsapp", f"SM{self.ids}", list(addresses), "hallo")).sender

    def reach(self, state: str, address: str, language: str) -> str:
        resident, service = self.writes(address), self.service
        handover = service.offer(resident, language, "rent", "woman").handover
        person = handover.person_id
        steps = [
            lambda: service.agree(resident, YES),
            lambda: service.accept(handover.id, person),
            lambda: service.first_message(handover.id, person),
            lambda: service.hand_on(person, handover.id, "johan", "..."),
            lambda: service.answer_introduction(resident, ALSO),
        ]
        for step in steps[: STEPS.index(state)]:
            self.clock.move(minutes=1)
            step()
        return handover.id

    def meet(self) -> None:
        """One message names both addresses."""
        self.clock.move(minutes=1)
        self.notices.told.clear()
        self.writes(SCOPED_ID, NUMBER)

    def all(self, model) -> dict:
        with self.database.change() as session:
            return {row.id: row for row in session.scalars(select(model))}


@pytest.fixture
def twins(database) -> Twins:
    return Twins(database)


@pytest.mark.parametrize("other, further", combinations(STEPS, 2))
def test_what_is_further_along_stays_and_the_other_person_hears_that_it_is_over(twins, other, further):
    stays = twins.reach(further, NUMBER, "nl")
    ends = twins.reach(other, SCOPED_ID, "tr")
    twins.meet()
    handovers = twins.all(Handover)
    assert (handovers[stays].state, handovers[ends].state) == (further, "withdrawn")
    assert len(twins.all(Resident)) == 1 and {handover.resident_id for handover in handovers.values()} == set(
        twins.all(Resident)
    )
    expected = {"offered": [], "handed_on": [("bea", "resident_stopped"), ("johan", "over")]}
    assert twins.notices.told == expected.get(other, [("bea", "resident_stopped")])
    assert all(consent.withdrawn_at for consent in twins.all(Consent).values() if consent.handover_id == ends)
    assert ends not in {timer.handover_id for timer in twins.all(Timer).values()}
    assert twins.service.current(next(iter(twins.all(Resident)))).id == stays


@pytest.mark.parametrize("state", STEPS)
def test_of_two_that_are_equally_far_the_latest_stays(twins, state):
    first = twins.reach(state, NUMBER, "nl")
    second = twins.reach(state, SCOPED_ID, "tr")
    twins.meet()
    assert [twins.all(Handover)[one].state for one in (first, second)] == ["withdrawn", state]


def test_what_had_ended_stays_as_it_was_and_a_third_message_changes_nothing(twins):
    ended, stays = twins.reach("accepted", NUMBER, "nl"), twins.reach("asked", SCOPED_ID, "tr")
    twins.service.close("anna", ended)
    twins.meet()
    assert {handover.state for handover in twins.all(Handover).values()} == {"closed", "asked"}
    assert twins.notices.told == []
    twins.meet()
    assert [handover.id for handover in twins.all(Handover).values() if handover.state in OPEN] == [stays]
    assert twins.notices.told == []


@pytest.mark.parametrize("learns", [[NUMBER], [SCOPED_ID], [NUMBER, SCOPED_ID], []])
def test_who_asked_for_lessons_goes_on_getting_them_once(twins, learns):
    residents = {address: twins.writes(address) for address in (NUMBER, SCOPED_ID)}
    with twins.database.change() as session:
        session.add_all(Learner(resident_id=residents[address], language="nl") for address in learns)
    twins.meet()
    (resident,) = twins.all(Resident)
    with twins.database.change() as session:
        assert list(session.scalars(select(Learner.resident_id))) == [resident][: len(learns)]


def test_when_the_notice_cannot_be_written_they_are_still_two_and_the_message_may_come_again(twins):
    twins.reach("accepted", NUMBER, "nl"), twins.reach("accepted", SCOPED_ID, "tr")
    twins.notices.on_notice = lambda *_: 1 / 0
    with pytest.raises(ZeroDivisionError):
        twins.meet()
    assert len(twins.all(Resident)) == 2
    assert {handover.state for handover in twins.all(Handover).values()} == {"accepted"}
