"""A fixed budget in the browser: two suppliers, one of them on a phone, and the buyer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.terms import Feedback, Format, Step, StepKind
from auctions.subject import SubjectLot
from kernel.clock import utc_now
from tests.accessibility import COLOURS, violations
from tests.domain.budget_room import budget_lot
from tests.e2e.live import Visitor, accept_terms, bid
from tests.e2e.looking import PHONE
from tests.rooms import Room, open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Visitor]


def _open() -> Room:
    """100 000.00 EUR for training days: 1000 at least, then one percent more each time."""
    lot = budget_lot(
        title="Training days", quantity=Decimal(1200), unit="DAY",
        step=Step(StepKind.PERCENT, None, Decimal(1)),
    )  # fmt: skip
    return open_room(
        2,
        lot=SubjectLot(number=1, unit_label="d", baseline=Decimal("90.50")),
        lots=(lot,),
        format=Format.BUDGET,
        feedback=Feedback(lead=True, after_first_bid=False, lead_min_bidders=1),
        starts_at=utc_now() + timedelta(seconds=0.5),
    )


def _at_the_table(visitor: Visit, room: Room, number: int, **options: object) -> Page:
    page = visitor(room.suppliers[number], **options).enter(room)
    accept_terms(page)
    return page


def test_suppliers_raise_the_quantity_for_a_fixed_budget(visitor: Visit) -> None:
    room = _open()
    first = _at_the_table(visitor, room, 0)
    phone = _at_the_table(visitor, room, 1, viewport=PHONE)
    console = visitor(room.buyer).enter(room, "console/")
    for page in (first, phone, console):
        expect(page.locator("#budget-amount")).to_have_text("100,000.00 EUR")
    expect(first.locator("#amount-label")).to_have_text(
        "Quantity you deliver for 100,000.00 EUR excluding VAT, d"
    )
    expect(first.locator("#amount-hint")).to_have_text("1,000 or more.")
    expect(first.locator("#amount")).to_have_value("1000")

    first.fill("#amount", "999")
    expect(first.locator("#amount-hint")).to_have_text("Offer 1,000 or more.")
    expect(first.locator("#review-open")).to_be_disabled()
    first.fill("#amount", "1200")
    expect(first.locator("#sum-total")).to_have_text("≈ 83.333333 EUR/d")
    bid(first, "1250", retype=True)
    expect(first.locator("#best-value")).to_have_text("1,250")
    expect(first.locator("#best-unit")).to_have_text("d")
    expect(first.locator("#rank-word")).to_have_text("Leading")
    # One percent of 1250 is 12.5: the next quantity is rounded up.
    expect(first.locator("#amount")).to_have_value("1263")

    expect(phone.locator("#lead-value")).to_have_text("1,250")
    expect(phone.locator("#steps button[data-take]")).to_contain_text("1,251")
    phone.locator("#steps button[data-take]").click()
    phone.locator("#review-open").click()
    expect(phone.locator("#review-lead")).to_have_text("takes the lead")
    expect(phone.locator("#review-unit")).to_have_text("1,251 d")
    phone.fill("#retype", "1251")
    phone.locator("#review-confirm").click()
    expect(phone.locator("#rank-word")).to_have_text("Leading")
    expect(first.locator("#rank-word")).to_have_text("Outbid")
    expect(first.locator("#gap-value")).to_have_text("1")

    # A zero too many asks to type it again; the stepper goes up by a step.
    first.fill("#amount", "12630")
    first.press("#amount", "Enter")
    expect(first.locator("#review-warning")).to_contain_text("above your last bid")
    expect(first.locator("#review-confirm")).to_be_hidden()
    first.locator("#review-cancel").click()
    first.locator("#steps button").first.click()
    expect(first.locator("#amount")).to_have_value("1263")
    first.locator("#amount-up").click()
    expect(first.locator("#amount")).to_have_value("1276")
    bid(first, "1276")
    expect(first.locator("#rank-word")).to_have_text("Leading")
    expect(first.locator("#total-value, #lead-value").first).to_be_attached()
    expect(first.locator("#own-rows tr").first).to_contain_text("78.3699")

    expect(console.locator("#kpi-best")).to_have_text("1,276")
    expect(console.locator("#kpi-best-note")).to_have_text("≈ 78.369906 EUR/d")
    expect(console.locator("#kpi-saving")).to_have_text("15,478.00")
    expect(console.locator("#participants-note")).to_have_text("ranked by quantity")
    rows = console.locator("#participant-rows tr")
    expect(rows.first).to_contain_text("1,276")
    expect(rows.nth(1)).to_contain_text("+25")
    expect(console.locator("#feed")).to_contain_text(re.compile(r"offered 1,276"))
    for page in (first, phone, console):
        assert violations(page) == []
    _ = first.emulate_media(color_scheme="dark")
    assert violations(first, COLOURS) == []
    assert first.evaluate("document.documentElement.scrollWidth") <= 1440
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert room.kinds().count("bid_placed") == 3
