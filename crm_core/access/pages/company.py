"""My company: its people, their roles, and switching between companies."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crm_core.access import members
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from crm_core.access.forms import NewMemberForm, role_choices
from crm_core.access.middleware import choose_company
from crm_core.companies.models import Company
from infra.problems import STATUS, message
from kernel.errors import FairfallError

PER_PAGE = 25


def _page(
    request: HttpRequest, actor: Actor, form: NewMemberForm | None = None, status: int = 200
) -> HttpResponse:
    company = Company.objects.get(pk=actor.company_id)
    context = {
        "company": company,
        "members": Paginator(members.members(actor), PER_PAGE).get_page(request.GET.get("page")),
        "roles": role_choices(operates=company.operates),
        "own_membership": actor.membership_id,
        "may_manage": actor.can(Capability.COMPANY_MANAGE),
        "form": form or NewMemberForm(operates=company.operates),
    }
    return render(request, "access/company.html", context, status=status)


@require_GET
@as_actor()
def company(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The active company and its members."""
    return _page(request, actor)


@require_POST
@as_actor(Capability.COMPANY_MANAGE)
def add_member(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Let a person act for the company."""
    form = NewMemberForm(request.POST, operates=Company.objects.get(pk=actor.company_id).operates)
    if form.is_valid():
        try:
            members.add_member(actor=actor, **form.cleaned_data)
        except FairfallError as error:
            form.add_error(error.field if error.field in form.fields else None, message(error))
            return _page(request, actor, form, STATUS[error.kind])
        messages.success(request, _("The member was added."))
        return redirect("company")
    return _page(request, actor, form, 422)


@require_POST
@as_actor(Capability.COMPANY_MANAGE)
def change_role(request: HttpRequest, actor: Actor, membership_id: UUID) -> HttpResponse:
    """Give a member another role."""
    try:
        members.change_role(
            actor=actor, membership_id=membership_id, role=request.POST.get("role", "")
        )
    except FairfallError as error:
        messages.error(request, message(error))
    else:
        messages.success(request, _("The role was changed."))
    return redirect("company")


@require_POST
@as_actor(Capability.COMPANY_MANAGE)
def remove_member(request: HttpRequest, actor: Actor, membership_id: UUID) -> HttpResponse:
    """End a membership."""
    try:
        members.remove_member(actor=actor, membership_id=membership_id)
    except FairfallError as error:
        messages.error(request, message(error))
    else:
        messages.success(request, _("The member was removed and has no access any more."))
    return redirect("company")


@require_POST
@login_required
def switch_company(request: HttpRequest) -> HttpResponse:
    """Act for another of one's companies from now on."""
    actor = choose_company(request, members.parse_id(request.POST.get("company", "")))
    messages.info(request, _("You now act for %(company)s.") % {"company": actor.company_name})
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if safe else "/")
