"""The supplier's side: the list of its offers, and each with its prices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from kernel.clock import utc_now
from kernel.errors import FairfallError
from marketplace.acting import done_or_told, put_error
from marketplace.catalog import selectors
from marketplace.catalog.describing import described
from marketplace.catalog.models import Offer, OfferState
from marketplace.catalog.pages.attribute_fields import PREFIX
from marketplace.catalog.pages.forms import OfferForm, PriceForm
from marketplace.catalog.policies import own_offer, require_seller
from marketplace.catalog.services import offers, prices

PER_PAGE = 25
MOST_HISTORY = 50
MOST_CUSTOMERS = 500
READ, EDIT = Capability.CATALOG_READ, Capability.OFFER_EDIT


@require_safe
@as_actor(READ)
def own_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The company's offers by state and words."""
    state = request.GET.get("state", "")
    words = request.GET.get("q", "").strip()[:200]
    found = selectors.own_offers(actor, state=state, search=words)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": selectors.public_prices(list(page)),
        "state": state if state in OfferState.values else "",
        "words": words,
        "states": OfferState.choices,
        "may_edit": actor.can(EDIT),
    }
    return render(request, "catalog/own_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(EDIT)
def create(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Begin an offer."""
    require_seller(actor, EDIT)
    form = OfferForm(request.POST or None, initial=_asked_anew(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = offers.create_offer(actor=actor, product=form.product(), offer=form.offer())
        except FairfallError as error:
            form.put(error)
        else:
            _tell_shared(request, actor, made)
            messages.success(request, _("The draft is saved. Add its prices, then publish it."))
            return redirect("catalog:own-offer", made.pk)
    return _form_page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(EDIT)
def edit(request: HttpRequest, actor: Actor, own_offer_id: UUID) -> HttpResponse:
    """Change what an offer says."""
    offer = own_offer(actor, own_offer_id, EDIT)
    initial = {**OfferForm.initial_of(offer), **_asked_anew(request)}
    form = OfferForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            changed = offers.change_offer(
                actor=actor, offer_id=offer.pk, product=form.product(), offer=form.offer()
            )
        except FairfallError as error:
            form.put(error)
        else:
            if changed.product_id != offer.product_id:
                _tell_shared(request, actor, changed)
            messages.success(request, _("Saved."))
            return redirect("catalog:own-offer", offer.pk)
    return _form_page(request, form, offer)


@require_safe
@as_actor(READ)
def detail(request: HttpRequest, actor: Actor, own_offer_id: UUID) -> HttpResponse:
    """An offer with its prices and their history."""
    offer = own_offer(actor, own_offer_id)
    now = utc_now()
    every = list(selectors.prices_of(offer))
    over = [each for each in every if each.valid_until is not None and each.valid_until <= now]
    context = {
        "offer": offer,
        "prices": [each for each in every if each not in over],
        "over": len(over),
        "now": now,
        "attributes": described(offer.product),
        "file_count": offer.files.count(),
        "history": list(selectors.history_of(offer)[:MOST_HISTORY]),
        "may_edit": actor.can(EDIT),
        "may_publish": actor.can(Capability.OFFER_PUBLISH),
    }
    return render(request, "catalog/own_offer.html", context)


@require_POST
@as_actor(Capability.OFFER_PUBLISH)
def publish(request: HttpRequest, actor: Actor, own_offer_id: UUID) -> HttpResponse:
    """Show a draft to buyers."""
    return done_or_told(
        request,
        lambda: offers.publish_offer(actor=actor, offer_id=own_offer_id),
        success=_("The offer is in the catalog."),
        back=lambda: redirect("catalog:own-offer", own_offer_id),
    )


@require_POST
@as_actor(EDIT)
def withdraw(request: HttpRequest, actor: Actor, own_offer_id: UUID) -> HttpResponse:
    """Take an offer out of the catalog."""
    return done_or_told(
        request,
        lambda: offers.withdraw_offer(actor=actor, offer_id=own_offer_id),
        success=_("The offer is withdrawn: buyers do not see it any more. You can put it back."),
        back=lambda: redirect("catalog:own-offer", own_offer_id),
    )


@require_POST
@as_actor(EDIT)
def put_back(request: HttpRequest, actor: Actor, own_offer_id: UUID) -> HttpResponse:
    """Undo a withdrawal."""
    return done_or_told(
        request,
        lambda: offers.put_back_offer(actor=actor, offer_id=own_offer_id),
        success=_("The offer is back where it was."),
        back=lambda: redirect("catalog:own-offer", own_offer_id),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(EDIT)
def add_price(request: HttpRequest, actor: Actor, own_offer_id: UUID) -> HttpResponse:
    """Add a price to an offer."""
    offer = own_offer(actor, own_offer_id, EDIT)
    customers = selectors.customers(actor)[:MOST_CUSTOMERS]
    form = PriceForm(
        request.POST or None,
        customers=[(str(each.pk), each.legal_name) for each in customers],
        groups=[(str(each.pk), each.name) for each in selectors.groups(actor)],
    )
    if request.method == "POST" and form.is_valid():
        try:
            prices.add_price(actor=actor, offer_id=offer.pk, price=form.price())
        except FairfallError as error:
            put_error(form, error)
        else:
            messages.success(request, _("The price is added."))
            return redirect("catalog:own-offer", offer.pk)
    context = {"offer": offer, "form": form}
    return render(request, "catalog/price.html", context, status=422 if form.errors else 200)


@require_POST
@as_actor(EDIT)
def end_price(request: HttpRequest, actor: Actor, price_id: UUID) -> HttpResponse:
    """End a price now."""
    ended: list[UUID] = []
    return done_or_told(
        request,
        lambda: ended.append(prices.end_price(actor=actor, price_id=price_id).offer_id),
        success=_("The price has ended."),
        back=lambda: redirect("catalog:own-offer", ended[0]) if ended else redirect("catalog:own"),
    )


def _asked_anew(request: HttpRequest) -> dict[str, Any]:
    """The category that was chosen now and what is typed about attributes so far, from the address:
    so the page asks for another category's attributes."""
    return {
        name: str(value)[:500]
        for name, value in request.GET.items()
        if name == "category" or name.startswith(PREFIX)
    }


def _form_page(request: HttpRequest, form: OfferForm, offer: Offer | None = None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "offer": offer}
    return render(request, "catalog/offer_form.html", context, status=422 if form.errors else 200)


def _tell_shared(request: HttpRequest, actor: Actor, offer: Offer) -> None:
    """Say that the product was there already, where somebody else described it."""
    if offer.product.described_by_id != actor.company_id:
        messages.info(
            request,
            _("This product is in the catalog already: “%(name)s”. Your offer belongs to it.")
            % {"name": offer.product.name},
        )
