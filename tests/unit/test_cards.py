"""Pictograms and cards: all there, readable, in the right order, and honest about whose work they are."""

import io
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Dict, List, Optional

import pytest
from PIL import Image, ImageChops, ImageDraw

from bot.records.secrecy import Secrecy
from bot.replies.bidi import levels, reads_leftwards, visual_runs
from bot.replies.cards import Album, NoSuchPicture, signature_holds, signed_path
from bot.replies.content import Content, Fact, FactValue, load_content
from bot.replies.fonts import FACES, FALLBACK, Face, drawable, font
from bot.replies.pictograms import NoSuchGlyph, draw_pictogram, glyph_svg
from bot.replies.topic_cards import BringCard, Thing
from bot.replies.typesetting import Style, fit

CONTENT = load_content()
ALBUM = Album(CONTENT)
LANGUAGES = sorted(CONTENT.languages)
ARABIC = FACES[0]
TODAY = date(2026, 11, 21)


@dataclass
class Helper:
    """A key person, as far as a card shows one."""

    id: str = "fatma"
    name: str = "Fatma"
    gender: str = "woman"
    languages: List[str] = field(default_factory=lambda: ["tr", "nl"])
    about: Dict[str, str] = field(default_factory=lambda: {"nl": "Fatma werkt bij het wijkteam."})
    picture: Optional[str] = None


def names_used(content: Content) -> List[str]:
    """Every pictogram that something in the content asks for."""
    topics = content.topics.values()
    names = {topic.pictogram for topic in topics} | {item for topic in topics for item in [*topic.bring, *topic.lines]}
    names |= {layout.pictogram for layout in content.replies.values() if layout.pictogram}
    for language in content.languages.values():
        names |= {*language.bring, *language.lines}
    return sorted(names | {"phone", "speech", "woman", "man", "person"})


def opened(png: bytes) -> Image.Image:
    """The picture in a PNG."""
    return Image.open(io.BytesIO(png))


# ------------------------------------------------------------------------------------------------ pictograms


def test_every_pictogram_that_the_content_names_is_there():
    assert [name for name in names_used(CONTENT) if name not in CONTENT.pictograms] == []


@pytest.mark.parametrize("name", sorted(CONTENT.pictograms))
def test_every_pictogram_is_a_small_square_png_with_something_on_it(name):
    png = ALBUM.pictogram(name).png()
    picture = opened(png)
    assert (picture.format, picture.size) == ("PNG", (512, 512))
    assert len(png) < 60_000
    assert len(picture.convert("RGB").getcolors(512 * 512)) > 10


@pytest.mark.parametrize("entries", [["FFFF"], ["../1F3E0"], ["2709#blue"], ["1F469+1F468+1F468"], [], ["2709"] * 4])
def test_a_mistake_in_the_pictograms_file_is_refused(entries):
    with pytest.raises(NoSuchGlyph):
        draw_pictogram(entries, 64)


def test_a_colour_replaces_the_greys_and_nothing_else():
    grey, blue = glyph_svg("2709"), glyph_svg("2709#61B2E4")
    assert "#D0CFCE" in grey and "#D0CFCE" not in blue
    assert blue.count("#61B2E4") == grey.count("#D0CFCE")
    assert blue.count("#000000") == grey.count("#000000")


def test_a_badge_stands_in_the_lower_right_corner_and_two_stand_beside_each_other():
    def discs(*entries: str) -> List[bool]:
        """Whether something white and opaque stands at the edge of the left and of the right disc."""
        picture = draw_pictogram(entries, 400)
        return [picture.getpixel((x, 240)) == (255, 255, 255, 255) for x in (134, 312)]

    assert discs("2764") == [False, False]
    assert discs("2764", "1FA99") == [False, True]
    assert discs("2764", "1FA99", "1FA99") == [True, True]


# ------------------------------------------------------------------------------------------------ letters


@pytest.mark.parametrize(
    ("typed", "joined"),
    [("\u0628\u064a\u062a", "\ufe91\ufef4\ufe96"), ("\u0643\u062a\u0628", "\ufedb\ufe98\ufe90")],
)
def test_arabic_letters_join(typed, joined):
    """A word as typed looks as if written with the joined forms of its letters, not with each letter on its own."""

    def drawn(text: str) -> Image.Image:
        canvas = Image.new("L", (300, 120))
        fit(text, 280, Style(60, colour="#FFFFFF"), "ar", True).paint(canvas, 10, 10)
        return canvas

    def ink(picture: Image.Image) -> int:
        return sum(picture.histogram()[128:])

    apart = "\u200c".join(typed)  # a zero-width non-joiner between the letters
    assert ink(ImageChops.difference(drawn(typed), drawn(joined))) < 0.1 * ink(drawn(joined))
    assert ink(ImageChops.difference(drawn(typed), drawn(apart))) > 0.5 * ink(drawn(joined))
    letters = font(ARABIC, 60, 400)
    assert letters.getlength(typed, direction="rtl") < 0.8 * sum(letters.getlength(letter) for letter in typed)


@pytest.mark.parametrize(
    "text",
    [
        "يمكنك الاتصال بـ DigiD على المكتبة (bibliotheek)، 5 أيام",
        "ورقة المعونة (uitkering)",
        "خط 50% من (a) b",
        "Bel 112 (مهم) nu",
        "12:30 في DigiD, Toeslagen و UWV.",
    ],
)
@pytest.mark.parametrize("rtl", [True, False])
def test_mixed_lines_stand_in_the_order_that_fribidi_gives_them(text, rtl):
    """Our runs, drawn one by one with one font, are the same picture as the line that Raqm orders by itself."""
    letters, direction = font(ARABIC, 48, 400), "rtl" if rtl else "ltr"
    whole, ours = Image.new("L", (1600, 120)), Image.new("L", (1600, 120))
    ImageDraw.Draw(whole).text((10, 80), text, 255, letters, anchor="ls", direction=direction)
    x = 10.0
    for run in visual_runs(text, levels(text, rtl)):
        ImageDraw.Draw(ours).text((x, 80), run.text, 255, letters, anchor="ls", direction=run.direction)
        x += letters.getlength(run.text, direction=run.direction)
    different = sum(ImageChops.difference(whole, ours).histogram()[128:])
    assert different < 0.02 * sum(whole.histogram()[128:])


@pytest.mark.parametrize("number", ["0800-8115", "088 123 65 55", "+31 6 12345678", "112"])
def test_a_phone_number_in_arabic_is_one_piece_from_left_to_right(number):
    text = f"يمكنك الاتصال على {number} الآن"
    runs = visual_runs(text, levels(text, True))
    assert [(run.text, run.direction) for run in runs if "1" in run.text] == [(number, "ltr")]
    assert runs[-1].text == "يمكنك"  # reading begins at the right


def test_latin_within_arabic_gets_its_own_font():
    text = "الهاتف مع DigiD"
    faces = {run.text.strip(): run.face for run in visual_runs(text, levels(text, True))}
    assert faces["DigiD"] is FALLBACK and faces["الهاتف"] is ARABIC


def test_an_arabic_sentence_that_begins_with_a_dutch_word_still_begins_at_the_right():
    assert reads_leftwards("DigiD مساعدة", card_rtl=True)
    assert not reads_leftwards("Fatma werkt hier", card_rtl=True)
    assert not reads_leftwards("Bel مهم", card_rtl=False)


def test_text_is_made_smaller_until_a_long_word_fits_and_nothing_is_left_out():
    text = "Hottentottententententoonstellingsmakers brief"
    block = fit(text, 300, Style(60, most_lines=2, smallest=30), "nl", False)
    letters = font(FALLBACK, block.style.size, 400)
    assert all(sum(letters.getlength(run.text) for run in line) <= 300 for line in block.lines)
    assert " ".join("".join(run.text for run in line) for line in block.lines) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_caption_fits_in_two_lines_that_can_be_read(language):
    words = CONTENT.languages[language]
    for caption in words.bring.values():
        if drawable(caption):
            block = fit(caption, 450, Style(60, 600, most_lines=2, smallest=44, centred=True), language, False)
            assert len(block.lines) <= 2 and block.style.size >= 40, caption


def test_a_script_without_a_font_is_left_out_instead_of_drawn_as_boxes():
    cherokee = "\u13e3\u13b3\u13a9"
    assert not drawable(cherokee) and drawable("Ücretsiz, İş “x” – Ґї ścieżka") and drawable("رسائل، ؟")
    card = BringCard("nl", False, "", (Thing(("2709",), cherokee),))
    without = BringCard("nl", False, "", (Thing(("2709",), ""),))
    assert opened(card.png()).height < opened(replace(without, things=(Thing(("2709",), "brief"),)).png()).height


def test_a_font_that_is_missing_on_this_machine_does_not_count_as_a_font():
    assert Face("Cher", ((0x13A0, 0x13FF),), None, "/nowhere/font.ttf", 1.3).path() is None
    assert Face("Cher", ((0x13A0, 0x13FF),), "fontpkg_not_there", "font.ttf", 1.3).path() is None


# ------------------------------------------------------------------------------------------------ cards


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_has_its_cards_in_every_language(language):
    for name, topic in CONTENT.topics.items():
        if topic.bring:
            assert [thing.caption for thing in ALBUM.bring(language, name).things]
        if topic.lines:
            assert len(ALBUM.lines(language, name).lines) == len(topic.lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_cards_are_wide_small_and_say_whose_pictograms_they_show(language):
    longest = max(CONTENT.topics.values(), key=lambda topic: len(topic.bring)).name
    cards = ALBUM.bring(language, longest), ALBUM.lines(language, "crisis_suicide"), ALBUM.person(language, Helper())
    for png in [card.png() for card in cards]:
        assert opened(png).width == 1080 and len(png) < 300_000
        assert "OpenMoji" in opened(png).text["Author"] and "CC BY-SA 4.0" in opened(png).text["License"]


def test_the_bring_card_begins_with_the_first_sentence_of_the_reply():
    english = replace(CONTENT.languages["en"], replies={"bring": ["Take these things with you. Something missing?"]})
    album = Album(replace(CONTENT, languages={"en": english}))
    assert album.bring("en", "digid").title == "Take these things with you."


def test_the_first_thing_stands_at_the_right_when_reading_begins_there():
    things = (Thing(("2764",), "a"), Thing(("2709",), "b"))

    def redness(picture: Image.Image) -> int:
        return sum(1 for red, green, _ in picture.getdata() if red > 180 and green < 90)

    for rtl in (True, False):
        picture = opened(BringCard("ar" if rtl else "nl", rtl, "", things).png()).convert("RGB")
        left = redness(picture.crop((0, 0, 540, picture.height)))
        right = redness(picture.crop((540, 0, 1080, picture.height)))
        assert (right > 1000 and left == 0) if rtl else (left > 1000 and right == 0)


def test_a_number_is_on_the_card_only_while_it_holds():
    fact = Fact("geldfit", "phone", [FactValue("0800-8115", "https://geldfit.nl", until=TODAY)])
    content = replace(CONTENT, facts={**CONTENT.facts, "geldfit": fact})

    def number(day: date) -> str:
        lines = Album(content, today=lambda: day).lines("nl", "ashamed").lines
        return next(line.number for line in lines if line.name == CONTENT.languages["nl"].lines["geldfit"]["name"])

    assert number(TODAY) == "0800-8115"
    assert number(date(2026, 11, 22)) == ""


@pytest.mark.parametrize("ask", [("bring", "nl", "nonsense"), ("bring", "xx", "digid"), ("bring", "nl", "ask_privacy"),
                                 ("lines", "nl", "ask_privacy"), ("pictogram", "nonsense")])  # fmt: skip
def test_a_picture_that_does_not_exist_is_refused(ask):
    with pytest.raises(NoSuchPicture):
        getattr(ALBUM, ask[0])(*ask[1:])


# ------------------------------------------------------------------------------------------------ key persons


def test_a_person_is_described_in_the_readers_language_else_in_dutch():
    helper = Helper(languages=["tr", "pap"], about={"nl": "Nederlands", "tr": "Türkçe"})
    assert ALBUM.person("tr", helper).about == "Türkçe"
    assert ALBUM.person("ar", helper).about == "Nederlands"
    assert ALBUM.person("nl", helper).tongues == ("Turks", "Papiaments")


def test_two_people_differ_and_the_same_person_always_looks_the_same():
    fatma, again = ALBUM.person("nl", Helper()), ALBUM.person("nl", Helper())
    assert fatma == again and fatma.png() == again.png()
    assert ALBUM.person("nl", Helper(id="mehmet", name="Mehmet", gender="man")).png() != fatma.png()


def test_a_photo_takes_the_place_of_the_avatar(tmp_path: Path):
    Image.new("RGB", (300, 400), "#102030").save(tmp_path / "fatma.jpg")
    card = Album(CONTENT, tmp_path).person("nl", Helper(picture="fatma.jpg"))
    red, green, blue = opened(card.png()).convert("RGB").getpixel((540, 270))
    assert abs(red - 0x10) < 12 and abs(green - 0x20) < 12 and abs(blue - 0x30) < 12


@pytest.mark.parametrize("picture", ["../outside.jpg", "/etc/hostname", "missing.jpg", "broken.jpg"])
def test_a_photo_from_elsewhere_or_a_broken_one_gives_the_avatar(tmp_path: Path, picture):
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.new("RGB", (300, 400), "#102030").save(tmp_path / "outside.jpg")
    (photos / "broken.jpg").write_bytes(b"\xff\xd8 this is no photo")
    card = Album(CONTENT, photos).person("nl", Helper(picture=picture))
    assert opened(card.png()).tobytes() == opened(ALBUM.person("nl", Helper()).png()).tobytes()


def test_the_address_of_a_persons_card_cannot_be_made_without_the_secret():
    ours, other = Secrecy("a secret key of ours"), Secrecy("another key entirely")
    path = signed_path(ours, "person", "ar", "fatma")
    signature = path.removeprefix("person/ar/fatma-").removesuffix(".png")
    assert len(signature) == 16 and int(signature, 16)
    assert signature_holds(ours, "person", "ar", "fatma", signature)
    assert not signature_holds(other, "person", "ar", "fatma", signature)
    assert not signature_holds(ours, "person", "tr", "fatma", signature)
    assert not signature_holds(ours, "person", "ar", "mehmet", signature)
    assert not signature_holds(ours, "person", "ar", "fatma", "")
