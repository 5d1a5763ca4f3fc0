"""Telling those who keep the auditor's key that offers wait for it: to be sealed, to be opened."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from auctions.domain.terms import KeyKeeper, Terms
from auctions.subject import AuctionSubject
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from crm_core.notifications.services import Recipient, members_with, notify

_KEY = gettext_noop(
    "{reference} takes sealed offers: make the auditor's key, nobody can offer before."
)
_SECRET = gettext_noop(
    "{reference} has a random end: make the auditor's secret before the start, or the auction is "
    "annulled."
)


def ask_for_the_key(
    *, auction_id: UUID, owner: UUID, subject: AuctionSubject, terms: Terms
) -> None:
    """Nobody can offer before the auditor's key is made, and a random end without the auditor's
    secret is annulled at the start: so its keepers are told at once."""
    if terms.open_closed is not None:
        keeper, text = terms.open_closed.keeper, _SECRET
    elif terms.sealing is not None:
        keeper, text = terms.sealing.keeper, _KEY
    else:
        return
    notify(
        recipients=keepers(keeper, owner),
        kind="auction.key_needed",
        text=text,
        data={"reference": subject.reference},
        link=reverse("auctions:opening", args=[auction_id]),
        subject=subject.urn,
        key=f"sealing-key:{auction_id}",
        email=True,
    )


def keepers(keeper: KeyKeeper, owner: UUID) -> list[Recipient]:
    """The persons who may make the auditor's key and hand it over."""
    if keeper is KeyKeeper.AUDITOR:
        running = {each.user_id for each in members_with(owner, Capability.AUCTION_RUN)}
        return [
            each
            for each in members_with(owner, Capability.AUDIT_READ)
            if each.user_id not in running
        ]
    operators = Company.objects.filter(operates=True).values_list("pk", flat=True)
    return [
        each
        for company_id in operators
        for each in members_with(company_id, Capability.AUCTION_ARBITRATE)
    ]
