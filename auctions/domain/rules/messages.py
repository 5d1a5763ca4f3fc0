"""Messages: the buyer to all or to one supplier; a supplier to the buyer only."""

from __future__ import annotations

from auctions.domain.commands import BUYER, EVERYONE, PostMessage
from auctions.domain.draft import Draft
from auctions.domain.events import MessagePosted
from auctions.domain.refusals import MessageEmpty, MessageRecipient, MessageTooLong
from auctions.domain.rules import admission, texts

LIMIT = 2000  # characters


def post_message(draft: Draft, command: PostMessage) -> None:
    """Allowed until the end, also while paused and before any consent to the terms."""
    state = draft.state
    admission.check_open(state)
    if command.sender == BUYER:
        if command.to != EVERYONE and command.to not in state.seats:
            raise MessageRecipient(field="to")
    else:
        admission.seat_of(state, command.sender)
        if command.to != BUYER:
            raise MessageRecipient(field="to")
    text = texts.storable(command.text).strip()
    if not text:
        raise MessageEmpty(field="text")
    if len(text) > LIMIT:
        raise MessageTooLong(field="text", limit=LIMIT)
    draft.emit(MessagePosted(command.sender, command.to, text, draft.at, command.ref))
