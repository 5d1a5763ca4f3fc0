"""Pages: the list behind the bell, and the demonstration's mailbox."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from crm_core.notifications import selectors, services

PER_PAGE = 25


@require_GET
@as_actor()
def notice_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The actor's notices; ``?unread=1`` leaves out what was read."""
    unread_only = request.GET.get("unread") == "1"
    found = selectors.notices(actor, unread_only=unread_only)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"notices": page, "unread_only": unread_only}
    return render(request, "notifications/notices.html", context)


@require_GET
@as_actor()
def bell(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The top bar's bell with today's count, for a page that was told of a change."""
    return render(request, "notifications/bell.html", {"unread": selectors.unread_count(actor)})


@require_POST
@as_actor()
def open_notice(request: HttpRequest, actor: Actor, notice_id: UUID) -> HttpResponse:
    """Mark a notice read and go where it leads."""
    notice = services.mark_read(actor=actor, notice_id=notice_id)
    safe = url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None)
    return redirect(notice.link if notice.link and safe else "notices")


@require_POST
@as_actor()
def read_all(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Mark everything read."""
    services.mark_all_read(actor=actor)
    messages.success(request, _("All notices are marked as read."))
    return redirect("notices")


@require_GET
@as_actor()
def mailbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Mails of the demonstration: one's own; the administrator sees all."""
    _only_in_a_demonstration()
    page = Paginator(selectors.mailbox(actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {"mails": page, "sees_all": actor.can(Capability.MAILBOX_READ)}
    return render(request, "notifications/mailbox.html", context)


@require_GET
@as_actor()
def mail(request: HttpRequest, actor: Actor, mail_id: UUID) -> HttpResponse:
    """One mail."""
    _only_in_a_demonstration()
    context = {"mail": selectors.mail(actor, mail_id)}
    return render(request, "notifications/mail.html", context)


def _only_in_a_demonstration() -> None:
    if not settings.DEMO:
        raise Http404
