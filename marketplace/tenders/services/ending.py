"""How a tender ends: cancelled, annulled, or with a confirmed result for each lot."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from auctions.domain import worth
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.limits import check_limit
from kernel.clock import utc_now
from kernel.decimals import to_wire
from marketplace.tenders import auctioning
from marketplace.tenders.errors import (
    AwardeeWithoutBid,
    DepartureNeedsReason,
    LotNotFound,
    ReasonRequired,
    ResultDecided,
    ResultNotReady,
    TenderNotOpen,
)
from marketplace.tenders.models import LotOutcome, LotResult, Tender, TenderState
from marketplace.tenders.models.decision import DecisionKind
from marketplace.tenders.policies import own_tender
from marketplace.tenders.services.record import remember, tell


def cancel(*, actor: Actor, tender_id: UUID, reason: str) -> Tender:
    """End a published tender and its auction without a result, before the close."""
    reason = _reason(reason)
    with transaction.atomic():
        tender = own_tender(actor, tender_id, Capability.TENDER_PUBLISH, lock=True)
        if tender.state != TenderState.PUBLISHED:
            raise TenderNotOpen()
        auctioning.cancel(actor=actor, tender=tender, reason=reason)
        _stop(tender, TenderState.CANCELLED, DecisionKind.CANCELLED, actor, reason)
    return tender


def annul(*, actor: Actor, tender_id: UUID, reason: str) -> Tender:
    """Declare the auction void because something went wrong; also after its close.

    Not once a lot's result was confirmed: then suppliers rely on it.
    """
    reason = _reason(reason)
    with transaction.atomic():
        tender = own_tender(actor, tender_id, Capability.TENDER_PUBLISH, lock=True)
        if tender.state not in (TenderState.PUBLISHED, TenderState.CLOSED, TenderState.FAILED):
            raise TenderNotOpen()
        if LotResult.objects.filter(lot__tender=tender, decided_at__isnull=False).exists():
            raise ResultDecided()
        auctioning.annul(actor=actor, tender=tender, reason=reason)
        _stop(tender, TenderState.ANNULLED, DecisionKind.ANNULLED, actor, reason)
    return tender


def confirm_result(
    *,
    actor: Actor,
    tender_id: UUID,
    lot: int,
    company_id: UUID | None,
    reason: str = "",
) -> LotResult:
    """Decide a closed lot: award it to its winner at the price the rule gives, to another at that
    supplier's own best price, or to nobody.

    The decision is written to the auction's ledger in the same transaction and stays. Anything but
    the leading bid of a lot that was won needs a reason. When every lot is decided the tender is.
    """
    reason = reason.strip()[:1000]
    with transaction.atomic():
        tender = own_tender(actor, tender_id, Capability.TENDER_AWARD, lock=True)
        if tender.state != TenderState.CLOSED:
            raise ResultNotReady()
        result = _undecided(tender, lot)
        amount, currency = None, ""
        expected = result.leader_id if result.outcome == LotOutcome.WON else None
        if company_id is not None:
            amount = auctioning.best_of(tender=tender, lot=lot, company_id=company_id)
            if company_id == expected:
                amount = result.leader_amount  # what the rule makes it pay
            if amount is None:
                raise AwardeeWithoutBid(field="company")
            seat = auctioning.seats(tender)[company_id]
            terms = auctioning.lot_terms(tender, seat, lot)
            total = worth.total(terms, amount, max(2, terms.scale))
            currency = auctioning.currency_of(tender, seat)
            check_limit(actor.limit, total, currency)
        departs = company_id != expected or (result.outcome == LotOutcome.RESERVE_NOT_MET)
        if company_id is not None and company_id == expected:
            departs = departs or auctioning.is_broken(tender=tender, lot=lot)
        if departs and not reason:
            raise DepartureNeedsReason(field="reason")
        auctioning.award(
            actor=actor, tender=tender, lot=lot, company_id=company_id, amount=amount,
            reason=reason,
        )  # fmt: skip
        result.awarded_to_id = company_id
        result.awarded_amount = amount
        result.awarded_currency = currency
        result.reason = reason
        result.decided_by_id = actor.user_id
        result.decided_at = utc_now()
        result.save()
        remember(
            tender=tender,
            kind=DecisionKind.AWARDED if company_id else DecisionKind.NOT_AWARDED,
            actor=actor, reason=reason, lot=lot,
            company=result.awarded_to.legal_name if result.awarded_to else "",
            company_id=str(company_id or ""), amount=to_wire(amount) if amount else "",
            **({"currency": currency} if currency != tender.currency and currency else {}),
        )  # fmt: skip
        _finish(tender, actor)
    return result


def _finish(tender: Tender, actor: Actor) -> None:
    """Once nothing is left to decide, the tender is awarded and everybody who bid is told."""
    left = LotResult.objects.filter(lot__tender=tender, decided_at__isnull=True)
    if left.exclude(outcome=LotOutcome.NO_BID).exists():
        return
    tender.state = TenderState.AWARDED
    tender.updated_at = utc_now()
    tender.save(update_fields=["state", "updated_at"])
    tell(
        tender=tender, type="tender.awarded", actor=actor,
        companies=auctioning.companies_with_bids(tender),
    )  # fmt: skip


def _undecided(tender: Tender, number: int) -> LotResult:
    lot = tender.lots.filter(number=number).first()
    if lot is None:
        raise LotNotFound()
    result = LotResult.objects.select_for_update(of=("self",)).filter(lot=lot).first()
    if result is None:
        raise ResultNotReady()
    if result.decided_at is not None:
        raise ResultDecided()
    return result


def _stop(
    tender: Tender, state: TenderState, kind: DecisionKind, actor: Actor, reason: str
) -> None:
    now = utc_now()
    tender.state = state
    tender.state_reason = reason
    tender.ended_at = tender.ended_at or now
    tender.updated_at = now
    tender.save(update_fields=["state", "state_reason", "ended_at", "updated_at"])
    remember(tender=tender, kind=kind, actor=actor, reason=reason)
    invited = tender.invitations.values_list("company_id", flat=True)
    tell(
        tender=tender, type=f"tender.{state.value}", actor=actor, companies=list(invited),
        reason=reason, **auctioning.closing_record(tender),
    )  # fmt: skip


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise ReasonRequired(field="reason")
    return text[:1000]
