"""An answer as one picture for somebody else: in the resident's language, and nothing on it about who asked."""

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import List

import pytest
import segno
from PIL import Image, ImageColor

from actions.pass_on import PassOn
from bot.channels.outcome import reply_to_outgoing
from bot.channels.pictures import pictures_reader
from bot.channels.telegram_parts import data_for
from bot.channels.whatsapp_address import public_link
from bot.channels.whatsapp_parts import QUICK_REPLY, fit, style_of
from bot.check import Finding
from bot.check.pass_on import LONGEST, NEVER, cards_are_passed_on_with_care
from bot.check.tree import Tree
from bot.replies.cards import Album, NoSuchPicture
from bot.replies.content import Content, load_content
from bot.replies.pass_on_card import CODE, INK, PassOnCard, scan_code
from bot.replies.speaker import PASS_ON, Reply, Speaker
from tests.pressing import Pressing

PROJECT = Path(__file__).resolve().parents[2]
CONTENT = load_content()
TODAY = date(2026, 11, 21)
SPEAKER = Speaker(CONTENT, today=lambda: TODAY)
NUMBER = "wa.me/31612345678"
ALBUM = Album(CONTENT, today=lambda: TODAY, contact=NUMBER)
OFFERED = [code for code, words in CONTENT.languages.items() if PASS_ON in words.choices]
PASSED_ON = [name for name, topic in CONTENT.topics.items() if topic.pass_on]
KEPT = [name for name, topic in CONTENT.topics.items() if not topic.pass_on]
FOOT = CODE + 110  # pixels: the code, and the small print below it
PARTS = ("first", "easier", "more", "bring", "where")


def payloads(reply: Reply) -> List[str]:
    """What the buttons under a reply mean."""
    return [button.payload for button in reply.choices]


def meant(topic: str) -> str:
    """The payload of the button under the answer about a topic."""
    return f'/pass_it_on{{"topic": "{topic}"}}'


# ------------------------------------------------------------------------------------------------ the button


@pytest.mark.parametrize("language", OFFERED)
@pytest.mark.parametrize("part", ["more", "where"])
def test_the_button_stands_under_more_and_where_and_three_buttons_remain(language: str, part: str) -> None:
    for topic in PASSED_ON:
        (message,) = [m for m in reply_to_outgoing(SPEAKER.topic(topic, part, language)) if m.choices]
        assert meant(topic) in [choice.payload for choice in message.choices]
        assert style_of(message.choices) == QUICK_REPLY and len(message.choices) == 3
        assert data_for(meant(topic), 1) == meant(topic), "Telegram has no room for it"


def test_what_would_expose_who_passes_it_on_is_nowhere_offered_and_has_no_picture() -> None:
    assert {"crisis_suicide", "unsafe_at_home"} <= set(KEPT)
    for language in CONTENT.languages:
        for topic in KEPT:
            for part in PARTS:
                assert not [each for each in payloads(SPEAKER.topic(topic, part, language)) if PASS_ON in each]
            with pytest.raises(NoSuchPicture):
                ALBUM.pass_on(language, topic)


def test_no_reply_of_a_handover_offers_it() -> None:
    layouts = {name: layout.choices or [] for name, layout in CONTENT.replies.items()}
    assert [name for name, choices in layouts.items() if PASS_ON in choices] == ["topic_more", "topic_where"]


def test_a_language_without_the_words_keeps_the_usual_three_buttons() -> None:
    words = CONTENT.languages["en"]
    choices = {name: title for name, title in words.choices.items() if name != PASS_ON}
    content = replace(CONTENT, languages={**CONTENT.languages, "en": replace(words, choices=choices)})
    offered = payloads(Speaker(content).topic("budgeting", "more", "en"))
    assert offered == ["/talk_to_person", "/find_help_nearby", "/what_to_bring"]


# ------------------------------------------------------------------------------------------------ pressing it


def pressing(resident: str = "amina", content: Content = CONTENT, **slots: str) -> Pressing:
    """Somebody who presses the button."""
    speaker = Speaker(content, today=lambda: TODAY)
    return Pressing(PassOn(content), speaker, resident, **slots)


@pytest.mark.parametrize("language", OFFERED)
async def test_the_press_is_answered_with_one_short_message_and_the_picture(language: str) -> None:
    (reply,) = await pressing(language=language).press(meant("cannot_pay_rent"))
    assert reply.picture == f"pass_on/{language}/cannot_pay_rent.png"
    (message,) = reply_to_outgoing(reply)
    assert message.text == CONTENT.languages[language].replies[PASS_ON][0] and len(message.text) <= 120
    assert fit(message) == [message] and not message.choices, "words and picture go together on WhatsApp"


async def test_an_old_button_gives_the_picture_of_its_own_answer() -> None:
    phone = pressing(topic="bailiff")
    assert (await phone.press(meant("budgeting")))[0].picture == "pass_on/nl/budgeting.png"
    assert phone.remembered()["topic"] == "budgeting"
    assert (await phone.press("/pass_it_on"))[0].picture == "pass_on/nl/bailiff.png"


@pytest.mark.parametrize("pressed", ["/pass_it_on", meant("no_such_topic"), meant("crisis_suicide")])
async def test_where_there_is_nothing_to_pass_on_the_bot_asks_what_it_is_about(pressed: str) -> None:
    for topic in (None, "unsafe_at_home"):
        (reply,) = await pressing(topic=topic).press(pressed)
        assert reply == SPEAKER.say("which_topic", "nl")


async def test_two_residents_get_the_very_same_picture_and_its_path_says_only_language_and_topic() -> None:
    mine, yours = [
        (await pressing(name, language="en").press(meant("informal_debt")))[0] for name in ("amina", "bilal")
    ]
    assert mine == yours
    assert re.fullmatch(r"pass_on/[a-z]{2,3}/[a-z0-9_]+\.png", mine.picture)


# ------------------------------------------------------------------------------------------------ the card


def drawn(card: PassOnCard) -> Image.Image:
    """The card as a picture."""
    return Image.open(io.BytesIO(card.png())).convert("RGB")


def key_stands_left(picture: Image.Image) -> bool:
    """Whether the orange key at the foot stands in the left half."""
    foot = picture.crop((0, picture.height - FOOT, picture.width, picture.height))
    key = [x for x in range(foot.width) for y in range(0, foot.height, 3) if is_orange(foot.getpixel((x, y)))]
    assert key, "there is no key at the foot"
    return max(key) < foot.width / 2


def is_orange(colour: tuple) -> bool:
    """The colour of OpenMoji's key."""
    red, green, blue = colour
    return red > 220 and 130 < green < 190 and blue < 90


@pytest.mark.parametrize(("language", "leftwards"), [("nl", False), ("ar", True)])
def test_the_card_is_read_in_the_direction_of_its_language(language: str, leftwards: bool) -> None:
    card = ALBUM.pass_on(language, "bailiff")
    picture = drawn(card)
    assert card.rtl is leftwards and key_stands_left(picture) is not leftwards
    assert picture.width == 1080 and len(card.png()) < 150_000


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_the_card_says_the_easier_words_and_whom_to_call(language: str) -> None:
    texts, legal_desk = CONTENT.languages[language].topics["eviction_notice"], CONTENT.facts["legal_desk"].on(TODAY)
    card = ALBUM.pass_on(language, "eviction_notice")
    assert card.title == texts.title
    assert card.says == tuple(SPEAKER.fill(texts.easier, CONTENT.languages[language], {})) and "{" not in str(card.says)
    assert len(card.lines) == len(CONTENT.topics["eviction_notice"].lines)
    assert legal_desk in [line.number for line in card.lines]
    assert card.contact == NUMBER


def test_a_camera_finds_the_address_on_the_card_dot_by_dot() -> None:
    wanted = [
        [bool(dark) for dark in row] for row in segno.make_qr(f"https://{NUMBER}", error="m").matrix_iter(border=4)
    ]
    code = scan_code(f"https://{NUMBER}", CODE)
    size, ink = code.width // len(wanted), ImageColor.getrgb(INK)
    assert wanted == [
        [code.getpixel((x * size, y * size)) == ink for x in range(len(wanted))] for y in range(len(wanted))
    ]
    card, row = drawn(ALBUM.pass_on("ti", "cannot_pay_rent")), 4 * size  # the first row with ink on it
    line = code.crop((0, row, code.width, row + 1)).tobytes()
    lines = [card.crop((0, y, card.width, y + 1)).tobytes() for y in range(card.height)]
    top = next(y for y, found in enumerate(lines) if line in found)
    left = lines[top].index(line) // 3
    assert card.crop((left, top - row, left + code.width, top - row + code.height)).tobytes() == code.tobytes()


def test_every_topic_that_is_offered_has_a_card_in_every_language_as_tall_as_a_phone_at_most_twice() -> None:
    for language, words in CONTENT.languages.items():
        for topic in PASSED_ON:
            if topic in words.topics:
                assert ALBUM.pass_on(language, topic).says
    tallest = max(PASSED_ON, key=lambda name: sum(map(len, CONTENT.languages["fr"].topics[name].easier)))
    assert drawn(ALBUM.pass_on("fr", tallest)).height < 2 * 1080


def test_a_number_that_no_longer_holds_is_not_passed_on() -> None:
    card = Album(replace(CONTENT, facts={}), today=lambda: TODAY).pass_on("nl", "afraid_of_authorities")
    assert [line.number for line in card.lines] == ["", ""]
    assert len(card.says) == 1, "the message that holds a number is left out"


@pytest.mark.parametrize(
    ("sender", "link"),
    [
        ("whatsapp:+31612345678", "wa.me/31612345678"),
        ("+31 6 1234 5678", "wa.me/31612345678"),
        ("whatsapp:NL.1349abc", ""),
        ("MG0123456789abcdef", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_where_to_write_to_is_the_number_that_the_bot_sends_from(sender: str, link: str) -> None:
    assert public_link(sender) == link


async def test_the_door_gives_the_picture_and_nothing_for_anything_else(database, tmp_path) -> None:
    with_contact, without = (
        pictures_reader(CONTENT, database, tmp_path, today=lambda: TODAY, contact=contact) for contact in (NUMBER, "")
    )
    png = await with_contact("pass_on/ar/bailiff.png")
    assert png == ALBUM.pass_on("ar", "bailiff").png()
    assert await without("pass_on/ar/bailiff.png") != png
    for path in ("xx/bailiff", "nl/crisis_suicide", "nl/unsafe_at_home", "nl/nothing", "nl/bailiff-0123456789abcdef"):
        with pytest.raises(NoSuchPicture):
            await with_contact(f"pass_on/{path}.png")


# ------------------------------------------------------------------------------------------------ the check


def findings(tmp_path: Path, name: str, old: str, new: str) -> List[Finding]:
    """What the check says when one file of the content is changed."""
    tree = Tree(PROJECT, TODAY)
    changed = tmp_path / name
    changed.parent.mkdir(parents=True)
    text = (PROJECT / name).read_text(encoding="utf-8")
    assert old in text
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    broken = Tree(tmp_path).read(name)
    tree.languages, tree.topics  # noqa: B018  # read all that is shipped first
    if name.startswith("content/topics/"):
        tree.topics[Path(name).stem] = broken
    else:
        tree.languages[name.split("/")[2]].topics[Path(name).stem] = broken
    return list(cards_are_passed_on_with_care(tree))


def test_what_is_shipped_may_be_passed_on() -> None:
    assert list(cards_are_passed_on_with_care(Tree(PROJECT, TODAY))) == []


@pytest.mark.parametrize("topic", NEVER)
def test_the_check_refuses_to_pass_on_danger(tmp_path: Path, topic: str) -> None:
    (found,) = findings(tmp_path, f"content/topics/{topic}.yml", "pass_on: false", "pass_on: true")
    assert found.severity == "error" and "may be passed on" in found.problem


def test_the_check_refuses_easier_words_that_have_no_room_on_the_card(tmp_path: Path) -> None:
    name = "content/languages/nl/topics/budgeting.yml"
    (found,) = findings(tmp_path, name, "easier:\n", f'easier:\n  - "{"ja " * (LONGEST // 3)}"\n')
    assert (found.path, found.severity) == (name, "error") and "has room for" in found.problem
