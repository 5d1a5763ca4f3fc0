"""The others on a lot, for those who may see every bid."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from auctions.domain import money, outcome
from auctions.domain.direction import gain
from auctions.domain.outcome import Ranked
from auctions.domain.rules.surrogate import highest, may_be_placed
from auctions.domain.state import AuctionState, LotState
from auctions.domain.visibility.sealed import as_opened
from auctions.domain.visibility.standing.prices import in_money
from auctions.domain.visibility.standing.score import scored
from auctions.domain.visibility.standing.shapes import (
    ParticipantStanding,
    SurrogateApproval,
    UnlockRequest,
)
from auctions.domain.visibility.table import Aliases, Field, Viewer, granted, label


def participants_standing(
    state: AuctionState, lot: LotState, viewer: Viewer, ranked: Sequence[Ranked], alias: Aliases
) -> tuple[ParticipantStanding, ...]:
    """The ranked ones first, then by label those without a standing offer.

    Without a grant on seats only those who bid appear: the others have no alias to learn. While
    offers are sealed nobody is one of those.
    """
    ranks = {one.seat: one.rank for one in ranked}
    order = [one.seat for one in ranked]
    others = [
        seat
        for seat in state.seats
        if seat not in ranks
        and (
            granted(Field.SEATS, viewer, state, owner=seat) or as_opened(state, lot, seat).bids > 0
        )
    ]
    order += sorted(others, key=lambda seat: label(viewer, state, seat, alias))
    rows = []
    for seat in order:
        mine = as_opened(state, lot, seat)
        best = mine.best
        value = None if best is None else money.told_to(state, None, lot, seat, best.amount)
        rows.append(
            ParticipantStanding(
                seat=label(viewer, state, seat, alias),
                best=None if best is None else best.amount,
                rank=ranks.get(seat),
                gap=None if value is None else _gap(state, lot, viewer, ranked, seat, value=value),
                bids=mine.bids,
                last_bid_at=None if best is None else best.received_at,
                prebid=best is not None and best.prebid,
                surrogate=best is not None and best.surrogate,
                level=None if lot.levels is None else lot.levels.accepted.get(seat),
                out=None if lot.levels is None else seat in lot.levels.out,
                lines=best.lines
                if best is not None and granted(Field.LINES, viewer, state, lot, seat)
                else None,
                **in_money(state, lot, viewer, seat, value),
                **scored(
                    state,
                    lot,
                    seat,
                    None if best is None else best.amount,
                    granted(Field.SCORING, viewer, state, lot, seat),
                ),
            )
        )
    return tuple(rows)


def _gap(
    state: AuctionState,
    lot: LotState,
    viewer: Viewer,
    ranked: Sequence[Ranked],
    seat: str,
    *,
    value: Decimal,
) -> Decimal | None:
    """By how much the lead is better than ``value``, in the comparison currency.

    Where offers are scored, prices are not to be compared with each other: then the lead is the
    price at which this seat would equal it, which tells of its score. Who is disqualified has
    nothing to do with the lead.
    """
    if not ranked or seat in lot.barred:
        return None
    leader, amount = ranked[0].seat, ranked[0].offer.amount
    if state.rules.scoring is not None:
        own = outcome.lead_to(state, seat, lot)
        if own is None or not granted(Field.SCORING, viewer, state, lot, seat):
            return None
        leader, amount = seat, own
    return gain(lot.rises, value, money.told_to(state, None, lot, leader, amount))


def unlocks_standing(state: AuctionState, lot: LotState) -> tuple[UnlockRequest, ...]:
    return tuple(
        UnlockRequest(
            seat,
            mine.unlock_pending,
            None if mine.best is None else mine.best.amount,
            money.currency_of(state, seat) if seat in lot.money else None,
        )
        for seat, mine in sorted(lot.seats.items())
        if mine.unlock_pending is not None
    )


def surrogates_standing(state: AuctionState, lot: LotState) -> tuple[SurrogateApproval, ...]:
    """Those that a bid fits, in the order of approval."""
    approved = [
        (mine.surrogate, seat, mine)
        for seat, mine in lot.seats.items()
        if mine.surrogate is not None and may_be_placed(state, lot, seat)
    ]
    return tuple(
        SurrogateApproval(
            seat,
            approval.amount,
            highest(state, lot, seat),
            None if mine.best is None else mine.best.amount,
            money.currency_of(state, seat) if seat in lot.money else None,
        )
        for approval, seat, mine in sorted(approved, key=lambda each: each[0].seq)
    )
