"""Companies on their way to being verified, and the people who decide, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils.timezone import localdate

from crm_core.access.actor import Actor
from crm_core.companies.models import Company, Role, Standing
from crm_core.documents import services as documents
from crm_core.documents.models import DocumentVersion
from crm_core.verification.models import VerificationFile
from crm_core.verification.services import own, profile, review
from tests import files_made as made
from tests.files_made import Upload
from tests.people import make_actor, make_company

IBAN = "EE382200221020145685"
PAPERS = ("registry_extract", "articles", "ownership_chart", "bank_letter")
"""What a seller in Estonia without a VAT number owes."""


@dataclass
class House:
    """A company with its owner, and three people of the operator's."""

    company: Company
    owner: Actor
    maker: Actor
    checker: Actor
    third: Actor

    @property
    def file(self) -> VerificationFile:
        return VerificationFile.objects.select_related("company").get(company=self.company)

    @property
    def standing(self) -> str:
        self.company.refresh_from_db()
        return self.company.standing

    def facets(self) -> dict[str, str]:
        return {each.key: each.state for each in self.file.facets.all()}

    def actions(self) -> list[str]:
        return [each.action for each in self.file.entries.order_by("number")]


def build(**fields: Any) -> House:
    """A seller in Estonia that has declared nothing yet."""
    company = make_company(**{"standing": Standing.DRAFT, "buys": False, **fields})
    operator = make_company(operates=True, buys=False, sells=False)
    maker, checker, third = (make_actor(Role.VERIFIER, operator) for _ in range(3))
    return House(company, make_actor(Role.OWNER, company), maker, checker, third)


OWNERS = count()


def identity(**changes: Any) -> dict[str, Any]:
    """The identity part of a complete profile."""
    return {
        "legal_name": "Vormsi Teras OÜ", "latin_name": "Vormsi Teras OU", "legal_form": "OÜ",
        "signatory_name": "Maarja Lepik", "signatory_position": "Member of the board",
        "signatory_basis": "articles", "no_owner": False,
        "addresses": {"registered": {"street": "Sviby tee 1", "city": "Hullo",
                                     "postal_code": "91301", "country": "EE"}},
        "numbers": {"LEI": "213800KUD8LAJWSQ9D15"},
        "activities": ["24.10"], **changes,
    }  # fmt: skip


def people(**changes: Any) -> list[dict[str, Any]]:
    """A director and an owner, who is somebody else of that name in every company."""
    born_on = date(1950, 1, 1) + timedelta(days=next(OWNERS))
    return [
        {"capacity": "director", "name": "Maarja Lepik", "country": "EE", "born_on": "1980-02-03"},
        {
            "capacity": "owner",
            "name": "Maarja Lepik",
            "country": "EE",
            "share": "60",
            "born_on": born_on.isoformat(),
            **changes,
        },
    ]


def account(**changes: Any) -> dict[str, Any]:
    """A bank account."""
    return {"number": IBAN, "bic": "HABAEE2X", "bank_name": "Bank", "currency": "EUR", **changes}


def declare(house: House) -> None:
    """Fill the profile."""
    profile.save_identity(actor=house.owner, **identity())
    profile.save_people(actor=house.owner, people=people())
    profile.save_accounts(actor=house.owner, accounts=[account()])


def add_paper(
    house: House, kind: str, *, issued: date | None = None, **fields: Any
) -> DocumentVersion:
    """Upload a document."""
    return documents.upload(
        actor=house.owner, kind=kind, name=f"{kind}.pdf",
        file=Upload(made.pdf(f"{kind} {fields}")),
        issued_on=issued or localdate() - timedelta(days=5), **fields,
    )  # fmt: skip


def submit(house: House) -> None:
    """A complete case, handed in."""
    declare(house)
    for kind in PAPERS:
        add_paper(house, kind)
    own.submit(actor=house.owner)


def accept_papers(house: House, by: Actor | None = None) -> None:
    """Every document that waits is accepted."""
    waiting = DocumentVersion.objects.filter(
        document__company=house.company, state="submitted"
    ).values_list("pk", flat=True)
    for version_id in list(waiting):
        review.decide_document(
            actor=by or house.maker, company_id=house.company.pk, version_id=version_id,
            accept=True,
        )  # fmt: skip


def propose(house: House, action: str = "verify", **fields: Any) -> None:
    """Reviewed and put before a second person."""
    review.take(actor=house.maker, company_id=house.company.pk)
    accept_papers(house)
    review.propose(actor=house.maker, company_id=house.company.pk, action=action, **fields)


def verify(house: House) -> None:
    """The whole way."""
    submit(house)
    propose(house, risk="low")
    review.confirm(actor=house.checker, company_id=house.company.pk)
