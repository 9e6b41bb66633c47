"""What fits into one WhatsApp message, and how longer ones are taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.messages import Choice, Outgoing
from bot.channels.whatsapp_address import whatsapp_address
from bot.channels.whatsapp_content import fill_in
from bot.channels.whatsapp_parts import (
    LIST_PICKER,
    QUICK_REPLY,
    fit,
    from_wire,
    numbered,
    split,
    style_of,
    to_wire,
    units,
)

YES_NO = [Choice("Ja", "/affirm"), Choice("Nee", "/deny")]
WRITING = st.text(alphabet="abc .!?\n؟።é😀👩\u200d\u0301", max_size=900)


def choices(count: int, length: int = 10) -> list:
    """Different choices with titles of one length."""
    return [Choice(f"{n:0{length}d}", f"/pick_{n}") for n in range(count)]


def test_a_short_message_stays_one_message():
    message = Outgoing("Hallo.", "nl", choices=YES_NO)
    assert fit(message) == [message]


def test_length_counts_an_emoji_as_two_like_twilio_does():
    assert units("a😀") == 3
    assert len(fit(Outgoing("😀" * 800))) == 1
    assert len(fit(Outgoing("😀" * 801))) == 2


@pytest.mark.parametrize(
    "sentence, other",
    [
        ("Dit is een zin.", "Dit ook!"),
        ("هل لديك سؤال؟", "اكتب لي."),
        ("ሰላም ጓደኛዬ።", "እንዴት ነህ፧"),
        ("Eerste regel", "\nTweede regel"),
    ],
)
def test_long_text_is_cut_at_the_end_of_a_sentence_or_line(sentence, other):
    text = " ".join([sentence, other] * 150)
    parts = split(text, 1600)
    assert len(parts) > 1
    assert all(part.endswith((sentence, other.strip())) for part in parts)


def test_text_is_not_cut_after_an_abbreviation_or_a_list_number():
    assert split("Neem iets mee bijv. een brief. Kom.", 26) == ["Neem iets mee bijv. een", "brief. Kom."]
    assert split("Kies.\n1. Huur\n2. Zorgtoeslag", 18) == ["Kies.\n1. Huur", "2. Zorgtoeslag"]


def test_text_without_sentences_is_cut_at_a_space_and_without_spaces_anywhere():
    assert split("een twee drie", 9) == ["een twee", "drie"]
    assert split("eentweedrie", 4) == ["eent", "weed", "rie"]


def test_a_cut_never_parts_an_accent_or_a_joined_emoji():
    assert split("aaa" + "e\u0301" * 3, 4) == ["aaa", "e\u0301e\u0301", "e\u0301"]
    family = "👩\u200d👧"
    assert split("aa" + family, 6) == ["aa", family]


@given(WRITING, st.integers(min_value=20, max_value=200))
def test_every_part_fits_and_no_word_is_lost(text, room):
    parts = split(text, room)
    assert all(0 < units(part) <= room for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_the_picture_stays_with_the_first_part_and_the_choices_with_the_last():
    sentence = "Dit is een korte zin van ons. "
    parts = fit(Outgoing(sentence * 120, "nl", "pictogram/key.png", YES_NO, "person"))
    assert len(parts) == 4
    assert [part.picture for part in parts] == ["pictogram/key.png", None, None, None]
    assert [part.choices for part in parts] == [[], [], [], YES_NO]
    assert all(units(part.text) <= 1024 and part.language == "nl" and part.sender == "person" for part in parts)


def test_a_picture_and_buttons_are_parted_before_the_question():
    """Buttons cannot carry a picture; the picture goes with what comes before the question."""
    first, last = fit(Outgoing("Ik vraag iemand. Wilt u een vrouw of een man?", "nl", "pictogram/key.png", YES_NO))
    assert (first.text, first.picture, first.choices) == ("Ik vraag iemand.", "pictogram/key.png", [])
    assert (last.text, last.picture, last.choices) == ("Wilt u een vrouw of een man?", None, YES_NO)


def test_a_single_sentence_keeps_its_picture_and_choices_together():
    message = Outgoing("Welke taal wilt u?", "nl", "pictogram/languages.png", YES_NO)
    assert fit(message) == [message]


def test_choices_that_must_be_numbered_anyway_do_not_part_a_picture_from_its_text():
    message = Outgoing("Kies. Wat wilt u?", "nl", "pictogram/key.png", choices(11))
    assert fit(message) == [message]


def test_a_numbered_list_leaves_room_for_itself():
    offered = choices(12, 30)
    for length in range(1000, 1600, 10):
        last = fit(Outgoing("a" * length, "nl", choices=offered))[-1]
        assert last.choices == offered and units(numbered(last, "x" * 110)) <= 1600


def test_fitting_twice_changes_nothing():
    once = fit(Outgoing("Dit is een zin. " * 300, "nl", "pictogram/key.png", YES_NO))
    assert [again for part in once for again in fit(part)] == once


@pytest.mark.parametrize(
    "offered, style",
    [
        (choices(1, 20), QUICK_REPLY),
        (choices(3, 20), QUICK_REPLY),
        (choices(3, 24), LIST_PICKER),
        (choices(4, 24), LIST_PICKER),
        (choices(10), LIST_PICKER),
        (choices(3, 25), None),
        (choices(11), None),
        ([], None),
        ([Choice("Ja", "/a"), Choice("Ja", "/b")], None),
        ([Choice("Ja", "/a"), Choice("Nee", "/a")], None),
        ([Choice(" ", "/a")], None),
        ([Choice("Ja\nNee", "/a")], None),
        ([Choice("{{1}}", "/a")], None),
        ([Choice("😀" * 10, "/a")], QUICK_REPLY),
        ([Choice("😀" * 13, "/a")], None),
        ([Choice("Ja", "/" + "a" * 200)], None),
    ],
)
def test_choices_become_buttons_a_list_or_numbers(offered, style):
    assert style_of(offered) == style


def test_a_numbered_list_stands_below_the_text_and_the_phrase():
    assert numbered(Outgoing("Wat?", choices=YES_NO), "Antwoord met het nummer.") == (
        "Wat?\n\nAntwoord met het nummer.\n1. Ja\n2. Nee"
    )
    assert numbered(Outgoing("Wat?"), "Antwoord met het nummer.") == "Wat?"


def test_a_payload_travels_without_quotes_or_braces_and_comes_back_whole():
    payload = '/choose_wish{"wish": "woman"}'
    wire = to_wire(payload)
    assert not set(wire) & set('{}" ')
    assert from_wire(wire) == payload
    assert to_wire("/affirm") == "/affirm"


def test_contents_have_the_same_name_for_the_same_shape_whatever_the_words():
    nl = fill_in(Outgoing("Wilt u dit?", "nl", choices=YES_NO), "Kies")
    ar = fill_in(Outgoing("هل تريد؟", "ar", choices=[Choice("نعم", "/x"), Choice("لا", "/y")]), "اختر")
    longer = fill_in(Outgoing("Wilt u dit?\nEcht?", "nl", choices=YES_NO), "Kies")
    assert nl.name == ar.name != longer.name
    assert "Wilt" not in str(nl.definition())


def test_line_ends_stand_in_the_content_and_long_lines_in_several_variables():
    text = "Eerste regel.\n\n" + "woord " * 100
    filled = fill_in(Outgoing(text, "nl", choices=YES_NO), "Kies")
    body = filled.types[QUICK_REPLY]["body"]
    assert body == "{{1}}\n\n{{2}} {{3}} {{4}}"
    assert all(units(value) <= 250 and "\n" not in value for value in filled.variables.values())


@pytest.mark.parametrize(
    "message",
    [
        Outgoing("", choices=YES_NO),
        Outgoing("a" * 1025, choices=YES_NO),
        Outgoing("Kies {{1}}", choices=YES_NO),
        Outgoing("Kies", picture="pictogram/key.png", choices=YES_NO),
        Outgoing("Kies"),
    ],
)
def test_what_cannot_be_buttons_is_left_to_the_numbered_list(message):
    assert fill_in(message, "Kies") is None


def test_a_label_that_is_too_long_for_the_list_button_leads_to_numbers():
    assert fill_in(Outgoing("Kies", choices=choices(5)), "x" * 21) is None


@pytest.mark.parametrize(
    "written, address",
    [
        ("whatsapp:+31612345678", "whatsapp:+31612345678"),
        ("whatsapp: 31612345678", "whatsapp:+31612345678"),  # a plus sign that came as a space
        ("+31 6 1234-5678", "whatsapp:+31612345678"),
        ("whatsapp:NL.1349aB", "whatsapp:NL.1349aB"),
        ("NL.ENT.118157", "whatsapp:NL.ENT.118157"),
        ("whatsapp:+999123456789", "whatsapp:+999123456789"),
        ("", None),
        ("whatsapp:", None),
        ("whatsapp:fatma", None),
        ("messenger:123456", None),
        ("whatsapp:+31612345678@x", None),
    ],
)
def test_addresses_have_one_spelling(written, address):
    assert whatsapp_address(written) == address
