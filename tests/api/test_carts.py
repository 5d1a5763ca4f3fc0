"""The pages and the API of carts, requisitions and the comparison."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from config.demo import catalog as demo_catalog
from config.demo import companies as demo_companies
from config.demo import orders as demo_orders
from crm_core.companies.models import Role
from crm_core.notifications.models import Notice
from infra import relay
from marketplace.carts.models import Requisition
from marketplace.orders.models import Order
from tests import catalog_house as catalog
from tests.people import api_client, make_actor, make_company
from tests.tender_house import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]


@pytest.fixture
def people():
    company = make_company(sells=False)
    return {role: make_actor(role, company) for role in (Role.REQUESTER, Role.APPROVER, Role.OWNER)}


def test_from_the_offer_to_the_order_by_way_of_the_approver(people):
    offer = catalog.active(catalog.manager(), min_order=Decimal(2), increment=Decimal(2))
    requester = signed_in(people[Role.REQUESTER])
    page = requester.get(reverse("catalog:offer", args=[offer.pk]), {"quantity": "3"})
    assert "Put into the cart" in page.content.decode()
    requester.post(reverse("carts:add"), {"offer": offer.pk, "quantity": "3"})
    shown = requester.get(reverse("carts:cart")).content.decode()
    assert "It is ordered in multiples of" in shown
    assert "Public price" in shown
    assert "Mend or take out the lines" in shown
    line = people[Role.REQUESTER].user_id and requester.get(reverse("carts:cart")).context
    cart_line = line["parts"][0]["lines"][0]["shown"].line.pk
    requester.post(reverse("carts:line", args=[cart_line]), {"quantity": "4"})
    requester.post(reverse("carts:submit"), {"address": "Sadama 1"})
    made = Requisition.objects.get()
    approver = signed_in(people[Role.APPROVER])
    assert (
        "50.00\xa0EUR"
        in approver.get(reverse("carts:requisition", args=[made.pk])).content.decode()
    )
    approver.post(reverse("carts:approve", args=[made.pk]))
    assert Order.objects.get().number in requester.get(reverse("orders:list")).content.decode()
    relay.drain()
    told = dict(
        Notice.objects.filter(kind__startswith="requisition").values_list("kind", "recipient_id")
    )
    assert told == {
        "requisition.asked": people[Role.APPROVER].user_id,
        "requisition.approved": people[Role.REQUESTER].user_id,
    }


def test_a_rule_is_set_on_its_page_by_the_owner(people):
    owner = signed_in(people[Role.OWNER])
    owner.post(reverse("carts:rules"), {"currency": "EUR", "limit": "500"})
    assert "500.00\xa0EUR" in owner.get(reverse("carts:rules")).content.decode()
    assert signed_in(people[Role.REQUESTER]).get(reverse("carts:rules")).status_code == 403


def test_the_cart_over_the_api_and_a_repeated_request_orders_once(people):
    offer = catalog.active(catalog.manager())
    client = api_client(people[Role.REQUESTER])
    (line,) = client.post("/api/v1/cart/", {"offer": str(offer.pk), "quantity": "2"}).json()
    assert (line["total"], line["rule"]["scope"]) == ("25.000000", "public")
    key = {"HTTP_IDEMPOTENCY_KEY": "once"}
    first, second = (client.post("/api/v1/cart/submit/", {}, **key) for _ in range(2))
    assert first.json() == second.json()
    assert first.json()["state"] == "waiting"
    path = f"/api/v1/requisitions/{first.json()['id']}/decision/"
    own = client.post(path, {"approve": True})
    assert (own.status_code, own.json()["code"]) == (403, "access.forbidden")
    done = api_client(people[Role.APPROVER]).post(path, {"approve": True})
    assert done.json()["state"] == "ordered"
    assert Order.objects.count() == 1


def test_up_to_four_offers_side_by_side_with_differences_in_words(people):
    manager = catalog.manager()
    made = [
        catalog.active(manager, sku=f"S-{number}", gtin="", lead_time_days=number)
        for number in range(5)
    ]
    client = signed_in(people[Role.REQUESTER])
    answer = client.get(
        reverse("catalog:compare"), {"offer": [each.pk for each in made], "quantity": "2"}
    )
    shown = answer.content.decode()
    assert len(answer.context["columns"]) == 4
    differing = {each.title for each in answer.context["rows"] if each.differs}
    assert differing == {"Lead time, days"}
    assert "differs" in shown
    assert "25.00\xa0EUR" in shown
    assert client.get(reverse("catalog:compare"), {"offer": "nonsense"}).status_code == 404


def test_the_demonstration_has_orders_and_a_cart():
    said = []
    for _ in range(2):
        demo_companies.load(said.append)
        demo_catalog.load(said.append)
        demo_orders.load(said.append)
    states = sorted(Order.objects.values_list("state", flat=True))
    assert states == ["accepted", "conditional", "issued", "rejected"]
