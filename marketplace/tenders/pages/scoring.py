"""The values of the criteria, lot by lot: one row a supplier, saved together."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auctions.domain.terms_scoring import CriterionKind
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from kernel.decimals import to_wire
from marketplace.tenders.models import TenderState
from marketplace.tenders.services import scoring

PER_PAGE = 25
UNITS = {CriterionKind.PERCENT: "%", CriterionKind.WEIGHT: ""}


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(Capability.TENDER_READ)
def values(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Every supplier's values on one lot. What is fixed already is only shown."""
    tender, found = scoring.scored_suppliers(actor, tender_id)
    terms = scoring.scored_terms(tender)
    text = request.GET.get("lot", "1")
    lot = int(text) if text.isdecimal() and len(text) < 5 else 0
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = scoring.valued(tender, list(page), lot)
    wrong: dict[UUID, tuple[int | None, str]] = {}
    if request.method == "POST":
        count = len(terms.scoring.criteria)  # type: ignore[union-attr]
        given = {
            row.company_id: typed
            for row in rows
            if not row.fixed and (typed := _typed(request, row, count)) is not None
        }
        errors = scoring.set_all(actor=actor, tender_id=tender_id, lot=lot, given=given)
        if not errors:
            messages.success(request, _("Saved. Each supplier sees its own values."))
            back = reverse("tenders:scoring", args=[tender_id])
            return redirect(f"{back}?lot={lot}&page={page.number}")
        wrong = {company: scoring.told(error) for company, error in errors.items()}
    context = {
        "tender": tender,
        "terms": terms,
        "lot": lot,
        "criteria": [
            {"name": each.name, "unit": UNITS.get(each.kind, tender.currency), "most": each.most}
            for each in terms.scoring.criteria  # type: ignore[union-attr]
        ],
        "page": page,
        "rows": [_row(request, row, wrong.get(row.company_id), terms) for row in rows],
        "may_set": actor.can(Capability.TENDER_PUBLISH)
        and tender.state == TenderState.PUBLISHED
        and any(not row.fixed for row in rows),
    }
    return render(request, "tenders/scoring.html", context, status=422 if wrong else 200)


def _typed(request: HttpRequest, row: scoring.Valued, count: int) -> list[str] | None:
    """What was typed for one supplier; None where nothing was, or nothing changed."""
    typed = [
        request.POST.get(f"v-{row.company_id}-{place}", "").strip()[:40]
        for place in range(1, count + 1)
    ]
    kept = [] if row.values is None else [to_wire(value) for value in row.values]
    return typed if any(typed) and typed != kept else None


def _row(
    request: HttpRequest, row: scoring.Valued, wrong: tuple[int | None, str] | None, terms: Any
) -> dict[str, Any]:
    cells = []
    for place, _criterion in enumerate(terms.scoring.criteria, start=1):
        name = f"v-{row.company_id}-{place}"
        kept = "" if row.values is None else to_wire(row.values[place - 1])
        cells.append(
            {
                "name": name,
                "value": request.POST.get(name, kept) if wrong else kept,
                "error": wrong[1] if wrong and wrong[0] == place else "",
            }
        )
    whole = wrong[1] if wrong and wrong[0] is None else ""
    return {"name": row.name, "fixed": row.fixed, "cells": cells, "error": whole}
