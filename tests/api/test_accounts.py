"""Accounts and their timelines: pages and API."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from crm_core.companies.models import Role
from crm_core.people.models import User
from crm_core.timeline.models import Account
from infra import relay
from tests import tender_house as house
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LIST = "/crm/accounts/"


def api(actor) -> APIClient:
    client = APIClient()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


@pytest.fixture
def tender(officer, sellers):
    tender = house.published(officer, sellers)
    house.accept(sellers[0], tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00"), (2 * MINUTE, sellers[0], "530.00")])
    relay.drain()
    return tender


def account(owner, partner) -> Account:
    return Account.objects.get(owner_id=owner.company_id, partner_id=partner.company_id)


def test_the_list_names_partners_and_when_something_happened_last(officer, sellers, tender):
    page = signed_in(officer).get(LIST).content.decode()

    assert page.index("Baltmet AS") < page.index("Nordwerk Stahl GmbH")
    found = signed_in(officer).get(LIST, {"search": "nordwerk"}).content.decode()
    assert "Baltmet AS" not in found
    none = signed_in(officer).get(LIST, {"search": "nobody at all"}).content.decode()
    assert "No account fits the search." in none
    empty = signed_in(house.buyer("Leer AG")).get(LIST).content.decode()
    assert "Nothing has happened with a partner yet." in empty


def test_an_account_shows_its_figures_and_its_timeline(officer, sellers, tender):
    at = f"{LIST}{account(officer, sellers[0]).pk}/"
    page = signed_in(officer).get(at).content.decode().replace("\u00a0", " ")

    sentence = f"Baltmet AS placed 2 bids on lot 1 of {tender.reference}, the best 530.00 EUR."
    assert sentence in page
    assert f'href="/tenders/{tender.pk}/"' in page
    narrowed = signed_in(officer).get(at, {"kind": "accepted"}).content.decode()
    assert "accepted version 1" in narrowed
    assert "placed 2 bids" not in narrowed
    assert signed_in(officer).get(at, {"kind": "'; drop", "page": "x"}).status_code == 200


def test_what_a_partner_wrote_is_shown_as_text(officer, sellers):
    from marketplace.tenders.services import invitations

    tender = house.published(officer, sellers)
    invitations.decline(
        actor=sellers[0], tender_id=tender.pk, reason="<script>alert(1)</script> {best} 50 %"
    )
    relay.drain()

    page = signed_in(officer).get(f"{LIST}{account(officer, sellers[0]).pk}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {best} 50 %" in page


def test_nobody_reads_anothers_account(officer, sellers, tender):
    foreign = account(officer, sellers[0]).pk
    assert signed_in(sellers[0]).get(f"{LIST}{foreign}/").status_code == 404
    assert api(sellers[0]).get(f"/api/v1/accounts/{foreign}/timeline/").status_code == 404
    assert api(sellers[0]).get(f"/api/v1/accounts/{uuid4()}/").status_code == 404
    requester = house.person(house.company("Küsija OÜ", buys=True), Role.REQUESTER)
    assert signed_in(requester).get(LIST).status_code == 403
    assert APIClient().get("/api/v1/accounts/").status_code in (401, 403)


def test_the_api_tells_the_same(officer, sellers, tender):
    listed = api(officer).get("/api/v1/accounts/").data
    assert listed["count"] == 2
    first = listed["results"][0]
    assert first["partner"]["legal_name"] == "Baltmet AS"
    assert first["count"] == 3

    told = api(officer).get(f"/api/v1/accounts/{first['id']}/timeline/").data
    assert [line["kind"] for line in told["results"]] == ["bid", "accepted", "invited"]
    assert told["results"][0]["times"] == 2
    assert told["results"][0]["facts"]["best"] == "530.00"
    only = api(officer).get(f"/api/v1/accounts/{first['id']}/timeline/?kind=bid").data
    assert only["count"] == 1
    assert api(officer).get(f"/api/v1/accounts/{first['id']}/").data["count"] == 3


def test_pages_cost_the_same_whatever_their_length(officer, django_assert_max_num_queries):
    several = [house.supplier(f"Supplier {number}") for number in range(6)]
    tender = house.published(officer, several)
    relay.drain()
    client = signed_in(officer)
    client.get(LIST)
    with django_assert_max_num_queries(12):
        client.get(LIST)
    at = f"{LIST}{account(officer, several[0]).pk}/"
    with django_assert_max_num_queries(14) as few:
        client.get(at)
    for seller in several:
        house.accept(seller, tender)
    house.play(tender, [(MINUTE, several[0], "540.00"), (2 * MINUTE, several[1], "530.00")])
    relay.drain()
    with django_assert_max_num_queries(len(few)):
        client.get(at)
