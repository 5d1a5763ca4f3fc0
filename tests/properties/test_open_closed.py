"""Open then closed, played by bots under drawn terms: what follows from seeds, bids and final
offers is reckoned here once more, from the ledger alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain.events import (
    BidPlaced,
    FinalistNamed,
    LotStarted,
    OfferOpened,
    SealedOfferPlaced,
    SeedsRevealed,
)
from auctions.domain.terms import Basis, Feedback, Format, OpenClosedTerms, Terms
from auctions.ledger import replay
from auctions.rehearsal.play.bots import Strategy
from auctions.rehearsal.play.simulate import Played
from kernel import random_end
from tests.domain.room import START, opened_reserves, with_reserve
from tests.domain.test_final_stage import LATER, OVER, FinalRoom, both
from tests.domain.test_random_end import END, SeedRoom
from tests.domain.test_rehearsal_formats import found, of_format, played

LEADING = Feedback(lead=True, after_first_bid=False, lead_min_bidders=1)


@st.composite
def drawn_terms(draw: st.DrawFn) -> Terms:
    lead = draw(st.booleans())
    return of_format(
        Format.OPEN_CLOSED,
        length=timedelta(minutes=draw(st.integers(1, 60))),
        feedback=LEADING if lead else Feedback(),
        basis=draw(st.sampled_from(list(Basis))) if lead else Basis.OWN,
        open_closed=OpenClosedTerms(
            window=timedelta(seconds=draw(st.integers(1, 900))),
            final=timedelta(seconds=draw(st.sampled_from([0, 60, 300]))),
            within=Decimal(draw(st.integers(0, 20))),
            least=draw(st.integers(1, 4)),
        ),
    )


def standing(of: Played) -> dict[str, tuple[Decimal, int]]:
    """The best that counts of each seat, with the place it was decided at: before final offers."""
    rule = of.state.rules.open_closed
    assert rule is not None
    begins = _moment(of, LotStarted) + of.state.rules.length
    (seeds,) = found(of, SeedsRevealed) or (None,)
    best: dict[str, tuple[Decimal, int]] = {}
    if seeds is None:
        return best
    platform, auditor = (bytes.fromhex(each) for each in (seeds.platform_seed, seeds.auditor_seed))
    cut_off = begins + random_end.cut_off(platform, auditor, 1, rule.window)
    for each in of.ledger:
        event = each.event
        if isinstance(event, BidPlaced) and event.received_at <= cut_off:
            best[event.seat] = (event.amount, each.seq)  # one's own bids only fall
    return best


def _moment(of: Played, kind: type[Any]) -> datetime:
    return next(each.at for each in of.ledger if isinstance(each.event, kind))


@settings(max_examples=40, deadline=None)
@given(
    of=drawn_terms(),
    seed=st.integers(0, 10**6).map(str),
    count=st.integers(1, 5),
    habits=st.lists(st.sampled_from(list(Strategy)), min_size=1, max_size=3).map(tuple),
)
def test_the_winner_is_the_lowest_that_counts(
    of: Terms, seed: str, count: int, habits: tuple[Strategy, ...]
) -> None:
    run = played(of, seed=seed, count=count, strategies=habits)
    best = standing(run)
    finalists = {each.seat for each in found(run, FinalistNamed)}
    rule = of.open_closed
    assert rule is not None
    if best and rule.final:
        limit = min(best.values())[0] * (100 + rule.within) / 100
        ordered = sorted(best, key=lambda seat: best[seat])
        near = {seat for seat, (amount, _) in best.items() if amount <= limit}
        assert finalists == near | set(ordered[: rule.least])
    placed = {
        each.event.seat: each.seq
        for each in run.ledger
        if isinstance(each.event, SealedOfferPlaced)
    }
    assert placed.keys() <= finalists
    for opened in found(run, OfferOpened):
        if opened.amount < best[opened.seat][0]:
            best[opened.seat] = (opened.amount, placed[opened.seat])
    lot = run.state.lots[1]
    if best:
        winner = min(best, key=lambda seat: best[seat])
        assert (lot.winner, lot.price) == (winner, best[winner][0])
    else:
        assert lot.winner is None
    steps = [replay.Step(each.seq, each.at, each.event) for each in run.ledger]
    assert replay.replay_all(steps, {}) == run.state


amounts = st.integers(40, 100).map(lambda tens: tens * 10)


@settings(max_examples=40, deadline=None)
@given(
    bids=st.dictionaries(st.sampled_from("abc"), amounts, min_size=1),
    final=st.dictionaries(st.sampled_from("abc"), amounts) | st.none(),
    reserve=st.builds(lambda amount, ticks: Decimal(amount * 100 + ticks).scaleb(-2), amounts,
                      st.sampled_from([-1, 0, 1])),
)  # fmt: skip
def test_a_reserve_lets_the_lowest_that_counts_win_only_where_it_meets_it(
    bids: dict[str, int], final: dict[str, int] | None, reserve: Decimal
) -> None:
    """With a final stage, in which some of the bidders offer, or (None) without one."""
    stage = both(least=3) if final is not None else both(final=timedelta(0))
    kind: type[Any] = SeedRoom if final is None else FinalRoom
    room = kind(with_reserve(stage, f"{reserve:f}"))
    room.reserves = opened_reserves(stage, f"{reserve:f}")
    for seat, amount in bids.items():
        room.bid(seat, amount, START + timedelta(minutes=1))
    room.until(END)
    room.reveal()
    lowest = {seat: (amount, place) for place, (seat, amount) in enumerate(bids.items())}
    later = {seat: amount for seat, amount in (final or {}).items() if seat in bids}
    for place, (seat, amount) in enumerate(later.items(), start=len(bids)):
        room.offer(seat, str(amount))
        if amount < bids[seat]:
            lowest[seat] = (amount, place)
    if later:
        room.open()
    room.until(OVER)
    winner = min(lowest, key=lambda seat: lowest[seat])
    met = lowest[winner][0] <= reserve
    assert room.lot.winner == (winner if met else None)
    assert room.lot.price == (lowest[winner][0] if met else None)
    steps = [replay.Step(seq, LATER, event) for seq, event in enumerate(room.events, start=1)]
    assert replay.replay_all(steps, {}) == room.state
