"""The buyer's side: offers to look through, and one with the price for the buyer's company."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from marketplace.catalog import selectors, wording
from marketplace.catalog.describing import described
from marketplace.catalog.pages.forms import AskForm, plain

READ = Capability.CATALOG_READ
Browse = Callable[[HttpRequest, Actor], HttpResponse]
_browse: list[Browse] = []


def browse_with(view: Browse) -> None:
    """Let the room of search show the list of offers; called at start."""
    _browse[:] = [view]


@require_safe
@as_actor(READ)
def browse(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Offers to look through."""
    return _browse[0](request, actor)


@require_safe
@as_actor(READ)
def offer(request: HttpRequest, actor: Actor, catalog_offer_id: UUID) -> HttpResponse:
    """One offer: what it is, what it costs this company at a quantity, and why."""
    found = selectors.offer_to_buy(actor, catalog_offer_id)
    usual = selectors.price_for(actor, found)
    initial = {
        "quantity": plain(usual.quantity),
        "currency": usual.currency,
        "territory": usual.territory,
    }
    asked = {**initial, **{name: request.GET[name] for name in initial if name in request.GET}}
    form = AskForm(asked, currencies=usual.currencies)
    price = usual
    if form.is_valid() and form.cleaned_data["quantity"] > 0:
        price = selectors.price_for(actor, found, **form.cleaned_data)
    elif form.is_valid():
        form.add_error("quantity", wording.more_than_zero())
    kept = list(found.files.all())
    context = {
        "offer": found,
        "pictures": [each for each in kept if each.is_image],
        "documents": [each for each in kept if not each.is_image],
        "attributes": described(found.product),
        "form": form,
        "priced": None if form.errors else price,
        "won": wording.WON.get(price.price.scope, "") if price.price else "",
        "nothing": wording.NOTHING[price.why] if price.why else "",
        "others": wording.told_others(price.others),
        "fault": wording.fault_in_words(found, price.fault) if price.fault else "",
        "is_own": found.company_id == actor.company_id,
    }
    return render(request, "catalog/offer.html", context, status=422 if form.errors else 200)
