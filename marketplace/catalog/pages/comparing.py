"""Up to four offers side by side; which ones stands in the address."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from marketplace.catalog import comparing, selectors
from marketplace.catalog.services.checks import QUANTITY_DIGITS


@require_safe
@as_actor(Capability.CATALOG_READ)
def compare(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the offers say, where they differ, and what each costs at a quantity."""
    chosen = list(dict.fromkeys(request.GET.getlist("offer")))[: comparing.MOST]
    offers = [selectors.offer_to_buy(actor, _id(each)) for each in chosen]
    asked = _quantity(request.GET.get("quantity", ""))
    answers = selectors.prices_asked(
        actor, [selectors.Asked(each, asked or each.min_order) for each in offers]
    )
    ids = [str(each.pk) for each in offers]
    context = {
        "columns": [
            {
                "offer": each, "priced": answer,
                "without": "&".join(f"offer={other}" for other in ids if other != str(each.pk)),
            }
            for each, answer in zip(offers, answers, strict=True)
        ],
        "rows": comparing.rows(offers),
        "quantity": request.GET.get("quantity", "")[:20],
        "ids": ids,
        "is_full": len(offers) == comparing.MOST,
    }  # fmt: skip
    return render(request, "catalog/compare.html", context)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)  # as good as one that never was


def _quantity(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    fits = value.is_finite() and 0 < value < Decimal(10) ** QUANTITY_DIGITS
    return value if fits else None
