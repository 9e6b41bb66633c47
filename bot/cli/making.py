"""`new-topic`, `new-language`, `new-fact` and `draft`: for maintainers. Files are never overwritten."""

from typing import TYPE_CHECKING, Dict, List, Optional

import typer
from rich.console import Console

from bot.cli.check import is_about, report
from bot.cli.running import settings_or_stop, stop
from bot.clock import Clock
from bot.settings import ROOT

if TYPE_CHECKING:
    from bot.making.drafting import Outcome

RISKS = {
    "now": "somebody is in danger, or must act today",
    "soon": "a date is running: a letter, a court, a cut-off",
    "plain": "everything else",
}
KINDS = {"phone": "a phone number", "web": "a web address", "number": "a number, such as weeks"}
SHOWN = 12  # gaps that are named one by one


def new_topic(
    name: str = typer.Argument(..., help="Small English words with _ between them, such as funeral_costs."),
    group: Optional[str] = typer.Option(None, help="Under which heading of the menu; asked when left out."),
    risk: Optional[str] = typer.Option(None, help="now, soon or plain; asked when left out."),
    pictogram: str = typer.Option("letter", help="A name from content/pictograms.yml."),
) -> None:
    """Every file of a new topic, to be filled in. All are drafts: residents do not see them."""
    from bot.check.tree import Tree
    from bot.making.scaffold import CannotMake, groups_of, refuse_topic_name
    from bot.making.scaffold import new_topic as make

    tree = Tree(ROOT)
    try:
        refuse_topic_name(tree, name)  # before the questions: they would be answered for nothing
        group = group or _choose("Under which heading of the menu does it belong?", groups_of(tree))
        risk = risk or _choose("How urgent is it for somebody who asks?", RISKS)
        made = make(ROOT, name, group, risk, pictogram)
    except CannotMake as error:
        stop(error)
    dutch = f"content/languages/nl/topics/{name}.yml"
    typer.echo(f"Made {len(made)} files. All of them are drafts: residents see nothing of them yet.")
    _steps(
        f"Open content/topics/{name}.yml: choose the picture, whom to call and what to take along.",
        f"Open {dutch}: write in the place of the three dots. Then the same in English: “en” for “nl”.",
        f"Open data/nlu/nl/{name}.yml: at least 20 messages as people type them. Then English, and what you can.",
        f"See what is still wrong: uv run sleutel check {name}",
        f"Dutch is ready? Take away the line “draft: true” from {dutch} and from content/topics/{name}.yml.",
        "Train and try: make train, then make demo.",
        "Another language: somebody writes it and takes away the mark in that file. Until then people who ask in it "
        f"hear that a person can help. A first draft by a translator: uv run sleutel draft ar --only {name}",
    )
    _look([f"content/topics/{name}.yml", dutch, f"data/nlu/nl/{name}.yml"])


def new_language(
    code: str = typer.Argument(..., help="Two or three small letters, such as pt."),
    name: Optional[str] = typer.Option(None, help="How it is called in the language itself; only when no table knows."),
    direction: str = typer.Option("ltr", help="With --name: ltr, or rtl for right to left."),
) -> None:
    """Every file of a new language, with the Dutch text above each gap. A draft: nobody is spoken to in it yet."""
    from bot.making.scaffold import CannotMake, LanguageNames
    from bot.making.scaffold import new_language as make

    if direction not in ("ltr", "rtl"):
        stop(f"“{direction}” is no direction: ltr (from left to right) or rtl (from right to left).")
    names = LanguageNames(name, [], direction) if name else None
    try:
        made = make(ROOT, code, Clock()().date(), names)
    except CannotMake as error:
        stop(error)
    folder = f"content/languages/{code}"
    typer.echo(f"Made {len(made)} files. All of them are drafts: nobody is spoken to in this language yet.")
    _steps(
        f"Open {folder}/language.yml: correct the names, and write who writes this language, and when.",
        f"Write {folder}/conversation.yml and {folder}/items.yml. Above each gap stands the Dutch text.",
        f"Write the files in {folder}/topics/ one by one. A topic whose mark stays is not said in this language; "
        "crisis_suicide, unsafe_at_home, eviction_notice, energy_disconnection and cannot_buy_food must be written.",
        f"Write messages in data/nlu/{code}/, as people really type. Not translated ones: those are too tidy.",
        f"See what is still wrong: uv run sleutel check {code}",
        "Each file that is ready and read by a second person: take away its line “draft: true”.",
        f"When conversation.yml and items.yml are done: take it away from {folder}/language.yml too. "
        "Then the language is spoken after: make train",
        f"A first draft by a translator, to correct: uv run sleutel draft {code}",
    )


def new_fact(
    name: str = typer.Argument(..., help="Small English words with _ between them: what stands in braces in texts."),
    kind: Optional[str] = typer.Option(None, help="phone, web or number; asked when left out."),
    value: Optional[str] = typer.Option(None, help="The number or address itself; asked when left out."),
    source: Optional[str] = typer.Option(None, help="The page where anybody can look it up; asked when left out."),
    note: str = typer.Option("", help="A word for other maintainers."),
    seen: Optional[bool] = typer.Option(None, "--seen/--not-seen", help="You opened the page today and saw it there."),
) -> None:
    """A phone number, web address or number, with where it comes from."""
    from bot.making.scaffold import CannotMake
    from bot.making.scaffold import new_fact as make

    kind = kind or _choose("What kind of fact is it?", KINDS)
    value = value or typer.prompt("What is it, exactly as people should read it?")
    source = source or typer.prompt("On which page can anybody look it up? (https://...)")
    seen = typer.confirm("Did you open that page today, and does it say so?") if seen is None else seen
    try:
        (path,) = make(ROOT, name, kind, value, source, Clock()().date() if seen else None, note)
    except CannotMake as error:
        stop(error)
    typer.echo(f"Made {path}.")
    _steps(
        f"Say it in a text with {{{name}}}. Everywhere it is said, it changes when the file changes.",
        "It ends on a day, or changes on 1 January? Give it an “until”, and add a second value with a “from”.",
        f"See whether all is well: uv run sleutel check {name}",
    )
    _look([path])


def draft(
    languages: List[str] = typer.Argument(..., metavar="LANGUAGE...", help="Codes, such as tr or so."),
    provider: Optional[str] = typer.Option(
        None, help="Instead of TRANSLATOR: libretranslate, mymemory, deepl, google."
    ),
    only: Optional[str] = typer.Option(None, help="One topic, or one file: conversation, items, household."),
    source: str = typer.Option("nl", "--from", help="Translate from this language."),
) -> None:
    """Fill what is missing with a translator's drafts. Residents never see them until a person takes the mark away."""
    from bot.check.tree import Tree
    from bot.making import drafting

    settings = settings_or_stop()
    if provider is not None:
        if provider not in ("libretranslate", "mymemory", "deepl", "google"):
            stop(f"“{provider}” is no translator. Choose libretranslate, mymemory, deepl or google.")
        settings = settings.copy(update={"translator": provider})
    known = Tree(ROOT).languages
    for code in (source, *languages):
        if code not in known:
            stop(f"There is no language “{code}” yet. Make it with: uv run sleutel new-language {code}")
    made_by = f"{settings.translator}, {Clock()().date()}"
    for code in (code for code in languages if code != source):
        try:
            translate = drafting.translator_of(settings, code, source)
            outcome = drafting.draft(ROOT, code, translate, made_by, only, source, _progress)
        except drafting.NoTranslator as error:
            stop(error)
        _tell(code, outcome)


def _progress(path: str, count: int) -> None:
    typer.echo(f"{path}: {count} {'text' if count == 1 else 'texts'}")


def _tell(code: str, outcome: "Outcome") -> None:
    left = list(outcome.left.items())
    typer.echo(f"\n{code}: {sum(outcome.filled.values())} texts written as drafts, {len(left)} left open.")
    for gap, reason in left[:SHOWN]:
        typer.echo(f"  {gap.path}, {'/'.join(map(str, gap.where))}: {reason}")
    if len(left) > SHOWN:
        typer.echo(f"  and {len(left) - SHOWN} more")
    if outcome.filled:
        _steps(
            "Let somebody who grew up with the language read and correct every text. A machine makes bad mistakes.",
            "File read? Take away its line “draft: true”; or the line of the text in the list “draft” at the top.",
            f"See what is still wrong: uv run sleutel check {code}",
        )


def _choose(question: str, options: Dict[str, str]) -> str:
    """Ask with numbers; the name itself is an answer too."""
    names = list(options)
    typer.echo(question)
    for number, (name, means) in enumerate(options.items(), 1):
        typer.echo(f"  {number}. {name}: {means}")
    while True:
        answer = typer.prompt("Number or name").strip()
        if answer in options:
            return answer
        if answer.isdecimal() and 1 <= int(answer) <= len(names):
            return names[int(answer) - 1]
        typer.echo(f"Please answer with a number from 1 to {len(names)}.")


def _look(paths: List[str]) -> None:
    """What the check says about these files."""
    from bot.check import REFUSING, all_findings

    typer.echo("\nWhat is still to be done, as the check sees it:")
    report([found for found in all_findings(ROOT, REFUSING, in_drafts=True) if is_about(found.path, paths)], Console())


def _steps(*steps: str) -> None:
    typer.echo("Now, step by step:")
    for number, step in enumerate(steps, 1):
        typer.echo(f"  {number}. {step}")
