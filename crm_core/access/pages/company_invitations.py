"""Companies that mine invited onto the platform, and inviting another one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm_core.access import company_invitations, exports
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from crm_core.access.forms import InviteCompanyForm
from crm_core.companies.models import CompanyInvitation
from infra.problems import STATUS, message
from kernel.errors import FairfallError

PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor()
def invited(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list; ``?state=``, ``search``. ``?list=``, ``name`` fill the form beforehand."""
    lists = company_invitations.lists_of(actor)
    choices = [(str(each.id), each.name) for each in lists]
    start = {
        "language": (get_language() or "en")[:2],
        "list_id": request.GET.get("list", "")[:36],
        "name": request.GET.get("name", "")[:250],
    }
    form, status = InviteCompanyForm(request.POST or None, lists=choices, initial=start), 200
    if request.method == "POST":
        actor.require(Capability.COMPANY_INVITE)
        status = 422
        if form.is_valid():
            try:
                made = company_invitations.invite(actor=actor, **form.cleaned_data)
            except FairfallError as error:
                form.add_error(error.field if error.field in form.fields else None, message(error))
                status = STATUS[error.kind]
            else:
                messages.success(
                    request, _("An invitation is on its way to %(email)s.") % {"email": made.email}
                )
                return redirect("company-invitations")
    chosen = _filters(request)
    found = company_invitations.invitations(actor, **chosen)
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "states": CompanyInvitation.State.choices,
        "query": request.GET.urlencode(),
        "form": form,
        "may_invite": actor.can(Capability.COMPANY_INVITE),
    }
    return render(request, "access/company_invitations.html", context, status=status)


@require_GET
@as_actor()
def export(request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
    """The invitations of the same filters as a file."""
    found = company_invitations.invitations(actor, **_filters(request))
    answer = HttpResponse(
        exports.company_invitations(found, form), content_type=exports.MEDIA_TYPES[form]
    )
    answer["Content-Disposition"] = f'attachment; filename="company-invitations.{form}"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@as_actor(Capability.COMPANY_INVITE)
def send_again(request: HttpRequest, actor: Actor, offer_id: UUID) -> HttpResponse:
    """Send an invitation's mail again, with a new link."""
    try:
        found = company_invitations.send_again(actor=actor, invitation_id=offer_id)
    except FairfallError as error:
        if STATUS[error.kind] == 404:
            raise
        messages.error(request, message(error))
        return redirect("company-invitations")
    messages.success(
        request,
        _("A new link is on its way to %(email)s; the one before does not work any more.")
        % {"email": found.email},
    )
    return redirect("company-invitations")


@require_POST
@as_actor(Capability.COMPANY_INVITE)
def revoke(request: HttpRequest, actor: Actor, offer_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    company_invitations.revoke(actor=actor, invitation_id=offer_id)
    messages.success(request, _("The invitation was taken back; its link does not work any more."))
    return redirect("company-invitations")


def _filters(request: HttpRequest) -> dict[str, str]:
    return {
        "state": request.GET.get("state", "")[:10],
        "search": request.GET.get("search", "").strip()[:200],
    }
