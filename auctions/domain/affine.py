"""One affine form: how the price of one seat on one lot becomes its score.

``score = (a x price + b) / d`` in whole numbers, so that ranking is exact and a state can be
written down. ``a`` and ``d`` are above zero: a lower price is always a better score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

from auctions.domain.terms_scoring import CriterionKind, ScoringTerms


@dataclass(frozen=True, slots=True)
class Affine:
    """The three numbers; without any, the price itself."""

    a: int = 1
    b: int = 0
    d: int = 1

    def score(self, price: Decimal | Fraction) -> Fraction:
        """The exact score of a price."""
        return (self.a * Fraction(price) + self.b) / self.d

    def price(self, score: Fraction) -> Fraction:
        """The exact price that has this score; it may be zero or less."""
        return (score * self.d - self.b) / self.a

    def after(self, first: Affine) -> Affine:
        """Both in a row: the score of what ``first`` makes of a price."""
        return affine(
            Fraction(self.a, self.d) * Fraction(first.a, first.d),
            (self.a * Fraction(first.b, first.d) + self.b) / self.d,
        )


def affine(a: Fraction, b: Fraction) -> Affine:
    """``a x price + b`` as whole numbers; raises ValueError unless ``a`` is above zero."""
    if a <= 0:
        raise ValueError("a lower price must be a better score")
    d = lcm(a.denominator, b.denominator)
    return Affine(int(a * d), int(b * d), d)


def affine_of(terms: ScoringTerms, values: Sequence[Decimal]) -> Affine:
    """The form that one seat's values make; raises ValueError where it has none."""
    total = {kind: Fraction(0) for kind in CriterionKind}
    most = Fraction(0)
    for criterion, value in zip(terms.criteria, values, strict=True):
        total[criterion.kind] += Fraction(value)
        most += Fraction(criterion.most or 0)
    coef = 1 + total[CriterionKind.WEIGHT] / (1 - most)
    slope = 1 + total[CriterionKind.PERCENT] / 100
    return affine(slope / coef, total[CriterionKind.AMOUNT] / coef)


PRICE = Affine()
