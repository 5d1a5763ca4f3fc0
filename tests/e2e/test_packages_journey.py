"""Packages and discounts in browsers: built, divided, sealed, withdrawn, opened, allocated."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.terms import Format, PackageTerms
from auctions.services import sealing as service
from tests.domain.room import lot
from tests.e2e.live import Visitor, accept_terms, assert_accessible
from tests.e2e.sealed import AUDITOR, sealed_room
from tests.rooms import Room, Supplier
from tests.services.test_sealed_offers import past_the_deadline

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def _offer(page: Page, amount: str) -> None:
    page.fill("#amount", amount)
    page.press("#amount", "Enter")
    page.locator("#review-confirm").click()
    expect(page.locator("#result")).to_contain_text("Your sealed offer is accepted.")


def _build(page: Page, lots: tuple[int, ...], total: str) -> None:
    page.click("#package-new")
    for number in lots:
        page.check(f"#package-lot-{number}")
    page.fill("#package-total", total)
    page.press("#package-total", "Tab")


def _seal(page: Page, number: int) -> None:
    page.click("#package-review")
    page.click("#package-confirm")
    expect(page.locator("#package-result")).to_contain_text(f"Package {number} is accepted.")


def _opened(visitor: Callable[..., Visitor], room: Room, keeper: Supplier) -> Page:
    """The buyer opens the offers, after the deadline, with the key that the keeper handed over."""
    past_the_deadline(room)
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=AUDITOR.hex(), by_sheet=False)
    officer = visitor(room.buyer)
    page = officer.page
    page.goto(f"{officer.address}/auctions/{room.id}/opening/")
    page.click("#open")
    return page


def test_packages_and_a_discount_from_the_room_to_the_allocation(
    visitor: Callable[..., Visitor],
) -> None:
    titles = ("Reinforcing bars", "Mesh", "Binding wire")
    lots = tuple(replace(lot(n), title=titles[n - 1]) for n in (1, 2, 3))
    room, keeper = sealed_room(lots=lots, packages=PackageTerms(per_supplier=2, discounts=True))
    one, two = (visitor(supplier).enter(room) for supplier in room.suppliers)
    for each in (one, two):
        accept_terms(each)
    _offer(one, "100")
    _offer(two, "90")

    # One price is divided as the ceilings stand to each other; a price may be set by hand.
    _build(one, (1, 2), "1700")
    expect(one.locator("#package-lot-1-price")).to_have_value("85.00")
    expect(one.locator("#package-lot-2-price")).to_have_value("85.00")
    one.fill("#package-lot-1-price", "80")
    expect(one.locator("#package-total")).to_have_value("1650.00")
    one.fill("#package-lot-2-price", "1000.01")
    expect(one.locator("#package-lot-2-note")).to_have_attribute("data-state", "bad")
    expect(one.locator("#package-review")).to_be_disabled()
    one.fill("#package-lot-2-price", "90")
    assert_accessible(one, "package-form")
    _seal(one, 1)
    expect(one.locator("#package-list li")).to_contain_text("Lots 1, 2 for 1,700.00 EUR")
    assert '"prices"' not in json.dumps([entry.body for entry in room.entries()])

    _build(two, (2, 3), "2000")
    _seal(two, 1)
    _build(two, (1, 3), "1")
    _seal(two, 2)
    expect(two.locator("#package-new")).to_be_disabled()
    second = two.locator("#package-list li", has_text="Package 2")
    second.get_by_role("button", name="Withdraw").click()
    second.get_by_role("button", name="Withdraw the package").click()
    expect(two.locator("#package-list li")).to_have_count(1)
    two.locator("#package-list li").get_by_role("button", name="Change").click()
    expect(two.locator("#package-lot-2-price")).to_have_value("100.00")
    two.fill("#package-total", "1900")
    two.press("#package-total", "Tab")
    _seal(two, 1)
    two.reload()
    expect(two.locator("#package-list li")).to_contain_text("Lots 2, 3 for 1,900.00 EUR")

    two.click("#discount-new")
    two.fill("#discount-percent", "10")
    expect(two.locator("#discount-hint")).to_have_text("Name at least one condition.")
    two.fill("#discount-count", "3")
    assert_accessible(two, "discount-form")
    two.click("#discount-review")
    two.click("#discount-confirm")
    expect(two.locator("#discount-result")).to_contain_text("Your discount is accepted.")
    expect(two.locator("#discount-text")).to_contain_text("10 % off everything")

    page = _opened(visitor, room, keeper)
    expect(page.locator("#opened-packages tbody tr")).to_have_count(3)
    assert_accessible(page, "opening")
    names = [supplier.company.legal_name for supplier in room.suppliers]
    chosen = page.locator("#opened-packages tr", has_text="chosen").filter(has_not_text="not")
    expect(chosen).to_contain_text(names[1])

    console = visitor(room.buyer).enter(room, "console/")
    rows = console.locator("#allocation-rows tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("offer for this lot")
    expect(rows.nth(1)).to_contain_text("package 1")
    # (900 + 1900) less a tenth.
    expect(console.locator("#allocation-sum")).to_contain_text("2,520.00 EUR")
    assert_accessible(console, "console")
    expect(two.locator("#package-list li")).to_contain_text("won")
    expect(two.locator("#discount-chip")).to_contain_text("condition met")
    assert_accessible(two, "room-closed")
    _told_to_the_loser(visitor, room.id, room.suppliers[0])


def _told_to_the_loser(visitor: Callable[..., Visitor], auction: object, loser: Supplier) -> None:
    phone = visitor(loser, viewport={"width": 390, "height": 844})
    phone.page.goto(f"{phone.address}/auctions/{auction}/debrief/")
    expect(phone.page.locator("#own-packages")).to_contain_text("Not chosen")
    expect(phone.page.locator("main")).to_contain_text("A package over several lots won.")
    assert "1,900.00" not in phone.page.content()
    assert_accessible(phone.page, "debrief-phone")


def test_by_the_second_price_the_room_and_the_console_say_what_is_paid(
    visitor: Callable[..., Visitor],
) -> None:
    lots = tuple(lot(n) for n in (1, 2))
    room, keeper = sealed_room(
        lots=lots, format=Format.VICKREY, packages=PackageTerms(per_supplier=1)
    )
    one, two = (visitor(supplier).enter(room) for supplier in room.suppliers)
    for each in (one, two):
        accept_terms(each)
        expect(each.locator("#rules")).to_contain_text("would have cost without its prices")
        expect(each.locator("#paid")).to_be_hidden()
    _offer(one, "90")
    _build(one, (1, 2), "1800")
    _seal(one, 1)
    _build(two, (1, 2), "1500")
    _seal(two, 1)
    page = _opened(visitor, room, keeper)
    expect(page.locator("main")).to_contain_text("1,800.00 EUR; 1,500.00 EUR was asked.")
    # 1500 asked, 1800 without it: each lot rises by 300 of the way of 18500 to the ceilings.
    expect(two.locator("#paid")).to_contain_text("you are paid 90.00 EUR/tonne, 900.00 EUR")
    expect(two.locator("#paid")).to_contain_text("You asked 75.00 EUR/tonne.")
    expect(one.locator("#paid")).to_be_hidden()
    assert "75.00" not in one.locator("main").inner_text()
    assert_accessible(two, "vickrey-room-closed")
    console = visitor(room.buyer).enter(room, "console/")
    rows = console.locator("#allocation-rows tr")
    expect(rows.nth(0)).to_contain_text("asked 75.00")
    expect(rows.nth(0)).to_contain_text("90.00")
    sum_ = console.locator("#allocation-sum")
    expect(sum_).to_contain_text("1,800.00 EUR for all lots; 1,500.00 EUR was asked.")
    assert_accessible(console, "vickrey-console")


def test_the_form_fits_a_phone(visitor: Callable[..., Visitor]) -> None:
    lots = tuple(lot(n) for n in range(1, 5))
    room, _ = sealed_room(lots=lots, packages=PackageTerms(discounts=True))
    phone = visitor(room.suppliers[0], viewport={"width": 390, "height": 844})
    page = phone.enter(room)
    accept_terms(page)
    _build(page, (1, 3), "999.99")
    page.click("#discount-new")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    page.evaluate("window.scrollTo(0, 0)")  # nothing half below the bar
    assert_accessible(page, "room-phone")
    page.keyboard.press("Escape")
