"""The list of tenders: a buyer's own, or those a supplier is invited to."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from marketplace.tenders import selectors
from marketplace.tenders.models import TenderState
from marketplace.tenders.pages.labels import STATE_LOOK

PER_PAGE = 25


@require_safe
@as_actor(Capability.TENDER_READ)
def tender_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Tenders by state and words. A company that both buys and sells chooses a side."""
    buys = _buys(actor)
    side = request.GET.get("side") or ("own" if buys else "invited")
    state = request.GET.get("state", "")
    words = request.GET.get("q", "").strip()[:200]
    if side == "own":
        found = selectors.own_tenders(actor, state=state, search=words)
    else:
        found = selectors.invitations_of(actor, state=state, search=words)
    states = [
        (value, label)
        for value, label in TenderState.choices
        if side == "own" or value != TenderState.DRAFT
    ]
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "side": side,
        "both_sides": buys and selectors.invitations_of(actor).exists(),
        "state": state if state in TenderState.values else "",
        "words": words,
        "states": states,
        "look": STATE_LOOK,
        "may_create": actor.can(Capability.TENDER_EDIT),
    }
    return render(request, "tenders/list.html", context)


def _buys(actor: Actor) -> bool:
    return actor.can(Capability.TENDER_EDIT) or selectors.own_tenders(actor).exists()
