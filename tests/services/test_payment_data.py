"""Payment data of winners: verified accounts only, for those who may pay, behind the gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from crm_core.access.actor import Actor
from crm_core.access.errors import AccessForbidden
from crm_core.companies.errors import StandingTooLow
from crm_core.companies.models import BankAccount, Identifier, Role, Standing
from crm_core.companies.services import set_standing
from crm_core.verification.models import Facet
from crm_core.verification.services import profile
from marketplace.tenders.errors import TenderNotFound
from marketplace.tenders.models import Tender
from marketplace.tenders.payment import payment_data
from marketplace.tenders.services import ending
from tests import tender_house as house
from tests import verification_house as verification
from tests.people import api_client

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("documents_apart", "screening_not_required"),
]
MINUTE = timedelta(minutes=1)


@dataclass
class Awarded:
    """A tender whose one lot was awarded; both companies are verified, accounts included."""

    tender: Tender
    officer: Actor
    finance: Actor
    winner: verification.House
    buyer: verification.House


@pytest.fixture
def awarded() -> Awarded:
    buyer = verification.build(buys=True, sells=True)
    winner = verification.build()
    for each in (buyer, winner):
        verification.verify(each)
        each.company.refresh_from_db()
        Identifier.objects.filter(company=each.company).delete()  # both declare the same LEI
    officer = house.person(buyer.company, Role.OFFICER)
    bidder = house.person(winner.company, Role.BIDDER)
    tender = house.published(officer, [bidder])
    house.accept(bidder, tender)
    house.play(tender, [(MINUTE, bidder, "540.00")])
    ending.confirm_result(
        actor=officer, tender_id=tender.pk, lot=1, company_id=winner.company.pk
    )  # fmt: skip
    finance = house.person(buyer.company, Role.FINANCE)
    return Awarded(tender, officer, finance, winner, buyer)


def test_the_buyers_finance_reads_the_verified_account_of_the_winner(awarded: Awarded) -> None:
    for reader in (awarded.finance, awarded.officer):
        _, (data,) = payment_data(reader, awarded.tender.pk)
        assert data.company == awarded.winner.company
        assert data.lots == (1,)
        assert [each.number for each in data.accounts] == [verification.IBAN]
        assert data.verified_until is not None

    page = house.signed_in(awarded.finance).get(f"/tenders/{awarded.tender.pk}/payment/")
    text = page.content.decode()
    assert "EE38 2200 2210 2014 5685" in text
    assert "no-store" in page["Cache-Control"]
    result = house.signed_in(awarded.finance).get(f"/tenders/{awarded.tender.pk}/result/")
    assert f"/tenders/{awarded.tender.pk}/payment/" in result.content.decode()

    answer = api_client(awarded.finance).get(f"/api/v1/tenders/{awarded.tender.pk}/payment-data/")
    (row,) = answer.json()
    assert row["name"] == awarded.winner.company.legal_name
    assert row["accounts"][0]["number"] == verification.IBAN


def test_an_account_that_is_not_verified_now_is_never_told(awarded: Awarded) -> None:
    facets = Facet.objects.filter(file__company=awarded.winner.company, key="bank")
    for state in ("reopened", "expired", "unverified"):
        facets.update(state=state)
        _, (data,) = payment_data(awarded.finance, awarded.tender.pk)
        assert data.accounts == (), state

    yesterday = localdate() - timedelta(days=1)
    facets.update(state="verified", valid_until=yesterday)  # nobody noted yet that it is over
    _, (data,) = payment_data(awarded.finance, awarded.tender.pk)
    assert data.accounts == ()

    facets.update(state="expiring", valid_until=localdate())
    _, (data,) = payment_data(awarded.finance, awarded.tender.pk)
    assert data.accounts

    set_standing(company_id=awarded.winner.company.pk, standing=Standing.SUSPENDED)
    _, (data,) = payment_data(awarded.finance, awarded.tender.pk)
    assert data.accounts == ()
    page = house.signed_in(awarded.finance).get(f"/tenders/{awarded.tender.pk}/payment/")
    assert "EE38" not in page.content.decode()
    assert "has no verified account at the moment" in page.content.decode()


def test_an_account_that_changes_while_it_is_read_is_not_told_as_verified(
    awarded: Awarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Facet.objects.filter

    def changed_meanwhile(*args: Any, **kwargs: Any) -> Any:
        if "file__company__standing__in" in kwargs:
            account = {**verification.account(), "number": "EE471000001020145685"}
            profile.save_accounts(actor=awarded.winner.owner, accounts=[account])
        return real(*args, **kwargs)

    monkeypatch.setattr(Facet.objects, "filter", changed_meanwhile)
    _, (data,) = payment_data(awarded.finance, awarded.tender.pk)
    assert data.accounts == ()
    assert BankAccount.objects.get(company=awarded.winner.company).number.startswith("EE47")


def test_the_gate_asks_for_an_account_of_the_buyers_own(awarded: Awarded) -> None:
    Facet.objects.filter(file__company=awarded.buyer.company, key="bank").update(state="expired")
    with pytest.raises(StandingTooLow) as refused:
        payment_data(awarded.finance, awarded.tender.pk)
    assert refused.value.data == {
        "action": "payment_data", "missing": ["bank"], "see": "/company/#gates",
    }  # fmt: skip

    answer = api_client(awarded.finance).get(f"/api/v1/tenders/{awarded.tender.pk}/payment-data/")
    assert (answer.status_code, answer.json()["code"]) == (403, StandingTooLow.code)
    page = house.signed_in(awarded.finance).get(f"/tenders/{awarded.tender.pk}/payment/")
    assert page.status_code == 403
    assert "/company/#gates" in page.content.decode()


def test_nobody_else_is_told(awarded: Awarded) -> None:
    for role in (Role.REQUESTER, Role.APPROVER, Role.SIGNATORY):
        with pytest.raises(AccessForbidden):
            payment_data(house.person(awarded.buyer.company, role), awarded.tender.pk)
    for stranger in (
        house.person(awarded.winner.company, Role.FINANCE),
        house.buyer("Another AS", Role.FINANCE),
    ):
        with pytest.raises(TenderNotFound):
            payment_data(stranger, awarded.tender.pk)


def test_many_accounts_cost_no_more_queries(awarded: Awarded) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            payment_data(awarded.finance, awarded.tender.pk)
        return len(counted)

    before = queries()
    held = BankAccount.objects.get(company=awarded.winner.company)
    for currency in ("USD", "SEK", "NOK"):
        BankAccount.objects.create(
            company=held.company, number=f"{held.number}{currency}", is_iban=False,
            bank_name=held.bank_name, holder=held.holder, currency=currency, country=held.country,
        )  # fmt: skip
    assert queries() == before <= 6
