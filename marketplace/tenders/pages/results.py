"""The result of a tender and its protocol, for both sides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from marketplace.tenders import figures, lowness
from marketplace.tenders.errors import SupplierUnknown
from marketplace.tenders.models import TenderState
from marketplace.tenders.pages.common import done_or_told
from marketplace.tenders.policies import is_buyer, readable_tender
from marketplace.tenders.protocol import protocol_for
from marketplace.tenders.protocol.pdf import protocol_file
from marketplace.tenders.services import ending


@require_safe
@as_actor(Capability.TENDER_READ)
def result(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """How each lot ended; the buyer confirms here."""
    tender = readable_tender(actor, tender_id)
    if not tender.has_ended:
        return redirect("tenders:detail", tender.pk)
    document = protocol_for(actor, tender)
    buyer = is_buyer(actor, tender)
    context = {
        "tender": tender,
        "protocol": with_moments(document),
        "is_buyer": buyer,
        "low_offers": lowness.low_offers(tender) if buyer else [],
        "totals": figures.totals(document) if buyer else None,
        "may_pay": buyer
        and actor.can(Capability.PAYMENT_READ)
        and tender.state == TenderState.AWARDED,
        "may_award": buyer
        and actor.can(Capability.TENDER_AWARD)
        and tender.state == TenderState.CLOSED,
    }
    return render(request, "tenders/result.html", context)


@require_POST
@as_actor(Capability.TENDER_AWARD)
def confirm(request: HttpRequest, actor: Actor, tender_id: UUID, lot: int) -> HttpResponse:
    """Award a lot, or decide that nobody gets it."""
    chosen = request.POST.get("company", "")

    def act() -> None:
        try:
            company_id = UUID(chosen) if chosen and chosen != "nobody" else None
        except ValueError as error:
            raise SupplierUnknown(field="company") from error
        ending.confirm_result(
            actor=actor, tender_id=tender_id, lot=lot, company_id=company_id,
            reason=request.POST.get("reason", ""),
        )  # fmt: skip

    return done_or_told(
        request,
        act,
        success=_("The result of lot %(lot)d is confirmed.") % {"lot": lot},
        back=lambda: redirect("tenders:result", tender_id),
    )


@require_safe
@as_actor(Capability.TENDER_READ)
def protocol(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """The protocol as a page made for printing."""
    tender = readable_tender(actor, tender_id)
    document = protocol_for(actor, tender)
    return render(
        request,
        "tenders/protocol.html",
        {"tender": tender, "protocol": with_moments(document)},
    )


@require_safe
@as_actor(Capability.TENDER_READ)
def protocol_json(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """The same document as JSON."""
    document = protocol_for(actor, readable_tender(actor, tender_id))
    return JsonResponse(
        document,
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers={
            "Content-Disposition": f'attachment; filename="{document["tender"]["reference"]}.json"'
        },
    )


@require_safe
@as_actor(Capability.TENDER_READ)
def protocol_pdf(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """The same document as a PDF, with times in the reader's own zone."""
    file = protocol_file(actor, readable_tender(actor, tender_id))
    return HttpResponse(
        file.content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
    )


def with_moments(value: Any, name: str = "") -> Any:
    """The document with its moments as datetimes, for the page to show in the viewer's zone."""
    if isinstance(value, dict):
        return {key: with_moments(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_moments(inner) for inner in value]
    if isinstance(value, str) and (name.endswith("_at") or name == "at"):
        return parse_datetime(value)
    return value
