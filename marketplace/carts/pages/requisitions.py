"""Requisitions: the list, one to decide on, and the company's rules of approval."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from marketplace import lists
from marketplace.acting import done_or_told
from marketplace.carts import selectors
from marketplace.carts.models import RequisitionState
from marketplace.carts.services import ordering
from marketplace.catalog.errors import FieldWrong
from marketplace.orders.models import Order, OrderSource

PER_PAGE = 25
READ, APPROVE, MANAGE = Capability.ORDER_READ, Capability.ORDER_APPROVE, Capability.COMPANY_MANAGE


@require_safe
@as_actor(READ)
def requisition_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What was asked for, latest first."""
    state = request.GET.get("state", "")
    found = selectors.requisitions(actor, state=state)
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "states": RequisitionState.choices,
        "may_rule": actor.can(MANAGE) and actor.company_buys,
    }
    return render(request, "carts/requisitions.html", context)


@require_safe
@as_actor(READ)
def requisition(request: HttpRequest, actor: Actor, requisition_id: UUID) -> HttpResponse:
    """One requisition with its lines, and the orders that it led to."""
    found = selectors.requisition(actor, requisition_id)
    waits = found.state == RequisitionState.WAITING
    context = {
        "requisition": found,
        "lines": found.lines.select_related("offer__company", "offer__product"),
        "orders": Order.objects.filter(source=OrderSource.CART, source_id=found.pk).select_related(
            "supplier"
        ),
        "may_decide": waits and actor.can(APPROVE) and found.asked_by_id != actor.user_id,
    }
    return render(request, "carts/requisition.html", context)


@require_POST
@as_actor(APPROVE)
def approve(request: HttpRequest, actor: Actor, requisition_id: UUID) -> HttpResponse:
    """Say yes."""
    return done_or_told(
        request,
        lambda: ordering.approve(actor=actor, requisition_id=requisition_id),
        success=_("Decided. Who asked is told."),
        back=lambda: redirect("carts:requisition", requisition_id),
    )


@require_POST
@as_actor(APPROVE)
def send_back(request: HttpRequest, actor: Actor, requisition_id: UUID) -> HttpResponse:
    """Return with the reason."""
    return done_or_told(
        request,
        lambda: ordering.send_back(
            actor=actor, requisition_id=requisition_id, reason=request.POST.get("reason", "")
        ),
        success=_("Decided. Who asked is told."),
        back=lambda: redirect("carts:requisition", requisition_id),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(MANAGE)
def rules(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Up to which amount people order alone, by currency."""
    if request.method == "POST":
        return done_or_told(
            request,
            lambda: ordering.set_rule(
                actor=actor,
                currency=request.POST.get("currency", ""),
                limit=_amount(request.POST.get("limit", "")),
            ),
            success=_("Saved."),
            back=lambda: redirect("carts:rules"),
        )
    context = {"rules": selectors.rules(actor), "currencies": lists.currencies()}
    return render(request, "carts/rules.html", context)


def _amount(text: str) -> Decimal | None:
    plain = text.strip().replace(",", ".")
    try:
        return Decimal(plain) if plain else None
    except InvalidOperation as error:
        raise FieldWrong(field="limit", reason=_("Write a number.")) from error
