"""The bid behind an amount: on a lot with positions a bot spreads what it wants over them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from auctions.domain.commands import PlaceBid
from auctions.domain.rules.lines import total
from auctions.domain.terms import LineRules, LineTerms, LotTerms
from auctions.rehearsal.play.bots import View
from kernel.decimals import floor_fraction, tick

MOST_TRIES = 1000


def place(seat: str, view: View, amount: Decimal, floor: Decimal) -> PlaceBid | None:
    """A bid of ``amount``; with positions, of the nearest total down to ``floor``, if any."""
    lot = view.lot
    if lot.lines is None:
        return PlaceBid(seat, lot.number, amount, view.ref, retyped=amount)
    prices = wanted(view, amount, floor)
    if prices is None:
        return None
    found = total(lot, prices)
    return PlaceBid(seat, lot.number, found, view.ref, retyped=found, lines=prices)


def wanted(view: View, amount: Decimal, floor: Decimal) -> tuple[Decimal, ...] | None:
    """The unit prices of the nearest total from ``amount`` down to ``floor``, if there are any."""
    own = view.standing.own
    rules = view.terms.line_rules or LineRules()
    prices = spread(view.lot, amount, None if own is None else own.lines, rules)
    return None if prices is None or total(view.lot, prices) < floor else prices


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
    caps = [
        min((each for each in (line.ceiling, most) if each is not None), default=None)
        for line, most in zip(lines, before or (None,) * len(lines), strict=True)
    ]
    prices = _shared(lines, level, Fraction(amount), caps)
    least = [Decimal(0) if rules.zero else tick(line.scale) for line in lines]
    prices = [max(price, lowest) for price, lowest in zip(prices, least, strict=True)]
    return _lowered(lot, amount, prices, rules)


def _shared(
    lines: Sequence[LineTerms],
    level: Sequence[Fraction],
    amount: Fraction,
    caps: Sequence[Decimal | None],
) -> list[Decimal]:
    """The amount in those proportions; what is above a cap goes to the other positions."""
    prices = [Decimal(0)] * len(lines)
    rest = set(range(len(lines)))
    while rest:
        whole = sum((level[at] * Fraction(lines[at].quantity) for at in rest), Fraction(0))
        if whole <= 0 or amount <= 0:
            break
        capped = set()
        for at in rest:
            prices[at] = floor_fraction(level[at] * amount / whole, lines[at].scale)
            cap = caps[at]
            if cap is not None and prices[at] > cap:
                prices[at] = cap
                capped.add(at)
        if not capped:
            break
        rest -= capped
        used = (Fraction(prices[at]) * Fraction(lines[at].quantity) for at in capped)
        amount -= sum(used, Fraction(0))
    return prices


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
