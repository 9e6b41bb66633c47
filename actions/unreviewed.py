"""Said once: that no person who speaks this language has read these words yet. Kindly, and never in the way of help."""

from typing import Any, Dict, List, Optional

from bot.replies.content import FALLBACK, Content, Language

NOTE = "not_reviewed"
COMES_AFTER = ("welcome", "language_set")  # else it comes first: the last message has the buttons
MOST_IN_A_TURN = 3  # short messages: practice says small doses (P8)
IN_ONE_MESSAGE, IN_TWO = ("topic/bring",), ("topic/where",)


def told(messages: List[Dict[str, Any]], content: Content, code: Optional[str]) -> Optional[List[Dict[str, Any]]]:
    """The messages of a turn with the note among them; None when it is not due, or has to wait for a turn with room.

    Not due: the language is unknown, a person has read it, or the note itself has no words in it. In danger it waits,
    and where something is sent that is meant for others.
    """
    words = content.languages.get(code or "")
    if words is None or words.status.get("reviewed_by") or NOTE not in words.replies or not messages:
        return None
    if _danger(messages, content) or sum(_length(message, words, content) for message in messages) >= MOST_IN_A_TURN:
        return None
    at = 1 if messages[0]["response"] in COMES_AFTER else 0
    return [*messages[:at], {"response": NOTE, "language": code}, *messages[at:]]


def _danger(messages: List[Dict[str, Any]], content: Content) -> bool:
    topics = (content.topics.get(message.get("topic") or "") for message in messages)
    return any(topic is not None and topic.risk == "now" for topic in topics)


def _length(message: Dict[str, Any], words: Language, content: Content) -> int:
    """How many short messages a reply becomes. What is not known here counts as a full turn."""
    reply = message["response"] or ""
    if reply in IN_ONE_MESSAGE:
        return 1
    if reply.startswith("topic/"):
        texts = words.topics.get(message.get("topic") or "")
        said = getattr(texts, reply.partition("/")[2], None) if texts else [""]
        return 2 if reply in IN_TWO and texts else len(said) if said else MOST_IN_A_TURN
    known = words.replies.get(reply) or content.languages.get(FALLBACK, words).replies.get(reply)
    return len(known) if known else MOST_IN_A_TURN
