"""Surrogate bids in the live room and on the neutral person's console: approved, placed, told."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.terms import Feedback
from crm_core.companies.models import Role
from tests.accessibility import violations
from tests.e2e.live import Visitor, accept_terms, bid
from tests.rooms import company, open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_an_approval_from_the_supplier_to_the_bid(visitor: Callable[..., Visitor]) -> None:
    room = open_room(feedback=Feedback(rank=True), surrogates=True)
    one, two = (visitor(supplier).enter(room) for supplier in room.suppliers)
    buyer = visitor(room.buyer).enter(room, "console/")
    neutral = visitor(company(Role.ARBITER, operates=True)).enter(room, "console/")
    expect(one.locator("#surrogate-hint")).to_have_text("Accept the terms first.")
    for page in (one, two):
        accept_terms(page)
    bid(one, "900", retype=True)
    expect(one.locator("#result")).to_contain_text("Accepted: 900.00")

    # By keyboard: too high, then far enough to be typed again.
    one.fill("#surrogate-amount", "899")
    expect(one.locator("#surrogate-hint")).to_have_text(
        "At most 895.50: what you could bid yourself."
    )
    expect(one.locator("#surrogate-review")).to_be_disabled()
    one.fill("#surrogate-amount", "600")
    one.press("#surrogate-amount", "Enter")
    expect(one.locator("#surrogate-retype")).to_be_focused()
    expect(one.locator("#surrogate-confirm")).to_be_hidden()
    assert violations(one) == []
    one.press("#surrogate-retype", "Escape")
    one.fill("#surrogate-amount", "850")
    one.press("#surrogate-amount", "Enter")
    one.press("#surrogate-confirm", "Enter")
    expect(one.locator("#surrogate-down-to")).to_contain_text("one bid, not below 850.00")

    # Taken back and given again, over a reload.
    one.click("#surrogate-end")
    expect(one.locator("#surrogate-set")).to_be_hidden()
    expect(neutral.locator("#surrogate-banners button")).to_have_count(0)
    one.fill("#surrogate-amount", "860")
    one.click("#surrogate-review")
    one.click("#surrogate-confirm")
    expect(one.locator("#surrogate-down-to")).to_contain_text("860.00")
    one.reload()
    expect(one.locator("#surrogate-down-to")).to_contain_text("860.00")

    name = room.suppliers[0].company.legal_name
    expect(neutral.locator("#surrogate-banners strong")).to_have_text(
        f"{name} lets you place one bid for it."
    )
    expect(neutral.locator("#surrogate-banners .fl-range")).to_have_text("From 860.00 to 895.50.")
    for other in (two, buyer):
        assert not re.search(r"\b860\b", other.locator("body").inner_text())
        expect(other.locator("#surrogate-banners button")).to_have_count(0)

    neutral.click("#surrogate-banners button")
    expect(neutral.locator("#action-amount")).to_be_focused()
    _typed(neutral, "859.99", "The supplier approved no bid below 860.00.")
    _typed(neutral, "896", "Bid 895.50 or lower.")
    _typed(neutral, "870", "Lot total 87,000.00 EUR.")
    expect(neutral.locator("#action-go")).to_be_disabled()
    neutral.fill("#action-reason", "Told by telephone.")
    assert violations(neutral) == []
    neutral.click("#action-go")
    expect(neutral.locator("#action-dialog")).to_be_hidden()
    expect(neutral.locator("#surrogate-banners button")).to_have_count(0)
    expect(neutral.locator("#feed li").first).to_contain_text(
        f"{name} bid 870.00, placed by a neutral person. Told by telephone."
    )

    expect(one.locator("#best-value")).to_have_text("870.00")
    expect(one.locator("#surrogate-set")).to_be_hidden()
    row = one.locator("#own-rows tr").first
    expect(row).to_contain_text("surrogate bid: Told by telephone.")
    one.reload()
    expect(row).to_contain_text("surrogate bid: Told by telephone.")
    expect(buyer.locator("#participant-rows tr").first).to_contain_text("surrogate bid")
    expect(buyer.locator("#feed li").first).to_contain_text("placed by a neutral person.")
    assert "Told by telephone" not in buyer.locator("body").inner_text()
    assert "surrogate bid:" not in two.locator("body").inner_text()
    assert violations(buyer) == []


def _typed(page: Page, amount: str, hint: str) -> None:
    page.fill("#action-amount", amount)
    expect(page.locator("#action-amount-hint")).to_have_text(hint)


def test_a_bid_by_hand_ends_it_and_so_does_the_terms_lack(visitor: Callable[..., Visitor]) -> None:
    room = open_room(surrogates=True)
    page = visitor(room.suppliers[0], viewport={"width": 390, "height": 844}).enter(room)
    accept_terms(page)
    # A first bid is always typed twice.
    page.fill("#surrogate-amount", "850")
    page.click("#surrogate-review")
    page.fill("#surrogate-retype", "850")
    page.click("#surrogate-confirm")
    expect(page.locator("#surrogate-note")).to_have_text("A bid of your own ends the approval.")
    page.evaluate("window.scrollTo(0, 0)")  # nothing half below the bar
    assert violations(page) == []
    bid(page, "900", retype=True)
    expect(page.locator("#surrogate-set")).to_be_hidden()

    plain = open_room()
    page = visitor(plain.suppliers[0]).enter(plain)
    accept_terms(page)
    expect(page.locator("#surrogate")).to_be_hidden()
