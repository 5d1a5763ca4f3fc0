"""The home page's card about the live demonstration; its being looked at starts the auction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from config.demo import live, watching
from config.demo.bots import HABITS
from config.demo.companies import SUPPLIERS
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability


def live_panel(request: HttpRequest) -> Mapping[str, Any] | None:
    """Where to watch or bid now; None for who may do neither."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    watching.mark()
    if not actor.can(Capability.AUCTION_WATCH):
        return None
    tender = live.live_tender()
    if tender is None:
        return {"url": "", "tender": None}
    if tender.company_id == actor.company_id or actor.can(Capability.AUCTION_ARBITRATE):
        url = reverse("auctions:console", args=[tender.auction_id])
        return {"url": url, "tender": tender, "sells": False, "bidders": bidders()}
    if tender.invitations.filter(company_id=actor.company_id).exists():
        url = reverse("tenders:detail", args=[tender.pk])
        return {"url": url, "tender": tender, "sells": True, "bidders": bidders()}
    return None


def bidders() -> list[dict[str, Any]]:
    """The companies whose programs bid, each with its stated strategy."""
    names = {firm.reference: firm.legal_name for firm in SUPPLIERS}
    return [{"name": names[key], "words": habit.words} for key, habit in HABITS.items()]
