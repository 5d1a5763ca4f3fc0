"""Registering a company."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm_core.access import registration
from crm_core.access.errors import CompanyAlike
from crm_core.access.forms import CompanyForm
from crm_core.access.middleware import choose_company
from crm_core.companies.errors import AlreadyMember
from crm_core.companies.finding import Alike
from crm_core.companies.models import Membership
from infra.problems import STATUS, message
from kernel.errors import FairfallError


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a form that registers a company: the membership; or others that may be the
    same company, or errors in the form."""

    made: Membership | None = None
    alike: Sequence[Alike] = ()
    status: int = 422


def tried(request: HttpRequest, form: CompanyForm, register: Callable[..., Membership]) -> Tried:
    """Let ``register`` make the company that the form names."""
    if not form.is_valid():
        return Tried()
    is_another = request.POST.get("is_another") == "on"
    try:
        return Tried(register(user=request.user, is_another=is_another, **form.cleaned_data))
    except CompanyAlike as error:
        alike = registration.companies_alike(**form.cleaned_data)
        return Tried(alike=alike, status=STATUS[error.kind])
    except FairfallError as error:
        form.add_error(error.field if error.field in form.fields else None, message(error))
        return Tried(status=STATUS[error.kind])


@login_required
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Bring a company onto the platform, with oneself as its owner."""
    form, result = CompanyForm(request.POST or None), Tried(status=200)
    if request.method == "POST":
        result = tried(request, form, registration.register_company)
        if result.made is not None:
            choose_company(request, result.made.company_id)
            messages.success(request, _("The company is registered. The operator will verify it."))
            return redirect("company")
    context = {"form": form, "alike": result.alike}
    return render(request, "access/register_company.html", context, status=result.status)


@require_POST
@login_required
def ask_to_join(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Ask the owners of a company that is here already to be let in."""
    try:
        company = registration.ask_to_join(user=request.user, company_id=company_id)
    except AlreadyMember as error:
        messages.info(request, message(error))
        return redirect("company")
    text = _("The owners of {company} are told that you ask to act for it.")
    messages.success(request, text.format(company=company.legal_name))
    return redirect("company-register")
