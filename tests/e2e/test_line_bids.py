"""A lot with positions in the browser: priced by keyboard, lowered together, reviewed, and seen by
nobody but its bidder and the buyer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.terms import Feedback, LineRules, LineTerms, LotTerms
from auctions.subject import SubjectLot
from tests.accessibility import violations
from tests.e2e.live import Visitor, accept_terms
from tests.e2e.looking import PHONE
from tests.rooms import LOT, Room, open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Visitor]

LINES = (
    LineTerms(1, "Bolt M12 x 80, galvanised", Decimal(1000), "C62", scale=4),
    LineTerms(2, "Hexagon nut M12", Decimal(1000), "C62", scale=4, ceiling=Decimal("0.2000")),
    LineTerms(3, "Delivery to the site", Decimal(1), "C62"),
)


def _open(rules: LineRules | None = None) -> Room:
    lot = LotTerms(
        number=1, title="Fasteners", quantity=Decimal(1), unit="LO", ceiling=Decimal("1000.00"),
        lines=LINES,
    )  # fmt: skip
    about = replace(LOT, unit_label="lot", line_labels=("pcs", "pcs", "pcs"))
    assert isinstance(about, SubjectLot)
    return open_room(lot=about, lots=(lot,), feedback=Feedback(lead=True), line_rules=rules)


def _price(page: Page, *prices: str) -> None:
    for place, price in enumerate(prices):
        page.fill(f"#line-{place}", price)


def test_positions_are_priced_reviewed_and_told_to_the_buyer_alone(visitor: Visit) -> None:
    room = _open()
    one = visitor(room.suppliers[0]).enter(room)
    two = visitor(room.suppliers[1], viewport=PHONE).enter(room)
    buyer = visitor(room.buyer).enter(room, "console/")
    for page in (one, two):
        accept_terms(page)
    expect(one.locator("#amount")).to_be_hidden()
    expect(one.locator("#lines-hint")).to_have_text(
        "A total of 1,000.00 or lower. Price every position."
    )

    # What is wrong stands beside its position, and nothing can be reviewed.
    _price(one, "0,4125", "0.25", "0")
    expect(one.locator("#line-fault-1")).to_have_text("At most 0.2000.")
    expect(one.locator("#line-fault-2")).to_have_text("Must be above zero.")
    expect(one.locator("#review-open")).to_be_disabled()
    assert violations(one) == []

    # By keyboard: down to the next position, Enter to the review.
    one.focus("#line-0")
    one.keyboard.press("ArrowDown")
    expect(one.locator("#line-1")).to_be_focused()
    one.keyboard.type("0.1875")
    one.keyboard.press("ArrowDown")
    one.keyboard.type("150")
    expect(one.locator("#sum-label")).to_have_text("Total of 3 positions")
    expect(one.locator("#sum-total")).to_have_text("750.00 EUR")
    one.keyboard.press("Enter")
    expect(one.locator("#retype")).to_be_focused()
    expect(one.locator("#review-lines-count")).to_have_text("3 positions")
    assert violations(one) == []
    one.keyboard.type("750")
    one.click("#review-confirm")
    expect(one.locator("#result")).to_contain_text("Accepted: 750.00")
    expect(one.locator("#best-value")).to_have_text("750.00")
    expect(one.locator("#own-rows tr").first).to_contain_text("Unit prices")

    # Only what changed is reviewed; the helpers lower all of it together, exactly.
    one.fill("#lines-percent", "10")
    one.press("#lines-percent", "Enter")
    expect(one.locator("#line-0")).to_have_value("0.3712")
    expect(one.locator("#sum-total")).to_have_text("674.90 EUR")
    one.click("#lines-back")
    expect(one.locator("#line-0")).to_have_value("0.4125")
    one.click("#lines-most")
    expect(one.locator("#sum-total")).to_have_text("746.25 EUR")
    one.click("#lines-back")
    one.fill("#line-2", "140")
    one.press("#line-2", "Enter")
    expect(one.locator("#review-lines-count")).to_have_text("1 unit price changed")
    expect(one.locator("#review-lines-rows")).to_contain_text("Delivery to the site")
    one.press("#review-confirm", "Enter")
    expect(one.locator("#result")).to_contain_text("Accepted: 740.00")

    _price(two, "0.4", "0.2", "120")
    two.click("#review-open")
    two.fill("#retype", "720")
    assert violations(two) == []
    two.click("#review-confirm")
    expect(two.locator("#result")).to_contain_text("Accepted: 720.00")

    rows = buyer.locator("#lines-rows tr")
    expect(rows.first.locator("td").nth(2)).to_contain_text("0.4000")
    expect(rows.first.locator("td").nth(3)).to_contain_text("0.4125")
    expect(rows.nth(2)).to_contain_text("140.00")
    assert violations(buyer) == []
    for mine, others in ((one, "0.4000"), (two, "0.4125")):
        assert others not in mine.content()

    one.reload()
    expect(one.locator("#line-0")).to_have_value("0.4125")
    expect(one.locator("#own-rows tr").first).to_contain_text("Unit prices")


def test_a_position_may_cost_nothing_where_the_terms_say_so(visitor: Visit) -> None:
    room = _open(LineRules(zero=True, rise=False))
    page = visitor(room.suppliers[0]).enter(room)
    accept_terms(page)
    _price(page, "0.5", "0", "100")
    page.press("#line-2", "Enter")
    page.fill("#retype", "600")
    page.click("#review-confirm")
    expect(page.locator("#result")).to_contain_text("Accepted: 600.00")
    expect(page.locator("#rules")).to_contain_text("none may rise above your own best bid")
    _price(page, "0.4", "0.01", "100")
    expect(page.locator("#line-fault-1")).to_have_text("May not rise: 0.0000 at most.")
