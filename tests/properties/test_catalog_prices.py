"""The resolver of prices against a second one, written straight from the rules in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalog.domain import gtin
from marketplace.catalog.domain.ordering import OrderRule
from marketplace.catalog.domain.prices import Buyer, Found, NotFound, PriceRule, Scope, Why
from marketplace.catalog.domain.resolver import resolve, steps

START = datetime(2026, 12, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
# Few values, so that edges meet: a quantity at a band's edge, a moment at the end of a validity.
# The first of each comes most often, so that several rules apply at once.
COMPANIES, GROUPS = ("a", "a", "a", "b"), ("g", "g", "h")
CURRENCIES, COUNTRIES = ("EUR", "EUR", "EUR", "UAH"), ("DE", "EE")
quantities = st.sampled_from([Decimal(n) for n in ("0.000001", "1", "9.999999", "10", "50", "51")])


def moments(first: int, last: int) -> st.SearchStrategy[datetime]:
    """At a full hour, or a microsecond beside it."""
    return st.builds(
        lambda hours, ticks: START + timedelta(hours=hours) + ticks * TICK,
        st.integers(first, last),
        st.sampled_from((0, 0, -1, 1)),
    )


@st.composite
def rule(draw: st.DrawFn, key: str) -> PriceRule:
    scope = draw(st.sampled_from(Scope))
    party = {Scope.PUBLIC: st.just(""), Scope.GROUP: st.sampled_from(GROUPS)}.get(
        scope, st.sampled_from(COMPANIES)
    )
    least = draw(st.sampled_from([Decimal(0), Decimal(1), Decimal(10), Decimal(50)]))
    begins = draw(moments(0, 2))
    return PriceRule(
        key=key, scope=scope, party=draw(party), currency=draw(st.sampled_from(CURRENCIES)),
        amount=Decimal(draw(st.integers(1, 3))), least=least,
        below=draw(st.none() | st.sampled_from([least + 1, least + 40])),
        begins=begins, ends=draw(st.none() | st.builds(lambda h: begins + timedelta(hours=h),
                                                       st.integers(0, 3))),
        territory=draw(st.just(frozenset()) | st.frozensets(st.sampled_from(COUNTRIES))),
        contract="C" if scope is Scope.CONTRACT else "",
    )  # fmt: skip


@st.composite
def asked(draw: st.DrawFn) -> tuple[list[PriceRule], Buyer, dict[str, Any]]:
    rules = [draw(rule(f"{number:02}")) for number in range(draw(st.integers(0, 9)))]
    buyer = Buyer(
        company=draw(st.sampled_from(("a", "a", "b", "c"))),
        groups=draw(st.frozensets(st.sampled_from(GROUPS))),
    )
    return rules, buyer, {
        "quantity": draw(quantities), "currency": draw(st.sampled_from(CURRENCIES)),
        "territory": draw(st.sampled_from((*COUNTRIES, "PL"))), "at": draw(moments(0, 4)),
    }  # fmt: skip


@st.composite
def rival(draw: st.DrawFn, key: str) -> PriceRule:
    """A rule that applies to RIVALRY, so that only the order of precedence decides."""
    scope = draw(st.sampled_from((Scope.PUBLIC, Scope.PUBLIC, Scope.GROUP, Scope.CUSTOMER)))
    return PriceRule(
        key=key, scope=scope, currency="EUR", amount=Decimal(draw(st.integers(1, 2))),
        party={Scope.GROUP: "g", Scope.CUSTOMER: "a"}.get(scope, ""),
        least=Decimal(draw(st.sampled_from((0, 50)))),
        below=draw(st.sampled_from((None, Decimal(51), Decimal(90)))),
        begins=START + draw(st.sampled_from((-1, 0))) * TICK,
        ends=draw(st.sampled_from((None, START + TICK, START + 2 * TICK))),
        territory=draw(st.sampled_from((frozenset(), frozenset({"EE"}), frozenset(COUNTRIES)))),
    )  # fmt: skip


RIVALRY = (
    Buyer(company="a", groups=frozenset({"g"})),
    {"quantity": Decimal(50), "currency": "EUR", "territory": "EE", "at": START},
)


def applies(rule: PriceRule, buyer: Buyer, case: dict[str, Any]) -> bool:
    """By the words of the manual, one after the other."""
    mine = {
        "contract": rule.party == buyer.company,
        "customer": rule.party == buyer.company,
        "group": rule.party in buyer.groups,
        "public": True,
    }[rule.scope.value]
    begun = rule.begins <= case["at"]
    still = rule.ends is None or case["at"] < rule.ends
    enough = rule.least <= case["quantity"]
    within = rule.below is None or case["quantity"] < rule.below
    there = not rule.territory or case["territory"] in rule.territory
    return mine and begun and still and enough and within and there and (
        rule.currency == case["currency"]
    )  # fmt: skip


def naive(rules: list[PriceRule], buyer: Buyer, case: dict[str, Any]) -> PriceRule | None:
    """Narrow what applies by one rule of precedence after the other, until one is left."""
    left = [each for each in rules if applies(each, buyer, case)]
    if not left:
        return None
    for scope in ("contract", "customer", "group", "public"):
        if any(each.scope.value == scope for each in left):
            left = [each for each in left if each.scope.value == scope]
    left = [each for each in left if each.least == max(other.least for other in left)]
    if any(each.below is not None for each in left):
        nearest = min(each.below for each in left if each.below is not None)
        left = [each for each in left if each.below == nearest]
    left = [each for each in left if each.begins == max(other.begins for other in left)]
    if any(each.ends is not None for each in left):
        soonest = min(each.ends for each in left if each.ends is not None)
        left = [each for each in left if each.ends == soonest]
    if any(each.territory for each in left):
        left = [each for each in left if each.territory]
        fewest = min(len(each.territory) for each in left)
        left = [each for each in left if len(each.territory) == fewest]
    left = [each for each in left if each.amount == min(other.amount for other in left)]
    return min(left, key=lambda each: each.key)


@given(asked())
def test_it_finds_what_the_rules_in_words_find(
    case: tuple[list[PriceRule], Buyer, dict[str, Any]],
) -> None:
    rules, buyer, question = case
    answer = resolve(rules, buyer, **question)
    expected = naive(rules, buyer, question)
    if expected is None:
        assert isinstance(answer, NotFound)
        assert (answer.why is Why.NO_PRICE) == (not rules)
    else:
        assert isinstance(answer, Found)
        assert answer.rule == expected
        assert answer.amount == expected.amount
        assert answer.rule.currency == question["currency"]


@given(st.integers(2, 4).flatmap(lambda many: st.tuples(*(rival(str(n)) for n in range(many)))))
def test_of_those_that_apply_the_order_of_precedence_decides(rules: tuple[PriceRule, ...]) -> None:
    buyer, question = RIVALRY
    assert all(applies(each, buyer, question) for each in rules)
    answer = resolve(rules, buyer, **question)
    assert isinstance(answer, Found)
    assert answer.rule == naive(list(rules), buyer, question)


@given(asked(), st.randoms())
def test_the_order_in_which_rules_are_kept_changes_nothing(
    case: tuple[list[PriceRule], Buyer, dict[str, Any]], chance: Any
) -> None:
    rules, buyer, question = case
    mixed = list(rules)
    chance.shuffle(mixed)
    assert resolve(mixed, buyer, **question) == resolve(rules, buyer, **question)


@given(asked())
def test_every_other_rule_has_its_reason_and_only_what_applies_is_outranked(
    case: tuple[list[PriceRule], Buyer, dict[str, Any]],
) -> None:
    rules, buyer, question = case
    answer = resolve(rules, buyer, **question)
    told = {each.rule.key: each.why for each in answer.others}
    won = {answer.rule.key} if isinstance(answer, Found) else set()
    assert told.keys() | won == {each.key for each in rules}
    outranked = {Why.NEARER_SCOPE, Why.CLOSER_BAND, Why.CLOSER_VALIDITY, Why.CLOSER_TERRITORY,
                 Why.LOWER_AMOUNT, Why.SAME}  # fmt: skip
    for each in rules:
        if each.key not in won:
            assert (told[each.key] in outranked) == applies(each, buyer, question)


@given(asked())
def test_taking_a_loser_away_changes_nothing_and_taking_the_winner_away_does(
    case: tuple[list[PriceRule], Buyer, dict[str, Any]],
) -> None:
    rules, buyer, question = case
    answer = resolve(rules, buyer, **question)
    if isinstance(answer, Found):
        for each in rules:
            left = [other for other in rules if other is not each]
            again = resolve(left, buyer, **question)
            assert (getattr(again, "rule", None) == answer.rule) == (each.key != answer.rule.key)


@given(asked())
def test_the_ladder_says_at_every_quantity_what_the_resolver_says(
    case: tuple[list[PriceRule], Buyer, dict[str, Any]],
) -> None:
    rules, buyer, question = case
    quantity = question.pop("quantity")
    ladder = steps(rules, buyer, **question)
    assert [each.least for each in ladder] == sorted({each.least for each in ladder})
    step = next(each for each in reversed(ladder) if each.least <= quantity)
    answer = resolve(rules, buyer, quantity=quantity, **question)
    assert getattr(step.answer, "rule", None) == getattr(answer, "rule", None)


@given(st.integers(0, 10**13 - 1), st.integers(0, 9))
def test_one_check_digit_fits_each_number(body: int, other: int) -> None:
    digits = f"{body:013}"
    good = gtin.check_digit(digits)
    assert gtin.read(digits + good) == digits + good
    assert gtin.read(gtin.shown(digits + good)) == digits + good
    if str(other) != good:
        try:
            gtin.read(digits + str(other))
        except ValueError:
            return
        raise AssertionError("a wrong check digit was taken")


amounts = st.integers(1, 10**7).map(lambda units: Decimal(units).scaleb(-3))


@given(amounts, amounts, st.none() | amounts, amounts)
def test_the_nearest_quantity_can_be_ordered(
    least: Decimal, increment: Decimal, more: Decimal | None, quantity: Decimal
) -> None:
    rule = OrderRule(least=least, most=None if more is None else least + more, increment=increment)
    if rule.is_possible:
        found = rule.nearest(quantity)
        assert rule.fault(found) is None
        if rule.fault(quantity) is None:
            assert found == quantity
