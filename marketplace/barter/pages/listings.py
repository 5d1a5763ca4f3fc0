"""What a company gives and wants: its listings, and the search for swaps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.decorators import as_actor
from kernel.clock import utc_now
from kernel.errors import FairfallError
from marketplace.acting import done_or_told, put_error
from marketplace.barter import selectors
from marketplace.barter.models import BarterListing, BarterState
from marketplace.barter.pages.forms import ListingForm, WantForms, wants_of
from marketplace.barter.policies import COMMIT, EDIT, READ, own_listing, require_trader
from marketplace.barter.services import finding, listings

PER_PAGE = 25
MOST_SHOWN = 5
MOST_OF_A_LISTING = 25


@require_safe
@as_actor(READ)
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The company's listings by state, and the latest proposals."""
    state = request.GET.get("state", "")
    found = selectors.own_listings(actor, state=state)
    latest = selectors.proposals(actor)[:MOST_SHOWN]
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "state": state if state in BarterState.values else "",
        "states": BarterState.choices,
        "proposals": [selectors.seen(actor, each) for each in latest],
        "may_edit": actor.can(EDIT),
    }
    return render(request, "barter/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(EDIT)
def create(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Begin a listing."""
    require_trader(actor, EDIT)
    form, wants = ListingForm(request.POST or None), WantForms(request.POST or None)
    if request.method == "POST" and form.is_valid() and wants.is_valid():
        try:
            made = listings.create_listing(actor=actor, listing=form.listing(wants.inputs()))
        except FairfallError as error:
            put_error(form, error)
        else:
            messages.success(request, _("The draft is saved. Publish it to have swaps found."))
            return redirect("barter:listing", made.pk)
    return _form_page(request, form, wants)


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(EDIT)
def edit(request: HttpRequest, actor: Actor, barter_listing_id: UUID) -> HttpResponse:
    """Write a draft anew."""
    found = own_listing(actor, barter_listing_id, EDIT)
    form = ListingForm(request.POST or None, initial=ListingForm.initial_of(found))
    wants = WantForms(request.POST or None, initial=wants_of(found))
    if request.method == "POST" and form.is_valid() and wants.is_valid():
        try:
            listings.change_listing(
                actor=actor, listing_id=found.pk, listing=form.listing(wants.inputs())
            )
        except FairfallError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("barter:listing", found.pk)
    return _form_page(request, form, wants, found)


@require_safe
@as_actor(READ)
def detail(request: HttpRequest, actor: Actor, barter_listing_id: UUID) -> HttpResponse:
    """A listing with what was proposed for it."""
    found = own_listing(actor, barter_listing_id)
    latest = selectors.proposals(actor, listing=found)[:MOST_OF_A_LISTING]
    context = {
        "listing": found,
        "wants": found.wants.select_related("product", "category", "unit"),
        "proposals": [selectors.seen(actor, each) for each in latest],
        "holds": found.holds(utc_now()),
        "may_edit": actor.can(EDIT),
        "may_commit": actor.can(COMMIT),
    }
    return render(request, "barter/listing.html", context)


@require_POST
@as_actor(COMMIT)
def publish(request: HttpRequest, actor: Actor, barter_listing_id: UUID) -> HttpResponse:
    """Let a draft be found."""
    return done_or_told(
        request,
        lambda: listings.publish_listing(actor=actor, listing_id=barter_listing_id),
        success=_("The listing is active: swaps are looked for every night, and now if you ask."),
        back=lambda: redirect("barter:listing", barter_listing_id),
    )


@require_POST
@as_actor(EDIT)
def withdraw(request: HttpRequest, actor: Actor, barter_listing_id: UUID) -> HttpResponse:
    """Take a listing out."""
    return done_or_told(
        request,
        lambda: listings.withdraw_listing(actor=actor, listing_id=barter_listing_id),
        success=_("The listing is withdrawn; its open proposals have ended."),
        back=lambda: redirect("barter:listing", barter_listing_id),
    )


@require_POST
@as_actor(EDIT)
def reopen(request: HttpRequest, actor: Actor, barter_listing_id: UUID) -> HttpResponse:
    """Write a withdrawn listing anew."""
    return done_or_told(
        request,
        lambda: listings.reopen_listing(actor=actor, listing_id=barter_listing_id),
        success=_("The listing is a draft again."),
        back=lambda: redirect("barter:listing", barter_listing_id),
    )


@require_POST
@as_actor(COMMIT)
def find(request: HttpRequest, actor: Actor, barter_listing_id: UUID) -> HttpResponse:
    """Look for swaps and cycles of this listing."""

    def act() -> None:
        for tone, sentence in _told(finding.find_for(actor=actor, listing_id=barter_listing_id)):
            messages.add_message(request, tone, sentence)

    return done_or_told(
        request, act, success="", back=lambda: redirect("barter:listing", barter_listing_id)
    )


def _told(found: finding.Search) -> list[tuple[int, str]]:
    """What a search brought, in sentences."""
    made = len(found.made)
    if made:
        text = ngettext("%(n)d swap was proposed.", "%(n)d swaps were proposed.", made)
        told = [(messages.SUCCESS, text % {"n": made})]
    elif found.known:
        told = [(messages.INFO, _("Nothing new: all that fits was proposed or declined before."))]
    else:
        told = [(messages.INFO, _("No swap fits yet. Every night it is looked for again."))]
    if not found.complete:
        text = _("There is more than one search looks through; the best of what it saw is kept.")
        told.append((messages.WARNING, text))
    if found.other_currencies:
        text = ngettext(
            "%(n)d listing in another currency was left out: nothing is converted.",
            "%(n)d listings in other currencies were left out: nothing is converted.",
            found.other_currencies,
        )
        told.append((messages.INFO, text % {"n": found.other_currencies}))
    return told


def _form_page(
    request: HttpRequest, form: ListingForm, wants: Any, listing: BarterListing | None = None
) -> HttpResponse:
    wrong = form.errors or (wants.is_bound and not wants.is_valid())
    context = {"form": form, "wants": wants, "listing": listing}
    return render(request, "barter/form.html", context, status=422 if wrong else 200)
