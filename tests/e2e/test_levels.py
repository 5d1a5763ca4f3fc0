"""A Dutch clock and a Japanese round in the browser: two suppliers and the buyer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.terms import Feedback, Format
from auctions.subject import SubjectLot
from tests.accessibility import COLOURS, violations
from tests.concurrency.test_levels import levels
from tests.e2e.live import Visitor, accept_terms
from tests.e2e.looking import PHONE, look
from tests.rooms import Room, open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Visitor]


def _open(of: Format, seconds: float, **changes: Any) -> Room:
    """Starts in a few seconds, so that everybody is at the table before."""
    from kernel.clock import utc_now

    starts_at = utc_now() + timedelta(seconds=12)
    lot = SubjectLot(number=1, unit_label="tonne", baseline=Decimal("120.00"))
    return open_room(2, lot=lot, **levels(of, seconds, starts_at=starts_at, **changes))


def _at_the_table(visitor: Visit, room: Room, number: int, **options: Any) -> Page:
    page = visitor(room.suppliers[number], **options).enter(room)
    accept_terms(page)
    return page


def _accept(page: Page) -> None:
    """By keyboard: Enter opens the review, Enter confirms."""
    expect(page.locator("#accept-open")).to_be_enabled()
    page.locator("#accept-open").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#accept-confirm")).to_be_focused()
    page.keyboard.press("Enter")


def test_a_dutch_clock_rises_and_the_first_to_accept_wins(visitor: Visit) -> None:
    room = _open(Format.DUTCH, 12)
    first = _at_the_table(visitor, room, 0)
    second = _at_the_table(visitor, room, 1, viewport=PHONE)
    console = visitor(room.buyer).enter(room, "console/")
    expect(first.locator("#level-name")).to_have_text("Start price")
    expect(first.locator("#accept-open")).to_be_disabled()

    expect(first.locator("#level-name")).to_have_text("Price now, level 0", timeout=20_000)
    expect(first.locator("#level-next")).to_have_text("101.00")
    expect(first.locator("#countdown-label")).to_have_text("until the price rises")
    # Nothing of one's own to show yet: the price and Accept come first.
    expect(first.locator(".ff-standing")).to_be_hidden()
    height = second.locator("#accept-open").evaluate("each => each.offsetHeight")
    assert height >= 64
    expect(console.locator("#level-price")).to_have_text("100.00")
    expect(console.locator("#kpi-saving-label")).to_have_text("Saving at the price now")
    expect(console.locator("#kpi-saving")).to_have_text("2,000.00")
    assert violations(first) == []
    assert violations(second) == []
    assert violations(console) == []
    _ = first.emulate_media(color_scheme="dark")
    assert violations(first, COLOURS) == []
    assert first.evaluate("document.documentElement.scrollWidth") <= 1440
    assert second.evaluate("document.documentElement.scrollWidth") <= 390

    # Esc leaves the review, and nothing was sent.
    first.locator("#accept-open").click()
    expect(first.locator("#accept-review-heading")).to_contain_text("you take the lot")
    first.keyboard.press("Escape")
    expect(first.locator("#accept-open")).to_be_focused()
    assert "level_accepted" not in room.kinds()

    # A review that was open when the price rose says so, and binds at what it named.
    expect(second.locator("#level-price")).to_have_text("101.00", timeout=20_000)
    second.locator("#accept-open").click()
    expect(second.locator("#accept-moved")).to_contain_text("102.01", timeout=20_000)
    expect(second.locator("#accept-confirm")).to_contain_text("101.00")
    second.locator("#accept-confirm").click()
    expect(second.locator("#result")).to_contain_text("Accepted: level 1, 101.00")
    expect(second.locator("#rank-word")).to_have_text("Won")
    # The level that was accepted, not the one that had opened meanwhile.
    expect(second.locator("#level-name")).to_have_text("Closing price")
    expect(second.locator("#level-price")).to_have_text("101.00")
    expect(first.locator("#rank-word")).to_have_text("Lot closed")
    expect(first.locator("#level-state")).to_have_text("Lot closed")
    expect(first.locator("#level-who")).to_have_text("Another supplier accepted first.")
    expect(first.locator("#accept-open")).to_be_hidden()
    expect(console.locator("#kpi-best")).to_have_text("101.00")
    assert room.kinds().count("level_accepted") == 1


def test_a_japanese_round_tells_each_supplier_its_own_part(visitor: Visit) -> None:
    feedback = Feedback(rank=False, after_first_bid=False)
    room = _open(Format.JAPANESE, 12, feedback=feedback)
    first = _at_the_table(visitor, room, 0)
    second = _at_the_table(visitor, room, 1, viewport=PHONE)
    console = visitor(room.buyer).enter(room, "console/")
    expect(first.locator("#level-state")).to_have_text("In: accept to stay", timeout=20_000)
    assert violations(first) == []
    assert violations(second) == []
    _accept(first)
    expect(first.locator("#level-state")).to_have_text("In: level accepted")
    expect(first.locator("#accept-open")).to_be_disabled()
    expect(first.locator("#accept-open")).to_have_text("Accepted: 100.00 EUR/tonne")
    # Told as a level: a number alone would be read as a rank.
    expect(first.locator("#rank-number")).to_be_hidden()
    expect(first.locator("#rank-note")).to_have_text("latest accepted: level 0")
    expect(console.locator("#level-who")).to_contain_text("1 has accepted this level")
    expect(first.locator("#level-who")).to_have_text("")  # not even how many
    _accept(second)
    expect(second.locator("#result")).to_contain_text("Accepted: level 0, 100.00")

    # The second loses its line over the whole next level, and is told why it is out.
    expect(second.locator("#level-name")).to_have_text("Level 1", timeout=20_000)
    second.context.set_offline(True)
    _accept(first)
    expect(first.locator("#rank-word")).to_have_text("Won", timeout=20_000)
    second.context.set_offline(False)
    second.reload()
    second.locator("#conn[data-state=live]").wait_for()
    expect(second.locator("#rank-word")).to_have_text("Lot closed")
    expect(second.locator("#level-who")).to_contain_text("level 1 was not accepted within its time")
    expect(console.locator("#kpi-best")).to_have_text("99.00")
    out = [entry for entry in room.entries() if entry.kind == "dropped_out"]
    assert [(entry.body["seat"], entry.body["level"]) for entry in out] == [
        (room.suppliers[1].seat, 1)
    ]


@pytest.mark.parametrize("of", [Format.DUTCH, Format.JAPANESE])
def test_the_pages_fit_in_every_language(visitor: Visit, of: Format) -> None:
    room = open_room(2, **levels(of, 600))
    supplier = visitor(room.suppliers[0])
    accept_terms(supplier.enter(room))
    supplier.page.locator("#accept-open:not([disabled])").wait_for()
    path = f"/auctions/{room.id}/"

    def reviewing() -> None:
        supplier.page.locator("#accept-open:not([disabled])").click()
        supplier.page.locator("#accept-review").wait_for()

    assert look(supplier, path, "#level-price", reviewing) == []
    assert look(visitor(room.buyer), f"{path}console/", "#level-price") == []
