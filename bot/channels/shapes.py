"""What a message must be cut into before it fits its channel. Each part is an outbox row: a retry repeats no part."""

from typing import Callable, Dict, List

from bot.channels import telegram_parts, whatsapp_parts
from bot.channels.messages import Outgoing

SHAPES: Dict[str, Callable[[Outgoing], List[Outgoing]]] = {
    "whatsapp": whatsapp_parts.fit,
    "telegram": telegram_parts.fit,
    "telegram_desk": telegram_parts.fit,
}


def shaped(channel: str, message: Outgoing) -> List[Outgoing]:
    """The message as one or more that this channel takes."""
    return SHAPES.get(channel, lambda whole: [whole])(message)
