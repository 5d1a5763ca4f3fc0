"""Automatic bids in the live room: a limit is set, works, is changed, stopped, and stays secret."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.terms import AutomaticBids, Feedback
from tests.accessibility import violations
from tests.e2e.live import Visitor, accept_terms, bid
from tests.rooms import open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LEADING = ("data-state", "leading")


def test_a_limit_from_its_setting_to_its_end(visitor: Callable[..., Visitor]) -> None:
    room = open_room(feedback=Feedback(rank=True), automatic_bids=AutomaticBids())
    one, two = (visitor(supplier).enter(room) for supplier in room.suppliers)
    buyer = visitor(room.buyer).enter(room, "console/")
    for page in (one, two):
        accept_terms(page)
    expect(one.locator("#limit-hint")).to_have_text(
        "Place a bid first: automatic bids go on from it."
    )
    bid(one, "900", retype=True)
    expect(one.locator("#result")).to_contain_text("Accepted: 900.00")

    # By keyboard: too high, then far enough to be typed again.
    one.fill("#limit-amount", "899")
    expect(one.locator("#limit-hint")).to_have_text("At most 895.50: one step below your best bid.")
    expect(one.locator("#limit-review")).to_be_disabled()
    one.fill("#limit-amount", "600")
    one.press("#limit-amount", "Enter")
    expect(one.locator("#limit-retype")).to_be_focused()
    expect(one.locator("#limit-confirm")).to_be_hidden()
    assert violations(one) == []
    one.press("#limit-retype", "Escape")
    one.fill("#limit-amount", "700")
    one.press("#limit-amount", "Enter")
    expect(one.locator("#limit-confirm")).to_be_focused()
    one.press("#limit-confirm", "Enter")
    expect(one.locator("#limit-down-to")).to_contain_text("Automatic down to 700.00")

    bid(two, "890", retype=True)
    # It never saw itself lead: its bid was answered in the same moment.
    expect(two.locator("#result")).to_contain_text("Accepted: 890.00")
    expect(two.locator("#rank-number")).to_have_text("2")
    expect(one.locator("#rankbox")).to_have_attribute(*LEADING)
    expect(one.locator("#best-value")).to_have_text("886.56")
    expect(one.locator("#own-rows tr").first).to_contain_text("automatic")
    expect(one.locator("#say-later, #say-now").first).to_be_attached()

    _nothing_said(two)
    _nothing_said(buyer)

    one.reload()
    expect(one.locator("#limit-down-to")).to_contain_text("Automatic down to 700.00")
    expect(one.locator("#own-rows tr").first).to_contain_text("automatic")
    one.click("#limit-change")
    one.fill("#limit-amount", "880")
    one.click("#limit-review")
    one.click("#limit-confirm")
    expect(one.locator("#limit-down-to")).to_contain_text("Automatic down to 880.00")
    bid(two, "870")
    expect(one.locator("#best-value")).to_have_text("882.12")
    expect(one.locator("#limit-note")).to_have_text(
        "No further automatic bid fits above this limit."
    )
    one.click("#limit-end")
    expect(one.locator("#limit-set")).to_be_hidden()
    expect(one.locator("#limit-form")).to_be_visible()
    assert violations(one) == []


def _nothing_said(page: Page) -> None:
    """Neither the page nor what was sent to it speaks of an automatic bid."""
    text = page.locator("body").inner_text()
    assert "Automatic down to" not in text
    assert not re.search(r"\b700\b", text)


def test_where_the_terms_have_none_there_is_no_box(visitor: Callable[..., Visitor]) -> None:
    room = open_room()
    page = visitor(room.suppliers[0]).enter(room)
    accept_terms(page)
    expect(page.locator("#limit")).to_be_hidden()
