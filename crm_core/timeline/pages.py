"""Pages: the accounts of one's company, and one account with its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from crm_core.timeline import selectors
from crm_core.timeline.rules import EVENT_RULES, FIGURES
from crm_core.timeline.wording import lines
from ui.slots import SearchHit

PER_PAGE = 25


@require_safe
@as_actor(Capability.ACCOUNT_READ)
def account_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Partners with whom something happened; ``?search=`` narrows."""
    search = request.GET.get("search", "").strip()[:200]
    found = selectors.accounts(actor, search=search)
    context = {
        "accounts": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "search": search,
        "may_invite": actor.can(Capability.COMPANY_INVITE),
    }
    return render(request, "timeline/accounts.html", context)


@require_safe
@as_actor(Capability.ACCOUNT_READ)
def account_detail(request: HttpRequest, actor: Actor, account_id: UUID) -> HttpResponse:
    """One partner: figures and the timeline; ``?kind=`` narrows."""
    account = selectors.account(actor, account_id)
    counted = selectors.figures(account)
    kind = request.GET.get("kind", "")
    told = selectors.timeline(account, kind=kind)
    page = Paginator(told, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "account": account,
        "page": page,
        "lines": lines(page.object_list, account.partner),
        "figures": [(label, counted.get(name, 0)) for name, label in FIGURES.items()],
        "kinds": [(name, rule.label) for name, rule in EVENT_RULES.items() if name in counted],
        "kind": kind if kind in EVENT_RULES else "",
    }
    return render(request, "timeline/account.html", context)


def find_accounts(request: HttpRequest, words: str, limit: int) -> Sequence[SearchHit]:
    """Partners with whom something happened, for the shell's search."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return [
        SearchHit(
            title=account.partner.legal_name,
            url=reverse("crm-account", args=[account.pk]),
            detail=account.partner.country,
            icon="address-book",
        )
        for account in selectors.accounts(actor, search=words)[:limit]
    ]
