"""The cards of the home page: what needs this person now. Registered in config.slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from marketplace.tenders import selectors
from ui.slots import SearchHit


def buyer_panel(request: HttpRequest) -> Mapping[str, Any] | None:
    """Auctions open or soon, results to confirm, drafts; nothing for who does not buy."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    desk = selectors.buyer_desk(actor)
    may_create = actor.can(Capability.TENDER_EDIT)
    if not may_create and not any(desk.values()):
        return None
    return {
        **desk,
        "figures": selectors.buyer_figures(actor),
        "may_create": may_create,
        "is_empty": not any(desk.values()),
    }


def supplier_panel(request: HttpRequest) -> Mapping[str, Any] | None:
    """Invitations to answer, auctions to bid in, results; nothing for who does not sell."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    desk = selectors.supplier_desk(actor)
    if not actor.can(Capability.TENDER_ANSWER) and not any(desk.values()):
        return None
    return {**desk, "is_empty": not any(desk.values())}


def find_tenders(request: HttpRequest, words: str, limit: int) -> Sequence[SearchHit]:
    """Tenders this actor may see, by reference and title."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return [
        SearchHit(
            title=f"{tender.reference} {tender.title}",
            url=reverse("tenders:detail", args=[tender.pk]),
            detail=str(tender.get_state_display()),
            icon="gavel",
        )
        for tender in selectors.visible_tenders(actor, search=words)[:limit]
    ]
