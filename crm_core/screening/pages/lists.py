"""Lists: what is active, how old it is, versions and their differences, uploads, the setting."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.screening import selectors
from crm_core.screening.forms import AgeForm, PolicyForm, UploadForm
from crm_core.screening.freshness import ActiveList
from crm_core.screening.models import ListSource, ListVersion, ScreeningPolicy
from crm_core.screening.pages.guard import as_screener
from crm_core.screening.services import activation, imports, policy
from crm_core.screening.wording import FAULTS, FORMATS, HELD, refusal, source_name
from infra.problems import STATUS, message
from kernel.clock import utc_now
from kernel.errors import FairfallError

PER_PAGE = 25
LATEST = 8


@require_safe
@as_screener()
def lists(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every list with its active version, the latest imports, and the setting."""
    return _lists(request, actor, upload=UploadForm(), setting=_policy_form())


@require_POST
@as_screener(Capability.SCREENING_IMPORT)
def upload(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take the files of a version; they are read in the background."""
    form = UploadForm(request.POST, request.FILES)
    status = 422
    if form.is_valid():
        try:
            version = imports.upload(actor=actor, **form.values())
        except FairfallError as error:
            form.add_error(error.field if error.field in form.fields else None, message(error))
            status = STATUS[error.kind]
        else:
            messages.success(request, _("The files have arrived and are being read."))
            return redirect("screening:version", version.pk)
    return _lists(request, actor, upload=form, setting=_policy_form(), status=status)


@require_POST
@as_screener(Capability.SCREENING_POLICY)
def set_policy(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Change the lowest score and the oldest list allowed."""
    form = PolicyForm(request.POST)
    if form.is_valid():
        try:
            policy.set_policy(actor=actor, **form.cleaned_data)
        except FairfallError as error:
            form.add_error(error.field if error.field in form.fields else None, message(error))
        else:
            messages.success(request, _("The setting holds from now on."))
            return redirect("screening:lists")
    return _lists(request, actor, upload=UploadForm(), setting=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@as_screener()
def list_detail(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One list: its versions, what was active when, and how old it may be."""
    source = selectors.source(actor, code)
    form = AgeForm(request.POST or None, initial={"max_age_days": source.max_age_days})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            policy.set_list_age(actor=actor, source_id=source.pk, **form.cleaned_data)
            messages.success(request, _("The setting holds from now on."))
            return redirect("screening:list", code)
    found = selectors.versions(actor, source)
    context = {
        "source": source,
        "name": source_name(code),
        "active": _active(source),
        "versions": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "activations": source.activations.select_related("version", "by")[:LATEST],
        "form": form,
        "setting": policy.in_force(),
        "may_set": actor.can(Capability.SCREENING_POLICY),
        "may_import": actor.can(Capability.SCREENING_IMPORT),
    }
    return render(request, "screening/list.html", context, status=status)


@require_POST
@as_screener(Capability.SCREENING_IMPORT)
def withdraw(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Compare with this list no more."""
    source = selectors.source(actor, code)
    try:
        activation.withdraw(actor=actor, source_id=source.pk, reason=request.POST.get("reason", ""))
    except FairfallError as error:
        messages.error(request, message(error))
    else:
        messages.success(request, _("The list is compared with no more."))
    return redirect("screening:list", code)


@require_safe
@as_screener()
def version_detail(request: HttpRequest, actor: Actor, list_version_id: UUID) -> HttpResponse:
    """One version: what it holds, what changed, what could not be read."""
    version = selectors.version(actor, list_version_id)
    search = request.GET.get("search", "").strip()[:200]
    found = selectors.entities_of(version, search=search)
    differences = selectors.differences(version)
    context = {
        **_version_context(version),
        "is_active": version.source.active_id == version.pk,
        "entities": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "search": search,
        "differences": [
            (_("New"), differences["new"], version.new),
            (_("Changed"), differences["changed"], version.changed),
            (_("Gone"), differences["gone"], version.gone),
        ],
        "faults": [
            (fault, FAULTS.get(fault.code, fault.code)) for fault in version.fault_rows.all()[:50]
        ],
        "may_import": actor.can(Capability.SCREENING_IMPORT),
        "setting": policy.in_force(),
    }
    return render(request, "screening/version.html", context)


@require_safe
@as_screener()
def version_progress(request: HttpRequest, actor: Actor, list_version_id: UUID) -> HttpResponse:
    """The card of an import while it is read; it asks for itself again until it was."""
    version = selectors.version(actor, list_version_id)
    answer = render(request, "screening/version_progress.html", _version_context(version))
    if version.state not in (ListVersion.State.QUEUED, ListVersion.State.READING):
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@as_screener(Capability.SCREENING_IMPORT)
def activate(request: HttpRequest, actor: Actor, list_version_id: UUID) -> HttpResponse:
    """Make a version the active one."""
    try:
        activation.activate(
            actor=actor, version_id=list_version_id, reason=request.POST.get("reason", "")
        )
    except FairfallError as error:
        messages.error(request, message(error))
    else:
        messages.success(request, _("The version is active; everybody is screened anew."))
    return redirect("screening:version", list_version_id)


def _lists(
    request: HttpRequest,
    actor: Actor,
    *,
    upload: UploadForm,
    setting: PolicyForm,
    status: int = 200,
) -> HttpResponse:
    in_force = policy.in_force()
    now = utc_now()
    rows = [
        (source, source_name(source.code), _active(source), _state(source, in_force, now))
        for source in selectors.sources(actor)
    ]
    context = {
        "rows": rows,
        "latest": selectors.versions(actor)[:LATEST],
        "formats": FORMATS,
        "upload": upload,
        "setting": setting,
        "in_force": in_force,
        "history": ScreeningPolicy.objects.select_related("decided_by")[:5],
        "runs": selectors.runs(actor)[:5],
        "may_import": actor.can(Capability.SCREENING_IMPORT),
        "may_set": actor.can(Capability.SCREENING_POLICY),
    }
    return render(request, "screening/lists.html", context, status=status)


def _policy_form() -> PolicyForm:
    kept = policy.in_force()
    return PolicyForm(initial={"threshold": kept.threshold, "max_age_days": kept.max_age_days})


def _active(source: ListSource) -> dict[str, object] | None:
    if source.active is None:
        return None
    kept = ActiveList(source, source.active)
    return {
        "version": source.active,
        "day": kept.day(),
        "age": kept.age(utc_now()),
        "limit": kept.limit(policy.in_force()),
    }


def _state(source: ListSource, setting: policy.Policy, now: object) -> str:
    if source.active is None:
        return "none"
    kept = ActiveList(source, source.active)
    return "old" if kept.age(utc_now()) > kept.limit(setting) else "good"


def _version_context(version: ListVersion) -> dict[str, object]:
    return {
        "version": version,
        "name": source_name(version.source.code),
        "format": FORMATS.get(version.format, version.format),
        "held": HELD.get(version.held_because, ""),
        "why": refusal(version.failure, version.failure_detail) if version.failure else "",
        "waits": version.state in (ListVersion.State.QUEUED, ListVersion.State.READING),
    }
