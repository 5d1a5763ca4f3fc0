"""What the protocol says of the openings of sealed offers: who took which part in each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auctions.domain.codec import to_body
from auctions.domain.state import AuctionState
from auctions.services.opening_words import auditors_part, offices_part


def openings_of(state: AuctionState) -> Iterator[dict[str, Any]]:
    """Each opening in order: roles and means as the ledger has them, and in words. No person is
    named; a role is null in a ledger older than the roles in it. None where nothing was sealed."""
    for each in () if state.sealing is None else state.sealing.openings:
        body: dict[str, Any] = to_body(each)
        yield body | {"auditor_text": auditors_part(each), "office_text": offices_part(each)}
