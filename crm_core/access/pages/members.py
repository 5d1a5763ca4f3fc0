"""Members of my company: inviting, changing, ending; the log of all that; leaving."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm_core.access import invitations, members
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from crm_core.access.exports import MEDIA_TYPES, people_log
from crm_core.access.forms import InviteForm, MemberForm
from crm_core.access.pages.company import company_page
from crm_core.companies.models import Company
from infra.problems import STATUS, message
from kernel.errors import FairfallError

PER_PAGE = 50


def _operates(actor: Actor) -> bool:
    return Company.objects.values_list("operates", flat=True).get(pk=actor.company_id)


@require_POST
@as_actor(Capability.COMPANY_MANAGE)
def invite(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Invite somebody by e-mail."""
    form, status = InviteForm(request.POST, operates=_operates(actor)), 422
    if form.is_valid():
        try:
            made = invitations.invite(actor=actor, **form.cleaned_data)
        except FairfallError as error:
            form.add_error(error.field if error.field in form.fields else None, message(error))
            status = STATUS[error.kind]
        else:
            messages.success(
                request, _("An invitation is on its way to %(email)s.") % {"email": made.email}
            )
            return redirect("company")
    return company_page(request, actor, form, status)


@require_POST
@as_actor(Capability.COMPANY_MANAGE)
def send_again(request: HttpRequest, actor: Actor, invitation_id: UUID) -> HttpResponse:
    """Send an invitation's mail again, with a new link."""
    found = invitations.send_again(actor=actor, invitation_id=invitation_id)
    messages.success(
        request,
        _("A new link is on its way to %(email)s; the one before does not work any more.")
        % {"email": found.email},
    )
    return redirect("company")


@require_POST
@as_actor(Capability.COMPANY_MANAGE)
def revoke(request: HttpRequest, actor: Actor, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    invitations.revoke(actor=actor, invitation_id=invitation_id)
    messages.success(request, _("The invitation was taken back; its link does not work any more."))
    return redirect("company")


@require_http_methods(["GET", "POST"])
@as_actor(Capability.COMPANY_MANAGE)
def member(request: HttpRequest, actor: Actor, membership_id: UUID) -> HttpResponse:
    """One colleague: role and limit."""
    found = members.member(actor, membership_id)
    form = MemberForm(
        request.POST or None,
        operates=_operates(actor),
        initial={
            "role": found.role,
            "limit_amount": "" if found.limit_amount is None else f"{found.limit_amount:f}",
            "limit_currency": found.limit_currency or "EUR",
        },
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                members.change_member(
                    actor=actor, membership_id=membership_id, role=given["role"],
                    limit=(given["limit_amount"], given["limit_currency"]),
                )  # fmt: skip
            except FairfallError as error:
                form.add_error(error.field if error.field in form.fields else None, message(error))
                status = STATUS[error.kind]
            else:
                messages.success(request, _("The change is in force."))
                return redirect("company")
    context = {"member": found, "form": form, "own": found.pk == actor.membership_id}
    return render(request, "access/member.html", context, status=status)


@require_POST
@as_actor(Capability.COMPANY_MANAGE)
def remove(request: HttpRequest, actor: Actor, membership_id: UUID) -> HttpResponse:
    """End a membership."""
    members.member(actor, membership_id)
    try:
        members.remove_member(actor=actor, membership_id=membership_id)
    except FairfallError as error:
        messages.error(request, message(error))
    else:
        messages.success(request, _("The member was removed and has no access any more."))
    return redirect("company")


@require_POST
@as_actor()
def leave(request: HttpRequest, actor: Actor) -> HttpResponse:
    """End one's own membership."""
    try:
        members.leave(actor=actor)
    except FairfallError as error:
        messages.error(request, message(error))
        return redirect("company")
    messages.success(
        request, _("You do not act for %(company)s any more.") % {"company": actor.company_name}
    )
    return redirect("preferences")


@require_GET
@as_actor()
def log(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What was done about the company's people, the newest first."""
    page = Paginator(members.people_log(actor), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "access/people_log.html", {"page": page})


@require_GET
@as_actor()
def export(request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
    """The whole log as a file."""
    answer = HttpResponse(
        people_log(members.people_log(actor), form), content_type=MEDIA_TYPES[form]
    )
    answer["Content-Disposition"] = f'attachment; filename="people-log.{form}"'
    return answer
