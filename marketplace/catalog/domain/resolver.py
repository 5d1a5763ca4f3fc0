"""Which price counts: the one way in which a price is found, everywhere.

A price applies when all of these hold: it is for this buyer, in this currency, for this territory,
at this moment, and the quantity lies in its band. Amounts are never converted: a price in another
currency does not apply. Of those that apply the first by :func:`precedence` counts:

1. scope: contract, customer, group, public;
2. band: the one that begins at the greater quantity, then the one that ends at the smaller;
3. currency: all that apply have the one that was asked for, so it decides nothing more;
4. validity: the one that began later, then the one that ends sooner;
5. what is left is a tie, decided by the smaller territory, then the lower amount, then the key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from marketplace.catalog.domain.prices import (
    Buyer,
    Found,
    NotFound,
    Passed,
    PriceRule,
    Scope,
    Step,
    Why,
)

_RANK = {scope: number for number, scope in enumerate(Scope)}
_OBSTACLES = (Why.NO_PRICE, Why.BUYER, Why.CURRENCY, Why.TERRITORY, Why.NOT_YET, Why.ENDED,
              Why.BELOW_BAND, Why.ABOVE_BAND)  # fmt: skip
_FURTHEST = {why: number for number, why in enumerate(_OBSTACLES)}
_LAST = datetime.max.replace(tzinfo=UTC)
_EVERYWHERE = 1000  # more than there are countries
_OPEN = Decimal("Infinity")


class Precedence(NamedTuple):
    """By which prices that apply are put in order, the smallest first."""

    scope: int
    band_least: Decimal
    band_below: Decimal
    begun: timedelta
    ends: datetime
    territory: int
    amount: Decimal
    key: str


_OVER = (Why.NEARER_SCOPE, Why.CLOSER_BAND, Why.CLOSER_BAND, Why.CLOSER_VALIDITY,
         Why.CLOSER_VALIDITY, Why.CLOSER_TERRITORY, Why.LOWER_AMOUNT, Why.SAME)  # fmt: skip
"""What is over another rule, by the fields of Precedence."""


def resolve(
    rules: Iterable[PriceRule],
    buyer: Buyer,
    *,
    quantity: Decimal,
    currency: str,
    territory: str,
    at: datetime,
) -> Found | NotFound:
    """The price of one unit when ``buyer`` takes ``quantity`` for ``territory`` at this moment.

    ``quantity`` is in orderable units. The rules may come in any order: the answer is the same.
    Raises ValueError for a quantity that is not positive or a moment without a zone.
    """
    if not quantity > 0:
        raise ValueError("a price is asked for a positive quantity")
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    applying: list[PriceRule] = []
    passed: list[Passed] = []
    for rule in rules:
        why = obstacle(
            rule, buyer, quantity=quantity, currency=currency, territory=territory, at=at
        )
        if why is None:
            applying.append(rule)
        else:
            passed.append(Passed(rule, why))
    if not applying:
        last = max((each.why for each in passed), key=_FURTHEST.__getitem__, default=Why.NO_PRICE)
        return NotFound(last, _sorted(passed))
    best, *others = sorted(applying, key=precedence)
    passed += [Passed(rule, _what_is_over(best, rule)) for rule in others]
    return Found(best, _sorted(passed))


def steps(
    rules: Sequence[PriceRule], buyer: Buyer, *, currency: str, territory: str, at: datetime
) -> tuple[Step, ...]:
    """The whole ladder of prices by quantity: at every quantity from a step on, and below the next
    one, :func:`resolve` finds the step's price. Begins with the smallest positive quantity.
    """
    edges = {edge for rule in rules for edge in (rule.least, rule.below) if edge}
    made: list[Step] = []
    for least in (Decimal(0), *sorted(edges)):
        answer = resolve(
            rules, buyer, quantity=least or _SMALLEST, currency=currency, territory=territory, at=at
        )
        if not made or _told(made[-1].answer) != _told(answer):
            made.append(Step(least, answer))
    return tuple(made)


_SMALLEST = Decimal("0.000001")  # no quantity of ours is finer


def obstacle(
    rule: PriceRule,
    buyer: Buyer,
    *,
    quantity: Decimal,
    currency: str,
    territory: str,
    at: datetime,
) -> Why | None:
    """The first test that keeps a rule from being applied; None where it applies."""
    if not _is_for(rule, buyer):
        return Why.BUYER
    if rule.currency != currency:
        return Why.CURRENCY
    if rule.territory and territory not in rule.territory:
        return Why.TERRITORY
    if at < rule.begins:
        return Why.NOT_YET
    if rule.ends is not None and at >= rule.ends:
        return Why.ENDED
    if quantity < rule.least:
        return Why.BELOW_BAND
    if rule.below is not None and quantity >= rule.below:
        return Why.ABOVE_BAND
    return None


def precedence(rule: PriceRule) -> Precedence:
    """The place of a rule among those that apply: the smallest counts."""
    return Precedence(
        scope=_RANK[rule.scope],
        band_least=rule.least.copy_negate(),
        band_below=_OPEN if rule.below is None else rule.below,
        begun=_LAST - rule.begins,
        ends=_LAST if rule.ends is None else rule.ends,
        territory=len(rule.territory) or _EVERYWHERE,
        amount=rule.amount,
        key=rule.key,
    )


def _is_for(rule: PriceRule, buyer: Buyer) -> bool:
    if rule.scope is Scope.PUBLIC:
        return True
    if rule.scope is Scope.GROUP:
        return rule.party in buyer.groups
    return rule.party == buyer.company


def _what_is_over(best: PriceRule, rule: PriceRule) -> Why:
    """The first thing by which the best one precedes this one."""
    places = zip(precedence(best), precedence(rule), _OVER, strict=True)
    return next((over for one, other, over in places if one != other), Why.SAME)


def _sorted(passed: list[Passed]) -> tuple[Passed, ...]:
    return tuple(sorted(passed, key=lambda each: precedence(each.rule)))


def _told(answer: Found | NotFound) -> str:
    return answer.rule.key if isinstance(answer, Found) else ""
