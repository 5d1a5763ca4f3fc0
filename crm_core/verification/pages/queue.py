"""The verifiers' queue, all companies, and both as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Standing
from crm_core.people.models import User
from crm_core.verification import cases, exports
from crm_core.verification.models import RiskLevel, VerificationFile
from crm_core.verification.pages.guard import as_verifier
from crm_core.verification.wording import facet_names
from kernel.clock import utc_now

PER_PAGE = 25
PANEL = 6
VIEWS = {
    "todo": _("To do"),
    "mine": _("Mine"),
    "second": _("For a second person"),
    "asked": _("Companies asked"),
    "appeals": _("Appeals"),
    "open": _("All open"),
}


@require_safe
@as_verifier
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open cases, oldest first; ``?view=``, ``assignee``, ``risk``, ``search``."""
    chosen = _filters(request)
    page = Paginator(cases.queue(actor, **chosen), PER_PAGE).get_page(request.GET.get("page"))
    counted = cases.counts(actor)
    reviewing = VerificationFile.objects.exclude(assignee=None).values("assignee")
    context = {
        "cases": page,
        "rows": [(each, *row(each)) for each in page],
        "views": [(key, label, counted[key]) for key, label in VIEWS.items()],
        "chosen": chosen,
        "people": User.objects.filter(pk__in=reviewing).order_by("full_name", "pk"),
        "risks": RiskLevel.choices,
        "filtered": any(chosen[name] for name in ("assignee", "risk", "search")),
        "query": request.GET.urlencode(),
        "own_id": str(actor.user_id),
    }
    return render(request, "verification/queue.html", context)


@require_safe
@as_verifier
def export_cases(request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
    """The cases of the same filters as a file."""
    return _file(exports.cases(cases.queue(actor, **_filters(request)), form), "cases", form)


@require_safe
@as_verifier
def companies(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Companies on the platform; ``?standing=``, ``search``."""
    chosen = _company_filters(request)
    found = cases.companies(actor, **chosen)
    context = {
        "companies": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "standings": Standing.choices,
        "may_invite": actor.can(Capability.COMPANY_INVITE),
        "query": request.GET.urlencode(),
    }
    return render(request, "verification/companies.html", context)


@require_safe
@as_verifier
def export_companies(request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
    """The companies of the same filters as a file."""
    found = cases.companies(actor, **_company_filters(request))
    return _file(exports.companies(found, form), "companies", form)


def queue_panel(request: HttpRequest) -> Mapping[str, Any]:
    """The home page's card: the oldest cases. Registered in config.slots."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    waiting = cases.queue(actor)
    return {
        "rows": [(each, *row(each)) for each in waiting[:PANEL]], "waiting_total": waiting.count(),
    }  # fmt: skip


def row(file: VerificationFile) -> tuple[cases.Clock | None, str]:
    """What a list shows of a case besides its fields."""
    return cases.clock(file, utc_now()), facet_names(file.asked)


def _filters(request: HttpRequest) -> dict[str, str]:
    asked = request.GET
    view = asked.get("view", "todo")
    return {
        "view": view if view in VIEWS else "todo",
        "assignee": asked.get("assignee", "")[:36],
        "risk": asked.get("risk", ""),
        "search": asked.get("search", "").strip()[:200],
    }


def _company_filters(request: HttpRequest) -> dict[str, str]:
    return {
        "standing": request.GET.get("standing", ""),
        "search": request.GET.get("search", "").strip()[:200],
    }


def _file(body: bytes, name: str, form: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=exports.MEDIA_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["Cache-Control"] = "no-store"
    return answer
