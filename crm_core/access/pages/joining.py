"""Opening an invitation's link: joining a company, with an account or without one yet."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from crm_core.access import invitations
from crm_core.access.forms import JoinForm
from crm_core.access.middleware import choose_company
from crm_core.companies import inviting
from infra.problems import STATUS, message
from kernel.errors import FairfallError


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """What is offered, to whoever has the link; joining asks for the invited person."""
    found = inviting.invitation_by(secret)
    user = request.user
    own = user.is_authenticated and user.email == found.email
    known = invitations.has_account(found)
    form, status = JoinForm(request.POST or None if not known else None), 200
    if request.method == "POST" and own:
        membership = invitations.join(user=user, secret=secret)
        return _joined(request, membership.company_id)
    if request.method == "POST" and not known and not user.is_authenticated:
        status = 422
        if form.is_valid():
            try:
                membership = invitations.join_as_new(
                    secret=secret, language=(get_language() or "en")[:2], **form.cleaned_data
                )
            except FairfallError as error:
                form.add_error(error.field if error.field in form.fields else None, message(error))
                status = STATUS[error.kind]
            else:
                login(request, membership.user, "django.contrib.auth.backends.ModelBackend")
                return _joined(request, membership.company_id)
    elif request.method == "POST":
        status = 403
    context = {
        "invitation": found,
        "secret": secret,
        "form": form,
        "own": own,
        "known": known,
        "signed_in": user.is_authenticated,
    }
    return render(request, "access/invitation.html", context, status=status)


@require_POST
def decline(request: HttpRequest, secret: str) -> HttpResponse:
    """Turn the invitation down."""
    inviting.turn_down(secret=secret)
    messages.info(request, _("You declined the invitation. Nobody can use its link any more."))
    return redirect("/" if request.user.is_authenticated else "account_login")


def _joined(request: HttpRequest, company_id: object) -> HttpResponse:
    actor = choose_company(request, company_id)
    messages.success(
        request,
        _("You now act for %(company)s as: %(role)s.")
        % {"company": actor.company_name, "role": actor.role_label},
    )
    return redirect("/")
