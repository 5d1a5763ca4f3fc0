"""Currencies and VAT in the live room: said once, bid in own money, and the buyer sees both."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.terms import Feedback
from auctions.domain.terms_currencies import CurrencyRate
from tests.accessibility import violations
from tests.e2e.live import Visitor, accept_terms, bid
from tests.rooms import open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

DOLLAR = CurrencyRate("USD", 1, Decimal("0.9"), None, "European Central Bank", "2026-11-27")
YEN = CurrencyRate("JPY", 100, Decimal("0.6"), 0, "European Central Bank", "2026-11-27")


def say(page: Page, currency: str, vat: str) -> None:
    page.select_option("#prices-currency", currency)
    page.select_option("#prices-vat", vat)
    page.click("#prices-set")
    expect(page.locator("#prices-told")).to_be_visible()
    expect(page.locator("#prices-words")).to_contain_text(f"You bid in {currency}.")


def test_each_bids_in_its_own_money_and_the_buyer_sees_both(
    visitor: Callable[..., Visitor],
) -> None:
    room = open_room(
        feedback=Feedback(rank=True, lead=True, after_first_bid=False, lead_min_bidders=1),
        currencies=(DOLLAR, YEN),
        vat_rates=(Decimal(0), Decimal(20)),
    )
    one, two = (visitor(supplier).enter(room) for supplier in room.suppliers)
    buyer = visitor(room.buyer).enter(room, "console/")
    accept_terms(one)
    expect(one.locator("#prices-form")).to_be_visible()
    expect(one.locator("#prices-set")).to_be_disabled()  # no VAT rate is chosen
    expect(one.locator("#amount-hint")).to_contain_text("First say in which currency")
    one.select_option("#prices-currency", "JPY")
    expect(one.locator("#prices-rate")).to_contain_text("100 JPY = 0.6 EUR")
    assert violations(one) == []
    say(one, "JPY", "0")

    # Another choice is open until the first bid.
    one.click("#prices-change")
    say(one, "USD", "20")
    expect(one.locator("#prices-words")).to_contain_text("You bid in USD. Your VAT rate is 20 %.")
    expect(one.locator("#most-value, #amount-hint").last).to_contain_text("1,333.33")
    expect(one.locator("#amount-label")).to_contain_text("USD/tonne including VAT")
    expect(one.locator("#rules")).to_contain_text("1,000.00 EUR/tonne, for you 1,333.33 USD/tonne")
    bid(one, "1200", retype=True)
    expect(one.locator("#result")).to_contain_text("Accepted: 1,200.00")
    expect(one.locator("#best-unit")).to_have_text("USD/tonne")
    expect(one.locator("#prices-change")).to_be_hidden()
    assert violations(one) == []

    accept_terms(two)
    say(two, "EUR", "0")
    # 1,200 dollars with 20 % are 900 euro without VAT.
    expect(two.locator("#lead-value")).to_have_text("900.00")
    assert "USD" not in two.locator(".ff-standing").inner_text()
    bid(two, "899.99", retype=True)
    expect(one.locator("#lead-value")).to_have_text("1,199.98")
    expect(one.locator("#rank-number")).to_have_text("2")

    row = buyer.locator("#participant-rows tr").nth(1)
    expect(row).to_contain_text("900.00")
    expect(row).to_contain_text("1,200.00 USD, VAT 20 %")
    expect(row).to_contain_text("+0.01")
    expect(buyer.locator("#feed")).to_contain_text("1,200.00 USD")
    assert violations(buyer) == []
