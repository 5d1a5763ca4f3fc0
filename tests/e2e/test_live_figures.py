"""Figures and chart of the console against the bids, and the observer's page in every form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from auctions.domain.terms import Feedback, SoftClose
from auctions.services.observers import create_link
from auctions.subject import SubjectLot
from tests.e2e.live import Visitor, accept_terms, bid
from tests.e2e.looking import look
from tests.rooms import open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SEEN = Feedback(rank=True, lead=True, lead_min_bidders=1, after_first_bid=False)
Visit = Callable[..., Visitor]


def test_the_console_tells_saving_target_and_every_bid(visitor: Visit) -> None:
    # The window covers nearly the whole lot and the reset more: the first bid in it extends,
    # the following ones do not.
    room = open_room(
        feedback=SEEN,
        lot=SubjectLot(
            number=1, unit_label="tonne", baseline=Decimal("950.00"), target=Decimal("880.00")
        ),
        length=timedelta(minutes=5),
        soft_close=SoftClose(window=timedelta(minutes=4, seconds=59), reset=timedelta(minutes=30)),
    )
    console = visitor(room.buyer).enter(room, "console/")
    one, two = (visitor(supplier).enter(room) for supplier in room.suppliers)
    for page in (one, two):
        accept_terms(page)
        expect(page.locator("#state-chips")).to_contain_text("Live")
    page.wait_for_timeout(1_200)
    bid(one, "930", retype=True)
    expect(one.locator("#result")).to_contain_text("Accepted: 930.00")
    bid(two, "900", retype=True)
    expect(two.locator("#result")).to_contain_text("Accepted: 900.00")
    bid(one, "890")
    expect(one.locator("#result")).to_contain_text("Accepted: 890.00")

    for figure, told in {
        "#kpi-best": "890.00",
        "#kpi-best-unit": "EUR/tonne",
        "#kpi-best-note": "Lot total 89,000.00 EUR",
        "#kpi-saving": "6,000.00",
        "#kpi-saving-share": "−6.32 %",
        "#kpi-saving-note": "of 95,000.00 EUR",
        "#kpi-target-label": "Target 880.00",
        "#kpi-target": "10.00",
        "#kpi-bids": "3",
        "#kpi-connected": "2",
        "#kpi-connected-unit": "of 2",
    }.items():
        expect(console.locator(figure)).to_have_text(told)
    assert console.locator("#kpi-meter").evaluate("each => Math.round(each.value)") == 86
    rows = console.locator("#participant-rows tr")
    expect(rows.nth(0)).to_contain_text("890.00")
    expect(rows.nth(1)).to_contain_text("+10.00")
    expect(console.locator("#feed")).to_contain_text("Extension 1")

    console.reload()
    console.locator("#chart canvas").wait_for()
    assert console.evaluate(WIDE_CHART) <= console.viewport_size["width"]  # type: ignore[index]
    console.locator("#chart-as-table").click()
    drawn = console.locator("#chart-rows tr")
    expect(drawn).to_have_count(3)
    names = [supplier.company.legal_name for supplier in room.suppliers]
    for row, (name, amount) in enumerate(
        ((names[0], "890.00"), (names[1], "900.00"), (names[0], "930.00"))
    ):
        expect(drawn.nth(row)).to_contain_text(name)
        expect(drawn.nth(row)).to_contain_text(amount)
    bid(two, "870")
    expect(drawn).to_have_count(4)
    expect(console.locator("#kpi-target")).to_have_text("reached")


# The page's width before the chart has followed a window that became narrow.
WIDE_CHART = """() => {
    document.querySelector("#chart .uplot").style.width = "3000px"
    return document.documentElement.scrollWidth
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_observers_page_holds_in_every_language(visitor: Visit, theme: str) -> None:
    room = open_room(feedback=SEEN)
    _, secret = create_link(actor=room.buyer.actor, auction_id=room.id, label="Auditor")
    page = visitor(room.suppliers[0]).enter(room)
    accept_terms(page)
    bid(page, "900", retype=True)
    observer = visitor(room.buyer, color_scheme=theme)
    observer.context.clear_cookies()  # whoever has the link, signed in as nobody

    found = look(observer, f"/auctions/observe/{secret}/", "#room")

    expect(observer.page.locator("#lead-value")).to_have_text("900.00")
    assert found == []
