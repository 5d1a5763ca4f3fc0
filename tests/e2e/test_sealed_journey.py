"""Sealed offers in browsers: the auditor's key, two suppliers, the opening with both keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.terms import Feedback, Format, SealedTerms, SoftClose
from crm_core.companies.models import Role
from tests.accessibility import violations
from tests.e2e.live import Visitor, accept_terms, assert_accessible
from tests.rooms import Room, company, open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PASSPHRASE = "correct horse battery"


def _open(visitor: Visitor, room: Room) -> Page:
    visitor.page.goto(f"{visitor.address}/auctions/{room.id}/opening/")
    return visitor.page


def _offer(page: Page, amount: str) -> None:
    page.fill("#amount", amount)
    page.press("#amount", "Enter")
    page.locator("#review-confirm").click()
    expect(page.locator("#result")).to_contain_text("Your sealed offer is accepted.")


def test_sealed_in_the_browser_opened_by_two(
    visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    room = open_room(
        format=Format.SEALED,
        sealed=SealedTerms(),
        length=timedelta(seconds=45),
        soft_close=SoftClose(window=timedelta(0), reset=timedelta(0)),
        feedback=Feedback(rank=True),
    )
    auditor = visitor(company(Role.ARBITER, operates=True))
    officer = visitor(room.buyer)
    page = _open(auditor, room)
    page.fill("#pass-one", "short")
    page.click("#make")
    expect(page.locator("#pass-error")).to_contain_text("twelve")
    page.fill("#pass-one", PASSPHRASE)
    page.fill("#pass-two", PASSPHRASE)
    page.click("#make")
    sheet = page.locator("#sheet-key")
    expect(sheet).to_be_visible()
    recovery = sheet.inner_text()
    assert len("".join(recovery.split())) == 64
    expect(page.locator("#make-known")).to_be_disabled()
    page.check("#sheet-kept")
    page.click("#make-known")
    expect(page.locator("li[data-state=done]")).to_have_count(1)

    one, two = (visitor(supplier).enter(room) for supplier in room.suppliers)
    for each in (one, two):
        accept_terms(each)
    one.fill("#amount", "1000.01")
    expect(one.locator("#amount-hint")).to_have_attribute("data-state", "bad")
    expect(one.locator("#review-open")).to_be_disabled()
    _offer(one, "900")
    _offer(one, "743,19")
    expect(one.locator("#sealed-note")).to_contain_text("743.19")
    _offer(two, "760")
    with two.expect_download() as kept:
        two.click("#sealed-save")
    receipt = json.loads(Path(kept.value.path()).read_text())
    assert (receipt["amount"], receipt["lot"]) == ("760.00", 1)
    two.click("#sealed-withdraw")
    two.click("#sealed-withdraw-yes")
    expect(two.locator("#sealed-heading")).to_have_text("No offer yet")
    _offer(two, "750.00")
    assert_accessible(one, "box")
    assert "743.19" not in json.dumps([entry.body for entry in room.entries()])

    console = _open(officer, room)
    expect(console.locator("#offer-count")).to_have_text("not told before the deadline")
    with console.expect_download() as copy:
        console.click("#office-save")
    assert len(json.loads(Path(copy.value.path()).read_text())["key"]) == 64

    # Offers nobody has read are not "none".
    console.goto(f"{officer.address}/auctions/{room.id}/console/")
    expect(console.locator("#kpi-best-note")).to_have_text("sealed until the opening")
    expect(console.locator("#kpi-bids-label")).to_have_text("Sealed offers")

    expect(one.locator("#sealed-note")).to_contain_text("waits for the auditor", timeout=60_000)
    expect(console.locator("#kpi-bids")).to_have_text("2")
    two.reload()
    expect(two.locator("#sealed-heading")).to_contain_text("Your offer is sealed since")
    expect(two.locator("#sealed-heading")).to_be_visible()
    page = _open(auditor, room)
    page.fill("#pass", "another passphrase")
    page.click("#hand-over")
    expect(page.locator("#hand-error")).to_contain_text("does not unlock")
    assert_accessible(page, "hand over")
    page.fill("#pass", PASSPHRASE)
    page.click("#hand-over")
    expect(page.locator("li[data-state=done]")).to_have_count(3)

    console = _open(officer, room)
    assert_accessible(console, "open")
    console.click("#open")
    winner = console.locator("#offers tr", has_text="lowest")
    expect(winner).to_contain_text("743.19")
    expect(winner).to_contain_text(room.suppliers[0].company.legal_name)
    assert_accessible(console, "opened")
    parts = console.locator("#parts")
    expect(parts).to_contain_text("by a neutral person of the platform, unlocked by its keeper")
    expect(parts).to_contain_text("by the buyer's officer, with the key from the platform's copy")
    expect(one.locator("#rankbox")).to_have_attribute("data-state", "leading")
    expect(two.locator("#rank-number")).to_have_text("2")
    console.goto(f"{officer.address}/auctions/{room.id}/console/")
    feed = console.locator("#feed")
    expect(feed).to_contain_text(
        "The auditor's key was handed over by a neutral person of the platform, unlocked"
    )
    expect(feed).to_contain_text("The offers were opened by the buyer's officer, with the key")
    console.goto(f"{officer.address}/auctions/{room.id}/verification/")
    expect(console.locator("#verdict")).to_have_attribute("data-state", "ok")


def test_a_lost_passphrase_is_recovered_from_the_sheet(visitor: Callable[..., Visitor]) -> None:
    """In the second-price format: who asks least wins, at what the other one asked."""
    room = open_room(
        2,
        format=Format.VICKREY,
        sealed=SealedTerms(show_count=True),
        length=timedelta(seconds=30),
        feedback=Feedback(rank=True),
        soft_close=SoftClose(window=timedelta(0), reset=timedelta(0)),
    )
    auditor = visitor(company(Role.ARBITER, operates=True), viewport={"width": 390, "height": 844})
    page = _open(auditor, room)
    page.fill("#pass-one", PASSPHRASE)
    page.fill("#pass-two", PASSPHRASE)
    page.click("#make")
    expect(page.locator("#sheet-key")).to_be_visible()
    recovery = page.locator("#sheet-key").inner_text()
    page.check("#sheet-kept")
    page.click("#make-known")
    expect(page.locator("li[data-state=done]")).to_have_count(1)
    supplier, other = (visitor(each).enter(room) for each in room.suppliers)
    for each, amount in ((supplier, "700"), (other, "812.50")):
        accept_terms(each)
        _offer(each, amount)
    expect(supplier.locator("#sealed-note")).to_contain_text("waits for", timeout=60_000)
    page = _open(auditor, room)
    assert violations(page) == []
    page.locator("details summary").filter(has_text="passphrase is lost").click()
    page.fill("#sheet-typed", recovery.upper())
    page.click("#hand-sheet")
    expect(page.locator("#opening")).to_contain_text("a second person")
    expect(page.locator("#open")).to_have_count(0)  # one person alone never opens
    page = _open(visitor(room.buyer), room)
    page.locator("#open").click()
    expect(page.locator("#offers")).to_contain_text("700.00")
    expect(page.locator("#offers")).to_contain_text("812.50")
    expect(supplier.locator("#rankbox")).to_have_attribute("data-state", "leading")
    expect(other.locator("#rank-number")).to_have_text("2")
    expect(supplier.locator("#paid")).to_contain_text(
        "you are paid 812.50 EUR/tonne, 81,250.00 EUR"
    )
    expect(supplier.locator("#paid")).to_contain_text("You asked 700.00 EUR/tonne.")
    assert violations(supplier) == []
    expect(other.locator("#paid")).to_be_hidden()
    assert "700.00" not in other.locator("main").inner_text()
    assert [entry.body["amount"] for entry in room.entries() if entry.kind == "lot_closed"] == [
        "812.50"
    ]
