"""Several currencies and VAT rates: each seat bids in its own money, ranks follow exact values."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import money, outcome
from auctions.domain.award_rule import award_rule
from auctions.domain.codec import to_body
from auctions.domain.commands import Officer
from auctions.domain.refusals import (
    AboveCeiling,
    BidTooHigh,
    CurrencyNotListed,
    EditNotAllowed,
    LeadBuffered,
    PricesFixed,
    PricesNotAsked,
    PricesNotDeclared,
    ScaleWrong,
    TermsNotAccepted,
    VatRateNotListed,
)
from auctions.domain.rules import abnormal
from auctions.domain.state import Prices
from auctions.domain.terms import (
    Basis,
    Disclosure,
    Feedback,
    Format,
    FrontBuffer,
    PackageTerms,
    SealedTerms,
    Step,
    StepKind,
    Terms,
    Vat,
    reserve_commitment,
    terms_from_document,
)
from auctions.domain.terms_check import check_terms
from auctions.domain.terms_currencies import CurrencyRate
from auctions.domain.terms_scoring import (
    Criterion,
    CriterionKind,
    ScoringMethod,
    ScoringTerms,
    StepOn,
)
from auctions.domain.visibility import Role, Viewer, event_view, standing
from kernel.decimals import to_wire
from tests.domain.room import BEFORE, SALT, START, Room, kinds, lot, minutes, seconds, terms

D = Decimal
USD = CurrencyRate("USD", 1, D("0.9"), None, "European Central Bank", "2026-02-27")
JPY = CurrencyRate("JPY", 100, D("0.6"), 0, "European Central Bank", "2026-02-27")
RATES = (D(0), D(10), D(20))
SEEN = Feedback(lead=True, after_first_bid=False, lead_min_bidders=1)


def room(start: bool = True, **fields: Any) -> Room:
    """a bids in euro, b in dollars, c in yen."""
    where = Room(terms(**{"currencies": (USD, JPY), **fields}))
    for seat, code in zip("abc", ("EUR", "USD", "JPY"), strict=True):
        declare(where, seat, code)
    if start:
        where.until(START)
    return where


def declare(where: Room, seat: str, currency: str, vat: str | None = None, at: Any = BEFORE) -> Any:
    rate = None if vat is None else D(vat)
    return where.do(cmd.DeclarePrices(seat, currency, rate, where.ref()), at)


def order(where: Room) -> list[str]:
    return [one.seat for one in outcome.ranking(where.state, 1)]


# What ranks -------------------------------------------------------------------------------------


def test_offers_rank_by_their_exact_value_in_the_auctions_currency() -> None:
    where = room(lots=(lot(ceiling=None),))
    where.bid("a", "90.01", START + seconds(1))
    where.bid("b", "100.01", START + seconds(2))  # 90.009
    where.bid("c", "15002", START + seconds(3))  # 90.012

    assert order(where) == ["b", "a", "c"]
    (closed, _end) = where.until(START + minutes(31))
    assert (closed.seat, closed.amount) == ("b", D("100.01"))  # type: ignore[union-attr]


def test_equal_values_are_equal_whatever_the_currency() -> None:
    where = room()
    where.bid("b", "100", START + seconds(1))
    where.bid("a", "90", START + seconds(2))

    assert order(where) == ["b", "a"]
    assert outcome.equals_lead(where.lot, "a", D(90))


def test_a_third_is_not_rounded() -> None:
    third = CurrencyRate("CHF", 3, D(1), None, "bank", "today")
    where = Room(terms(currencies=(third,), lots=(lot(ceiling=None, scale=6),)), seats="ab")
    declare(where, "a", "EUR")
    declare(where, "b", "CHF")
    where.until(START)
    where.bid("a", "33.333333", START + seconds(1))
    where.bid("b", "100", START + seconds(2))

    assert order(where) == ["a", "b"]
    assert outcome.score(where.state, "b", 1, D(100)) == Fraction(100, 3)


# What binds a bid -------------------------------------------------------------------------------


def test_the_ceiling_is_told_in_own_money_rounded_down() -> None:
    where = room()

    assert (where.most("a"), where.most("b"), where.most("c")) == (D(1000), D("1111.11"), D(166666))
    for seat, most, above in (("b", "1111.11", "1111.12"), ("c", "166666", "166667")):
        with pytest.raises(AboveCeiling) as refused:
            where.bid(seat, above, START + seconds(1))
        assert refused.value.data["most"] == most
        where.bid(seat, most, START + seconds(1))


def test_a_currency_has_its_own_digits() -> None:
    where = room()

    with pytest.raises(ScaleWrong) as refused:
        where.bid("c", "100.5", START + seconds(1))
    assert refused.value.data["scale"] == 0


def test_a_step_in_percent_is_of_the_own_price_and_an_amount_is_converted() -> None:
    where = room()
    where.bid("b", "1000", START + seconds(1))
    assert where.most("b") == D(995)

    where = room(lots=(lot(step=Step(StepKind.ABSOLUTE, D(10), None)),))
    where.bid("b", "1000", START + seconds(1))
    where.bid("c", "1000", START + seconds(1))
    assert where.most("b") == D("988.88")  # 1000 - 11.11...
    assert where.most("c") == D(-667)  # 10 euro are 1666.6 yen
    with pytest.raises(BidTooHigh):
        where.bid("b", "988.89", START + seconds(2))
    where.bid("b", "988.88", START + seconds(2))


def test_the_leading_price_is_told_and_undercut_in_own_money() -> None:
    where = room(feedback=SEEN, basis=Basis.LEADER, lots=(lot(step=Step(percent=D(1))),))
    where.bid("a", "100", START + seconds(1))

    seen = standing(where.state, Viewer(Role.SUPPLIER, "b")).lots[0]
    assert seen.lead == D("111.11")
    assert where.most("b") == D("109.99")  # 1 % below 111.11
    where.bid("b", "109.99", START + seconds(2))
    assert order(where)[0] == "b"


def test_a_front_buffer_is_an_amount_of_the_auctions_currency() -> None:
    where = room(feedback=SEEN, front_buffer=FrontBuffer(D(9)), lots=(lot(ceiling=None),))
    where.bid("a", "90", START + seconds(1))

    with pytest.raises(LeadBuffered) as refused:
        where.bid("b", "99", START + seconds(2))
    assert refused.value.data["most"] == "90.00"
    where.bid("b", "100", START + seconds(2))  # equals the lead, does not take it
    where.bid("b", "90", START + seconds(3))


def test_a_limit_for_automatic_bids_is_in_own_money() -> None:
    from auctions.domain.terms import AutomaticBids

    where = room(automatic_bids=AutomaticBids(), lots=(lot(ceiling=None),))
    where.bid("b", "100", START + seconds(1))
    where.bid("a", "95", START + seconds(1))
    where.limit("b", "96", START + seconds(2))
    where.bid("a", "89", START + seconds(3))  # 98.88 dollars

    best = where.lot.seats["b"].best.amount
    assert D(98) < best < D("98.89")
    assert order(where)[0] == "b"


def test_currencies_and_scores_compose() -> None:
    scoring = ScoringTerms(
        ScoringMethod.LANDED,
        (Criterion("duty", CriterionKind.PERCENT), Criterion("freight", CriterionKind.AMOUNT)),
        StepOn.SCORE,
    )
    step = Step(StepKind.ABSOLUTE, D(9), None)
    where = room(start=False, scoring=scoring, lots=(lot(step=step, ceiling=None),))
    for seat in "ab":
        values = (D(50), D("4.5"))
        where.do(cmd.SetScoring(seat, 1, values, Officer.BUYER, where.ref()), BEFORE)
    where.until(START)
    where.bid("a", "90", START + seconds(1))
    where.bid("b", "100", START + seconds(2))

    assert outcome.score(where.state, "b", 1, D(100)) == Fraction(90) * 3 / 2 + Fraction("4.5")
    assert order(where) == ["a", "b"]
    assert where.most("b") == D("93.33")  # 9 less of score are 6 euro less of price


@pytest.mark.parametrize("first", ["values", "prices"])
def test_values_and_prices_may_come_in_either_order(first: str) -> None:
    scoring = ScoringTerms(
        ScoringMethod.BONUS_MALUS, (Criterion("quality", CriterionKind.PERCENT),)
    )
    where = Room(terms(currencies=(USD,), scoring=scoring), seats="a")
    told = [
        lambda: where.do(cmd.SetScoring("a", 1, (D(-10),), Officer.BUYER, where.ref()), BEFORE),
        lambda: declare(where, "a", "USD"),
    ]
    for do in told if first == "values" else told[::-1]:
        do()

    assert outcome.score(where.state, "a", 1, D(100)) == 81


def test_who_returns_to_the_auctions_currency_has_its_price_as_score() -> None:
    where = room(start=False)
    declare(where, "b", "EUR")

    assert where.lot.money.keys() == where.lot.scoring.keys() == {"c"}
    assert where.state.seats["b"].prices == Prices("EUR", None)


# VAT --------------------------------------------------------------------------------------------


def vat_room(vat: Vat, **fields: Any) -> Room:
    """a is not registered, b invoices 10 %, c 20 %."""
    where = Room(terms(vat=vat, vat_rates=RATES, **fields))
    for seat, rate in zip("abc", ("0", "10", "20"), strict=True):
        declare(where, seat, "EUR", rate)
    where.until(START)
    return where


def test_prices_typed_as_invoiced_are_compared_without_vat() -> None:
    where = vat_room(Vat.NET)
    where.bid("a", "100", START + seconds(1))
    where.bid("b", "109.99", START + seconds(2))
    where.bid("c", "120.01", START + seconds(3))

    assert order(where) == ["b", "a", "c"]
    assert outcome.score(where.state, "c", 1, D(120)) == 100
    assert [where.state.lots[1].seats[seat].best.amount for seat in "abc"] == [  # type: ignore[union-attr]
        D("100.00"),
        D("109.99"),
        D("120.01"),
    ]


def test_prices_typed_without_vat_are_compared_with_it() -> None:
    where = vat_room(Vat.GROSS)

    assert [where.most(seat) for seat in "abc"] == [D(1000), D("909.09"), D("833.33")]
    where.bid("a", "109", START + seconds(1))
    where.bid("b", "100", START + seconds(2))
    where.bid("c", "90", START + seconds(3))
    assert order(where) == ["c", "a", "b"]


def test_currency_and_vat_are_one_factor() -> None:
    where = Room(terms(currencies=(USD,), vat_rates=RATES), seats="a")
    declare(where, "a", "USD", "20")

    assert outcome.score(where.state, "a", 1, D(120)) == 90
    assert where.most("a") == D("1333.33")


# The declaration --------------------------------------------------------------------------------


def test_no_bid_before_it_and_no_change_after_the_first() -> None:
    where = Room(terms(currencies=(USD,)), seats="ab", start=True)
    at = START + seconds(1)
    with pytest.raises(PricesNotDeclared):
        where.bid("a", "100", at)
    assert kinds(declare(where, "a", "USD", at=at)) == ["prices_declared"]
    assert declare(where, "a", "USD", at=at) == ()
    declare(where, "a", "EUR", at=at)
    where.bid("a", "100", at)
    with pytest.raises(PricesFixed):
        declare(where, "a", "USD", at=at)
    assert declare(where, "a", "EUR", at=at) == ()
    with pytest.raises(PricesNotDeclared):
        where.limit("b", "100", at)


def test_only_what_the_terms_list_may_be_said() -> None:
    where = Room(terms(currencies=(USD,)), seats="a")
    with pytest.raises(CurrencyNotListed):
        declare(where, "a", "JPY")
    with pytest.raises(VatRateNotListed):
        declare(where, "a", "USD", "20")
    where = Room(terms(vat_rates=RATES), seats="a")
    with pytest.raises(CurrencyNotListed):
        declare(where, "a", "USD", "20")
    for rate in (None, "19"):
        with pytest.raises(VatRateNotListed):
            declare(where, "a", "EUR", rate)
    with pytest.raises(PricesNotAsked):
        declare(Room(terms(), seats="a"), "a", "EUR")


def test_the_terms_are_accepted_first() -> None:
    where = Room(terms(currencies=(USD,)), seats="")
    where.do(cmd.AdmitSeat("a"), BEFORE)
    with pytest.raises(TermsNotAccepted):
        declare(where, "a", "USD")


def test_an_edit_leaves_currencies_and_vat_alone() -> None:
    where = Room(terms(currencies=(USD,), vat_rates=RATES), seats="a")
    where.pause(BEFORE)
    old = where.state.rules
    for name, value in (("currencies", (JPY,)), ("vat_rates", None), ("vat", Vat.GROSS)):
        edited = replace(old, version=2, **{name: value})
        with pytest.raises(EditNotAllowed) as refused:
            where.change(edited, BEFORE)
        assert refused.value.data["name"] == name


# Who sees it ------------------------------------------------------------------------------------


def test_a_declaration_is_seen_by_the_buyer_and_by_the_seat_alone() -> None:
    where = Room(terms(currencies=(USD,)), seats="ab")
    before = where.state
    (event,) = declare(where, "b", "USD")

    def told(viewer: Viewer) -> Any:
        return event_view(before, where.state, event, viewer)

    assert told(Viewer(Role.BUYER)) == {
        "kind": "prices_declared", "seat": "b", "currency": "USD", "vat": None,
    }  # fmt: skip
    assert told(Viewer(Role.SUPPLIER, "b"))["ref"]
    for viewer in (Viewer(Role.SUPPLIER, "a"), Viewer(Role.OBSERVER), Viewer(Role.NEUTRAL)):
        assert told(viewer) is None


def test_the_buyer_sees_both_amounts_and_gaps_on_one_basis() -> None:
    where = room()
    where.bid("a", "99", START + seconds(1))
    before = where.state
    (bid,) = where.bid("b", "100", START + seconds(2))
    seen = standing(where.state, Viewer(Role.BUYER)).lots[0]

    assert seen.lead == D(90)
    rows = {row.seat: row for row in seen.participants or ()}
    assert (rows["b"].best, rows["b"].currency, rows["b"].value) == (D(100), "USD", D(90))
    assert (rows["a"].value, rows["a"].gap) == (D(99), D(9))
    view = event_view(before, where.state, bid, Viewer(Role.BUYER))
    assert view is not None
    assert (view["amount"], view["currency"], view["value"]) == ("100.00", "USD", "90.00")
    own = event_view(before, where.state, bid, Viewer(Role.SUPPLIER, "b"))
    assert own is not None
    assert "currency" not in own


def test_without_a_seen_lead_nothing_tells_of_anothers_currency() -> None:
    worlds = []
    for code, amount in (("USD", "100"), ("JPY", "15000")):
        where = Room(terms(currencies=(USD, JPY)), seats="ab")
        declare(where, "a", "EUR")
        declare(where, "b", code)
        where.until(START)
        where.bid("b", amount, START + seconds(1))
        where.bid("a", "95", START + seconds(2))
        worlds.append(to_body(standing(where.state, Viewer(Role.SUPPLIER, "a"))))
    assert worlds[0] == worlds[1]


def test_an_observer_is_told_the_value() -> None:
    where = room(feedback=SEEN)
    where.bid("b", "100.01", START + seconds(1))

    assert standing(where.state, Viewer(Role.OBSERVER)).lots[0].lead == D("90.00")  # of 90.009


def test_a_published_price_is_told_to_each_in_own_money() -> None:
    where = room(disclosure=Disclosure.PUBLIC)
    where.bid("b", "100", START + seconds(1))
    where.until(START + minutes(31))

    told = {
        viewer: standing(where.state, viewer).lots[0]
        for viewer in (Viewer(Role.SUPPLIER, "a"), Viewer(Role.SUPPLIER, "b"), Viewer(Role.BUYER))
    }
    prices = [each.price for each in told.values()]
    assert prices == [D(90), D(100), D(90)]
    buyers = told[Viewer(Role.BUYER)]
    assert (buyers.paid, buyers.paid_in) == (D(100), "USD")


# Closing ----------------------------------------------------------------------------------------


def test_the_reserve_is_met_by_the_value() -> None:
    amount = "90.00"
    reserved = lot(reserve_commitment=reserve_commitment(bytes.fromhex(SALT), amount))
    where = room(start=False, lots=(reserved,), feedback=Feedback(reserve_met=True))
    where.reserves = (cmd.OpenedReserve(1, SALT, D(amount)),)
    where.until(START)
    where.bid("b", "100.01", START + seconds(1))
    told = standing(where.state, Viewer(Role.SUPPLIER, "b"), secrets={1: D(amount)}).lots[0].own
    assert told is not None
    assert told.reserve_met is False
    where.bid("b", "99.50", START + seconds(2))
    where.until(START + minutes(31))

    assert (where.lot.winner, where.lot.price) == ("b", D("99.50"))


def test_abnormally_low_is_judged_by_values() -> None:
    where = room(lots=(lot(ceiling=None),))
    where.bid("a", "100", START + seconds(1))
    where.bid("c", "9000", START + seconds(2))  # 54 euro
    where.until(START + minutes(31))

    (flag,) = abnormal.flags(where.state, 1)
    assert (flag.seat, flag.offer) == ("c", Fraction(54))


def test_a_ceiling_in_own_money_lies_on_the_grid() -> None:
    where = vat_room(Vat.NET, lots=(lot(ceiling=D(30), grid=D(5)),))

    assert [where.most(seat) for seat in "abc"] == [D(30), D(30), D(35)]
    with pytest.raises(AboveCeiling):
        where.bid("c", "40", START + seconds(1))
    where.bid("c", "35", START + seconds(1))


def test_a_ceiling_of_which_a_vat_rate_leaves_nothing_is_refused() -> None:
    dear = replace(USD, rate=D(95), scale=0)
    fields = {"currencies": (dear,), "lots": (lot(ceiling=D(100)),)}

    assert codes(terms(**fields)) == []
    assert codes(terms(**fields, vat=Vat.GROSS, vat_rates=RATES)) == [
        ("currencies.1.scale", "terms.no_amount_in_currency")
    ]


# What the validator refuses ---------------------------------------------------------------------


def codes(of: Terms) -> list[tuple[str | None, str]]:
    return [(problem.field, problem.code) for problem in check_terms(of)]


def test_terms_with_currencies_and_rates_pass() -> None:
    assert codes(terms(currencies=(USD, JPY), vat_rates=RATES)) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"currencies": ()}, "currencies"),
        ({"currencies": (USD, USD)}, "currencies.2.code"),
        ({"currencies": (replace(USD, code="EUR"),)}, "currencies.1.code"),
        ({"currencies": (replace(USD, code="usd"),)}, "currencies.1.code"),
        ({"currencies": (replace(USD, rate=D(0)),)}, "currencies.1.rate"),
        ({"currencies": (replace(USD, rate=D("0.12345678901")),)}, "currencies.1.rate"),
        ({"currencies": (replace(USD, rate=D(10) ** 9),)}, "currencies.1.rate"),
        ({"currencies": (replace(USD, units=0),)}, "currencies.1.units"),
        ({"currencies": (replace(USD, scale=7),)}, "currencies.1.scale"),
        ({"currencies": (replace(USD, rate=D(50000), scale=1),)}, "currencies.1.scale"),
        ({"currencies": (replace(USD, source=" "),)}, "currencies.1.source"),
        ({"currencies": (replace(USD, date="x" * 41),)}, "currencies.1.date"),
        ({"currencies": (USD,), "lots": (lot(grid=D(5)),)}, "lots.1.grid"),
        ({"currencies": (USD,), "blind": True}, "currencies"),
        ({"vat_rates": ()}, "vat_rates"),
        ({"vat_rates": (D(20), D(10))}, "vat_rates"),
        ({"vat_rates": (D(20), D(20))}, "vat_rates"),
        ({"vat_rates": (D(100),)}, "vat_rates"),
        ({"vat_rates": (D("7.775"),)}, "vat_rates"),
        ({"vat_rates": (D(20),), "blind": True}, "vat_rates"),
    ],
)
def test_unfit_currencies_and_rates_are_refused(fields: dict[str, Any], field: str) -> None:
    assert field in [problem.field for problem in check_terms(terms(**fields))]


@pytest.mark.parametrize("of", sorted(set(Format) - {"english", "sealed", "vickrey"}))
def test_other_formats_refuse_them(of: Format) -> None:
    found = codes(terms(format=of, currencies=(USD,), vat_rates=RATES))

    assert ("currencies", "terms.rule_not_here") in found
    assert ("vat_rates", "terms.rule_not_here") in found


def test_packages_are_of_one_money() -> None:
    two = (lot(1), lot(2))
    packed = terms(format=Format.SEALED, sealed=SealedTerms(), packages=PackageTerms(), lots=two)

    assert codes(packed) == []
    assert ("currencies", "terms.rule_not_here") in codes(replace(packed, currencies=(USD,)))
    assert ("vat_rates", "terms.rule_not_here") in codes(replace(packed, vat_rates=RATES))


def test_the_document_names_rates_and_plain_terms_keep_their_hash() -> None:
    listed = terms(currencies=(USD, JPY), vat_rates=RATES)

    assert terms_from_document(listed.document()) == listed
    assert listed.document()["currencies"][1] == {
        "code": "JPY", "units": 100, "rate": "0.6", "scale": 0,
        "source": "European Central Bank", "date": "2026-02-27",
    }  # fmt: skip
    assert "currencies" not in terms().document()
    assert "vat_rates" not in terms().document()


def test_the_rule_for_the_award_names_the_rates_and_the_vat() -> None:
    rule = award_rule(terms(currencies=(USD, JPY), vat_rates=RATES))

    assert "in EUR at the frozen rates 1 USD = 0.9 EUR, 100 JPY = 0.6 EUR" in rule
    assert "and without the VAT it carries" in rule
    assert "with the VAT added to it" in award_rule(terms(vat=Vat.GROSS, vat_rates=RATES))


def test_told_in_own_money_is_never_above_the_value() -> None:
    where = room(start=False)
    for value in ("0.01", "99.99", "1000"):
        told = money.told_in_own(where.state, "b", where.lot, Fraction(value))
        assert money.value_of(where.lot, "b", told) <= Fraction(value)
        assert money.value_of(where.lot, "b", told + D("0.01")) > Fraction(value)
        assert to_wire(told).partition(".")[2].__len__() == 2
