"""Two suppliers seal the unit prices of positions in the room; the buyer reads them once opened."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.rules.sealed_lines import envelope_bytes
from auctions.domain.terms import (
    Feedback,
    Format,
    LineRules,
    LineTerms,
    LotTerms,
    SealedRoundsTerms,
    SoftClose,
)
from auctions.services import sealing as service
from crm_core.companies.models import Role
from tests.accessibility import violations
from tests.e2e.live import Visitor, accept_terms
from tests.e2e.looking import DESK, PHONE
from tests.e2e.sealed import AUDITOR, sealed_room
from tests.rooms import LOT, company, open_room
from tests.services.test_sealed_round_offers import AUDITOR as ROUND_KEYS
from tests.services.test_sealed_round_offers import made_keys

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

POSITIONS = (
    LineTerms(1, "Bolt M12 x 80, galvanised", Decimal(1000), "C62", scale=4),
    LineTerms(2, "Hexagon nut M12", Decimal(1000), "C62", scale=4, ceiling=Decimal("0.2000")),
    LineTerms(3, "Washer M12, form A", Decimal(2000), "C62", scale=4),
    LineTerms(4, "Threaded rod M12, 1 m", Decimal(40), "C62"),
    LineTerms(5, "Delivery to the site", Decimal(1), "C62"),
)
LOT_TERMS = LotTerms(
    number=1, title="Fasteners", quantity=Decimal(1), unit="LO", ceiling=Decimal("1000.00"),
    lines=POSITIONS,
)  # fmt: skip


def _price(page: Page, *prices: str) -> None:
    for place, price in enumerate(prices):
        page.fill(f"#line-{place}", price)


def _seal(page: Page) -> None:
    page.press("#line-0", "Enter")
    expect(page.locator("#review-lines-count")).to_be_visible()
    page.click("#review-confirm")
    expect(page.locator("#result")).to_contain_text("Your sealed offer is accepted.")


def test_positions_are_sealed_in_the_room_and_read_by_the_buyer_after_the_opening(
    visitor: Callable[..., Visitor],
) -> None:
    about = replace(LOT, unit_label="lot", line_labels=("pcs",) * len(POSITIONS))
    room, keeper = sealed_room(
        lot=about, lots=(LOT_TERMS,), feedback=Feedback(rank=True), length=timedelta(seconds=70)
    )
    one = visitor(room.suppliers[0], viewport=DESK).enter(room)
    two = visitor(room.suppliers[1], viewport=PHONE, color_scheme="dark").enter(room)
    buyer = visitor(room.buyer).enter(room, "console/")
    for page in (one, two):
        accept_terms(page)
    expect(one.locator("#amount")).to_be_hidden()
    expect(one.locator("#lines-hint")).to_have_text(
        "A total of 1,000.00 or lower. Price every position."
    )

    # What is wrong stands beside its position, and nothing can be sealed.
    _price(one, "0,4125", "0.25", "0.01", "2.5", "0")
    expect(one.locator("#line-fault-1")).to_have_text("At most 0.2000.")
    expect(one.locator("#line-fault-4")).to_have_text("Must be above zero.")
    expect(one.locator("#review-open")).to_be_disabled()
    assert violations(one) == []

    _price(one, "0.4125", "0.1875", "0.0100", "2.5", "130")
    expect(one.locator("#sum-total")).to_have_text("850.00 EUR")
    one.press("#line-0", "Enter")
    expect(one.locator("#review-lines-count")).to_have_text("5 positions")
    expect(one.locator("#review-total")).to_have_text("850.00 EUR")
    assert violations(one) == []
    one.click("#review-confirm")
    expect(one.locator("#result")).to_contain_text("Your sealed offer is accepted.")
    expect(one.locator("#sealed-note")).to_contain_text("850.00 EUR: only this browser knows it.")

    # It is replaced: only what changed is reviewed. The table starts from what was sealed.
    one.fill("#line-4", "125")
    one.press("#line-4", "Enter")
    expect(one.locator("#review-lines-count")).to_have_text("1 unit price changed")
    one.click("#review-confirm")
    expect(one.locator("#sealed-note")).to_contain_text("845.00 EUR")
    one.click("#sealed-lines summary")
    expect(one.locator("#sealed-lines")).to_contain_text("Bolt M12 x 80, galvanised: 0.4125")
    with one.expect_download() as kept:
        one.click("#sealed-save")
    file = json.loads(Path(kept.value.path()).read_text())
    assert file["lines"] == ["0.4125", "0.1875", "0.0100", "2.50", "125.00"]
    assert len(file["envelope"]) == 2 * envelope_bytes(LOT_TERMS)
    one.reload()
    expect(one.locator("#line-0")).to_have_value("0.4125")
    expect(one.locator("#sum-total")).to_have_text("845.00 EUR")
    expect(one.locator("#rules")).to_contain_text("5 positions")

    _price(two, "0.4", "0.2", "0.01", "2.4", "100")
    _seal(two)
    two.evaluate("window.scrollTo(0, 0)")  # else the bar on top lies over a field
    assert violations(two) == []
    two.click("#sealed-withdraw")
    two.click("#sealed-withdraw-yes")
    expect(two.locator("#sealed-heading")).to_have_text("No offer yet")
    _price(two, "0.4", "0.2", "0.01", "2.4", "99.99")
    _seal(two)
    expect(two.locator("#sealed-note")).to_contain_text("815.99 EUR")
    two.evaluate("localStorage.clear()")
    two.reload()
    expect(two.locator("#line-0")).to_have_value("")
    expect(two.locator("#sealed-note")).to_contain_text("cannot tell you the amount")

    expect(buyer.locator("#lines-none")).to_have_text(
        "The unit prices are sealed until the opening."
    )
    written = json.dumps([entry.body for entry in room.entries()])
    for secret in ("0.4125", "815.99", "845.00", "99.99"):
        assert secret not in written

    expect(one.locator("#sealed-note")).to_contain_text("waits for the auditor", timeout=90_000)
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=AUDITOR.hex(), by_sheet=False)
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)
    expect(two.locator("#rankbox")).to_have_attribute("data-state", "leading", timeout=20_000)
    expect(one.locator("#rank-number")).to_have_text("2")
    expect(two.locator("#sealed-note")).to_have_text("It is 815.99 EUR.")
    two.click("#sealed-lines summary")
    expect(two.locator("#sealed-lines")).to_contain_text("Delivery to the site: 99.99")
    assert "0.4125" not in two.content()
    assert "99.99" not in one.content()
    rows = buyer.locator("#lines-rows tr")
    expect(rows.first.locator("td").nth(2)).to_contain_text("0.4000")
    expect(rows.first.locator("td").nth(3)).to_contain_text("0.4125")
    buyer.goto(buyer.url.replace("console/", "opening/"))
    winner = buyer.locator("#offers tr", has_text="lowest")
    expect(winner).to_contain_text("815.99")
    winner.locator("summary").click()
    expect(winner).to_contain_text("Delivery to the site: 99.99")
    assert violations(buyer) == []


def test_in_the_next_round_the_opened_prices_are_lowered_and_none_may_rise(
    visitor: Callable[..., Visitor],
) -> None:
    about = replace(LOT, unit_label="lot", line_labels=("pcs",) * len(POSITIONS))
    own = SealedRoundsTerms(
        rounds=2, length=timedelta(seconds=50), pause=timedelta(seconds=1), least_active=0,
        stop_unimproved=False,
    )  # fmt: skip
    room = open_room(
        1,
        format=Format.SEALED_ROUNDS,
        sealed_rounds=own,
        lot=about,
        lots=(LOT_TERMS,),
        line_rules=LineRules(rise=False),
        soft_close=SoftClose(window=timedelta(0), reset=timedelta(0)),
    )
    keeper = company(Role.ARBITER, operates=True)
    service.set_round_keys(actor=keeper.actor, auction_id=room.id, keys=made_keys()[:2])
    page = visitor(room.suppliers[0]).enter(room)
    accept_terms(page)
    _price(page, "0.4", "0.2", "0.01", "2.4", "99.99")
    _seal(page)
    page.evaluate("localStorage.clear()")  # from here on the platform's word is all there is
    expect(page.locator("#sealed-note")).to_contain_text("waits for the auditor", timeout=90_000)
    key = ROUND_KEYS[0].hex()
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=key, by_sheet=False)
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)
    expect(page.locator("#best-value")).to_have_text("815.99", timeout=20_000)
    expect(page.locator("#rounds-word")).to_contain_text("Round 2 takes sealed offers")
    expect(page.locator("#review-open")).to_be_disabled()  # no lower than what stands
    expect(page.locator("#line-4")).to_have_value("99.99")
    expect(page.locator("#sealed-lines")).to_contain_text("Delivery to the site: 99.99")
    page.fill("#line-4", "100")
    expect(page.locator("#line-fault-4")).to_have_text("May not rise: 99.99 at most.")
    page.fill("#line-4", "50")
    expect(page.locator("#sum-total")).to_have_text("766.00 EUR")
    _seal(page)
    expect(page.locator("#sealed-note")).to_contain_text("766.00 EUR: only this browser knows it.")
    assert "766.00" not in json.dumps([entry.body for entry in room.entries()])
