"""A live auction in three browsers: buyer and two suppliers, through the real server."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from auctions.domain.terms import Feedback, SoftClose, Withdrawal
from tests.accessibility import violations
from tests.e2e.live import Visitor, accept_terms, bid
from tests.rooms import Room, open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SEEN = Feedback(rank=True, lead=True, lead_min_bidders=1)


def _bids(room: Room) -> int:
    return room.kinds().count("bid_placed")


def _two_suppliers(
    visitor: Callable[..., Visitor], room: Room
) -> tuple[Visitor, Visitor, Page, Page]:
    first, second = (visitor(supplier) for supplier in room.suppliers)
    pages = first.enter(room), second.enter(room)
    for page in pages:
        accept_terms(page)
    return first, second, *pages


def test_bids_undercut_outbid_and_are_placed_once(visitor: Callable[..., Visitor]) -> None:
    room = open_room(feedback=SEEN)
    console = visitor(room.buyer).enter(room, "console/")
    _, _, one, two = _two_suppliers(visitor, room)

    one.fill("#amount", "900")
    one.press("#amount", "Enter")
    expect(one.locator("#retype")).to_be_focused()
    expect(one.locator("#review-confirm")).to_be_hidden()
    one.fill("#retype", "90")
    expect(one.locator("#review-confirm")).to_be_hidden()
    one.fill("#retype", "900,00")
    one.press("#retype", "Enter")
    expect(one.locator("#result")).to_contain_text("Accepted: 900.00")
    expect(one.locator("#rankbox")).to_have_attribute("data-state", "leading")

    bid(two, "890", retype=True)
    expect(one.locator("#rankbox")).to_have_attribute("data-state", "outbid")
    expect(one.locator("#say-now")).to_contain_text("Outbid")
    expect(one.locator("#gap-value")).to_have_text("10.00")

    one.locator("#steps button[data-take]").click()
    expect(one.locator("#amount")).to_have_value("889.99")
    one.press("#amount", "Enter")
    one.locator("#review-confirm").dblclick()
    expect(one.locator("#rankbox")).to_have_attribute("data-state", "leading")
    expect(one.locator("#result")).to_contain_text("Accepted: 889.99")
    expect(console.locator("#kpi-best")).to_have_text("889.99")
    expect(console.locator("#participant-rows tr.is-lead")).to_contain_text(
        room.suppliers[0].company.legal_name
    )
    assert _bids(room) == 3


def test_a_slip_is_stopped_and_a_bid_above_the_limit_is_not_sent(
    visitor: Callable[..., Visitor],
) -> None:
    room = open_room(feedback=SEEN)
    _, _, page, _ = _two_suppliers(visitor, room)
    bid(page, "900", retype=True)
    expect(page.locator("#result")).to_contain_text("Accepted")

    page.fill("#amount", "899")
    expect(page.locator("#amount-hint")).to_have_text("Bid 895.50 or lower.")
    expect(page.locator("#review-open")).to_be_disabled()

    page.fill("#amount", "90")
    page.press("#amount", "Enter")
    expect(page.locator("#review-warning")).to_contain_text("90.00 %")
    expect(page.locator("#review-confirm")).to_be_hidden()
    page.press("#retype", "Escape")
    expect(page.locator("#review")).to_be_hidden()
    expect(page.locator("#amount")).to_be_focused()

    page.fill("#amount", "850")
    page.press("#amount", "Enter")
    expect(page.locator("#review-warning")).to_be_hidden()
    expect(page.locator("#review-confirm")).to_be_focused()
    assert _bids(room) == 1


def test_offline_nothing_is_sent_and_the_way_back_shows_what_happened(
    visitor: Callable[..., Visitor],
) -> None:
    room = open_room(feedback=SEEN)
    first, _, one, two = _two_suppliers(visitor, room)
    bid(one, "900", retype=True)
    expect(one.locator("#rankbox")).to_have_attribute("data-state", "leading")

    first.context.set_offline(True)
    expect(one.locator("#conn")).to_have_attribute("data-state", "offline")
    expect(one.locator("#review-open")).to_be_disabled()
    one.fill("#amount", "880")
    one.press("#amount", "Enter")
    expect(one.locator("#review")).to_be_hidden()
    bid(two, "890", retype=True)
    expect(two.locator("#rankbox")).to_have_attribute("data-state", "leading")

    first.context.set_offline(False)
    expect(one.locator("#conn")).to_have_attribute("data-state", "live")
    expect(one.locator("#rankbox")).to_have_attribute("data-state", "outbid")
    expect(one.locator("#lead-value")).to_have_text("890.00")
    assert _bids(room) == 2


def test_a_lost_answer_is_asked_for_again_after_a_reload(visitor: Callable[..., Visitor]) -> None:
    room = open_room(feedback=SEEN)
    first = visitor(room.suppliers[0])
    lost = {"on": False}

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def to_page(text: str | bytes) -> None:
            if not (lost["on"] and json.loads(text)["type"] in ("ack", "refused", "unknown_ref")):
                route.send(text)

        route.on_message(server.send)
        server.on_message(to_page)

    page = first.page
    page.route_web_socket("**/ws/auctions/**", between)
    first.enter(room)
    accept_terms(page)
    lost["on"] = True
    bid(page, "900", retype=True)
    expect(page.locator("#result")).to_contain_text("Unknown: 900.00", timeout=15_000)
    expect(page.locator("#review-open")).to_be_disabled()

    lost["on"] = False
    page.reload()

    expect(page.locator("#result")).to_contain_text("ccepted: 900.00")
    expect(page.locator("#own-rows tr")).to_have_count(1)
    assert _bids(room) == 1


def test_the_buyer_pauses_resumes_and_the_lot_closes_for_everybody(
    visitor: Callable[..., Visitor],
) -> None:
    room = open_room(
        feedback=SEEN,
        length=timedelta(seconds=25),
        soft_close=SoftClose(window=timedelta(0)),
        resume_notice=timedelta(seconds=1),
    )
    console = visitor(room.buyer).enter(room, "console/")
    _, _, one, two = _two_suppliers(visitor, room)
    bid(one, "900", retype=True)
    expect(one.locator("#rankbox")).to_have_attribute("data-state", "leading")

    console.locator("#do-pause").click()
    expect(console.locator("#action-go")).to_be_disabled()
    console.fill("#action-reason", "A drawing was replaced.")
    console.locator("#action-go").click()
    expect(one.locator("#state-banner")).to_contain_text("A drawing was replaced.")
    expect(one.locator("#review-open")).to_be_disabled()

    console.locator("#do-resume").click()
    console.locator("#action-go").click()
    expect(two.locator("#state-chips")).to_contain_text("Live")
    console.fill("#message-text", "Thank you all.")
    console.locator("#message-send").click()
    expect(two.locator("#notes")).to_contain_text("Thank you all.")

    expect(one.locator("#rank-word")).to_have_text("Won", timeout=40_000)
    expect(two.locator("#rank-word")).to_have_text("You made no bid")
    expect(console.locator("#state-banner")).to_contain_text("900.00")
    with one.expect_download() as download:
        one.locator("#end-ledger").click()
    ledger = json.loads(download.value.path().read_text())
    assert str(room.id) in json.dumps(ledger)
    with one.expect_download() as download:
        one.locator("#receipts-save").click()
    kept = json.loads(download.value.path().read_text())
    assert [answer["type"] for answer in kept] == ["ack", "ack"]


def test_a_bid_is_withdrawn_within_its_window_once_the_buyer_approves(
    visitor: Callable[..., Visitor],
) -> None:
    room = open_room(
        feedback=SEEN,
        withdrawal=Withdrawal(window=timedelta(seconds=60)),
        resume_notice=timedelta(seconds=1),
    )
    console = visitor(room.buyer).enter(room, "console/")
    _, _, one, _ = _two_suppliers(visitor, room)
    bid(one, "900", retype=True)
    expect(one.locator("#rankbox")).to_have_attribute("data-state", "leading")

    one.locator("#withdraw").click()
    one.locator("#withdraw-yes").click()
    expect(console.locator("#withdrawal-words")).to_contain_text("900.00")
    console.locator("#withdrawal-approve").click()
    console.fill("#action-reason", "A slip of the finger.")
    console.locator("#action-go").click()

    expect(one.locator("#own-rows")).to_contain_text("Withdrawn")
    expect(one.locator("#best-value")).to_have_text("–")
    expect(console.locator("#withdrawal-banner")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_live_pages_are_accessible_and_fit(
    visitor: Callable[..., Visitor], theme: str, width: int
) -> None:
    room = open_room(feedback=SEEN)
    size = {"width": width, "height": 844}
    supplier = visitor(room.suppliers[0], color_scheme=theme, viewport=size)
    page = supplier.enter(room)
    accept_terms(page)
    bid(page, "900", retype=True)
    expect(page.locator("#rankbox")).to_have_attribute("data-state", "leading")
    page.fill("#amount", "500")
    page.press("#amount", "Enter")
    console = visitor(room.buyer, color_scheme=theme, viewport=size).enter(room, "console/")
    expect(console.locator("#participant-rows tr")).to_have_count(2)

    for each in (page, console):
        assert violations(each) == []
        assert each.evaluate("document.documentElement.scrollWidth") <= width
    page.press("#retype", "Escape")
    page.evaluate("scrollTo(0, 0)")
    box = page.locator("#review-open").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= size["height"]
    assert box["height"] >= 44
