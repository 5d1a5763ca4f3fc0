"""Three suppliers ranked by a score; one is disqualified while the auction runs, and is back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from crm_core.access.actor import Actor
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders.models import Tender
from marketplace.tenders.services import scoring
from tests import tender_house as house
from tests.api.test_scoring_api import WEIGHTED
from tests.e2e.houses import carry_over, euro_and_tonne, room_of
from tests.e2e.live import Visitor, assert_accessible, bid
from tests.e2e.looking import PHONE
from tests.rooms import Room
from tests.services.test_sealed_offers import past_the_deadline

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WHY = "The certificate of the works is not genuine."
AFTER_ALL = "The issuer confirms the certificate."
PLAIN, MIDDLE, GOOD = ("0", "0"), ("0.05", "0.1"), ("0.1", "0.2")  # delivery, warranty
SEEN = {"feedback.lead": True, "feedback.lead_min_bidders": "1", "feedback.after_first_bid": False}


def _open(officer: Actor, sellers: list[Actor]) -> tuple[Tender, Room]:
    """Runs for an hour; values of the criteria are set, the terms accepted."""
    euro_and_tonne()
    starts = moment_to_wire(utc_now() + timedelta(seconds=6))
    tender = house.published(officer, sellers, starts_at=starts, length="60", **SEEN, **WEIGHTED)
    for seller, values in zip(sellers, (PLAIN, GOOD, MIDDLE), strict=True):
        house.accept(seller, tender)
        scoring.set_values(
            actor=officer, tender_id=tender.pk, lot=1, company_id=seller.company_id, values=values
        )
    return tender, room_of(tender, officer, sellers)


def _ranks(page: Page, rank: str, state: str) -> None:
    expect(page.locator("#rank-number")).to_have_text(rank)
    expect(page.locator("#rankbox")).to_have_attribute("data-state", state)


def _judge(page: Page, button: str, reason: str) -> None:
    """As the officer on the tender's page: disqualify or requalify."""
    page.get_by_role("button", name=button, exact=True).click()
    dialog = page.locator("dialog[open]")
    dialog.locator("textarea").fill(reason)
    dialog.locator("[type=submit]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_who_is_disqualified_leaves_the_order_and_comes_back_into_it(
    visitor: Callable[..., Visitor], officer: Actor, sellers: list[Actor]
) -> None:
    sellers.append(house.supplier("Terasmets OÜ"))
    tender, room = _open(officer, sellers)
    at_console, at_tender = (visitor(room.buyer) for _ in range(2))
    console = at_console.enter(room, "console/")
    plain, middle = (visitor(room.suppliers[place]).enter(room) for place in (0, 2))
    good = visitor(room.suppliers[1], viewport=PHONE).enter(room)
    for page in (plain, middle, good):
        expect(page.locator("#state-chips")).to_contain_text("Live", timeout=15_000)

    # Divided by 1, 1 + 0.3/0.7 and 1 + 0.15/0.7: 500, 384.3 and 428.24 are compared.
    for page, amount in ((plain, "500"), (good, "549"), (middle, "520")):
        bid(page, amount, retype=True)
        expect(page.locator("#result")).to_contain_text("Accepted")
    _ranks(good, "1", "leading")
    _ranks(middle, "2", "outbid")
    _ranks(plain, "3", "outbid")
    expect(plain.locator("#lead-value")).to_have_text("384.30")  # as own prices
    expect(middle.locator("#lead-value")).to_have_text("466.65")
    expect(good.locator("#lead-value")).to_have_text("549.00")
    expect(middle.locator("#own-score")).to_have_text("Score 428.235294")
    for page, value in ((good, "0.2 (at most 0.2)"), (middle, "0.1 (at most 0.2)")):
        expect(page.locator("#rules")).to_contain_text(value)
    assert "549" not in plain.locator("main").inner_text()
    expect(console.locator("#participants-note")).to_have_text("ranked by score")
    expect(console.locator("#participant-rows tr")).to_have_text(
        [re.compile(f"{each}.*{score}") for each, score in (
            ("Nordwerk Stahl GmbH", "384.3"), ("Terasmets OÜ", "428.235294"), ("Baltmet AS", "500"),
        )]
    )  # fmt: skip
    # By how much each is above the price at which it would equal the lead.
    expect(console.locator("#participant-rows tr td:nth-of-type(4)")).to_have_text(
        ["–", "+53.35", "+115.70"]
    )
    assert_accessible(middle, "scored-room")
    assert_accessible(console, "scored-console")

    paper = at_tender.page
    paper.goto(f"{at_tender.address}/tenders/{tender.pk}/")
    _judge(paper, "Disqualify Nordwerk Stahl GmbH", WHY)
    expect(paper.get_by_text("disqualified", exact=True)).to_be_visible()
    banner = good.locator("#state-banner")
    expect(banner).to_contain_text("disqualified your company: its bids do not count")
    expect(banner).to_contain_text(WHY)
    expect(good.locator("#say-now")).to_contain_text("disqualified your company")
    expect(good.locator("#rankbox")).to_have_text("–Disqualifiedyour bids do not count")
    expect(good.locator("#review-open")).to_be_disabled()
    expect(good.locator("#withdraw-bar")).to_be_hidden()
    expect(good.locator("#gap-value")).to_have_text("–")
    _ranks(middle, "1", "leading")
    _ranks(plain, "2", "outbid")
    expect(console.locator("#participant-rows tr", has_text="Nordwerk")).to_contain_text(
        "disqualified"
    )
    expect(console.locator("#feed")).to_contain_text(WHY)
    expect(console.locator("#kpi-best")).to_have_text("520.00")
    for page in (plain, middle):
        assert "certificate" not in page.locator("main").inner_text()
    assert_accessible(good, "scored-disqualified")
    assert good.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert_accessible(console, "scored-console-disqualified")
    assert_accessible(paper, "scored-tender")
    bid(plain, "425")
    _ranks(plain, "1", "leading")

    _judge(paper, "Requalify Nordwerk Stahl GmbH", AFTER_ALL)
    _ranks(good, "1", "leading")
    expect(banner).to_be_hidden()
    expect(good.locator("#say")).to_contain_text("counts your company's bids again")
    _ranks(plain, "2", "outbid")
    _ranks(middle, "3", "outbid")
    bid(good, "540")
    expect(console.locator("#kpi-best")).to_have_text("540.00")

    past_the_deadline(room)
    carry_over()
    expect(good.locator("#rank-word")).to_have_text("Won")
    expect(plain.locator("#rankbox")).to_have_text("2Lot closedrank 2")
    expect(console.locator("#state-banner")).to_contain_text("Nordwerk Stahl GmbH 540.00")
    for page in (paper, good, plain):
        page.goto(f"{at_tender.address}/tenders/{tender.pk}/result/")
    rows = paper.locator("section[aria-labelledby=lot-1] tbody tr")
    expect(rows.first).to_contain_text("Nordwerk Stahl GmbH")
    expect(rows.first).to_contain_text("378.00")
    for page, *own in ((good, "540.00", "378.00"), (plain, "425.00", "425.00")):
        expect(page.locator("main")).to_contain_text("The lowest score leads.")
        expect(page.locator("section[aria-labelledby=lot-1] tbody tr")).to_have_count(1)
        for figure in own:
            expect(page.locator("section[aria-labelledby=lot-1] tbody tr")).to_contain_text(figure)
    for name, page in (("buyer", paper), ("winner", good), ("loser", plain)):
        assert_accessible(page, f"scored-result-{name}")
    assert good.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
