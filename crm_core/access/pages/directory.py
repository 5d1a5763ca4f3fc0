"""The directory of verified companies."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crm_core.access.actor import Actor
from crm_core.access.decorators import as_actor
from crm_core.companies import selectors


@require_GET
@as_actor()
def directory(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Companies by ``?search=`` words; ``?side=sells`` narrows."""
    search = request.GET.get("search", "").strip()
    sells = True if request.GET.get("side") == "sells" else None
    found = selectors.directory(search=search, sells=sells)
    context = {
        "companies": Paginator(found, 25).get_page(request.GET.get("page")),
        "search": search,
        "only_sellers": sells is True,
    }
    return render(request, "access/directory.html", context)
