"""Messages in languages that the bot does not speak: one a line in `data/other_languages/<code>.txt`."""

from typing import Iterator, List, Set, Tuple

from bot.check.drafts import drafts_of
from bot.check.finding import Finding
from bot.check.tree import Tree
from bot.check.understanding import all_examples, plain_words

FOLDER = "data/other_languages"


def unspoken(tree: Tree) -> Iterator[Tuple[str, List[str]]]:
    """Path and lines of each file whose language is not spoken. Raises `UnicodeDecodeError`."""
    spoken = set(tree.languages) - drafts_of(tree).languages
    for path in sorted((tree.root / FOLDER).glob("*.txt")):
        if path.stem not in spoken:
            yield f"{FOLDER}/{path.name}", path.read_text(encoding="utf-8").splitlines()


def other_languages_are_other(tree: Tree) -> Iterator[Finding]:
    """Nothing but messages stands there, and none that stands in a language of ours too."""
    ours: Set[str] = {example.plain for examples in all_examples(tree).values() for example in examples}
    try:
        for path, lines in unspoken(tree):
            for number, line in enumerate(lines, 1):
                if line.startswith(("#", "-")):
                    yield Finding(path, number, "a line begins with a sign", "One message a line, and nothing else.")
                elif line.strip() and plain_words(line) in ours:
                    mend = "Take it away here: it cannot tell the languages apart."
                    yield Finding(path, number, f"“{line.strip()}” is also a message in a language of ours", mend)
    except UnicodeDecodeError:
        yield Finding(FOLDER, 1, "a file is not saved as UTF-8", "Save it again as UTF-8.")
