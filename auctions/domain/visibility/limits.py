"""What a supplier sees of its own automatic bids. Nobody else sees that there are any."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from auctions.domain import money
from auctions.domain.draft import Limits
from auctions.domain.rules.automatic_bids import NONE, has_room
from auctions.domain.state import AuctionState, LotState
from kernel.decimals import quantize


@dataclass(frozen=True, slots=True)
class LimitStanding:
    """``amount`` is None while no bids are placed for the seat."""

    amount: Decimal | None
    room: bool  # whether one more bid fits above the limit
    left: int  # how often a limit may still be set


def limit_standing(
    state: AuctionState, lot: LotState, seat: str, limits: Limits
) -> LimitStanding | None:
    """The seat's own limit on the lot; None where the terms know no automatic bids."""
    rule = state.rules.automatic_bids
    if rule is None:
        return None
    mine = lot.limits.get(seat, NONE)
    opened = None if mine.current is None else limits(lot.number, seat, mine.current)
    scale = money.scale_of(state, seat, lot.number)
    amount = None if opened is None else quantize(opened.amount, scale)
    return LimitStanding(
        amount=amount,
        room=amount is not None and has_room(state, lot, seat, amount),
        left=rule.changes - len(mine.every),
    )
