"""Values of the criteria: what the buyer enters for each supplier, before the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from auctions.domain.rules import scoring as rule
from auctions.domain.terms import Terms, terms_from_document
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from infra.problems import message
from kernel.errors import FairfallError, Kind
from marketplace.tenders import auctioning
from marketplace.tenders.errors import (
    InvitationNotFound,
    LotNotFound,
    ScoreNumberMalformed,
    TenderNotOpen,
    TenderNotScored,
)
from marketplace.tenders.models import Invitation, Tender, TenderState
from marketplace.tenders.models.invitation import VISIBLE_STATES
from marketplace.tenders.policies import own_tender
from marketplace.tenders.typed_numbers import typed_number


@dataclass(frozen=True, slots=True)
class Valued:
    """One supplier on one lot, with its values; None while none are set."""

    company_id: UUID
    name: str
    lot: int
    values: tuple[Decimal, ...] | None
    fixed: bool  # the lot started, or it has bid where that may be known


def scored_terms(tender: Tender) -> Terms:
    """The terms of a published tender that scores. Raises TenderNotScored."""
    terms = terms_from_document(tender.terms) if tender.terms else None
    if terms is None or terms.scoring is None:
        raise TenderNotScored()
    return terms


def scored_suppliers(actor: Actor, tender_id: UUID) -> tuple[Tender, QuerySet[Invitation]]:
    """One's own tender and the suppliers that get values, by name."""
    tender = own_tender(actor, tender_id)
    scored_terms(tender)
    found = tender.invitations.filter(state__in=VISIBLE_STATES).select_related("company")
    return tender, found.order_by("company__latin_name", "id")


def valued(tender: Tender, invitations: Sequence[Invitation], lot: int) -> list[Valued]:
    """What is set for these suppliers on one lot. Raises LotNotFound."""
    state = auctioning.state_of(tender)
    seats = auctioning.seats(tender)
    if lot not in state.lots:
        raise LotNotFound(field="lot")
    there = state.lots[lot]
    found = []
    for invitation in invitations:
        code = seats.get(invitation.company_id, "")
        seat = state.seats.get(code)
        found.append(
            Valued(
                company_id=invitation.company_id,
                name=invitation.company.legal_name,
                lot=lot,
                values=there.values.get(code),
                fixed=there.outcome is not None
                or seat is None
                or rule.fixed(state, there, seat)
                or not state.phase.is_open,
            )
        )
    return found


def set_values(
    *, actor: Actor, tender_id: UUID, lot: int, company_id: UUID, values: Sequence[str]
) -> Valued:
    """Fix one supplier's values on one lot; it sees them, nobody else does."""
    wrong = set_all(actor=actor, tender_id=tender_id, lot=lot, given={company_id: values})
    for error in wrong.values():
        raise error
    tender = own_tender(actor, tender_id)
    invitation = tender.invitations.select_related("company").get(company_id=company_id)
    return valued(tender, [invitation], lot)[0]


def set_all(
    *, actor: Actor, tender_id: UUID, lot: int, given: Mapping[UUID, Sequence[str]]
) -> dict[UUID, FairfallError]:
    """Fix several suppliers' values on one lot: all, or none; what is wrong with each."""
    wrong: dict[UUID, FairfallError] = {}
    with transaction.atomic():
        tender = own_tender(actor, tender_id, Capability.TENDER_PUBLISH, lock=True)
        scored_terms(tender)
        if tender.state != TenderState.PUBLISHED:
            raise TenderNotOpen()
        seats = auctioning.seats(tender)
        for company_id, texts in given.items():
            if company_id not in seats:
                raise InvitationNotFound()
            try:
                values = tuple(
                    _number(text, f"values.{place}") for place, text in enumerate(texts, start=1)
                )
                auctioning.set_scoring(
                    actor=actor, tender=tender, lot=lot, company_id=company_id, values=values
                )
            except FairfallError as error:
                if error.kind in (Kind.FORBIDDEN, Kind.UNAVAILABLE):
                    raise
                wrong[company_id] = error
        if wrong:
            transaction.set_rollback(True)
    return wrong


def told(error: FairfallError) -> tuple[int | None, str]:
    """Which value is wrong (from 1; None: the whole row), and the words for it."""
    place = (error.field or "").removeprefix("values.")
    return (int(place) if place.isdecimal() else None), message(error)


def _number(text: str, field: str) -> Decimal:
    number = typed_number(str(text).strip() or "0")
    if number is None:
        raise ScoreNumberMalformed(field=field)
    return number
