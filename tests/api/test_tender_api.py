"""The tender's life over HTTP: rights, scoping, repeated keys, problem details."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from auctions.models import Auction
from crm_core.companies.models import Role
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders.models import Tender, TenderState
from tests import tender_house as house
from tests.people import make_token

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
BASE = "/api/v1/tenders/"


def api(actor) -> APIClient:
    client = APIClient()
    _token, secret = make_token(actor, name="test")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def test_a_whole_life(officer, sellers):
    buyer, seller = api(officer), api(sellers[0])
    made = buyer.post(BASE, {"title": "Steel"})
    assert made.status_code == 201
    url = f"{BASE}{made.data['id']}/"
    lot = {"title": "Coil", "quantity": "100", "unit": "TNE", "ceiling": "550", "reserve": "545.45"}
    assert buyer.post(f"{url}lots/", lot).status_code == 201
    rules = {"starts_at": moment_to_wire(utc_now() + timedelta(hours=1)), "feedback.lead": True}
    assert buyer.patch(f"{url}terms/", {"rules": rules}).status_code == 200
    assert buyer.get(f"{url}terms/").data["problems"][0]["field"] == "invitations"
    companies = [str(each.company_id) for each in sellers]
    assert buyer.post(f"{url}invitations/", {"companies": companies}).status_code == 201
    assert seller.get(url).status_code == 404

    published = buyer.post(f"{url}publish/")

    assert published.status_code == 201, published.data
    seen = seller.get(url).data
    assert seen["terms_hash"] == published.data["terms_hash"]
    assert "545.45" not in str(seen)
    accepted = seller.post(
        f"{url}accept/", {"version": 1, "terms_hash": seen["terms_hash"], "agreed": True}
    )
    assert accepted.data["invitation"]["state"] == "accepted"
    assert api(sellers[1]).post(f"{url}decline/", {"reason": "No capacity"}).status_code == 201
    tender = Tender.objects.get()
    assert buyer.get(f"{url}protocol/").status_code == 409
    house.play(tender, [(MINUTE, sellers[0], "540.00")])
    given = {"company": str(sellers[0].company_id)}
    assert buyer.post(f"{url}results/1/", given).status_code == 201
    assert buyer.get(url).data["state"] == TenderState.AWARDED
    assert buyer.get(f"{url}results/").data["results"][0]["awarded_amount"] == "540.000000"
    assert seller.get(f"{url}protocol/").data["lots"][0]["award"]["to_you"] is True


def test_a_repeated_key_publishes_once(officer, sellers):
    tender = house.draft(officer, sellers)
    client = api(officer)
    headers = {"Idempotency-Key": "publish-1"}

    first = client.post(f"{BASE}{tender.pk}/publish/", headers=headers)
    again = client.post(f"{BASE}{tender.pk}/publish/", headers=headers)

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert Auction.objects.count() == 1


def test_an_incomplete_draft_is_a_problem_with_every_field(officer):
    tender = house.draft(officer, length="soon")

    answer = api(officer).post(f"{BASE}{tender.pk}/publish/")

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "tender.incomplete"
    assert len(answer.json()["data"]["problems"]) == 2


def test_a_malformed_amount_names_its_field(officer):
    tender = house.draft(officer)

    answer = api(officer).post(f"{BASE}{tender.pk}/lots/", {"title": "x", "quantity": "1e5"})

    assert (answer.status_code, answer.json()["field"]) == (422, "quantity")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("lots/", {"title": "x"}),
        ("publish/", {}),
        ("cancel/", {"reason": "x"}),
        ("annul/", {"reason": "x"}),
        ("copy/", {}),
        ("results/1/", {"company": None, "reason": "x"}),
    ],
)
def test_neither_suppliers_nor_other_buyers_touch_a_tender(officer, sellers, path, body):
    tender = house.published(officer, sellers)
    before = Tender.objects.get(pk=tender.pk).updated_at

    for stranger in (sellers[0], house.buyer("Other AS")):
        answer = api(stranger).post(f"{BASE}{tender.pk}/{path}", body)
        assert answer.status_code in (403, 404), answer.data

    assert Tender.objects.get().updated_at == before


def test_a_requester_reads_and_does_not_write(officer):
    tender = house.draft(officer)
    from crm_core.companies.models import Company

    reader = house.person(Company.objects.get(pk=officer.company_id), Role.REQUESTER)

    assert api(reader).get(f"{BASE}{tender.pk}/").status_code == 200
    assert api(reader).post(BASE, {"title": "x"}).status_code == 403


def test_a_page_of_tenders_costs_a_fixed_number_of_queries(
    officer, sellers, django_assert_max_num_queries
):
    for _number in range(5):
        house.published(officer, sellers)
    client = api(officer)
    client.get(BASE)

    with django_assert_max_num_queries(8):
        rows = client.get(BASE).data["results"]

    assert len(rows) == 5


def test_each_side_lists_its_own(officer, sellers):
    house.draft(officer)
    house.published(officer, sellers[:1])

    assert api(officer).get(BASE).data["count"] == 2
    assert api(officer).get(BASE, {"state": "draft"}).data["count"] == 1
    assert api(sellers[0]).get(BASE).data["count"] == 1
    assert api(sellers[1]).get(BASE).data["count"] == 0
