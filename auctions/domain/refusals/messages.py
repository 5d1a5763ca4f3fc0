"""Why a message of the room is refused."""

from __future__ import annotations

from auctions.domain.refusals.base import Refusal
from kernel.errors import Kind


class MessageEmpty(Refusal):
    """Nothing is left of the text without the blanks around it."""

    code = "auction.message_empty"
    kind = Kind.INVALID
    text = "Write a message first."


class MessageTooLong(Refusal):
    """A text of more than ``limit`` characters; just as many are taken."""

    code = "auction.message_too_long"
    kind = Kind.INVALID
    text = "A message may have {limit} characters at most."


class MessageRecipient(Refusal):
    """Suppliers write to the buyer only; the buyer to all or to one supplier."""

    code = "auction.message_recipient"
    kind = Kind.INVALID
    text = "This message cannot be sent to that recipient."
