"""What a message must be cut into before it fits its channel. Each part is an outbox row: a retry repeats no part."""

from typing import Callable, Dict, List

from bot.channels.messages import Outgoing
from bot.channels.whatsapp_parts import fit

SHAPES: Dict[str, Callable[[Outgoing], List[Outgoing]]] = {"whatsapp": fit}


def shaped(channel: str, message: Outgoing) -> List[Outgoing]:
    """The message as one or more that this channel takes."""
    return SHAPES.get(channel, lambda whole: [whole])(message)
