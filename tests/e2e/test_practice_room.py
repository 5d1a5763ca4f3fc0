"""A supplier practises in a browser before the auction; nobody else has anything of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from playwright.sync_api import expect

from auctions.ledger.store import read_after
from auctions.rehearsal.models import Practice
from auctions.rehearsal.practice import driving
from crm_core.access.actor import Actor
from kernel.clock import utc_now
from marketplace.tenders.models import Tender
from tests import tender_house as house
from tests.accessibility import violations
from tests.e2e.houses import euro_and_tonne, person_of
from tests.e2e.live import Visitor, assert_accessible, bid
from tests.e2e.looking import PHONE, look
from tests.services.test_practice import traces

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
STEPS = 30  # of the bots at most; each bids within its first looks


def _bids(auction_id: UUID) -> int:
    with connection.cursor() as cursor:
        return sum(each.kind == "bid_placed" for each in read_after(cursor, auction_id, 0, 1000))


def _somebody_answers(practice: Practice, before: int) -> None:
    """The bots look, as the worker lets them, until one of them has bid."""

    def play() -> None:
        for _ in range(STEPS):
            driving.step(practice.pk, practice.chain, now=utc_now() + timedelta(minutes=1))
            if _bids(practice.auction_id) > before:
                break
        connection.close()

    with ThreadPoolExecutor(1) as worker:
        worker.submit(play).result()
    assert _bids(practice.auction_id) > before


def _others_have(tender: Tender) -> list[Any]:
    """What the real auction and others have, but its row, which the running site's clock keeps."""
    ledger, _row, *rest = traces(tender)
    return [ledger, *rest]


def _strangers_find_nothing(
    visitor: Callable[..., Visitor], others: list[Actor], tender: Tender, practice: Practice
) -> None:
    for other in others:
        who = visitor(person_of(other))
        for page in ("", "console/", "debrief/"):
            answer = who.page.goto(f"{who.address}/auctions/{practice.auction_id}/{page}")
            assert answer is not None
            assert answer.status == 404
        who.page.goto(f"{who.address}/auctions/")
        expect(who.page.locator("main")).to_contain_text(tender.reference)
        assert str(practice.auction_id) not in who.page.content()
        who.complaints = [line for line in who.complaints if "404" not in line]


def test_from_the_tender_to_a_bid_among_bots_and_out_again(
    visitor: Callable[..., Visitor], officer: Actor, sellers: list[Actor]
) -> None:
    euro_and_tonne()
    tender = house.published(officer, sellers)
    before = _others_have(tender)
    who = visitor(person_of(sellers[0]))
    page, path = who.page, f"/tenders/{tender.pk}/practice/"
    page.goto(f"{who.address}/tenders/{tender.pk}/")
    page.locator(f"a[href='{path}']").click()
    page.get_by_label("Simulated bidders").fill("99")
    page.get_by_role("button", name="Begin in 20 seconds").click()
    expect(page.locator("[aria-invalid=true]")).to_be_visible()
    assert_accessible(page, "practice-form")
    page.get_by_label("Simulated bidders").fill("3")
    page.get_by_role("button", name="Begin in 20 seconds").click()

    page.locator("#conn[data-state=live]").wait_for()
    expect(page.locator("#practice-banner")).to_contain_text("Nothing here counts")
    expect(page.locator("#terms-banner")).to_be_hidden()
    expect(page.locator("#best-unit, #most-unit").last).to_have_text("EUR/t")  # as in the real one
    expect(page.locator("#notes-heading")).to_be_hidden()  # nobody would answer
    practice = Practice.objects.get()
    room = f"/auctions/{practice.auction_id}/"
    assert look(who, room, "#room") == []
    expect(page.locator("#state-chips")).to_contain_text("Live", timeout=30_000)
    bid(page, "540", retype=True)
    expect(page.locator("#result")).to_contain_text("Accepted: 540.00")
    _somebody_answers(practice, _bids(practice.auction_id))
    expect(page.locator("#best-value")).to_have_text("540.00")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert_accessible(page, "practice-room")

    _strangers_find_nothing(visitor, [officer, sellers[1]], tender, practice)
    assert _others_have(tender) == before
    page.locator("#practice-banner a").click()
    expect(page.locator("main")).to_contain_text("The practice auction is open.")
    assert violations(page) == []
    page.get_by_role("button", name="End the practice").click()
    expect(page.locator("main")).to_contain_text("New practice")
    assert not Practice.objects.exists()
    answer = page.goto(who.address + room)
    assert answer is not None
    assert answer.status == 404
    who.complaints = [line for line in who.complaints if "404" not in line]
    assert _others_have(tender) == before
