"""The buyer's pages of a request, and the list and page that both sides read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from buyers.errors import ListNotFound
from buyers.selectors import supplier_lists, suppliers_to_invite
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from kernel.errors import FairfallError
from marketplace.acting import done_or_told, put_error
from marketplace.quotes import selectors
from marketplace.quotes.errors import RfqMoved, SupplierNotInvitable
from marketplace.quotes.models import Rfq, RfqState
from marketplace.quotes.pages.forms import LineForm, RfqForm
from marketplace.quotes.policies import (
    ANSWER,
    DRAFT,
    READ,
    RUN,
    is_buyer,
    own_invitation,
    own_rfq,
    require_buyer,
)
from marketplace.quotes.services import drafting, running

PER_PAGE = 30
MOST_FOUND = 20


@require_safe
@as_actor(READ)
def rfq_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Own requests and those one is invited to."""
    state = request.GET.get("state", "")
    found = selectors.rfqs(actor, state=state)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "state": state, "states": RfqState.choices,
        "may_draft": actor.company_buys and actor.can(DRAFT), "own": actor.company_id,
    }  # fmt: skip
    return render(request, "quotes/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(DRAFT)
def create(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Begin a request."""
    require_buyer(actor, DRAFT)
    form = RfqForm(request.POST or None)
    return _form_page(request, form, lambda: drafting.create_rfq(actor=actor, rfq=form.rfq()), None)


@require_POST
@as_actor(DRAFT)
def from_cart(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask for quotes of what is in the cart."""
    made: list[Rfq] = []
    return done_or_told(
        request,
        lambda: made.append(drafting.request_from_cart(actor=actor)),
        success=_("The draft is made. Say what it is about and until when, then open it."),
        back=lambda: redirect("quotes:edit", made[0].pk) if made else redirect("carts:cart"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(DRAFT)
def edit(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    """Describe a draft anew."""
    rfq = own_rfq(actor, rfq_id, DRAFT, RfqState.DRAFT)
    form = RfqForm(request.POST or None, initial=RfqForm.initial_of(rfq))
    return _form_page(
        request, form,
        lambda: drafting.change_rfq(actor=actor, rfq_id=rfq_id, rfq=form.rfq()), rfq,
    )  # fmt: skip


@require_safe
@as_actor(READ)
def detail(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    """A request as its buyer, or as an invited supplier, reads it."""
    if not is_buyer(actor, rfq_id):
        return _supplier_page(request, actor, rfq_id)
    return _buyer_page(request, actor, own_rfq(actor, rfq_id), LineForm())


@require_POST
@as_actor(DRAFT)
def line_add(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    """Ask for one thing more."""
    rfq = own_rfq(actor, rfq_id, DRAFT)
    form = LineForm(request.POST)
    if form.is_valid():
        try:
            drafting.add_line(actor=actor, rfq_id=rfq_id, line=form.line())
        except FairfallError as error:
            if error.field is None:
                raise
            put_error(form, error)
        else:
            return redirect("quotes:detail", rfq_id)
    return _buyer_page(request, actor, rfq, form)


@require_POST
@as_actor(DRAFT)
def line_remove(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    """Ask for it no more."""
    own_rfq(actor, rfq_id, DRAFT)
    line = _uuid(request, "line", RfqMoved)
    return _done(
        request, rfq_id, "",
        lambda: drafting.remove_line(actor=actor, rfq_id=rfq_id, line_id=line),
    )  # fmt: skip


@require_POST
@as_actor(DRAFT)
def supplier_add(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    """Put a supplier, or all of one of the own lists, onto a draft."""
    own_rfq(actor, rfq_id, DRAFT)
    if request.POST.get("list"):
        chosen = _uuid(request, "list", ListNotFound)
        wanted = [each.pk for each in suppliers_to_invite(actor, chosen)]
    else:
        wanted = [_uuid(request, "supplier", SupplierNotInvitable)]
    return _done(
        request, rfq_id, _("They learn of the request when you open it."),
        lambda: drafting.invite(actor=actor, rfq_id=rfq_id, suppliers=wanted),
    )  # fmt: skip


@require_POST
@as_actor(DRAFT)
def supplier_remove(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    """Take a supplier off a draft."""
    own_rfq(actor, rfq_id, DRAFT)
    supplier = _uuid(request, "supplier", SupplierNotInvitable)
    return _done(
        request, rfq_id, "",
        lambda: drafting.drop(actor=actor, rfq_id=rfq_id, supplier_id=supplier),
    )  # fmt: skip


@require_POST
@as_actor(RUN)
def open_rfq(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    """Send the draft to its suppliers."""
    return _done(
        request, rfq_id, _("The suppliers are asked. Their quotes stay sealed until the deadline."),
        lambda: running.open_rfq(actor=actor, rfq_id=rfq_id),
    )  # fmt: skip


@require_POST
@as_actor(RUN)
def cancel(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    """End a request without a choice."""
    reason = request.POST.get("reason", "")
    return _done(
        request, rfq_id, _("The request is cancelled."),
        lambda: running.cancel_rfq(actor=actor, rfq_id=rfq_id, reason=reason),
    )  # fmt: skip


def _buyer_page(request: HttpRequest, actor: Actor, rfq: Rfq, form: LineForm) -> HttpResponse:
    draft = rfq.state == RfqState.DRAFT
    may_edit = draft and actor.can(DRAFT)
    words = request.GET.get("q", "").strip()[:200]
    may_run = actor.can(RUN)
    context: dict[str, Any] = {
        "rfq": rfq,
        "lines": list(rfq.lines.all()),
        "invitations": list(selectors.invitations_of(rfq)),
        "history": list(selectors.history(rfq)),
        "form": form, "may_edit": may_edit, "may_run": may_run, "words": words,
        "may_open_quotes": may_run and rfq.state == RfqState.OPEN
        and (rfq.is_over or not running.waits(rfq)),
        "suggested": list(selectors.suggested(actor, rfq)[:MOST_FOUND]) if may_edit else [],
        "found": list(selectors.candidates(actor, rfq, words)[:MOST_FOUND])
        if may_edit and words else [],
        "lists": list(supplier_lists(actor))
        if may_edit and actor.can(Capability.SUPPLIER_LIST_READ) else [],
    }  # fmt: skip
    return render(request, "quotes/buyer.html", context, status=422 if form.errors else 200)


def _supplier_page(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    invitation = own_invitation(actor, rfq_id)
    rfq = invitation.rfq
    own = selectors.own_quote(actor, rfq_id)
    context = {
        "rfq": rfq, "invitation": invitation, "quote": own,
        "lines": list(rfq.lines.all()),
        "others": [each for each in selectors.invitations_of(rfq)
                   if each.supplier_id != actor.company_id] if rfq.names_shown else [],
        "may_answer": actor.can(ANSWER) and rfq.state == RfqState.OPEN and not rfq.is_over,
    }  # fmt: skip
    return render(request, "quotes/supplier.html", context)


def _form_page(
    request: HttpRequest, form: RfqForm, act: Callable[[], Rfq], rfq: Rfq | None
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("quotes:detail", act().pk)
        except FairfallError as error:
            if error.field is None:
                raise
            put_error(form, error)
    context = {"form": form, "rfq": rfq}
    return render(request, "quotes/form.html", context, status=422 if form.errors else 200)


def _done(
    request: HttpRequest, rfq_id: UUID, success: str, act: Callable[[], object]
) -> HttpResponse:
    return done_or_told(
        request, act, success=success, back=lambda: redirect("quotes:detail", rfq_id)
    )


def _uuid(request: HttpRequest, name: str, error: type[FairfallError]) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError as wrong:
        raise error() from wrong
