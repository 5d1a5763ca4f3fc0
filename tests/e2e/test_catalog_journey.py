"""A supplier writes an offer, prices it and publishes it by keyboard; a buyer asks what it costs
and reads why; the supplier withdraws it and puts it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from crm_core.access.actor import Actor
from crm_core.companies.models import Company
from crm_core.people.models import User
from marketplace.catalog.models import Offer
from reference.attributes import AttributeInput, add_attribute
from reference.loading import load_all
from tests import catalog_house as house
from tests.accessibility import violations
from tests.e2e.houses import carry_over
from tests.e2e.live import Visitor
from tests.rooms import Supplier

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def _as(actor: Actor) -> Supplier:
    return Supplier(Company.objects.get(pk=actor.company_id), User.objects.get(pk=actor.user_id))


def _price(page: Page, amount: str, *more: tuple[str, str]) -> None:
    page.get_by_role("link", name="Add a price").first.click()
    page.get_by_label("Price of one").fill(amount)
    for label, value in more:
        page.get_by_label(label).fill(value)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The price is added.")).to_be_visible()


def test_an_offer_is_written_priced_bought_and_withdrawn(
    visitor: Callable[..., Visitor], address: str
) -> None:
    load_all()
    for category, key, name in (("44531400-5", "length", "Length"), ("44531600-7", "bore", "Bore")):
        add_attribute(
            category=category,
            given=AttributeInput(key=key, kind="number", unit="MMT", decimals=0, name_en=name),
        )
    supplier, buyer = visitor(_as(house.manager())), visitor(_as(house.buyer()))
    page = supplier.page
    page.goto(f"{address}/catalog/own/")
    page.get_by_role("link", name="New offer").first.press("Enter")
    page.get_by_label("Name in English").fill("Hexagon nut M16")
    page.get_by_label("GTIN").fill("4006381333932")
    page.get_by_label("Find a category").press_sequentially("bolts")
    expect(page.locator("#id_category option")).not_to_have_count(1)
    page.get_by_label("Category, CPV code").select_option("44531400-5")
    page.get_by_label("Length").fill("60")
    page.get_by_label("Find a category").fill("445316")
    expect(page.get_by_label("Bore")).to_be_visible()  # the first that fits asks for its own
    page.get_by_label("Find a category").fill("bolts")
    page.get_by_label("Category, CPV code").select_option("44531400-5")
    expect(page.get_by_label("Length")).to_have_value("60")
    page.get_by_label("SKU").fill("N-16")
    page.get_by_label("SKU").press("Enter")
    expect(page.locator("#id_gtin_error")).to_contain_text("This is no GTIN")
    assert violations(page) == []
    expect(page.get_by_label("Category, CPV code")).to_have_value("44531400-5")
    page.get_by_label("GTIN").fill("4006381333931")
    page.get_by_label("GTIN").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hexagon nut M16")
    _price(page, "2,50")
    _price(page, "2.10", ("From quantity", "100"))
    page.get_by_role("button", name="Publish").press("Enter")
    expect(page.get_by_text("The offer is in the catalog.")).to_be_visible()

    shop = buyer.page
    carry_over()
    shop.goto(f"{address}/catalog/?q=nut")
    expect(shop.get_by_role("complementary", name="Narrow")).to_contain_text("Supplier")
    assert violations(shop) == []
    shop.get_by_role("link", name="Hexagon nut M16").click()
    asked = shop.get_by_role("region", name="Price for your company").get_by_label("Quantity")
    asked.fill("100")
    asked.press("Enter")
    expect(shop.locator(".ff-kpis")).to_contain_text("210.00")
    expect(shop.locator("[aria-labelledby=facts-heading]")).to_contain_text("60\u00a0mm")
    expect(shop.locator("[aria-labelledby=why-heading]")).to_contain_text("Public price: 2.10")
    shop.locator("summary", has_text="1 other price").press("Enter")
    expect(shop.get_by_text("The other's band fits this quantity more closely.")).to_be_visible()
    assert violations(shop) == []

    page.get_by_role("button", name="Withdraw").press("Enter")
    expect(page.get_by_text("The offer is withdrawn")).to_be_visible()
    assert shop.request.get(shop.url).status == 404
    page.get_by_role("button", name="Put back").press("Enter")
    expect(page.get_by_text("The offer is back where it was.")).to_be_visible()
    assert shop.request.get(shop.url).status == 200
    assert Offer.objects.get().state == "active"
