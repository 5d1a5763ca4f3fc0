"""The sheet of own offers by keyboard: typed, pasted, refused, undone, and the network gone."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from crm_core.access.actor import Actor
from crm_core.companies.models import Company
from crm_core.people.models import User
from marketplace.catalog.models import Offer
from reference.loading import load_all
from tests import catalog_house as house
from tests.accessibility import violations
from tests.e2e.live import Visitor
from tests.rooms import Supplier

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def _as(actor: Actor) -> Supplier:
    return Supplier(Company.objects.get(pk=actor.company_id), User.objects.get(pk=actor.user_id))


def _paste(page: Page, text: str) -> None:
    page.evaluate(
        """(text) => { const data = new DataTransfer(); data.setData("text/plain", text);
        document.activeElement.dispatchEvent(new ClipboardEvent("paste",
          { clipboardData: data, bubbles: true, cancelable: true })); }""",
        text,
    )


def _price(sku: str) -> Decimal:
    return Offer.objects.get(sku=sku).prices.get(valid_until=None).amount


def test_prices_are_typed_pasted_refused_and_undone(
    visitor: Callable[..., Visitor], address: str
) -> None:
    load_all()
    manager = house.manager()
    for number in (1, 2, 3):
        house.active(manager, f"{number}0", sku=f"S-{number}", gtin="", name_en=f"Bolt {number}")
    page = visitor(_as(manager)).page
    page.goto(f"{address}/catalog/own/")
    page.get_by_role("link", name="Edit as a sheet").click()

    def cell(column: str, sku: str):
        return page.get_by_label(f"{column}, {sku}", exact=True)

    cell("Public price", "S-1").fill("10,50")
    cell("Public price", "S-1").press("Enter")
    expect(cell("Public price", "S-2")).to_be_focused()
    expect(cell("Public price", "S-1")).to_have_value("10.5")
    assert _price("S-1") == Decimal("10.5")

    _paste(page, "21\t5\n31\t10\n")
    expect(cell("Public price", "S-3")).to_have_attribute("data-state", "saved")
    expect(cell("Smallest order", "S-3")).to_have_value("10")
    assert (_price("S-2"), _price("S-3")) == (21, 31)

    cell("Lead time", "S-2").fill("soon")
    cell("Lead time", "S-2").press("Enter")
    expect(page.locator(".sheet-reason")).to_have_text("Enter a whole number.")
    expect(cell("Lead time", "S-2")).to_have_value("soon")
    assert violations(page) == []
    cell("Lead time", "S-2").press("Escape")
    expect(cell("Lead time", "S-2")).to_have_value("")

    page.get_by_role("button", name="Undo").click()
    expect(cell("Public price", "S-3")).to_have_value("30")
    expect(cell("Smallest order", "S-2")).to_have_value("1")
    page.keyboard.press("Control+z")
    expect(cell("Public price", "S-1")).to_have_value("10")
    page.get_by_role("button", name="Redo").click()
    expect(cell("Public price", "S-1")).to_have_value("10.5")
    assert (_price("S-1"), _price("S-2"), _price("S-3")) == (Decimal("10.5"), 20, 30)

    page.context.set_offline(True)
    cell("SKU", "S-1").fill("S-9")
    cell("SKU", "S-1").press("Enter")
    expect(page.locator(".ff-toast", has_text="the server could not be reached")).to_have_count(1)
    expect(cell("SKU", "S-1")).to_have_value("S-9")
    page.context.set_offline(False)
    cell("SKU", "S-1").press("Enter")
    expect(cell("SKU", "S-1")).to_have_attribute("data-state", "saved")
    assert Offer.objects.filter(sku="S-9").exists()
