"""My company: its people, their roles, and switching between companies."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crm_core.access import invitations, members
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from crm_core.access.forms import InviteForm
from crm_core.access.middleware import choose_company
from crm_core.companies.models import Company, Role

PER_PAGE = 25


def company_page(
    request: HttpRequest, actor: Actor, form: InviteForm | None = None, status: int = 200
) -> HttpResponse:
    """The page, with the form of an invitation as it was filled."""
    company = Company.objects.get(pk=actor.company_id)
    may_manage = actor.can(Capability.COMPANY_MANAGE)
    context = {
        "company": company,
        "members": Paginator(members.members(actor), PER_PAGE).get_page(request.GET.get("page")),
        "own_membership": actor.membership_id,
        "may_manage": may_manage,
        "may_read_log": may_manage or actor.can(Capability.AUDIT_READ),
    }
    if may_manage:
        context["invitations"] = Paginator(invitations.invitations(actor), PER_PAGE).get_page(
            request.GET.get("waiting")
        )
        context["form"] = form or InviteForm(
            operates=company.operates, initial={"role": _usual_role(company)}
        )
    return render(request, "access/company.html", context, status=status)


def _usual_role(company: Company) -> Role:
    """Whom a company most likely invites; never, unasked, another owner."""
    if company.operates:
        return Role.VERIFIER
    return Role.BIDDER if company.sells else Role.OFFICER


@require_GET
@as_actor()
def company(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The active company and its members."""
    return company_page(request, actor)


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
