"""The buyer's pages around the honesty of an auction: alerts, and who was connected when."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from auctions.integrity import history, services
from auctions.integrity.errors import NotEndedYet
from auctions.integrity.wording import told
from auctions.models import Seat
from auctions.models.integrity import AlertState
from auctions.services.policies import Place
from auctions.subject import subject_from
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from infra import sheets
from infra.problems import STATUS, message
from kernel.errors import FairfallError, Kind

PER_PAGE = 25
FILES = {"csv", "xlsx"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@as_actor()
def integrity(request: HttpRequest, actor: Actor, auction_id: UUID) -> HttpResponse:
    """The alerts of an ended auction; before its end the console is shown."""
    try:
        place, _found = services.alerts_of(actor, auction_id)
    except NotEndedYet:
        return redirect("auctions:console", auction_id=auction_id)
    if request.method != "POST":
        return _alerts(request, actor, place)
    given = request.POST.get("alert", "")
    try:
        services.decide(
            actor=actor,
            auction_id=auction_id,
            alert_id=_alert_id(given),
            state=request.POST.get("state", ""),
            reason=request.POST.get("reason", ""),
        )
    except FairfallError as error:
        if error.kind is not Kind.INVALID:
            raise
        wrong = {"id": given, "text": message(error), "reason": request.POST.get("reason", "")}
        return _alerts(request, actor, place, wrong, STATUS[error.kind])
    messages.success(request, _("Your decision is kept with the alert."))
    return redirect("auctions:integrity", auction_id=auction_id)


@require_safe
@never_cache
@as_actor()
def connections(request: HttpRequest, actor: Actor, auction_id: UUID) -> HttpResponse:
    """Who was connected when; ``?form=xlsx`` or ``csv`` gives all of it as a file."""
    try:
        place, rows = history.history_of(actor, auction_id)
    except NotEndedYet:
        return redirect("auctions:console", auction_id=auction_id)
    form = request.GET.get("form", "")
    if form in FILES:
        return HttpResponse(
            history.export(place, rows, form),
            content_type=sheets.MEDIA_TYPES[form],
            headers={
                "Content-Disposition": f'attachment; filename="connections-{auction_id}.{form}"'
            },
        )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    said = history.words()
    context = {
        "auction": place.auction,
        "subject": subject_from(place.auction.subject),
        "page": page,
        "rows": [(line, said[line.how]) for line in history.lines(place, page)],
    }
    return render(request, "auctions/connections.html", context)


def _alerts(
    request: HttpRequest,
    actor: Actor,
    place: Place,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    _place, alerts = services.alerts_of(actor, place.auction.pk)
    page = Paginator(alerts, PER_PAGE).get_page(request.GET.get("page"))
    names = dict(
        Seat.objects.filter(auction=place.auction).values_list("code", "company__legal_name")
    )
    context = {
        "auction": place.auction,
        "subject": subject_from(place.auction.subject),
        "page": page,
        "rows": [told(alert, names) for alert in page],
        "screened": services.screened_at(place),
        "is_looked_at": services.is_looked_at(place.auction),
        "may_decide": actor.can(Capability.AUCTION_RUN),
        "wrong": wrong or {},
        "states": AlertState,
    }
    return render(request, "auctions/integrity.html", context, status=status)


def _alert_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise services.AlertUnknown() from error
