"""The search of the catalog: what is found by which words and numbers, and by whom."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from buyers.models import SupplierList, SupplierListEntry
from crm_core.companies.models import Company, Standing
from kernel.clock import utc_now
from marketplace.catalog.errors import BuyersOnly
from marketplace.catalog.models import Product
from marketplace.catalog.services import offers, prices
from marketplace.search import indexing, selectors
from marketplace.search.domain.query import Filters, Range
from marketplace.search.models import SearchOffer, SearchProduct
from reference.attributes import AttributeInput, ChoiceInput, add_attribute
from tests import catalog_house as house
from tests.search_house import relayed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]
FASTENERS = "44531400-5"


@pytest.fixture
def manager():
    return house.manager()


@pytest.fixture
def buyer():
    return house.buyer()


def found(actor, typed="", **filters):
    answer = selectors.search(actor, typed, Filters(**filters))
    return [offer.sku for offer, _ in answer.rows]


def described(offer, **attributes):
    """The offer's product with attributes, as the forms of the catalog keep them."""
    Product.objects.filter(pk=offer.product_id).update(attributes=attributes)
    indexing.refresh([offer.pk])


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("bolts", {"name_en": "Hexagon bolt, galvanised"}),
        ("GALVANIZED bolt", {"name_en": "Galvanized bolts"}),
        ("болта", {"name_en": "", "name_ru": "Болт шестигранный"}),
        ("шестигранные болты", {"name_en": "", "name_ru": "Болт шестигранный"}),
        ("желтый", {"name_en": "", "name_ru": "Кабель жёлтый"}),
        ("гвинтів", {"name_en": "", "name_uk": "Гвинт із шестигранною головкою"}),
        ("шестигранних гайок", {"name_en": "", "name_uk": "Гайки шестигранні"}),
        ("мяка", {"name_en": "", "name_uk": "М’яка стрічка"}),
        ("kabel zluty", {"name_en": "Kabel žlutý"}),
        ("hexag", {"name_en": "Hexagon nut"}),
        ("bosch", {"manufacturer": "Bosch", "part_number": "GSR-18"}),
        ("M16 60", {"name_en": "Bolt M16 × 60"}),
    ],
)
def test_words_are_found_in_their_forms_in_three_languages(manager, buyer, typed, name):
    house.active(manager, **name)
    house.active(manager, sku="OTHER", gtin="", name_en="Roof window")
    relayed()
    assert found(buyer, typed) == ["HX-16"]


@pytest.mark.parametrize(
    "typed", ["hx1", "HX-16", "hx 16", "400638", "4006381333931", "04006381333931", "gsr18"]
)
def test_numbers_are_found_by_their_beginning(manager, buyer, typed):
    house.active(manager, manufacturer="Bosch", part_number="GSR-18")
    house.active(manager, sku="ZZ-16", gtin="", name_en="Roof window")
    relayed()
    assert found(buyer, typed) == ["HX-16"]


def test_a_whole_sku_goes_before_those_that_begin_so(manager, buyer):
    house.active(manager, sku="A-100", gtin="", name_en="Washer")
    house.active(manager, sku="A-10", gtin="", name_en="Washer of steel, wide and flat")
    relayed()
    assert found(buyer, "a10") == ["A-10", "A-100"]


@pytest.mark.parametrize(("typed", "meant"), [("hexagom bolt", "hexagon bolt"), ("болд", "болт")])
def test_a_mistyped_word_is_replaced_only_where_nothing_fits(manager, buyer, typed, meant):
    house.active(manager, name_ru="Болт")
    relayed()
    answer = selectors.search(buyer, typed, Filters())
    assert (answer.instead, len(answer.rows)) == (meant, 1)
    assert selectors.search(buyer, meant, Filters()).instead == ""
    assert selectors.search(buyer, "xylophone", Filters()).rows == []


def test_a_withdrawn_offer_and_one_of_a_suspended_supplier_are_gone_at_once(manager, buyer):
    offer = house.active(manager)
    relayed()
    assert found(buyer, "bolt") == ["HX-16"]

    Company.objects.filter(pk=manager.company_id).update(standing=Standing.SUSPENDED)
    assert found(buyer, "bolt") == []
    assert selectors.search(buyer, "bolt", Filters()).total == 0  # nor counted
    Company.objects.filter(pk=manager.company_id).update(standing=Standing.VERIFIED)
    assert found(buyer, "bolt") == ["HX-16"]

    offers.withdraw_offer(actor=manager, offer_id=offer.pk)
    assert found(buyer, "bolt") == []  # before the index hears of it
    relayed()
    assert not SearchOffer.objects.exists()
    assert not SearchProduct.objects.exists()


def test_what_others_pay_is_neither_shown_nor_searched(manager, buyer):
    offer = house.active(manager, amount="20")
    other = house.buyer()
    house.price(manager, offer, "5", scope="customer", customer=other.company_id)
    relayed()
    assert SearchOffer.objects.get().prices == {"EUR": 20}
    assert found(buyer, currency="EUR", price_to=Decimal(10)) == []
    assert found(other, currency="EUR", price_to=Decimal(10)) == []
    [(_, priced)] = selectors.search(other, "bolt", Filters()).rows
    assert priced.price.amount == 5
    [(_, priced)] = selectors.search(buyer, "bolt", Filters()).rows
    assert priced.price.amount == 20


def test_filters_hold_together(manager, buyer):
    house.active(manager, lead_time_days=5, territory=("EE",), category=FASTENERS)
    second = house.manager()
    house.active(second, amount="9", sku="S-2", lead_time_days=20)
    house.active(second, sku="FI", gtin="", name_en="Bolt", territory=("FI",))
    relayed()

    assert found(buyer, "bolt") == ["HX-16", "S-2"]
    assert found(buyer, "bolt", lead_time=7) == ["HX-16"]
    assert found(buyer, "bolt", currency="EUR", price_to=Decimal(10)) == ["S-2"]
    assert found(buyer, "bolt", currency="EUR", price_from=Decimal(10)) == ["HX-16"]
    assert found(buyer, "bolt", currency="USD", price_from=Decimal(1)) == []
    assert found(buyer, "bolt", supplier=str(second.company_id)) == ["S-2"]
    assert found(buyer, "bolt", territory="FI") == ["FI", "S-2"]
    assert found(buyer, category="44000000-0") == ["HX-16", "S-2"]
    assert found(buyer, category="45000000-7") == []
    assert found(buyer, country="FI") == []


def test_preferred_suppliers_come_first_and_may_be_all_there_is(manager, buyer):
    house.active(manager)
    liked = house.manager()
    house.active(liked, sku="Z-LIKED")
    mine = SupplierList.objects.create(company_id=buyer.company_id, name="Fasteners")
    SupplierListEntry.objects.create(list=mine, supplier_id=liked.company_id)
    relayed()
    assert found(buyer, "bolt") == ["Z-LIKED", "HX-16"]
    assert found(buyer, "bolt", preferred=True) == ["Z-LIKED"]
    assert found(house.buyer(), "bolt") == ["HX-16", "Z-LIKED"]
    assert found(house.buyer(), "bolt", preferred=True) == []


def test_attributes_filter_and_divide_by_value_and_by_bounds(manager, buyer):
    add_attribute(category=FASTENERS, given=AttributeInput(
        name_en="Thread length", key="length", kind="number", unit="MMT", decimals=1))  # fmt: skip
    add_attribute(category=FASTENERS, given=AttributeInput(
        name_en="Coating", key="coating", kind="choice",
        choices=[ChoiceInput(value="zinc", name_en="Zinc"),
                 ChoiceInput(value="none", name_en="None")]))  # fmt: skip
    one = house.active(manager, category=FASTENERS)
    two = house.active(manager, sku="B", gtin="", name_en="Bolt", category=FASTENERS)
    described(one, length="60", coating="zinc")
    described(two, length="9.5", coating="none")

    assert found(buyer, values={"coating": ("zinc",)}) == ["HX-16"]
    assert found(buyer, values={"coating": ("zinc", "none")}) == ["B", "HX-16"]
    assert found(buyer, ranges={"length": Range(least=Decimal(10))}) == ["HX-16"]
    assert found(buyer, ranges={"length": Range(most=Decimal("9.5"))}) == ["B"]
    told = {each.key: each for each in selectors.facets(buyer, "bolt", Filters()).attributes}
    assert (told["length"].least, told["length"].most) == ("9.5", "60")
    assert told["length"].unit.pk == "MMT"
    assert [each.value for each in told["length"].choices] == ["9.5", "60"]
    assert {each.label: each.count for each in told["coating"].choices} == {"Zinc": 1, "None": 1}


def test_facets_count_categories_suppliers_and_lead_times(manager, buyer):
    house.active(manager, category=FASTENERS, lead_time_days=5)
    house.active(house.manager(), sku="S", lead_time_days=10)
    relayed()
    told = selectors.facets(buyer, "bolt", Filters(supplier=str(manager.company_id)))
    assert [(each.value, each.count) for each in told.categories] == [(FASTENERS, 1)]
    assert [(each.value, each.chosen) for each in told.suppliers] == [
        (str(manager.company_id), True)
    ]
    told = selectors.facets(buyer, "bolt", Filters())
    assert len(told.suppliers) == 2
    assert {each.value: each.count for each in told.lead_times} == {"7": 1, "14": 1, "30": 1}
    assert not told.capped


def test_a_public_price_that_ends_by_itself_is_followed(manager, buyer):
    offer = house.active(manager, amount="20")
    ends = utc_now() + timedelta(hours=1)
    [price] = offer.prices.all()
    prices.end_price(actor=manager, price_id=price.pk, at=ends)
    relayed()
    assert SearchOffer.objects.get().prices == {"EUR": 20}
    half = timedelta(minutes=30)
    assert indexing.refresh_turned(since=half, now=ends - timedelta(minutes=5)) == 0
    assert indexing.refresh_turned(since=half, now=ends + timedelta(minutes=5)) == 1
    assert SearchOffer.objects.get().prices == {}


def test_the_index_made_again_is_the_same_and_forgets_what_is_gone(manager):
    house.active(manager, category=FASTENERS, lead_time_days=5)
    gone = house.active(manager, sku="GONE", gtin="", name_en="Nut")
    relayed()
    before = list(SearchProduct.objects.exclude(pk=gone.product_id).values())
    offers.withdraw_offer(actor=manager, offer_id=gone.pk)
    assert indexing.rebuild() == 2
    assert list(SearchProduct.objects.values()) == before
    assert SearchOffer.objects.count() == 1


def test_suggestions_finish_the_last_word(manager, buyer):
    house.active(manager, name_ru="Болт шестигранный")
    relayed()
    assert selectors.suggestions(buyer, "steel hex") == ["steel hexagon"]
    assert selectors.suggestions(buyer, "шест") == ["шестигранный"]
    assert selectors.suggestions(buyer, "x%") == []


def test_only_a_company_that_buys_searches(manager):
    with pytest.raises(BuyersOnly):
        selectors.search(manager, "bolt", Filters())


def test_a_page_costs_the_same_number_of_statements_however_many_offers(
    buyer, django_assert_max_num_queries
):
    for at in range(5):
        house.active(house.manager(), sku=f"S-{at}")
    relayed()
    with django_assert_max_num_queries(8):
        assert len(found(buyer, "bolt")) == 5
