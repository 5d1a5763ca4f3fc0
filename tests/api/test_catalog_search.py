"""The search over HTTP: the list's page, its facets and suggestions, and the same as documents."""

from __future__ import annotations

import pytest
from django.urls import reverse

from marketplace.catalog.models import Product
from marketplace.search import indexing
from reference.attributes import AttributeInput, add_attribute
from tests import catalog_house as house
from tests.people import api_client
from tests.search_house import relayed
from tests.tender_house import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]
FASTENERS = "44531400-5"
LIST = "/catalog/"


@pytest.fixture
def buyer():
    return house.buyer()


@pytest.fixture
def bolt():
    offer = house.active(house.manager(), category=FASTENERS, lead_time_days=5)
    relayed()
    return offer


def measured(offer, length):
    add_attribute(category=FASTENERS, given=AttributeInput(
        name_en="Length", key="length", kind="number", unit="MMT", decimals=1))  # fmt: skip
    Product.objects.filter(pk=offer.product_id).update(attributes={"length": length})
    indexing.refresh([offer.pk])


def test_the_list_shows_what_fits_and_asks_for_its_facets_apart(buyer, bolt):
    shown = signed_in(buyer).get(LIST, {"q": "bolts", "lead_time": "7"}).content.decode()
    assert "HX-16" in shown
    assert "12.50\xa0EUR" in shown
    assert f"{reverse('catalog_search:facets')}?q=bolts&amp;lead_time=7" in shown
    told = signed_in(buyer).get(reverse("catalog_search:facets"), {"q": "bolts"}).content.decode()
    assert "?q=bolts&amp;category=44531400-5" in told
    assert "?q=bolts&amp;lead_time=7" in told


def test_a_script_gets_the_list_without_the_page(buyer, bolt):
    part = signed_in(buyer).get(LIST, {"q": "bolt"}, headers={"HX-Request": "true"})
    assert part.content.decode().strip().startswith('<div class="ff-cols search-cols" id="found"')
    assert "HX-16" in part.content.decode()


def test_nothing_found_says_so_and_a_mistyped_word_is_told(buyer, bolt):
    client = signed_in(buyer)
    assert (
        "No offer fits these words and filters." in client.get(LIST, {"q": "xyz"}).content.decode()
    )
    shown = client.get(LIST, {"q": "hexagom"}).content.decode()
    assert "Nothing fits “hexagom”. These offers fit “hexagon”." in shown
    assert "HX-16" in shown


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"lead_time": "soon"}, "lead_time"), ({"supplier": "x"}, "supplier"),
        ({"price_to": "5"}, "currency"), ({"price_to": "cheap", "currency": "EUR"}, "price_to"),
        ({"currency": "euro"}, "currency"), ({"a.length.unit": "CMT"}, "a.length.unit"),
        ({"a.length.from": "x", "category": FASTENERS}, "a.length.from"),
        ({f"a.k{n}": "1" for n in range(11)}, "a"),
    ],
)  # fmt: skip
def test_a_filter_that_is_none_is_refused_by_its_name(buyer, bolt, wrong, field):
    answer = api_client(buyer).get(reverse("api-catalog-search"), wrong)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    page = signed_in(buyer).get(LIST, {"q": "bolt", **wrong})
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    assert "HX-16" in page.content.decode()


def test_a_category_that_is_not_there_is_not_found(buyer, bolt):
    answer = api_client(buyer).get(
        reverse("api-catalog-search"), {"category": "99", "a.length.from": "1"}
    )
    assert answer.status_code == 404


def test_a_bound_may_come_in_another_unit(buyer, bolt):
    measured(bolt, "60")
    asked = {"category": FASTENERS, "a.length.unit": "CMT"}
    client, address = api_client(buyer), reverse("api-catalog-search")
    assert client.get(address, {**asked, "a.length.from": "5.9"}).json()["count"] == 1
    assert client.get(address, {**asked, "a.length.from": "6.1"}).json()["count"] == 0
    refused = client.get(address, {**asked, "a.length.from": "1", "a.length.unit": "KGM"})
    assert refused.json()["field"] == "a.length.from"
    told = client.get(reverse("api-catalog-search-facets"), {"category": FASTENERS}).json()
    assert told["attributes"][0] == {
        "key": "length", "name": "Length", "unit": "MMT", "least": "60", "most": "60",
        "choices": [{"value": "60", "label": "60", "count": 1, "chosen": False}],
    }  # fmt: skip


def test_the_documents_tell_the_own_price(buyer, bolt):
    [row] = api_client(buyer).get(reverse("api-catalog-search"), {"q": "hx16"}).json()["results"]
    assert row["offer"]["sku"] == "HX-16"
    assert row["price"] == {"amount": "12.500000", "currency": "EUR", "scope": "public"}
    assert row["preferred"] is False


def test_suggestions_are_options_of_the_field(buyer, bolt):
    shown = signed_in(buyer).get(reverse("catalog_search:suggestions"), {"q": "hexa"})
    assert shown.content.decode().strip() == '<option value="hexagon"></option>'
    told = api_client(buyer).get(reverse("api-catalog-search-suggestions"), {"q": "hexa"})
    assert told.json() == {"suggestions": ["hexagon"]}


def test_a_page_beyond_the_last_is_the_first(buyer, bolt):
    assert "HX-16" in signed_in(buyer).get(LIST, {"page": "99"}).content.decode()
    assert "HX-16" in signed_in(buyer).get(LIST, {"page": "²"}).content.decode()


def test_other_words_keep_what_was_chosen_by_links(buyer, bolt):
    measured(bolt, "60")
    asked = {
        "q": "bolt",
        "category": FASTENERS,
        "lead_time": "7",
        "a.length.from": "50",
        "page": "1",
    }
    shown = signed_in(buyer).get(LIST, asked).content.decode()
    assert "HX-16" in shown
    form = shown.partition('search-form"')[2].partition("</form>")[0]
    for name in ("category", "lead_time", "a.length.from"):
        assert f'<input type="hidden" name="{name}" value="{asked[name]}">' in form
    assert 'name="page"' not in form
