"""What the terms validator asks of rules beyond the plain open auction, one check a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from auctions.domain import terms_problems as problems
from auctions.domain.terms import Format, Terms
from auctions.domain.terms_problems import Problem
from auctions.domain.terms_scoring import Criterion, CriterionKind, ScoringMethod
from kernel.decimals import tick, to_wire

MOST_CRITERIA = 20
MOST_NAME = 100
MOST_WEIGHT = Decimal("0.3")

# Formats whose order is by score.
SCORED = frozenset({Format.ENGLISH})

_KINDS = {
    ScoringMethod.BONUS_MALUS: {CriterionKind.PERCENT, CriterionKind.AMOUNT},
    ScoringMethod.WEIGHTED: {CriterionKind.WEIGHT},
    ScoringMethod.LIFE_CYCLE: {CriterionKind.AMOUNT},
    ScoringMethod.LANDED: {CriterionKind.PERCENT, CriterionKind.AMOUNT},
}


def scoring(terms: Terms) -> Iterator[Problem]:
    """Criteria of the method's kinds, weights up to 0.3 together, and no blind buyer."""
    rule = terms.scoring
    if rule is None:
        return
    if terms.format not in SCORED:
        yield problems.RuleNotHere(field="scoring")
    if terms.blind:
        yield problems.ScoringNotBlind(field="scoring")
    if not 1 <= len(rule.criteria) <= MOST_CRITERIA:
        yield problems.OutOfRange(field="scoring.criteria", least=1, most=MOST_CRITERIA)
    names: set[str] = set()
    total = Decimal(0)
    for number, criterion in enumerate(rule.criteria, start=1):
        path = f"scoring.criteria.{number}"
        yield from _named(path, criterion, names)
        if criterion.kind not in _KINDS[rule.method]:
            yield problems.CriterionNotHere(field=path)
        if criterion.kind is not CriterionKind.WEIGHT:
            if criterion.most is not None:
                yield problems.CriterionNotHere(field=f"{path}.most")
            continue
        most = criterion.most
        if most is None or not most.is_finite() or not 0 < most <= MOST_WEIGHT or most % tick(6):
            yield problems.OutOfRange(field=f"{path}.most", least=0, most=to_wire(MOST_WEIGHT))
        else:
            total += most
    if total > MOST_WEIGHT:
        yield problems.WeightsTooHeavy(field="scoring.criteria", most=to_wire(MOST_WEIGHT))


def _named(path: str, criterion: Criterion, names: set[str]) -> Iterator[Problem]:
    name = criterion.name.strip()
    if not name:
        yield problems.Missing(field=f"{path}.name")
    if len(name) > MOST_NAME:
        yield problems.TooLong(field=f"{path}.name", limit=MOST_NAME)
    if name.casefold() in names:
        yield problems.CriterionTwice(field=f"{path}.name")
    names.add(name.casefold())


CHECKS: tuple[Callable[[Terms], Iterator[Problem]], ...] = (scoring,)
