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


def ask_for_the_key(
    *, auction_id: UUID, owner: UUID, subject: AuctionSubject, terms: Terms
) -> None:
    """Nobody can offer before the auditor's key is made, so its keepers are told at once."""
    if terms.sealing is None:
        return
    notify(
        recipients=keepers(terms.sealing.keeper, owner),
        kind="auction.key_needed",
        text=gettext_noop(
            "{reference} takes sealed offers: make the auditor's key, nobody can offer before."
        ),
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
