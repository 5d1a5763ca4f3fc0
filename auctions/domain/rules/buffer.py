"""Front buffer: whoever takes the lead must undercut it by more than the smallest amount.

Only where every bidder always sees the lead. A bid that does not take the lead is not measured; nor
is one of whoever leads already.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Context, Decimal
from fractions import Fraction

from auctions.domain import money, outcome
from auctions.domain.rules import feedback, own_step
from auctions.domain.state import AuctionState, LotState
from auctions.domain.terms import LotTerms
from kernel.decimals import floor_fraction, tick

_WIDE = Context(prec=60, rounding=ROUND_FLOOR)


def allowed(state: AuctionState, seat: str, lot: LotState) -> Decimal | None:
    """The highest amount that may take the lead from somebody else; None where nothing is asked."""
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
        return most if lot_terms.grid is None or most <= 0 else _on_grid(most, lot_terms)
    down = rule.absolute or Decimal(0)
    if rule.percent is not None:
        down = _WIDE.multiply(told, rule.percent).scaleb(-2, context=_WIDE)
    lot_terms = state.rules.lots[lot.number - 1]
    most = _WIDE.quantize(_WIDE.subtract(told, down), tick(lot_terms.scale))
    return most if lot_terms.grid is None or most <= 0 else _on_grid(most, lot_terms)


def _on_grid(most: Decimal, lot_terms: LotTerms) -> Decimal:
    grid = lot_terms.grid or tick(lot_terms.scale)
    most = _WIDE.multiply(_WIDE.divide_int(most, grid), grid)
    return _WIDE.quantize(most, tick(lot_terms.scale))


def within(state: AuctionState, seat: str, lot: LotState, amount: Decimal) -> Decimal | None:
    """For an amount that takes the lead by too little, the highest that would do; else None."""
    most = allowed(state, seat, lot)
    if most is None or amount <= most or not outcome.beats_lead(lot, seat, amount):
        return None
    return most
