"""An officer's limit: nothing above it is published or awarded, and nothing it cannot measure."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from crm_core.access import members
from crm_core.access.actor import Actor, load_actor
from crm_core.companies.errors import LimitExceeded, LimitNeedsCeiling, LimitOtherCurrency
from crm_core.companies.models import Company, Role
from marketplace.tenders.models import Lot, LotResult, Tender, TenderState
from marketplace.tenders.services import ending, publishing
from tests import tender_house as house

pytestmark = pytest.mark.django_db


def limited(officer: Actor, amount: str, currency: str = "EUR") -> Actor:
    owner = house.person(Company.objects.get(pk=officer.company_id), Role.OWNER,
                         email=f"owner{amount}{currency}@buyer.example")  # fmt: skip
    members.change_member(
        actor=owner, membership_id=officer.membership_id, limit=(amount, currency)
    )
    return load_actor(officer.user_id, officer.company_id)


def test_a_tender_above_the_limit_is_not_published(officer, sellers):
    draft = house.draft(officer, sellers)  # 100 tonnes at 550 at most

    with pytest.raises(LimitExceeded) as above:
        publishing.publish(actor=limited(officer, "54999.99"), tender_id=draft.pk)
    assert above.value.data == {"limit": "54999.99", "total": "55000.00", "currency": "EUR"}
    with pytest.raises(LimitOtherCurrency):
        publishing.publish(actor=limited(officer, "55000", "USD"), tender_id=draft.pk)
    assert Tender.objects.get(pk=draft.pk).state == TenderState.DRAFT
    Lot.objects.filter(tender=draft).update(ceiling=None)
    with pytest.raises(LimitNeedsCeiling):
        publishing.publish(actor=limited(officer, "55000.01"), tender_id=draft.pk)
    Lot.objects.filter(tender=draft).update(ceiling="550")
    published = publishing.publish(actor=limited(officer, "55000"), tender_id=draft.pk)
    assert published.state == TenderState.PUBLISHED


def test_an_award_above_the_limit_is_not_made(officer, sellers):
    tender = house.published(officer, sellers)
    for seller in sellers:
        house.accept(seller, tender)
    house.play(tender, [(timedelta(minutes=1), sellers[0], "540.00")])

    def award(by: Actor) -> LotResult:
        return ending.confirm_result(
            actor=by, tender_id=tender.pk, lot=1, company_id=sellers[0].company_id
        )

    with pytest.raises(LimitExceeded):
        award(limited(officer, "53999.99"))
    assert LotResult.objects.get(lot__tender=tender).decided_at is None
    assert award(limited(officer, "54000")).awarded_to_id == sellers[0].company_id


def test_an_award_is_measured_in_the_winners_own_money_and_never_converted(officer, sellers):
    tender = house.published(officer, sellers, currencies="USD = 0.9; ECB; 2026-11-27")
    for seller in sellers:
        house.accept(seller, tender, currency="USD")
    house.play(tender, [(timedelta(minutes=1), sellers[0], "540.00")])

    def award(by: Actor) -> LotResult:
        return ending.confirm_result(
            actor=by, tender_id=tender.pk, lot=1, company_id=sellers[0].company_id
        )

    # 54 000 dollars would be 48 600 euro.
    with pytest.raises(LimitOtherCurrency) as other:
        award(limited(officer, "50000"))
    assert other.value.data == {"limit_currency": "EUR", "currency": "USD"}
    with pytest.raises(LimitExceeded):
        award(limited(officer, "53999.99", "USD"))
    assert LotResult.objects.get(lot__tender=tender).decided_at is None
    awarded = award(limited(officer, "54000", "USD"))
    assert (awarded.awarded_amount, awarded.awarded_currency) == (Decimal("540.00"), "USD")
