"""Sure enough to answer, to be offered as choices, or lost: what is done with a ranking of intents."""

from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, Mapping, Optional, Sequence

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

UNSURE, LOST = "unsure", "lost"
SPECIAL = ("danger", "never_offered", "small_talk")  # which intents are special, and how; they stand in config.yml


@dataclass(frozen=True)
class Decision:
    """`accepted`: answer `intent`. Else: offer `choices` (one to three intents), or nothing when the bot is lost.

    An answer to danger may have a choice too: what was meant more likely than danger, as a button beside the answer.
    """

    intent: str
    confidence: float
    accepted: bool
    choices: List[str] = field(default_factory=list)


@dataclass(frozen=True)
class Thresholds:
    """Chances between 0 and 1; where they come from stands in docs/understanding.md."""

    sure: float = 0.3  # answer
    sure_of_small_talk: float = 0.2  # a greeting, thanks: a needless question back is worse than a needless answer
    ahead: float = 0.12  # and at least so far ahead of the second
    offer: float = 0.03  # below this an intent is not worth offering
    lost: float = 0.07  # the best to offer is below this: say so, rather than offer nonsense
    in_danger: float = 0.25  # crisis and violence together: answered from here on, better once too often than missed
    part_in_danger: float = 0.62  # one of them in a few words of a longer message:
    in_danger_with_part: float = 0.12  # then this is enough for the whole
    in_danger_by_meaning: float = 0.4  # in a language that the bot does not speak: e5 alone is sure of too much
    lost_by_meaning: float = 0.2  # and not sure of anything when letters mean nothing

    def by_meaning(self) -> "Thresholds":
        """For a ranking by the sentence vector alone."""
        return replace(self, in_danger=self.in_danger_by_meaning, lost=self.lost_by_meaning)


def decide(
    ranking: List[Dict[str, Any]],
    thresholds: Thresholds,
    danger: Sequence[str],
    never_offered: Sequence[str],
    small_talk: Sequence[str] = (),
    in_parts: Optional[Mapping[str, float]] = None,
) -> Decision:
    """What to do with a ranking (best first, each with `name` and `confidence`).

    `danger` and `small_talk`: intents that are answered on a lower chance. `never_offered`: those that make no sense
    as a button. `in_parts`: the highest chance of each intent in a few words of a longer message.
    """
    chances = [(item[INTENT_NAME_KEY], float(item[PREDICTED_CONFIDENCE_KEY])) for item in ranking]
    dangers = [(name, chance) for name, chance in chances if name in danger]
    parts = [(name, (in_parts or {}).get(name, 0.0)) for name in danger]
    in_part = [(name, chance) for name, chance in parts if chance >= thresholds.part_in_danger]
    enough = thresholds.in_danger_with_part if in_part else thresholds.in_danger
    if sum(chance for _, chance in dangers) >= enough:  # which one it is may be unclear: that it is, not
        name, chance = max([*dangers, *in_part], key=lambda one: one[1])
        likelier = [chances[0][0]] if chances[0][0] not in (*danger, *never_offered) else []
        return Decision(name, chance, accepted=True, choices=likelier)
    (best, chance), second = chances[0], chances[1][1] if len(chances) > 1 else 0.0
    sure = thresholds.sure_of_small_talk if best in small_talk else thresholds.sure
    if chance >= sure and chance - second >= thresholds.ahead:
        return Decision(best, chance, accepted=True)
    offers = {name: value for name, value in chances[:3] if value >= thresholds.offer and name not in never_offered}
    is_lost = max(offers.values(), default=0.0) < thresholds.lost
    return Decision(best, chance, accepted=False, choices=[] if is_lost else list(offers))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SureEnough(GraphComponent):
    """Puts the decision on each message as `understanding`; not accepted: the intent becomes `unsure` or `lost`."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The thresholds, and which intents are special."""
        return {**vars(Thresholds()), **{name: [] for name in SPECIAL}}

    def __init__(self, config: Dict[str, Any]) -> None:
        self._thresholds = Thresholds(**{name: config[name] for name in vars(Thresholds())})
        self._special = {name: config[name] for name in SPECIAL}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SureEnough":
        """Nothing to learn: the thresholds stand in config.yml."""
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from this."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Decide on each message that was ranked."""
        for message in messages:
            ranking = message.get("intent_ranking")
            if not ranking:
                continue
            thresholds = self._thresholds.by_meaning() if message.get("foreign") else self._thresholds
            decision = decide(ranking, thresholds, **self._special, in_parts=message.get("in_parts"))
            message.set("understanding", vars(decision), add_to_output=True)
            name = decision.intent if decision.accepted else (UNSURE if decision.choices else LOST)
            intent = {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: decision.confidence}
            message.set(INTENT, intent, add_to_output=True)
        return messages
