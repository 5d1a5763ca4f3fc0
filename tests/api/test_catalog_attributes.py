"""Attributes of a category in the offer's form, on its pages and in the API."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from marketplace.catalog.models import Offer, Product
from reference.attributes import AttributeInput, ChoiceInput, add_attribute
from tests import catalog_house as house
from tests.people import api_client
from tests.tender_house import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]
BOLTS, NUTS = "44531400-5", "44531600-7"
TYPED = {
    "name_en": "Hexagon bolt", "sku": "B-16", "unit": "C62", "content_unit": "C62",
    "content_quantity": "1", "pack_level": "each", "min_order": "1", "increment": "1",
    "category": BOLTS,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _asked(lists_loaded: None) -> None:
    for given in (
        {"key": "length", "kind": "number", "unit": "MMT", "decimals": 1, "name_en": "Length",
         "highest": Decimal(3000), "required": True},
        {"key": "finish", "kind": "choice", "name_en": "Finish",
         "choices": [ChoiceInput(value="zinc", name_en="Zinc plated")]},
        {"key": "tested", "kind": "boolean", "name_en": "Tested"},
        {"key": "made", "kind": "date", "name_en": "Made"},
    ):  # fmt: skip
        add_attribute(category=BOLTS, given=AttributeInput(**given))
    add_attribute(category=NUTS, given=AttributeInput(key="thread", kind="text", name_en="Thread"))


@pytest.fixture
def manager():
    return house.manager()


def send(actor, **typed):
    return signed_in(actor).post(reverse("catalog:create"), {**TYPED, **typed})


def beside(shown, name):
    return shown.partition(f'id="id_{name}_error"')[2][:500]


def test_the_form_asks_by_category_and_says_in_what_unit(manager):
    client = signed_in(manager)
    assert 'name="attribute_length"' not in client.get(reverse("catalog:create")).content.decode()
    shown = client.get(reverse("catalog:create"), {"category": BOLTS}).content.decode()
    for part in ('name="attribute_length"', "mm</span>", "to 3,000", "Zinc plated",
                 'type="date" name="attribute_made"', f'value="{BOLTS}" selected'):  # fmt: skip
        assert part in shown, part
    assert 'name="attribute_thread"' not in shown


def test_values_are_saved_from_the_form_and_shown_to_buyers(manager):
    send(manager, attribute_length="60,5", attribute_finish="zinc", attribute_tested="true",
         attribute_made="2026-05-04", attributes_of=BOLTS)  # fmt: skip
    assert Product.objects.get().attributes == {
        "length": "60.5", "finish": "zinc", "tested": True, "made": "2026-05-04",
    }  # fmt: skip
    offer = Offer.objects.get()
    own = signed_in(manager).get(reverse("catalog:own-offer", args=[offer.pk])).content.decode()
    active = house.active(manager, sku="B-17", gtin="", category=BOLTS,
                          attributes={"length": "7", "finish": "zinc"})  # fmt: skip
    bought = signed_in(house.buyer()).get(reverse("catalog:offer", args=[active.pk]))
    assert "60.5\xa0mm" in own
    assert "Zinc plated" in bought.content.decode()
    assert "7\xa0mm" in bought.content.decode()


def test_each_fault_stands_beside_its_field_and_nothing_typed_is_lost(manager):
    answer = send(manager, attribute_length="9000", attribute_finish="gold",
                  attribute_made="yesterday", name_uk="Болт", attributes_of=BOLTS)  # fmt: skip
    shown = answer.content.decode()
    assert answer.status_code == 422
    for name in ("attribute_length", "attribute_finish", "attribute_made"):
        assert "<li>" in beside(shown, name), name
    for kept in ('value="9000"', 'value="yesterday"', 'value="Болт"'):
        assert kept in shown, kept
    assert not Offer.objects.exists()


def test_saving_the_form_as_it_is_shown_changes_no_value(manager):
    send(manager, attribute_length="60.5", attribute_tested="false", attributes_of=BOLTS)
    offer, before = Offer.objects.get(), Product.objects.get().attributes
    edit = reverse("catalog:edit", args=[offer.pk])
    form = signed_in(manager).get(edit).context["form"]
    typed = {name: "" if value is None else value for name, value in form.initial.items()}

    assert signed_in(manager).post(edit, {**typed, "attributes_of": BOLTS}).status_code == 302

    assert Product.objects.get().attributes == before == {"length": "60.5", "tested": False}


def test_another_category_asks_anew_and_carries_what_was_typed(manager):
    answer = send(manager, category=NUTS, attribute_length="60", attributes_of=BOLTS)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "This category asks for more." in beside(shown, "category")
    assert 'name="attribute_thread"' in shown
    assert '<input type="hidden" name="attribute_length" value="60">' in shown
    assert f'name="attributes_of" value="{NUTS}"' in shown

    again = send(manager, category=NUTS, attribute_length="60", attribute_thread="M16",
                 attributes_of=NUTS)  # fmt: skip
    assert again.status_code == 302
    assert Product.objects.get().attributes == {"thread": "M16"}


def test_attributes_over_the_api(manager):
    client = api_client(manager)
    body = {"sku": "A-1", "product": {"name_en": "Bolt", "category": BOLTS}}
    missing = client.post("/api/v1/catalog/own-offers/", body, format="json")
    assert (missing.status_code, missing.data["code"], missing.data["field"]) == (
        422, "catalog.attributes_wrong", "attributes",
    )  # fmt: skip
    assert missing.data["data"]["attributes"] == ["length"]

    body["product"]["attributes"] = {"length": {"amount": "1", "unit": "CMT"}, "tested": True}
    made = client.post("/api/v1/catalog/own-offers/", body, format="json")
    assert made.data["product"]["attributes"] == {"length": "10", "tested": True}

    del body["product"]["attributes"]
    own = f"/api/v1/catalog/own-offers/{made.data['id']}/"
    assert client.put(own, body, format="json").data["product"]["attributes"] == {
        "length": "10", "tested": True,
    }  # fmt: skip
    for wrong in ([], "x", {"length": 1.5}, {"depth": "1"}):
        body["product"]["attributes"] = wrong
        assert client.put(own, body, format="json").status_code == 422, wrong
