"""What one turn of the conversation led to, and how a reply becomes messages."""

from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, Optional

from bot.channels.messages import Choice, Outgoing
from bot.replies.speaker import Reply

MOST_IN_A_TURN = 3  # short messages: practice says small doses (P8)


@dataclass
class Turn:
    """Replies in order, the language from now on, and whether everything about this resident is to be forgotten."""

    replies: List[Reply] = field(default_factory=list)
    language: Optional[str] = None
    forget: bool = False
    understood: Dict[str, Any] = field(default_factory=dict)  # for the demo's panel: intent, confidence, state


def reply_to_outgoing(reply: Reply) -> List[Outgoing]:
    """One `Outgoing` per short message: the picture with the first, the buttons under the last."""
    last = len(reply.messages) - 1
    return [
        Outgoing(
            text=text,
            language=reply.language,
            picture=reply.picture if index == 0 else None,
            choices=[Choice(b.title, b.payload) for b in reply.choices] if index == last else [],
        )
        for index, text in enumerate(reply.messages)
    ]


def turn_to_outgoing(replies: List[Reply]) -> List[Outgoing]:
    """All messages of a turn, at most three: beyond that, the two shortest neighbours become one bubble.

    The first message stays as it is: in danger it is the line to call.
    """
    messages = [message for reply in replies for message in reply_to_outgoing(reply)]
    while len(messages) > MOST_IN_A_TURN:
        at = min(range(1, len(messages) - 1), key=lambda i: len(messages[i].text) + len(messages[i + 1].text))
        first, second = messages[at : at + 2]
        messages[at : at + 2] = [
            replace(
                first,
                text=f"{first.text}\n{second.text}",
                picture=first.picture or second.picture,
                choices=[*first.choices, *second.choices],
            )
        ]
    return messages
