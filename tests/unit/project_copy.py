"""A copy of the project's content to break in a test: few languages, because each check reads everything anew."""

import re
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional, Sequence

PROJECT = Path(__file__).resolve().parents[2]
REFERENCES = ("nl", "en")


class Broken(NamedTuple):
    """One thing that somebody does wrong, and what has to be said about it."""

    what: str
    file: str
    old: Optional[str]  # a pattern; None: the file is made anew
    new: Optional[str]  # None: the file is deleted
    line: str  # a pattern that is found where the finding has to point, in the broken file; "": the first line
    words: str  # somewhere in the problem or the mend


def copy_of_project(
    root: Path, languages: Sequence[str] = REFERENCES, folders: Sequence[str] = ("content", "data")
) -> Path:
    """The content and the examples of these languages only, below `root`."""

    every = {path.name for path in (PROJECT / "content/languages").iterdir()}

    def others(_folder: str, names: List[str]) -> List[str]:
        return [name for name in names if Path(name).stem in every - set(languages)]

    for folder in folders:
        shutil.copytree(PROJECT / folder, root / folder, ignore=others)
    for file in ("domain.yml", "config.yml"):
        shutil.copy(PROJECT / file, root / file)
    return root


@contextmanager
def broken(root: Path, case: Broken) -> Iterator[int]:
    """Break one thing; gives the line where it is broken; mends it afterwards."""
    path = root / case.file
    before = path.read_bytes() if path.exists() else None
    text = before.decode("utf-8") if before else ""
    try:
        if case.new is None:
            path.unlink()
        elif case.old is None:
            source = path.parent / f"{case.new.removeprefix('copy of ')}.yml"
            text = source.read_text(encoding="utf-8") if source.exists() else case.new
            if "nlu" in path.parts:  # a copy of all messages would be found twice
                text = "version: '3.1'\nnlu:\n- intent: thanks\n  examples: |\n    - dank voor al dat mooie werk\n"
            path.write_text(text, encoding="utf-8")
        else:
            text, count = re.subn(case.old, case.new, text, count=1, flags=re.MULTILINE)
            assert count == 1, f"nothing to break: {case.old} is not in {case.file}"
            path.write_bytes(text.encode("utf-8", "surrogateescape"))
        found = re.search(case.line, text, re.MULTILINE)
        assert found, f"{case.line} is not in the broken {case.file}"
        yield text.count("\n", 0, found.start()) + 1
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
