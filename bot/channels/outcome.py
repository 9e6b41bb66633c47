"""What one turn of the conversation led to, and how a reply becomes messages."""

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from bot.channels.messages import Choice, Outgoing
from bot.replies.speaker import Reply


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
