"""The operator's desk: messages that could not be delivered."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from infra import relay
from infra.models import DeadLetter
from infra.problems import message
from kernel.errors import FairfallError


@require_GET
@as_actor(Capability.PLATFORM_ADMIN)
def dead_letters(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What handlers could not take; waiting ones by default, all with ``?all=1``."""
    everything = request.GET.get("all") == "1"
    letters = DeadLetter.objects.all()
    if not everything:
        letters = letters.filter(state=DeadLetter.State.WAITING)
    page = Paginator(letters, 25).get_page(request.GET.get("page"))
    context = {"letters": page, "everything": everything}
    return render(request, "access/dead_letters.html", context)


@require_POST
@as_actor(Capability.PLATFORM_ADMIN)
def retry_dead_letter(request: HttpRequest, actor: Actor, letter_id: UUID) -> HttpResponse:
    """Deliver once more."""
    try:
        relay.retry_dead_letter(letter_id=letter_id, decided_by=actor.urn)
    except FairfallError as error:
        messages.error(request, message(error))
    else:
        messages.success(request, _("The message was delivered."))
    return redirect("dead-letters")


@require_POST
@as_actor(Capability.PLATFORM_ADMIN)
def discard_dead_letter(request: HttpRequest, actor: Actor, letter_id: UUID) -> HttpResponse:
    """Give up, with a reason."""
    try:
        relay.discard_dead_letter(
            letter_id=letter_id, reason=request.POST.get("reason", ""), decided_by=actor.urn
        )
    except FairfallError as error:
        messages.error(request, message(error))
    else:
        messages.success(request, _("The message was discarded."))
    return redirect("dead-letters")
