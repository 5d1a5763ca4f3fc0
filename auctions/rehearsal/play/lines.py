"""The bid behind an amount: on a lot with positions a bot spreads what it wants over them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from auctions.domain.commands import PlaceBid
from auctions.domain.rules.lines import total
from auctions.domain.terms import LineRules, LotTerms
from auctions.rehearsal.play.bots import View
from kernel.decimals import floor_fraction, tick

MOST_TRIES = 1000


def place(seat: str, view: View, amount: Decimal, floor: Decimal) -> PlaceBid | None:
    """A bid of ``amount``; with positions, of the nearest total down to ``floor``, if any."""
    lot = view.lot
    if lot.lines is None:
        return PlaceBid(seat, lot.number, amount, view.ref, retyped=amount)
    own = view.standing.own
    rules = view.terms.line_rules or LineRules()
    prices = spread(lot, amount, None if own is None else own.lines, rules)
    found = None if prices is None else total(lot, prices)
    if found is None or found < floor:
        return None
    return PlaceBid(seat, lot.number, found, view.ref, retyped=found, lines=prices)


def spread(
    lot: LotTerms, amount: Decimal, before: tuple[Decimal, ...] | None, rules: LineRules
) -> tuple[Decimal, ...] | None:
    """Unit prices that come to ``amount`` or a little less, in the proportions of those before.

    A first bid takes the proportions of the ceilings, or an equal part for each position.
    """
    lines = lot.lines or ()
    if before is not None:
        level = [Fraction(price) for price in before]
    elif all(line.ceiling is not None for line in lines):
        level = [Fraction(line.ceiling or 0) for line in lines]
    else:
        level = [1 / Fraction(line.quantity) for line in lines]
    whole = sum(
        (price * Fraction(line.quantity) for price, line in zip(level, lines, strict=True)),
        Fraction(0),
    )
    prices = []
    for line, price in zip(lines, level, strict=True):
        fair = floor_fraction(price * Fraction(amount) / whole, line.scale)
        least = Decimal(0) if rules.zero else tick(line.scale)
        fair = max(fair, least)
        if before is not None:  # rounding may have made a little more of the last total
            fair = min(fair, before[line.number - 1])
        prices.append(fair if line.ceiling is None else min(fair, line.ceiling))
    return _lowered(lot, amount, prices, rules)


def _lowered(
    lot: LotTerms, amount: Decimal, prices: list[Decimal], rules: LineRules
) -> tuple[Decimal, ...] | None:
    """Tick by tick off the dearest position, until the total may be bid."""
    lines = lot.lines or ()
    for _ in range(MOST_TRIES):
        found = total(lot, prices)
        if found <= amount and (lot.grid is None or found % lot.grid == 0):
            return tuple(prices) if found > 0 else None
        dearest = max(range(len(prices)), key=lambda place: prices[place] * lines[place].quantity)
        unit = tick(lines[dearest].scale)
        if prices[dearest] <= (Decimal(0) if rules.zero else unit):
            return None
        prices[dearest] -= unit
    return None
