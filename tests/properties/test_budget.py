"""Invariants of auctions with a budget, whose bids are quantities that rise."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import event as label
from hypothesis import given
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import machine
from auctions.domain.outcome import ranking
from auctions.domain.refusals import (
    BelowFloor,
    LeadEqualled,
    NoRoomAbove,
    QuantityBuffered,
    QuantityTooLow,
)
from auctions.domain.terms import Basis, LotTerms, StepKind, Terms, TiePolicy
from auctions.domain.worth import shown_unit_price, total, unit_price
from tests.properties import test_auction_invariants as invariants
from tests.properties.play import SEATS, Intent, budget_terms, scripts

Ladder, played, refused = invariants.Ladder, invariants.played, invariants.refused
TOO_LARGE = Decimal(10) ** 15


class Quantities(Ladder):
    """More is better."""

    def score(self, lot: int, seat: str, amount: Decimal) -> Fraction:
        return -Fraction(amount)


@given(budget_terms(), scripts)
def test_ranks_are_an_independent_sort_and_own_best_never_falls(
    terms: Terms, script: list[Intent]
) -> None:
    ladder = Quantities(terms)
    for before, event, after in played(terms, script).transitions():
        ladder.follow(event, after.seq)
        for number, lot in after.lots.items():
            ranks = {one.seat: one.rank for one in ranking(after, lot)}
            assert ranks == ladder.ranks(number, terms.ties)
            for seat, mine in lot.seats.items():
                was = before.lots[number].seats.get(seat)
                if was is None or was.best is None or mine.best == was.best:
                    continue
                if isinstance(event, ev.WithdrawalDecided):
                    assert mine.best is None or mine.best.amount < was.best.amount
                else:
                    assert mine.best is not None
                    assert mine.best.amount > was.best.amount


def told_least(lot: LotTerms, basis: Decimal) -> Fraction:
    """The formula of the manual in exact fractions: the lowest quantity above that basis."""
    exact, tick = Fraction(basis), Fraction(1, 10**lot.scale)
    absolute = Fraction(lot.step.absolute or 0)
    percent = exact * Fraction(lot.step.percent or 0) / 100
    for band in lot.step.bands or ():
        if band.least <= basis:
            absolute = Fraction(band.absolute or 0)
            percent = exact * Fraction(band.percent or 0) / 100
    step = {
        StepKind.BANDS: absolute + percent,
        StepKind.ABSOLUTE: absolute,
        StepKind.PERCENT: percent,
        StepKind.SMALLER: min(absolute, percent),
    }[lot.step.kind]
    unit = Fraction(lot.grid) if lot.grid is not None else tick
    return -(-max(exact + tick, exact + step) // unit) * unit


@given(budget_terms(), scripts)
def test_the_least_quantity_is_accepted_and_the_one_below_it_is_not(
    terms: Terms, script: list[Intent]
) -> None:
    history = played(terms, script)
    bids = [one for one in history.steps if isinstance(one.command, cmd.PlaceBid) and one.events]
    plain = (
        terms.front_buffer is None
        and terms.basis is Basis.OWN
        and terms.ties is not TiePolicy.FORBID_LEAD
    )
    for step in bids:
        state, number = step.before, step.command.lot  # type: ignore[union-attr]
        lot = terms.lots[number - 1]
        unit = lot.grid or Decimal(1).scaleb(-lot.scale)
        for seat in SEATS:
            if not state.seats[seat].may_bid(state.rules.version):
                continue
            least = machine.next_valid_bid(state, seat, number)
            if least is None:
                continue
            mine = state.lots[number].seats.get(seat)
            if plain and mine is not None and mine.best is not None:
                assert least == told_least(lot, mine.best.amount)
            if least >= TOO_LARGE:
                most = cmd.PlaceBid(seat, number, TOO_LARGE - unit, "q", TOO_LARGE - unit)
                assert isinstance(refused(state, most, step.at), NoRoomAbove)
                continue
            found = refused(state, cmd.PlaceBid(seat, number, least, "q", least), step.at)
            assert found is None or found.code == "auction.guard_blocked"
            below = least - unit
            if below <= 0:
                continue
            refusal = refused(state, cmd.PlaceBid(seat, number, below, "q", below), step.at)
            assert isinstance(
                refusal, BelowFloor | QuantityTooLow | LeadEqualled | QuantityBuffered
            )
            assert refusal.data["least"] == format(least, "f")
            label(type(refusal).__name__)


@given(st.decimals(1, 10**14, places=2), st.decimals("0.001", 10**9, places=3))
def test_a_unit_price_is_exact_and_what_is_shown_of_it_is_the_nearest(
    budget: Decimal, quantity: Decimal
) -> None:
    lot = LotTerms(1, "Lot", Decimal(1), "TNE", scale=3, budget=budget)

    exact = unit_price(lot, quantity)
    assert exact * Fraction(quantity) == Fraction(budget)
    assert total(lot, quantity) == budget
    assert abs(Fraction(shown_unit_price(lot, quantity)) - exact) <= Fraction(1, 2 * 10**6)


# What holds of every open auction, over these terms.
SHARED = [
    invariants.test_replay_through_the_ledgers_form_gives_the_live_state,
    invariants.test_deciding_changes_nothing_but_by_its_events,
    invariants.test_the_deadline_never_moves_back_nor_past_the_hard_stop,
    invariants.test_a_pause_keeps_the_remaining_time,
    invariants.test_a_bid_is_in_time_just_when_its_lot_runs_at_its_moment,
    invariants.test_nothing_due_is_left_behind,
]


@pytest.mark.parametrize("holds", SHARED, ids=lambda each: each.__name__.removeprefix("test_"))
def test_as_in_every_open_auction(holds: Any) -> None:
    given(budget_terms(), scripts)(holds.hypothesis.inner_test)()
