"""Counts for the municipality: right, about people, and such that nobody can be found in them."""

import csv
import io
from collections import Counter
from datetime import datetime, timedelta, timezone
from itertools import product
from typing import Dict, List, Optional, Tuple, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner

from bot.check.tree import Tree
from bot.cli import app, reporting
from bot.handover.consents import Agreement
from bot.records.models import Handover
from bot.replies.cards import Album, Picture
from bot.replies.content import load_content
from bot.report.cards import cards_of
from bot.report.counting import NO_YES, OUTCOMES, WAITS, Counted, can_be, count, totals
from bot.report.hiding import FEW, HIDDEN, SMALL, Tables, hide, possible
from bot.report.languages import status_of_all
from bot.settings import ROOT
from tests.fakes import Clock, Notices, add_resident, helper, make_handovers

LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.utc)
Rows = Dict[str, int]


# ---------------------------------------------------------------- counting


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ask(database, clock: Clock, name: str, topic: str = "bailiff", accept_after: Optional[float] = None):
    """A resident who asks for a person, and after so many minutes gets a yes."""
    handovers = make_handovers(database, Notices(), clock, helper("els", most_at_once=999))
    add_resident(database, name)
    handover = handovers.offer(name, "nl", topic, "any").handover
    handovers.agree(name, Agreement("", {}, "nl", "1"))
    if accept_after is not None:
        clock.move(minutes=accept_after)
        handovers.accept(handover.id, "els")
    return handovers, handover


def counted(database, since: datetime = LONG_AGO) -> List[Counted]:
    return count(database, lambda topic: {"bailiff": "letters"}.get(topic or ""), since)


@pytest.mark.parametrize(
    "minutes, wait", [(59, "within an hour"), (61, "within a day"), (60 * 25, "within three days"), (60 * 73, "later")]
)
def test_waiting_is_from_the_residents_yes_to_the_persons_yes(database, clock, minutes, wait):
    ask(database, clock, "amina", accept_after=minutes)
    assert counted(database) == [Counted("letters", "nl", "in contact", wait)]


def test_what_became_of_it_is_told_in_plain_words(database, clock):
    handovers, handover = ask(database, clock, "amina", topic="gone")
    assert counted(database) == [Counted("other", "nl", "waiting for an answer", NO_YES)]
    handovers.accept(handover.id, "els")
    handovers.first_message(handover.id, "els")
    handovers.close("els", handover.id)
    assert counted(database)[0].outcome == "finished"


def test_each_resident_counts_once_with_the_last_time_they_asked(database, clock):
    handovers, _ = ask(database, clock, "amina")
    handovers.withdraw("amina")
    clock.move(days=1)
    handovers.offer("amina", "tr", "gone", "any")
    (one,) = counted(database)
    assert (one.language, one.group, one.outcome) == ("tr", "other", "not asked for yet")


def test_only_what_began_in_the_period_is_counted(database, clock):
    ask(database, clock, "amina")
    since = clock.moment + timedelta(days=1)
    clock.move(days=2)
    ask(database, clock, "bilal")
    assert len(counted(database)) == 2 and len(counted(database, since)) == 1


def test_every_state_has_an_outcome_and_every_wait_goes_with_it(database, clock):
    from bot.handover.states import TABLE
    from bot.report.counting import outcome_of

    states = {state for state, _ in TABLE} | {row.to for row in TABLE.values()} - {"next"} | {"none_left"}
    assert {outcome_of(Handover(state=state)) for state in states} == set(OUTCOMES)


def test_rows_have_a_fixed_order_and_empty_ones_are_left_out():
    people = [Counted("b", "tr", "finished", "later"), Counted("a", "ar", "in contact", "within an hour")]
    assert list(totals(people, "wait")) == ["within an hour", "later"]
    assert list(totals(people, "group")) == ["a", "b"] and list(totals(people, "outcome")) == ["in contact", "finished"]


# ---------------------------------------------------------------- hiding


def shown(*counts: Rows, **how) -> List[Optional[Dict[str, str]]]:
    tables = hide(Tables(list(counts), **how))
    return [tables.shown(index) for index in range(len(counts))]


@pytest.mark.parametrize(
    "counts, read",
    [
        ({"nl": 20, "ar": 9}, {"nl": "20", "ar": "9"}),
        ({"nl": 20, "ti": 1, "ar": 9}, {"nl": "20", "ti": SMALL, "ar": HIDDEN}),  # alone it would be the rest
        ({"nl": 20, "ti": 1, "so": 1, "ar": 9}, {"nl": "20", "ti": SMALL, "so": SMALL, "ar": HIDDEN}),  # 2 is 1 and 1
        ({"nl": 9, "ti": 4, "so": 4}, {"nl": HIDDEN, "ti": SMALL, "so": SMALL}),  # 8 is 4 and 4
        ({"nl": 20, "ti": 3, "so": 2}, {"nl": "20", "ti": SMALL, "so": SMALL}),  # 5 may be 1 and 4, or 4 and 1
        ({"nl": 5, "ti": 1}, None),  # 6 with at least five in one: the other is one
        ({"nl": 3, "ti": 1}, None),
        ({}, None),
        ({"nl": 4}, None),
        ({"nl": 5}, {"nl": "5"}),
    ],
)
def test_groups_below_five_are_not_shown_and_not_the_rest_of_something(counts, read):
    assert shown(counts) == [read]


def test_two_tables_about_the_same_thing_do_not_give_each_other_away():
    """Of nine people without a yes, seven of whom were told that there is nobody, two wait."""
    outcome = {"waiting": 2, "nobody": 7, "in contact": 30, "finished": 3}
    together = lambda row, wait: (wait == "no") == (row in ("waiting", "nobody"))  # noqa: E731
    first, second = shown(outcome, {"hour": 33, "no": 9}, can_be=together)
    alone = shown(outcome)[0]
    assert alone["nobody"] == "7", "the table for itself would have been fine"
    assert first is None or first["nobody"] == HIDDEN or second is None or HIDDEN in second.values()


ROWS = st.dictionaries(st.sampled_from("abcde"), st.integers(1, 12), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_whoever_tries_all_numbers_that_fit_finds_one_to_four_for_each_small_group(counts: Rows):
    tables = hide(Tables([counts]))
    read = tables.shown(0)
    if read is None:
        return
    hidden = [row for row, cell in read.items() if cell in (SMALL, HIDDEN)]
    rest = sum(counts.values()) - sum(counts[row] for row in counts if row not in hidden)
    ranges = [range(1, FEW) if read[row] == SMALL else range(FEW, rest + 1) for row in hidden]
    fitting = [numbers for numbers in product(*ranges) if sum(numbers) == rest]
    for at, row in enumerate(hidden):
        if read[row] == SMALL:
            assert {numbers[at] for numbers in fitting} == set(range(1, FEW)), (counts, read)


PAIRS = [(o, w) for o in OUTCOMES for w in (*[name for name, _ in WAITS], NO_YES) if can_be(o, w)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(PAIRS), min_size=5, max_size=60))
def test_outcome_and_waiting_time_together_tell_no_more_than_each_alone(pairs: List[Tuple[str, str]]):
    people = [Counted("a", "nl", outcome, wait) for outcome, wait in pairs]
    tables = hide(Tables([totals(people, "outcome"), totals(people, "wait")], can_be))
    for table, what in enumerate(("outcome", "wait")):
        numbers = Counter(getattr(person, what) for person in people)
        read = tables.shown(table)
        for row, cell in (read or {}).items():
            assert cell in (SMALL, HIDDEN, str(numbers[row])) and (cell == SMALL) == (numbers[row] < FEW)
            if cell == SMALL:
                least, most = possible(tables, (table, row))
                assert least <= 1.001 and most >= FEW - 1.001


# ---------------------------------------------------------------- the commands


@pytest.fixture
def run(database, monkeypatch):
    """Run `report` on these records."""
    monkeypatch.setattr(reporting, "records_or_stop", lambda settings: database)
    return lambda *words: CliRunner().invoke(app, ["report", *words])


def test_the_report_names_groups_and_languages_in_words_and_hides_small_ones(database, clock, run):
    for number in range(12):
        ask(database, clock, f"r{number}", accept_after=30 if number < 8 else None)
    done = run("--csv")
    rows = {(row[0], row[1]): row[2] for row in csv.reader(io.StringIO(done.output))}
    assert rows["Language", "Dutch"] == "12" and rows["Topic", "Letters, deurwaarder"] == "12"
    assert rows["Time until somebody said yes", "within an hour"] in ("8", HIDDEN)
    assert rows["How it stands", "waiting for an answer"] == SMALL
    assert "12" in run().output


def test_with_hardly_anybody_nothing_is_shown_not_even_how_many(database, clock, run):
    ask(database, clock, "amina")
    output = run().output
    assert f"asked for a person: {SMALL}" in output and "Dutch" not in output


def test_only_whole_months_can_be_asked_for(database, run):
    assert run("--since=2026-09").exit_code == 0
    for since in ("2026-09-03", "september", "2026-13"):
        assert run(f"--since={since}").exit_code == 1


def test_the_report_on_content_says_who_wrote_and_that_nobody_has_read(run):
    status = {one.code: one for one in status_of_all(Tree(ROOT))}
    assert status["nl"].gaps == 0 and status["nl"].fewest >= 20
    assert all(one.topics + one.drafts + one.missing == status["nl"].topics for one in status.values())
    output = run("content", "--csv").output
    rows = {row[0].split()[0]: row for row in csv.reader(io.StringIO(output))}
    for code, one in status.items():
        assert rows[code][1].startswith(one.written_by)
        assert (rows[code][2] == "nobody yet") == (one.reviewed_by == "")


# ---------------------------------------------------------------- the cards on one sheet


def test_the_sheet_of_cards_shows_every_kind_of_card_in_the_languages_asked_for(tmp_path):
    album = Album(load_content())
    for language in album.content.languages:
        assert {type(card) for card in cards_of(album, language)} == set(get_args(Picture)), language
    file = tmp_path / "cards.png"
    assert CliRunner().invoke(app, ["report", "cards", str(file), "--language", "ti"]).exit_code == 0
    with Image.open(file) as sheet:
        assert sheet.width > 1500 and len(sheet.getcolors(2**24)) > 1000


@pytest.mark.parametrize("asked, why", [(["cards.webp", "--language", "xx"], "“xx”"), (["cards.txt"], ".webp")])
def test_a_sheet_that_cannot_be_made_is_said(asked, why):
    refused = CliRunner().invoke(app, ["report", "cards", *asked])
    assert refused.exit_code == 1 and why in refused.output
