"""Two of three suppliers lose their line at once: what they, the third and the buyer see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.terms import AutomaticPause, Feedback
from tests.e2e.cable import Cable, cable
from tests.e2e.live import Visitor, accept_terms, assert_accessible, bid, picture
from tests.e2e.looking import PHONE
from tests.rooms import open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CAUSE = (
    "paused by itself: many bidders lost their connection at once. It goes on when enough are "
    "back, after 7 min at most."
)


@pytest.fixture
def line(address: str) -> Iterator[Cable]:
    """The line of an office to the site."""
    with cable(address) as made:
        yield made


def test_everybody_is_told_why_bidding_stands_still_and_when_it_goes_on(
    visitor: Callable[..., Visitor], line: Cable
) -> None:
    room = open_room(
        3,
        feedback=Feedback(rank=True, lead=True, lead_min_bidders=1),
        automatic_pause=AutomaticPause(share=50, longest=timedelta(minutes=7)),
        resume_notice=timedelta(seconds=4),
    )
    console = visitor(room.buyer).enter(room, "console/")
    stays = visitor(room.suppliers[2], viewport=PHONE).enter(room)
    behind = [visitor(each) for each in room.suppliers[:2]]
    for each in behind:
        each.address = line.address
    cut_off, other = (each.enter(room) for each in behind)
    for page in (stays, cut_off, other):
        accept_terms(page)
    expect(stays.locator("#rules")).to_contain_text("more than 50 % of at least 3 bidders")
    bid(stays, "900", retype=True)
    expect(console.locator("#kpi-connected")).to_have_text("3")

    line.cut()

    for page in (stays, console):
        expect(page.locator("#state-banner")).to_contain_text(CAUSE)
        expect(page.locator("#state-chips")).to_contain_text("Paused")
        expect(page.locator("#countdown-label")).to_have_text("left when paused")
    expect(stays.locator("#say")).to_contain_text("many bidders lost their connection")
    assert _stands_still(stays)
    stays.fill("#amount", "880")
    expect(stays.locator("#amount-hint")).to_have_text("No bids while the lot is paused.")
    expect(stays.locator("#review-open")).to_be_disabled()
    for page in (cut_off, other):
        expect(page.locator("#conn-banner")).to_be_visible()
        expect(page.locator("#review-open")).to_be_disabled()
    lost = "2 of 3 connected bidders lost their connection at once"
    expect(console.locator("#feed")).to_contain_text(lost)
    expect(console.locator("#kpi-connected")).to_have_text("1")
    expect(console.locator("#participant-rows .fl-word")).to_have_text(
        ["Online", "Offline", "Offline"]
    )
    expect(console.locator("#do-resume")).to_be_visible()
    assert "2 of 3" not in stays.locator("main").inner_text()  # it would tell how many take part
    for name, page in (("console", console), ("stays", stays), ("cut-off", cut_off)):
        assert_accessible(page, f"pause-{name}")
    assert stays.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    line.mend()

    for page in (stays, console, cut_off):
        expect(page.locator("#state-banner")).to_contain_text("Bidding goes on at")
    picture(stays, "pause-resumes")
    expect(console.locator("#feed")).to_contain_text("connected again, of 3 before")
    for page in (stays, console, cut_off, other):
        expect(page.locator("#state-chips")).to_contain_text("Live")
        expect(page.locator("#state-banner")).to_be_hidden()
    bid(cut_off, "880", retype=True)
    expect(console.locator("#kpi-best")).to_have_text("880.00")
    expect(stays.locator("#rankbox")).to_have_attribute("data-state", "outbid")
    kinds = [kind for kind in room.kinds() if kind.startswith(("connections", "lot_"))]
    assert kinds == [
        "lot_started", "connections_lost", "lot_paused", "connections_back", "lot_resumed",
    ]  # fmt: skip


def _stands_still(page: Page) -> bool:
    before = page.locator("#countdown").inner_text()
    page.wait_for_timeout(1_200)
    return page.locator("#countdown").inner_text() == before
