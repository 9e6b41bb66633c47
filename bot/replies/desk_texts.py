"""What the desk can say: the names of its texts, what may stand in braces in each, its buttons, its lists of words.

The words themselves stand in `content/languages/<code>/conversation.yml` under `desk`, the buttons under each text in
`content/desk.yml`. `sleutel check` holds both to this list.
"""

from typing import Dict, FrozenSet

# Known of a handover that nobody said yes to yet: no name, whatever the resident told the bot.
_ASKED = frozenset({"topic", "language", "urgency", "neighbourhood"})
# After the yes of a key person: how this resident wants to be called, and a label that tells two talks apart.
_TALK = _ASKED | {"who", "label"}
_BOTH = _TALK | {"name", "next_name"}
_MEETING = _TALK | {"name", "day", "time", "place"}

# What handovers tell key persons (`bot/handover/states.py` and beside it), through `bot/desk/messenger.py`.
NOTICES: Dict[str, FrozenSet[str]] = {
    "alert": _ASKED | {"when"},
    "later_noted": _ASKED | {"when"},
    "you_accepted": _TALK | {"when"},
    "you_declined": _ASKED,
    "over": _ASKED,
    "resident_stopped": _TALK,
    "please_write": _TALK | {"when"},
    "you_passed_on": _TALK,
    "ended": _TALK,
    "hand_on_waits": _BOTH,
    "hand_on_agreed": _BOTH,
    "hand_on_refused": _BOTH,
    "hand_on_unanswered": _BOTH,
    "hand_on_declined": _BOTH,
    "hand_on_taken": _BOTH,
    "alert_hand_on": _ASKED | {"name", "summary", "when"},
    "you_accepted_hand_on": _BOTH,
    "appointment_sent": _MEETING,
    "appointment_agreed": _MEETING,
    "appointment_cannot": _MEETING,
    "reminder": _MEETING,
    "number_asked": _TALK,
    "number_given": _TALK | {"number"},
    "number_refused": _TALK,
    "nobody_left": _ASKED,
    "nobody_fits": frozenset({"language"}),  # the resident said yes to nothing yet: no more than that
}
# What the desk answers by itself.
ANSWERS: Dict[str, FrozenSet[str]] = {
    **dict.fromkeys(
        [
            "help", "too_late", "nobody_open", "accept_first", "open_talks", "open_waiting", "menu_which", "done_which",
            "old_button", "cannot_wait", "step_left", "went_wrong", "talk_over", "too_long", "only_text", "sent_photo",
            "meet_day", "meet_place", "meet_past", "meet_far", "meet_no_such_time", "meet_day_unclear",
            "meet_time_unclear", "hand_on_nobody", "hand_on_unknown", "hand_on_short", "away_when", "away_write",
            "away_unclear", "away_past", "back_noted", "code_wrong", "code_used", "chat_taken", "stranger",
        ],
        frozenset(),
    ),
    "enrolled": frozenset({"name"}),
    "now_writing": frozenset({"label"}),
    "sent_to": frozenset({"label"}),
    "to_whom": frozenset({"words"}),
    "kept_not_sent": frozenset({"words"}),
    "menu_for": frozenset({"label"}),
    "pass_ask": frozenset({"label"}),
    "wait_for_answer": frozenset({"next_name", "label"}),
    "meet_time": frozenset({"day"}),
    "meet_confirm": frozenset({"label", "day", "time", "place"}),
    "hand_on_who": frozenset({"label"}),
    "hand_on_write": frozenset({"next_name", "label"}),
    "hand_on_confirm": frozenset({"next_name", "label", "summary"}),
    "away_noted": frozenset({"day", "until"}),
}  # fmt: skip
# Parts of other texts.
PARTS: Dict[str, FrozenSet[str]] = {
    **dict.fromkeys(["urgency_now", "urgency_soon", "urgency_plain", "somebody", "no_neighbourhood"], frozenset()),
    "label": frozenset({"who", "topic"}),
    "label_since": frozenset({"who", "topic", "since"}),
    "label_waiting": frozenset({"topic", "language"}),
}
TEXTS: Dict[str, FrozenSet[str]] = {**NOTICES, **ANSWERS, **PARTS}

# Buttons that have words of their own; others carry a name, a day or a time (`day`, `time`, `to`, `ask`, `place_own`).
BUTTONS = (
    "accept", "cant", "later", "menu", "talk", "open", "explain", "meet", "number", "hand_on", "pass", "done", "away",
    "away_today", "away_week", "away_two_weeks", "away_pick", "back", "place_phone", "confirm", "again", "more", "stop",
)  # fmt: skip
STAYING = frozenset({"menu", "talk", "open", "explain", "away", "back", "ask"})  # may be pressed again on Telegram

# Typed instead of a button, each a list in the person's language (`help_words`); the first is Telegram's command.
COMMANDS = {
    "help": "explain", "open": "open", "menu": "menu", "done": "done", "away": "away", "back": "back", "stop": "stop",
}  # fmt: skip
TIME_WORDS = (
    "today", "tomorrow", "after_tomorrow", "next_week", "half_before", "half_after", "quarter_before", "quarter_after",
    "hour", "morning", "afternoon", "from", "until", "filler",
)  # fmt: skip
LISTS = tuple(f"{name}_words" for name in (*COMMANDS, *TIME_WORDS, "yes", "no", "phone"))
