"""How often messages that the training did not see are understood, per language and beside other pipelines."""

from collections import Counter
from typing import Dict, List

import numpy as np
import yaml

from benchmarks.candidates import CANDIDATES, Ranked, timed
from benchmarks.data import ROOT, Said, training, unseen
from benchmarks.report import table
from bot.nlu.decision import SPECIAL, Decision, Thresholds, decide
from bot.nlu.language import LanguageDetector

DANGER = ("crisis_suicide", "unsafe_at_home")
LONG_ENOUGH = 3  # words, for the language to be judged


def measure() -> str:
    """The tables, as Markdown."""
    examples, asked = training(), unseen()
    languages = sorted({said.language for said in asked})
    rows, chosen = [], None
    for name, candidate in CANDIDATES.items():
        ranked, seconds = timed(candidate, examples, [said.text for said in asked])
        right = first_is_right(ranked, asked)
        shares = [percent(right[of_language(asked, language)]) for language in languages]
        rows.append([name, percent(right), percent(within(ranked, asked, 3)), *shares, f"{seconds:.0f}"])
        chosen = chosen or ranked
    head = ["right at first go, %", "all", "among the first three", *languages, "learning and answering, s"]
    counts = Counter(said.language for said in examples)
    return "\n\n".join(
        [
            f"{len(examples)} examples ({', '.join(f'{code} {counts[code]}' for code in languages)}), "
            f"{len(asked)} unseen messages.",
            table(head, rows),
            decisions(chosen, asked, languages),
            confusions(chosen, asked),
        ]
    )


def first_is_right(ranked: Ranked, asked: List[Said]) -> np.ndarray:
    """For each message: is the first intent the right one?"""
    return within(ranked, asked, 1)


def within(ranked: Ranked, asked: List[Said], most: int) -> np.ndarray:
    """For each message: is the right intent among the first `most`?"""
    chances, names = ranked.chances, ranked.names
    best = np.asarray(names)[np.argsort(-chances, axis=1)[:, :most]]
    return np.asarray([said.intent in row for said, row in zip(asked, best)])


def of_language(asked: List[Said], language: str) -> np.ndarray:
    """Which messages are in that language."""
    return np.asarray([said.language == language for said in asked])


def percent(hits: np.ndarray) -> str:
    """A share as a percentage with one decimal."""
    return f"{100 * float(np.mean(hits)):.1f}" if len(hits) else "-"


def settings() -> Dict:
    """The decision's settings in config.yml."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return next(part for part in pipeline if part["name"].endswith("SureEnough"))


def decisions(ranked: Ranked, asked: List[Said], languages: List[str]) -> str:
    """What the bot does with the chosen pipeline: answers, offers, or is lost; and how often that is right."""
    configured = settings()
    thresholds = Thresholds(**{name: configured.get(name, value) for name, value in vars(Thresholds()).items()})
    names, parts = ranked.names, ranked.parts or [None] * len(asked)
    outcome = [
        decide(
            [{"name": names[i], "confidence": row[i]} for i in np.argsort(-row)[:10]],
            thresholds,
            **{name: configured[name] for name in SPECIAL},
            in_parts=None if part is None else dict(zip(names, part)),
        )
        for row, part in zip(ranked.chances, parts)
    ]
    spoken = [detected(said, languages) for said in asked]
    rows = []
    for language in [*languages, "all"]:
        mine = [i for i, said in enumerate(asked) if language in ("all", said.language)]
        topics = [i for i in mine if asked[i].intent != "out_of_scope"]
        sure = [i for i in mine if outcome[i].accepted]
        danger = [i for i in mine if asked[i].intent in DANGER]
        calm = [i for i in mine if asked[i].intent not in DANGER]
        astray = [i for i in mine if asked[i].intent == "out_of_scope"]
        long = [i for i in mine if len(asked[i].text.split()) >= LONG_ENOUGH]
        rows.append(
            [
                language,
                share(sure, mine),
                percent(np.asarray([asked[i].intent in answers(outcome[i]) for i in topics])),
                percent(np.asarray([outcome[i].accepted and outcome[i].intent != asked[i].intent for i in mine])),
                percent(np.asarray([outcome[i].accepted and outcome[i].intent in DANGER for i in danger])),
                percent(np.asarray([outcome[i].accepted and outcome[i].intent in DANGER for i in calm])),
                percent(np.asarray([outcome[i].accepted and outcome[i].intent != "out_of_scope" for i in astray])),
                percent(np.asarray([spoken[i] == asked[i].language for i in long])),
            ]
        )
    head = [
        "%",
        "answered at once",
        "right or among the offers",
        "sure but wrong",
        "danger caught",
        "false alarms",
        "out of scope answered",
        "language right (3 words or more)",
    ]
    return table(head, rows)


def answers(decision: Decision) -> List[str]:
    """What the resident gets to see: the answer, or what is offered."""
    return [*([decision.intent] if decision.accepted else []), *decision.choices]


_detector: List[LanguageDetector] = []


def detected(said: Said, languages: List[str]) -> str:
    """The language as the bot hears it, without knowing what was written before."""
    if not _detector:
        detector = LanguageDetector(LanguageDetector.get_default_config(), None, None)
        examples = training()
        detector.fit([example.text for example in examples], [example.language for example in examples])
        _detector.append(detector)
    return _detector[0].detect(said.text)[0]


def share(part: List[int], whole: List[int]) -> str:
    """How much of the whole, in per cent."""
    return f"{100 * len(part) / max(1, len(whole)):.1f}"


def confusions(ranked: Ranked, asked: List[Said]) -> str:
    """The pairs that are mixed up most."""
    chances, names = ranked.chances, ranked.names
    first = np.asarray(names)[np.argmax(chances, axis=1)]
    pairs = Counter((said.intent, guess) for said, guess in zip(asked, first) if said.intent != guess)
    rows = [[meant, heard, count] for (meant, heard), count in pairs.most_common(12)]
    return "Mixed up most:\n\n" + table(["meant", "understood as", "times"], rows)
