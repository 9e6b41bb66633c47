"""The conversation around the topics, as tables: what is said, and the reply it leads to."""

from datetime import datetime, timedelta, timezone

import pytest
import time_machine

from bot.channels.gate import LONGEST
from bot.replies.speaker import Speaker
from tests.conversations.talking import Talk, texts

MENU = {
    "nl": "Waarmee kunt u mij helpen?",
    "en": "what can you do",
    "ar": "شو بتقدر تعمل",
    "tr": "neler yapabiliyorsun",
}

RENT = {
    "nl": "ik kan mijn huur niet betalen",
    "en": "I can't pay my rent this month",
    "ar": "ما عم بقدر ادفع ايجار البيت",
    "tr": "kiramı ödeyemiyorum",
}

# said, the reply that must be among the answers ("topic/x": first answer of topic x)
TABLE = {
    "nl": [
        ("hallo", "greet"),
        ("dank je wel", "thank"),
        ("tot ziens", "goodbye"),
        ("ben je een robot?", "are_you_human"),
        ("wat wordt het weer morgen", "out_of_scope"),
        ("ik heb een brief van de deurwaarder gekregen", "topic/bailiff"),
        ("ik wil niet meer leven", "topic/crisis_suicide"),
        ("mijn man slaat mij", "topic/unsafe_at_home"),
        ("hoe vraag ik zorgtoeslag aan", "topic/healthcare_benefit"),
        ("ik heb een boete van het CJIB en kan die niet betalen", "topic/traffic_fine"),
    ],
    "en": [
        ("hello", "greet"),
        ("thank you so much", "thank"),
        ("are you a real person?", "are_you_human"),
        ("who will win the football match", "out_of_scope"),
        ("I got a letter from the bailiff", "topic/bailiff"),
        ("I don't want to live anymore", "topic/crisis_suicide"),
        ("my husband beats me", "topic/unsafe_at_home"),
        ("I lost my job yesterday", "topic/job_loss"),
    ],
    "ar": [
        ("السلام عليكم", "greet"),
        ("شكرا كتير", "thank"),
        ("وصلتني رسالة من الديورواردر deurwaarder", "topic/bailiff"),
        ("ما بدي عيش بعد اليوم", "topic/crisis_suicide"),
        ("زوجي بيضربني", "topic/unsafe_at_home"),
        ("deurwaarder khla lia wra9a f lbab chno ndir", "topic/bailiff"),
    ],
    "tr": [
        ("merhaba", "greet"),
        ("çok teşekkür ederim", "thank"),
        ("icra memurundan (deurwaarder) mektup geldi", "topic/bailiff"),
        ("artık yaşamak istemiyorum", "topic/crisis_suicide"),
        ("kocam beni dövüyor", "topic/unsafe_at_home"),
        ("kirami odeyemiyorum", "topic/cannot_pay_rent"),
    ],
}


def expected(speaker: Speaker, reply: str, language: str) -> str:
    """The last short message of a reply."""
    if reply.startswith("topic/"):
        return speaker.topic(reply.partition("/")[2], "first", language).messages[0]
    return speaker.say(reply, language).messages[0]


@pytest.mark.parametrize("language", TABLE)
async def test_what_residents_type_gets_its_answer_in_their_language(parts, speaker, language):
    misses = []
    for number, (said, reply) in enumerate(TABLE[language]):
        answer = await Talk(parts, f"{language}{number}").say(said)
        if not any(expected(speaker, reply, language) in text for text in texts(answer)):
            misses.append((said, reply, texts(answer)))
    assert not misses


@pytest.mark.parametrize("language", RENT)
async def test_at_first_contact_the_bot_says_that_it_is_a_computer_and_does_so_once(talk, speaker, language):
    welcome = speaker.say("welcome", language).messages[0]
    first = texts(await talk.say(RENT[language]))
    assert first[0] == welcome and len(first) <= 3
    assert welcome not in texts(await talk.say(RENT[language]))


async def test_a_change_of_language_keeps_the_topic(talk, speaker):
    await talk.say(RENT["nl"])
    switched = texts(await talk.say("can you speak English please"))
    assert switched[0] == speaker.say("language_set", "en").messages[0]
    assert texts(await talk.say(payload="/what_to_bring")) == speaker.topic("cannot_pay_rent", "bring", "en").messages


async def test_another_language_in_mid_conversation_is_answered_in_that_language(talk, speaker):
    await talk.say(RENT["nl"])
    answer = await talk.say(RENT["ar"])
    assert texts(answer) == speaker.topic("cannot_pay_rent", "first", "ar").messages


@pytest.mark.parametrize("ok", ["ok", "👍", "oké", "OK!!", "..", "ja"])
async def test_a_short_ok_never_turns_the_language_round(talk, ok):
    await talk.say(RENT["tr"])
    answer = await talk.say(ok)
    assert {message.language for message in answer} == {"tr"}


async def test_a_typed_number_means_the_choice_with_that_number(talk, speaker):
    await talk.say(RENT["nl"])
    assert texts(await talk.say("2")) == speaker.topic("cannot_pay_rent", "more", "nl").messages
    await talk.say(RENT["ar"])
    assert texts(await talk.say("٢")) == speaker.topic("cannot_pay_rent", "more", "ar").messages


async def test_the_words_of_a_button_can_be_typed_with_a_slip(talk, speaker):
    await talk.say(RENT["nl"])
    assert texts(await talk.say("makkelijke worden")) == speaker.topic("cannot_pay_rent", "easier", "nl").messages


async def test_the_menu_leads_to_every_topic_within_the_ten_entries_of_a_list(talk, content):
    groups = (await talk.say(payload="/what_can_you_do"))[-1].choices
    assert len(groups) <= 10
    reached = set()
    for group in groups[:-1]:
        page = (await talk.say(payload=group.payload))[-1].choices
        while True:
            assert len(page) <= 10
            reached |= {choice.payload[1:] for choice in page if not choice.payload.startswith("/show_group")}
            more = [choice for choice in page if choice.payload.startswith("/show_group")]
            if not more:
                break
            page = (await talk.say(payload=more[0].payload))[-1].choices
    assert reached == set(content.topics)


async def test_repeat_says_the_same_again_in_the_language_of_now(talk, speaker):
    await talk.say(RENT["nl"])
    await talk.say(payload="/repeat")
    assert talk.heard[0].text == speaker.topic("cannot_pay_rent", "first", "nl").messages[0]


async def test_twice_not_understood_leads_to_a_person(talk):
    for nonsense in ("grmbl xyxy qqq", "qwx jjfd"):
        answer = await talk.say(nonsense)
    assert "/talk_to_person" in [choice.payload for message in answer for choice in message.choices]


STRANGE = [
    "",
    "   ",
    "😀",
    "🏠💶😢",
    "https://example.org/pay?x=1",
    "\u200b\u200d\ufeff",
    "a" * 5000,
    "huur " * 1000,
    "kira ايجار rent huur",
    "ትግርኛ ገንዘብ የብለይን",
    "我付不起房租",
    "/restart",
    "/action_listen",
    '/choose_wish{"wish": "dragon"}',
    "/show_group{broken",
    "{name} %s <script>alert(1)</script>",
    "'; DROP TABLE residents; --",
    "\u202egnirts desrever",
]


@pytest.mark.parametrize("text", STRANGE)
async def test_strange_input_gets_a_kind_sentence_and_breaks_nothing(talk, speaker, text, caplog):
    answer = await talk.say(text)
    assert answer and all(message.text for message in answer)
    assert speaker.say("something_went_wrong", answer[0].language).messages[0] not in texts(answer)
    if len(text.strip()) > 3:
        assert text.strip()[:40] not in caplog.text
    assert len(await talk.say(RENT["nl"])) > 0


@pytest.mark.parametrize("kind", ["photo", "voice", "file"])
async def test_what_the_bot_cannot_read_yet_gets_a_kind_not_yet(talk, speaker, kind):
    await talk.say(RENT["nl"])
    answer = await talk.say(payload=f"/received_{kind}")
    assert texts(answer) == speaker.say(f"received_{kind}", "nl").messages


async def test_a_photo_without_text_and_a_place_are_accepted(talk, speaker):
    await talk.say(RENT["en"])
    assert texts(await talk.say(photo=True)) == speaker.say("received_photo", "en").messages
    assert texts(await talk.share_place()) == speaker.say("received_place", "en").messages


async def test_a_forged_button_is_refused_kindly(talk):
    answer = await talk.say(payload="/confirm_delete_everything_of_everyone")
    assert answer and answer[0].text


async def test_an_unknown_language_gets_the_languages_to_choose_from(talk, content):
    answer = await talk.say("我付不起房租，请帮帮我")
    payloads = [choice.payload for message in answer for choice in message.choices]
    assert all(any(f'"{code}"' in payload for payload in payloads) for code in content.languages)


async def test_after_half_a_day_the_open_question_is_gone_but_the_topic_is_known(talk, speaker):
    start = datetime(2026, 11, 23, 9, tzinfo=timezone.utc)
    with time_machine.travel(start, tick=True):
        await talk.say(RENT["nl"])
        await talk.say(payload="/talk_to_person")
    with time_machine.travel(start + timedelta(days=2), tick=True):
        answer = await talk.say("ja")
        assert texts(answer) == speaker.say("affirm_nothing", "nl").messages
        bring = texts(await talk.say(payload="/what_to_bring"))
        assert bring == speaker.topic("cannot_pay_rent", "bring", "nl").messages


async def test_a_resident_of_many_turns_keeps_a_small_dialogue(talk):
    from bot.records.models import Resident

    for turn in range(30):
        await talk.say(payload="/tell_me_more" if turn % 2 else "/cannot_pay_rent")
    with talk.parts.database.change() as session:
        events = session.get(Resident, talk.resident_id).dialogue
    assert sum(event["event"] == "user" for event in events) <= 5


async def test_forget_me_deletes_everything_and_the_next_message_starts_anew(talk, speaker):
    from sqlalchemy import func, select

    from bot.records.models import Address, Handover, Received, Resident, Sending

    await talk.say(RENT["nl"])
    await talk.say(payload="/delete_my_data")
    talk._seen = 0  # numbers of deleted rows are used again
    answer = await talk.press(speaker.language("nl").choices["delete_yes"])
    assert texts(answer) == speaker.say("deleted", "nl").messages
    await send_all(talk)
    with talk.parts.database.change() as session:
        for model in (Address, Handover, Received, Resident, Sending):
            assert session.scalar(select(func.count()).select_from(model)) == 0, model
    talk._seen = 0
    assert texts(await talk.say(RENT["nl"]))[0] == speaker.say("welcome", "nl").messages[0]


async def send_all(talk: Talk) -> None:
    """Deliver what is in the outbox, and do what the watch does then."""

    class Taken:
        async def send(self, address, message):
            return "taken"

    talk.parts.delivery.transports["demo"] = Taken()
    while await talk.parts.delivery.send_due():
        pass
    talk.parts.watch.look()


async def test_the_same_message_twice_is_answered_once(talk):
    from bot.channels.messages import Incoming

    message = Incoming("demo", "same-id", [talk.name], RENT["nl"])
    assert talk.parts.gate.receive(message) is True
    assert talk.parts.gate.receive(message) is False
    await talk.parts.gate.idle()
    once = len(talk.news())
    talk.parts.gate.receive(message)
    await talk.parts.gate.idle()
    assert once > 0 and talk.news() == []


async def test_what_a_crash_left_undone_is_answered_after_the_restart(talk):
    from bot.channels.messages import Incoming

    talk.parts.gate.inbox.store(Incoming("demo", "left-over", [talk.name], RENT["tr"]))
    assert talk.parts.gate.resume() == 1
    await talk.parts.gate.idle()
    assert {message.language for message in talk.news()} == {"tr"}


def test_more_than_five_thousand_characters_are_cut_before_they_are_read():
    from bot.channels.gate import clean

    assert len(clean("woord " * 2000)) <= LONGEST
