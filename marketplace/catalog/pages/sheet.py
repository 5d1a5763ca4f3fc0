"""The sheet: own offers by line, their values changed in place."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from marketplace.catalog import selectors
from marketplace.catalog.models import OfferState
from marketplace.catalog.policies import require_seller
from marketplace.catalog.services.sheet import COLUMNS, MOST_CELLS, sheet

PER_PAGE = 50
EDIT = Capability.OFFER_EDIT


@require_safe
@as_actor(EDIT)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A page of own offers, by state and words."""
    require_seller(actor, EDIT)
    state = request.GET.get("state", "")
    words = request.GET.get("q", "").strip()[:200]
    found = selectors.own_offers(actor, state=state, search=words)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = sheet(actor, list(page))
    context = {
        "page": page,
        "columns": list(COLUMNS.values()),
        "rows": [
            (row, [(each, row.cells[each.key], each.key in row.fixed) for each in COLUMNS.values()])
            for row in rows
        ],
        "state": state if state in OfferState.values else "",
        "words": words,
        "states": OfferState.choices,
        "config": _config(actor),
    }
    return render(request, "catalog/sheet.html", context)


def _config(actor: Actor) -> dict[str, Any]:
    return {
        "address": reverse("api-own-offer-cells"),
        "company": str(actor.company_id),
        "most": MOST_CELLS,
        "strings": {
            "saved": _("Saved."),
            "undone": _("Undone."),
            "redone": _("Done again."),
            "failed": _("Nothing was saved: the server could not be reached. Your values are still "
                        "in the cells."),
            "many": _("Paste %(most)d cells at a time at most.") % {"most": MOST_CELLS},
            "outside": _("What was pasted reaches beyond the last line or column; nothing was "
                         "changed."),
            "fixed": _("What was pasted covers a cell that is not changed here; nothing was "
                       "changed."),
        },
    }  # fmt: skip
