"""Suppliers of a tender: from the company's lists, by search, late, or withdrawn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from buyers.selectors import supplier_lists, suppliers_to_invite
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from crm_core.badges.selectors import badges_of
from infra.problems import message
from marketplace.tenders import selectors
from marketplace.tenders.building import asks_evaluation, takes_late
from marketplace.tenders.errors import EvaluationTooLong, InvitationNotFound, SupplierUnknown
from marketplace.tenders.models import Invitation, Tender, TenderState
from marketplace.tenders.pages.common import done_or_told
from marketplace.tenders.policies import own_tender
from marketplace.tenders.services import disqualifying, invitations

PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(Capability.TENDER_EDIT)
def invite(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Who is on the list, and whom to add. A published tender invites at once, one by one."""
    tender = own_tender(actor, tender_id, Capability.TENDER_EDIT)
    if request.method == "POST":
        if "evaluations" in request.POST:
            return _evaluate(request, actor, tender)
        return _add(request, actor, tender_id, late=not tender.is_draft)
    if not tender.is_draft and (tender.state != TenderState.PUBLISHED or not takes_late(tender)):
        return redirect("tenders:detail", tender.pk)
    return _page(request, actor, tender, list(tender.invitations.select_related("company")))


def _page(
    request: HttpRequest, actor: Actor, tender: Tender, on_it: list[Invitation], status: int = 200
) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:200]
    lists = list(supplier_lists(actor)) if actor.can(Capability.SUPPLIER_LIST_READ) else []
    chosen = next((each for each in lists if str(each.pk) == request.GET.get("list")), None)
    ids = (
        list(suppliers_to_invite(actor, chosen.pk).values_list("pk", flat=True)) if chosen else None
    )
    found = selectors.candidates(actor, tender, search=words, ids=ids)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tender": tender,
        "step": "invite",
        "badges": badges_of(page),
        "invitations": on_it,
        "evaluates": asks_evaluation(tender) or any(each.evaluation for each in on_it),
        "longest_evaluation": invitations.LONGEST_EVALUATION,
        "page": page,
        "lists": lists,
        "chosen": chosen,
        "words": words,
        "late": not tender.is_draft,
        "may_invite": actor.can(Capability.COMPANY_INVITE),
    }
    return render(request, "tenders/invite.html", context, status=status)


def _add(request: HttpRequest, actor: Actor, tender_id: UUID, *, late: bool) -> HttpResponse:
    wanted = [_id(text) for text in request.POST.getlist("company")]

    def act() -> None:
        if late:
            for company_id in wanted:
                invitations.invite_late(actor=actor, tender_id=tender_id, company_id=company_id)
        else:
            invitations.choose_suppliers(actor=actor, tender_id=tender_id, companies=wanted)

    success = (
        ngettext("%(n)d supplier added.", "%(n)d suppliers added.", len(wanted))
        % {"n": len(wanted)}
        if wanted
        else ""
    )
    return done_or_told(
        request, act, success=success, back=lambda: redirect("tenders:invite", tender_id)
    )


def _evaluate(request: HttpRequest, actor: Actor, tender: Tender) -> HttpResponse:
    """Keep the texts; where one is refused, or a colleague took a supplier off meanwhile, none is
    kept and all stand in the form as they were typed."""
    texts = zip(request.POST.getlist("evaluated"), request.POST.getlist("evaluation"), strict=False)
    given = {_id(company): text for company, text in texts}
    try:
        return done_or_told(
            request,
            lambda: invitations.set_evaluations(actor=actor, tender_id=tender.pk, given=given),
            success=_("Kept. Each supplier reads its own with the invitation."),
            back=lambda: redirect("tenders:invite", tender.pk),
            raises=(EvaluationTooLong, InvitationNotFound),
        )
    except (EvaluationTooLong, InvitationNotFound) as error:
        messages.error(request, message(error))
    on_it = list(tender.invitations.select_related("company"))
    for each in on_it:
        each.evaluation = given.get(each.company_id, each.evaluation)
    return _page(request, actor, tender, on_it, 422)


@require_POST
@as_actor(Capability.TENDER_EDIT)
def drop(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Take a supplier off a draft's list."""
    company_id = _id(request.POST.get("company", ""))
    return done_or_told(
        request,
        lambda: invitations.drop_supplier(actor=actor, tender_id=tender_id, company_id=company_id),
        success="",
        back=lambda: redirect("tenders:invite", tender_id),
    )


@require_POST
@as_actor(Capability.TENDER_PUBLISH)
def uninvite(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Withdraw an invitation, with a reason."""
    company_id = _id(request.POST.get("company", "") or request.GET.get("company", ""))
    return done_or_told(
        request,
        lambda: invitations.uninvite(
            actor=actor, tender_id=tender_id, company_id=company_id,
            reason=request.POST.get("reason", ""),
        ),
        success=_("The invitation was withdrawn."),
        back=lambda: redirect("tenders:detail", tender_id),
    )  # fmt: skip


@require_POST
@as_actor(Capability.TENDER_PUBLISH)
def disqualify(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Take a supplier's bids out of the order, with a reason."""
    return _decided(request, actor, tender_id, disqualifying.disqualify)


@require_POST
@as_actor(Capability.TENDER_PUBLISH)
def requalify(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Let a supplier's bids count again, with a reason."""
    return _decided(request, actor, tender_id, disqualifying.requalify)


def _decided(request: HttpRequest, actor: Actor, tender_id: UUID, act: Any) -> HttpResponse:
    company_id = _id(request.POST.get("company", ""))
    return done_or_told(
        request,
        lambda: act(
            actor=actor, tender_id=tender_id, company_id=company_id,
            reason=request.POST.get("reason", ""),
        ),
        success=_("Done. The supplier reads your reason."),
        back=lambda: redirect("tenders:detail", tender_id),
    )  # fmt: skip


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise SupplierUnknown(field="company") from error
