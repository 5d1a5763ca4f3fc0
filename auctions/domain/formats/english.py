"""English reverse: an open descending price; each bid undercuts by the agreed step.

The order of checks is part of the rules: seat, phase and consent; the lot's phase; the amount's
form; the next valid bid; the guard last. Nothing in it depends on what the bidder may not see.
"""

from __future__ import annotations

from auctions.domain.commands import (
    ApproveSurrogate,
    EndBidLimit,
    EndSurrogate,
    PlaceBid,
    PlaceSurrogateBid,
    SetBidLimit,
)
from auctions.domain.draft import Draft
from auctions.domain.events import BidPlaced
from auctions.domain.formats.base import FormatRules
from auctions.domain.rules import (
    admission,
    automatic_bids,
    guard,
    lines,
    lots,
    next_bid,
    soft_close,
    surrogate,
)


def place_bid(draft: Draft, command: PlaceBid) -> None:
    """Accept a bid (before the start: a pre-bid), and move the deadline if it comes late."""
    before = draft.state
    admission.check_bidder(before, command.seat)
    lot = admission.lot_of(before, command.lot)
    prebid = lots.check_takes_bids(before, lot, draft.at)
    mine = lot.seats.get(command.seat)
    own = None if mine is None else mine.best
    amount, prices = lines.check_form(before, lot, command, own)
    next_bid.check_undercuts(before, command.seat, lot, amount)
    guard.check_guard(before.rules.guard, lot, command.seat, amount, command.retyped)
    bid = BidPlaced(
        lot=lot.number,
        seat=command.seat,
        amount=amount,
        prebid=prebid,
        retyped=command.retyped is not None,
        received_at=draft.at,
        ref=command.ref,
    )
    draft.emit(bid)
    lines.keep(draft, lot.number, command.seat, draft.seq_of(0), prices)
    if not prebid and soft_close.in_window(before, lot, draft.at):
        for moved in list(soft_close.moves(before, draft.state, bid)):
            draft.emit(moved)


RULES = FormatRules(
    handlers={
        PlaceBid: place_bid,
        SetBidLimit: automatic_bids.set_limit,
        EndBidLimit: automatic_bids.end_limit,
        ApproveSurrogate: surrogate.approve,
        EndSurrogate: surrogate.end,
        PlaceSurrogateBid: surrogate.place,
    }
)
