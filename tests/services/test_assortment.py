"""The made-up offers: they keep every rule of the tables, and are found."""

from __future__ import annotations

import pytest

from config.demo import assortment
from config.demo.kinds import KINDS
from marketplace.catalog.models import Offer, PriceChange, Product
from marketplace.search import indexing, selectors
from marketplace.search.domain.query import Filters
from reference.taxonomies import check_values
from tests import catalog_house as house

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]


def test_made_up_offers_are_as_the_services_would_keep_them_and_are_found():
    sellers = [
        assortment.Seller(actor.company_id, actor.user_id)
        for actor in (house.manager(), house.manager(), house.manager())
    ]
    assortment.describe()
    assortment.describe()
    made = assortment.write(sellers, 60, several=1.5)
    indexing.rebuild()

    assert 60 < made < 120
    assert (Product.objects.count(), Offer.objects.count()) == (60, made)
    assert PriceChange.objects.count() == made
    assert {each.category_id for each in Product.objects.all()} == {each.category for each in KINDS}
    for product in Product.objects.all():
        checked = check_values(product.category_id, product.attributes)
        assert (checked.values, checked.errors) == (product.attributes, {})
        product.full_clean()
    buyer = house.buyer()
    assert selectors.search(buyer, "болты", Filters()).total > 0
    assert selectors.search(buyer, "кабелів", Filters()).total > 0
    told = selectors.facets(buyer, "", Filters(category="44531400-5"))
    assert {each.key for each in told.attributes} == {"coating", "length"}
    assert len(selectors.facets(buyer, "", Filters()).categories) == len(KINDS)
