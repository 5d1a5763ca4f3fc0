"""The live console in browsers: series of lots, decisions, messages, edits, and blind buyers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, WebSocket, expect

from auctions.domain.terms import (
    BuyerExtension,
    Feedback,
    Guard,
    LotOrder,
    LotTerms,
    SoftClose,
    Withdrawal,
)
from crm_core.companies.models import Role
from tests.accessibility import violations
from tests.e2e.live import Visitor, accept_terms, bid
from tests.rooms import Supplier, company, open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SEEN = Feedback(rank=True, lead=True, lead_min_bidders=1)


def _decide(page: Page, button: str, reason: str = "") -> None:
    """As an officer: open an action, give the reason, go."""
    page.locator(button).click()
    if reason:
        expect(page.locator("#action-go")).to_be_disabled()
        page.fill("#action-reason", reason)
    page.locator("#action-go").click()
    expect(page.locator("#action-dialog")).to_be_hidden()


def _more(page: Page) -> None:
    page.locator(".fl-event details.ff-menu summary").click()


def _arbiter() -> Supplier:
    return company(Role.ARBITER, operates=True)


def test_lots_in_series_follow_each_other(visitor: Callable[..., Visitor]) -> None:
    lots = tuple(
        LotTerms(number=number, title=title, quantity=Decimal(10), unit="TNE",
                 ceiling=Decimal("1000.00"))
        for number, title in ((1, "Rebar"), (2, "Wire rod"))
    )  # fmt: skip
    room = open_room(
        feedback=SEEN,
        lots=lots,
        lot_order=LotOrder.SERIAL,
        lot_gap=timedelta(seconds=4),
        length=timedelta(seconds=12),
        soft_close=SoftClose(window=timedelta(0)),
    )
    console = visitor(room.buyer).enter(room, "console/")
    one = visitor(room.suppliers[0]).enter(room)
    rail = console.locator("#lots li")
    expect(rail).to_have_count(2)
    expect(rail.nth(0)).to_contain_text("Live")
    expect(rail.nth(1)).to_contain_text("opens later")
    accept_terms(one)
    bid(one, "900", retype=True)
    expect(rail.nth(0)).to_contain_text("900.00")

    expect(rail.nth(0)).to_contain_text("Closed", timeout=20_000)
    expect(rail.nth(1)).to_contain_text("opens ")
    expect(rail.nth(1)).to_contain_text("Live", timeout=10_000)
    expect(rail.nth(1)).to_contain_text("Wire rod")
    one.locator("#lots li a").nth(1).click()
    bid(one, "800", retype=True)
    expect(rail.nth(1)).to_contain_text("800.00")
    expect(rail.nth(0)).to_contain_text("900.00")


def test_the_buyer_extends_as_granted_and_cancels_with_a_reason(
    visitor: Callable[..., Visitor],
) -> None:
    room = open_room(
        feedback=SEEN, buyer_extension=BuyerExtension(times=1, length=timedelta(minutes=2))
    )
    console = visitor(room.buyer).enter(room, "console/")
    one = visitor(room.suppliers[0]).enter(room)
    accept_terms(one)
    before = one.locator("#countdown-label").inner_text()

    console.locator("#do-extend").click()
    console.fill("#action-minutes", "3")
    expect(console.locator("#action-go")).to_be_disabled()
    console.fill("#action-minutes", "2")
    console.locator("#action-go").click()
    expect(console.locator("#feed")).to_contain_text("Extended by the buyer")
    expect(one.locator("#countdown-label")).not_to_have_text(before)
    console.locator("#do-extend").click()
    console.locator("#action-go").click()
    expect(console.locator("#action-state")).to_contain_text("1 extensions")
    console.locator("#action-close").click()

    _more(console)
    _decide(console, "#do-cancel", "The project was given up.")
    expect(one.locator("#state-banner")).to_contain_text("The project was given up.")
    expect(one.locator("#review-open")).to_be_disabled()
    expect(console.locator("#state-chips")).to_contain_text("Cancelled")
    assert room.kinds()[-1] == "cancelled"


def test_a_blind_buyer_never_gets_a_name_and_a_neutral_person_decides(
    visitor: Callable[..., Visitor],
) -> None:
    room = open_room(
        feedback=SEEN,
        blind=True,
        guard=Guard(block=Decimal(30)),
        withdrawal=Withdrawal(window=timedelta(seconds=60)),
        resume_notice=timedelta(seconds=1),
    )
    buyer = visitor(room.buyer)
    frames: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: frames.append(str(payload)))

    buyer.page.on("websocket", listen)
    console = buyer.enter(room, "console/")
    neutral = visitor(_arbiter()).enter(room, "console/")
    one = visitor(room.suppliers[0]).enter(room)
    accept_terms(one)
    bid(one, "900", retype=True)
    expect(one.locator("#rankbox")).to_have_attribute("data-state", "leading")

    one.fill("#amount", "500")
    one.press("#amount", "Enter")
    one.locator("#review-unlock").click()
    expect(neutral.locator("#unlock-words")).to_contain_text("500.00")
    expect(console.locator("#unlock-banner")).to_be_hidden()
    _decide(neutral, "#unlock-approve", "Confirmed by telephone.")
    expect(neutral.locator("#unlock-banner")).to_be_hidden()
    bid(one, "500", retype=True)
    expect(console.locator("#kpi-best")).to_have_text("500.00")

    one.locator("#withdraw").click()
    one.locator("#withdraw-yes").click()
    expect(console.locator("#withdrawal-who")).to_contain_text("neutral person")
    expect(console.locator("#withdrawal-actions")).to_be_hidden()
    expect(neutral.locator("#withdrawal-words")).to_contain_text("500.00")
    _decide(neutral, "#withdrawal-refuse", "The price is plausible.")
    expect(console.locator("#withdrawal-banner")).to_be_hidden()
    expect(one.locator("#state-banner")).to_be_hidden(timeout=20_000)

    one.fill("#message-text", "Is the yard open on Friday?")
    one.locator("#message-send").click()
    console.locator("#tab-messages").click()
    expect(console.locator("#notes")).to_contain_text("Is the yard open on Friday?")
    expect(console.locator("#participant-rows")).to_contain_text("~")
    assert len(frames) > 5
    seen = console.content() + "".join(frames)
    for supplier in room.suppliers:
        assert supplier.company.legal_name not in seen
        assert str(supplier.company.pk) not in seen
        assert supplier.user.full_name not in seen
        assert str(supplier.user.pk) not in seen


def test_a_message_to_one_supplier_stays_between_the_two(
    visitor: Callable[..., Visitor],
) -> None:
    room = open_room(feedback=SEEN)
    console = visitor(room.buyer).enter(room, "console/")
    one, two = (visitor(supplier).enter(room) for supplier in room.suppliers)
    expect(console.locator("#kpi-connected")).to_have_text("2")
    for row in console.locator("#participant-rows tr").all():
        expect(row).to_contain_text("Online")
        expect(row.locator(".fl-rtt")).to_contain_text("ms", timeout=25_000)

    console.locator("#tab-messages").click()
    console.select_option("#message-to", room.suppliers[0].seat)
    console.fill("#message-text", "Your certificate is missing.")
    expect(console.locator("#message-send")).to_contain_text(room.suppliers[0].company.legal_name)
    console.locator("#message-send").click()
    expect(one.locator("#notes")).to_contain_text("Your certificate is missing.")
    console.select_option("#message-to", "all")
    console.fill("#message-text", "Good luck to everybody.")
    console.locator("#message-send").click()
    expect(two.locator("#notes")).to_contain_text("Good luck to everybody.")
    expect(two.locator("#notes")).not_to_contain_text("certificate")


def test_changed_times_are_consented_to_and_bidding_goes_on(
    visitor: Callable[..., Visitor],
) -> None:
    room = open_room(feedback=SEEN, resume_notice=timedelta(seconds=1))
    console = visitor(room.buyer).enter(room, "console/")
    one, two = (visitor(supplier).enter(room) for supplier in room.suppliers)
    for page in (one, two):
        accept_terms(page)
    bid(one, "900", retype=True)
    expect(console.locator("#do-times")).to_be_hidden()
    _decide(console, "#do-pause", "The yard asks for more time.")

    console.locator("#do-times").click()
    assert violations(console) == []
    console.fill("#id_length", "00:20:00")
    console.fill("#id_hard_stop", "00:15:00")
    console.get_by_role("button", name="Change the terms and ask for consent").click()
    expect(console.locator("[data-invalid]")).to_have_count(1)
    console.fill("#id_hard_stop", "04:00:00")
    console.get_by_role("button", name="Change the terms and ask for consent").click()
    console.locator("#room").wait_for()
    expect(console.locator("#state-banner")).to_contain_text("changed terms wait for consent")

    expect(one.locator("#terms-heading")).to_contain_text("version 2")
    expect(one.locator("#review-open")).to_be_disabled()
    for page in (one, two):
        accept_terms(page)
    expect(console.locator("#state-banner")).to_be_hidden(timeout=20_000)
    bid(one, "890")
    expect(console.locator("#kpi-best")).to_have_text("890.00")
    expect(console.locator("#countdown")).to_have_text(re.compile(r"^19:\d\d$"))
    assert room.kinds().count("terms_changed") == 1
