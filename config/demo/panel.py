"""The home page's card about the live demonstration; its being looked at starts the auction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from config.demo import live, watching
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability


def live_panel(request: HttpRequest) -> Mapping[str, Any] | None:
    """Where to watch or bid now; None for who may do neither."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    watching.mark()
    tender = live.live_tender()
    if tender is None:
        return {"url": "", "tender": None}
    if tender.company_id == actor.company_id and actor.can(Capability.AUCTION_WATCH):
        url = reverse("auctions:console", args=[tender.auction_id])
        return {"url": url, "tender": tender, "sells": False}
    if tender.invitations.filter(company_id=actor.company_id).exists():
        url = reverse("tenders:detail", args=[tender.pk])
        return {"url": url, "tender": tender, "sells": True}
    return None
