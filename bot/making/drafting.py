"""Fills the gaps of a language with a translator's drafts. Nobody is told them before a person has read them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Dict, Iterable, List, Optional

from babel import Locale, UnknownLocaleError
from deep_translator.constants import MY_MEMORY_LANGUAGES_TO_CODES

from bot.check.reading import Document
from bot.check.tree import DUTCH, Tree
from bot.making.filling import fill, may_be_filled
from bot.making.gaps import Gap, gaps_of, pairs
from bot.making.placeholders import SIGNS, hidden, shown
from bot.relay.providers import make_provider
from bot.relay.translating import Provider
from bot.settings import Settings

ENOUGH = 3  # failures in a row, after which the translator is left alone
Translate = Callable[[str], str]


class NoTranslator(Exception):
    """There is no translator, or it does not answer; the message says what to do."""


@dataclass
class Outcome:
    """What became of the gaps: how many are filled in each file, and which are left, with the reason."""

    filled: Dict[str, int] = field(default_factory=dict)
    left: Dict[Gap, str] = field(default_factory=dict)


def translator_of(settings: Settings, language: str, source: str = DUTCH) -> Translate:
    """A function that translates one text. Raises `NoTranslator` when none is set, or the settings lack something."""
    provider = make_provider(settings)
    if provider is None:
        raise NoTranslator(
            "There is no translator. Set TRANSLATOR to libretranslate, mymemory, deepl or google (docs/settings.md), "
            "or name one: --provider google. Only our own texts are sent, nothing of residents."
        )
    if settings.translator == "libretranslate" and not settings.translator_url:
        raise NoTranslator("TRANSLATOR_URL is not set: the address of your LibreTranslate.")
    if settings.translator == "deepl" and not settings.translator_key:
        raise NoTranslator("TRANSLATOR_KEY is not set: DeepL gives you one.")
    known: Provider = provider
    for code in (source, language):
        known.languages.setdefault(code, _as_called(settings.translator, code))
    return lambda text: known.translate(text, source, language)


def draft(
    root: Path,
    code: str,
    translate: Translate,
    made_by: str,
    only: Optional[str] = None,
    source: str = DUTCH,
    progress: Callable[[str, int], None] = lambda path, count: None,
) -> Outcome:
    """Fill every gap of a language, or of one topic (`only`), file after file; what exists is never changed.

    Raises `NoTranslator` when it fails several times in a row; what was translated until then is kept.
    """
    tree, outcome = Tree(root), Outcome()
    originals = {ours.path: theirs for theirs, ours in pairs(tree, code, source)}
    by_file: Dict[str, List[Gap]] = {}
    for gap in gaps_of(tree, code, source):
        if only is None or gap.path.endswith(f"/{only}.yml"):
            by_file.setdefault(gap.path, []).append(gap)
    asking = _Asking(translate, outcome)
    for path, gaps in by_file.items():
        if not may_be_filled(tree.read(path)):
            outcome.left.update({gap: "the mark of this file is taken away: write it by hand" for gap in gaps})
            continue
        try:
            asking.ask(gaps)
        finally:
            _keep(root, path, asking.take(), originals[path], made_by, outcome)
        progress(path, outcome.filled.get(path, 0))
    return outcome


class _Asking:
    """Asks the translator, and gives up when it does not answer."""

    def __init__(self, translate: Translate, outcome: Outcome) -> None:
        self._translate, self._outcome = translate, outcome
        self._failures = 0
        self._drafts: Dict[Gap, str] = {}

    def ask(self, gaps: Iterable[Gap]) -> None:
        """Translate these; raises `NoTranslator`."""
        for gap in gaps:
            text = self._draft(gap)
            if text is not None:
                self._drafts[gap] = text

    def take(self) -> Dict[Gap, str]:
        """The drafts since the last time."""
        drafts, self._drafts = self._drafts, {}
        return drafts

    def _draft(self, gap: Gap) -> Optional[str]:
        for sign in range(len(SIGNS)):
            asked, names = hidden(gap.text, sign)
            try:
                answer = self._translate(asked)
            except Exception as error:  # whatever the library or the network makes of it
                self._failed(gap, error)
                return None
            self._failures = 0
            found = shown(answer.strip(), names, sign) if isinstance(answer, str) else None
            if found:
                return found
        self._outcome.left[gap] = "the translator lost what stands in braces" if names else "there was no translation"
        return None

    def _failed(self, gap: Gap, error: Exception) -> None:
        self._outcome.left[gap] = f"the translator failed ({type(error).__name__})"
        self._failures += 1
        if self._failures >= ENOUGH:
            raise NoTranslator(
                f"The translator failed {ENOUGH} times in a row ({type(error).__name__}). "
                "What it gave until then is kept; the same command goes on from there."
            ) from None


def _keep(root: Path, path: str, drafts: Dict[Gap, str], original: Document, made_by: str, outcome: Outcome) -> None:
    if not drafts:
        return
    left = fill(root, path, drafts, original, made_by)
    outcome.left.update({gap: "it has to be put in by hand" for gap in left})
    if len(drafts) > len(left):
        outcome.filled[path] = len(drafts) - len(left)


def _as_called(translator: str, code: str) -> str:
    """A guess at how a translator calls a language that this project has no name for yet."""
    if translator == "deepl":
        return code.upper()
    if translator == "mymemory":
        try:
            name = (Locale.parse(code).get_language_name("en") or "").lower()
        except (UnknownLocaleError, ValueError):
            name = ""
        codes = MY_MEMORY_LANGUAGES_TO_CODES.values()
        return MY_MEMORY_LANGUAGES_TO_CODES.get(name) or next((c for c in codes if c.startswith(f"{code}-")), code)
    return code
