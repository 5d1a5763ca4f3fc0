"""The pages and the API of orders, for both sides."""

from __future__ import annotations

import pytest
from django.urls import reverse

from crm_core.companies.models import Role
from tests import order_house as house
from tests.catalog_house import buyer
from tests.people import api_client, make_actor, make_company
from tests.tender_house import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]


@pytest.fixture
def sides():
    return buyer(), house.supplier()


def test_both_sides_see_an_order_and_others_do_not(sides):
    buys, sells = sides
    (order,) = house.issue(buys, sells.company_id)
    for actor in sides:
        assert order.number in signed_in(actor).get(reverse("orders:list")).content.decode()
        shown = signed_in(actor).get(reverse("orders:detail", args=[order.pk])).content.decode()
        assert "37.05\xa0EUR" in shown
        assert "Public price" in shown
    other = make_actor(Role.OFFICER, make_company())
    assert order.number not in signed_in(other).get(reverse("orders:list")).content.decode()
    assert signed_in(other).get(reverse("orders:detail", args=[order.pk])).status_code == 404


def test_the_supplier_answers_on_the_page_and_the_buyer_agrees(sides):
    buys, sells = sides
    (order,) = house.issue(buys, sells.company_id)
    line = order.lines.get().pk
    typed = {f"quantity-{line}": "2", f"price-{line}": "12,35", f"delivery-{line}": "2031-02-01"}
    signed_in(sells).post(reverse("orders:answer", args=[order.pk]), typed)
    order.refresh_from_db()
    assert order.state == "issued"
    signed_in(sells).post(
        reverse("orders:answer", args=[order.pk]), {**typed, "reason": "Two left"}
    )
    shown = signed_in(buys).get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "24.70\xa0EUR" in shown
    assert "Two left" in shown
    signed_in(buys).post(reverse("orders:move", args=[order.pk]), {"move": "agree"})
    order.refresh_from_db()
    assert order.state == "accepted"


def test_the_list_is_a_file_too_and_takes_the_same_queries_however_long(
    sides, django_assert_num_queries
):
    buys, sells = sides
    client = signed_in(buys)
    house.issue(buys, sells.company_id)
    client.get(reverse("orders:list"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get(reverse("orders:list"))
    for _ in range(3):
        house.issue(buys, sells.company_id)
    with django_assert_num_queries(len(few)):
        client.get(reverse("orders:list"))
    lines = client.get(reverse("orders:export-csv")).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 5
    assert ",37.05,EUR" in lines[1]
    sheet = client.get(reverse("orders:export-xlsx"))
    assert sheet.content[:2] == b"PK"


def test_an_order_is_answered_over_the_api(sides):
    buys, sells = sides
    (order,) = house.issue(buys, sells.company_id)
    found = api_client(sells).get("/api/v1/orders/").json()["results"]
    assert [each["number"] for each in found] == [order.number]
    client = api_client(sells)
    read = client.get(f"/api/v1/orders/{order.pk}/").json()
    assert read["lines"][0]["price_rule"] == {"scope": "public"}
    given = {"lines": [{"line_id": read["lines"][0]["id"], "quantity": "3", "unit_price": "13"}]}
    refused = client.post(f"/api/v1/orders/{order.pk}/answer/", given)
    assert (refused.status_code, refused.json()["code"]) == (422, "orders.reason_needed")
    answered = client.post(f"/api/v1/orders/{order.pk}/answer/", {**given, "reason": "Dearer"})
    assert answered.json()["state"] == "conditional"
    agreed = api_client(buys).post(f"/api/v1/orders/{order.pk}/moves/", {"move": "agree"})
    assert agreed.json()["state"] == "accepted"
    again = api_client(buys).post(f"/api/v1/orders/{order.pk}/moves/", {"move": "agree"})
    assert (again.status_code, again.json()["code"]) == (409, "orders.moved")
