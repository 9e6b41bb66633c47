"""How often messages that the training did not see are understood, per language and beside other pipelines."""

from collections import Counter
from functools import lru_cache
from typing import List

import numpy as np
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from benchmarks.candidates import BY_MEANING, CANDIDATES, CHOSEN, Ranked, timed
from benchmarks.data import ROOT, Said, configured, in_other_languages, training, unseen
from benchmarks.report import table
from bot.check.other_languages import unspoken
from bot.check.tree import Tree
from bot.nlu.decision import SPECIAL, Decision, Thresholds, decide
from bot.nlu.language import OTHER, UNSURE, LanguageDetector

DANGER = ("crisis_suicide", "unsafe_at_home")
LONG_ENOUGH = 3  # words, for the language to be judged


def measure() -> str:
    """The tables, as Markdown."""
    examples, asked, hard, others = training(), unseen(), unseen("beside_money"), in_other_languages()
    languages = sorted({said.language for said in asked})
    rows, rankings = [], {}
    for name, candidate in CANDIDATES.items():
        rankings[name], seconds = timed(candidate, examples, [*(said.text for said in [*asked, *hard]), *others])
        ranked = rankings[name].of(slice(len(asked)))
        right = first_is_right(ranked, asked)
        shares = [percent(right[of_language(asked, language)]) for language in languages]
        rows.append([name, percent(right), percent(within(ranked, asked, 3)), *shares, f"{seconds:.0f}"])
    head = ["right at first go, %", "all", "among the first three", *languages, "learning and answering, s"]
    chosen, first, then = rankings[CHOSEN], slice(len(asked)), slice(len(asked), len(asked) + len(hard))
    counts = Counter(said.language for said in examples)
    return "\n\n".join(
        [
            f"{len(examples)} examples ({', '.join(f'{code} {counts[code]}' for code in languages)}), "
            f"{len(asked)} unseen messages.",
            table(head, rows),
            decisions(chosen.of(first), asked, languages),
            beside_money(chosen.of(then), hard, languages),
            other_languages(rankings[BY_MEANING].of(slice(then.stop, None)), others),
            confusions(chosen.of(first), asked),
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


def decided(ranked: Ranked, is_foreign: bool = False) -> List[Decision]:
    """What the bot does with each message: answers, offers, or is lost."""
    settings = configured("SureEnough")
    thresholds = Thresholds(**{name: settings.get(name, value) for name, value in vars(Thresholds()).items()})
    names, parts = ranked.names, ranked.parts or [None] * len(ranked.chances)
    return [
        decide(
            [{"name": names[i], "confidence": row[i]} for i in np.argsort(-row)[:10]],
            thresholds.by_meaning() if is_foreign else thresholds,
            **{name: settings[name] for name in SPECIAL},
            in_parts=None if part is None else dict(zip(names, part)),
        )
        for row, part in zip(ranked.chances, parts)
    ]


def alarms(outcome: List[Decision]) -> np.ndarray:
    """For each decision: is it answered as danger?"""
    return np.asarray([decision.accepted and decision.intent in DANGER for decision in outcome])


def decisions(ranked: Ranked, asked: List[Said], languages: List[str]) -> str:
    """How often what the bot does is right, with the chosen pipeline."""
    outcome = decided(ranked)
    rings = alarms(outcome)
    spoken = [detector().detect(said.text)[0] for said in asked]
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
                percent(rings[danger]),
                percent(rings[calm]),
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


def beside_money(ranked: Ranked, hard: List[Said], languages: List[str]) -> str:
    """Messages that are hard on purpose: danger in one breath with money, and heavy words without danger."""
    rings = alarms(decided(ranked))
    calm = np.asarray([said.intent == "calm" for said in hard])
    rows = [
        [name, percent(rings[which & ~calm]), percent(rings[which & calm])]
        for name, which in [*((code, of_language(hard, code)) for code in languages), ("all", calm | ~calm)]
    ]
    return table(["hard on purpose, %", "danger beside money caught", "heavy words taken for danger"], rows)


def other_languages(by_meaning: Ranked, others: List[str]) -> str:
    """How often it is noticed that a message is in none of the bot's languages, and what is then made of it."""
    messages = detector().process([Message({TEXT: text}) for text in others])
    noticed = np.asarray([message.get("language")["code"] == UNSURE for message in messages])
    foreign = np.asarray([bool(message.get("foreign")) for message in messages])
    rings = alarms(decided(by_meaning, is_foreign=True))
    return (
        f"{len(others)} messages without danger in languages that the bot does not speak: "
        f"{percent(noticed)} % are noticed; "
        f"{percent(foreign)} % are understood by meaning alone, {percent(rings[foreign])} % of those taken for danger."
    )


def answers(decision: Decision) -> List[str]:
    """What the resident gets to see: the answer, or what is offered."""
    return [*([decision.intent] if decision.accepted else []), *decision.choices]


@lru_cache(maxsize=1)
def detector() -> LanguageDetector:
    """The language as the bot hears it, without knowing what was written before."""
    trained = LanguageDetector(LanguageDetector.get_default_config(), None, None)
    told = [(example.text, example.language) for example in training()]
    told += [(line, OTHER) for _, lines in unspoken(Tree(ROOT)) for line in lines]
    trained.fit(*map(list, zip(*told)))
    return trained


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
