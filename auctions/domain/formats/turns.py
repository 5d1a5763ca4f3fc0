"""Three rounds in turns: each participant has one turn a round, the worst first, the leader last.

Before the start participants place an initial offer (a pre-bid), at most the ceiling, and may
change or take it back as they like. The lot's start fixes who takes part: those whose initial offer
stands. At the start and at each turn's end every offer is shown to all, without names; within a
turn nothing of it is.

The order of a round is that of the offers as it begins: the worst first; of equal offers the later
one goes first. In its turn a participant may place an offer, change it, and take it back, without
anybody's approval. Every offer of a turn is measured by the one that stood as the turn began, less
the step, in own price; taking back returns to that one, which keeps its place in time. Without an
offer the old one stands. The lowest offer as the announcement ends wins, among equals the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from auctions.domain import outcome
from auctions.domain import terms_problems as problems
from auctions.domain.commands import Extend, PlaceBid, RequestUnlock, Withdraw
from auctions.domain.draft import Draft
from auctions.domain.events import (
    BidPlaced,
    LotStarted,
    OfferTakenBack,
    RoundOrdered,
    StageStarted,
    TurnEnded,
)
from auctions.domain.formats.base import FormatRules, Item, What, not_in_format
from auctions.domain.formats.turns_plan import Stage, StageKind, stages
from auctions.domain.refusals import (
    AboveCeiling,
    BidTooHigh,
    NoRoom,
    NothingToTakeBack,
    NotInFormat,
    NotYourTurn,
)
from auctions.domain.rules import admission, closing, guard, lines, lots, next_bid
from auctions.domain.rules.closing import Reserves
from auctions.domain.state import AuctionState, LotState, Offer
from auctions.domain.terms import Count, Terms, TurnsTerms
from auctions.domain.terms_problems import Problem
from kernel.decimals import to_wire

MAX_ROUNDS = 10
_HOUR = timedelta(hours=1)


def turns_of(state: AuctionState) -> TurnsTerms:
    """The format's own terms."""
    terms = state.rules.turns
    if terms is None:
        raise ValueError("these terms have no turns")
    return terms


def stage_of(state: AuctionState, lot: LotState) -> Stage | None:
    """The stage under way; None before the start, and where nobody takes part."""
    turns = lot.turns
    if turns is None or not turns.participants:
        return None
    return stages(turns_of(state), turns.participants)[turns.stage]


def on_turn(state: AuctionState, lot: LotState) -> str | None:
    """The seat whose turn it is."""
    stage = stage_of(state, lot)
    if stage is None or stage.kind is not StageKind.TURN or lot.turns is None:
        return None
    return lot.turns.order[stage.turn - 1]


# Offers -----------------------------------------------------------------------------------------


def place_offer(draft: Draft, command: PlaceBid) -> None:
    """Before the start an initial offer; afterwards an offer within the own turn."""
    before = draft.state
    lot, initial = _open_to(draft, command.seat, command.lot)
    # A changed mind within the turn, or about an initial offer, is no further drop and no rise.
    start = None if initial or lot.turns is None else lot.turns.before
    amount, prices = lines.check_form(before, lot, command, start)
    _check_limit(before, lot, command.seat, amount)
    mine = lot.seats.get(command.seat)
    measured = lot
    if mine is not None:
        measured = replace(lot, seats={**lot.seats, command.seat: replace(mine, best=start)})
    guard.check_guard(before.rules.guard, measured, command.seat, amount, command.retyped)
    draft.emit(
        BidPlaced(
            lot=lot.number,
            seat=command.seat,
            amount=amount,
            prebid=initial,
            retyped=command.retyped is not None,
            received_at=draft.at,
            ref=command.ref,
        )
    )
    lines.keep(draft, lot.number, command.seat, draft.seq_of(0), prices)


def take_back(draft: Draft, command: Withdraw) -> None:
    """Return to the offer at the turn's start; before the lot's start, to none."""
    lot, _ = _open_to(draft, command.seat, command.lot)
    if command.round is not None:
        raise NotInFormat()
    mine = lot.seats.get(command.seat)
    # An offer received later is not the one that was meant.
    if mine is None or mine.best is None or mine.best.received_at > draft.at:
        raise NothingToTakeBack(lot=lot.number)
    draft.emit(OfferTakenBack(lot.number, command.seat, draft.at, command.ref))


def taken_back(after: AuctionState, event: OfferTakenBack, bids: Iterable[int]) -> list[int]:
    """Which of a seat's own bids on the lot, named by their seq, no longer count."""
    best = after.lots[event.lot].seats[event.seat].best
    return [seq for seq in bids if seq > (0 if best is None else best.seq)]


def limit(state: AuctionState, seat: str, number: int) -> Decimal | None:
    """The highest amount this seat may offer: in its turn, or in its next one as things stand."""
    lot = state.lots[number]
    lot_terms = state.rules.lots[number - 1]
    mine = lot.seats.get(seat)
    standing = None if mine is None else mine.best
    if on_turn(state, lot) == seat and lot.turns is not None:
        standing = lot.turns.before
    if not lot.started or standing is None:
        return lot_terms.ceiling
    return next_bid.undercut(state, seat, lot, standing.amount)


def _open_to(draft: Draft, seat: str, number: int) -> tuple[LotState, bool]:
    """The lot, if the seat may offer on it now, and whether that would be an initial offer."""
    state = draft.state
    admission.check_bidder(state, seat)
    lot = admission.lot_of(state, number)
    initial = lots.check_takes_bids(state, lot, draft.at)
    if not initial:
        _check_turn(state, lot, seat, draft.at)
    return lot, initial


def _check_turn(state: AuctionState, lot: LotState, seat: str, at: datetime) -> None:
    stage, turns = stage_of(state, lot), lot.turns
    if stage is None or turns is None or on_turn(state, lot) != seat:
        raise NotYourTurn(lot=lot.number)
    # Received at the very moment at which the turn began it belongs before it, and after its end
    # to the next stage: the gate decides boundaries in between, and this holds in any case.
    if not turns.begins + stage.starts < at <= turns.begins + stage.ends:
        raise NotYourTurn(lot=lot.number)


def _check_limit(state: AuctionState, lot: LotState, seat: str, amount: Decimal) -> None:
    most = limit(state, seat, lot.number)
    if most is None:
        return
    if most <= 0:
        raise NoRoom(lot=lot.number)
    if amount > most:
        raise (BidTooHigh if lot.started else AboveCeiling)(field="amount", most=to_wire(most))


# Stages -----------------------------------------------------------------------------------------


def start_lot(draft: Draft, lot: LotState, at: datetime) -> None:
    """The plan is made for those whose initial offer stands; with none the lot closes at once."""
    taking_part = outcome.bidders(lot)
    plan = stages(turns_of(draft.state), taking_part)
    ends = at + plan[-1].ends if taking_part else at
    draft.emit(LotStarted(lot.number, at, ends, ends))
    if taking_part:
        _begin(draft, lot.number, 0, at)


def agenda(state: AuctionState, lot: LotState) -> Iterator[Item]:
    """The end of the stage under way; of the last one it is the close."""
    if lot.deadline is not None:
        yield lot.deadline, What.CLOSE, lot.number
    stage = stage_of(state, lot)
    if stage is not None and stage.kind is not StageKind.ANNOUNCEMENT and lot.turns is not None:
        yield lot.turns.begins + stage.ends, What.STEP, lot.number


def step(draft: Draft, lot: LotState, at: datetime, reserves: Reserves) -> None:
    """End a turn and show its offer; order the round that begins; begin the next stage."""
    state, turns = draft.state, lot.turns
    stage = stage_of(state, lot)
    if stage is None or turns is None:
        raise ValueError("no stage is under way")
    seat = on_turn(state, lot)
    if seat is not None:
        best = lot.seats[seat].best
        if best is None:
            raise ValueError("a participant always has an offer")
        draft.emit(TurnEnded(lot.number, stage.round, stage.turn, seat, best.amount, at))
    _begin(draft, lot.number, turns.stage + 1, at)


def _begin(draft: Draft, number: int, place: int, at: datetime) -> None:
    lot = draft.state.lots[number]
    taking_part = outcome.bidders(lot) if lot.turns is None else lot.turns.participants
    stage = stages(turns_of(draft.state), taking_part)[place]
    if stage.kind is StageKind.PAUSE or place == 0:
        # As the pause begins: nothing can change before the round's first turn.
        order = _order(draft.state, lot)
        shown = tuple(_standing(lot, seat).amount for seat in order)
        draft.emit(RoundOrdered(number, stage.round, order, shown))
    draft.emit(
        StageStarted(
            number, place, stage.kind.value, stage.round, stage.turn, at,
            at + (stage.ends - stage.starts),
        )
    )  # fmt: skip


def _order(state: AuctionState, lot: LotState) -> tuple[str, ...]:
    """The worst first. Whoever is disqualified in between keeps its turns, in which it cannot
    offer: the plan that everybody saw stands."""
    if lot.turns is None:
        return tuple(seat for seat, _ in reversed(outcome.ordered(lot)))

    def place(seat: str) -> tuple[Fraction, int]:
        offer = _standing(lot, seat)
        return outcome.score(state, seat, lot.number, offer.amount), offer.seq

    return tuple(sorted(lot.turns.order, key=place, reverse=True))


def _standing(lot: LotState, seat: str) -> Offer:
    best = lot.seats[seat].best
    if best is None:
        raise ValueError("a participant always has an offer")
    return best


# What the terms may say -------------------------------------------------------------------------


REFUSES = (
    "basis",
    "ties",
    "guard.block",
    "soft_close.window",
    "feedback.rank",
    "feedback.lead",
    "feedback.reserve_met",
    "feedback.hide_ranks_last",
    "withdrawal.allowed",
    "buyer_extension.times",
)


def terms_problems(terms: Terms) -> Iterator[Problem]:
    """The format's own terms, and what of the common ones it does not take."""
    own = terms.turns
    if own is None:
        yield problems.Missing(field="turns")
        return
    if not 1 <= own.rounds <= MAX_ROUNDS:
        yield problems.OutOfRange(field="turns.rounds", least=1, most=MAX_ROUNDS)
    for name in ("first_pause", "turn", "pause", "announcement"):
        length = getattr(own, name)
        if not timedelta(seconds=1) <= length <= _HOUR:
            yield problems.OutOfRange(field=f"turns.{name}", least="1 s", most="60 min")
    if terms.prebid_opens_at is None:
        yield problems.Missing(field="prebid_opens_at")
    if terms.feedback.count is not Count.SHOWN:
        yield problems.RuleNotHere(field="feedback.count")


def close_lot(draft: Draft, lot: LotState, at: datetime, reserves: Reserves) -> None:
    """The result is announced."""
    closing.settle_lot(draft, lot, at, reserves)


RULES = FormatRules(
    handlers={
        PlaceBid: place_offer,
        Withdraw: take_back,
        Extend: not_in_format,
        RequestUnlock: not_in_format,
    },
    group="turns",
    start=start_lot,
    agenda=agenda,
    step=step,
    close=close_lot,
    most=limit,
    edited_once_started=False,
    refuses=REFUSES,
    problems=terms_problems,
)
