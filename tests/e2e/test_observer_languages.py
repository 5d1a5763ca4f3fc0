"""The observer's page in Russian and Ukrainian while an auction runs, on a desk and a phone."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from auctions.domain import commands as cmd
from auctions.domain.terms import AutomaticPause, BuyerExtension, Feedback
from auctions.services.deciding import decide_now
from auctions.services.observers import create_link
from kernel.clock import utc_now
from tests.accessibility import violations
from tests.e2e.live import picture
from tests.e2e.looking import DESK, PHONE
from tests.rooms import LOT, Room, open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SEEN = Feedback(rank=True, lead=True, lead_min_bidders=1, after_first_bid=False)
WHY = "Замена чертежа"
MINUTE = timedelta(minutes=1)
# What people typed, and signs that every language writes so.
AS_TYPED = {"rebar", "reinforcing", "steel", LOT.unit_label, "eur", "utc", "fairfall"}
# What is shown, read aloud, or stands in a field or in the title of the window.
WORDS = """() => [document.title, document.body.innerText,
    ...[...document.querySelectorAll("main [aria-label], main [title], main [placeholder]")]
        .filter(e => e.checkVisibility())
        .flatMap(e => ["aria-label", "title", "placeholder"].map(n => e.getAttribute(n) || "")),
    ...[...document.querySelectorAll("[aria-live], [role=status]")].map(e => e.textContent),
].join("\\n")"""


def _played() -> tuple[Room, str]:
    """A lot that runs, extended once, with bids; and the secret of a link to watch it."""
    room = open_room(
        feedback=SEEN,
        buyer_extension=BuyerExtension(times=1, length=MINUTE),
        automatic_pause=AutomaticPause(),
    )
    _link, secret = create_link(actor=room.buyer.actor, auction_id=room.id, label="Аудитор")
    for supplier in room.suppliers:
        accepted = cmd.AcceptTerms(supplier.seat, 1, room.terms.digest(), room.ref())
        decide_now(auction_id=room.id, command=accepted, party=supplier.party)
    time.sleep(max(0.0, (room.terms.starts_at - utc_now()).total_seconds()))
    for supplier, amount in zip(room.suppliers, ("900", "890"), strict=True):
        decide_now(auction_id=room.id, command=room.bid(supplier, amount), party=supplier.party)
    extend = cmd.Extend(1, MINUTE, cmd.Officer.BUYER, room.ref())
    decide_now(auction_id=room.id, command=extend, party=room.officer)
    return room, secret


def _english(page: Page, room: Room) -> list[str]:
    known = AS_TYPED | {room.buyer.company.legal_name.lower()}
    found = re.findall(r"(?<![\w-])[A-Za-z]{2,}\w*", page.evaluate(WORDS))
    return sorted({each for each in found if each.lower() not in known})


def test_nothing_of_it_is_english_and_it_fits_a_phone(chromium: Browser, address: str) -> None:
    room, secret = _played()
    context = chromium.new_context(viewport=DESK)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for paused in (False, True):
        if paused:
            pause = cmd.Pause(WHY, cmd.Officer.BUYER, room.ref())
            decide_now(auction_id=room.id, command=pause, party=room.officer)
        for language, lead, held in (
            ("ru", "Лучшая ставка", "приостановлен"),
            ("uk", "Найкраща ставка", "призупинено"),
        ):
            context.add_cookies([{"name": "django_language", "value": language, "url": address}])
            page.goto(f"{address}/auctions/observe/{secret}/")
            page.locator("#conn[data-state=live]").wait_for()
            expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))
            expect(page.locator("#lead-label")).to_have_text(lead)
            expect(page.locator("#lead-value")).to_have_text("890,00")
            expect(page.locator("#extensions")).to_have_text("1")
            if paused:
                expect(page.locator("#state-banner")).to_contain_text(held)
                expect(page.locator("#state-banner")).to_contain_text(WHY)
            for size in (DESK, PHONE):
                page.set_viewport_size(size)  # type: ignore[arg-type]
                page.wait_for_timeout(150)  # the chart follows the width
                picture(page, f"observer-{language}-{size['width']}-{paused}")
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= size["width"], (language, size)
            assert _english(page, room) == []
        assert violations(page) == []
    context.close()
    assert complaints == []
