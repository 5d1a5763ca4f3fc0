"""Bids on lots with positions: the unit prices behind a bid stand in the entry that follows it.

Who may not read that entry still checks everything of the bid itself: then its amount is taken for
the total, and decided by the rules of a lot without positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from auctions.domain import events as ev
from auctions.domain.rules.lines import fits, total
from auctions.domain.state import AuctionState, Offer, OpenedOffer
from auctions.ledger.replay_steps import ReplayFailed, Step


def prices_behind(steps: Sequence[Step], place: int) -> tuple[Decimal, ...] | None:
    """The unit prices that follow the bid at ``place``; None where none do, or they are closed."""
    following = steps[place + 1].event if place + 1 < len(steps) else None
    return following.prices if isinstance(following, ev.BidLines) else None


def prices_closed(state: AuctionState, steps: Sequence[Step], place: int, own: str | None) -> bool:
    """Whether the unit prices of the bid at ``place`` are kept from whoever checks.

    Those of the ``own`` seat are opened to it always: raises ReplayFailed where they are not.
    """
    event = steps[place].event
    if type(event) is not ev.BidPlaced or place + 1 >= len(steps):
        return False
    lot = state.rules.lot(event.lot)
    closed = lot is not None and lot.lines is not None and steps[place + 1].event is None
    if closed and event.seat == own:
        raise ReplayFailed(steps[place + 1].seq, "the unit prices of its own bid are kept closed")
    return closed


def without_lines(state: AuctionState) -> AuctionState:
    """The same auction, had its lots no positions."""
    lots = tuple(replace(lot, lines=None) for lot in state.rules.lots)
    return replace(state, terms=replace(state.rules, lots=lots))


def check_prices(state: AuctionState, steps: Sequence[Step], place: int) -> None:
    """Compare unit prices that are opened with the bid right before them. Raises ReplayFailed."""
    event, seq = steps[place].event, steps[place].seq
    if not isinstance(event, ev.BidLines):
        return
    best = _offer(state, event)
    if best is None or best.seq != event.bid:
        raise ReplayFailed(seq, "unit prices of a bid that is not there")
    if _bid_of(steps[place - 1]) != (event.lot, event.seat, event.bid):
        raise ReplayFailed(seq, "unit prices that do not stand right behind their bid")
    terms = state.rules.lots[event.lot - 1]
    if not fits(terms, event.prices) or total(terms, event.prices) != best.amount:
        raise ReplayFailed(seq, "the unit prices do not come to the bid")


def _bid_of(step: Step) -> tuple[int, str, int] | None:
    """Lot, seat and entry of the bid that this entry places or opens."""
    event = step.event
    if type(event) is ev.BidPlaced:
        return event.lot, event.seat, step.seq
    if isinstance(event, ev.OfferOpened):
        return event.lot, event.seat, event.offer
    return None


def _offer(state: AuctionState, event: ev.BidLines) -> Offer | OpenedOffer | None:
    """The latest offer of the seat on the lot; in a round that is not ended what was opened."""
    lot = state.lots.get(event.lot)
    if lot is None:
        return None
    if lot.rounds is not None:
        return lot.rounds.opened.get(event.seat)
    mine = lot.seats.get(event.seat)
    return None if mine is None else mine.best


def closed_prices(steps: Sequence[Step]) -> int:
    """How many bids there are whose unit prices are kept closed."""
    state_terms = next(step.event.terms for step in steps if isinstance(step.event, ev.Opened))
    with_lines = {lot.number for lot in state_terms.lots if lot.lines is not None}
    return sum(
        type(step.event) is ev.BidPlaced
        and step.event.lot in with_lines
        and place + 1 < len(steps)
        and steps[place + 1].event is None
        for place, step in enumerate(steps)
    )
