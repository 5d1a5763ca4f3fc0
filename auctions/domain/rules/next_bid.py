"""Next valid bid: the highest amount that would be accepted from a seat now.

``most = floor_scale(min(basis - tick, basis - d))``, floored to the grid where there is one. Where
bids are quantities for a budget it is the lowest one, ``least = ceil_scale(max(basis + tick,
basis + d))``, ceiled to the grid, and the lot's floor limits a first one as its ceiling does. The
basis is the seat's own best, or the lead where the terms say so *and* this seat sees the lead:
otherwise the answer would tell what is hidden. Without a basis the ceiling alone limits. Before
the lot starts the basis is always own best, since nobody sees a lead then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal

from auctions.domain import money, outcome
from auctions.domain.direction import at_scale, better, on_grid, stepped
from auctions.domain.refusals import (
    AboveCeiling,
    BelowFloor,
    BidTooHigh,
    LeadBuffered,
    LeadEqualled,
    NoRoom,
    NoRoomAbove,
    NotPositive,
    OffGrid,
    QuantityBuffered,
    QuantityTooHigh,
    QuantityTooLow,
    Refusal,
    ScaleWrong,
)
from auctions.domain.rules import buffer, feedback, own_step, scoring
from auctions.domain.state import AuctionState, LotState
from auctions.domain.terms import Basis, LotTerms, Step, StepKind, TiePolicy
from kernel.decimals import MAX_INTEGER_DIGITS, tick, to_wire

# Exact for every product of ours, and for recorded amounts that are binary floats to the last
# digit; rounds down where a scale is asked.
_WIDE = Context(prec=160, rounding=ROUND_FLOOR)
_TOO_LARGE = Decimal(10) ** MAX_INTEGER_DIGITS


def next_valid_bid(state: AuctionState, seat: str, lot: int) -> Decimal | None:
    """The worst amount this seat may bid on the lot; None where nothing limits its first bid.

    It has no :func:`room` where nothing better would do. Whether the lot is open now is not looked
    at.
    """
    most, _ = limit(state, seat, state.lots[lot])
    return most


def has_room(rises: bool, bound: Decimal | None) -> bool:
    """Whether some amount may be bid, by what :func:`next_valid_bid` said."""
    return bound is None or (bound < _TOO_LARGE if rises else bound > 0)


def limit(state: AuctionState, seat: str, lot: LotState) -> tuple[Decimal | None, bool]:
    """As :func:`next_valid_bid`, and whether a basis was undercut (else the first bid's limit)."""
    basis = _basis(state, seat, lot)
    if basis is None:
        lot_terms = money.own_terms(state, seat, lot.number)
        most = lot_terms.floor if lot.rises else lot_terms.ceiling
        return (None, False) if most is None else (_lead_avoided(state, seat, lot, most), False)
    return _lead_avoided(state, seat, lot, undercut(state, seat, lot, basis)), True


def undercut(state: AuctionState, seat: str, lot: LotState, basis: Decimal) -> Decimal:
    """The worst amount that is better than ``basis`` by the lot's step, on its grid."""
    lot_terms = money.own_terms(state, seat, lot.number)
    smallest = tick(lot_terms.scale)
    if scoring.step_on_score(state.rules):
        most = scoring.most_by_score(state, lot, seat, basis, lot_terms)
    elif seat in lot.money:
        most = own_step.most(lot.money[seat], lot_terms, basis)
    else:
        by = _DECREMENTS[lot_terms.step.kind](lot_terms.step, basis)
        if not _asks_nothing(lot_terms.step):
            by = max(smallest, by)
        most = at_scale(lot.rises, stepped(lot.rises, basis, by), lot_terms.scale)
    if lot_terms.grid is not None and most > 0:
        most = on_grid(lot.rises, most, lot_terms.grid, lot_terms.scale)
    return most


def check_form(lot_terms: LotTerms, amount: Decimal) -> Decimal:
    """The amount at the lot's scale; raises NotPositive, ScaleWrong, OffGrid."""
    if not amount.is_finite() or amount <= 0:
        raise NotPositive(field="amount")
    if amount >= _TOO_LARGE:
        too_large = AboveCeiling if lot_terms.budget is None else QuantityTooHigh
        raise too_large(field="amount", most=to_wire(_TOO_LARGE - 1))
    scaled = _WIDE.quantize(amount, tick(lot_terms.scale))
    if scaled != amount:
        raise ScaleWrong(field="amount", scale=lot_terms.scale)
    if lot_terms.grid is not None and _WIDE.remainder(scaled, lot_terms.grid) != 0:
        raise OffGrid(field="amount", grid=to_wire(lot_terms.grid))
    return scaled


def check_undercuts(state: AuctionState, seat: str, lot: LotState, amount: Decimal) -> None:
    """Raise why the amount may not be bid: no room, past the first bid's limit, too small a step,
    the lead equalled or taken by too little."""
    most, by_step = limit(state, seat, lot)
    why = _RISING if lot.rises else _FALLING
    if most is not None:
        if not has_room(lot.rises, most):
            raise why.no_room(lot=lot.number)
        if better(lot.rises, most, amount):
            if _equals_lead(state, seat, lot, amount):
                raise LeadEqualled(field="amount", **{why.bound: to_wire(most)})
            if buffer.within(state, seat, lot, amount) is not None:
                raise why.buffered(field="amount", **{why.bound: to_wire(most)})
            too_bad = why.step if by_step else why.first
            raise too_bad(field="amount", **{why.bound: to_wire(most)})
    if _equals_lead(state, seat, lot, amount):
        raise LeadEqualled(field="amount")
    buffered = buffer.within(state, seat, lot, amount)
    if buffered is not None:
        raise why.buffered(field="amount", **{why.bound: to_wire(buffered)})


@dataclass(frozen=True, slots=True)
class _Why:
    """How an amount is refused, and what the refusal calls the amount that would have done."""

    bound: str
    no_room: type[Refusal]
    first: type[Refusal]
    step: type[Refusal]
    buffered: type[Refusal]


_FALLING = _Why("most", NoRoom, AboveCeiling, BidTooHigh, LeadBuffered)
_RISING = _Why("least", NoRoomAbove, BelowFloor, QuantityTooLow, QuantityBuffered)


def _basis(state: AuctionState, seat: str, lot: LotState) -> Decimal | None:
    mine = lot.seats.get(seat)
    own = None if mine is None or mine.best is None else mine.best.amount
    if state.rules.basis is Basis.LEADER and feedback.lead_told(state, seat, lot):
        return outcome.lead_to(state, seat, lot)
    return own


def _asks_nothing(step: Step) -> bool:
    """Whether not even a tick is asked: an absolute step of 0.

    No auction of ours has it, terms are refused that say so; recorded auctions do, and there an
    offer equal to the own one was taken.
    """
    return step.kind is StepKind.ABSOLUTE and step.absolute == 0


def _absolute(step: Step, basis: Decimal) -> Decimal:
    return step.absolute or Decimal(0)


def _percent(step: Step, basis: Decimal) -> Decimal:
    part: Decimal = _WIDE.multiply(basis, step.percent or Decimal(0))
    return part.scaleb(-2, context=_WIDE)


def _smaller(step: Step, basis: Decimal) -> Decimal:
    return min(_absolute(step, basis), _percent(step, basis))


def _by_band(step: Step, basis: Decimal) -> Decimal:
    band = None
    for each in step.bands or ():
        if each.least <= basis:
            band = each
    if band is None:
        return Decimal(0)
    if band.percent is None:
        return band.absolute or Decimal(0)
    part: Decimal = _WIDE.multiply(basis, band.percent)
    return part.scaleb(-2, context=_WIDE)


_DECREMENTS: dict[StepKind, Callable[[Step, Decimal], Decimal]] = {
    StepKind.ABSOLUTE: _absolute,
    StepKind.PERCENT: _percent,
    StepKind.SMALLER: _smaller,
    StepKind.BANDS: _by_band,
}


def _equals_lead(state: AuctionState, seat: str, lot: LotState, amount: Decimal) -> bool:
    """The terms forbid it, this seat sees the lead, and the lead is that amount."""
    return (
        state.rules.ties is TiePolicy.FORBID_LEAD
        and feedback.lead_told(state, seat, lot)
        and outcome.equals_lead(lot, seat, amount)
    )


def _lead_avoided(state: AuctionState, seat: str, lot: LotState, most: Decimal) -> Decimal:
    """Better where ``most`` itself would equal a forbidden lead, or take it by too little."""
    if _equals_lead(state, seat, lot, most):
        lot_terms = money.own_terms(state, seat, lot.number)
        most = stepped(lot.rises, most, lot_terms.grid or tick(lot_terms.scale))
    buffered = buffer.within(state, seat, lot, most)
    return most if buffered is None else buffered
