"""Sealed rounds: who must act next is told, and suppliers when the next round starts.

A handler of the relay. A round stands still until its keys are brought together, and suppliers do
not sit in the room between rounds; nothing is told that every supplier does not see there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from auctions.domain import events as ev
from auctions.domain.formats.sealed import awaits_opening
from auctions.domain.state import AuctionState
from auctions.domain.terms import Format
from auctions.models import Auction, Seat
from auctions.models.auction import OPEN_PHASES
from auctions.selectors import load
from auctions.services.sealing_notices import keepers
from crm_core.access.capabilities import Capability
from crm_core.notifications.services import members_with, notify
from infra.relay import Event

TYPES = frozenset(
    f"auction.{each.kind}" for each in (ev.LotSealed, ev.KeyHandedOver, ev.SealedRoundScheduled)
)
ASKED = gettext_noop("{reference}: round {round} is over and waits for the auditor's key.")
HANDED = gettext_noop("{reference}: the auditor's key of round {round} is here; open its offers.")
NEXT = gettext_noop("{reference}: a round was opened; round {round} starts {time} UTC.")


def on_ledger(event: Event) -> None:
    """Tell those whom one entry concerns, as long as it is still so; each of them once."""
    auction = Auction.objects.filter(
        pk=UUID(event.payload["auction"]),
        format=Format.SEALED_ROUNDS.value,
        phase__in=OPEN_PHASES,
    ).first()
    if auction is None:
        return
    happened = ev.event_from(event.payload["kind"], event.payload["body"])
    _TELL[type(happened)](auction, load(auction.pk), happened, event.subject)


def _waits(auction: Auction, state: AuctionState, event: Any, subject: str) -> None:
    keys, terms = state.sealing, state.rules.sealing
    if keys is None or terms is None or not awaits_opening(state) or keys.handed_over is not None:
        return
    notify(
        recipients=keepers(terms.keeper, auction.owner_id),
        kind="auction.round_waits",
        text=ASKED,
        data={"reference": state.reference, "round": keys.round},
        link=reverse("auctions:opening", args=[auction.pk]),
        subject=subject,
        key=f"round-waits:{auction.pk}:{keys.round}",
        email=True,
    )


def _handed_over(auction: Auction, state: AuctionState, event: Any, subject: str) -> None:
    keys = state.sealing
    if keys is None or not awaits_opening(state) or keys.handed_over is None:
        return
    notify(
        recipients=members_with(auction.owner_id, Capability.AUCTION_RUN),
        kind="auction.round_key_here",
        text=HANDED,
        data={"reference": state.reference, "round": keys.round},
        link=reverse("auctions:opening", args=[auction.pk]),
        subject=subject,
        key=f"round-key:{auction.pk}:{keys.round}",
        email=True,
    )


def _next(
    auction: Auction, state: AuctionState, event: ev.SealedRoundScheduled, subject: str
) -> None:
    version = state.rules.version
    seats = [seat.id for seat in state.seats.values() if seat.may_bid(version)]
    companies = Seat.objects.filter(auction=auction, code__in=seats)
    notify(
        recipients=[
            each
            for company_id in companies.values_list("company_id", flat=True)
            for each in members_with(company_id, Capability.AUCTION_BID)
        ],
        kind="auction.round_next",
        text=NEXT,
        data={
            "reference": state.reference,
            "round": event.round,
            "time": f"{event.starts_at:%Y-%m-%d %H:%M:%S}",
        },
        link=reverse("auctions:room", args=[auction.pk]),
        subject=subject,
        key=f"round-next:{auction.pk}:{event.round}",
        email=True,
    )


_TELL: Mapping[type[Any], Callable[[Auction, AuctionState, Any, str], None]] = {
    ev.LotSealed: _waits,
    ev.KeyHandedOver: _handed_over,
    ev.SealedRoundScheduled: _next,
}
