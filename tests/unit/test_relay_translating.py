"""Machine translation beside the original: against stand-ins over HTTP that are kind, slow, broken or odd."""

import asyncio
import logging
import threading
from urllib.parse import parse_qs

import pytest
from werkzeug import Request, Response

from bot.relay import providers
from bot.relay.providers import make_provider
from bot.relay.translating import FAILURES, REST, Provider, Translating
from bot.settings import Settings

SECRET = "Ik heb schulden bij mijn broer"


@pytest.fixture
def server(http_server):
    """A server that knows nothing yet."""
    http_server.clear()
    return http_server


class Seconds:
    """A clock for the rests of a translator."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


def libre(server, handler):
    """A LibreTranslate that answers with what `handler` makes of the parameters."""
    asked = []

    def answer(request: Request) -> Response:
        asked.append({**request.args.to_dict(), **request.form.to_dict()})
        return handler(asked[-1])

    server.expect_request("/translate", method="POST").respond_with_handler(answer)
    return asked


def says(text: str) -> Response:
    import json

    return Response(json.dumps({"translatedText": text}), content_type="application/json")


def settings_for(server, name="libretranslate", path="", **more) -> Settings:
    return Settings(translator=name, translator_url=server.url_for(path), **more)


def translating(server, clock=None, patience=5.0, **more) -> Translating:
    more = {"clock": clock} if clock else {}
    return Translating(make_provider(settings_for(server)), patience, **more)


# ---------------------------------------------------------------- none, unless it was asked for


async def test_without_a_translator_nothing_is_translated_and_nobody_is_asked():
    translator = Translating(make_provider(Settings()))
    assert not translator.is_on and not translator.is_needed("Merhaba", "tr", "nl")
    assert await translator.translate("Merhaba", "tr", "nl") is None


async def test_a_text_is_translated(server):
    asked = libre(server, lambda about: says("Ik kan de huur niet betalen"))
    assert await translating(server).translate("Kiramı ödeyemiyorum", "tr", "nl") == "Ik kan de huur niet betalen"
    (question,) = asked
    assert (question["q"], question["source"], question["target"]) == ("Kiramı ödeyemiyorum", "tr", "nl")
    assert not question.get("api_key")


@pytest.mark.parametrize("source, target", [("nl", "tr"), ("uk", "nl"), ("fa", "nl"), ("nl", "ar"), ("es", "en")])
async def test_languages_that_the_library_does_not_list_work_too(server, source, target):
    asked = libre(server, lambda about: says("vertaald"))
    assert await translating(server).translate("tekst", source, target) == "vertaald"
    assert (asked[0]["source"], asked[0]["target"]) == (source, target)


@pytest.mark.parametrize(
    "text, source, target",
    [("Hallo", "nl", "nl"), ("Hallo", "nl", "pap"), ("Hallo", "ti", "nl"), ("1 2 3 😀", "tr", "nl"), ("", "tr", "nl")],
    ids=["same language", "unknown target", "unknown source", "no words", "nothing"],
)
async def test_what_needs_no_translation_or_cannot_have_one_is_not_sent_anywhere(server, text, source, target):
    asked = libre(server, lambda about: says("vertaald"))
    assert await translating(server).translate(text, source, target) is None
    assert asked == []


@pytest.mark.parametrize("answer", ["merhaba", "MERHABA ", "", "  "])
async def test_a_translation_that_says_the_same_or_nothing_is_not_shown(server, answer):
    libre(server, lambda about: says(answer))
    assert await translating(server).translate("Merhaba", "tr", "nl") is None


async def test_a_long_text_is_asked_in_parts_that_fit_and_comes_back_in_order(server):
    asked = libre(server, lambda about: says(about["q"].upper()))
    text = " ".join(f"Dit is zin nummer {number}." for number in range(60))
    assert (await translating(server).translate(text, "nl", "en")).split() == text.upper().split()
    assert len(asked) > 1 and all(len(one["q"]) <= 500 for one in asked)


# ---------------------------------------------------------------- slow, broken


async def test_a_slow_translator_is_not_waited_for_and_nobody_else_waits_meanwhile(server):
    go_on = threading.Event()
    libre(server, lambda about: go_on.wait(10) and says("te laat"))
    try:
        asking = asyncio.ensure_future(translating(server, patience=0.2).translate("Merhaba", "tr", "nl"))
        turns = 0
        while not asking.done():
            await asyncio.sleep(0)
            turns += 1
        assert await asking is None and turns > 10
    finally:
        go_on.set()


async def test_the_request_itself_has_a_time_limit_so_that_no_thread_waits_for_ever(server, monkeypatch):
    monkeypatch.setattr(providers, "LONGEST_REQUEST", 0.2)
    go_on = threading.Event()
    libre(server, lambda about: go_on.wait(10) and says("te laat"))
    try:
        provider = make_provider(settings_for(server))
        with pytest.raises(Exception, match="timed out"):
            await asyncio.to_thread(provider.translate, "Merhaba", "tr", "nl")
    finally:
        go_on.set()


@pytest.mark.parametrize(
    "broken",
    [
        lambda about: Response(about["q"], 500),
        lambda about: Response(about["q"], 403),
        lambda about: Response("no json"),
        lambda about: Response('{"translatedText": null}'),
        lambda about: Response('{"error": "x"}'),
        lambda about: Response("[]"),
    ],
)
async def test_a_broken_answer_is_no_translation_and_the_log_does_not_hold_the_text(server, broken, caplog):
    libre(server, broken)
    with caplog.at_level(logging.DEBUG):
        assert await translating(server).translate(SECRET, "nl", "tr") is None
    ours = [record for record in caplog.records if record.name.startswith("bot.")]
    assert ours and not any(SECRET in record.getMessage() + str(record.exc_info) for record in ours)


async def test_a_translator_that_keeps_failing_is_left_alone_for_a_while(server, seconds):
    asked = libre(server, lambda about: Response("", 500))
    translator = translating(server, seconds)
    for _ in range(FAILURES + 2):
        assert await translator.translate("Merhaba", "tr", "nl") is None
    assert len(asked) == FAILURES
    seconds.now += REST
    await translator.translate("Merhaba", "tr", "nl")
    await translator.translate("Merhaba", "tr", "nl")
    assert len(asked) == FAILURES + 1, "one try, and then rest again"


async def test_a_translator_that_works_again_is_trusted_again(server, seconds):
    fails = [True]
    asked = libre(server, lambda about: Response("", 500) if fails[0] else says("Hallo"))
    translator = translating(server, seconds)
    for _ in range(FAILURES):
        await translator.translate("Merhaba", "tr", "nl")
    seconds.now += REST
    fails[0] = False
    assert await translator.translate("Merhaba", "tr", "nl") == "Hallo"
    fails[0] = True
    for _ in range(FAILURES):
        await translator.translate("Merhaba", "tr", "nl")
    assert len(asked) == 2 * FAILURES + 1


async def test_many_at_once_are_asked_a_few_at_a_time():
    running, most, lock = [0], [0], threading.Lock()
    go_on = threading.Event()

    def translate(text, source, target):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        go_on.wait(5)
        with lock:
            running[0] -= 1
        return f"vertaald: {text}"

    translator = Translating(Provider(translate, {"nl": "nl", "tr": "tr"}, 500), patience=5.0)
    asking = [asyncio.ensure_future(translator.translate(f"tekst {n}", "nl", "tr")) for n in range(12)]
    while not most[0]:
        await asyncio.sleep(0)
    go_on.set()
    assert await asyncio.gather(*asking) == [f"vertaald: tekst {n}" for n in range(12)]
    assert most[0] <= 4
    translator.close()


# ---------------------------------------------------------------- the other translators, as they want to be asked


async def test_deepl_gets_the_key_in_a_header_and_the_text_in_the_body(server):
    asked = []

    def answer(request: Request) -> Response:
        asked.append((request.query_string, request.headers["Authorization"], parse_qs(request.get_data(as_text=True))))
        return Response('{"translations": [{"text": "Hallo"}]}', content_type="application/json")

    server.expect_request("/v2/translate", method="POST").respond_with_handler(answer)
    provider = make_provider(settings_for(server, "deepl", "/v2", translator_key="k1:fx"))
    assert await asyncio.to_thread(provider.translate, "مرحبا", "ar", "nl") == "Hallo"
    await asyncio.to_thread(provider.translate, "Hello", "en", "nl")
    assert asked[0] == (
        b"",
        "DeepL-Auth-Key k1:fx",
        {"source_lang": ["AR"], "target_lang": ["NL"], "text": ["مرحبا"]},
    )
    assert asked[1][2]["source_lang"] == ["EN"]


@pytest.mark.parametrize(
    "body, translated",
    [
        ('{"responseData": {"translatedText": "Hallo"}, "responseStatus": 200, "quotaFinished": false}', "Hallo"),
        ('{"responseData": {"translatedText": "MYMEMORY WARNING: YOU USED ALL"}, "responseStatus": 429}', None),
        ('{"responseData": {"translatedText": "Hallo"}, "responseStatus": "200", "quotaFinished": true}', None),
        ('{"responseData": {"translatedText": "INVALID LANGUAGE PAIR"}, "responseStatus": "403"}', None),
    ],
)
async def test_what_mymemory_says_of_itself_is_never_shown_as_a_translation(server, body, translated):
    asked = []

    def answer(request: Request) -> Response:
        asked.append(request.args.to_dict())
        return Response(body, content_type="application/json")

    server.expect_request("/get").respond_with_handler(answer)
    translator = Translating(make_provider(settings_for(server, "mymemory", "/get")))
    assert await translator.translate("Merhaba", "tr", "nl") == translated
    assert asked[0]["langpair"] == "tr-TR|nl-NL"


def test_mymemory_is_asked_over_an_encrypted_line(monkeypatch):
    asked = []
    monkeypatch.setattr(providers.requests, "get", lambda url, **about: asked.append(url) or 1 / 0)
    provider = make_provider(Settings(translator="mymemory"))
    with pytest.raises(ZeroDivisionError):
        provider.translate("Merhaba", "tr", "nl")
    assert asked == ["https://api.mymemory.translated.net/get"]


async def test_google_is_read_as_the_library_reads_it(server):
    server.expect_request("/m").respond_with_data('<div class="result-container">Hallo</div>', content_type="text/html")
    provider = make_provider(settings_for(server, "google", "/m"))
    assert await asyncio.to_thread(provider.translate, "Salaan", "so", "nl") == "Hallo"


@pytest.mark.parametrize("name, code", [("libretranslate", "ti"), ("deepl", "so"), ("google", "pap")])
def test_languages_that_a_translator_does_not_have_are_not_asked_for(server, name, code):
    provider = make_provider(settings_for(server, name, translator_key="k"))
    assert code not in provider.languages and "nl" in provider.languages
