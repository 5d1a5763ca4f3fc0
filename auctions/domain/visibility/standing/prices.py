"""In which money a seat bids, for whoever may know it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from auctions.domain import money
from auctions.domain.state import AuctionState, LotState
from auctions.domain.visibility.table import Field, Viewer, granted


def in_money(
    state: AuctionState, lot: LotState, viewer: Viewer, seat: str, value: Decimal | None
) -> dict[str, Any]:
    """A seat's currency and VAT rate, and its best on the common basis."""
    found = state.seats.get(seat)
    if not money.asked_for(state.rules) or found is None or found.prices is None:
        return {}
    if not granted(Field.PRICES, viewer, state, lot, seat):
        return {}
    return {"currency": found.prices.currency, "vat": found.prices.vat, "value": value}
