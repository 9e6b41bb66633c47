"""What can be broken in content and examples, one thing a row, and what `sleutel check` has to say about it."""

import re

from bot.check.alike import nearly_the_same_under_two_intents
from bot.check.facts import facts_are_used
from bot.check.lengths import nothing_is_too_long
from bot.check.pictures import pictograms_exist
from bot.check.sentences import sentences_are_short
from bot.check.tone import easier_words
from bot.check.words import common_words
from tests.unit.project_copy import Broken

NL, EN, TR, AR = (f"content/languages/{code}" for code in ("nl", "en", "tr", "ar"))
NL_TALK, EN_TALK, TR_TALK, AR_TALK = (f"{folder}/conversation.yml" for folder in (NL, EN, TR, AR))
TOPIC, EN_TOPIC, TR_TOPIC, AR_TOPIC = (f"{folder}/topics/digid.yml" for folder in (NL, EN, TR, AR))
AR_ITEMS, ABOUT, THANK = f"{AR}/items.yml", "content/topics/digid.yml", "data/nlu/nl/thank.yml"
OTHERS = "data/other_languages/de.txt"
FACT, BUTTONS, LAYOUT = "content/facts/legal_desk.yml", "content/choices.yml", "content/replies.yml"
TITLE = r'^title: ".*"$'
FIRST = '^  - "'  # where the first message of a topic stands
MESSAGE = r'(?<=^first:\n  - ").*(?="$)'  # what it says
GOODBYE = r'(?<=^  goodbye:\n)    - "'


def says(what: str, text: str, words: str, file: str = TOPIC) -> Broken:
    """The first message of a topic says something wrong."""
    return Broken(what, file, MESSAGE, text, FIRST, words)


def line(what: str, file: str, name: str, value: str, words: str) -> Broken:
    """The line `name: ...` has a wrong value."""
    indent = "" if file.startswith(("content/topics", "content/replies", "content/choices")) else "[ -]*"
    return Broken(
        what, file, rf"(^{indent}{name}: ).*", rf"\g<1>{value}", rf"^{indent}{name}: {re.escape(value[:3])}", words
    )


def lost(what: str, file: str, name: str, section: str, words: str) -> Broken:
    """The line `name: ...` is missing from its section."""
    return Broken(what, file, rf"^ *{name}: .*\n", "", rf"^{section}:", words)


def added(what: str, text: str, words: str) -> Broken:
    """A message of a resident is written wrongly."""
    return Broken(what, THANK, r"\Z", f"    {text}\n", r".*\n\Z", words)


YAML = [
    Broken("a quote is missing", TOPIC, TITLE, 'title: "Deur" waarder', "^title", "not valid YAML"),
    Broken("straight quotes inside", TOPIC, MESSAGE, 'Zeg "ja" daar.', FIRST, "straight quotes inside a text"),
    Broken(
        "no quote at the end", TOPIC, TITLE, 'title: "Deur', "^title", "the quote at the end of the text is missing"
    ),
    Broken("no quote before", TOPIC, TITLE, 'title: Deur"', "^title", "ends with a quote and begins without"),
    Broken("a tab", TOPIC, FIRST, '\t- "', "^\t", "begins with a tab"),
    Broken("no space after a colon", TOPIC, r"^title: ", "title:", "^title", "a space is missing after the colon"),
    Broken("a colon in a text", TOPIC, TITLE, "title: Deur: waarder", "^title", "without quotes holds a colon"),
    Broken("a sign first", TOPIC, TITLE, "title: @deur", "^title", "without quotes begins with a sign"),
    Broken("a wrong indent", TOPIC, r"^easier:", " easier:", "^ easier", "wrong indent"),
    Broken("curly quotes for straight ones", TOPIC, TITLE, "title: “Deur”", "^title", "between curly quotes"),
    Broken("a message with a sign", OTHERS, r"\A", "- Guten Tag\n", r"\A", "One message a line"),
    Broken("a message of ours", OTHERS, r"\A", "ik wil dood\n", r"\A", "also a message in a language of ours"),
    Broken("no UTF-8", TOPIC, TITLE, "title: \udcff", "", "UTF-8"),
    Broken("a name is missing", TOPIC, r"^call: .*\n", "", "", "“call” is missing"),
    Broken("a name is unknown", TOPIC, r"\Z", 'bel: "x"\n', "^bel", "“bel” is not known here"),
    Broken("a name is there twice", TOPIC, r"\Z", 'title: "x"\n', r"^title(?![\s\S]*^title)", "“title” is there twice"),
    Broken("text for a list", TOPIC, r"^easier:\n(  - .*\n)+", 'easier: "x"\n', "^easier", "a list, not text"),
    says("an empty text", "", "entry 1 of “first” is empty"),
    Broken("a word that YAML takes for yes", TR_TALK, '"yes":', "yes:", "^  yes:", '"yes": in quotes'),
    Broken("the wrong ending", "content/topics/bailif.yaml", None, "x: y\n", "", "must end in .yml"),
]
COMPLETE = [
    Broken("a topic was not translated", AR_TOPIC, None, None, "", "the topic “digid” is missing in this language"),
    Broken("a topic of no kind", f"{AR}/topics/bailif.yml", None, "copy of bailiff", "", "Did you mean “bailiff”?"),
    Broken("a reply is missing", TR_TALK, r"^  goodbye:\n    - .*\n", "", "^replies:", "“goodbye” is missing"),
    Broken("an unknown reply", TR_TALK, r"^  goodbye:", '  bye:\n    - "x"\n  goodbye:', "^  bye", "no reply “bye”"),
    lost("a button is missing", TR_TALK, "repeat", "choices", "the button “repeat” is missing"),
    lost("a phrase is missing", AR_TALK, "by_number", "phrases", "the phrase “by_number” is missing"),
    lost("a phrase is missing in Dutch", NL_TALK, "by_number", "phrases", "the phrase “by_number” is missing"),
    lost("a list of words is missing", AR_TALK, "any", "listen", "“any” is missing"),
    lost("a caption is missing", AR_ITEMS, "id_card", "bring", "“id_card” is missing"),
    lost("a phone line is missing", AR_ITEMS, "geldfit", "lines", "“geldfit” is missing"),
    lost("a group is missing", AR_ITEMS, "trust", "groups", "“trust” is missing"),
    lost("a text of the desk is missing", EN_TALK, "too_late", "desk", "“too_late” is missing"),
    Broken("no desk", EN_TALK, r"^desk:[\s\S]*\Z", "", "^replies:", "“desk” is missing"),
    Broken(
        "half a page", "content/demo_page.yml", r"(^en:[\s\S]*?)^  send: .*\n", r"\g<1>", "^en:", "“send” is missing"
    ),
    Broken(
        "half of the coordinator's page",
        "content/coordinator_page.yml",
        r"(^en:[\s\S]*?)^    asked: .*\n",
        r"\g<1>",
        r'(?<="none"\n)  states:',
        "“states.asked” is missing",
    ),
]
PLACEHOLDERS = [
    says("an unknown fact", "Bel {legal_dsk}.", "{legal_dsk}. Did you mean “legal_desk”?"),
    says("an open brace", "Bel {legal_desk.", "a brace is not closed"),
    line("a placeholder in a title", TOPIC, "title", '"{legal_desk}"', "Remove the braces"),
    Broken("an unknown value", NL_TALK, GOODBYE, '    - "{nmae}, ', GOODBYE, "filled in for {nmae}"),
    Broken("a value of another reply", TR_TALK, GOODBYE, '    - "{when}, ', GOODBYE, "filled in for {when}"),
    Broken(
        "a value left out", TR_TALK, r"(^  already_asked:\n    - ).*", r'\g<1>"{name} biliyor."', "^  already_asked:",
        "{when} is missing from “already_asked”",
    ),
]  # fmt: skip
NUMBERS = [
    says("a typed phone number", "Bel 0800-8020.", "the phone number 0800-8020 is typed"),
    says("a typed emergency number", "رقم ١١٢", "the phone number 112 is typed", AR_TOPIC),
    says("a typed mobile number", "Bel 06 12 34 56 78.", "06 12 34 56 78 is typed"),
    says("a typed web address", "Kijk op digid.nl.", "the web address digid.nl is typed"),
    says("an amount", "Dat kost € 40.", "an amount of money is typed"),
    says("an amount in words", "هذا 40 يورو.", "an amount of money is typed", AR_TOPIC),
    line("an amount on a card", AR_ITEMS, "id_card", '"40 euro"', "an amount of money is typed"),
]
LENGTHS = [
    line("a long button", NL_TALK, "repeat", f'"{"x" * 21}"', "21 characters long; at most 20 fit"),
    line("a long title", TOPIC, "title", f'"{"x" * 21}"', "at most 20 fit"),
    line("emoji count twice", TOPIC, "title", f'"{"x" * 19}👋"', "21 characters long"),
    line("a long group", AR_ITEMS, "trust", f'"{"x" * 25}"', "at most 24 fit"),
    line("a long name of a language", f"{EN}/language.yml", "name", "x" * 21, "at most 20 fit"),
    line("a long word on the list button", EN_TALK, "choose_button", f'"{"x" * 21}"', "at most 20 fit"),
    line("a long button of the desk", EN_TALK, "accept", f'"{"x" * 21}"', "at most 20 fit"),
    line("a long caption", AR_ITEMS, "id_card", f'"{"x" * 29}"', "at most 28 fit"),
    says("a long message", "x" * 321, "the message is 321 characters long; at most 320 fit. Split it in two."),
    says("too long with the fact in it", "x" * 312 + "{legal_desk}", "321 characters long"),
    Broken("a long reply", EN_TALK, GOODBYE, f'    - "{"x" * 400} ', GOODBYE, "at most 400 fit"),
    Broken(
        "four messages", TOPIC, r"^easier:\n(  - .*\n)+", "easier:\n  - een\n  - twee\n  - drie\n  - vier\n", "vier",
        "4 messages under “easier”; at most 3 are said at a time",
    ),
]  # fmt: skip
TOPICS = [
    line("an unknown group", ABOUT, "group", "practcal", "Did you mean “practical”?"),
    line("an unknown risk", ABOUT, "risk", "high", "Choose one of: now, soon, plain."),
    line("an unknown line", ABOUT, "lines", "[geldfitt]", "Did you mean “geldfit”?"),
    line("an unknown thing to bring", ABOUT, "bring", "[id_card, id_kard]", "Did you mean “id_card”?"),
    line("an unknown pictogram", ABOUT, "pictogram", "phone_lok", "Did you mean “phone_lock”?"),
    Broken("an unknown button", ABOUT, r"\Z", "choices: [talk]\n", "^choices", "no button or topic “talk”"),
    line("danger is not now", "content/topics/eviction_notice.yml", "risk", "soon", "Write “risk: now”"),
    says("late help", "شكرا لك.", "does not hold {suicide_line}", f"{AR}/topics/crisis_suicide.yml"),
    Broken(
        "late help in easier words", f"{TR}/topics/unsafe_at_home.yml", r"(^easier:\n  - ).*", r'\g<1>"Yardım var."',
        "Yardım var", "does not hold {emergency}",
    ),
]  # fmt: skip
FACTS = [
    lost("a fact without a source", FACT, "source", " *- value", "“source” is missing"),
    line("a source that is no address", FACT, "source", "http://x.nl", "is not a web address"),
    line("an unknown certainty", FACT, "certainty", "sure", "official, secondary, general"),
    line("an unknown kind", FACT, "kind", "fax", "phone, web, number"),
    line("a number without quotes", FACT, "value", "8008020", "Put quotes around it"),
    line("a day that is none", FACT, "until", "2026-13-01", "2026-13-01"),
    Broken(
        "days in the wrong order", FACT, r"^    from: .*\n    until: .*", "    from: 2999-01-02\n    until: 2999-01-01",
        "^    until", "before it begins",
    ),
]  # fmt: skip
TONE = [
    says("a reproach", "Waarom heeft u niet betaald?", "“waarom heeft u” may sound like a reproach"),
    says("a reproach in English", "You should have called.", "“should have” may sound", EN_TOPIC),
    says("a reproach in Turkish", "Daha önce aramalıydınız.", "“aramalıydınız” may sound", TR_TOPIC),
    says("a reproach in Arabic", "كان يجب عليك الدفع.", "“كان يجب عليك” may sound", AR_TOPIC),
]
BUTTONS_AND_RULES = [
    line("a button without slash", BUTTONS, "repeat", "repeat", "Write /repeat."),
    line("a button to nowhere", BUTTONS, "repeat", "/repet", "Did you mean “repeat”?"),
    line("a button with a broken value", BUTTONS, "wish_man", "'/choose_wish{wish: man}'", "cannot be read"),
    line("a button with an unknown value", BUTTONS, "wish_man", '\'/choose_wish{"wsh": "x"}\'', "Did you mean “wish”?"),
    line("a reply with an unknown button", LAYOUT, "lost", "{choices: [repet]}", "Did you mean “repeat”?"),
    Broken(
        "an unknown intent", "data/rules/conversation.yml", "intent: lost", "intent: losst", "losst", "mean “lost”?"
    ),
    Broken("an unknown action", "data/rules/conversation.yml", "n_lost", "n_losst", "losst", "mean “action_lost”?"),
    Broken("no such picture", "content/pictograms.yml", r"^key: .*", 'key: ["1F511X"]', "^key", "no picture “1F511X”"),
]
EXAMPLES = [
    Broken("no messages", "data/nlu/ar/bailiff.yml", None, None, "", "no messages for “bailiff” in “ar”"),
    Broken(
        "few messages", THANK, r"(^    - .*\n)+", "".join(f"    - {n} x\n" for n in range(19)), "", "only 19 messages"
    ),
    Broken("no such intent", "data/nlu/nl/thanks.yml", None, "copy of thank", "", "no intent or topic “thanks”"),
    Broken("file and intent differ", THANK, r"intent: thank", "intent: thanks", "thanks", "Name the file thanks.yml"),
    added("a message under two intents", "- DAG HOOR DAAR!", "is also under “goodbye” (data/nlu/nl/goodbye.yml:"),
    added("a square bracket", "- dank [u wel", "a square bracket stands alone"),
    added("an unknown entity", "- dank [u](person)", "“person” is not among the entities"),
    added("a line without a dash", "dank u zeer", "Begin it with a dash"),
]
DESK_FILE = "content/desk.yml"
DESK = [
    Broken("an unknown button", DESK_FILE, r"\[meet, number", "[meat, number", "^menu_for", "Did you mean “meet”"),
    Broken("buttons under an unknown text", DESK_FILE, r"^reminder:", "remindr:", "^remindr", "no text “remindr”"),
    Broken("too many buttons", DESK_FILE, r"^reminder: .*", f"reminder: [{'menu, ' * 11}]", "^reminder", "11 buttons"),
    Broken("a name before the yes", EN_TALK, r'(^  alert: ")', r"\g<1>{who}: ", "^  alert", "{who} is not known when"),
    Broken("no command", EN_TALK, r"(^  open_words: \[)", r'\g<1>"my list", ', "^  open_words", "“my list” cannot be"),
]
ERRORS = [
    *YAML, *DESK, *COMPLETE, *PLACEHOLDERS, *NUMBERS, *LENGTHS, *TOPICS, *FACTS, *TONE, *BUTTONS_AND_RULES, *EXAMPLES,
]  # fmt: skip

NEARLY = "is nearly “en tot de volgende keer dan hoor” under “goodbye”"
ADVICE = [  # each with the validator that has to notice it
    (nothing_is_too_long, says("a rather long message", "x" * 221, "221 characters long; up to 220 reads well")),
    (sentences_are_short, says("a long sentence", "een " * 15 + "twee.", "a sentence of 16 words")),
    (sentences_are_short, says("rather long sentences", ("een " * 12 + "twee. ") * 2, "13 words on average")),
    (sentences_are_short, says("a long question", "كلمة " * 15 + "أخرى؟ نعم.", "a sentence of 16 words", AR_TOPIC)),
    (easier_words, says("a difficult word", "De schuldeisers bellen.", "“schuldeisers” is a difficult word. Say “aan")),
    (easier_words, says("a difficult word in Arabic", "طلب المستندات", "Say “الأوراق”", AR_TOPIC)),
    (common_words, says("a rare word", "Dat is een fideicommis.", "“fideicommis” is a word that few people use")),
    (common_words, says("a rare word in English", "This is a usufruct.", "“usufruct” is a word", EN_TOPIC)),
    (common_words, says("a rare word in Turkish", "Borç müteselsil.", "“müteselsil” is a word", TR_TOPIC)),
    (common_words, says("a rare word in Arabic", "هذه مقاصة", "“مقاصة” is a word", AR_TOPIC)),
    (common_words, says("a Dutch word", "Ask for a herbeoordeling.", "“herbeoordeling” is a word", EN_TOPIC)),
    (nearly_the_same_under_two_intents, added("nearly the same", "- en tot de volgende keer dann hoor", NEARLY)),
    (
        facts_are_used,
        Broken("a fact that nothing says", "content/facts/spare.yml", None, "copy of legal_desk", "", "spare"),
    ),
    (pictograms_exist, Broken("no pictograms", "content/pictograms.yml", None, None, "", "pictures were not checked")),
]
