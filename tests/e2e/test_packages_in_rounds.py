"""Packages and a discount in sealed rounds, in browsers: sealed, opened, lowered, allocated."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.terms import Feedback, Format, PackageTerms, SealedRoundsTerms, SoftClose
from auctions.services import sealing as service
from crm_core.companies.models import Role
from kernel import sealing
from tests.domain.room import lot
from tests.e2e.live import Visitor, accept_terms, assert_accessible
from tests.e2e.sealed import WRAPPED
from tests.e2e.test_packages_journey import _build, _offer, _seal
from tests.rooms import Room, Supplier, company, open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
AUDITOR = [number.to_bytes(32) for number in (7, 8)]
ROUND = timedelta(seconds=45)


def rounds_room() -> tuple[Room, Supplier]:
    """Two rounds of three lots, and the keeper of the auditor's keys."""
    titles = ("Reinforcing bars", "Mesh", "Binding wire")
    room = open_room(
        format=Format.SEALED_ROUNDS,
        sealed_rounds=SealedRoundsTerms(
            rounds=2, length=ROUND, pause=timedelta(seconds=2), stop_unimproved=False
        ),
        soft_close=SoftClose(window=timedelta(0), reset=timedelta(0)),
        feedback=Feedback(rank=True),
        lots=tuple(replace(lot(n), title=titles[n - 1]) for n in (1, 2, 3)),
        packages=PackageTerms(per_supplier=3, discounts=True),
    )
    keeper = company(Role.ARBITER, operates=True)
    keys = [service.MadeKey(sealing.public_key_of(each).hex(), WRAPPED) for each in AUDITOR]
    service.set_round_keys(actor=keeper.actor, auction_id=room.id, keys=keys)
    return room, keeper


def opened(room: Room, keeper: Supplier, number: int, page: Page) -> None:
    expect(page.locator("#rounds-word")).to_contain_text("wait for the opening", timeout=70_000)
    key = AUDITOR[number - 1].hex()
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=key, by_sheet=False)
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)


def test_packages_are_sealed_again_and_all_lots_end_together(
    visitor: Callable[..., Visitor],
) -> None:
    room, keeper = rounds_room()
    one, two = (visitor(supplier).enter(room) for supplier in room.suppliers)
    for each in (one, two):
        accept_terms(each)
    expect(one.locator("#rules")).to_contain_text("one a supplier, on a condition")
    _offer(one, "100")
    _build(one, (2, 3), "2200")
    _seal(one, 1)
    _build(two, (1, 2), "1600")
    _seal(two, 1)
    two.click("#discount-new")
    expect(two.locator("#discount-sum")).to_be_hidden()
    two.fill("#discount-percent", "5")
    two.fill("#discount-count", "2")
    two.click("#discount-review")
    two.click("#discount-confirm")
    expect(two.locator("#discount-result")).to_contain_text("Your discount is accepted.")

    opened(room, keeper, 1, two)
    first = two.locator("#package-list li")
    expect(first).to_contain_text("Stands since round 1: lots 1, 2 for 1,600.00 EUR")
    # A lot less: the other's package and its offer serve all three.
    expect(first.locator(".ff-chip")).to_have_text("stands")
    expect(one.locator("#package-list li")).to_contain_text("in the best choice so far")
    assert "1,600.00" not in one.content()

    officer = visitor(room.buyer)
    console = officer.enter(room, "console/")
    summary = console.locator("#allocation-sum")
    expect(console.locator("#allocation-heading")).to_have_text("Best choice so far")
    expect(summary).to_contain_text("3 lots for 3,200.00 EUR")
    expect(summary).to_contain_text("package 1")
    assert_accessible(console, "console")
    console.goto(f"{officer.address}/auctions/{room.id}/opening/")
    expect(console.locator("#opened-packages tbody tr")).to_have_count(3)
    expect(console.locator("#choice-so-far")).to_contain_text("serves 3 lots for 3,200.00 EUR")
    assert_accessible(console, "opening")

    expect(two.locator("#rounds-word")).to_contain_text("Round 2 takes", timeout=30_000)
    first.get_by_role("button", name="Seal again").click()
    # Its lots are fixed; no price may rise, and the total must fall by the steps.
    expect(two.locator("#package-lot-1")).to_be_disabled()
    expect(two.locator("#package-lot-3")).to_be_disabled()
    two.fill("#package-lot-1-price", "80.01")
    expect(two.locator("#package-lot-1-note")).to_have_attribute("data-state", "bad")
    two.fill("#package-lot-1-price", "79.99")
    expect(two.locator("#package-hint")).to_contain_text("In all it must be 1,5")
    expect(two.locator("#package-review")).to_be_disabled()
    two.fill("#package-lot-1-price", "70")
    assert_accessible(two, "seal-again")
    _seal(two, 1)
    expect(first.locator(".ff-chip")).to_have_text("sealed")
    _build(two, (1, 2), "1000")  # under the next number
    two.check("#package-lot-3")
    two.fill("#package-lot-3-price", "20")
    _seal(two, 2)
    two.click("#discount-new")
    two.fill("#discount-percent", "4")
    expect(two.locator("#discount-hint")).to_contain_text("no worse than the one that stands")
    two.fill("#discount-percent", "10")
    two.click("#discount-review")
    two.click("#discount-confirm")
    expect(two.locator("#discount-result")).to_contain_text("Your discount is accepted.")
    kept = json.dumps([entry.body for entry in room.entries()])
    assert '"prices":{' not in kept

    opened(room, keeper, 2, two)
    expect(two.locator("#package-list li", has_text="Package 2")).to_contain_text("won")
    expect(two.locator("#package-list li", has_text="Package 1")).to_contain_text("not chosen")
    expect(two.locator("#discount-chip")).to_contain_text("condition met")
    assert_accessible(two, "room-closed")
    console.goto(f"{officer.address}/auctions/{room.id}/console/")
    expect(console.locator("#allocation-heading")).to_have_text("Who wins which lots")
    expect(console.locator("#allocation-rows tr")).to_have_count(3)
    expect(console.locator("#allocation-sum")).to_contain_text("1,080.00 EUR for all lots")
    console.goto(f"{officer.address}/auctions/{room.id}/verification/")
    expect(console.locator("#verdict")).to_have_attribute("data-state", "ok")
