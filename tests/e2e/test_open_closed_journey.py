"""Open then closed in browsers: the auditor's secret, the window, the final stage, the opening."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.terms import (
    Feedback,
    Format,
    Guard,
    OpenClosedTerms,
    SoftClose,
    Withdrawal,
)
from auctions.selectors import load
from crm_core.companies.models import Role
from kernel.clock import utc_now
from tests.e2e.live import Visitor, accept_terms, assert_accessible
from tests.rooms import Room, company, open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PASSPHRASE = "correct horse battery"
PATIENCE = 90_000


def _room() -> Room:
    return open_room(
        format=Format.OPEN_CLOSED,
        starts_at=utc_now() + timedelta(seconds=90),
        length=timedelta(seconds=25),
        open_closed=OpenClosedTerms(window=timedelta(seconds=30), final=timedelta(seconds=60)),
        soft_close=SoftClose(window=timedelta(0), reset=timedelta(0)),
        withdrawal=Withdrawal(allowed=False),
        guard=Guard(warn=None, retype=None, block=None),
        feedback=Feedback(rank=True, lead=True, after_first_bid=False, lead_min_bidders=1),
    )


def _ceremony(visitor: Visitor, room: Room) -> Page:
    visitor.page.goto(f"{visitor.address}/auctions/{room.id}/opening/")
    return visitor.page


def _bid(page: Page, amount: str) -> None:
    page.fill("#amount", amount)
    page.press("#amount", "Enter")
    page.locator("#review-confirm").click()
    expect(page.locator("#result")).to_contain_text("Accepted")


def _make_the_secret(page: Page) -> None:
    page.fill("#pass-one", PASSPHRASE)
    page.fill("#pass-two", PASSPHRASE)
    page.click("#make")
    expect(page.locator("#sheet-key")).to_be_visible()
    page.check("#sheet-kept")
    page.click("#make-known")
    expect(page.locator("li[data-state=done]")).to_have_count(1)


def test_a_random_end_then_final_offers(visitor: Callable[..., Visitor]) -> None:
    room = _room()
    phone = {"width": 390, "height": 844}
    one = visitor(room.suppliers[0]).enter(room)
    two = visitor(room.suppliers[1], viewport=phone).enter(room)
    expect(one.locator("#state-banner")).to_contain_text("secret is not made yet")
    auditor = visitor(company(Role.ARBITER, operates=True))
    page = _ceremony(auditor, room)
    _make_the_secret(page)
    expect(one.locator("#state-banner")).to_be_hidden()
    for each in (one, two):
        accept_terms(each)

    # The open phase: its end is told, the cut-off is not.
    expect(one.locator("#countdown-label")).to_contain_text("then the window", timeout=PATIENCE)
    _bid(one, "800")
    _bid(two, "790")
    expect(one.locator("#rules")).to_contain_text("later bids are void")

    # The window: one bid near its end, void in nearly every draw.
    expect(one.locator("#state-chips")).to_contain_text("Random end", timeout=PATIENCE)
    expect(one.locator("#state-banner")).to_contain_text("cut-off lies in this window")
    assert_accessible(one, "window")
    expect(one.locator("#countdown")).to_have_text(re.compile("00:0[67]"), timeout=PATIENCE)
    _bid(one, "700")

    # Nobody bids while the secrets are awaited, and no time to bid is shown.
    for each in (one, two):
        expect(each.locator("#state-chips")).to_contain_text("Awaiting", timeout=PATIENCE)
        expect(each.locator("#countdown")).to_have_text("–")
        expect(each.locator("#review-open")).to_be_disabled()
    assert_accessible(two, "awaiting")
    officer = _ceremony(visitor(room.buyer), room)
    expect(officer.locator("#seeds-open")).to_have_count(0)
    page = _ceremony(auditor, room)
    page.fill("#pass", "another passphrase")
    page.click("#seeds-open")
    expect(page.locator("#hand-error")).to_contain_text("does not unlock")
    assert_accessible(page, "seeds")
    page.fill("#pass", PASSPHRASE)
    page.click("#seeds-open")
    expect(page.locator("#cut-offs tbody tr")).to_have_count(1)

    # The final stage: both are near enough, one offers.
    ends = load(room.id).lots[1].random_end
    assert ends is not None
    late = len(ends.void(room.suppliers[0].seat))
    for each in (one, two):
        expect(each.locator("#state-banner")).to_contain_text("one final sealed offer")
        expect(each.locator("#sealed-heading")).to_have_text("No offer yet")
    expect(one.locator("#own-rows")).to_contain_text("Void" if late else "Accepted")
    expect(one.locator("#best-value")).to_have_text("800.00" if late else "700.00")
    assert_accessible(two, "final stage")
    two.fill("#amount", "650")
    two.press("#amount", "Enter")
    two.locator("#review-confirm").click()
    expect(two.locator("#result")).to_contain_text("Your sealed offer is accepted.")
    expect(two.locator("#sealed-note")).to_contain_text("650.00")

    # The opening with both keys.
    expect(two.locator("#sealed-note")).to_contain_text("waits for the auditor", timeout=PATIENCE)
    page = _ceremony(auditor, room)
    page.fill("#pass", PASSPHRASE)
    page.click("#hand-over")
    expect(page.locator("li[data-state=done]")).to_have_count(5)
    officer = _ceremony(visitor(room.buyer), room)
    officer.click("#open")
    expect(officer.locator("#offers tr", has_text="lowest")).to_contain_text("650.00")
    assert_accessible(officer, "opened")
    expect(two.locator("#rankbox")).to_have_attribute("data-state", "leading")
    officer.goto(f"{visitor(room.buyer).address}/auctions/{room.id}/verification/")
    expect(officer.locator("#verdict")).to_have_attribute("data-state", "ok")
