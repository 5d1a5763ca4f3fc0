"""What the protocol says of a random end: both seeds, when bids counted, which did not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from auctions.domain.state import AuctionState, LotState
from kernel.random_end import after_begin


def seeds_of(state: AuctionState) -> dict[str, str] | None:
    """The hashes fixed before the start and, once opened, the seeds; None without a random end."""
    if state.rules.open_closed is None or state.seeds is None:
        return None
    return {
        "platform_hash": state.seeds.office,
        "auditor_hash": state.seeds.auditor,
        "platform_seed": state.seeds.office_seed,
        "auditor_seed": state.seeds.auditor_seed,
    }


def random_end_of(lot: LotState, *, seat: str | None, sees_all: bool) -> dict[str, Any] | None:
    """The lot's cut-off, and how many bids came past it: all, or one's own."""
    found = lot.random_end
    if found is None or found.drawn is None:
        return None
    offers = None if lot.sealed is None else len(lot.sealed.offers)
    return {
        "cut_off_ms": found.drawn // timedelta(milliseconds=1),
        "cut_off": after_begin(found.drawn),
        "void_bids": len(found.void(None if sees_all else seat or "")),
        "final_offers": (offers or 0) if sees_all and found.final else None,
    }
