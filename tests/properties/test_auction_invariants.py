"""Invariants of the auction that hold whatever is asked of it, in whatever order."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import event as label
from hypothesis import given
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import machine
from auctions.domain.events import event_body, event_from
from auctions.domain.outcome import ranking
from auctions.domain.refusals import (
    AboveCeiling,
    BidTooHigh,
    LeadBuffered,
    LeadEqualled,
    NoRoom,
    Refusal,
)
from auctions.domain.state import AuctionState, LotPhase
from auctions.domain.terms import Basis, LotTerms, StepKind, Terms, TiePolicy
from kernel.canonical import canonical
from tests.domain.room import plain_limits
from tests.properties.play import (
    SEATS,
    Intent,
    Played,
    Player,
    all_terms,
    bid_of,
    factor_of,
    scale_of,
    scripts,
)


def played(terms: Terms, script: list[Intent]) -> Played:
    player = Player(terms)
    player.run(script)
    return player.finish()


@given(all_terms(), scripts)
def test_replay_through_the_ledgers_form_gives_the_live_state(
    terms: Terms, script: list[Intent]
) -> None:
    history = played(terms, script)

    entries = [(event.kind, canonical(event_body(event))) for event in history.events]
    replayed = machine.replay(event_from(kind, json.loads(body)) for kind, body in entries)

    assert replayed == history.state
    label(f"phase {history.state.phase}")


@given(all_terms(), scripts)
def test_deciding_changes_nothing_but_by_its_events(terms: Terms, script: list[Intent]) -> None:
    for step in played(terms, script).steps:
        before = deepcopy(step.before)
        again: tuple[ev.Event, ...] = ()
        refusal = None
        try:
            again = machine.decide(step.before, step.command, step.at, None, plain_limits)
        except Refusal as found:
            refusal = found
        assert (again, refusal) == (step.events, step.refusal)
        assert step.before == before


@given(all_terms(), scripts, st.randoms(use_true_random=False))
def test_arrival_and_batching_do_not_matter_with_fixed_moments(
    terms: Terms, script: list[Intent], chance: object
) -> None:
    history = played(terms, script)
    asked = [
        (step.at, number, step.command)
        for number, step in enumerate(history.steps)
        if not isinstance(step.command, cmd.Tick)
    ]
    shuffled = asked[:]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    # Two processes' queues, each in order of its own stamps, merged as the gate does.
    queues = sorted(shuffled[::2]), sorted(shuffled[1::2])
    merged = sorted(queues[0] + queues[1], key=lambda one: one[:2])
    player = Player(terms, seats=())
    for at, _, command in merged:
        player.decide(command, at)
    ended = player.finish()

    assert ended.events == history.events
    assert ended.state == history.state


class Ladder:
    """An independent model of who offers what, told from the entries alone."""

    def __init__(self, terms: Terms) -> None:
        self.bids: dict[tuple[int, str], list[tuple[Decimal, int]]] = {}
        self.terms, self.scoring = terms, terms.scoring
        self.values: dict[tuple[int, str], tuple[Decimal, ...]] = {}

    def score(self, lot: int, seat: str, amount: Decimal) -> Fraction:
        """The formula of the manual, written down once more."""
        percent, fixed, reached, most = 0, Fraction(0), Fraction(0), Fraction(0)
        values = self.values.get((lot, seat))
        price = Fraction(amount) * factor_of(self.terms, seat)
        if self.scoring is None or values is None:
            return price
        for criterion, value in zip(self.scoring.criteria, values, strict=True):
            if criterion.kind == "percent":
                percent += Fraction(value)
            elif criterion.kind == "amount":
                fixed += Fraction(value)
            else:
                reached, most = reached + Fraction(value), most + Fraction(criterion.most or 0)
        whole = price + price * percent / 100 + fixed
        return whole / (1 + reached / (1 - most))

    def follow(self, event: ev.Event, seq: int) -> None:
        if isinstance(event, ev.ScoringSet):
            self.values[event.lot, event.seat] = event.values
        if isinstance(event, ev.BidPlaced):
            self.bids.setdefault((event.lot, event.seat), []).append((event.amount, seq))
        if isinstance(event, ev.WithdrawalDecided) and event.approved:
            mine = self.bids[event.lot, event.seat]
            assert mine.pop()[1] == event.bid

    def ranks(self, lot: int, ties: TiePolicy) -> dict[str, int]:
        best = {
            seat: (self.score(lot, seat, bids[-1][0]), bids[-1][1])
            for (number, seat), bids in self.bids.items()
            if number == lot and bids
        }
        ranks = {}
        for seat, (amount, seq) in best.items():
            lower = sum(other < amount for other, _ in best.values())
            equal = sum(other == amount for other, _ in best.values())
            earlier = sum(other == amount and their < seq for other, their in best.values())
            ranks[seat] = {
                TiePolicy.EQUAL_BEST: lower + 1,
                TiePolicy.EQUAL_WORST: lower + equal,
            }.get(ties, lower + earlier + 1)
        return ranks


@given(all_terms(), scripts)
def test_ranks_are_an_independent_sort_and_own_best_never_rises(
    terms: Terms, script: list[Intent]
) -> None:
    ladder = Ladder(terms)
    for before, event, after in played(terms, script).transitions():
        ladder.follow(event, after.seq)
        for number, lot in after.lots.items():
            ranks = {one.seat: one.rank for one in ranking(after, lot)}
            assert ranks == ladder.ranks(number, terms.ties)
            for seat, mine in lot.seats.items():
                offers = ladder.bids.get((number, seat))
                standing = None if mine.best is None else (mine.best.amount, mine.best.seq)
                assert standing == (offers[-1] if offers else None)
                was = before.lots[number].seats.get(seat)
                if was is None or was.best is None or mine.best == was.best:
                    continue
                if isinstance(event, ev.BidLines):
                    assert replace(mine.best, lines=None) == was.best  # type: ignore[type-var]
                elif isinstance(event, ev.WithdrawalDecided):
                    assert mine.best is None or mine.best.amount > was.best.amount
                else:
                    assert mine.best is not None
                    assert mine.best.amount < was.best.amount


@given(all_terms(), scripts)
def test_the_deadline_never_moves_back_nor_past_the_hard_stop(
    terms: Terms, script: list[Intent]
) -> None:
    for before, event, after in played(terms, script).transitions():
        for number, lot in after.lots.items():
            was = before.lots.get(number)
            if lot.deadline is None or lot.hard_stop is None:
                continue
            assert lot.deadline <= lot.hard_stop
            if was is None or was.deadline is None or was.hard_stop is None:
                continue
            if isinstance(event, ev.TermsChanged):  # edited with everybody's consent
                continue
            assert lot.deadline >= was.deadline
            if not isinstance(event, ev.LotResumed):
                assert lot.hard_stop == was.hard_stop


@given(all_terms(), scripts)
def test_a_pause_keeps_the_remaining_time(terms: Terms, script: list[Intent]) -> None:
    for before, event, after in played(terms, script).transitions():
        if not isinstance(event, ev.LotResumed):
            continue
        was, lot = before.lots[event.lot], after.lots[event.lot]
        assert was.phase is LotPhase.PAUSED
        assert was.pauses == frozenset()
        assert was.paused_at is not None
        if was.deadline is not None and lot.deadline is not None:
            window = before.rules.soft_close.window
            assert lot.deadline - event.at == max(was.deadline - was.paused_at, window)
        elif was.starts_at is not None and lot.starts_at is not None:
            assert lot.starts_at - event.at == was.starts_at - was.paused_at
        else:
            assert lot.starts_at is None


def told_most(lot: LotTerms, basis: Decimal, factor: Fraction, scale: int) -> Fraction:
    """The formula of the terms in exact fractions: what a seat with that basis may bid."""
    exact, tick = Fraction(basis), Fraction(1, 10**scale)
    absolute = Fraction(lot.step.absolute or 0) / factor
    percent = exact * Fraction(lot.step.percent or 0) / 100
    for band in lot.step.bands or ():
        if band.least <= exact * factor:
            absolute = Fraction(band.absolute or 0) / factor
            percent = exact * Fraction(band.percent or 0) / 100
    decrement = {
        StepKind.BANDS: absolute + percent,
        StepKind.ABSOLUTE: absolute,
        StepKind.PERCENT: percent,
        StepKind.SMALLER: min(absolute, percent),
    }[lot.step.kind]
    unit = Fraction(lot.grid) if lot.grid is not None else tick
    return min(exact - tick, exact - decrement) // unit * unit


def refused(state: AuctionState, bid: cmd.PlaceBid, at: object) -> Refusal | None:
    try:
        machine.decide(state, bid, at, None, plain_limits)  # type: ignore[arg-type]
    except Refusal as refusal:
        return refusal
    return None


@given(all_terms(), scripts)
def test_the_next_valid_bid_is_accepted_and_the_amount_above_it_is_not(
    terms: Terms, script: list[Intent]
) -> None:
    history = played(terms, script)
    bids = [one for one in history.steps if isinstance(one.command, cmd.PlaceBid) and one.events]
    for step in bids:
        state, number = step.before, step.command.lot
        lot = terms.lots[number - 1]
        for seat in SEATS:
            scale, factor = scale_of(terms, seat, lot.scale), factor_of(terms, seat)
            unit = lot.grid or Decimal(1).scaleb(-scale)
            if not state.seats[seat].may_bid(state.rules.version):
                continue
            most = machine.next_valid_bid(state, seat, number)
            if most is None:
                continue
            mine = state.lots[number].seats.get(seat)
            by_price = terms.scoring is None or terms.scoring.step_on == "price"
            by_price = by_price and terms.front_buffer is None
            plain = (
                by_price and terms.basis is Basis.OWN and terms.ties is not TiePolicy.FORBID_LEAD
            )
            if plain and mine is not None and mine.best is not None:
                exact = told_most(lot, mine.best.amount, factor, scale)
                assert max(most, Decimal(0)) == max(exact, 0)
            elif (mine is None or mine.best is None) and lot.ceiling is not None and plain:
                assert most == Fraction(lot.ceiling) / factor // Fraction(unit) * unit
            if most <= 0:
                least = bid_of(state.rules, seat, number, unit, "q", unit)
                assert isinstance(refused(state, least, step.at), NoRoom)
                label("no room")
                continue
            if lot.step.percent is None or lot.step.percent < 30:
                found = refused(state, bid_of(state.rules, seat, number, most, "q", most), step.at)
                assert found is None or found.code == "auction.guard_blocked"
                if found is not None:
                    # A grid or tick so coarse that the very next step passes the block.
                    best = state.lots[number].seats[seat].best
                    assert best is not None
                    assert (best.amount - most) / best.amount > Decimal("0.3")
            above = bid_of(state.rules, seat, number, most + unit, "q", most + unit)
            refusal = refused(state, above, step.at)
            assert isinstance(refusal, AboveCeiling | BidTooHigh | LeadEqualled | LeadBuffered)
            assert refusal.data["most"] == format(most, "f")
            label(type(refusal).__name__)


@given(all_terms(), scripts)
def test_a_bid_is_in_time_just_when_its_lot_runs_at_its_moment(
    terms: Terms, script: list[Intent]
) -> None:
    for step in played(terms, script).steps:
        if not isinstance(step.command, cmd.PlaceBid):
            continue
        lot = step.before.lots[step.command.lot]
        runs = (
            lot.phase is LotPhase.RUNNING
            and lot.running_since is not None
            and lot.deadline is not None
            and lot.running_since < step.at <= lot.deadline
        )
        for event in step.events:
            if isinstance(event, ev.BidPlaced):
                assert event.prebid or runs
                assert event.received_at == step.at
        times = {"auction.too_late", "auction.paused", "auction.not_open", "auction.lot_closed"}
        if runs and step.refusal is not None:
            assert step.refusal.code not in times


@given(all_terms(), scripts)
def test_nothing_due_is_left_behind(terms: Terms, script: list[Intent]) -> None:
    history = played(terms, script)
    for step in history.steps:
        due = machine.due(step.before)
        assert due is None or due >= step.at or isinstance(step.command, cmd.Tick)
        if isinstance(step.command, cmd.Tick) and step.refusal is None:
            later = machine.due(step.after)
            assert later is None or later > step.command.due
