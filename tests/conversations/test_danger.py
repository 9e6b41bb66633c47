"""Danger in the middle of something else is answered as danger, in every language; heavy words alone are not danger."""

import pytest

from bot.replies.content import load_content
from tests.conversations.talking import Talk, texts

CONTENT = load_content()
BESIDE_MONEY = {  # a question about money, and a cry for help that must not drown in it
    "nl": "ik kan de energierekening niet betalen en ik wil dood",
    "en": "i cant pay my energy bill and i want to die",
    "ar": "فاتورة الكهربا غالية وما عاد بدي عيش",
    "tr": "elektrik faturasını ödeyemiyorum ve ölmek istiyorum",
    "fr": "je ne peux pas payer la facture d'énergie et je veux mourir",
    "es": "no puedo pagar la luz y me quiero morir",
    "pl": "nie mam z czego zapłacić za prąd i chcę umrzeć",
    "uk": "не можу заплатити за світло і хочу померти",
    "fa": "پول برق را داده نمی‌توانم و می‌خواهم بمیرم",
    "so": "korontada ma bixin karo waxaan rabaa inaan dhinto",
    "ti": "ናይ ኤሌክትሪክ ክኸፍል ኣይከኣልኩን ክመውት ድማ ደልየ",
    "pap": "mi no por paga koriente i mi ke muri",
}
HEAVY_WORDS = {
    "nl": "ik ben doodmoe van al die brieven",
    "en": "these letters are killing me, I do not understand them",
    "ar": "الفواتير قتلتني هالشهر ما عم لحق عليها",
    "tr": "bu kira artışı bizi öldürdü, nasıl ödeyeceğiz",
    "fr": "je suis mort de fatigue avec tous ces papiers",
    "es": "estoy muerta de cansancio con tantas cartas",
    "pl": "padam z nóg przez te wszystkie listy",
    "uk": "мій телефон помер, напишіть ще раз будь ласка",
    "fa": "از خستگی مردم با این همه نامه",
    "so": "telefoonka wuu iga dhintay, mar kale ii soo dir",
    "ti": "ብድኻም ሞይተ ምስዚ ኹሉ ደብዳበታት",
    "pap": "mi ta morto kansá di tur e kartanan aki",
}
IN_OTHER_LANGUAGES = {  # the bot does not speak them, and danger is heard all the same
    "German": "Ich kann nicht mehr, ich will nicht mehr leben",
    "Romanian": "vreau să mor",
    "Bulgarian": "не искам да живея повече",
    "Portuguese": "eu não quero mais viver, quero morrer",
    "Greek": "θέλω να πεθάνω",
    "Chinese": "我想死",
    "Vietnamese": "tôi muốn chết",
}


def test_every_language_has_its_sentence():
    assert set(BESIDE_MONEY) == set(HEAVY_WORDS) == set(CONTENT.languages)


@pytest.mark.parametrize("language", BESIDE_MONEY)
async def test_a_cry_for_help_beside_a_question_about_money_is_heard(talk: Talk, language):
    answer = await talk.say(BESIDE_MONEY[language])
    assert CONTENT.facts["suicide_line"].values[0].value in texts(answer)[0]


@pytest.mark.parametrize("language", HEAVY_WORDS)
async def test_heavy_words_without_danger_are_no_danger(talk: Talk, language):
    answer = await talk.say(HEAVY_WORDS[language])
    assert CONTENT.facts["suicide_line"].values[0].value not in " ".join(texts(answer))


@pytest.mark.parametrize("language", IN_OTHER_LANGUAGES)
async def test_a_cry_for_help_is_heard_in_languages_that_the_bot_does_not_speak(talk: Talk, language):
    answer = await talk.say(IN_OTHER_LANGUAGES[language])
    assert CONTENT.facts["suicide_line"].values[0].value in texts(answer)[0]
