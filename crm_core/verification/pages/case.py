"""One case: what is declared beside what can be checked, documents, screening, and each step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.inviting_companies import invited_by
from crm_core.documents.models import DocumentVersion
from crm_core.screening.wording import capacity
from crm_core.verification import cases
from crm_core.verification.cases import CaseNow
from crm_core.verification.checking import facts
from crm_core.verification.domain.refusals import EvidenceMissing
from crm_core.verification.errors import CaseNotFound
from crm_core.verification.forms import review as forms
from crm_core.verification.forms.review import Step
from crm_core.verification.pages.guard import as_verifier
from crm_core.verification.services import review
from crm_core.verification.wording import blocker, facet_name, facet_names, freshness, paper_name
from infra.problems import STATUS, message
from kernel.errors import FairfallError

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Deed:
    """A step: its form, the service behind it, and the words when it is done."""

    form: type[Step]
    do: Callable[..., Any]
    done: str | Promise


STEPS = {
    deed.form.name: deed
    for deed in (
        Deed(forms.TakeForm, review.take, _("The case is yours.")),
        Deed(forms.HandOverForm, review.hand_over, _("The case is handed over.")),
        Deed(forms.AskForm, review.request_info, _("The company was asked.")),
        Deed(forms.PaperForm, review.decide_document, _("Your word on the document is kept.")),
        Deed(forms.ProposeForm, review.propose, _("A second person decides now.")),
        Deed(forms.MeasureForm, review.propose, _("A second person decides now.")),
        Deed(forms.AppealForm, review.propose, _("A second person decides now.")),
        Deed(forms.SuspendForm, review.suspend, _("The company is suspended from now on.")),
        Deed(forms.ConfirmForm, review.confirm, _("The decision is in force.")),
        Deed(forms.SendBackForm, review.send_back, _("The proposal was sent back.")),
    )
}


@require_safe
@as_verifier
def case(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """Everything a decision is made on, and what may be done now."""
    return _page(request, actor, company_id)


@require_POST
@as_verifier
def act(request: HttpRequest, actor: Actor, company_id: UUID, step: str) -> HttpResponse:
    """Do one step; refused, the page says why beside the field."""
    now = cases.case(actor, company_id)
    deed = STEPS.get(step)
    if deed is None:
        raise CaseNotFound()
    about = f"_{request.POST.get('version', '')}" if step == "paper" else ""
    form = _form(deed.form, actor, now, request.POST, about=about)
    status = 422
    if form.is_valid():
        try:
            deed.do(actor=actor, company_id=company_id, **form.values())
        except EvidenceMissing as error:
            status = STATUS[error.kind]
            for text in [message(error), *map(blocker, error.data["blockers"])]:
                form.add_error(None, text)
        except FairfallError as error:
            status = STATUS[error.kind]
            form.add_error(error.field if error.field in form.fields else None, message(error))
        else:
            messages.success(request, deed.done)
            return redirect("verification:case", company_id)
    return _page(request, actor, company_id, bound=form, status=status)


@require_safe
@as_verifier
def entry(request: HttpRequest, actor: Actor, company_id: UUID, number: int) -> HttpResponse:
    """One entry of the history with the evidence it stood on."""
    company = cases.company(actor, company_id)
    found = cases.entry(actor, company_id, number)
    evidence = found.evidence or {}
    screening = evidence.get("screening", {})
    declared = evidence.get("declared", {})
    context = {
        "company": company,
        "entry": found,
        "facets": facet_names(evidence.get("facets", found.about.get("facets", ()))),
        "documents": [
            {**each, "paper": paper_name(each["key"])} for each in evidence.get("documents", ())
        ],
        "screening": screening,
        "screenings": _screenings(screening.get("snapshot", {})),
        "missing": evidence.get("missing", ()),
        "facts": facts(declared, company) if declared else (),
        "whole": orjson.dumps(evidence, option=orjson.OPT_INDENT_2).decode() if evidence else "",
    }
    return render(request, "verification/entry.html", context)


def _form(kind: type[Step], actor: Actor, now: CaseNow, data: Any = None, about: str = "") -> Step:
    options: dict[str, Any] = {}
    if kind is forms.HandOverForm:
        options["people"] = review.colleagues(actor, now.company.pk)
    if kind is forms.MeasureForm:
        options["measure"] = now.file.measure
    if data is None:
        options["initial"] = {"risk": now.file.risk, "seen": now.file.entries_count}
    return kind(data, about=about, **options)


def _page(
    request: HttpRequest,
    actor: Actor,
    company_id: UUID,
    *,
    bound: Step | None = None,
    status: int = 200,
) -> HttpResponse:
    now = cases.case(actor, company_id)
    file, changed = now.file, now.changed
    entries = Paginator(cases.entries(actor, company_id), PER_PAGE)
    steps = {
        name.replace("-", "_"): bound
        if bound is not None and bound.name == name
        else _form(STEPS[name].form, actor, now)
        for name in _possible(actor, now)
    }
    if bound is not None and isinstance(bound, forms.ConfirmForm):
        # What is shown now is what a second try confirms.
        bound.data = bound.data.copy()
        bound.data["seen"] = str(file.entries_count)
    context = {
        "company": now.company,
        "file": file,
        "clock": cases.clock(file),
        "asked": facet_names(now.asked),
        "facets": [(each, facet_name(each.key)) for each in file.facets.all()] if file.pk else (),
        "facts": [
            (each, each.part in changed) for each in facts(now.evidence.declared, now.company)
        ],
        "people": now.evidence.declared["people"],
        "people_changed": "people" in changed,
        "blockers": [blocker(each) for each in now.blockers],
        "paper_groups": _grouped(actor, now, bound),
        "screening": now.evidence.screening_snapshot,
        "screenings": _screenings(now.evidence.screening_snapshot),
        "may_screen": actor.can(Capability.SCREENING_READ),
        "steps": steps,
        "stray": bound if bound is not None and bound.name.replace("-", "_") not in steps
        and bound.name != "paper" else None,
        "is_reviewer": file.assignee_id == actor.user_id,
        "is_maker": file.proposed_by_id == actor.user_id,
        "may_decide_papers": file.state == "in_review" and file.assignee_id == actor.user_id,
        "entries": entries.get_page(request.GET.get("page")),
        "invited": invited_by(company_id),
    }  # fmt: skip
    return render(request, "verification/case.html", context, status=status)


def _possible(actor: Actor, now: CaseNow) -> list[str]:
    """The steps the page offers; the services judge again."""
    file = now.file
    mine = file.assignee_id == actor.user_id
    found = []
    if file.state in ("submitted", "in_review", "info_requested") and not mine:
        found.append("take")
    if file.state in ("in_review", "info_requested") and mine:
        found.append("hand-over")
    if file.state == "in_review" and mine:
        found.append("ask")
        if not file.proposed_action:
            found.append("propose")
    if file.proposed_action:
        found.append("send-back")
        if file.proposed_by_id != actor.user_id:
            found.append("confirm")
    else:
        found.append("measure")
        if file.appeal == "open":
            found.append("appeal")
    if file.measure == "none":
        found.append("suspend")
    return found


def _grouped(actor: Actor, now: CaseNow, bound: Step | None) -> list[tuple[str, list[Any]]]:
    """Papers by what is to be done about them, each with its name, its age and its form."""
    groups: dict[str, list[Any]] = {"missing": [], "submitted": [], "approved": [], "others": []}
    for paper in now.papers:
        waiting = paper.of("submitted")
        form = _paper_form(actor, now, waiting, bound) if waiting is not None else None
        fresh = freshness(paper.required) if paper.required else ""
        if waiting is not None:
            group = "submitted"
        elif paper.of("approved") is not None:
            group = "approved"
        else:
            group = "missing" if paper.required else "others"
        groups[group].append((paper, paper_name(paper.key), fresh, form))
    labels = {
        "missing": _("Missing"), "submitted": _("To be checked"), "approved": _("Accepted"),
        "others": _("No longer in use"),
    }  # fmt: skip
    return [(str(labels[key]), rows) for key, rows in groups.items() if rows]


def _paper_form(actor: Actor, now: CaseNow, waiting: DocumentVersion, bound: Step | None) -> Step:
    refused = bound if bound is not None and bound.name == "paper" else None
    if refused is not None and refused.data.get("version") == str(waiting.pk):
        return refused
    form = _form(forms.PaperForm, actor, now, about=f"_{waiting.pk}")
    form.initial = {"version": waiting.pk}
    return form


def _screenings(snapshot: Any) -> list[dict[str, Any]]:
    return [{**each, "is": capacity(each["capacity"])} for each in snapshot.get("screenings", ())]
