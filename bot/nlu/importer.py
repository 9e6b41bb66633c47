"""Reads the training data. The folder says the language; a topic in `content/topics/` needs no rule of its own."""

from pathlib import Path
from typing import List, Optional, Union

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.importers.utils import training_data_from_paths
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.check import refuse_broken_content

TOPICS = Path(__file__).resolve().parents[2] / "content" / "topics"
ONE_MECHANISM = "action_answer_topic"


class FoldersAndTopics(RasaFileImporter):
    """Rasa's own importer, and three conventions that keep a new topic data only.

    - `data/nlu/<language>/...`: every example knows its language from its folder.
    - every file in `content/topics/` is an intent, and has the rule: answer the topic.
    - broken content is refused here, so that no model is trained on it (`ContentError` with file and line).
    """

    def __init__(
        self,
        config_file: Optional[str] = None,
        domain_path: Optional[str] = None,
        training_data_paths: Optional[Union[List[str], str]] = None,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        refuse_broken_content()

    def get_nlu_data(self, language: Optional[str] = "en") -> TrainingData:
        """The examples, each with its language in the metadata."""
        examples = []
        for path in self._nlu_files:
            for example in training_data_from_paths([path], language).training_examples:
                example.set("metadata", {**(example.get("metadata") or {}), "language": Path(path).parent.name})
                examples.append(example)
        return TrainingData(examples)

    def get_domain(self) -> Domain:
        """The domain, with an intent for every topic."""
        return super().get_domain().merge(Domain.from_dict({"intents": topic_names()}))

    def get_stories(self, exclusion_percentage: Optional[int] = None) -> StoryGraph:
        """The rules and stories, with the one rule that answers each topic."""
        rules = "".join(
            f"- rule: {name} is answered\n  steps:\n  - intent: {name}\n  - action: {ONE_MECHANISM}\n"
            for name in topic_names()
        )
        steps = YAMLStoryReader(self.get_domain()).read_from_string(f'version: "3.1"\nrules:\n{rules}')
        return super().get_stories(exclusion_percentage).merge(StoryGraph(steps))


def topic_names() -> List[str]:
    """The intents that are topics: one for each file in `content/topics/`."""
    return sorted(path.stem for path in TOPICS.glob("*.yml"))
