"""The frames of the live pages; everything in them is filled from the live protocol."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from auctions.domain.formats import RULES
from auctions.domain.terms import Format
from auctions.pages.devices import with_device
from auctions.pages.format_parts import BID_BOX, BOXES, CARDS, LEVEL_BOX
from auctions.pages.listing import auctions_of
from auctions.pages.opening import HAS_KEYS
from auctions.pages.words import Words, shared
from auctions.pages.words_console import console as console_words
from auctions.pages.words_formats import formats, in_place_of
from auctions.pages.words_room import room as room_words
from auctions.services.policies import Place, place_of
from auctions.subject import subject_from
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from ui.slots import subject_pages

PER_PAGE = 25
SUPPLIER = "supplier"
BUYER = "buyer"


@require_safe
@as_actor(Capability.AUCTION_WATCH)
def auction_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The auctions of the actor's company, open ones first shown."""
    shown = request.GET.get("show", "open")
    found = auctions_of(actor, is_open={"open": True, "ended": False}.get(shown))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "auction": auction,
            "subject": subject_from(auction.subject),
            "is_mine": auction.owner_id == actor.company_id,
        }
        for auction in page
    ]
    choices = [("open", _("Open")), ("ended", _("Ended")), ("all", _("All"))]
    context = {"page": page, "rows": rows, "shown": shown, "choices": choices}
    return render(request, "auctions/list.html", context)


@require_safe
@never_cache
@as_actor()
def room(request: HttpRequest, actor: Actor, auction_id: UUID) -> HttpResponse:
    """The supplier's live bidding; everybody else is sent to the console."""
    place = place_of(actor, auction_id)
    if place.role != SUPPLIER:
        return redirect("auctions:console", auction_id=auction_id)
    return with_device(request, _frame(request, actor, place, mode="room", words=room_words()))


@require_safe
@never_cache
@as_actor()
def console(request: HttpRequest, actor: Actor, auction_id: UUID) -> HttpResponse:
    """The live console of buyer, neutral person and auditor; suppliers are sent to their room."""
    place = place_of(actor, auction_id)
    if place.role == SUPPLIER:
        return redirect("auctions:room", auction_id=auction_id)
    return _frame(request, actor, place, mode="console", words=console_words())


@require_safe
@as_actor()
def verify(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How anybody checks an auction's ledger without trusting this site."""
    return render(request, "auctions/verify.html", {"actor": actor})


def _frame(
    request: HttpRequest, actor: Actor, place: Place, *, mode: str, words: Words
) -> HttpResponse:
    subject = subject_from(place.auction.subject)
    ledger_url = _api_url("api-auction-ledger", place)
    query = urlencode({"company": str(actor.company_id)})
    config: dict[str, Any] = {
        "mode": mode,
        "auction": str(place.auction.pk),
        "company": str(actor.company_id),
        "user": str(actor.user_id),
        "socket": f"/ws/auctions/{place.auction.pk}/?{query}",
        "format": place.auction.format,
        "urls": {
            "ledger": ledger_url,
            "subject": subject.link,
            "observers": _observers_url(place),
            "receipts": _api_url("api-auction-receipts", place),
            "bids": _api_url("api-auction-own-bids", place),
        },
        "strings": in_place_of(place.auction.format, {**shared(), **formats(), **words}),
    }
    context = {
        "config": config,
        "format_card": CARDS.get(place.auction.format),
        "offer_box": BOXES.get(place.auction.format, BID_BOX),
        "sealed": place.auction.format in HAS_KEYS,
        "budgets": RULES[Format(place.auction.format)].budgets,
        "levels": BOXES.get(place.auction.format) == LEVEL_BOX,
        "subject": subject,
        "owner": place.auction.owner.legal_name,
        "ledger_url": ledger_url,
        "subject_pages": subject_pages(subject.urn, request),
        "is_buyer": place.role == BUYER,
        "sees_alerts": place.role == BUYER
        and (actor.can(Capability.AUCTION_RUN) or actor.can(Capability.AUDIT_READ)),
        "is_practice": place.auction.is_practice,
    }
    return render(request, f"auctions/{mode}.html", context)


def _api_url(name: str, place: Place) -> str:
    """An address of the API for this auction; empty on a site without the API."""
    try:
        return reverse(name, kwargs={"auction_id": place.auction.pk})
    except NoReverseMatch:
        return ""


def _observers_url(place: Place) -> str:
    """Where the API keeps the observer links; empty for those who may not hand any out."""
    if "pause" not in place.may or place.role != BUYER:
        return ""
    return _api_url("api-auction-observers", place)
