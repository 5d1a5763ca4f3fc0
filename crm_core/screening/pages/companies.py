"""What was found about a company and the people it names, and when."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.screening import selectors
from crm_core.screening.models import Hit
from crm_core.screening.pages.guard import as_screener
from crm_core.screening.services import running
from crm_core.screening.standing import company_standing
from crm_core.screening.wording import capacity, reason, source_name

PER_PAGE = 25


@require_safe
@as_screener()
def company(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """How the company stands, whom it names, its hits and all snapshots."""
    found = selectors.company(actor, company_id)
    standing = company_standing(company_id)
    hits = list(selectors.hits(actor).filter(subject__company_id=company_id)[:100])
    context = {
        "company": found,
        "standing": standing,
        "reasons": [reason(each) for each in standing.reasons],
        "subjects": [
            (each, capacity(each.capacity), sum(hit.subject_id == each.pk for hit in hits))
            for each in selectors.subjects(actor, company_id)
        ],
        "hits": hits,
        "open_state": Hit.State.OPEN,
        "screenings": Paginator(selectors.screenings(actor, company_id), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "may_ask": actor.can(Capability.SCREENING_DECIDE),
    }
    return render(request, "screening/company.html", context)


@require_POST
@as_screener(Capability.SCREENING_DECIDE)
def screen_now(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """Have the company and the people it names screened."""
    running.ask(actor=actor, company_id=company_id)
    messages.success(request, _("The comparison with the lists is under way."))
    return redirect("screening:company", company_id)


@require_safe
@as_screener()
def screening(request: HttpRequest, actor: Actor, screening_id: UUID) -> HttpResponse:
    """One snapshot: what was compared with which versions, and what was found then."""
    found = selectors.screening(actor, screening_id)
    context = {
        "screening": found,
        "subject": found.subject,
        "lists": [(each, source_name(each["source"])) for each in found.lists],
        "reasons": [reason(each) for each in found.reasons],
        "evidences": found.evidences.select_related("entity", "hit").order_by("-score", "id"),
    }
    return render(request, "screening/screening.html", context)
