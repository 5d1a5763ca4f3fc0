"""Lines: a bid on a lot with positions gives the unit price of each; their total competes.

``total = sum of half-even(quantity x unit price)``, each line rounded at the lot's scale as on an
invoice, the sum exact. Every rule of the lot (step, guard, ceiling, grid, ties, reserve, score)
works on the total. What a price itself may be depends on the public terms and the own best alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal

from auctions.domain import money
from auctions.domain.commands import PlaceBid
from auctions.domain.draft import Draft
from auctions.domain.events import BidLines
from auctions.domain.refusals import (
    LineAboveCeiling,
    LineNotPositive,
    LineRises,
    LineScaleWrong,
    LinesMissing,
    LinesNotHere,
    TotalDiffers,
)
from auctions.domain.rules import next_bid
from auctions.domain.state import AuctionState, LotState, Offer
from auctions.domain.terms import LineRules, LineTerms, LotTerms
from kernel.decimals import MAX_INTEGER_DIGITS, line_total, quantize, to_wire

_TOO_LARGE = Decimal(10) ** MAX_INTEGER_DIGITS
_DEFAULTS = LineRules()
_WIDE = Context(prec=60)  # no sum of a lot's lines is ever rounded
Prices = tuple[Decimal, ...]


def total(lot_terms: LotTerms, prices: Sequence[Decimal]) -> Decimal:
    """What these unit prices come to, at the lot's scale. One price a line, each a finite one."""
    parts = (
        line_total(line.quantity, price, lot_terms.scale)
        for line, price in zip(lot_terms.lines or (), prices, strict=True)
    )
    found = quantize(Decimal(0), lot_terms.scale)
    for part in parts:
        found = _WIDE.add(found, part)
    return found


def fits(lot_terms: LotTerms, prices: Sequence[Decimal]) -> bool:
    """Whether :func:`total` can be asked of them: as many as lines, and none beyond measure."""
    return len(prices) == len(lot_terms.lines or ()) and all(
        price.is_finite() and 0 <= price < _TOO_LARGE for price in prices
    )


def check_form(
    state: AuctionState, lot: LotState, command: PlaceBid, basis: Offer | None
) -> tuple[Decimal, Prices | None]:
    """The amount at the lot's scale, and on a lot with lines the prices at theirs.

    ``basis`` is the own offer to which prices are compared where they may not rise. Raises what is
    wrong with the first line that is, then with the total.
    """
    lot_terms = money.own_terms(state, command.seat, lot.number)
    if lot_terms.lines is None:
        if command.lines is not None:
            raise LinesNotHere(field="lines", lot=lot.number)
        return next_bid.check_form(lot_terms, command.amount), None
    prices = check_prices(state, lot_terms, command.lines, basis)
    found = total(lot_terms, prices)
    if command.amount != found:
        raise TotalDiffers(field="amount", total=to_wire(found))
    return next_bid.check_form(lot_terms, found), prices


def check_prices(
    state: AuctionState, lot_terms: LotTerms, given: Prices | None, basis: Offer | None
) -> Prices:
    """Each price at its position's scale. Raises what is wrong with the first that is."""
    lines = lot_terms.lines or ()
    if given is None or len(given) != len(lines):
        raise LinesMissing(field="lines", lines=len(lines))
    before = None if basis is None else basis.lines
    rules = state.rules.line_rules or _DEFAULTS
    return tuple(
        _check_line(line, price, rules, None if before is None else before[line.number - 1])
        for line, price in zip(lines, given, strict=True)
    )


def keep(draft: Draft, lot: int, seat: str, bid: int, prices: Prices | None) -> None:
    """The entry of the prices, right behind that of the bid; none on a lot without lines."""
    if prices is not None:
        draft.emit(BidLines(lot, seat, bid, prices))


def _check_line(
    line: LineTerms, price: Decimal, rules: LineRules, before: Decimal | None
) -> Decimal:
    field = f"lines.{line.number}"
    if not price.is_finite() or price < 0 or (price == 0 and not rules.zero):
        raise LineNotPositive(field=field, line=line.number)
    if price >= _TOO_LARGE:
        raise LineAboveCeiling(field=field, line=line.number, most=to_wire(_TOO_LARGE - 1))
    scaled = quantize(price, line.scale)
    if scaled != price:
        raise LineScaleWrong(field=field, line=line.number, scale=line.scale)
    if line.ceiling is not None and scaled > line.ceiling:
        raise LineAboveCeiling(field=field, line=line.number, most=to_wire(line.ceiling))
    if not rules.rise and before is not None and scaled > before:
        raise LineRises(field=field, line=line.number, most=to_wire(before))
    return scaled
