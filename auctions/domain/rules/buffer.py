"""Front buffer: whoever takes the lead must improve on it by more than the smallest amount.

Only where every bidder always sees the lead. A bid that does not take the lead is not measured; nor
is one of whoever leads already.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

from auctions.domain import money, outcome
from auctions.domain.direction import at_scale, better, on_grid, stepped
from auctions.domain.rules import feedback, own_step
from auctions.domain.state import AuctionState, LotState
from kernel.decimals import floor_fraction

_WIDE = Context(prec=60)


def allowed(state: AuctionState, seat: str, lot: LotState) -> Decimal | None:
    """The worst amount that may take the lead from somebody else; None where nothing is asked."""
    rule = state.rules.front_buffer
    if rule is None or not feedback.lead_told(state, seat, lot):
        return None
    first = outcome.leader(lot)
    told = outcome.lead_to(state, seat, lot)
    if first is None or told is None or first[0] == seat:
        return None
    if seat in lot.money:
        exact = Fraction(told) - own_step.part_of(rule, Fraction(told), lot.money[seat])
        lot_terms = money.own_terms(state, seat, lot.number)
        most = floor_fraction(exact, lot_terms.scale)
        if lot_terms.grid is None or most <= 0:
            return most
        return on_grid(lot.rises, most, lot_terms.grid, lot_terms.scale)
    by = rule.absolute or Decimal(0)
    if rule.percent is not None:
        by = _WIDE.multiply(told, rule.percent).scaleb(-2, context=_WIDE)
    lot_terms = state.rules.lots[lot.number - 1]
    most = at_scale(lot.rises, stepped(lot.rises, told, by), lot_terms.scale)
    if lot_terms.grid is not None and most > 0:
        return on_grid(lot.rises, most, lot_terms.grid, lot_terms.scale)
    return most


def within(state: AuctionState, seat: str, lot: LotState, amount: Decimal) -> Decimal | None:
    """For an amount that takes the lead by too little, the worst that would do; else None."""
    most = allowed(state, seat, lot)
    if (
        most is None
        or not better(lot.rises, most, amount)
        or not outcome.beats_lead(lot, seat, amount)
    ):
        return None
    return most
