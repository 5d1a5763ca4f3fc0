"""The cart: what is in it, what it costs now and why, and sending it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from marketplace.acting import done_or_told
from marketplace.carts import selectors
from marketplace.carts.models import Requisition
from marketplace.carts.services import filling, ordering
from marketplace.catalog import wording
from marketplace.catalog.errors import FieldWrong
from marketplace.catalog.selectors import offer_to_buy

EDIT = Capability.CART_EDIT


@require_safe
@as_actor(EDIT)
def cart(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The lines by supplier and currency."""
    lines = selectors.cart_lines(actor)
    sums = selectors.totals(lines)
    context = {
        "parts": [
            {"part": part, "lines": [_told(each) for each in part.lines]}
            for part in selectors.parts(lines)
        ],
        "sums": sums,
        "orderable": bool(lines) and all(each.is_orderable for each in lines),
        "needs_approval": selectors.needs_approval(actor, sums),
        "removed": selectors.removed_lines(actor)[:10],
    }
    return render(request, "carts/cart.html", context)


def add_panel(request: HttpRequest) -> Mapping[str, Any] | None:
    """The card on the page of an offer; none on one's own."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    match = request.resolver_match
    found = offer_to_buy(actor, match.kwargs["catalog_offer_id"]) if match else None
    if found is None or found.company_id == actor.company_id:
        return None
    asked = {name: request.GET.get(name, "")[:20] for name in ("quantity", "currency")}
    return {"offer": found, "asked": asked}


@require_POST
@as_actor(EDIT)
def add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Put an offer in."""
    return done_or_told(
        request,
        lambda: filling.add_line(
            actor=actor, offer_id=_id(request), quantity=_quantity(request),
            currency=request.POST.get("currency", ""),
        ),
        success=_("It is in your cart."),
        back=lambda: redirect("carts:cart"),
    )  # fmt: skip


@require_POST
@as_actor(EDIT)
def line(request: HttpRequest, actor: Actor, cart_line_id: UUID) -> HttpResponse:
    """Change a line, take it out or put it back."""
    act = request.POST.get("act")

    def do() -> None:
        if act == "remove":
            filling.remove_line(actor=actor, line_id=cart_line_id)
        elif act == "put-back":
            filling.put_back_line(actor=actor, line_id=cart_line_id)
        else:
            wanted = _quantity(request)
            filling.change_line(
                actor=actor, line_id=cart_line_id, quantity=Decimal(0) if wanted is None else wanted
            )

    told = {
        "remove": _("Taken out. You can put it back below."), "put-back": _("It is in again."),
    }  # fmt: skip
    return done_or_told(
        request, do, success=told.get(act or ""), back=lambda: redirect("carts:cart")
    )


@require_POST
@as_actor(EDIT)
def clear(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take everything out."""
    filling.clear_cart(actor=actor)
    messages.success(request, _("Your cart is empty. You can put each line back below."))
    return redirect("carts:cart")


@require_POST
@as_actor(EDIT)
def submit(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Order, or ask for it to be approved."""
    made: list[Requisition] = []
    return done_or_told(
        request,
        lambda: made.append(
            ordering.submit_cart(
                actor=actor, address=request.POST.get("address", ""),
                note=request.POST.get("note", ""),
            )
        ),
        success=_("Sent."),
        back=lambda: (
            redirect("carts:requisition", made[0].pk) if made else redirect("carts:cart")
        ),
    )  # fmt: skip


def _told(shown: selectors.ShownLine) -> dict[str, Any]:
    found = shown.priced
    return {
        "shown": shown,
        "fault": wording.fault_in_words(shown.offer, found.fault) if found and found.fault else "",
        "nothing": wording.NOTHING[found.why] if found and found.why else "",
        "won": wording.WON[found.price.scope] if found and found.price else "",
    }


def _quantity(request: HttpRequest) -> Decimal | None:
    text = request.POST.get("quantity", "").strip().replace(",", ".")
    try:
        return Decimal(text) if text else None
    except InvalidOperation as error:
        raise FieldWrong(field="quantity", reason=_("Write a number.")) from error


def _id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("offer", ""))
    except ValueError as error:
        raise FieldWrong(field="offer", reason=_("Choose from the list.")) from error
