"""The tender's own page, for the buyer and for an invited supplier, and what each may do there."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from auctions.domain import money
from auctions.domain.rules.disqualify import TAKEN_IN
from auctions.domain.terms import terms_from_document
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from marketplace.tenders import auctioning, selectors, wording
from marketplace.tenders.building import takes_late
from marketplace.tenders.calendar import calendar_entry
from marketplace.tenders.models import InvitationState, Tender, TenderState
from marketplace.tenders.pages.common import done_or_told
from marketplace.tenders.pages.terms import lot_rows
from marketplace.tenders.policies import own_invitation, own_tender
from marketplace.tenders.services import ending, invitations, practising


@require_safe
@as_actor(Capability.TENDER_READ)
def detail(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """The buyer's page of its own tender; the supplier's of one it is invited to."""
    if Tender.objects.filter(pk=tender_id, company_id=actor.company_id).exists():
        return _for_buyer(request, actor, own_tender(actor, tender_id))
    return _for_supplier(request, actor, tender_id)


def _for_buyer(request: HttpRequest, actor: Actor, tender: Tender) -> HttpResponse:
    if tender.is_draft and actor.can(Capability.TENDER_EDIT):
        return redirect("tenders:edit", tender.pk)
    terms = terms_from_document(tender.terms) if tender.terms else None
    people = list(tender.invitations.select_related("company"))
    counts = {
        state: sum(each.state == state for each in people) for state in InvitationState.values
    }
    context = {
        "tender": tender,
        "terms": terms,
        "words": wording.in_words(terms) if terms else [],
        "lots": list(tender.lots.select_related("result").order_by("number")),
        "invitations": people,
        "invited": len(people) - counts[InvitationState.UNINVITED],
        "accepted": counts[InvitationState.ACCEPTED],
        "declined": counts[InvitationState.DECLINED],
        "history": selectors.history(tender)[:50],
        "phase": auctioning.row_of(tender).phase if tender.auction_id else "",
        "may_publish": actor.can(Capability.TENDER_PUBLISH),
        "may_edit": actor.can(Capability.TENDER_EDIT),
        "may_award": actor.can(Capability.TENDER_AWARD),
        "disqualified": auctioning.disqualified(tender) if tender.auction_id else set(),
        "may_disqualify": tender.state in (TenderState.PUBLISHED, TenderState.CLOSED)
        and terms is not None
        and terms.format in TAKEN_IN
        and not (terms.blind and tender.state == TenderState.PUBLISHED),
        "is_open": tender.state == TenderState.PUBLISHED,
        "may_invite": tender.state == TenderState.PUBLISHED
        and actor.can(Capability.TENDER_PUBLISH)
        and takes_late(tender),
        "may_annul": tender.state
        in (TenderState.PUBLISHED, TenderState.CLOSED, TenderState.FAILED),
    }
    return render(request, "tenders/detail_buyer.html", context)


def _for_supplier(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    invitation = own_invitation(actor, tender_id)
    if invitation.seen_at is None:
        invitations.mark_seen(actor=actor, tender_id=tender_id)
    tender = invitation.tender
    terms = terms_from_document(tender.terms)
    seat = auctioning.seats(tender).get(actor.company_id, "")
    accepted = _accepted_version(tender, seat)
    context = {
        "tender": tender,
        "invitation": invitation,
        "terms": terms,
        "words": wording.in_words(terms),
        "lots": lot_rows(terms, tender.currency),
        "phase": auctioning.row_of(tender).phase,
        "accepted_version": accepted,
        "asks_prices": money.asked_for(terms),
        "prices": auctioning.prices_of(tender, seat),
        "may_declare": not auctioning.has_bid(tender, seat),
        "must_accept": invitation.state != InvitationState.DECLINED and accepted < terms.version,
        "may_answer": actor.can(Capability.TENDER_ANSWER),
        "is_open": tender.state == TenderState.PUBLISHED,
        "may_invite": tender.state == TenderState.PUBLISHED
        and actor.can(Capability.TENDER_PUBLISH)
        and takes_late(tender),
        "has_declined": invitation.state == InvitationState.DECLINED,
        "may_practise": actor.can(Capability.AUCTION_BID)
        and practising.is_open_to(invitation, auctioning.row_of(tender).phase),
    }
    return render(request, "tenders/detail_supplier.html", context)


def _accepted_version(tender: Tender, seat: str) -> int:
    found = auctioning.state_of(tender).seats.get(seat)
    return found.accepted_version if found else 0


@require_POST
@as_actor(Capability.TENDER_ANSWER)
def accept(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Accept the terms by the hash that was shown."""
    version = request.POST.get("version", "")
    return done_or_told(
        request,
        lambda: invitations.accept_terms(
            actor=actor,
            tender_id=tender_id,
            version=int(version) if version.isdecimal() and len(version) < 6 else 0,
            terms_hash=request.POST.get("terms_hash", "")[:64],
            agreed=request.POST.get("agreed") == "on",
            currency=request.POST.get("currency", "")[:3],
            vat_rate=request.POST.get("vat_rate", "")[:10] or None,
        ),
        success=_("Terms accepted. You may bid when the lots open."),
        back=lambda: redirect("tenders:detail", tender_id),
    )


@require_POST
@as_actor(Capability.TENDER_ANSWER)
def declare_prices(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Say in which currency and with which VAT rate the company bids."""
    return done_or_told(
        request,
        lambda: invitations.declare_prices(
            actor=actor,
            tender_id=tender_id,
            currency=request.POST.get("currency", "")[:3],
            vat_rate=request.POST.get("vat_rate", "")[:10] or None,
        ),
        success=_("Your currency and VAT rate are set."),
        back=lambda: redirect("tenders:detail", tender_id),
    )


@require_POST
@as_actor(Capability.TENDER_ANSWER)
def decline(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Do not take part, with a reason."""
    return done_or_told(
        request,
        lambda: invitations.decline(
            actor=actor, tender_id=tender_id, reason=request.POST.get("reason", "")
        ),
        success=_("You declined. The buyer has your reason."),
        back=lambda: redirect("tenders:detail", tender_id),
    )


@require_POST
@as_actor(Capability.TENDER_PUBLISH)
def cancel(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """End the tender without a result, with a reason."""
    return done_or_told(
        request,
        lambda: ending.cancel(
            actor=actor, tender_id=tender_id, reason=request.POST.get("reason", "")
        ),
        success=_("The tender was cancelled."),
        back=lambda: redirect("tenders:detail", tender_id),
    )


@require_POST
@as_actor(Capability.TENDER_PUBLISH)
def annul(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Declare the auction void, with a reason."""
    return done_or_told(
        request,
        lambda: ending.annul(
            actor=actor, tender_id=tender_id, reason=request.POST.get("reason", "")
        ),
        success=_("The tender was annulled."),
        back=lambda: redirect("tenders:detail", tender_id),
    )


@require_safe
@as_actor(Capability.TENDER_READ)
def calendar(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """The auction as a calendar file, for either side."""
    tender = (
        Tender.objects.filter(pk=tender_id, company_id=actor.company_id)
        .exclude(state=TenderState.DRAFT)
        .first()
    )
    tender = tender or own_invitation(actor, tender_id).tender
    url = request.build_absolute_uri(reverse("tenders:detail", args=[tender.pk]))
    text = calendar_entry(tender, terms_from_document(tender.terms), url=url)
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{tender.reference}.ics"'},
    )
