"""Observer links: made, found and revoked. A secret is shown once, then only its hash is kept.

A secret carries 256 random bits, so a plain SHA-256 keeps it as safe as a slow hash would.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from auctions.domain.visibility import Role, Viewer
from auctions.models import Auction, ObserverLink
from auctions.realtime.errors import AuctionUnknown
from auctions.services.errors import (
    ObserverExpiryPast,
    ObserverLabelMissing,
    ObserverLinkInvalid,
    ObserverLinkNotFound,
    ObserverLinksFull,
)
from auctions.services.policies import Place, check_one_side
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from kernel.clock import utc_now

MOST_LINKS = 50
LABEL_LENGTH = 80
VIEWER = Viewer(Role.OBSERVER)


def links_of(actor: Actor, auction_id: UUID) -> QuerySet[ObserverLink]:
    """The links of an auction of the actor's company that are not revoked, the newest first.

    Raises AccessForbidden or AuctionUnknown.
    """
    actor.require(Capability.AUCTION_RUN)
    if not Auction.objects.filter(
        pk=auction_id, owner_id=actor.company_id, is_practice=False
    ).exists():
        raise AuctionUnknown()
    return ObserverLink.objects.filter(auction_id=auction_id, revoked_at=None).select_related(
        "created_by"
    )


@transaction.atomic
def create_link(
    *, actor: Actor, auction_id: UUID, label: str, expires_at: datetime | None = None
) -> tuple[ObserverLink, str]:
    """A new link and its secret, which is not kept and cannot be shown again.

    Raises AccessForbidden, AuctionUnknown, OnTwoSides, ObserverLabelMissing, ObserverExpiryPast
    or ObserverLinksFull.
    """
    actor.require(Capability.AUCTION_RUN)
    auction = (
        Auction.objects.select_for_update(no_key=True)
        .filter(pk=auction_id, owner_id=actor.company_id, is_practice=False)
        .first()
    )
    if auction is None:
        raise AuctionUnknown()
    check_one_side(actor, auction_id)
    label, now = label.strip()[:LABEL_LENGTH], utc_now()
    if not label:
        raise ObserverLabelMissing(field="label")
    if expires_at is not None and expires_at <= now:
        raise ObserverExpiryPast(field="expires_at")
    if _working(now).filter(auction=auction).count() >= MOST_LINKS:
        raise ObserverLinksFull(most=MOST_LINKS)
    secret = secrets.token_urlsafe(32)
    link = ObserverLink.objects.create(
        auction=auction,
        token_hash=_hash(secret),
        label=label,
        created_by_id=actor.user_id,
        created_at=now,
        expires_at=expires_at,
    )
    return link, secret


def revoke_link(*, actor: Actor, auction_id: UUID, link_id: UUID) -> None:
    """Stop a link; its open sockets end within seconds.

    Raises AccessForbidden, AuctionUnknown or ObserverLinkNotFound.
    """
    if not links_of(actor, auction_id).filter(pk=link_id).update(revoked_at=utc_now()):
        raise ObserverLinkNotFound()


def link_of(secret: str) -> ObserverLink:
    """The working link with this secret, its auction fetched. Raises ObserverLinkInvalid."""
    found = (
        _working(utc_now())
        .select_related("auction__owner")
        .filter(token_hash=_hash(secret))
        .first()
    )
    if found is None:
        raise ObserverLinkInvalid()
    return found


def still_works(link_id: UUID) -> bool:
    """Whether the link is neither revoked nor expired."""
    return _working(utc_now()).filter(pk=link_id).exists()


def place_by(link: ObserverLink) -> Place:
    """Where whoever has the link stands: an onlooker who may do nothing."""
    return Place(link.auction, VIEWER, None, (), "")


def _working(now: datetime) -> QuerySet[ObserverLink]:
    return ObserverLink.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
