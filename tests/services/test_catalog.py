"""Offers and their prices: written, published behind the gate, ended, told to whom they concern."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from config.demo import catalog as demo
from config.demo import companies
from crm_core.access.actor import load_actor
from crm_core.access.errors import AccessForbidden, CompanyNotVerified, CompanySuspended
from crm_core.companies.models import Role, Standing
from crm_core.companies.services import set_standing
from kernel.clock import utc_now
from marketplace.catalog import errors, selectors
from marketplace.catalog.models import Offer, OfferState, Price, PriceChange, Product
from marketplace.catalog.services import groups, offers, prices
from tests import catalog_house as house
from tests.people import make_actor, make_company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]
DAY = timedelta(days=1)


@pytest.fixture
def manager():
    return house.manager()


@pytest.fixture
def buyer():
    return house.buyer()


def costs(actor, offer, quantity="10", **more):
    asked = selectors.price_for(actor, offer, quantity=Decimal(quantity), **more)
    return None if asked.price is None else asked.price.amount


def test_a_draft_is_seen_by_nobody_until_it_has_a_price_and_is_published(manager, buyer):
    offer = house.draft(manager)
    assert not selectors.offers_to_buy(buyer).exists()
    with pytest.raises(errors.OfferUnpriced):
        offers.publish_offer(actor=manager, offer_id=offer.pk)

    house.price(manager, offer, "12.50")
    offers.publish_offer(actor=manager, offer_id=offer.pk)

    assert [each.sku for each in selectors.offers_to_buy(buyer)] == ["HX-16"]
    with pytest.raises(errors.OfferStateMoved):
        offers.publish_offer(actor=manager, offer_id=offer.pk)


def test_an_unverified_company_writes_offers_and_does_not_publish_them():
    company = make_company(standing=Standing.DRAFT, buys=False)
    manager = make_actor(Role.CATALOG_MANAGER, company)
    offer = house.draft(manager)
    house.price(manager, offer, "1")

    with pytest.raises(CompanyNotVerified):
        offers.publish_offer(actor=manager, offer_id=offer.pk)

    offer.refresh_from_db()
    assert offer.state == OfferState.DRAFT


def test_offers_of_a_suspended_company_are_gone_and_it_may_change_nothing(manager, buyer):
    offer = house.active(manager)
    set_standing(company_id=manager.company_id, standing=Standing.SUSPENDED)

    assert not selectors.offers_to_buy(buyer).exists()
    with pytest.raises(errors.OfferNotFound):
        selectors.offer_to_buy(buyer, offer.pk)
    with pytest.raises(CompanySuspended):
        house.draft(load_actor(manager.user_id, manager.company_id), sku="2")


def test_withdrawn_and_put_back_it_is_where_it_was(manager, buyer):
    offer, draft = house.active(manager), house.draft(manager, sku="D-1", gtin="")
    for each in (offer, draft):
        offers.withdraw_offer(actor=manager, offer_id=each.pk)
        with pytest.raises(errors.OfferStateMoved):
            offers.withdraw_offer(actor=manager, offer_id=each.pk)
    assert not selectors.offers_to_buy(buyer).exists()

    states = [
        offers.put_back_offer(actor=manager, offer_id=each.pk).state for each in (offer, draft)
    ]

    assert states == [OfferState.ACTIVE, OfferState.DRAFT]
    assert selectors.offers_to_buy(buyer).get() == offer
    with pytest.raises(errors.OfferStateMoved):
        offers.put_back_offer(actor=manager, offer_id=offer.pk)


def test_each_gets_the_price_nearest_to_it_and_learns_of_no_other(manager, buyer):
    offer = house.active(manager)
    other = house.buyer()
    house.price(manager, offer, "9", scope="customer", customer=buyer.company_id)
    contract = house.price(
        manager, offer, "8", scope="contract", customer=buyer.company_id, contract="C-1",
        least=Decimal(100),
    )  # fmt: skip

    assert [costs(buyer, offer, each) for each in ("10", "99", "100")] == [9, 9, 8]
    assert costs(other, offer, "100") == Decimal("12.5")
    told = selectors.price_for(other, offer, quantity=Decimal(100))
    assert told.others == ()
    assert [price and price.amount for _least, price in told.ladder] == [Decimal("12.5")]
    assert selectors.price_for(buyer, offer, quantity=Decimal(100)).price == contract


def test_a_group_price_is_for_its_members_while_they_are_members(manager, buyer):
    offer = house.active(manager)
    group = groups.create_group(actor=manager, name="Baltic utilities")
    house.price(manager, offer, "11", scope="group", group=group.pk)
    assert costs(buyer, offer) == Decimal("12.5")

    who = {"actor": manager, "group_id": group.pk, "company_id": buyer.company_id}
    groups.add_customer(**who)
    groups.add_customer(**who)
    assert costs(buyer, offer) == 11

    groups.remove_customer(**who)
    assert costs(buyer, offer) == Decimal("12.5")
    with pytest.raises(errors.GroupNameTaken):
        groups.create_group(actor=manager, name="baltic UTILITIES")


def test_a_price_is_found_by_currency_country_and_moment(manager, buyer):
    offer = house.active(manager)
    house.price(manager, offer, "500", currency="UAH", territory=("UA",))
    now = utc_now()

    assert costs(buyer, offer, currency="UAH", territory="UA") == 500
    assert costs(buyer, offer, currency="UAH", territory="EE") is None
    assert costs(buyer, offer, currency="USD") is None
    assert costs(buyer, offer, at=now - DAY) is None
    assert selectors.price_for(buyer, offer, currency="EUR").currencies == ("EUR", "UAH")


def test_an_ended_price_holds_no_more_and_the_history_says_who_ended_it(manager, buyer):
    offer = house.active(manager)
    price = offer.prices.get()
    prices.end_price(actor=manager, price_id=price.pk)

    assert costs(buyer, offer) is None
    assert [each.kind for each in selectors.history_of(offer)] == ["ended", "added"]
    assert {each.actor_id for each in selectors.history_of(offer)} == {manager.user_id}
    with pytest.raises(errors.PriceEnded):
        prices.end_price(actor=manager, price_id=price.pk)


def test_a_price_to_come_that_is_ended_never_holds(manager, buyer):
    offer = house.active(manager)
    later = utc_now() + DAY
    price = house.price(manager, offer, "1", least=Decimal(5), valid_from=later)
    prices.end_price(actor=manager, price_id=price.pk)

    assert costs(buyer, offer, at=later) == Decimal("12.5")


def test_a_price_may_end_at_a_moment_to_come_and_not_in_the_past(manager, buyer):
    offer = house.active(manager)
    price = offer.prices.get()
    soon = utc_now() + DAY
    with pytest.raises(errors.FieldWrong):
        prices.end_price(actor=manager, price_id=price.pk, at=utc_now() - DAY)
    prices.end_price(actor=manager, price_id=price.pk, at=soon)

    assert costs(buyer, offer, at=soon - timedelta(microseconds=1)) == Decimal("12.5")
    assert costs(buyer, offer, at=soon) is None


def test_the_same_price_twice_is_refused_by_service_and_database(manager):
    offer = house.draft(manager)
    begins = utc_now()
    house.price(manager, offer, "5", valid_from=begins)
    with pytest.raises(errors.PriceThere):
        house.price(manager, offer, "6", valid_from=begins)
    twin = offer.prices.get()
    twin.pk = None
    twin._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda offer: PriceChange.objects.filter(offer=offer).update(kind="ended"),
        lambda offer: PriceChange.objects.filter(offer=offer).delete(),
        lambda offer: Price.objects.filter(offer=offer).update(amount=1),
        lambda offer: Price.objects.filter(offer=offer).update(scope="contract"),
    ],
)
def test_the_database_changes_neither_history_nor_prices(manager, change):
    offer = house.active(manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(offer)
    assert offer.prices.get().amount == Decimal("12.5")
    assert offer.price_changes.count() == 1


@pytest.mark.parametrize("number", ["04006381333932", "4006381333931", "abc"])
def test_the_database_takes_no_number_whose_check_digit_does_not_fit(manager, number):
    offer = house.draft(manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=offer.product_id).update(gtin=number)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"sku": " "}, "sku"),
        ({"unit": "??"}, "unit"),
        ({"content_quantity": Decimal(0)}, "content_quantity"),
        ({"increment": Decimal("0.0000001")}, "increment"),
        ({"min_order": Decimal(3), "increment": Decimal(2)}, "min_order"),
        ({"min_order": Decimal(4), "max_order": Decimal(2)}, "max_order"),
        ({"max_order": Decimal("1e30")}, "max_order"),
        ({"lead_time_days": 9999}, "lead_time_days"),
        ({"pack_level": "sack"}, "pack_level"),
        ({"territory": ["Estonia"]}, "territory"),
        ({"valid_from": utc_now(), "valid_until": utc_now() - DAY}, "valid_until"),
        ({"name_en": ""}, "name_en"),
        ({"gtin": "4006381333932"}, "gtin"),
        ({"category": "1"}, "category"),
    ],
)
def test_what_is_wrong_with_an_offer_is_told_beside_its_field(manager, typed, field):
    with pytest.raises(errors.FieldWrong) as refusal:
        house.draft(manager, **typed)
    assert refusal.value.field == field
    assert not Offer.objects.exists()
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("0.0000001")}, "amount"),
        ({"currency": "XXY"}, "currency"),
        ({"scope": "friends"}, "scope"),
        ({"scope": "customer"}, "customer"),
        ({"scope": "group"}, "group"),
        ({"least": Decimal(-1)}, "least"),
        ({"least": Decimal(5), "below": Decimal(5)}, "below"),
        ({"valid_from": utc_now(), "valid_until": utc_now() - DAY}, "valid_until"),
    ],
)
def test_what_is_wrong_with_a_price_is_told_beside_its_field(manager, typed, field):
    offer = house.draft(manager)
    with pytest.raises((errors.FieldWrong, errors.CustomerUnknown)) as refusal:
        house.price(manager, offer, "5", **typed)
    assert refusal.value.field == field
    assert not Price.objects.exists()


def test_a_contract_names_itself_and_a_group_is_ones_own(manager, buyer):
    offer = house.draft(manager)
    theirs = groups.create_group(actor=house.manager(), name="Theirs")
    with pytest.raises(errors.FieldWrong) as refusal:
        house.price(manager, offer, "5", scope="group", group=theirs.pk)
    assert refusal.value.field == "group"
    with pytest.raises(errors.FieldWrong) as refusal:
        house.price(manager, offer, "5", scope="contract", customer=buyer.company_id)
    assert refusal.value.field == "contract"
    with pytest.raises(errors.CustomerUnknown):
        house.price(manager, offer, "5", scope="customer", customer=manager.company_id)


def test_a_sku_is_once_in_a_company_and_may_be_anothers_too(manager):
    house.draft(manager)
    with pytest.raises(errors.SkuTaken):
        house.draft(manager, sku="hx-16")
    assert house.draft(house.manager()).sku == "HX-16"
    assert Offer.objects.count() == 2


def test_offers_with_one_gtin_are_of_one_product_whose_words_stay(manager):
    mine = house.draft(manager)
    other = house.manager()
    theirs = house.draft(other, name_en="Another name")
    assert theirs.product == mine.product
    assert theirs.product.name_en == "Hexagon bolt"

    for actor, offer in ((manager, mine), (other, theirs)):
        with pytest.raises(errors.ProductShared) as refusal:
            house.change(actor, offer, name_en="Mine alone")
        assert refusal.value.field == "name_en"


def test_ones_own_product_changes_and_one_without_offers_is_forgotten(manager):
    offer = house.draft(manager, gtin="")
    house.change(manager, offer, gtin="", name_uk="Болт")
    offer.refresh_from_db()
    assert offer.product.name_uk == "Болт"
    theirs = house.draft(house.manager())

    house.change(manager, offer)

    offer.refresh_from_db()
    assert offer.product == theirs.product
    assert Product.objects.count() == 1


def test_the_same_part_number_with_another_gtin_is_another_number(manager):
    part = {"manufacturer": "Nordic", "part_number": "HX-1"}
    house.draft(manager, **part)
    assert house.draft(
        house.manager(), gtin="", manufacturer="NORDIC", part_number="hx-1"
    ).product == (Product.objects.get())
    with pytest.raises(errors.FieldWrong) as refusal:
        house.draft(house.manager(), gtin="96385074", **part)
    assert refusal.value.field == "gtin"


def test_nobody_reaches_what_is_anothers(manager, buyer):
    offer = house.active(manager)
    other = house.manager()
    for act in (
        lambda: house.change(other, offer),
        lambda: offers.withdraw_offer(actor=other, offer_id=offer.pk),
        lambda: house.price(other, offer, "1"),
    ):
        with pytest.raises(errors.OfferNotFound):
            act()
    with pytest.raises(errors.PriceNotFound):
        prices.end_price(actor=other, price_id=offer.prices.get().pk)
    with pytest.raises(AccessForbidden):
        house.draft(buyer)
    with pytest.raises(errors.BuyersOnly):
        selectors.offers_to_buy(make_actor(Role.OWNER, make_company(buys=False)))
    with pytest.raises(errors.SellersOnly):
        selectors.own_offers(make_actor(Role.OWNER, make_company(sells=False)))


def test_buyers_find_by_words_numbers_and_country(manager, buyer):
    house.active(manager, name_ru="Болт шестигранный", manufacturer="Nordic", part_number="P-77")
    for words in ("hexagon", "БОЛТ", "hx-1", "p-77", "4006381333931", "bolt nordic"):
        assert selectors.offers_to_buy(buyer, search=words).count() == 1, words
    assert not selectors.offers_to_buy(buyer, search="bolt nut").exists()

    house.active(manager, sku="DE-1", territory=["DE"], gtin="")
    assert [each.sku for each in selectors.offers_to_buy(buyer)] == ["HX-16"]


def test_lists_take_the_same_queries_however_long(manager, buyer, django_assert_num_queries):
    def buying():
        return selectors.prices_to_show(buyer, list(selectors.offers_to_buy(buyer)))

    def own():
        return selectors.public_prices(list(selectors.own_offers(manager)))

    for number in range(6):
        house.active(manager, sku=f"S-{number}", gtin="")
        if number in (0, 5):
            with django_assert_num_queries(5):
                assert len(buying()) == number + 1
            with django_assert_num_queries(2):
                assert len(own()) == number + 1


def test_the_demonstrations_offers_load_once_and_show_every_scope():
    companies.load(lambda _line: None)
    demo.load(lambda _line: None)
    demo.load(lambda _line: None)

    assert Offer.objects.filter(state=OfferState.ACTIVE).count() == 4
    assert Offer.objects.filter(state=OfferState.DRAFT).count() == 1
    assert set(Price.objects.values_list("scope", flat=True)) == {
        "contract", "customer", "group", "public",
    }  # fmt: skip
    assert Product.objects.count() == 4
