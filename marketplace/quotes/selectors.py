"""Reads that carry their authorisation: requests of both sides, the comparison, suggestions."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from crm_core.access.actor import Actor
from crm_core.companies.models import Company
from crm_core.companies.selectors import directory
from marketplace.catalog.models import Offer, OfferState
from marketplace.quotes.comparison import Comparison, compared
from marketplace.quotes.errors import QuotesSealed
from marketplace.quotes.models import (
    InvitationState,
    Quote,
    QuoteState,
    Rfq,
    RfqAward,
    RfqEvent,
    RfqInvitation,
    RfqState,
)
from marketplace.quotes.policies import READ, own_invitation, own_rfq


def rfqs(actor: Actor, *, state: str = "") -> QuerySet[Rfq]:
    """Requests of the actor's company and those it is invited to, the newest first, each with
    ``invited`` and ``answered``, how many suppliers."""
    actor.require(READ)
    invited = RfqInvitation.objects.filter(rfq=OuterRef("pk"), supplier_id=actor.company_id)
    found = Rfq.objects.filter(
        Q(company_id=actor.company_id) | Q(Exists(invited), published_at__isnull=False)
    ).select_related("company", "currency")
    if state in RfqState.values:
        found = found.filter(state=state)
    answered = ~Q(invitations__state=InvitationState.INVITED)
    return found.annotate(
        invited=Count("invitations"), answered=Count("invitations", filter=answered)
    ).order_by("-created_at", "id")


def invitations_of(rfq: Rfq) -> QuerySet[RfqInvitation]:
    """Who is invited, by name, and who answered; no price."""
    return rfq.invitations.select_related("supplier").order_by("supplier__latin_name", "id")


def history(rfq: Rfq) -> QuerySet[RfqEvent]:
    """The request's history, the oldest first. For the buyer."""
    return rfq.events.select_related("company", "actor").order_by("id")


def own_quote(actor: Actor, rfq_id: UUID) -> Quote | None:
    """The quote of the actor's company with its lines, withdrawn or not; None without one."""
    invitation = own_invitation(actor, rfq_id)
    return (
        Quote.objects.filter(invitation=invitation)
        .select_related("currency")
        .prefetch_related("lines", "lines__offer", "lines__award", "lines__line")
        .first()
    )


def own_offers(actor: Actor) -> QuerySet[Offer]:
    """The active offers of the actor's company, which it may name in a quote."""
    return (
        Offer.objects.filter(company_id=actor.company_id, state=OfferState.ACTIVE)
        .select_related("product")
        .order_by("sku", "id")
    )


def comparison(actor: Actor, rfq_id: UUID) -> Comparison:
    """Every standing quote beside the others. Raises QuotesSealed before they are opened."""
    rfq = own_rfq(actor, rfq_id)
    if not rfq.is_opened:
        raise QuotesSealed()
    quotes = Quote.objects.filter(invitation__rfq=rfq, state=QuoteState.SUBMITTED)
    quotes = quotes.select_related("currency", "invitation__supplier").prefetch_related(
        "lines", "lines__offer"
    )
    return compared(
        rfq,
        list(rfq.lines.select_related("unit")),
        list(quotes.order_by("invitation__supplier__latin_name", "id")),
        list(RfqAward.objects.filter(rfq=rfq).select_related("order")),
    )


def suggested(actor: Actor, rfq: Rfq) -> QuerySet[Company]:
    """Verified sellers that offer a product or a category of the request and are not on it."""
    lines = rfq.lines.all()
    offers = Offer.objects.filter(company=OuterRef("pk"), state=OfferState.ACTIVE).filter(
        Q(product__in=lines.filter(product__isnull=False).values("product"))
        | Q(product__category__in=lines.filter(category__isnull=False).values("category"))
    )
    return candidates(actor, rfq).filter(Exists(offers))


def candidates(actor: Actor, rfq: Rfq, search: str = "") -> QuerySet[Company]:
    """Verified sellers by name that fit the words and are not on the request."""
    return (
        directory(search=search, sells=True)
        .exclude(pk=actor.company_id)
        .exclude(pk__in=rfq.invitations.order_by().values("supplier_id"))
    )
