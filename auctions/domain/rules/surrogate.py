"""Surrogate: a neutral person places one bid for a supplier that approved it.

For a supplier that cannot bid itself, whose line is down or whose person is away. It approves one
bid on a lot, not below an amount; a person on neither side then places it, with a reason. The bid
is as any other, and marked as placed by a surrogate. A bid of its own, or asking for one back, ends
the approval.

It is a bid from the amount up to the highest that the supplier could bid when it approved, by which
its person's right to bind the company was measured. Whatever others do later lifts neither.
"""

from __future__ import annotations

from decimal import Decimal

from auctions.domain import money
from auctions.domain.commands import ApproveSurrogate, EndSurrogate, Officer, PlaceSurrogateBid
from auctions.domain.draft import Draft
from auctions.domain.events import SurrogateApproved, SurrogateBidPlaced, SurrogateEnded
from auctions.domain.refusals import (
    AboveApproval,
    BelowApproval,
    LotClosedAlready,
    NoSurrogates,
    NotApproved,
    OnlyNeutral,
    WithdrawalPending,
)
from auctions.domain.rules import admission, guard, lots, next_bid, soft_close, texts
from auctions.domain.state import AuctionState, LotPhase, LotState, SeatOnLot
from kernel.decimals import to_wire

_NOBODY = SeatOnLot()


def approve(draft: Draft, command: ApproveSurrogate) -> None:
    """Approve one bid, or change how low it may go.

    The amount must be one that the supplier could bid itself; the guard measures the whole way to
    it, so that it need not be asked when the bid is placed.
    """
    state = draft.state
    admission.check_bidder(state, command.seat)
    lot = _open_lot(state, command.lot)
    if lot.withdrawal is not None and lot.withdrawal.seat == command.seat:
        # What it could bid, and the way the guard measures, hang on how that is decided.
        raise WithdrawalPending(lot=lot.number)
    amount = next_bid.check_form(money.own_terms(state, command.seat, lot.number), command.amount)
    next_bid.check_undercuts(state, command.seat, lot, amount)
    guard.check_guard(state.rules.guard, lot, command.seat, amount, command.retyped)
    draft.emit(
        SurrogateApproved(
            lot=lot.number,
            seat=command.seat,
            amount=amount,
            most=next_bid.next_valid_bid(state, command.seat, lot.number),
            retyped=command.retyped is not None,
            received_at=draft.at,
            ref=command.ref,
        )
    )


def end(draft: Draft, command: EndSurrogate) -> None:
    """Take the approval back, before it is used."""
    state = draft.state
    seat = admission.seat_of(state, command.seat)
    admission.check_open(state)
    lot = _open_lot(state, command.lot)
    if lot.seats.get(seat.id, _NOBODY).surrogate is None:
        raise NotApproved(lot=lot.number)
    draft.emit(SurrogateEnded(lot.number, seat.id, draft.at, command.ref))


def place(draft: Draft, command: PlaceSurrogateBid) -> None:
    """Place the bid that was approved; its own moment counts, as of any bid."""
    before = draft.state
    if command.by is not Officer.NEUTRAL:
        raise OnlyNeutral()
    admission.check_bidder(before, command.seat)
    lot = _open_lot(before, command.lot)
    reason = texts.reason(command.reason)
    approval = lot.seats.get(command.seat, _NOBODY).surrogate
    if approval is None:
        raise NotApproved(lot=lot.number)
    prebid = lots.check_takes_bids(before, lot, draft.at)
    amount = next_bid.check_form(money.own_terms(before, command.seat, lot.number), command.amount)
    if amount < approval.amount:
        raise BelowApproval(field="amount", least=to_wire(approval.amount))
    next_bid.check_undercuts(before, command.seat, lot, amount)
    if approval.most is not None and amount > approval.most:
        raise AboveApproval(field="amount", most=to_wire(approval.most))
    bid = SurrogateBidPlaced(
        lot=lot.number,
        seat=command.seat,
        amount=amount,
        prebid=prebid,
        retyped=False,
        received_at=draft.at,
        ref=command.ref,
        approval=approval.seq,
        reason=reason,
        by=command.by,
    )
    draft.emit(bid)
    if not prebid and soft_close.in_window(before, lot, draft.at):
        for moved in list(soft_close.moves(before, draft.state, bid)):
            draft.emit(moved)


def may_be_placed(state: AuctionState, lot: LotState, seat: str) -> bool:
    """Whether the seat approved a bid, and one that it could place itself fits above the amount."""
    approval = lot.seats.get(seat, _NOBODY).surrogate
    if approval is None or not state.phase.is_open or lot.phase is LotPhase.CLOSED:
        return False
    if not state.seats[seat].may_bid(state.rules.version):
        return False
    most = highest(state, lot, seat)
    return most is None or most >= approval.amount


def highest(state: AuctionState, lot: LotState, seat: str) -> Decimal | None:
    """The highest bid that may be placed for the seat now, if it approved one."""
    approval = lot.seats.get(seat, _NOBODY).surrogate
    approved = None if approval is None else approval.most
    bounds = (next_bid.next_valid_bid(state, seat, lot.number), approved)
    return min((each for each in bounds if each is not None), default=None)


def _open_lot(state: AuctionState, number: int) -> LotState:
    if state.rules.surrogates is not True:
        raise NoSurrogates()
    lot = admission.lot_of(state, number)
    if lot.phase is LotPhase.CLOSED:
        raise LotClosedAlready(lot=number)
    return lot
