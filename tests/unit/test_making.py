"""New topics, languages and facts; and drafts, which residents never see until somebody takes the mark away."""

import re
from datetime import date
from pathlib import Path
from typing import List, Set, Tuple

import pytest
from rasa.shared.importers.utils import training_data_from_paths
from typer.testing import CliRunner

from bot.check import REFUSING, all_findings
from bot.check.drafts import drafts_are_told
from bot.check.looked_after import facts_are_dated, topics_are_tested
from bot.check.tree import Tree
from bot.cli import app, check, making
from bot.cli.check import is_about
from bot.making.scaffold import CannotMake, LanguageNames, names_of, new_fact, new_language, new_topic
from bot.nlu import importer
from bot.nlu.language import UNSPOKEN
from bot.replies.content import Content, load_content
from bot.replies.speaker import Speaker
from bot.training import fingerprint
from tests.unit.project_copy import copy_of_project

TODAY = date(2026, 11, 22)
NAME = "funeral_costs"
ABOUT, DUTCH, ENGLISH, ARABIC = (
    f"content/{place}/{NAME}.yml"
    for place in ("topics", "languages/nl/topics", "languages/en/topics", "languages/ar/topics")
)
MESSAGES = f"data/nlu/nl/{NAME}.yml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the project's content and examples."""
    folders = ("content", "data", "benchmarks/messages")
    return copy_of_project(tmp_path, ("nl", "en", "ar", "tr"), folders)


def write(root: Path, path: str, old: str, new: str, count: int = 0) -> None:
    """Change a file as a maintainer would."""
    text, changed = re.subn(old, new, (root / path).read_text(encoding="utf-8"), count=count, flags=re.MULTILINE)
    assert changed, f"{old} is not in {path}"
    (root / path).write_text(text, encoding="utf-8")


def unmark(root: Path, *paths: str) -> None:
    """Take the mark of a draft away."""
    for path in paths:
        write(root, path, r"^draft: true.*\n", "")


def write_all(root: Path, path: str, text: str) -> None:
    """Write something in every gap."""
    write(root, path, r'"\.\.\."', f'"{text}"')


def errors(root: Path, in_drafts: bool = False) -> List[str]:
    return [str(found) for found in all_findings(root, REFUSING, in_drafts) if found.severity == "error"]


def told(root: Path) -> List[str]:
    return [found.problem for found in drafts_are_told(Tree(root))]


def speaker(root: Path) -> Speaker:
    return Speaker(load_content(root / "content"), today=lambda: TODAY)


def loaded(root: Path) -> Content:
    return load_content(root / "content")


# ---------------------------------------------------------------- new topics


def test_a_new_topic_is_a_file_in_every_language_and_changes_nothing_for_residents(root):
    before = errors(root)
    made = new_topic(root, NAME, "cannot_pay", "plain")
    codes = list(Tree(root).languages)
    assert len(made) == 1 + 2 * len(codes) and all((root / path).is_file() for path in made)
    assert errors(root) == before, "a draft stops nobody from training"
    assert NAME not in loaded(root).topics
    assert all(NAME not in words.topics for words in loaded(root).languages.values())
    begun = "; nobody has begun to write it in ar, en, tr"
    assert told(root) == [f"“{NAME}” is a draft{begun}: residents do not see it"]


def test_asked_by_name_the_check_says_what_is_still_to_be_written(root):
    new_topic(root, NAME, "cannot_pay", "plain")
    write(root, DUTCH, r'^title: "\.\.\."', 'title: "Uitvaart betalen"')
    found = [finding for finding in all_findings(root, REFUSING, in_drafts=True) if is_about(finding.path, [NAME])]
    dutch = {finding.problem for finding in found if finding.path == DUTCH}
    assert {"“where” is still to be written", "entry 2 of “first” is still to be written"} <= dutch
    assert [finding.problem for finding in found if finding.path == ARABIC] == ["nothing is written here yet"]
    assert any(finding.path == MESSAGES and "only 0 messages" in finding.problem for finding in found)


def test_an_empty_list_of_messages_is_read_without_any(root):
    new_topic(root, NAME, "cannot_pay", "plain")
    assert training_data_from_paths([str(root / MESSAGES)], "nl").training_examples == []


def test_a_topic_without_its_mark_is_live_where_it_is_written_and_a_kind_word_elsewhere(root):
    new_topic(root, NAME, "cannot_pay", "plain")
    for path in (DUTCH, ENGLISH):
        write_all(root, path, "Bel Geldfit.")
    unmark(root, ABOUT, DUTCH, ENGLISH)
    speaking = speaker(root)
    assert speaking.topic(NAME, "first", "nl").messages == ["Bel Geldfit."] * 2
    elsewhere = speaking.topic(NAME, "first", "ar")
    assert elsewhere.messages == speaking.say("not_written", "ar").messages
    assert elsewhere.picture == f"lines/ar/{NAME}.png", "whom to call is known in every language"
    assert "/talk_to_person" in [button.payload for button in elsewhere.choices]
    assert "•" in speaking.topic(NAME, "bring", "ar").messages[0], "and so is what to bring"
    arabic = speaking.language("ar")
    assert not speaking.can_offer(NAME, arabic) and speaking.can_offer(NAME, speaking.language("nl"))
    assert told(root) == [f"“{NAME}” is a draft in ar, tr: residents there hear that a person can help"]


def test_a_topic_that_is_live_but_unwritten_stops_training(root):
    before = set(errors(root))
    new_topic(root, NAME, "cannot_pay", "plain")
    unmark(root, ABOUT, DUTCH)
    new = set(errors(root)) - before
    assert {path for path in (DUTCH, MESSAGES) if any(error.startswith(path) for error in new)} == {DUTCH, MESSAGES}
    assert not any(ARABIC in error for error in new)


@pytest.mark.parametrize(
    "path, why",
    [
        ("content/languages/ar/topics/crisis_suicide.yml", "“crisis_suicide” cannot be a draft in “ar”"),
        ("content/languages/nl/topics/digid.yml", "“digid” cannot be a draft in “nl”"),
        ("content/topics/unsafe_at_home.yml", "“unsafe_at_home” cannot be a draft"),
        ("content/languages/nl/language.yml", "Dutch cannot be a draft"),
        ("content/languages/tr/items.yml", "and yet this file is a draft"),
    ],
)
def test_what_people_in_danger_and_everything_else_lean_on_is_never_a_draft(root, path, why):
    write(root, path, r"\A", "draft: true\n", 1)
    found = [error for error in errors(root) if error.startswith(f"{path}:1:")]
    assert len(found) == 1 and why in found[0]


def test_mistakes_in_the_yaml_of_a_draft_are_never_hidden(root):
    new_topic(root, NAME, "cannot_pay", "plain")
    (root / MESSAGES).write_text("nlu: [", encoding="utf-8")
    assert any(error.startswith(MESSAGES) and "not valid YAML" in error for error in errors(root))


@pytest.mark.parametrize(
    "name, group, risk, why",
    [
        ("Funeral costs", "cannot_pay", "plain", "cannot be a name"),
        ("funeral__costs", "cannot_pay", "plain", "cannot be a name"),
        ("../../etc/passwd", "cannot_pay", "plain", "cannot be a name"),
        ("f" * 41, "cannot_pay", "plain", "cannot be a name"),
        ("bailiff", "cannot_pay", "plain", "is taken"),
        ("greet", "cannot_pay", "plain", "is taken"),
        (NAME, "cant_pay", "plain", "is no group"),
        (NAME, "cannot_pay", "high", "now, soon, plain"),
    ],
)
def test_what_cannot_be_made_is_said_and_nothing_is_written(root, name, group, risk, why):
    before = sorted(path for path in root.rglob("*"))
    with pytest.raises(CannotMake, match=why):
        new_topic(root, name, group, risk)
    assert sorted(path for path in root.rglob("*")) == before


def test_nothing_is_overwritten(root):
    (root / DUTCH).write_text("mine", encoding="utf-8")
    with pytest.raises(CannotMake, match="there already"):
        new_topic(root, NAME, "cannot_pay", "plain")
    assert (root / DUTCH).read_text(encoding="utf-8") == "mine" and not (root / ABOUT).exists()


# ---------------------------------------------------------------- new languages


def test_a_new_language_has_every_file_of_dutch_with_its_texts_above_the_gaps(root):
    before = errors(root)
    made = new_language(root, "pt", TODAY)
    tree = Tree(root)
    dutch, ours = tree.languages["nl"], tree.languages["pt"]
    assert list(ours.topics) == list(dutch.topics)
    assert ours.conversation.names("replies") == dutch.conversation.names("replies")
    assert "desk" not in ours.conversation.names(), "helpers read Dutch"
    assert ours.about.get("name") == "Português" and ours.about.get("direction") == "ltr"
    assert ours.about.get("status", "reviewed_by") is None
    text = (root / "content/languages/pt/conversation.yml").read_text(encoding="utf-8")
    assert f'    # {dutch.conversation.get("replies", "thank", 0)}\n    - "..."\n' in text
    assert {f"data/nlu/pt/{path.name}" for path in (root / "data/nlu/nl").glob("*.yml")} <= set(made)
    assert errors(root) == before


def test_a_draft_language_is_neither_offered_nor_spoken(root):
    new_language(root, "pt", TODAY)
    content = loaded(root)
    assert "pt" not in content.languages
    assert Speaker(content).say("thank", "pt").language == "nl"


def test_a_language_without_its_mark_must_have_its_conversation_and_may_do_without_topics(root):
    new_language(root, "pt", TODAY)
    unmark(root, "content/languages/pt/language.yml")
    found = errors(root)
    for file in ("conversation", "items"):
        assert any(f"content/languages/pt/{file}.yml" in error and "this file is a draft" in error for error in found)
    assert any("“crisis_suicide” cannot be a draft in “pt”" in error for error in found)
    assert not any("pt/topics/budgeting.yml" in error for error in found)


@pytest.mark.parametrize(
    "code, own, direction", [("ar", "العربية", "rtl"), ("pt", "Português", "ltr"), ("he", "עברית", "rtl")]
)
def test_names_and_direction_come_from_the_unicode_tables(code, own, direction):
    assert (names_of(code).own, names_of(code).direction) == (own, direction)


def test_a_language_that_no_table_knows_needs_a_name(root):
    with pytest.raises(CannotMake, match="--name"):
        new_language(root, "qqq", TODAY)
    new_language(root, "qqq", TODAY, LanguageNames("Sarnami", [], "ltr"))
    assert Tree(root).languages["qqq"].about.get("name") == "Sarnami"


@pytest.mark.parametrize("code", ["tr", "portuguese", "PT", "p"])
def test_a_code_that_is_taken_or_none_is_refused(root, code):
    with pytest.raises(CannotMake):
        new_language(root, code, TODAY)


# ---------------------------------------------------------------- single drafts, and what is borrowed


def test_a_single_draft_counts_as_missing_and_is_an_error_in_a_live_language(root):
    path = "content/languages/tr/conversation.yml"
    write(root, path, r"\A", "draft:\n- replies/thank\n- phrases/by_number\n", 1)
    assert any(f"{path}:" in error and "“thank” is a draft" in error for error in errors(root))
    content = loaded(root)
    turkish, dutch = content.languages["tr"], content.languages["nl"]
    assert "thank" not in turkish.replies
    assert Speaker(content).say("thank", "tr").language == "nl"
    assert turkish.phrases["by_number"] == dutch.phrases["by_number"]


def test_the_household_check_as_a_draft_is_not_offered(root):
    write(root, "content/languages/nl/household.yml", r"\A", "draft: true\n", 1)
    assert loaded(root).languages["nl"].household is None


@pytest.mark.parametrize("mark", ["draft: false", "draft: [replies/nothing_such]", "draft: yes please"])
def test_a_mark_that_means_nothing_is_refused(root, mark):
    path = "content/languages/tr/conversation.yml"
    write(root, path, r"\A", f"{mark}\n", 1)
    assert any(error.startswith(f"{path}:1:") for error in errors(root))


# ---------------------------------------------------------------- facts, and what is looked after


def test_a_new_fact_is_complete_and_well_written(root):
    before = errors(root)
    (path,) = new_fact(root, "funeral_line", "phone", "0800-1234", "https://example.nl/bellen", TODAY, "Free.")
    assert errors(root) == before
    content = loaded(root)
    assert content.facts["funeral_line"].on(TODAY) == "0800-1234"
    assert not [found for found in facts_are_dated(Tree(root, TODAY)) if found.path == path]


@pytest.mark.parametrize(
    "what",
    [("x", "fax", "1", "https://x.nl"), ("x", "web", "x.nl", "http://x.nl"), ("geldfit", "web", "x", "https://x")],
)
def test_a_fact_without_kind_source_or_a_name_of_its_own_is_refused(root, what):
    with pytest.raises(CannotMake):
        new_fact(root, *what)


def test_a_fact_that_nobody_has_looked_at_for_a_year_is_named(root):
    new_fact(root, "old_line", "phone", "0800-1", "https://x.nl", date(2025, 1, 1))
    new_fact(root, "new_line", "phone", "0800-2", "https://x.nl", date(2026, 1, 1))
    new_fact(root, "undated_line", "phone", "0800-3", "https://x.nl")
    found = {finding.path.split("/")[-1]: finding.problem for finding in facts_are_dated(Tree(root, TODAY))}
    assert found["old_line.yml"] == "“old_line” was last looked at on 2025-01-01"
    assert "nobody has noted" in found["undated_line.yml"] and "new_line.yml" not in found


def test_a_live_topic_without_test_messages_is_named(root):
    new_topic(root, NAME, "cannot_pay", "plain")
    tested = [finding for finding in topics_are_tested(Tree(root)) if NAME in finding.problem]
    assert tested == []
    unmark(root, ABOUT, DUTCH)
    assert {f.path for f in topics_are_tested(Tree(root)) if NAME in f.problem} == {"benchmarks/messages/nl.txt"}


# ---------------------------------------------------------------- what is learnt


def learnt(root: Path, monkeypatch: pytest.MonkeyPatch) -> Set[Tuple[str, str]]:
    """Language and intent of everything that a model would be trained on."""
    monkeypatch.setattr(importer, "ROOT", root)
    monkeypatch.setattr(importer, "refuse_broken_content", lambda: None)
    reads = importer.FoldersAndTopics(str(root / "config.yml"), str(root / "domain.yml"), [str(root / "data")])
    examples = reads.get_nlu_data().intent_examples
    return {(example.get("metadata")["language"], example.get("intent")) for example in examples}


def test_nothing_is_learnt_from_a_draft_and_taking_its_mark_away_trains_anew(root, monkeypatch):
    before = fingerprint(root)
    new_topic(root, NAME, "cannot_pay", "plain")
    write(root, MESSAGES, r"(examples: \|\n)[\s\S]*", r"\1    - wie betaalt de begrafenis van mijn moeder\n")
    assert ("nl", NAME) not in learnt(root, monkeypatch) and NAME not in importer.topic_names()
    assert fingerprint(root) == before, "so nobody has to wait for training either"
    unmark(root, ABOUT, DUTCH)
    assert ("nl", NAME) in learnt(root, monkeypatch) and NAME in importer.topic_names()
    assert fingerprint(root) != before


def test_nothing_is_learnt_from_a_draft_language(root, monkeypatch):
    before = fingerprint(root)
    write(root, "content/languages/tr/language.yml", r"\A", "draft: true\n")
    assert {language for language, _ in learnt(root, monkeypatch)} == {"nl", "en", "ar"}
    assert fingerprint(root) != before


def test_what_a_language_looks_like_is_learnt_as_another_until_it_is_spoken(root, monkeypatch):
    monkeypatch.setattr(importer, "ROOT", root)
    monkeypatch.setattr(importer, "refuse_broken_content", lambda: None)
    (root / "data" / "other_languages" / "tr.txt").write_text("bir iki üç\n\n", encoding="utf-8")

    def others() -> Set[str]:
        told = importer.FoldersAndTopics(str(root / "config.yml"), str(root / "domain.yml"), []).get_nlu_data()
        assert not told.has_e2e_examples(), "or Rasa would train stories on them"
        return {line for example in told.training_examples if (line := example.get(UNSPOKEN)) is not None}

    assert others() and "bir iki üç" not in others() and "" not in others()
    write(root, "content/languages/tr/language.yml", r"\A", "draft: true\n")
    assert "bir iki üç" in others()


# ---------------------------------------------------------------- the commands


@pytest.fixture
def run(root, monkeypatch):
    """Run a command of `sleutel` on the copy."""
    monkeypatch.setattr(making, "ROOT", root)
    monkeypatch.setattr(check, "ROOT", root)
    monkeypatch.setattr(making, "_look", lambda paths: None)
    return lambda *words, typed="": CliRunner().invoke(app, list(words), input=typed)


def test_what_is_left_out_is_asked_in_plain_words_and_the_next_steps_are_numbered(root, run):
    done = run("new-topic", NAME, typed="99\n3\nplain\n")
    assert done.exit_code == 0, done.output
    assert "I cannot pay" in done.output and "Please answer with a number" in done.output
    assert "1. Open content/topics/funeral_costs.yml" in done.output
    assert Tree(root).topics[NAME].get("group") == "cannot_pay"


def test_a_name_that_cannot_be_is_refused_before_any_question(run):
    refused = run("new-topic", "bailiff")
    assert refused.exit_code == 1 and "taken" in refused.output and "Under which heading" not in refused.output


def test_asked_about_a_topic_the_check_leaves_languages_alone_that_nobody_has_begun(root, run):
    new_topic(root, NAME, "cannot_pay", "plain")
    write(root, ENGLISH, r'^title: "\.\.\."', 'title: "Funeral"')
    about_topic, about_language = run("check", NAME).output, run("check", "ar").output
    assert f"{DUTCH}:" in about_topic and f"{ENGLISH}:" in about_topic
    assert ARABIC not in about_topic and f"data/nlu/ar/{NAME}.yml" not in about_topic
    assert "nobody has begun to write it in ar, tr" in about_topic.replace("\n", " ")
    assert ARABIC in about_language and f"data/nlu/ar/{NAME}.yml" in about_language


def test_mistakes_in_the_examples_of_a_draft_are_shown_whoever_asks(root, run):
    new_topic(root, NAME, "cannot_pay", "plain")
    (root / f"data/nlu/ar/{NAME}.yml").write_text('version: "3.1\n', encoding="utf-8")
    for names in ([], [NAME]):
        assert f"data/nlu/ar/{NAME}.yml" in run("check", *names).output
        assert run("check", *names).exit_code == 1


def test_a_refusal_is_one_line_and_exit_code_1(run):
    done = run("new-topic", "bailiff", "--group=letters", "--risk=soon")
    assert done.exit_code == 1 and "taken" in done.output
    assert run("new-language", "tr").exit_code == 1
    assert run("new-language", "qqq", "--name=X", "--direction=up").exit_code == 1


def test_a_fact_is_asked_for_piece_by_piece(root, run):
    done = run("new-fact", "funeral_line", typed="1\n0800-1234\nhttps://example.nl\ny\n")
    assert done.exit_code == 0, done.output
    assert isinstance(Tree(root).facts["funeral_line"].get("values", 0, "checked_live"), date)


@pytest.mark.parametrize(
    "path, names, wanted",
    [
        ("content/topics/digid.yml", [], True),
        ("content/topics/digid.yml", ["digid"], True),
        ("content/languages/tr/items.yml", ["tr"], True),
        ("content/languages/tr/items.yml", ["content/languages/tr/"], True),
        ("content/languages/tr/items.yml", ["./content/languages/tr/items.yml"], True),
        ("content/languages/tr/items.yml", ["nl", "digid"], False),
        ("content/facts/web_digid.yml", ["digid"], False),
    ],
)
def test_the_check_can_be_asked_about_one_thing(path, names, wanted):
    assert is_about(path, names) is wanted


def test_a_name_that_is_nowhere_is_no_all_clear(run):
    refused = run("check", "funeral_cost")
    assert (
        refused.exit_code == 1 and "No topic, language, fact, file or folder is called “funeral_cost”" in refused.output
    )
    assert "Did you mean “bailiff”?" in run("check", "bailif").output
