"""The live room when something is odd: answers lost, clocks wrong, a phone, other languages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from auctions.domain.terms import BuyerExtension, Feedback, SoftClose, Withdrawal
from tests.accessibility import violations
from tests.e2e.live import Visitor, accept_terms, bid
from tests.e2e.looking import PHONE, look
from tests.rooms import Room, open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SEEN = Feedback(rank=True, lead=True, lead_min_bidders=1)
Visit = Callable[..., Visitor]


class Wire:
    """The socket of one page, between browser and server, where frames may be held or doubled."""

    def __init__(self, page: Page) -> None:
        self.holds: set[str] = set()  # types of the page's frames that do not reach the server
        self.mutes = False  # nothing of the server reaches the page
        self.doubles = False
        self.rewrites: Callable[[dict[str, Any]], dict[str, Any]] = lambda frame: frame
        self.held: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self._server: WebSocketRoute | None = None
        page.route_web_socket("**/ws/auctions/**", self._connect)

    def _connect(self, route: WebSocketRoute) -> None:
        server = self._server = route.connect_to_server()

        def to_server(text: str | bytes) -> None:
            frame = json.loads(text)
            self.sent.append(frame)
            if frame["type"] in self.holds:
                self.held.append(str(text))
                return
            for _ in range(2 if self.doubles and frame["type"] == "bid" else 1):
                server.send(json.dumps(self.rewrites(frame)))

        def to_page(text: str | bytes) -> None:
            if not self.mutes:
                route.send(text)

        route.on_message(to_server)
        server.on_message(to_page)

    def deliver(self) -> None:
        """What was held arrives after all."""
        assert self._server is not None
        for text in self.held:
            self._server.send(text)
        self.held.clear()

    def refs(self, kind: str) -> list[str]:
        """The refs of the frames of a type that the page has sent."""
        return [frame["ref"] for frame in self.sent if frame["type"] == kind]


def _bids(room: Room) -> int:
    return room.kinds().count("bid_placed")


def _enter(visitor: Visit, room: Room, **options: Any) -> tuple[Page, Wire]:
    """The first supplier, at the table, with its wire in hand."""
    supplier = visitor(room.suppliers[0], **options)
    wire = Wire(supplier.page)
    page = supplier.enter(room)
    accept_terms(page)
    return page, wire


def _leads(page: Page) -> None:
    expect(page.locator("#rankbox")).to_have_attribute("data-state", "leading")


def test_a_bid_that_never_arrived_is_checked_and_sent_again_under_its_ref(visitor: Visit) -> None:
    room = open_room(feedback=SEEN)
    page, wire = _enter(visitor, room)
    wire.holds = {"bid"}
    bid(page, "900", retype=True)
    result = page.locator("#result")
    expect(result).to_contain_text("Unknown: 900.00", timeout=15_000)
    expect(page.locator("#review-open")).to_be_disabled()
    assert violations(page) == []

    result.get_by_role("button", name="Check").click()
    expect(result).to_contain_text("Not received: 900.00")
    assert _bids(room) == 0
    wire.holds, wire.doubles = set(), True
    result.get_by_role("button", name="Send again").click()
    expect(result).to_contain_text("Accepted: 900.00")
    wire.deliver()  # and the one that was lost arrives late, as the third of the same ref

    _leads(page)
    page.reload()
    page.locator("#conn[data-state=live]").wait_for()
    expect(page.locator("#own-rows tr")).to_have_count(1)
    assert len(set(wire.refs("bid"))) == 1
    assert _bids(room) == 1


def test_never_mind_holds_even_when_the_bid_arrives_afterwards(visitor: Visit) -> None:
    room = open_room(feedback=SEEN)
    page, wire = _enter(visitor, room)
    wire.holds = {"bid"}
    bid(page, "900", retype=True)
    result = page.locator("#result")
    expect(result).to_contain_text("Unknown: 900.00", timeout=15_000)

    result.get_by_role("button", name="Never mind").click()
    expect(result).to_contain_text("Dropped: 900.00")
    wire.holds = set()
    wire.deliver()
    result.get_by_role("button", name="Close").click()
    bid(page, "880", retype=True)
    expect(result).to_contain_text("Accepted: 880.00")

    page.reload()
    expect(page.locator("#best-value")).to_have_text("880.00")
    assert _bids(room) == 1
    assert wire.refs("abandon") == wire.refs("bid")[:1]


def test_a_refusal_tells_its_reason_and_stays_in_the_list(visitor: Visit) -> None:
    room = open_room(feedback=SEEN)
    page, wire = _enter(visitor, room)
    bid(page, "900", retype=True)
    _leads(page)

    wire.rewrites = lambda frame: {**frame, "amount": "899.99"} if frame["type"] == "bid" else frame
    bid(page, "890")
    expect(page.locator("#result")).to_contain_text("Refused")
    expect(page.locator("#say-now")).to_contain_text("Refused")
    refused = page.locator("#own-rows tr").first
    expect(refused.locator(".fl-reason")).to_contain_text("895.50")
    expect(page.locator("#own-count")).to_have_text("1 accepted · 1 refused")
    page.reload()
    expect(refused.locator(".fl-reason")).to_contain_text("895.50")
    # Receipts of an earlier page view come from the server, refusals too.
    page.evaluate("sessionStorage.clear()")
    page.reload()
    with page.expect_download() as saved:
        page.locator("#receipts-save").click()
    kept = json.loads(saved.value.path().read_text())
    assert sorted(each["outcome"] for each in kept) == ["accepted", "accepted", "refused"]
    assert all(each["signature"] for each in kept)


def test_a_late_bid_extends_the_lot_on_every_page(visitor: Visit) -> None:
    room = open_room(
        feedback=SEEN,
        length=timedelta(seconds=40),
        soft_close=SoftClose(window=timedelta(seconds=39), reset=timedelta(seconds=38)),
    )
    console = visitor(room.buyer).enter(room, "console/")
    two = visitor(room.suppliers[1]).enter(room)
    page, _ = _enter(visitor, room)
    planned = two.locator("#countdown-label").inner_text()
    expect(page.locator("#clock")).to_have_attribute("data-state", re.compile("soon|last"))
    page.wait_for_timeout(3_000)
    bid(page, "900", retype=True)

    for each in (page, two, console):
        expect(each.locator("#state-chips")).to_contain_text("Extension 1")
        expect(each.locator("#countdown-label")).not_to_have_text(planned)
    expect(console.locator("#feed")).to_contain_text("Extension 1: lot now ends")
    expect(two.locator("#say")).to_contain_text("Extended")
    expect(console.locator("#kpi-bids-note")).to_contain_text("1 extension")


def test_a_browser_clock_an_hour_wrong_changes_nothing(visitor: Visit) -> None:
    room = open_room(feedback=SEEN, withdrawal=Withdrawal(window=timedelta(seconds=60)))
    right = visitor(room.suppliers[1]).enter(room)
    pages = []
    for person, hours, path in ((room.suppliers[0], 1, ""), (room.buyer, -1, "console/")):
        wrong = visitor(person)
        wrong.page.add_init_script(
            f"{{ const D = Date, by = {hours} * 3600000;"
            "globalThis.Date = class extends D {"
            " constructor(...a) { if (a.length) super(...a); else super(D.now() + by); }"
            " static now() { return D.now() + by; } }; }"
        )
        pages.append(wrong.enter(room, path))
    late, console = pages
    assert late.evaluate("Date.now()") - right.evaluate("Date.now()") > 3_500_000

    # Each is told how far its device is from the server, and that it does not matter.
    expect(late.locator("#latency-clock")).to_contain_text("ahead of the server's")
    expect(late.locator("#latency-clock")).to_contain_text(re.compile(r"3,?(59\d|600|601)"))
    expect(right.locator("#latency-clock")).to_have_text("as the server's")
    expect(right.locator("#latency-trip")).to_have_text(re.compile(r"\d+ ms"))

    ends = right.locator("#countdown-label").inner_text()
    for each in pages:
        expect(each.locator("#countdown-label")).to_have_text(ends)
        assert abs(_left(each) - _left(right)) <= 2
    accept_terms(late)
    bid(late, "900", retype=True)
    _leads(late)
    expect(late.locator("#withdraw-left")).to_contain_text(re.compile(r"\b(5\d|60) s\b"))
    expect(late.locator("#best-note")).to_contain_text(
        re.compile(_clock_word(right) + r":\d\d:\d\d")
    )
    expect(console.locator("#kpi-best")).to_have_text("900.00")
    expect(console.locator("#kpi-bids-unit")).to_have_text("1 in last 5 min")
    late.fill("#amount", "880")
    expect(late.locator("#review-open")).to_be_enabled()


def _left(page: Page) -> int:
    minutes, seconds = page.locator("#countdown").inner_text().split(":")
    return int(minutes) * 60 + int(seconds)


def _clock_word(page: Page) -> str:
    """The hour that the server's time shows."""
    found = re.search(r"(\d\d):\d\d:\d\d", page.locator("#server-time").inner_text())
    assert found is not None
    return found[1]


def test_a_silent_server_is_told_and_sound_waits_for_its_switch(visitor: Visit) -> None:
    room = open_room(feedback=SEEN)
    supplier = visitor(room.suppliers[0])
    supplier.page.add_init_script(
        "globalThis.tones = 0;"
        "globalThis.OscillatorNode = class extends OscillatorNode {"
        " start(at) { globalThis.tones += 1; super.start(at); } };"
    )
    wire = Wire(supplier.page)
    page = supplier.enter(room)
    accept_terms(page)
    bid(page, "900", retype=True)
    _leads(page)
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("tones") == 0

    page.locator("#sound").click()
    expect(page.locator("#sound")).to_have_text("Sound on")
    before = page.evaluate("tones")
    bid(page, "890")
    expect(page.locator("#result")).to_contain_text("Accepted: 890.00")
    assert page.evaluate("tones") > before > 0

    expect(page.locator("#conn-text")).to_have_text(re.compile(r"Live · \d+ ms"))
    wire.mutes = True
    expect(page.locator("#conn")).to_have_attribute("data-state", "stale", timeout=12_000)
    wire.mutes = False
    expect(page.locator("#conn")).to_have_attribute("data-state", "live", timeout=12_000)


def test_a_supplier_bids_withdraws_and_writes_on_a_phone(visitor: Visit) -> None:
    room = open_room(
        feedback=SEEN,
        withdrawal=Withdrawal(window=timedelta(seconds=60)),
        resume_notice=timedelta(seconds=1),
    )
    console = visitor(room.buyer).enter(room, "console/")
    two = visitor(room.suppliers[1]).enter(room)
    page, _ = _enter(visitor, room, viewport=PHONE, has_touch=True, is_mobile=True)
    accept_terms(two)

    page.fill("#amount", "900")
    page.locator("#review-open").tap()
    page.fill("#retype", "900")
    page.locator("#review-confirm").tap()
    _leads(page)
    bid(two, "890", retype=True)
    expect(page.locator("#rankbox")).to_have_attribute("data-state", "outbid")
    page.evaluate("scrollTo(0, 0)")
    for part in ("#rankbox", "#amount", "#review-open"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"], part
    for button in page.locator("#steps button:enabled, #amount-down, #amount-up").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44

    page.locator("#steps button[data-take]").tap()
    page.locator("#review-open").tap()
    page.locator("#review-confirm").tap()
    _leads(page)
    page.locator("#withdraw").tap()
    page.locator("#withdraw-yes").tap()
    expect(page.locator("#state-banner")).to_contain_text("a withdrawal is being decided")
    console.locator("#withdrawal-refuse").click()
    console.fill("#action-reason", "The price is plausible.")
    console.locator("#action-go").click()
    page.fill("#message-text", "Is Friday possible?")
    page.locator("#message-send").tap()
    console.locator("#tab-messages").click()
    expect(console.locator("#notes")).to_contain_text("Is Friday possible?")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_rules_stand_in_plain_words(visitor: Visit) -> None:
    room = open_room(
        feedback=SEEN, buyer_extension=BuyerExtension(times=1, length=timedelta(minutes=2))
    )
    for person, path in ((room.suppliers[0], ""), (room.buyer, "console/")):
        rules = visitor(person).enter(room, path).locator("#rules")
        for words in (
            "0.5 % of own best, at least",
            "1,000.00 EUR/tonne at most",
            "bid in last 30 s → 30 s",
            "own rank, lead price",
            "first bid ranks better",
            "for steps above 25 %",
            "excluding VAT",
            "100 tonne",
        ):
            expect(rules).to_contain_text(words)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_running_and_ended_pages_hold_in_every_language(visitor: Visit, theme: str) -> None:
    room = open_room(
        feedback=SEEN,
        length=timedelta(minutes=3),
        withdrawal=Withdrawal(window=timedelta(seconds=180)),
    )
    buyer, seller = (
        visitor(person, color_scheme=theme) for person in (room.buyer, room.suppliers[0])
    )
    page = seller.enter(room)
    accept_terms(page)
    bid(page, "900", retype=True)
    _leads(page)
    base = f"/auctions/{room.id}/"
    found = look(buyer, f"{base}console/", "#room")
    found += look(seller, base, "#room", ready=lambda: _review(page, "500"))
    found += look(buyer, "/auctions/", "main table")

    console = buyer.enter(room, "console/")
    console.locator(".fl-event details.ff-menu summary").click()
    console.locator("#do-cancel").click()
    console.fill("#action-reason", "The project was given up.")
    console.locator("#action-go").click()
    expect(console.locator("#end-links")).to_be_visible()
    expect(console.locator("[data-while-open]").first).to_be_hidden()
    found += look(buyer, f"{base}console/", "#end-links")
    found += look(seller, base, "#end-links")
    found += look(buyer, f"{base}verification/", "#verdict[data-state=ok]")
    found += look(seller, f"{base}verification/", "#verdict[data-state=ok]")
    found += look(seller, "/auctions/verify/", "main")
    assert found == []


def _review(page: Page, amount: str) -> None:
    page.fill("#amount", amount)
    page.press("#amount", "Enter")
    expect(page.locator("#retype")).to_be_focused()
