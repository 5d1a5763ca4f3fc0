"""The bank accounts of companies that may be paid to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.timezone import localdate

from crm_core.companies.gates import Gate, standings_for
from crm_core.companies.models import BankAccount
from crm_core.verification.domain.terms import BANK, VALID
from crm_core.verification.models import Facet


@dataclass(slots=True)
class VerifiedAccounts:
    """A company's accounts, and until when their verification holds."""

    until: date | None
    accounts: list[BankAccount] = field(default_factory=list)


def verified_accounts(company_ids: Collection[UUID]) -> dict[UUID, VerifiedAccounts]:
    """The accounts of those companies whose standing and bank account are verified now.

    A company that changed an account is left out until it is verified anew: what was verified and
    what is declared are the same whenever it is in.
    """
    # Accounts first: who changes one reopens the facet with it, and so drops out below.
    kept = list(BankAccount.objects.filter(company_id__in=company_ids).order_by("currency", "id"))
    facets = Facet.objects.filter(
        file__company_id__in=company_ids, file__company__standing__in=standings_for(Gate.BID),
        key=BANK, state__in=VALID,
    ).exclude(valid_until__lt=localdate())  # fmt: skip
    found = {
        company_id: VerifiedAccounts(until)
        for company_id, until in facets.values_list("file__company_id", "valid_until")
    }
    for account in kept:
        if account.company_id in found:
            found[account.company_id].accounts.append(account)
    return found
