"""All files that are checked, each read once."""

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Dict, List, Optional

from bot.check.reading import Document, read

DUTCH, ENGLISH = "nl", "en"
REFERENCES = (DUTCH, ENGLISH)  # the languages that the others are compared with
TOPIC_PARTS = ("first", "easier", "more", "where", "call")  # what is said about a topic


class Language:
    """The files of one language below `content/languages/`."""

    def __init__(self, tree: "Tree", code: str) -> None:
        self.code, self.folder = code, f"content/languages/{code}"
        self.about = tree.read(f"{self.folder}/language.yml")
        self.conversation = tree.read(f"{self.folder}/conversation.yml")
        self.items = tree.read(f"{self.folder}/items.yml")
        self.topics = tree.folder(f"{self.folder}/topics")
        self.household = tree.read(f"{self.folder}/household.yml")  # not every language has it
        self.lessons = tree.read(f"{self.folder}/lessons.yml")  # nor this

    @property
    def documents(self) -> List[Document]:
        """All its files."""
        return [self.about, self.conversation, self.items, self.household, self.lessons, *self.topics.values()]


class Tree:
    """The project's files below `root`. `today` decides which facts still hold."""

    def __init__(self, root: Path, today: Optional[date] = None) -> None:
        self.root = root
        self.today = today or date.today()
        self._read: Dict[str, Document] = {}

    def read(self, path: str) -> Document:
        """One file by its path from the root."""
        if path not in self._read:
            self._read[path] = read(self.root, path)
        return self._read[path]

    def folder(self, path: str) -> Dict[str, Document]:
        """The YAML files of a folder, by name without `.yml`."""
        return {file.stem: self.read(f"{path}/{file.name}") for file in sorted((self.root / path).glob("*.yml"))}

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        return (self.root / path).is_file()

    @cached_property
    def languages(self) -> Dict[str, Language]:
        """The languages that the bot speaks, by code."""
        folders = sorted(path for path in (self.root / "content/languages").glob("*") if path.is_dir())
        return {path.name: Language(self, path.name) for path in folders}

    @cached_property
    def topics(self) -> Dict[str, Document]:
        """What each topic is in every language, by name."""
        return self.folder("content/topics")

    @cached_property
    def facts(self) -> Dict[str, Document]:
        """Phone numbers, addresses and numbers, by name."""
        return self.folder("content/facts")

    @cached_property
    def messages(self) -> Dict[str, Dict[str, Document]]:
        """The examples of what residents write: language, then intent."""
        folders = sorted(path for path in (self.root / "data/nlu").glob("*") if path.is_dir())
        return {path.name: self.folder(f"data/nlu/{path.name}") for path in folders}

    @cached_property
    def intents(self) -> List[str]:
        """The intents that `domain.yml` lists; topics are intents too, and not listed there."""
        listed = self.domain.entries("intents")
        return [next(iter(item), "") if isinstance(item, dict) else str(item) for item in listed]

    @property
    def replies(self) -> Document:
        """How each reply looks."""
        return self.read("content/replies.yml")

    @property
    def choices(self) -> Document:
        """What each button means."""
        return self.read("content/choices.yml")

    @property
    def household(self) -> Document:
        """Questions and rules of the household check."""
        return self.read("content/household.yml")

    @property
    def course(self) -> Document:
        """The small lessons, in their order."""
        return self.read("content/lessons.yml")

    @property
    def domain(self) -> Document:
        """Rasa's domain."""
        return self.read("domain.yml")

    @cached_property
    def rules(self) -> List[Document]:
        """What happens next."""
        return [*self.folder("data/rules").values(), *self.folder("data/stories").values()]

    @property
    def spoken_replies(self) -> List[str]:
        """The replies that have words in every language; the parts of topics have theirs in the topics' files."""
        return [name for name in self.replies.names() if not name.startswith("topic_")]
