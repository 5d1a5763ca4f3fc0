"""Requests for quotation over pages and API: both sides, refusals beside their field."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from kernel.clock import utc_now
from marketplace.orders.models import Order
from marketplace.quotes.models import Rfq
from tests import quote_house as house
from tests.catalog_house import buyer
from tests.people import api_client
from tests.tender_house import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]


def page(name, rfq):
    return reverse(f"quotes:{name}", args=[rfq.pk])


def test_both_sides_by_pages():
    officer, one = buyer(), house.bidder(legal_name="=Steel & Co")
    buying = signed_in(officer)
    typed = {"title": "Steel", "deadline": "2099-01-01T10:00", "currency": "EUR",
             "delivery_country": "EE"}  # fmt: skip
    assert buying.post(reverse("quotes:create"), {**typed, "title": ""}).status_code == 422
    buying.post(reverse("quotes:create"), typed)
    rfq = Rfq.objects.get()
    line = {"name": "Bolt", "quantity": "100", "unit": "C62", "note": "Zinc"}
    assert buying.post(page("line-add", rfq), {**line, "quantity": "0"}).status_code == 422
    buying.post(page("line-add", rfq), line)
    buying.post(page("supplier-add", rfq), {"supplier": one.company_id})
    assert buying.post(page("open", rfq)).status_code == 302
    assert buying.get(page("comparison", rfq)).status_code == 409

    selling = signed_in(one)
    key = rfq.lines.get().pk
    quote = {"currency": "EUR", "valid_until": "2099-02-01", f"price-{key}": "",
             f"quantity-{key}": "100"}  # fmt: skip
    refused = selling.post(page("quote", rfq), quote)
    assert refused.status_code == 422
    assert "Write a price, or why there is no bid." in refused.content.decode()
    assert selling.post(page("quote", rfq), {**quote, f"price-{key}": "1.25"}).status_code == 302
    assert "1.25" in selling.get(page("detail", rfq)).content.decode()
    assert "1.25" not in buying.get(page("detail", rfq)).content.decode()

    buying.post(page("opening", rfq))
    assert "lowest" in buying.get(page("comparison", rfq)).content.decode()
    sheet = load_workbook(BytesIO(buying.get(page("comparison-xlsx", rfq)).content)).active
    assert sheet["E1"].value == "=Steel & Co"
    assert sheet["E1"].data_type == "s"  # not a formula
    assert float(sheet["E3"].value) == 1.25
    answer = house.answer(rfq, one, 1)
    short = buying.post(page("comparison", rfq), {f"choice-{answer.pk}": "120"})
    assert (short.status_code, Order.objects.count()) == (422, 0)
    assert 'value="120"' in short.content.decode()
    for typed in ("1,000", "many", "NaN"):
        unread = buying.post(page("comparison", rfq), {f"choice-{answer.pk}": typed})
        assert (unread.status_code, Order.objects.count()) == (422, 0)
    assert buying.post(page("comparison", rfq), {"choice-x": "1"}).status_code == 422
    buying.post(page("comparison", rfq), {f"choice-{answer.pk}": "100"})
    order = Order.objects.get()
    assert order.total == 125
    assert order.number in buying.get(page("comparison", rfq)).content.decode()
    assert "accepted" in selling.get(page("detail", rfq)).content.decode()


def test_both_sides_by_api():
    officer, one = buyer(), house.bidder()
    buying, selling = api_client(officer), api_client(one)
    made = buying.post("/api/v1/rfqs/", {
        "title": "Steel", "deadline": (utc_now() + timedelta(days=1)).isoformat(),
        "delivery_country": "EE", "lines": [{"name": "Bolt", "quantity": "100", "unit": "C62"}],
        "suppliers": [str(one.company_id)],
    }).json()  # fmt: skip
    path = f"/api/v1/rfqs/{made['id']}/"
    assert selling.get(path).status_code == 404
    assert buying.post(f"{path}open/").json()["state"] == "open"
    assert selling.get(path).json()["invitations"] == []
    line = made["lines"][0]["id"]
    told = {"valid_until": "2099-01-01", "answers": [{"line": line, "price": "1.250000"}]}
    assert selling.put(f"{path}quote/", told).json()["revision"] == 1
    sealed = buying.get(f"{path}comparison/")
    assert (sealed.status_code, sealed.json()["code"]) == (409, "quotes.sealed")
    assert buying.get(f"{path}quote/").status_code == 404
    buying.post(f"{path}opening/")
    found = buying.get(f"{path}comparison/").json()
    answer = found["quotes"][0]["quote"]["answers"][0]["id"]
    assert found["lowest"] == {line: [answer]}
    wrong = buying.post(f"{path}decision/", {"choices": [{"answer": answer, "quantity": "101"}]})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "quotes.choice_wrong")
    done = buying.post(f"{path}decision/", {"choices": [{"answer": answer, "quantity": "100"}]})
    assert (done.status_code, done.json()[0]["total"]) == (201, "125.000000")


def test_the_list_takes_the_same_queries_however_many(django_assert_max_num_queries):
    officer = buyer()
    browser = signed_in(officer)
    browser.get(reverse("quotes:list"))
    for _ in range(5):
        house.draft(officer)
    with django_assert_max_num_queries(16):
        browser.get(reverse("quotes:list"))
