"""A random end tells people when it is their turn: those who keep the auditor's secret once every
window is over, the companies that may make a final offer once they may.

A handler of the relay. Repeated it tells nobody twice; late it tells nobody.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from auctions.domain.events import FinalistNamed, SeedsAwaited, event_from
from auctions.domain.rules.opening_roles import keeper_of
from auctions.models import Auction, Seat
from auctions.models.auction import OPEN_PHASES
from auctions.selectors import load
from auctions.services.sealing_notices import keepers
from auctions.subject import subject_from
from crm_core.access.capabilities import Capability
from crm_core.notifications.services import members_with, notify
from infra.relay import Event
from kernel.clock import utc_now

TYPES = frozenset(f"auction.{each.kind}" for each in (SeedsAwaited, FinalistNamed))
LATE = timedelta(hours=1)  # an older entry is no news


def on_ledger(event: Event) -> None:
    """Tell of one entry."""
    auction = Auction.objects.filter(
        pk=UUID(event.payload["auction"]), phase__in=OPEN_PHASES
    ).first()
    if auction is None or utc_now() - event.occurred_at > LATE:
        return
    happened = event_from(event.payload["kind"], event.payload["body"])
    if isinstance(happened, SeedsAwaited):
        _keepers(auction, event)
    elif isinstance(happened, FinalistNamed):
        _finalist(auction, happened, event)


def _keepers(auction: Auction, event: Event) -> None:
    state = load(auction.pk)
    keeper = keeper_of(state.rules)
    if keeper is None:
        return
    notify(
        recipients=keepers(keeper, auction.owner_id),
        kind="auction.seeds_awaited",
        text=gettext_noop(
            "{reference}: bidding is over. Open the auditor's secret in time, or the auction is "
            "annulled."
        ),
        data={"reference": subject_from(auction.subject).reference},
        link=reverse("auctions:opening", args=[auction.pk]),
        subject=event.subject,
        key=f"seeds-awaited:{auction.pk}",
        email=True,
    )


def _finalist(auction: Auction, named: FinalistNamed, event: Event) -> None:
    seat = Seat.objects.filter(auction=auction, code=named.seat).first()
    if seat is None:
        return
    notify(
        recipients=members_with(seat.company_id, Capability.AUCTION_BID),
        kind="auction.final_offer",
        text=gettext_noop("{reference}: you may make a final sealed offer on lot {lot} now."),
        data={"reference": subject_from(auction.subject).reference, "lot": named.lot},
        link=reverse("auctions:room", args=[auction.pk]),
        subject=event.subject,
        key=f"final-offer:{event.id}",
        email=True,
    )
