"""The least standing per action: the table, what holds to it, and what a company is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from crm_core.access.actor import load_actor
from crm_core.access.capabilities import GATE_OF, Capability
from crm_core.access.errors import CompanyNotVerified, CompanySuspended
from crm_core.companies.errors import StandingTooLow
from crm_core.companies.gates import MINIMUM, Gate, gates_of, lacks, require_gate, valid_facets
from crm_core.companies.models import Company, Role, Standing
from crm_core.companies.selectors import directory
from crm_core.companies.services import set_standing
from crm_core.people.models import User
from crm_core.verification.models import Facet
from tests import verification_house as house
from tests.people import api_client, make_actor, make_company

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("standing", Standing.values)
@pytest.mark.parametrize("gate", list(Gate))
def test_only_a_verified_company_passes_any_gate(gate, standing):
    company = make_company(standing=standing)
    missing = lacks(gate, standing, frozenset({"bank"}))

    assert (missing == ()) == (standing == Standing.VERIFIED)
    assert lacks(Gate.PAYMENT_DATA, Standing.VERIFIED, frozenset()) == ("bank",)
    if gate is not Gate.PAYMENT_DATA and standing == Standing.VERIFIED:
        require_gate(company, gate)
    else:
        with pytest.raises(StandingTooLow) as refusal:
            require_gate(company, gate)
        assert refusal.value.data["action"] == gate.value
    assert set(MINIMUM) == set(Gate)


@pytest.mark.parametrize("capability", list(GATE_OF))
@pytest.mark.parametrize(
    ("standing", "error"),
    [(Standing.DRAFT, CompanyNotVerified), (Standing.SUSPENDED, CompanySuspended)],
)
def test_a_capability_behind_a_gate_is_held_back_with_the_way_to_open_it(
    capability, standing, error
):
    role = {
        Capability.ORDER_APPROVE: Role.APPROVER,
        Capability.ORDER_ANSWER: Role.BIDDER,
    }.get(capability) or {Gate.BID: Role.BIDDER, Gate.OFFER: Role.CATALOG_MANAGER}.get(
        GATE_OF[capability], Role.OFFICER
    )
    actor = make_actor(role)
    actor.require(capability)
    set_standing(company_id=actor.company_id, standing=standing)

    with pytest.raises(error) as refusal:
        load_actor(actor.user_id, actor.company_id).require(capability)
    assert refusal.value.data == {"capability": capability.value, "see": "/company/#gates"}
    assert type(refusal.value) is error


def test_whoever_may_not_be_invited_is_not_in_the_directory():
    company = make_company(sells=True)
    assert directory(sells=True).filter(pk=company.pk).exists()
    set_standing(company_id=company.pk, standing=Standing.DRAFT)
    assert not directory(sells=True).filter(pk=company.pk).exists()


def test_payment_data_waits_for_a_bank_account_that_is_verified_now(settings):
    settings.SCREENING_REQUIRED = False
    built = house.build()
    assert valid_facets(built.company.pk) == frozenset()
    house.verify(built)

    company = Company.objects.get(pk=built.company.pk)
    assert {"identity", "bank"} <= valid_facets(company.pk)
    require_gate(company, Gate.PAYMENT_DATA)
    Facet.objects.filter(file__company=company, key="bank").update(
        state="expired", valid_until=localdate() - timedelta(days=1)
    )
    with pytest.raises(StandingTooLow) as refusal:
        require_gate(company, Gate.PAYMENT_DATA)
    assert refusal.value.data["missing"] == ["bank"]
    require_gate(company, Gate.BID)


def test_a_company_sees_what_is_open_to_it_and_what_the_rest_lacks():
    actor = make_actor(Role.OWNER, make_company(standing=Standing.DRAFT, sells=False))
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))

    page = client.get("/company/").content.decode()
    assert 'id="gates"' in page
    assert page.count("The company is not verified yet.") == 3  # publish, order, payment data
    assert "Answer tenders and bid" not in page
    company = Company.objects.get(pk=actor.company_id)
    set_standing(company_id=company.pk, standing=Standing.VERIFIED)
    page = client.get("/company/").content.decode()
    assert "not verified yet" not in page
    assert "A bank account must be verified first." in page
    company.refresh_from_db()
    assert [each.gate for each in gates_of(company) if each.is_open] == [Gate.PUBLISH, Gate.ORDER]


def test_a_refused_page_and_the_api_lead_to_what_is_missing(officer, sellers):
    from tests import tender_house as tenders

    tender = tenders.published(officer, sellers)
    set_standing(company_id=sellers[0].company_id, standing=Standing.DRAFT)
    client = Client()
    client.force_login(User.objects.get(pk=sellers[0].user_id))

    page = client.post(f"/tenders/{tender.pk}/accept/", {})
    answer = api_client(sellers[0]).post(
        f"/api/v1/tenders/{tender.pk}/decline/", {"reason": "No."}, format="json"
    )

    assert page.status_code == 403
    assert 'href="/company/#gates"' in page.content.decode()
    assert answer.status_code == 403
    assert answer.json()["data"]["see"] == "/company/#gates"
    assert "not verified yet" in answer.json()["detail"]
    assert Capability.TENDER_ANSWER in GATE_OF
