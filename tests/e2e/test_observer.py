"""An observer in a browser: the officer hands out a link, somebody watches, the link is revoked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from auctions.domain.terms import Feedback
from tests.accessibility import violations
from tests.e2e.live import Visitor, accept_terms, bid
from tests.rooms import open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SEEN = Feedback(rank=True, lead=True, lead_min_bidders=1, after_first_bid=False)


def test_a_link_is_handed_out_watched_and_revoked(chromium: Browser, address: str) -> None:
    room = open_room(feedback=SEEN)
    officer = Visitor(chromium, address, room.buyer)
    seller = Visitor(chromium, address, room.suppliers[0])
    console = officer.enter(room, "console/")
    console.locator(".fl-event details.ff-menu summary").click()
    console.locator("#observers-open").click()
    expect(console.locator("#observer-empty")).to_be_visible()
    console.fill("#observer-label", "Auditor")
    console.locator("#observer-create").click()
    expect(console.locator("#observer-rows li")).to_have_count(1)
    link = console.locator("#observer-address").input_value()
    assert violations(console) == []

    context = chromium.new_context(viewport={"width": 390, "height": 844})
    complaints: list[str] = []
    observer = context.new_page()
    observer.on("pageerror", lambda error: complaints.append(str(error)))
    observer.on("console", lambda line: complaints.append(line.text)
                if line.type == "error" and "WebSocket" not in line.text else None)  # fmt: skip
    observer.goto(link)
    observer.locator("#conn[data-state=live]").wait_for()
    observer.locator("#room").wait_for()
    assert "no bids yet" in observer.locator("#lead-note").inner_text()

    bidding = seller.enter(room)
    accept_terms(bidding)
    bid(bidding, "990", retype=True)
    expect(observer.locator("#lead-value")).to_have_text("990.00")
    assert room.suppliers[0].company.legal_name not in observer.content()
    assert violations(observer) == []
    width = observer.evaluate("document.documentElement.scrollWidth")
    assert width <= 390

    revoke = console.locator("#observer-rows button")
    revoke.click()
    revoke.click()
    expect(console.locator("#observer-empty")).to_be_visible()
    expect(observer.locator("#conn[data-state=offline]")).to_be_visible(timeout=12_000)
    expect(observer.locator("#conn-words")).to_contain_text("revoked")
    answer = observer.goto(link)
    assert answer is not None
    assert answer.status == 404

    with bidding.expect_download() as saved:
        bidding.locator("a[data-zoned]").click()
    assert saved.value.suggested_filename.endswith(".xlsx")
    complaints += officer.complaints + seller.complaints
    for each in (context, officer.context, seller.context):
        each.close()
    assert [line for line in complaints if "404" not in line] == []
