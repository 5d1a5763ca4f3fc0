"""Registering a company."""

from __future__ import annotations

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
from infra.problems import STATUS, message
from kernel.errors import FairfallError


@login_required
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Bring a company onto the platform, with oneself as its owner."""
    form, status, alike = CompanyForm(request.POST or None), 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = registration.register_company(
                    user=request.user,
                    is_another=request.POST.get("is_another") == "on",
                    **form.cleaned_data,
                )
            except FairfallError as error:
                if isinstance(error, CompanyAlike):
                    alike = registration.companies_alike(**form.cleaned_data)
                else:
                    known = error.field if error.field in form.fields else None
                    form.add_error(known, message(error))
                status = STATUS[error.kind]
            else:
                choose_company(request, made.company_id)
                messages.success(
                    request, _("The company is registered. The operator will verify it.")
                )
                return redirect("company")
    context = {"form": form, "alike": alike}
    return render(request, "access/register_company.html", context, status=status)


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
