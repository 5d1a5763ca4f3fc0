"""To which accounts the winners of a tender are paid: verified ones, told to those who may pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from crm_core.access.actor import GATES_PAGE, Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.gates import Gate, require_gate
from crm_core.companies.models import BankAccount, Company
from crm_core.verification.accounts import verified_accounts
from marketplace.tenders.models import LotResult, Tender
from marketplace.tenders.policies import own_tender


@dataclass(frozen=True, slots=True)
class PaymentData:
    """A winner and the numbers of its lots; no accounts unless they are verified now."""

    company: Company
    lots: tuple[int, ...]
    accounts: tuple[BankAccount, ...]
    verified_until: date | None


def payment_data(actor: Actor, tender_id: UUID) -> tuple[Tender, list[PaymentData]]:
    """A tender of the actor's company, and every company that was awarded a lot, by name; the same
    number of queries however many there are.

    Raises TenderNotFound, AccessForbidden; StandingTooLow until the actor's company and a bank
    account of its own are verified.
    """
    tender = own_tender(actor, tender_id, Capability.PAYMENT_READ)
    require_gate(Company.objects.get(pk=actor.company_id), Gate.PAYMENT_DATA, see=GATES_PAGE)
    awards = (
        LotResult.objects.filter(lot__tender=tender, awarded_to__isnull=False)
        .select_related("lot", "awarded_to")
        .order_by("awarded_to__legal_name", "awarded_to_id", "lot__number")
    )
    lots: dict[Company, list[int]] = {}
    for award in awards:
        lots.setdefault(award.awarded_to, []).append(award.lot.number)
    verified = verified_accounts([company.pk for company in lots])
    found = []
    for company, numbers in lots.items():
        held = verified.get(company.pk)
        found.append(
            PaymentData(
                company=company,
                lots=tuple(numbers),
                accounts=tuple(held.accounts) if held else (),
                verified_until=held.until if held else None,
            )
        )
    return tender, found
