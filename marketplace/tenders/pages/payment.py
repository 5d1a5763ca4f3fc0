"""The page that tells the buyer to which accounts the winners are paid."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from marketplace.tenders.payment import payment_data


@require_safe
@never_cache
@as_actor(Capability.PAYMENT_READ)
def payment(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Winner by winner, with what is not verified said as such."""
    tender, winners = payment_data(actor, tender_id)
    return render(request, "tenders/payment.html", {"tender": tender, "winners": winners})
