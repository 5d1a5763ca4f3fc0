"""What the auction's ledger says reaches its tender here, through the relay; idempotent.

A handler runs in the transaction that moves its offset. What a service of this room wrote in the
same step as the ledger is found done and left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from auctions.domain import events
from auctions.domain.state import AuctionState
from infra.relay import Event
from kernel.clock import utc_now
from marketplace.tenders import auctioning
from marketplace.tenders.models import (
    Invitation,
    InvitationState,
    LotOutcome,
    LotResult,
    Tender,
    TenderState,
)
from marketplace.tenders.models.decision import DecisionKind
from marketplace.tenders.services.record import remember, tell


def on_ledger(event: Event) -> None:
    """Take over one entry of an auction's ledger; other auctions and kinds are passed over."""
    kind = event.payload["kind"]
    handle = _HANDLERS.get(kind)
    if handle is None:
        return
    tender = Tender.objects.select_for_update().filter(auction_id=event.payload["auction"]).first()
    if tender is not None:
        handle(tender, events.event_from(kind, event.payload["body"]))


def _terms_accepted(tender: Tender, accepted: events.TermsAccepted) -> None:
    invitation = _invitation(tender, accepted.seat)
    if invitation is not None and invitation.state == InvitationState.INVITED:
        invitation.state = InvitationState.ACCEPTED
        invitation.answered_at = accepted.received_at
        invitation.save(update_fields=["state", "answered_at"])
        remember(
            tender=tender, kind=DecisionKind.ACCEPTED, actor=None,
            company=invitation.company.legal_name, company_id=str(invitation.company_id),
            version=accepted.version, terms_hash=accepted.terms_hash,
        )  # fmt: skip


def _seat_removed(tender: Tender, removed: events.SeatRemoved) -> None:
    invitation = _invitation(tender, removed.seat)
    state = InvitationState.DECLINED if removed.declined else InvitationState.UNINVITED
    if invitation is not None and invitation.state in (
        InvitationState.INVITED,
        InvitationState.ACCEPTED,
    ):
        invitation.state = state
        invitation.reason = removed.reason or "–"
        invitation.answered_at = utc_now()
        invitation.save(update_fields=["state", "reason", "answered_at"])


def _terms_changed(tender: Tender, changed: events.TermsChanged) -> None:
    if tender.terms_hash == changed.terms_hash:
        return
    tender.terms = changed.terms.document()
    tender.terms_hash = changed.terms_hash
    tender.starts_at = changed.terms.starts_at
    tender.updated_at = utc_now()
    tender.save(update_fields=["terms", "terms_hash", "starts_at", "updated_at"])
    remember(
        tender=tender, kind=DecisionKind.TERMS_CHANGED, actor=None,
        version=changed.terms.version, terms_hash=changed.terms_hash,
    )  # fmt: skip
    tell(
        tender=tender, type="tender.terms_changed", companies=_taking_part(tender),
        version=changed.terms.version,
    )  # fmt: skip


def _lot_closed(tender: Tender, closed: events.LotClosed) -> None:
    lot = tender.lots.filter(number=closed.lot).first()
    if lot is None or LotResult.objects.filter(lot=lot).exists():
        return
    seat, amount = closed.seat, closed.amount
    if closed.outcome is events.LotOutcome.RESERVE_NOT_MET:
        seat, amount = auctioning.leader_of(tender=tender, lot=closed.lot)
    LotResult.objects.create(
        lot=lot,
        outcome=LotOutcome(closed.outcome.value),
        closed_at=closed.at,
        leader_seat=seat or "",
        leader_id=auctioning.company_of_seat(tender, seat) if seat else None,
        leader_amount=amount,
        leader_currency=auctioning.currency_of(tender, seat) if seat else "",
    )


def take_over_winners(tender: Tender, before: AuctionState) -> None:
    """At once, in the step that disqualified somebody, what the relay would bring later."""
    for number, lot in auctioning.state_of(tender).lots.items():
        was = before.lots[number]
        changed = (lot.winner, lot.price) != (was.winner, was.price)
        if changed and lot.outcome is not None and lot.closed_at is not None:
            _winner_changed(
                tender,
                events.WinnerChanged(number, lot.outcome, lot.winner, lot.price, lot.closed_at),
            )


def _winner_changed(tender: Tender, changed: events.WinnerChanged) -> None:
    result = LotResult.objects.filter(
        lot__tender=tender, lot__number=changed.lot, decided_at__isnull=True
    ).first()
    if result is None:
        return
    seat, amount = changed.seat, changed.amount
    if changed.outcome is events.LotOutcome.RESERVE_NOT_MET:
        seat, amount = auctioning.leader_of(tender=tender, lot=changed.lot)
    result.outcome = LotOutcome(changed.outcome.value)
    result.leader_seat = seat or ""
    result.leader_id = auctioning.company_of_seat(tender, seat) if seat else None
    result.leader_amount = amount
    result.leader_currency = auctioning.currency_of(tender, seat) if seat else ""
    result.save()


def _closed(tender: Tender, closed: events.Closed) -> None:
    if tender.state != TenderState.PUBLISHED:
        return
    won = closed.outcome is events.AuctionOutcome.CLOSED
    tender.state = TenderState.CLOSED if won else TenderState.FAILED
    tender.ended_at = closed.at
    tender.updated_at = utc_now()
    tender.save(update_fields=["state", "ended_at", "updated_at"])
    remember(
        tender=tender, kind=DecisionKind.CLOSED if won else DecisionKind.FAILED, actor=None,
        outcome=closed.outcome.value,
    )  # fmt: skip
    tell(
        tender=tender, type="tender.closed" if won else "tender.failed",
        companies=_taking_part(tender), outcome=closed.outcome.value,
        **auctioning.closing_record(tender),
    )  # fmt: skip


def _cancelled(tender: Tender, cancelled: events.Cancelled) -> None:
    _stopped(tender, TenderState.CANCELLED, DecisionKind.CANCELLED, cancelled)


def _annulled(tender: Tender, annulled: events.Annulled) -> None:
    _stopped(tender, TenderState.ANNULLED, DecisionKind.ANNULLED, annulled)


def _stopped(
    tender: Tender,
    state: TenderState,
    kind: DecisionKind,
    stopped: events.Cancelled | events.Annulled,
) -> None:
    if tender.state in (TenderState.CANCELLED, TenderState.ANNULLED):
        return
    tender.state = state
    tender.state_reason = stopped.reason or "–"
    tender.ended_at = tender.ended_at or stopped.at
    tender.updated_at = utc_now()
    tender.save(update_fields=["state", "state_reason", "ended_at", "updated_at"])
    remember(tender=tender, kind=kind, actor=None, reason=stopped.reason)
    tell(
        tender=tender, type=f"tender.{state.value}", companies=_taking_part(tender),
        reason=stopped.reason, **auctioning.closing_record(tender),
    )  # fmt: skip


def _invitation(tender: Tender, seat: str) -> Invitation | None:
    company_id = auctioning.company_of_seat(tender, seat)
    return (
        tender.invitations.select_for_update(of=("self",))
        .select_related("company")
        .filter(company_id=company_id)
        .first()
    )


def _taking_part(tender: Tender) -> list[UUID]:
    return list(
        tender.invitations.filter(
            state__in=[InvitationState.INVITED, InvitationState.ACCEPTED]
        ).values_list("company_id", flat=True)
    )


_HANDLERS: Mapping[str, Callable[[Tender, Any], None]] = {
    events.TermsAccepted.kind: _terms_accepted,
    events.SeatRemoved.kind: _seat_removed,
    events.TermsChanged.kind: _terms_changed,
    events.LotClosed.kind: _lot_closed,
    events.WinnerChanged.kind: _winner_changed,
    events.Closed.kind: _closed,
    events.Cancelled.kind: _cancelled,
    events.Annulled.kind: _annulled,
}
TYPES = frozenset(f"auction.{kind}" for kind in _HANDLERS)
