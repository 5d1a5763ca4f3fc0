"""The step of a seat that bids in other money: amounts of the terms are turned into its own.

An amount and the bounds of price bands are on the common basis, percents are of the own price.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from auctions.domain.affine import Affine
from auctions.domain.terms import Band, FrontBuffer, LotTerms, Step, StepKind
from kernel.decimals import floor_fraction, tick


def most(form: Affine, terms: LotTerms, basis: Decimal) -> Decimal:
    """The highest amount below ``basis`` by the lot's step, and by a tick at least."""
    exact = Fraction(basis)
    down = _DECREMENTS[terms.step.kind](terms.step, exact, form)
    return min(basis - tick(terms.scale), floor_fraction(exact - down, terms.scale))


def part_of(rule: Band | FrontBuffer | Step, basis: Fraction, form: Affine) -> Fraction:
    """What the rule's amount or percentage is of an own price."""
    if rule.percent is not None:
        return basis * Fraction(rule.percent) / 100
    return form.price(Fraction(rule.absolute or 0))


def _absolute(step: Step, basis: Fraction, form: Affine) -> Fraction:
    return form.price(Fraction(step.absolute or 0))


def _percent(step: Step, basis: Fraction, form: Affine) -> Fraction:
    return basis * Fraction(step.percent or 0) / 100


def _smaller(step: Step, basis: Fraction, form: Affine) -> Fraction:
    return min(_absolute(step, basis, form), _percent(step, basis, form))


def _by_band(step: Step, basis: Fraction, form: Affine) -> Fraction:
    value = form.score(basis)
    band = None
    for each in step.bands or ():
        if Fraction(each.least) <= value:
            band = each
    return Fraction(0) if band is None else part_of(band, basis, form)


_DECREMENTS: dict[StepKind, Callable[[Step, Fraction, Affine], Fraction]] = {
    StepKind.ABSOLUTE: _absolute,
    StepKind.PERCENT: _percent,
    StepKind.SMALLER: _smaller,
    StepKind.BANDS: _by_band,
}
