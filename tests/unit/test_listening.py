"""What is heard in typed words without the model: which language is asked for, and a woman or a man."""

import pytest

from bot.replies.languages import LanguageNames
from bot.replies.listening import wish_in

LANGUAGES = [
    # in the language's own name, in the residents' languages, with capitals, without accents, with one slip
    ("Türkçe konuş", "tr"),
    ("turkce lutfen", "tr"),
    ("TÜRKÇE", "tr"),
    ("kun je turks praten", "tr"),
    ("can you speak turksh", "tr"),
    ("بالتركي", "tr"),
    ("هل تتكلم التركية", "tr"),
    ("بالعربي", "ar"),
    ("العربية من فضلك", "ar"),
    ("arabisch aub", "ar"),
    ("arapça konuşalım", "ar"),
    ("bghit nhder b l3arbiya", "ar"),
    ("darija", "ar"),
    ("in het Engels graag", "en"),
    ("english please", "en"),
    ("İngilizce", "en"),
    ("ingilizce konuşun", "en"),
    ("تكلم انجليزي", "en"),
    ("Nederlands", "nl"),
    ("dutch", "nl"),
    ("hollandaca", "nl"),
    ("هولندي", "nl"),
    # languages that the bot does not speak yet: known by name, so that it can say so
    ("spreek je pools", "pl"),
    ("українська", "uk"),
    ("somalisch", "so"),
    ("ትግርኛ", "ti"),
    ("papiamentu", "pap"),
    ("français", "fr"),
    ("فارسی", "fa"),
    # no language is named
    ("andere taal", None),
    ("spreek je mijn taal", None),
    ("ik kan mijn huur niet betalen", None),
    ("hallo", None),
    ("nl", None),
    ("🙂", None),
    ("", None),
]


@pytest.fixture(scope="module")
def names(content) -> LanguageNames:
    return LanguageNames(content)


@pytest.mark.parametrize("text, code", LANGUAGES)
def test_which_language_is_asked_for(names, text, code):
    assert names.find(text) == code


def test_every_language_is_found_by_its_own_name_and_by_its_name_in_every_other(names, content):
    for code, words in content.languages.items():
        for name in (words.name, *words.also_called):
            assert names.find(name) == code, name


WISHES = [
    ("nl", "een vrouw graag", "woman"),
    ("nl", "Liever een VROUW!", "woman"),
    ("nl", "geen man", "woman"),
    ("nl", "niet met een man aub", "woman"),
    ("nl", "mevrouw", "woman"),
    ("nl", "man", "man"),
    ("nl", "geen vrouw", "man"),
    ("nl", "een meneer", "man"),
    ("nl", "man of vrouw, maakt niet uit", "any"),
    ("nl", "een vrouw of een man", "any"),
    ("nl", "Maakt mij niet uit.", "any"),
    ("nl", "mijn manier van betalen", None),
    ("nl", "vrouwenopvang", None),
    ("nl", "ik weet het niet", None),
    ("nl", "", None),
    ("en", "a woman please", "woman"),
    ("en", "Not a man", "woman"),
    ("en", "no men please", "woman"),
    ("en", "a man", "man"),
    ("en", "no woman", "man"),
    ("en", "it doesn’t matter", "any"),
    ("en", "man or woman, I don't care", "any"),
    ("en", "manage my money", None),
    ("ar", "امرأة", "woman"),
    ("ar", "بدي امراة لو سمحت", "woman"),
    ("ar", "مش رجل", "woman"),
    ("ar", "bghit mra", "woman"),
    ("ar", "vrouw", "woman"),
    ("ar", "رجل", "man"),
    ("ar", "machi mra", "man"),
    ("ar", "rajel", "man"),
    ("ar", "ما بتفرق", "any"),
    ("ar", "bhal bhal", "any"),
    ("ar", "ما فهمت", None),
    ("tr", "kadın", "woman"),
    ("tr", "KADIN olsun", "woman"),
    ("tr", "kadin lutfen", "woman"),
    ("tr", "erkek olmasın", "woman"),
    ("tr", "Hanım", "woman"),
    ("tr", "erkek", "man"),
    ("tr", "kadın olmasın", "man"),
    ("tr", "fark etmez", "any"),
    ("tr", "İkisi de olur", "any"),
    ("tr", "kadın erkek fark etmez", "any"),
    ("tr", "maakt niet uit", "any"),
    ("tr", "bilmiyorum", None),
]


@pytest.mark.parametrize("code, text, wish", WISHES)
def test_a_wish_for_a_woman_or_a_man(content, code, text, wish):
    assert wish_in(text, content.languages[code]) == wish


@pytest.mark.parametrize("code", ["nl", "en", "ar", "tr"])
def test_the_buttons_words_are_heard_when_they_are_typed(content, code):
    words = content.languages[code]
    heard = {name: wish_in(words.choices[f"wish_{name}"], words) for name in ("woman", "man", "any")}
    assert heard == {"woman": "woman", "man": "man", "any": "any"}
