"""A price as a viewer may know it: as a point of the chart, and of a closed lot."""

from __future__ import annotations

from decimal import Decimal

from auctions.domain import events as ev
from auctions.domain import money, outcome
from auctions.domain.codec import to_body
from auctions.domain.events import Event
from auctions.domain.state import AuctionState, LotState, Offer
from auctions.domain.terms import Disclosure
from auctions.domain.visibility.happenings.look import Body
from auctions.domain.visibility.table import Aliases, Field, Role, Viewer, granted, label


def price_point(
    after: AuctionState, event: Event, viewer: Viewer, *, alias: Aliases = str
) -> Body | None:
    """A bid as a point of the price-time chart: the own ones, all, or those that took the lead.

    None where the viewer may not see it. ``seat`` is None where it may not know whose it is. A bid
    with which the lead begins to be told shows the lead, whoever has it: a point for the leader's
    own bid only would tell that the latest to come leads.
    """
    if isinstance(event, ev.OfferOpened):
        return _opened_in_a_round(after, event, viewer, alias)
    if not isinstance(event, ev.BidPlaced | ev.LevelAccepted):
        return None
    lot = after.lots[event.lot]
    seen = granted(Field.BID, viewer, after, lot, event.seat)
    if not seen:
        if not granted(Field.LEAD, viewer, after, lot):
            return None
        first = outcome.leader(lot)
        if first is None:
            return None
        if _begins(after, lot, event):
            told = outcome.as_told(after, viewer.seat, lot, *first)
            return None if told is None else _point(event, told, None, own=False)
        if (first[0], first[1].amount) != (event.seat, event.amount):
            return None
    prebid = isinstance(event, ev.BidPlaced) and event.prebid
    offer = Offer(event.amount, after.seq, event.received_at, prebid)
    if seen:
        told = money.told_to(after, viewer.seat, lot, event.seat, event.amount)
    else:
        told = outcome.as_told(after, viewer.seat, lot, event.seat, offer)
    if told is None:
        return None
    seat = label(viewer, after, event.seat, alias) if seen else None
    return _point(event, told, seat, own=event.seat == viewer.seat)


def _begins(after: AuctionState, lot: LotState, event: ev.BidPlaced | ev.LevelAccepted) -> bool:
    """Whether enough suppliers for the lead to be told are there with this bid for the first time.

    A seat without a former offer was not counted before.
    """
    least = after.rules.feedback.lead_min_bidders
    came = lot.seats[event.seat].previous is None
    return came and least > 1 and outcome.bidders(lot) == least


def _point(
    event: ev.BidPlaced | ev.LevelAccepted, amount: Decimal, seat: str | None, *, own: bool
) -> Body:
    return {
        "lot": event.lot,
        "at": to_body(event.received_at),
        "amount": to_body(amount),
        "seat": seat,
        "own": own,
    }


def _opened_in_a_round(
    after: AuctionState, event: ev.OfferOpened, viewer: Viewer, alias: Aliases
) -> Body | None:
    """What a round's opening showed, at the moment at which it was sealed."""
    lot = after.lots[event.lot]
    found = None if lot.rounds is None else lot.rounds.opened.get(event.seat)
    if found is None or not granted(Field.BID, viewer, after, lot, event.seat):
        return None
    return {
        "lot": event.lot,
        "at": to_body(found.received_at),
        "amount": to_body(event.amount),
        "seat": label(viewer, after, event.seat, alias),
        "own": event.seat == viewer.seat,
    }


def price_told(state: AuctionState, number: int, viewer: Viewer) -> Decimal | None:
    """A closed lot's price as this viewer may know it: to another bidder, in its own terms.

    To whoever has no seat it is on the common basis, also where the winner's is in other money.
    """
    lot = state.lots[number]
    if not granted(Field.PRICE, viewer, state, lot, lot.winner):
        return None
    if lot.winner is None or lot.price is None:
        return lot.price
    told_all = state.rules.disclosure is Disclosure.PUBLIC
    mine = lot.seats.get(lot.winner)  # none, where it won by a package alone
    offer = None if mine is None else mine.best
    in_own_terms = viewer.role in (Role.SUPPLIER, Role.OBSERVER) and not told_all
    if not in_own_terms or not lot.values or offer is None:
        return money.told_to(state, viewer.seat, lot, lot.winner, lot.price)
    return outcome.as_told(state, viewer.seat, lot, lot.winner, offer)
