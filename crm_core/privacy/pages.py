"""Pages about what is kept about oneself."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm_core.companies.selectors import left_empty_by, left_unmanaged_by
from crm_core.people.origin import origin_of
from crm_core.privacy import erasing, handing_out
from crm_core.privacy.attempts import limit
from crm_core.privacy.forms import ErasureForm
from infra.problems import STATUS, message
from kernel.errors import FairfallError


@require_GET
@login_required
def personal_data(request: HttpRequest) -> HttpResponse:
    """What there is, and what an erasure does to it."""
    return _page(request, ErasureForm(user=request.user))


@require_GET
@login_required
@never_cache
def handed_out(request: HttpRequest) -> HttpResponse:
    """All of it as a file."""
    return JsonResponse(
        handing_out.handed_out(request.user),
        json_dumps_params={"indent": 1, "ensure_ascii": False},
        headers={"Content-Disposition": 'attachment; filename="personal-data.json"'},
    )


@require_http_methods(["GET", "POST"])
@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Ask to be erased in a week."""
    if request.method == "GET":
        return redirect("personal-data")
    form = ErasureForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, form, status=422)
    limit(request)
    try:
        made = erasing.ask(user=request.user, origin=origin_of(request), **form.cleaned_data)
    except FairfallError as error:
        form.add_error(error.field if error.field in form.fields else None, message(error))
        return _page(request, form, status=STATUS[error.kind])
    day = localize(made.due_at.date())
    messages.success(request, _("You will be erased on %(day)s.") % {"day": day})
    return redirect("personal-data")


@require_POST
@login_required
def withdraw(request: HttpRequest) -> HttpResponse:
    """Stay after all."""
    erasing.withdraw(user=request.user, origin=origin_of(request))
    messages.success(request, _("Your account stays."))
    return redirect("personal-data")


def _page(request: HttpRequest, form: ErasureForm, status: int = 200) -> HttpResponse:
    context = {
        "kinds": handing_out.overview(request.user),
        "asked": erasing.open_request(request.user),
        "unmanaged": left_unmanaged_by(request.user.pk),
        "left_empty": left_empty_by(request.user.pk),
        "form": form,
    }
    return render(request, "privacy/personal_data.html", context, status=status)
