"""Suppliers: chosen, invited late, uninvited; and their own answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from auctions.domain.presets import PRESETS
from auctions.domain.refusals import VatRateNotListed
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.gates import Gate, standings_for
from crm_core.companies.models import Company
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders import auctioning
from marketplace.tenders.building import preset_takes_late
from marketplace.tenders.errors import (
    AcceptanceNotTicked,
    AlreadyInvited,
    EvaluationTooLong,
    InvitationEnded,
    InvitationNotFound,
    InvitedTooLate,
    ReasonRequired,
    SupplierUnknown,
    TenderNotOpen,
)
from marketplace.tenders.models import Invitation, InvitationState, Tender, TenderState
from marketplace.tenders.models.decision import DecisionKind
from marketplace.tenders.models.invitation import ENDED_STATES
from marketplace.tenders.policies import (
    answerable_invitation,
    own_draft,
    own_invitation,
    own_tender,
)
from marketplace.tenders.services.record import remember, tell
from marketplace.tenders.typed_numbers import typed_number

LONGEST_EVALUATION = 2000  # characters


def choose_suppliers(
    *,
    actor: Actor,
    tender_id: UUID,
    companies: Iterable[UUID],
    evaluations: Mapping[UUID, str] | None = None,
) -> int:
    """Plan to invite these companies when the draft is published; how many were new.

    ``evaluations`` as in :func:`set_evaluations`. Raises SupplierUnknown when one of them may not
    be invited; then none is added.
    """
    with transaction.atomic():
        tender = own_draft(actor, tender_id)
        wanted = set(companies)
        found = _invitable(actor).filter(pk__in=wanted)
        if found.count() != len(wanted):
            raise SupplierUnknown(field="companies")
        present = set(tender.invitations.values_list("company_id", flat=True))
        Invitation.objects.bulk_create(
            Invitation(tender=tender, company_id=company_id, added_by_id=actor.user_id)
            for company_id in wanted - present
        )
        if evaluations:
            set_evaluations(actor=actor, tender_id=tender_id, given=evaluations)
    return len(wanted - present)


def drop_supplier(*, actor: Actor, tender_id: UUID, company_id: UUID) -> None:
    """Take a company off the draft's list; it never learned of it."""
    with transaction.atomic():
        tender = own_draft(actor, tender_id)
        removed, _rows = tender.invitations.filter(company_id=company_id).delete()
        if not removed:
            raise InvitationNotFound()


def set_evaluations(*, actor: Actor, tender_id: UUID, given: Mapping[UUID, str]) -> None:
    """What the evaluation of each of these suppliers' tenders came to, in words, while in draft.

    Each is told its own with the invitation, and nobody another's. An empty text says nothing.
    Raises InvitationNotFound or EvaluationTooLong; then nothing is kept.
    """
    with transaction.atomic():
        tender = own_draft(actor, tender_id)
        planned = {each.company_id: each for each in tender.invitations.all()}
        for company_id, text in given.items():
            if company_id not in planned:
                raise InvitationNotFound()
            said = text.replace("\0", "").replace("\r\n", "\n").strip()
            if len(said) > LONGEST_EVALUATION:
                raise EvaluationTooLong(field="evaluation", limit=LONGEST_EVALUATION)
            planned[company_id].evaluation = said
        Invitation.objects.bulk_update([planned[each] for each in given], ["evaluation"])


def invite_late(*, actor: Actor, tender_id: UUID, company_id: UUID) -> Invitation:
    """Invite another supplier to a published tender, also while its auction runs.

    One that was uninvited or declined is invited again: it gets a new seat and accepts the terms
    anew (whoever has bid can do neither, so nothing is lost with the old seat). Raises
    AlreadyInvited while its invitation stands, InvitedTooLate where a preset lets nobody in later.
    """
    with transaction.atomic():
        tender = _open_tender(actor, tender_id)
        if not _invitable(actor).filter(pk=company_id).exists():
            raise SupplierUnknown(field="company")
        kept = tender.invitations.select_for_update(of=("self",)).filter(company_id=company_id)
        invitation = kept.first() or Invitation(tender=tender, company_id=company_id)
        again = not invitation._state.adding
        if again and invitation.state not in ENDED_STATES:
            raise AlreadyInvited(field="company")
        _check_late(tender)
        auctioning.admit(actor=actor, tender=tender, company_id=company_id)
        invitation.state = InvitationState.INVITED
        invitation.late = True
        invitation.added_by_id = actor.user_id
        invitation.invited_at = utc_now()
        invitation.answered_by_id = invitation.answered_at = invitation.seen_at = None
        invitation.reason = ""
        invitation.save()
        remember(
            tender=tender, kind=DecisionKind.INVITED, actor=actor,
            company=invitation.company.legal_name, company_id=str(company_id), late=True,
            again=again,
        )  # fmt: skip
        tell(
            tender=tender, type="tender.invited", actor=actor, companies=[company_id],
            starts_at=moment_to_wire(tender.starts_at), late=True,  # type: ignore[arg-type]
        )  # fmt: skip
    return invitation


def _check_late(tender: Tender) -> None:
    """Raise InvitedTooLate where the preset asks that all are invited at once."""
    if not preset_takes_late(tender):
        raise InvitedTooLate(field="company", preset=PRESETS[(tender.terms or {})["preset"]].text)


def uninvite(*, actor: Actor, tender_id: UUID, company_id: UUID, reason: str) -> Invitation:
    """Withdraw an invitation, with a reason; only while that supplier has not bid."""
    reason = _reason(reason)
    with transaction.atomic():
        tender = _open_tender(actor, tender_id)
        invitation = (
            tender.invitations.select_for_update(of=("self",))
            .select_related("company")
            .filter(company_id=company_id)
            .first()
        )
        if invitation is None:
            raise InvitationNotFound()
        if invitation.state not in (InvitationState.INVITED, InvitationState.ACCEPTED):
            raise InvitationEnded()
        auctioning.remove(
            actor=actor, tender=tender, company_id=company_id, reason=reason, declined=False
        )
        _answer(invitation, InvitationState.UNINVITED, actor, reason)
        remember(
            tender=tender, kind=DecisionKind.UNINVITED, actor=actor, reason=reason,
            company=invitation.company.legal_name, company_id=str(company_id),
        )  # fmt: skip
        tell(
            tender=tender, type="tender.uninvited", actor=actor, companies=[company_id],
            reason=reason,
        )  # fmt: skip
    return invitation


def mark_seen(*, actor: Actor, tender_id: UUID) -> None:
    """Note that somebody of the invited company opened the tender; only the first time counts."""
    if own_invitation(actor, tender_id).seen_at is not None:
        return
    with transaction.atomic():
        invitation = own_invitation(actor, tender_id, lock=True)
        if invitation.seen_at is not None:
            return
        invitation.seen_at = utc_now()
        invitation.save(update_fields=["seen_at"])
        tell(
            tender=invitation.tender, type="tender.seen", actor=actor,
            companies=[actor.company_id],
        )  # fmt: skip


def decline(*, actor: Actor, tender_id: UUID, reason: str) -> Invitation:
    """The supplier does not take part, and says why; only before its first bid."""
    reason = _reason(reason)
    with transaction.atomic():
        invitation = answerable_invitation(actor, tender_id)
        tender = invitation.tender
        if tender.state != TenderState.PUBLISHED:
            raise TenderNotOpen()
        auctioning.remove(
            actor=actor, tender=tender, company_id=actor.company_id, reason=reason, declined=True
        )
        _answer(invitation, InvitationState.DECLINED, actor, reason)
        remember(
            tender=tender, kind=DecisionKind.DECLINED, actor=actor, reason=reason,
            company=actor.company_name, company_id=str(actor.company_id),
        )  # fmt: skip
        tell(
            tender=tender, type="tender.declined", actor=actor, companies=[actor.company_id],
            reason=reason, supplier=actor.company_name,
        )  # fmt: skip
    return invitation


def accept_terms(
    *,
    actor: Actor,
    tender_id: UUID,
    version: int,
    terms_hash: str,
    agreed: bool,
    currency: str = "",
    vat_rate: str | None = None,
) -> Invitation:
    """Accept one version of the terms by its hash, explicitly, for the actor's company.

    Where the terms list currencies or VAT rates, ``currency`` and ``vat_rate`` say along with it in
    which money the company bids; without them it says so later, before its first bid. Raises
    AcceptanceNotTicked without ``agreed``; TermsHashDiffers when the terms were edited since they
    were read. Accepting twice is harmless.
    """
    if not agreed:
        raise AcceptanceNotTicked(field="agreed")
    with transaction.atomic():
        invitation = answerable_invitation(actor, tender_id)
        tender = invitation.tender
        if tender.state != TenderState.PUBLISHED:
            raise TenderNotOpen()
        auctioning.accept(actor=actor, tender=tender, version=version, terms_hash=terms_hash)
        if currency or vat_rate:
            _declare(actor, tender, currency, vat_rate)
        _answer(invitation, InvitationState.ACCEPTED, actor, "")
        remember(
            tender=tender, kind=DecisionKind.ACCEPTED, actor=actor,
            company=actor.company_name, company_id=str(actor.company_id),
            version=version, terms_hash=terms_hash,
        )  # fmt: skip
        tell(
            tender=tender, type="tender.accepted", actor=actor, companies=[actor.company_id],
            version=version,
        )  # fmt: skip
    return invitation


def declare_prices(
    *, actor: Actor, tender_id: UUID, currency: str, vat_rate: str | None
) -> Invitation:
    """Say in which money the actor's company bids; possible until its first bid."""
    with transaction.atomic():
        invitation = answerable_invitation(actor, tender_id)
        if invitation.tender.state != TenderState.PUBLISHED:
            raise TenderNotOpen()
        _declare(actor, invitation.tender, currency, vat_rate)
    return invitation


def _declare(actor: Actor, tender: Tender, currency: str, vat_rate: str | None) -> None:
    rate = typed_number(vat_rate) if vat_rate else None
    if vat_rate and rate is None:
        raise VatRateNotListed(field="vat_rate")
    auctioning.declare(actor=actor, tender=tender, currency=currency or tender.currency, vat=rate)


def _invitable(actor: Actor) -> QuerySet[Company]:
    return Company.objects.filter(sells=True, standing__in=standings_for(Gate.BE_INVITED)).exclude(
        pk=actor.company_id
    )


def _open_tender(actor: Actor, tender_id: UUID) -> Tender:
    tender = own_tender(actor, tender_id, Capability.TENDER_PUBLISH, lock=True)
    if tender.state != TenderState.PUBLISHED:
        raise TenderNotOpen()
    return tender


def _answer(invitation: Invitation, state: InvitationState, actor: Actor, reason: str) -> None:
    invitation.state = state
    invitation.reason = reason
    invitation.answered_by_id = actor.user_id
    invitation.answered_at = utc_now()
    invitation.save(update_fields=["state", "reason", "answered_by", "answered_at"])


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise ReasonRequired(field="reason")
    return text[:1000]
