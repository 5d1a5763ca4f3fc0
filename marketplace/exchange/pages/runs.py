"""Imports: uploaded, watched, compared, approved, made active and taken back; the export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from infra.problems import STATUS
from infra.sheets import MEDIA_TYPES
from kernel.errors import FairfallError
from marketplace.acting import done_or_told, put_error
from marketplace.catalog.policies import require_seller
from marketplace.exchange import selectors, wording
from marketplace.exchange.domain.difference import Verdict, differing
from marketplace.exchange.models import ImportRow, ImportRun, RunState
from marketplace.exchange.pages.forms import MomentForm, RuleForm, UploadForm
from marketplace.exchange.policies import may_approve, own_run
from marketplace.exchange.services import files
from marketplace.exchange.services import imports as services
from reference.errors import TableRefused
from reference.wording import refusal

PER_PAGE = 25
READ, EDIT = Capability.CATALOG_READ, Capability.OFFER_EDIT


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(READ)
def imports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The company's imports, a file to upload, and what may be downloaded."""
    require_seller(actor, EDIT if request.method == "POST" else READ)
    form = UploadForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                run = services.upload(actor=actor, **form.cleaned_data)
            except TableRefused as error:
                form.add_error("file", refusal(error))
            except FairfallError as error:
                put_error(form, error)
                status = STATUS[error.kind]
            else:
                return redirect("exchange:run", run.pk)
    return _list(request, actor, form, status)


@require_safe
@as_actor(READ)
def template(request: HttpRequest, actor: Actor) -> HttpResponse:
    """An empty file with every column, and with the attributes of ``?category=``."""
    form = _form(request)
    content = files.template(actor=actor, form=form, category=request.GET.get("category", ""))
    return _file(content, form, f"offers-template.{form}")


@require_safe
@as_actor(READ)
def export(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every offer of the company as a file that can be imported again."""
    form = _form(request)
    return _file(files.export(actor=actor, form=form), form, f"offers.{form}")


@require_POST
@as_actor(READ)
def rule(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Set the limits beyond which a second person approves."""
    require_seller(actor, Capability.COMPANY_MANAGE)
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _list(request, actor, UploadForm(), 422, form)
    services.set_rule(actor=actor, **form.cleaned_data)
    messages.success(request, _("The limits hold from the next import on."))
    return redirect("exchange:imports")


@require_safe
@as_actor(READ)
def detail(request: HttpRequest, actor: Actor, import_run_id: UUID) -> HttpResponse:
    """What an import changes, row by row."""
    run = own_run(actor, import_run_id)
    verdict, moved = request.GET.get("verdict", ""), request.GET.get("moved", "")
    found = selectors.rows(actor, run.pk, verdict=verdict, moved=moved)
    page = Paginator(found.defer("cells"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **_progress(run),
        "page": page,
        "rows": [_told(each) for each in page],
        "verdict": verdict,
        "moved": moved,
        "parts": [
            ("new", _("New"), run.new), ("changed", _("Changed"), run.changed),
            ("same", _("Unchanged"), run.same), ("gone", _("Gone"), run.gone),
            ("wrong", _("Wrong"), run.wrong),
        ],
        "may_act": actor.can(Capability.OFFER_PUBLISH) and not run.works,
        "may_approve": may_approve(actor) and run.created_by_id != actor.user_id,
        "may_refuse": may_approve(actor),
        "moment": MomentForm(),
        "changes": run.new + run.changed + run.gone,
    }  # fmt: skip
    return render(request, "exchange/run.html", context)


@require_safe
@as_actor(READ)
def progress(request: HttpRequest, actor: Actor, import_run_id: UUID) -> HttpResponse:
    """The card of an import at work; it asks for itself again until the work is done."""
    run = own_run(actor, import_run_id)
    answer = render(request, "exchange/progress.html", _progress(run))
    if not run.works:
        answer["HX-Refresh"] = "true"
    return answer


@require_safe
@as_actor(READ)
def errors(request: HttpRequest, actor: Actor, import_run_id: UUID) -> HttpResponse:
    """The uploaded file with a column of reasons."""
    form, _name, content = files.with_errors(actor=actor, run_id=import_run_id)
    return _file(content, form, f"offers-errors.{form}")


@require_POST
@as_actor(READ)
def approve(request: HttpRequest, actor: Actor, import_run_id: UUID) -> HttpResponse:
    """Let an import go on."""
    return _act(
        request, import_run_id, _("Approved: it can be made active."),
        lambda: services.approve(actor=actor, run_id=import_run_id),
    )  # fmt: skip


@require_POST
@as_actor(READ)
def refuse(request: HttpRequest, actor: Actor, import_run_id: UUID) -> HttpResponse:
    """Give an import up."""
    return _act(
        request, import_run_id, _("Given up; no offer has changed."),
        lambda: services.refuse(actor=actor, run_id=import_run_id),
    )  # fmt: skip


@require_POST
@as_actor(Capability.OFFER_PUBLISH)
def activate(request: HttpRequest, actor: Actor, import_run_id: UUID) -> HttpResponse:
    """Make an import active, now or at a moment."""
    own_run(actor, import_run_id)
    form = MomentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write a moment to come."))
        return redirect("exchange:run", import_run_id)
    return _act(
        request, import_run_id, "",
        lambda: services.activate(actor=actor, run_id=import_run_id, at=form.cleaned_data["at"]),
    )  # fmt: skip


@require_POST
@as_actor(Capability.OFFER_PUBLISH)
def roll_back(request: HttpRequest, actor: Actor, import_run_id: UUID) -> HttpResponse:
    """Take an active import back."""
    return _act(
        request, import_run_id, "",
        lambda: services.roll_back(actor=actor, run_id=import_run_id),
    )  # fmt: skip


def _act(request: HttpRequest, run_id: UUID, success: str, act: Callable[[], Any]) -> HttpResponse:
    return done_or_told(
        request, act, success=success, back=lambda: redirect("exchange:run", run_id)
    )


def _list(
    request: HttpRequest, actor: Actor, form: UploadForm, status: int,
    rule_form: RuleForm | None = None,
) -> HttpResponse:  # fmt: skip
    page = Paginator(selectors.runs(actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rule_form": rule_form or RuleForm(initial=RuleForm.initial_of(selectors.rule(actor))),
        "may_edit": actor.can(EDIT),
        "may_rule": actor.can(Capability.COMPANY_MANAGE),
    }
    return render(request, "exchange/imports.html", context, status=status)


def _progress(run: ImportRun) -> dict[str, Any]:
    return {
        "run": run,
        "failure": wording.failure(run),
        "asked": wording.asked(run),
        "is_reading": run.state in (RunState.RECEIVED, RunState.READING),
    }


def _told(row: ImportRow) -> dict[str, Any]:
    """A row with the columns that differ: name, before, after."""
    before: dict[str, str] = row.before or {}
    shown = row.verdict == Verdict.CHANGED
    return {
        "row": row,
        "differing": [
            (name, before.get(name, ""), row.after.get(name, ""))
            for name in (differing(before, row.after) if shown else ())
        ],
        "before": before.get("currency", ""),
        "currency": row.after.get("currency", ""),
    }


def _form(request: HttpRequest) -> str:
    form = request.GET.get("form", "csv")
    return form if form in files.FORMS else "csv"


def _file(content: bytes, form: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=MEDIA_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
