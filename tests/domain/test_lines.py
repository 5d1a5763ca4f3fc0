"""Lots with positions: the total that competes, what each price may be, what withdrawal does."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain.codec import from_body, to_body
from auctions.domain.commands import Officer
from auctions.domain.events import BidLines, BidPlaced, Event
from auctions.domain.machine import next_valid_bid
from auctions.domain.refusals import (
    AboveCeiling,
    BidTooHigh,
    EditNotAllowed,
    GuardRetype,
    LineAboveCeiling,
    LineNotPositive,
    LineRises,
    LineScaleWrong,
    LinesMissing,
    LinesNotHere,
    NotPositive,
    OffGrid,
    Refusal,
    TotalDiffers,
)
from auctions.domain.rules.lines import total
from auctions.domain.terms import (
    AutomaticBids,
    Format,
    Guard,
    LineRules,
    LineTerms,
    LotTerms,
    SealedTerms,
    Step,
    StepKind,
    Terms,
    terms_from_document,
)
from auctions.domain.terms_check import MAX_LINES, check_terms
from auctions.domain.visibility import Role, Viewer, event_view, standing
from tests.domain.room import START, Room, kinds, lot, minutes, seconds, terms
from tests.domain.turns_room import turns_terms

ONE = Step(kind=StepKind.ABSOLUTE, absolute=Decimal(1), percent=None)
T = START + minutes(1)


def line(number: int, quantity: str, **fields: Any) -> LineTerms:
    given: dict[str, Any] = {"title": f"Position {number}", "unit": "C62", **fields}
    return LineTerms(number=number, quantity=Decimal(quantity), **given)


LINES = (line(1, "10"), line(2, "3", scale=3, ceiling=Decimal("50.000")), line(3, "0.5"))


def lines_lot(number: int = 1, lines: tuple[LineTerms, ...] = LINES, **fields: Any) -> LotTerms:
    given = {"quantity": Decimal(1), "unit": "LO", "step": ONE, "lines": lines}
    return lot(number, **{**given, **fields})


def rules(**fields: Any) -> Terms:
    return terms(**{"lots": (lines_lot(),), **fields})


def room(of: Terms | None = None) -> Room:
    return Room(of or rules(), "abc", start=True)


def bid(
    it: Room, seat: str, prices: str, at: Any, *, amount: str | None = None, **fields: Any
) -> tuple[Event, ...]:
    """A bid of these unit prices, with their total unless another is named."""
    given = tuple(map(Decimal, prices.split()))
    lot_terms = it.state.rules.lots[0]
    fits = len(given) == len(lot_terms.lines or ())
    found = total(lot_terms, given) if amount is None and fits else Decimal(amount or 0)
    it.count += 1
    command = cmd.PlaceBid(seat, 1, found, f"r{it.count}", lines=given, **fields)
    return it.do(command, at)


def refused(it: Room, prices: str, why: type[Refusal], at: Any = T, **fields: Any) -> Refusal:
    with pytest.raises(why) as caught:
        bid(it, "a", prices, at, **fields)
    return caught.value


# The total ---------------------------------------------------------------------------------------


def test_a_bid_is_the_total_of_its_lines_and_the_prices_follow_it() -> None:
    it = room()
    placed, prices = bid(it, "a", "20 33.333 5", T)
    assert isinstance(placed, BidPlaced)
    assert isinstance(prices, BidLines)
    # 10 x 20 + 3 x 33.333 (99.999, so 100.00) + 0.5 x 5
    assert placed.amount == Decimal("302.50")
    assert prices.prices == (Decimal("20.00"), Decimal("33.333"), Decimal("5.00"))
    assert prices.bid == it.lot.seats["a"].best.seq  # type: ignore[union-attr]
    assert it.lot.seats["a"].best.lines == prices.prices  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("price", "come_to"),
    [("0.01", "0.00"), ("0.03", "0.02"), ("0.05", "0.02"), ("0.07", "0.04"), ("0.09", "0.04")],
)
def test_each_line_is_rounded_half_even_at_the_lots_scale(price: str, come_to: str) -> None:
    half = lines_lot(lines=(line(1, "0.5"),))
    assert total(half, (Decimal(price),)) == Decimal(come_to)


def test_the_sum_of_many_large_lines_is_exact() -> None:
    many = lines_lot(lines=tuple(line(n, "999999999999999.999999") for n in range(1, 101)))
    found = total(many, (Decimal("999999999999999.99"),) * 100)
    assert found == 100 * total(
        replace(many, lines=many.lines[:1]), (Decimal("999999999999999.99"),)
    )  # type: ignore[index]
    assert len(str(found)) > 30


def test_a_total_beyond_every_amount_is_refused_as_a_price_would_be() -> None:
    it = room(rules(lots=(lines_lot(ceiling=None),)))
    refused(it, "900000000000000 1 1", AboveCeiling)


def test_a_total_that_comes_to_nothing_is_none() -> None:
    it = room(rules(line_rules=LineRules(zero=True)))
    refused(it, "0 0 0", NotPositive)


def test_the_total_sent_along_must_be_theirs() -> None:
    error = refused(room(), "20 30 5", TotalDiffers, amount="292.51")
    assert error.data == {"total": "292.50"}


# Every rule works on the total -------------------------------------------------------------------


def test_the_step_is_about_the_total_and_single_lines_may_rise() -> None:
    it = room()
    bid(it, "a", "20 30 5", T)
    assert next_valid_bid(it.state, "a", 1) == Decimal("291.50")
    error = refused(it, "19.91 30 5", BidTooHigh, T + seconds(1))
    assert error.data == {"most": "291.50"}
    assert kinds(bid(it, "a", "19 32 6", T + seconds(2))) == ["bid_placed", "bid_lines"]


def test_the_ceiling_of_the_lot_is_about_the_total() -> None:
    it = room(rules(lots=(lines_lot(ceiling=Decimal(300)),)))
    error = refused(it, "20 33.4 5", AboveCeiling)
    assert (error.data, error.field) == ({"most": "300"}, "amount")
    bid(it, "a", "20 32.5 5", T)


def test_the_grid_is_about_the_total() -> None:
    it = room(rules(lots=(lines_lot(grid=Decimal(10)),)))
    refused(it, "20 30 5", OffGrid)
    bid(it, "a", "20 30 20", T)


def test_the_guard_is_about_the_total() -> None:
    it = room(rules(guard=Guard(warn=None, retype=Decimal(25), block=None)))
    refused(it, "20 30 5", GuardRetype)
    bid(it, "a", "20 30 5", T, retyped=Decimal("292.50"))
    refused(it, "10 30 5", GuardRetype, T + seconds(1))
    bid(it, "a", "10 30 5", T + seconds(2), retyped=Decimal("192.50"))


def test_the_lowest_total_wins() -> None:
    it = room()
    bid(it, "a", "20 30 5", T)
    bid(it, "b", "21 20 5", T + seconds(1))
    it.until(START + minutes(60))
    assert (it.lot.winner, it.lot.price) == ("b", Decimal("272.50"))


# What a price may be -----------------------------------------------------------------------------


def test_each_line_must_be_priced() -> None:
    assert refused(room(), "20 30", LinesMissing).data == {"lines": 3}
    refused(room(), "20 30 5 1", LinesMissing)
    it = room()
    with pytest.raises(LinesMissing):
        it.bid("a", 300, T)


def test_a_lot_without_lines_takes_no_prices_of_them() -> None:
    it = Room(terms(), "a", start=True)
    with pytest.raises(LinesNotHere):
        it.do(cmd.PlaceBid("a", 1, Decimal(5), "r", lines=(Decimal(5),)), T)


def test_nothing_is_a_price_only_where_the_terms_say_so() -> None:
    error = refused(room(), "20 30 0", LineNotPositive)
    assert (error.field, error.data) == ("lines.3", {"line": 3})
    it = room(rules(line_rules=LineRules(zero=True)))
    bid(it, "a", "20 30 0", T)
    with pytest.raises(LineNotPositive):
        bid(it, "a", "-1 30 0", T + seconds(1), amount="89")


def test_a_price_has_the_decimals_and_the_ceiling_of_its_line() -> None:
    assert refused(room(), "20.001 30 5", LineScaleWrong).data == {"line": 1, "scale": 2}
    error = refused(room(), "20 50.001 5", LineAboveCeiling)
    assert (error.field, error.data) == ("lines.2", {"line": 2, "most": "50.000"})
    bid(room(), "a", "20 50 5", T)


def test_terms_may_forbid_a_price_to_rise() -> None:
    it = room(rules(line_rules=LineRules(rise=False)))
    bid(it, "a", "20 30 5", T)
    error = refused(it, "10 30.001 5", LineRises, T + seconds(1))
    assert error.data == {"line": 2, "most": "30.000"}
    bid(it, "a", "10 30 5", T + seconds(2))
    bid(it, "b", "11 40 5", T + seconds(3))  # its own prices bind nobody else


# Withdrawal, visibility, turns -------------------------------------------------------------------


def test_withdrawal_revives_the_former_lines() -> None:
    it = room()
    bid(it, "a", "20 30 5", T)
    first = it.lot.seats["a"].best
    bid(it, "a", "2 30 5", T + seconds(1))
    it.do(cmd.Withdraw("a", 1, "w"), T + seconds(5))
    it.do(cmd.DecideWithdrawal(1, True, "a slip", Officer.BUYER, "d"), T + seconds(9))
    assert it.lot.seats["a"].best == first
    assert first is not None
    assert first.lines == (Decimal(20), Decimal(30), Decimal(5))


def test_lines_are_seen_by_their_own_seat_and_the_buyer_alone() -> None:
    it = room()
    placed, prices = bid(it, "a", "20 30 5", T)
    for closed in (False, True):
        if closed:
            it.until(START + minutes(60))
        for role, seat in [
            (Role.SUPPLIER, "a"),
            (Role.SUPPLIER, "b"),
            (Role.BUYER, None),
            *((role, None) for role in (Role.OBSERVER, Role.NEUTRAL, Role.VERIFIER, Role.ADMIN)),
        ]:
            viewer = Viewer(role, seat)
            (shown,) = standing(it.state, viewer).lots
            told = {one.lines for one in shown.participants or ()} | {
                None if shown.own is None else shown.own.lines
            }
            may = role is Role.BUYER or seat == "a"
            assert (it.lot.seats["a"].best.lines in told) is may, (role, closed)  # type: ignore[union-attr]
            assert event_view(it.state, it.state, prices, viewer) is None
            view = event_view(it.state, it.state, placed, viewer)
            assert view is None or "lines" not in view


def test_offers_in_turns_may_have_lines_and_are_taken_back_with_them() -> None:
    of = replace(turns_terms(), lots=(lines_lot(),))
    assert check_terms(of) == []
    it = Room(of, "ab")
    bid(it, "a", "20 30 5", START - minutes(5))
    bid(it, "b", "21 30 5", START - minutes(4))
    it.until(START + minutes(5) + seconds(1))
    assert kinds(bid(it, "b", "18 30 5", START + minutes(5) + seconds(2)))[0] == "bid_placed"
    it.do(cmd.Withdraw("b", 1, "back"), START + minutes(5) + seconds(9))
    best = it.lot.seats["b"].best
    assert best is not None
    assert best.lines == (Decimal(21), Decimal(30), Decimal(5))


def test_a_changed_mind_within_a_turn_is_no_rise() -> None:
    base = turns_terms()
    it = Room(replace(base, lots=(lines_lot(),), line_rules=LineRules(rise=False)), "ab")
    bid(it, "a", "20 30 5", START - minutes(5))
    bid(it, "a", "21 31 5", START - minutes(5) + seconds(1))  # an initial offer, changed
    bid(it, "b", "22 30 5", START - minutes(4))
    it.until(START + minutes(5) + seconds(1))
    bid(it, "b", "18 20 5", START + minutes(5) + seconds(2))
    bid(it, "b", "18 29 5", START + minutes(5) + seconds(3))  # not above the turn's start
    with pytest.raises(LineRises):
        bid(it, "b", "18 30.001 5", START + minutes(5) + seconds(4))


# Terms -------------------------------------------------------------------------------------------


def codes(of: Terms) -> list[tuple[str, str | None]]:
    return [(each.code, each.field) for each in check_terms(of)]


def test_sound_terms_with_lines_have_no_problem_and_keep_their_document() -> None:
    of = rules(line_rules=LineRules(zero=True))
    assert codes(of) == []
    assert terms_from_document(of.document()) == of
    assert "lines" not in to_body(lot())
    assert "line_rules" not in terms().document()


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"quantity": Decimal(2)}, ("terms.lot_of_lines", "lots.1.quantity")),
        ({"lines": ()}, ("terms.line_count", "lots.1.lines")),
        (
            {"lines": tuple(line(n, "1") for n in range(1, MAX_LINES + 2))},
            ("terms.line_count", "lots.1.lines"),
        ),
        ({"lines": (line(2, "1"),)}, ("terms.lines_misnumbered", "lots.1.lines")),
        ({"lines": (line(1, "1", title=" "),)}, ("terms.missing", "lots.1.lines.1.title")),
        ({"lines": (line(1, "1", unit="?"),)}, ("terms.code_malformed", "lots.1.lines.1.unit")),
        ({"lines": (line(1, "0"),)}, ("terms.not_positive", "lots.1.lines.1.quantity")),
        ({"lines": (line(1, "1", scale=7),)}, ("terms.out_of_range", "lots.1.lines.1.scale")),
        (
            {"lines": (line(1, "1", ceiling=Decimal("1.001")),)},
            ("terms.too_many_digits", "lots.1.lines.1.ceiling"),
        ),
    ],
)
def test_the_validator_names_what_is_wrong_with_lines(
    wrong: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert problem in codes(rules(lots=(lines_lot(**wrong),)))


def test_automatic_bids_and_other_formats_take_no_lines() -> None:
    assert codes(rules(automatic_bids=AutomaticBids())) == [
        ("terms.lines_not_automatic", "automatic_bids")
    ]
    # Its winner is paid another's total, which no unit prices of its own come to.
    second_price = rules(format=Format.VICKREY, sealed=SealedTerms())
    assert ("terms.rule_not_here", "lots.1.lines") in codes(second_price)
    of_rates = rules(vat_rates=(Decimal(0), Decimal(20)))
    assert codes(of_rates) == [("terms.rule_not_here", "vat_rates")]
    assert codes(terms(line_rules=LineRules())) == [("terms.rule_not_here", "line_rules")]


def test_positions_are_not_edited_once_published() -> None:
    it = Room(rules(), "a")
    it.do(cmd.Pause("a question", Officer.BUYER, "p"), START - minutes(10))
    other = (replace(LINES[0], quantity=Decimal(11)), *LINES[1:])
    edited = replace(it.state.rules, version=2, lots=(lines_lot(lines=other),))
    with pytest.raises(EditNotAllowed):
        it.do(cmd.ChangeTerms(edited, Officer.BUYER, "e"), START - minutes(9))


def test_the_entry_of_the_prices_has_its_form() -> None:
    entry = BidLines(1, "a", 7, (Decimal("1.50"), Decimal("0.125")))
    assert to_body(entry) == {"lot": 1, "seat": "a", "bid": 7, "prices": ["1.50", "0.125"]}
    assert from_body(BidLines, to_body(entry)) == entry
