"""Outbid: a supplier of whom nobody looks is told, in the application and by mail.

A handler of the relay. It tells what the seat's own standing shows now and nothing else: where
rank and lead are hidden, nobody is told. Whoever has the auction open sees it there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from auctions.domain.events import (
    AutomaticBidPlaced,
    BidPlaced,
    SurrogateBidPlaced,
    WithdrawalDecided,
    event_from,
)
from auctions.models import Auction, Seat
from auctions.models.auction import OPEN_PHASES
from auctions.outbid import fallen, loss, states
from auctions.realtime.presence import connected_seats
from crm_core.access.capabilities import Capability
from crm_core.notifications.models import Notice
from crm_core.notifications.services import members_with, notify
from infra.relay import Event
from kernel.clock import utc_now

KIND = "auction.outbid"
TYPES = frozenset(
    f"auction.{each.kind}"
    for each in (BidPlaced, AutomaticBidPlaced, SurrogateBidPlaced, WithdrawalDecided)
)
QUIET = timedelta(minutes=10)  # between two notices about one lot to one company
LATE = timedelta(minutes=5)  # an older entry is no news
RANK_LOST = gettext_noop("Outbid on lot {lot} of {reference}: your rank is now {rank}.")
LEAD_LOST = gettext_noop("Outbid on lot {lot} of {reference}: you no longer lead.")


def on_ledger(event: Event) -> None:
    """Tell the companies that one entry made lose the lead or a rank they had been told.

    At most one notice for a lot and a company in ten minutes, none while somebody of the seat has
    an open socket in the auction, none when the delivery is late. Repeated, it tells nobody twice.
    """
    now = utc_now()
    if now - event.occurred_at > LATE:
        return
    auction_id = UUID(event.payload["auction"])
    rules = Auction.objects.filter(pk=auction_id, phase__in=OPEN_PHASES)
    rules_version = rules.values_list("rules_version", flat=True).first()
    if rules_version is None:
        return
    happened = event_from(event.payload["kind"], event.payload["body"])
    if not isinstance(happened, BidPlaced | WithdrawalDecided):
        return
    bidder = happened.seat if isinstance(happened, BidPlaced) else None
    before, after = states.around(auction_id, event.seq, rules_version)
    lost = [
        seat
        for seat in fallen(before.state, after.state, happened.lot)
        if seat != bidder and loss(before.state, after.state, happened.lot, seat)
    ]
    about = f"{event.subject}:lot:{happened.lot}"
    companies = _to_tell(auction_id, lost, about, now)
    if not companies:
        return
    latest = states.load(auction_id, rules_version, known=after).state
    for seat, company_id in companies.items():
        own = loss(before.state, latest, happened.lot, seat, now)
        if own is None:
            continue  # back in front meanwhile, or told no more
        notify(
            recipients=members_with(company_id, Capability.AUCTION_BID),
            kind=KIND,
            text=LEAD_LOST if own.rank is None else RANK_LOST,
            data={"lot": happened.lot, "reference": latest.reference, "rank": own.rank or 0},
            link=reverse("auctions:room", args=[auction_id]),
            subject=about,
            email=True,
            key=f"outbid:{event.id}:{seat}",
        )


def _to_tell(auction_id: UUID, seats: Iterable[str], about: str, now: datetime) -> dict[str, UUID]:
    """Those of the seats whose company was not told lately and has no open socket."""
    rows = Seat.objects.filter(auction_id=auction_id, code__in=list(seats))
    companies = dict(rows.values_list("code", "company_id"))
    if not companies:
        return {}
    lately = set(
        Notice.objects.filter(
            company_id__in=companies.values(), kind=KIND, subject=about, created_at__gt=now - QUIET
        ).values_list("company_id", flat=True)
    )
    companies = {seat: each for seat, each in companies.items() if each not in lately}
    here = connected_seats(auction_id, now) if companies else set()
    return {seat: each for seat, each in companies.items() if seat not in here}
