"""A surrogate bid was placed: its supplier is told, in the application and by mail.

A handler of the relay. Whoever may bid for the company is told, connected or not: the bid binds it,
and a neutral person placed it.
"""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from auctions.domain import money
from auctions.domain.events import SurrogateBidPlaced, event_from
from auctions.models import Seat
from auctions.selectors import load
from auctions.subject import subject_from
from crm_core.access.capabilities import Capability
from crm_core.notifications.services import members_with, notify
from infra.relay import Event
from kernel.decimals import to_wire

KIND = "auction.surrogate"
TYPES = frozenset({f"auction.{SurrogateBidPlaced.kind}"})
PLACED = gettext_noop(
    "A neutral person placed your approved bid of {amount} {currency} on lot {lot} of {reference}: "
    "{reason}"
)


def on_ledger(event: Event) -> None:
    """Tell the company whose bid was placed. Repeated, it tells nobody twice."""
    bid = event_from(event.payload["kind"], event.payload["body"])
    if not isinstance(bid, SurrogateBidPlaced):
        return
    auction_id = UUID(event.payload["auction"])
    seat = (
        Seat.objects.filter(auction_id=auction_id, code=bid.seat).select_related("auction").first()
    )
    if seat is None:
        return  # the auction was pruned meanwhile
    about = subject_from(seat.auction.subject)
    notify(
        recipients=members_with(seat.company_id, Capability.AUCTION_BID),
        kind=KIND,
        text=PLACED,
        data={
            "amount": to_wire(bid.amount),
            "currency": money.currency_of(load(auction_id), bid.seat),
            "lot": bid.lot,
            "reference": about.reference,
            "reason": bid.reason,
        },
        link=reverse("auctions:room", args=[auction_id]),
        subject=f"{event.subject}:lot:{bid.lot}",
        email=True,
        key=f"surrogate:{event.id}:{bid.seat}",
    )
