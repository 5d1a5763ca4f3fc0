"""Hits: the queue, one hit with its explanation and its decision, and the export."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.screening import selectors
from crm_core.screening.explaining import explained
from crm_core.screening.exports import MEDIA_TYPES, export
from crm_core.screening.forms import DecisionForm
from crm_core.screening.freshness import active_lists, wanting
from crm_core.screening.models import Hit, HitDecision, Subject
from crm_core.screening.pages.guard import as_screener
from crm_core.screening.services import policy
from crm_core.screening.services.decisions import decide
from crm_core.screening.wording import capacity, reason, source_name
from infra.problems import STATUS, message
from kernel.clock import utc_now
from kernel.errors import FairfallError

PER_PAGE = 25


@require_safe
@as_screener()
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open hits, those that wait longest first; ``?state=``, ``list``, ``kind``, ``search``."""
    chosen = _filters(request)
    everything = selectors.hits(actor)
    page = Paginator(selectors.hits(actor, **chosen), PER_PAGE).get_page(request.GET.get("page"))
    codes = selectors.sources(actor).values_list("code", flat=True)
    reasons = wanting(active_lists(), policy.in_force(), utc_now())
    context = {
        "hits": page,
        "chosen": chosen,
        "states": Hit.State.choices,
        "kinds": Subject.Kind.choices,
        "lists": [(code, source_name(code)) for code in codes],
        "open_count": everything.filter(state=Hit.State.OPEN).count(),
        "true_count": everything.filter(state=Hit.State.TRUE).count(),
        "reasons": [reason(each) for each in reasons],
        "run": selectors.runs(actor).first(),
        "query": request.GET.urlencode(),
    }
    return render(request, "screening/queue.html", context)


@require_safe
@as_screener()
def export_hits(request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
    """The hits of the same filters as a file."""
    body = export(selectors.hits(actor, **_filters(request)), form)
    answer = HttpResponse(body, content_type=MEDIA_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="screening-hits.{form}"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@as_screener()
def hit_detail(request: HttpRequest, actor: Actor, hit_id: UUID) -> HttpResponse:
    """The company beside the listed entity, why they are alike, and the decision."""
    hit = selectors.hit(actor, hit_id)
    form = DecisionForm(request.POST or None, initial=_seen(hit))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                decide(actor=actor, hit_id=hit_id, **form.values())
            except FairfallError as error:
                status = STATUS[error.kind]
                hit = selectors.hit(actor, hit_id)  # it may have moved on: what is shown is new
                form = DecisionForm({**request.POST.dict(), **_seen(hit)})
                form.add_error(error.field if error.field in form.fields else None, message(error))
            else:
                messages.success(request, _("The decision is recorded."))
                return redirect("screening:hit", hit_id)
    return render(request, "screening/hit.html", _hit_context(actor, hit, form), status=status)


def _hit_context(actor: Actor, hit: Hit, form: DecisionForm) -> dict[str, object]:
    evidence = hit.evidence
    entity = evidence.entity if evidence is not None else None
    told = None
    if evidence is not None and entity is not None:
        told = explained(
            evidence.explanation, subject_kind=hit.subject.kind, listed_kind=entity.kind
        )
    return {
        "hit": hit,
        "subject": hit.subject,
        "capacity": capacity(hit.subject.capacity),
        "entity": entity,
        "entity_names": list(entity.names.all()[:60]) if entity is not None else [],
        "source": source_name(hit.source.code),
        "told": told,
        "screening": evidence.screening if evidence is not None else None,
        "decisions": hit.decisions.select_related("decided_by", "evidence__screening"),
        "evidences": hit.evidences.select_related("screening")[:10],
        "form": form,
        "may_decide": actor.can(Capability.SCREENING_DECIDE) and hit.state != Hit.State.GONE,
        "verdicts": HitDecision.Verdict.choices,
    }


def _seen(hit: Hit) -> dict[str, object]:
    """What a decision is made on."""
    return {"evidence": hit.evidence_id, "decision": hit.decision_id or ""}


def _filters(request: HttpRequest) -> dict[str, str]:
    """Open hits unless another state, or ``all``, is asked for."""
    return {
        "state": request.GET.get("state", Hit.State.OPEN),
        "source_code": request.GET.get("list", "")[:60],
        "kind": request.GET.get("kind", ""),
        "search": request.GET.get("search", "").strip()[:200],
    }
