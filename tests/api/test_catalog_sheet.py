"""The sheet's page and its request: what may be changed, by whom, and what is told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from tests import catalog_house as house
from tests.people import api_client, make_token, token_client
from tests.tender_house import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]

PRICE_AND_TIME = [("price", "12.5", "13"), ("lead_time_days", "", "4")]


@pytest.fixture
def manager():
    return house.manager()


def send(client, *cells, **more):
    told = [dict(zip(("offer", "column", "base", "value"), each, strict=True)) for each in cells]
    return client.post(reverse("api-own-offer-cells"), {"cells": told}, "json", **more)


def test_cells_are_changed_and_undone_by_program(manager):
    offer, client = house.active(manager), token_client(manager)
    answer = send(
        client, (str(offer.pk), "price", "12.5", "13"), (str(offer.pk), "lead_time_days", "", "4")
    )
    assert answer.status_code == 201
    (row,) = answer.json()["rows"]
    assert (row["cells"]["price"], row["cells"]["lead_time_days"], row["currency"]) == (
        "13",
        "4",
        "EUR",
    )
    again = client.post(reverse("api-own-offer-cells"), {"cells": answer.json()["undo"]}, "json")
    assert again.json()["rows"][0]["cells"]["price"] == "12.5"
    assert again.json()["rows"][0]["cells"]["lead_time_days"] == ""


def test_refused_cells_are_named_in_the_problem(manager):
    offer = house.active(manager)
    answer = send(api_client(manager), (str(offer.pk), "price", "12.5", "-3"))
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "catalog.cells_refused"
    assert problem["data"]["cells"] == [f"{offer.pk}:price"]
    assert problem["data"]["reasons"] == ["Write a number greater than zero."]


@pytest.mark.parametrize(
    "cells", [[], [("no id", "price", "", "1")], [("", "state", "draft", "active")]]
)
def test_nonsense_is_refused_as_such(manager, cells):
    assert send(api_client(manager), *cells).status_code == 422


def test_the_same_key_changes_once(manager):
    offer, client = house.active(manager), api_client(manager)
    first, second = (
        send(client, (str(offer.pk), "price", "12.5", "13"), HTTP_IDEMPOTENCY_KEY="one")
        for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert offer.prices.count() == 2


def test_a_token_that_only_reads_changes_nothing(manager):
    offer, client = house.active(manager), token_client(manager)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(manager, 'read')[1]}")
    assert send(client, (str(offer.pk), "price", "12.5", "13")).status_code == 403


def test_the_page_shows_what_may_be_changed_and_what_not(manager, django_assert_max_num_queries):
    simple = house.active(manager)
    banded = house.active(manager, sku="B-1", gtin="", name_en="Banded")
    house.price(manager, banded, "9", least=Decimal(100))
    client = signed_in(manager)
    shown = client.get(reverse("catalog:sheet")).content.decode()
    assert f'data-offer="{simple.pk}"' in shown
    assert 'value="12.5" aria-label="Public price, HX-16" inputmode="decimal">' in shown
    assert 'aria-label="Public price, B-1" inputmode="decimal" readonly>' in shown
    assert "No offer fits these filters." in client.get(
        reverse("catalog:sheet"), {"q": "nothing of the kind"}
    ).content.decode()  # fmt: skip
    for number in range(5):
        house.draft(manager, sku=f"D-{number}", gtin="", name_en=f"Draft {number}")
    with django_assert_max_num_queries(14):
        client.get(reverse("catalog:sheet"))
