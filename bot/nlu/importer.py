"""Reads the training data. The folder says the language; a topic in `content/topics/` needs no rule of its own."""

from pathlib import Path
from typing import List, Optional, Union

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.entities_parser import parse_training_example
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method

from bot.check import refuse_broken_content
from bot.check.drafts import drafts_of
from bot.check.other_languages import unspoken
from bot.check.tree import Tree
from bot.check.understanding import Example, all_examples
from bot.nlu.language import UNSPOKEN

ROOT = Path(__file__).resolve().parents[2]
ONE_MECHANISM = "action_answer_topic"


class FoldersAndTopics(RasaFileImporter):
    """Rasa's own importer, and five conventions that keep a new topic data only.

    - `data/nlu/<language>/...`: every example knows its language from its folder.
    - `data/other_languages/...`: how languages look that the bot does not speak; without an intent.
    - every file in `content/topics/` is an intent, and has the rule: answer the topic.
    - nothing is learnt from a draft: residents would be understood and then not answered.
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

    @cached_method
    def get_nlu_data(self, language: Optional[str] = "en") -> TrainingData:
        """The examples, each with its language in the metadata. Read as the check does: Rasa's reader is slow."""
        tree = Tree(ROOT)
        drafts = drafts_of(tree)
        told = [
            as_message(example)
            for examples in all_examples(tree).values()
            for example in examples
            if not drafts.hold(example.path)
        ]
        others = [line for _, lines in unspoken(tree) for line in lines if line.strip()]
        # not as a text: one without an intent would be a turn of a story to Rasa
        return TrainingData([*told, *(Message({UNSPOKEN: line}) for line in others)])

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
    """The intents that are topics: one for each file in `content/topics/` that is no draft."""
    tree = Tree(ROOT)
    return sorted(set(tree.topics) - drafts_of(tree).topics)


def as_message(example: Example) -> Message:
    """An example of the check as Rasa learns it."""
    message = parse_training_example(example.text, example.intent)
    message.set("metadata", {"language": example.language})
    return message
