"""The limits of automatic bids, as a replay knows them.

Where a lot closed, each was opened and must fit its commitment. Where the auction ended before the
close, none was: then the verifier takes for a limit the lowest bid it led to. That shows whether
the bids fit any limits at all, not whether they fit those that were set.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from auctions.domain import events as ev
from auctions.domain import refusals
from auctions.domain.commands import OpenedLimit
from auctions.domain.draft import Limits
from auctions.domain.machine import next_valid_bid
from auctions.domain.rules.automatic_bids import fits
from auctions.domain.state import AuctionState, BidLimit
from auctions.ledger.replay_steps import ReplayFailed, Step

# Why a limit may be refused for what it is: what is checked once it is opened.
BY_THE_LIMIT = frozenset(
    refusal.code
    for refusal in (
        refusals.NotPositive,
        refusals.AboveCeiling,
        refusals.ScaleWrong,
        refusals.OffGrid,
        refusals.NoRoom,
        refusals.LimitTooHigh,
        refusals.LimitTooFar,
        refusals.LimitPastBlock,
        refusals.GuardRetype,
    )
)
NOTHING_ASKED = Decimal(10) ** 18  # above every bid


def limits_told(steps: Sequence[Step]) -> Limits:
    """The limits by their commitments; raises ReplayFailed where one was opened wrongly."""
    set_at = {step.seq: step.event for step in steps if isinstance(step.event, ev.BidLimitSet)}
    known: dict[str, OpenedLimit] = {}
    for step in steps:
        event = step.event
        if not isinstance(event, ev.BidLimitOpened):
            continue
        limit = set_at.get(event.limit)
        if limit is None or (limit.lot, limit.seat) != (event.lot, event.seat):
            raise ReplayFailed(step.seq, "it opens a limit that is not there")
        opened = OpenedLimit(event.salt, event.amount)
        if not event.salt or not fits(BidLimit(event.limit, limit.commitment, ""), opened):
            raise ReplayFailed(step.seq, "the limit opened does not fit its commitment")
        known[limit.commitment] = opened
    lowest = _lowest(steps)
    for seq, limit in set_at.items():
        if limit.commitment not in known:
            known[limit.commitment] = OpenedLimit("", lowest.get(seq, NOTHING_ASKED))

    def told(lot: int, seat: str, limit: BidLimit) -> OpenedLimit | None:
        return known.get(limit.commitment)

    return told


def unopened(steps: Sequence[Step]) -> int:
    """How many limits were set and never opened."""
    opened = {step.event.limit for step in steps if isinstance(step.event, ev.BidLimitOpened)}
    return sum(isinstance(step.event, ev.BidLimitSet) and step.seq not in opened for step in steps)


def _lowest(steps: Sequence[Step]) -> dict[int, Decimal]:
    """Of each limit that led to bids the lowest of them."""
    found: dict[int, Decimal] = {}
    for step in steps:
        if isinstance(step.event, ev.AutomaticBidPlaced):
            seq, amount = step.event.limit, step.event.amount
            found[seq] = min(amount, found.get(seq, amount))
    return found


def check_own_automatic(
    state: AuctionState,
    event: ev.AutomaticBidPlaced,
    limits: Limits,
    seq: int,
    *,
    lead_matters: bool,
) -> None:
    """What one seat can say of a bid placed for it: by its limit, not below it, and a valid one.

    Whether it had to go so far depends on others' bids.
    """
    lot = state.lots[event.lot]
    mine = lot.limits.get(event.seat)
    if mine is None or mine.current is None or mine.current.seq != event.limit:
        raise ReplayFailed(seq, "no limit asks for this bid")
    opened = limits(event.lot, event.seat, mine.current)
    if opened is not None and event.amount < opened.amount:
        raise ReplayFailed(seq, "the bid is below the limit")
    most = next_valid_bid(state, event.seat, event.lot)
    if most is not None and event.amount > most and not lead_matters:
        raise ReplayFailed(seq, "the rules refuse it: auction.bid_too_high")
