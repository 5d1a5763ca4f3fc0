"""The facts the screens look at: bids from the ledger, origins, earlier lots of the buyer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.db.models import Count, Q

from auctions.domain import money, worth
from auctions.domain.events import AutomaticBidPlaced, BidPlaced, WithdrawalDecided
from auctions.domain.state import EMPTY, AuctionState, LotPhase, Offer
from auctions.domain.terms import Format
from auctions.integrity.screens.facts import Bid, Contest, Meeting, Origin
from auctions.models import Auction, Seat, SeatConnection
from auctions.models.auction import AuctionPhase
from auctions.realtime.reading import steps_after
from auctions.selectors import load
from auctions.subject import subject_from
from kernel.clock import utc_now

LOOKED_BACK = timedelta(days=730)
MOST_AUCTIONS = 60
# Where bids answer each other one by one, and whoever likes bids next: not in turns, for there the
# order says who comes after whom. Of open then closed it is the open phase.
OPEN = frozenset({Format.ENGLISH, Format.BUDGET, Format.OPEN_CLOSED})
# Where last offers are each supplier's own and made under one rule: not in open then closed, for
# bids of those who may make no final offer would be compared with final offers.
SPREAD = frozenset(
    {
        Format.ENGLISH, Format.BUDGET, Format.TURNS,
        Format.SEALED, Format.VICKREY, Format.SEALED_ROUNDS,
    }
)  # fmt: skip
UNIT_SCALE = 12  # finer by far than two quantities are apart


def open_contests(auction: Auction, state: AuctionState) -> Iterator[Contest]:
    """Each closed lot of open bidding with its standing bids in the order of the ledger."""
    if state.rules.format not in OPEN:
        return
    with connection.cursor() as cursor:
        steps = steps_after(cursor, auction.pk, EMPTY)
    placed: dict[int, BidPlaced] = {}
    for step in steps:
        event = step.event
        if isinstance(event, BidPlaced):
            placed[step.entry.seq] = event
        elif isinstance(event, WithdrawalDecided) and event.approved:
            placed.pop(event.bid, None)
    for number, lot in state.lots.items():
        if lot.phase is LotPhase.CLOSED:
            bids = tuple(
                _bid(state, number, event.seat, event)
                for event in placed.values()
                if event.lot == number
            )
            yield Contest(number, bids, lot.winner)


def last_offers(state: AuctionState) -> Iterator[Contest]:
    """Each closed lot with the one offer of each supplier that stood at the end."""
    if state.rules.format not in SPREAD:
        return
    for number, lot in state.lots.items():
        if lot.phase is LotPhase.CLOSED:
            offers = (
                _bid(state, number, seat, mine.best)
                for seat, mine in lot.seats.items()
                if mine.best is not None
            )
            yield Contest(number, tuple(sorted(offers, key=lambda bid: bid.at)), lot.winner)


def _bid(state: AuctionState, number: int, seat: str, of: BidPlaced | Offer) -> Bid:
    lot, terms = state.lots[number], state.rules.lots[number - 1]
    return Bid(
        seat,
        money.told_to(state, None, lot, seat, of.amount),
        of.received_at,
        automatic=isinstance(of, AutomaticBidPlaced),
        unit_price=worth.shown_unit_price(terms, of.amount, UNIT_SCALE) if lot.rises else None,
    )


def origins(auction: Auction) -> list[Origin]:
    """From where each seat was connected, as far as it is kept."""
    rows = SeatConnection.objects.filter(auction=auction).exclude(address="", device="")
    return [
        Origin(row.seat, row.address, row.device, row.opened_at, row.ended_at or row.opened_at)
        for row in rows
    ]


def meetings(auction: Auction, seats: dict[str, str]) -> Iterator[Meeting]:
    """The buyer's closed lots of the last two years at which at least two of these companies met,
    this auction's among them. ``seats`` maps seat codes of this auction to company ids."""
    since = utc_now() - LOOKED_BACK
    present = list(seats.values())
    found = (
        Auction.objects.filter(
            owner_id=auction.owner_id,
            is_demo=auction.is_demo,
            is_practice=False,
            phase=AuctionPhase.CLOSED,
            closed_at__gte=since,
        )
        .annotate(met=Count("seats", filter=Q(seats__company_id__in=present)))
        .filter(met__gte=2)
        .order_by("-closed_at")[:MOST_AUCTIONS]
    )
    for each in found:
        yield from _meetings_of(each)


def companies_of(auction: Auction) -> dict[str, str]:
    """Seat codes to company ids."""
    rows = Seat.objects.filter(auction=auction).values_list("code", "company_id")
    return {code: str(company) for code, company in rows}


def _meetings_of(auction: Auction) -> Iterator[Meeting]:
    companies = companies_of(auction)
    reference = subject_from(auction.subject).reference
    for number, lot in load(auction.pk).lots.items():
        bidders = frozenset(companies[seat] for seat, mine in lot.seats.items() if mine.bids)
        if lot.winner is None or lot.closed_at is None or len(bidders) < 2:
            continue
        yield Meeting(reference, number, lot.closed_at, bidders, companies[lot.winner])
