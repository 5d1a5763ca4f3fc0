"""The resolver of prices by examples: what comes first, where bands and validity begin and end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from marketplace.catalog.domain import gtin
from marketplace.catalog.domain.ordering import OrderRule, Unorderable
from marketplace.catalog.domain.prices import Buyer, Found, NotFound, PriceRule, Scope, Why
from marketplace.catalog.domain.resolver import resolve, steps

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
BUYER = Buyer(company="pohja", groups=frozenset({"baltic"}))
PARTY = {Scope.CONTRACT: "pohja", Scope.CUSTOMER: "pohja", Scope.GROUP: "baltic"}


def price(amount: str, scope: Scope = Scope.PUBLIC, **more: Any) -> PriceRule:
    usual = {
        "key": more.pop("key", f"{scope.value}-{amount}"), "currency": "EUR",
        "begins": NOW - timedelta(days=30), "party": PARTY.get(scope, ""),
    }  # fmt: skip
    return PriceRule(scope=scope, amount=Decimal(amount), **{**usual, **more})


def ask(*rules: PriceRule, quantity: str = "10", buyer: Buyer = BUYER, **more: Any) -> Any:
    usual = {"currency": "EUR", "territory": "EE", "at": NOW}
    return resolve(rules, buyer, quantity=Decimal(quantity), **{**usual, **more})


def reasons(answer: Found | NotFound) -> dict[str, Why]:
    return {each.rule.key: each.why for each in answer.others}


def test_the_nearest_scope_counts_even_where_it_is_dearer():
    rules = [price(str(amount), scope) for amount, scope in enumerate(reversed(Scope), 1)]
    for scope in Scope:
        answer = ask(*rules)
        assert answer.rule.scope is scope
        assert set(reasons(answer).values()) <= {Why.NEARER_SCOPE}
        rules = [each for each in rules if each.scope is not scope]
    assert ask(*rules) == NotFound(Why.NO_PRICE, ())


def test_a_nearer_price_whose_band_is_not_reached_leaves_the_place_to_the_next():
    contract = price("7", Scope.CONTRACT, least=Decimal(100), contract="C-1")
    customer = price("8", Scope.CUSTOMER)
    answer = ask(contract, customer, quantity="99.999999")

    assert answer.rule is customer
    assert reasons(answer) == {"contract-7": Why.BELOW_BAND}
    assert ask(contract, customer, quantity="100").rule is contract


def test_a_band_holds_its_first_quantity_and_not_the_one_it_ends_at():
    low, high = price("9", below=Decimal(50)), price("8", least=Decimal(50))
    assert ask(low, high, quantity="49.999999").rule is low
    assert ask(low, high, quantity="50").rule is high
    assert reasons(ask(low, high, quantity="50")) == {"public-9": Why.ABOVE_BAND}


def test_of_two_bands_the_one_that_begins_higher_counts_then_the_narrower():
    wide, high = price("9"), price("8", least=Decimal(10))
    narrow = price("10", least=Decimal(10), below=Decimal(20))
    assert ask(wide, high).rule is high
    answer = ask(wide, high, narrow)
    assert answer.rule is narrow
    assert reasons(answer) == {"public-9": Why.CLOSER_BAND, "public-8": Why.CLOSER_BAND}


def test_validity_is_half_open_to_the_microsecond():
    rule = price("5", begins=NOW, ends=NOW + timedelta(days=1))
    assert ask(rule, at=NOW - TICK).why is Why.NOT_YET
    assert ask(rule, at=NOW).amount == 5
    assert ask(rule, at=rule.ends - TICK).amount == 5
    assert ask(rule, at=rule.ends).why is Why.ENDED


def test_a_price_that_ends_where_it_begins_never_holds():
    rule = price("5", begins=NOW, ends=NOW)
    assert [ask(rule, at=at).why for at in (NOW - TICK, NOW)] == [Why.NOT_YET, Why.ENDED]


def test_of_two_valid_ones_the_later_begun_counts_then_the_one_that_ends_sooner():
    old, new = price("5"), price("6", begins=NOW)
    action = price("7", begins=NOW, ends=NOW + timedelta(days=3))
    assert ask(old, new).rule is new
    answer = ask(old, new, action)
    assert answer.rule is action
    assert reasons(answer) == {"public-5": Why.CLOSER_VALIDITY, "public-6": Why.CLOSER_VALIDITY}


def test_amounts_are_never_converted():
    answer = ask(price("5", currency="USD"), currency="EUR")
    assert answer == NotFound(Why.CURRENCY, answer.others)


def test_a_price_for_named_countries_is_for_those_alone_and_goes_before_one_for_all():
    baltic = price("9", territory=frozenset({"EE", "LV"}))
    everywhere = price("8")
    assert ask(baltic, everywhere).rule is baltic
    assert reasons(ask(baltic, everywhere)) == {"public-8": Why.CLOSER_TERRITORY}
    assert ask(baltic, everywhere, territory="DE").rule is everywhere
    assert ask(baltic, territory="DE").why is Why.TERRITORY


def test_a_tie_goes_to_the_lower_amount_then_to_the_smaller_key():
    assert ask(price("5", key="b"), price("4", key="c")).amount == 4
    answer = ask(price("5", key="b"), price("5", key="a"))
    assert answer.rule.key == "a"
    assert reasons(answer) == {"b": Why.SAME}


def test_nobody_gets_what_is_for_another():
    others = [
        price("1", Scope.CONTRACT, party="other", contract="C-2", key="contract"),
        price("2", Scope.CUSTOMER, party="other", key="customer"),
        price("3", Scope.GROUP, party="north", key="group"),
    ]
    assert ask(*others).why is Why.BUYER
    assert reasons(ask(*others, price("9"))) == dict.fromkeys(
        ("contract", "customer", "group"), Why.BUYER
    )


def test_without_a_price_the_obstacle_of_the_one_that_came_furthest_is_told():
    rules = [
        price("1", Scope.CUSTOMER, party="other"),
        price("2", currency="USD"),
        price("3", territory=frozenset({"DE"})),
        price("4", begins=NOW + TICK),
        price("5", ends=NOW),
        price("6", least=Decimal(11)),
    ]
    told = [ask(*rules[: number + 1]).why for number in range(len(rules))]
    assert told == [Why.BUYER, Why.CURRENCY, Why.TERRITORY, Why.NOT_YET, Why.ENDED, Why.BELOW_BAND]


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN"])
def test_a_quantity_that_is_none_is_not_asked_about(quantity):
    with pytest.raises((ValueError, ArithmeticError)):
        ask(price("5"), quantity=quantity)


def test_a_moment_has_a_zone():
    with pytest.raises(ValueError, match="zone"):
        ask(price("5"), at=NOW.replace(tzinfo=None))


def test_the_ladder_tells_where_the_price_changes():
    contract = price("7", Scope.CONTRACT, least=Decimal(100), below=Decimal(500), contract="C-1")
    public = [price("10", below=Decimal(50)), price("9", least=Decimal(50), key="nine")]
    ladder = steps([contract, *public], BUYER, currency="EUR", territory="EE", at=NOW)
    assert [(each.least, each.answer.amount) for each in ladder] == [
        (0, 10), (50, 9), (100, 7), (500, 9),
    ]  # fmt: skip


def test_quantities_follow_the_increment_between_the_least_and_the_most():
    rule = OrderRule(least=Decimal(20), most=Decimal(95), increment=Decimal(10))
    assert rule.fault(Decimal(19)) is Unorderable.TOO_LITTLE
    assert rule.fault(Decimal(96)) is Unorderable.TOO_MUCH
    assert rule.fault(Decimal(25)) is Unorderable.NO_MULTIPLE
    assert rule.fault(Decimal("30.000000")) is None
    nearest = [rule.nearest(Decimal(each)) for each in ("1", "20", "20.5", "95")]
    assert nearest == [20, 20, 30, 90]
    assert rule.is_possible
    assert not OrderRule(least=Decimal(5), most=Decimal(9), increment=Decimal(10)).is_possible


@pytest.mark.parametrize(
    ("typed", "kept", "printed"),
    [
        ("4006381333931", "04006381333931", "4006381333931"),
        ("9638-5074", "00000096385074", "96385074"),
        ("036000291452", "00036000291452", "0036000291452"),
        ("1 54 00141 28876 3", "15400141288763", "15400141288763"),
    ],
)
def test_numbers_of_goods_are_kept_in_one_form(typed, kept, printed):
    assert gtin.read(typed) == kept
    assert gtin.shown(kept) == printed


@pytest.mark.parametrize(
    "typed", ["4006381333932", "400638133393", "12345", "400638133393x", "", "٤٠٠٦٣٨١٣٣٣٩٣١"]
)
def test_a_number_of_goods_that_is_none_is_refused(typed):
    with pytest.raises(ValueError, match="digit"):
        gtin.read(typed)
