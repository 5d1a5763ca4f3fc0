"""The score of a seat, for whoever may know it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from auctions.domain import outcome
from auctions.domain.state import AuctionState, LotState
from kernel.decimals import MAX_SCALE, floor_fraction


def scored(
    state: AuctionState, lot: LotState, seat: str, best: Decimal | None, may: bool
) -> dict[str, Any]:
    """A seat's values of the criteria and its score, for whoever may know them."""
    if state.rules.scoring is None or not may:
        return {}
    exact = None if best is None else outcome.score(state, seat, lot.number, best)
    shown = None if exact is None else floor_fraction(exact, MAX_SCALE)
    return {"values": lot.values.get(seat), "score": shown}
