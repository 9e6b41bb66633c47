"""The translators of deep-translator, as this bot uses them.

What the library (1.11) needs around it:
- Its requests have no time limit. A translator that never answers would hold a thread for ever.
- Its lists of languages are old: Dutch is missing for LibreTranslate, Arabic for DeepL.
- DeepL no longer takes keys in the address, nor GET (its change notices of March and November 2025).
- MyMemory is asked over plain HTTP, and says that a quota is used up as if that were the translation.
"""

import json
from typing import Any, Callable, Dict, Optional

import requests
from deep_translator import DeeplTranslator, GoogleTranslator, LibreTranslator, MyMemoryTranslator, deepl, google, libre
from deep_translator import mymemory as mymemory_module
from deep_translator.base import BaseTranslator

from bot.relay.translating import Provider
from bot.settings import Settings

LONGEST_REQUEST = 6.0  # seconds
OWN_URL = {"mymemory": "https://api.mymemory.translated.net/get"}

# Our codes of languages, as each translator calls them. A language that is not here is not translated.
GOOGLE = {code: code for code in ("nl", "en", "ar", "tr", "pl", "uk", "fa", "fr", "es", "so", "ti")}
LIBRE = {code: code for code in ("nl", "en", "ar", "tr", "pl", "uk", "fa", "fr", "es")}
DEEPL = {code: code.upper() for code in ("nl", "ar", "tr", "pl", "uk", "fr", "es")} | {"en": "EN-GB"}
MYMEMORY = {
    "nl": "nl-NL", "en": "en-GB", "ar": "ar-SA", "tr": "tr-TR", "pl": "pl-PL", "uk": "uk-UA", "fa": "fa-IR",
    "fr": "fr-FR", "es": "es-ES", "so": "so-SO", "ti": "ti-ET", "pap": "pap-CW",
}  # fmt: skip


class Refused(Exception):
    """The translator answered, but not with a translation."""


class WithinTime:
    """Takes the place of `requests` inside the library's modules: the same calls, with a time limit."""

    def __init__(self, longest: float) -> None:
        self._longest = longest

    def get(self, url: str, params: Any = None, proxies: Any = None) -> requests.Response:
        """As `requests.get`."""
        return requests.get(url, params=params, timeout=self._longest)

    def post(self, url: str, params: Any = None) -> requests.Response:
        """As `requests.post`."""
        return requests.post(url, params=params, timeout=self._longest)


class DeeplToday(WithinTime):
    """As DeepL wants to be asked now: POST, the key in a header, the text in the body."""

    def get(self, url: str, params: Any = None, proxies: Any = None) -> requests.Response:
        """The library says GET."""
        form = {name: value for name, value in params.items() if name != "auth_key"}
        if form["source_lang"].startswith("EN-"):
            form["source_lang"] = "EN"  # kinds of English are for targets only
        headers = {"Authorization": f"DeepL-Auth-Key {params['auth_key']}"}
        return requests.post(url, data=form, headers=headers, timeout=self._longest)


class HonestMyMemory(WithinTime):
    """MyMemory says what went wrong in the body of an answer that is called successful."""

    def get(self, url: str, params: Any = None, proxies: Any = None) -> requests.Response:
        """Raises `Refused`."""
        answer = super().get(url, params)
        if answer.status_code == 200:
            said = json.loads(answer.text)
            if str(said.get("responseStatus")) != "200" or said.get("quotaFinished"):
                raise Refused(str(said.get("responseStatus")))
        return answer


def make_provider(settings: Settings) -> Optional[Provider]:
    """The translator of the settings; None when there is none, which is the default."""
    if settings.translator == "none":
        return None
    libre.requests = google.requests = WithinTime(LONGEST_REQUEST)
    deepl.requests, mymemory_module.requests = DeeplToday(LONGEST_REQUEST), HonestMyMemory(LONGEST_REQUEST)
    make, languages, longest = {
        "libretranslate": (_libre, LIBRE, 500),  # the text goes in the address: in Arabic that is 3000 signs
        "mymemory": (_mymemory, MYMEMORY, 160),  # 500 bytes
        "deepl": (_deepl, DEEPL, 2000),
        "google": (_google, GOOGLE, 1500),
    }[settings.translator]
    return Provider(_translate_with(make, settings, languages), languages, longest)


def _translate_with(
    make: Callable[[Settings], BaseTranslator], settings: Settings, languages: Dict[str, str]
) -> Callable[[str, str, str], str]:
    own_url = str(settings.translator_url) if settings.translator_url else OWN_URL.get(settings.translator)
    if own_url and settings.translator in ("libretranslate", "deepl"):  # to which the library adds `translate`
        own_url = own_url.rstrip("/").removesuffix("/translate") + "/"

    def translate(text: str, source: str, target: str) -> str:
        """Blocks; raises whatever goes wrong. A new translator each time: they keep what they were asked."""
        translator = make(settings)
        translator.source, translator.target = languages[source], languages[target]
        if own_url:
            translator._base_url = own_url
        return translator.translate(text)

    return translate


def _key(settings: Settings) -> str:
    return settings.translator_key.get_secret_value() if settings.translator_key else ""


def _libre(settings: Settings) -> BaseTranslator:
    translator = LibreTranslator("en", "ar", api_key=_key(settings) or "none")
    translator.api_key = _key(settings)  # a server of one's own has none, and the library insists on one
    return translator


def _deepl(settings: Settings) -> BaseTranslator:
    key = _key(settings)
    return DeeplTranslator("en", "de", api_key=key, use_free_api=key.endswith(":fx"))


def _google(_settings: Settings) -> BaseTranslator:
    return GoogleTranslator("en", "nl")


def _mymemory(settings: Settings) -> BaseTranslator:
    key = _key(settings)
    return MyMemoryTranslator("en-GB", "nl-NL", email=key if "@" in key else None)
