"""Opening the link of a company's invitation: an account, then a company; or declining."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from crm_core.access import company_invitations
from crm_core.access.capabilities import Capability
from crm_core.access.forms import CompanyForm, JoinForm
from crm_core.access.joining import has_account
from crm_core.access.middleware import choose_company
from crm_core.access.pages.registration import Tried, tried
from crm_core.companies import inviting_companies
from crm_core.companies.errors import CompanyNotYours
from crm_core.companies.models import CompanyInvitation, Membership, Standing
from infra.problems import STATUS, message
from kernel.errors import FairfallError

VERIFICATION_PAGE = "/company/verification/"  # of a room above
BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, link: str) -> HttpResponse:
    """Who invites, and the one step that is next for whoever opened the link."""
    found = inviting_companies.invitation_by(link)
    user = request.user
    if user.is_authenticated and user.email == found.email:
        return _company(request, link, found)
    known = has_account(found.email)
    if user.is_authenticated or known:
        status = 403 if request.method == "POST" else 200
        context = {"known": known, "signed_in": user.is_authenticated}
        return _page(request, link, found, status=status, **context)
    return _account(request, link, found)


@require_POST
def answer(request: HttpRequest, link: str) -> HttpResponse:
    """Take the invitation up with a company that is here."""
    try:
        chosen = company_invitations.answer_with(
            user=request.user, secret=link, company_id=_id(request.POST.get("company", ""))
        )
    except CompanyNotYours as error:
        messages.error(request, message(error))
        return redirect("welcome", link)
    return _came(request, chosen)


@require_POST
def decline(request: HttpRequest, link: str) -> HttpResponse:
    """Turn the invitation down."""
    company_invitations.decline(secret=link, user=request.user)
    messages.info(request, _("You declined the invitation. Nobody can use its link any more."))
    return redirect("/" if request.user.is_authenticated else "account_login")


def _account(request: HttpRequest, link: str, found: CompanyInvitation) -> HttpResponse:
    form, status = JoinForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            language = (get_language() or found.language)[:2]
            try:
                user = company_invitations.come_as_new(
                    secret=link, language=language, **form.cleaned_data
                )
            except FairfallError as error:
                form.add_error(error.field if error.field in form.fields else None, message(error))
                status = STATUS[error.kind]
            else:
                login(request, user, BACKEND)
                messages.success(request, _("Your account is ready. Now name your company."))
                return redirect("welcome", link)
    return _page(request, link, found, status=status, form=form)


def _company(request: HttpRequest, link: str, found: CompanyInvitation) -> HttpResponse:
    start = {"legal_name": found.name, "country": found.country, "sells": True}
    form, result = CompanyForm(request.POST or None, initial=start), Tried(status=200)
    if request.method == "POST":
        register = partial(company_invitations.register_invited, secret=link)
        result = tried(request, form, register)
        if result.made is not None:
            return _came(request, result.made)
    context = {
        "own": True,
        "form": form,
        "alike": result.alike,
        "companies": company_invitations.companies_to_answer_with(request.user, found),
    }
    return _page(request, link, found, status=result.status, **context)


def _page(
    request: HttpRequest, link: str, found: CompanyInvitation, *, status: int, **context: Any
) -> HttpResponse:
    context |= {"invitation": found, "link": link}
    return render(request, "access/welcome.html", context, status=status)


def _came(request: HttpRequest, membership: Membership) -> HttpResponse:
    """To what is missing before the company may trade, for whoever can mend it."""
    company = membership.company
    actor = choose_company(request, company.pk)
    named = {"company": company.legal_name}
    if company.standing == Standing.DRAFT and actor.can(Capability.DOCUMENT_READ):
        text = _("%(company)s is on the platform. Below is what it takes to be verified.")
        messages.success(request, text % named)
        return redirect(VERIFICATION_PAGE)
    messages.success(request, _("The invitation is answered for %(company)s.") % named)
    return redirect("/")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise CompanyNotYours(field="company") from error
