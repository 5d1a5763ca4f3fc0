"""Pages about the safety of one's account: open sessions, security log."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from crm_core.access import exports
from crm_core.people import open_sessions, security
from crm_core.people.models import SecurityEvent
from crm_core.people.origin import device, origin_of

PER_PAGE = 25


@require_GET
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    page = Paginator(open_sessions.own(request.user.pk), PER_PAGE).get_page(request.GET.get("page"))
    lines = [
        {"session": each, "device": device(each.user_agent),
         "here": each.session_key == request.session.session_key}
        for each in page.object_list
    ]  # fmt: skip
    return render(request, "access/sessions.html", {"page": page, "lines": lines})


@require_POST
@login_required
def end_session(request: HttpRequest, own_session_id: UUID) -> HttpResponse:
    """Sign one of one's browsers out."""
    open_sessions.end(user_id=request.user.pk, session_id=own_session_id, origin=origin_of(request))
    messages.success(request, _("The session has ended."))
    return redirect("own-sessions")


@require_POST
@login_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign all of one's other browsers out."""
    number = open_sessions.end_others(
        user_id=request.user.pk, keep=request.session.session_key, origin=origin_of(request)
    )
    text = ngettext("%(number)s session has ended.", "%(number)s sessions have ended.", number)
    messages.success(request, text % {"number": number})
    return redirect("own-sessions")


@require_GET
@login_required
def log(request: HttpRequest) -> HttpResponse:
    """What happened to one's account; ``?kind=`` narrows."""
    kind = request.GET.get("kind", "")
    found = security.events(request.user.pk, kind=kind)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    lines = [{"event": each, "device": device(each.user_agent)} for each in page.object_list]
    context = {"page": page, "lines": lines, "kinds": SecurityEvent.Kind.choices, "kind": kind}
    return render(request, "access/security_log.html", context)


@require_GET
@login_required
def log_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file, with the titles in the reader's language."""
    found = security.events(request.user.pk, kind=request.GET.get("kind", ""))
    return HttpResponse(
        exports.security_log(found, "csv"),
        content_type=exports.MEDIA_TYPES["csv"],
        headers={"Content-Disposition": 'attachment; filename="security-log.csv"'},
    )
