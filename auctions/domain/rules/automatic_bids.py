"""Automatic bids: placed for a supplier, down to a secret limit, whenever it does not lead.

A cascade follows every decision on a running lot. In the order in which their limits were set,
each seat that is not told rank 1 goes to its next valid bid, as long as that is not below its
limit; again and again until nobody moves. Each seat then has one entry: the amount it came to,
worse ones first. Of equal amounts that of the earlier limit comes first. The steps between are
never seen by anybody, so they are no entries; the way to them is that of bids placed by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from auctions.domain import money, outcome
from auctions.domain.commands import EndBidLimit, OpenedLimit, SetBidLimit
from auctions.domain.draft import Draft
from auctions.domain.events import (
    AutomaticBidPlaced,
    BidLimitEnded,
    BidLimitOpened,
    BidLimitSet,
    DeadlineCause,
    DeadlineMoved,
)
from auctions.domain.refusals import (
    GuardRetype,
    LimitNeedsBid,
    LimitPastBlock,
    LimitsUsedUp,
    LimitTooFar,
    LimitTooHigh,
    LotClosedAlready,
    NoLimit,
    NoRoom,
    NotAutomatic,
)
from auctions.domain.rules import admission, guard, lots, next_bid, soft_close
from auctions.domain.rules.guard import GuardLevel
from auctions.domain.state import (
    AuctionState,
    BidLimit,
    LotPhase,
    LotState,
    Offer,
    SeatLimits,
    SeatOnLot,
)
from auctions.domain.terms import AutomaticBids, Scope, limit_commitment
from kernel.decimals import to_wire

NONE = SeatLimits()


class LimitClosed(ValueError):
    """What has to be decided depends on a limit that was not handed over."""


# What a supplier asks ------------------------------------------------------------------------


def set_limit(draft: Draft, command: SetBidLimit) -> None:
    """Keep a limit below the own best. It bids at once where the seat does not lead."""
    state = draft.state
    admission.check_bidder(state, command.seat)
    lot = admission.lot_of(state, command.lot)
    rule = state.rules.automatic_bids
    if rule is None:
        raise NotAutomatic()
    lots.check_takes_bids(state, lot, draft.at)
    mine = lot.seats.get(command.seat)
    if mine is None or mine.best is None:
        raise LimitNeedsBid(lot=lot.number)
    if len(lot.limits.get(command.seat, NONE).every) >= rule.changes:
        raise LimitsUsedUp(most=rule.changes)
    set_now = BidLimit(0, command.commitment, command.sealed or "")
    opened = command.opened or draft.limits(lot.number, command.seat, set_now)
    if opened is None:
        raise LimitClosed("the limit was not handed over")
    if not fits(set_now, opened):
        raise ValueError("the limit does not fit its commitment")
    inferred = not opened.salt
    amount = opened.amount
    if not inferred:
        amount = next_bid.check_form(money.own_terms(state, command.seat, lot.number), amount)
    most = next_bid.next_valid_bid(state, command.seat, lot.number)
    if most is None or most <= 0:
        raise NoRoom(lot=lot.number)
    if inferred:
        amount = min(amount, most)
    if amount > most:
        raise LimitTooHigh(field="amount", most=to_wire(most))
    if _too_far(state, lot, command.seat, amount, rule):
        raise LimitTooFar(field="amount", steps=rule.steps)
    _check_guard(state, mine.best.amount, amount, command.retyped)
    draft.emit(
        BidLimitSet(
            lot=lot.number,
            seat=command.seat,
            commitment=command.commitment,
            sealed=command.sealed or "",
            retyped=command.retyped is not None,
            received_at=draft.at,
            ref=command.ref,
        )
    )


def end_limit(draft: Draft, command: EndBidLimit) -> None:
    """Place no more bids for the seat; also while the lot is paused."""
    state = draft.state
    seat = admission.seat_of(state, command.seat)
    admission.check_open(state)
    lot = admission.lot_of(state, command.lot)
    if lot.phase is LotPhase.CLOSED:
        raise LotClosedAlready(lot=lot.number)
    if lot.limits.get(seat.id, NONE).current is None:
        raise NoLimit(lot=lot.number)
    draft.emit(BidLimitEnded(lot.number, seat.id, draft.at, command.ref))


def end_with_withdrawal(draft: Draft, lot: LotState, seat: str) -> None:
    """Whoever asks a bid back wants no further one placed."""
    if lot.limits.get(seat, NONE).current is not None:
        draft.emit(BidLimitEnded(lot.number, seat, draft.at, ""))


def _check_guard(state: AuctionState, best: Decimal, amount: Decimal, retyped: bool | None) -> None:
    """The guard measures the whole way to the limit, once: the steps to it are smaller."""
    terms = state.rules.guard
    level = guard.guard_level(terms, best, amount)
    if level is GuardLevel.BLOCK:
        raise LimitPastBlock(field="amount", threshold=to_wire(terms.block or Decimal(0)))
    if retyped is not True and (level is GuardLevel.RETYPE or retyped is not None):
        raise GuardRetype(field="retyped", threshold=to_wire(terms.retype or Decimal(0)))


def _too_far(
    state: AuctionState, lot: LotState, seat: str, limit: Decimal, rule: AutomaticBids
) -> bool:
    """Whether more than the allowed number of own steps lie between the own best and the limit."""
    mine = lot.seats[seat]
    alone = replace(lot, seats={seat: mine})
    amount = Decimal(0) if mine.best is None else mine.best.amount
    for _ in range(rule.steps + 1):
        amount = next_bid.undercut(state, seat, alone, amount)
        if amount < limit:
            return False
    return True


# The cascade ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Party:
    """A seat whose limit holds, and which may bid."""

    seat: str
    limit: BidLimit
    floor: Decimal


def follow(draft: Draft, since: int = 0) -> None:
    """Place what the limits ask for, after the events from ``since`` on."""
    terms = draft.state.terms
    if terms is None or terms.automatic_bids is None or len(draft.events) == since:
        return
    cause = draft.seq_of(since)
    for number in sorted(draft.state.lots):
        _cascade(draft, draft.state.lots[number], cause, since)


def _cascade(draft: Draft, lot: LotState, cause: int, since: int) -> None:
    if lot.phase is not LotPhase.RUNNING or lot.deadline is None or draft.at > lot.deadline:
        return
    if not any(each.current for each in lot.limits.values()):
        return
    state = draft.state
    parties = _parties(draft, lot)
    reached = _settled(state, lot, parties, draft.at)
    extended = _extended(draft, lot, since)
    for party, amount in reached:
        before = draft.state
        bid = AutomaticBidPlaced(
            lot=lot.number,
            seat=party.seat,
            amount=amount,
            prebid=False,
            retyped=False,
            received_at=draft.at,
            ref="",
            cause=cause,
            limit=party.limit.seq,
        )
        draft.emit(bid)
        # A decision extends a lot once at most, however many bids it holds.
        if not extended and soft_close.in_window(before, before.lots[lot.number], draft.at):
            for moved in list(soft_close.moves(before, draft.state, bid)):
                draft.emit(moved)
                extended = True


def _extended(draft: Draft, lot: LotState, since: int) -> bool:
    """Whether this decision has moved the lot's deadline already."""
    every = draft.state.rules.soft_close.scope is Scope.ALL_LOTS
    return any(
        isinstance(event, DeadlineMoved)
        and event.cause is DeadlineCause.SOFT_CLOSE
        and (every or event.lot == lot.number)
        for event in draft.events[since:]
    )


def _parties(draft: Draft, lot: LotState) -> list[_Party]:
    """Whose limit holds, in the order in which they were set; empty where all of them lead."""
    state = draft.state
    eager = [
        (limits.current, name)
        for name, limits in lot.limits.items()
        if limits.current is not None and _may_bid(state, lot, name)
    ]
    if all(first_told(state, lot, name) for _, name in eager):
        return []
    found = []
    for limit, name in sorted(eager, key=lambda each: each[0].seq):
        opened = draft.limits(lot.number, name, limit)
        if opened is None:
            raise LimitClosed(f"the limit of entry {limit.seq} was not handed over")
        found.append(_Party(name, limit, opened.amount))
    return found


def _may_bid(state: AuctionState, lot: LotState, seat: str) -> bool:
    mine = lot.seats.get(seat)
    if mine is None or mine.best is None:
        return False
    return state.seats[seat].may_bid(state.rules.version)


def _settled(
    state: AuctionState, lot: LotState, parties: list[_Party], at: datetime
) -> list[tuple[_Party, Decimal]]:
    """What each seat that moves comes to, in the order of the entries."""
    reached: dict[str, tuple[_Party, Decimal]] = {}
    last = state.seq
    moving = True
    while moving:
        moving = False
        for party in parties:
            if first_told(state, lot, party.seat):
                continue
            most = next_bid.next_valid_bid(state, party.seat, lot.number)
            if most is None or most <= 0 or most < party.floor:
                continue
            reached[party.seat] = party, most
            # Behind every bid that stands; among themselves in the order of their limits.
            offer = Offer(most, last + party.limit.seq, at, prebid=False)
            lot = replace(lot, seats={**lot.seats, party.seat: SeatOnLot(best=offer)})
            state = replace(state, lots={**state.lots, lot.number: lot})
            moving = True
    ranked = [reached[seat] for seat, _ in outcome.ordered(lot) if seat in reached]
    # Worse ones first. Of equal ones the earlier limit gets the earlier entry, and so the rank.
    scores = {
        party.seat: outcome.score(state, party.seat, lot.number, amount) for party, amount in ranked
    }
    return sorted(ranked, key=lambda each: (-scores[each[0].seat], each[0].limit.seq))


def first_told(state: AuctionState, lot: LotState, seat: str) -> bool:
    """Whether the seat's rank, as it is told, is the first."""
    return any(one.seat == seat and one.rank == 1 for one in outcome.ranking(state, lot))


# Opening -------------------------------------------------------------------------------------


def open_all(draft: Draft, lot: LotState) -> None:
    """At the close: every limit there ever was on the lot, so that all can be decided again."""
    for seat, limits in lot.limits.items():
        for limit in limits.every:
            opened = draft.limits(lot.number, seat, limit)
            if opened is None:
                raise LimitClosed(f"the limit of entry {limit.seq} was not handed over")
            if not fits(limit, opened):
                raise ValueError(f"the limit of entry {limit.seq} does not fit its commitment")
            draft.emit(BidLimitOpened(lot.number, seat, limit.seq, opened.salt, opened.amount))


def fits(limit: BidLimit, opened: OpenedLimit) -> bool:
    """Whether this is what was committed to; an inferred one commits to nothing."""
    if not opened.salt:
        return True
    try:
        salt = bytes.fromhex(opened.salt)
    except ValueError:
        return False
    return limit_commitment(salt, to_wire(opened.amount)) == limit.commitment


# What the owner is told ----------------------------------------------------------------------


def has_room(state: AuctionState, lot: LotState, seat: str, limit: Decimal) -> bool:
    """Whether one more bid can be placed down to the limit, as things stand."""
    if not _may_bid(state, lot, seat):
        return False
    most = next_bid.next_valid_bid(state, seat, lot.number)
    return most is not None and most > 0 and most >= limit
