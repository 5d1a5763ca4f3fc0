"""Rounds in turns in the browser: two participants, one of them on a phone, and the buyer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.terms import (
    Count,
    Feedback,
    Format,
    SoftClose,
    TurnsTerms,
    Withdrawal,
)
from kernel.clock import utc_now
from tests.accessibility import COLOURS, violations
from tests.e2e.live import Visitor, accept_terms, bid
from tests.e2e.looking import PHONE
from tests.rooms import Room, open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Visitor]
GAP = """() => document.querySelector("#bid").getBoundingClientRect().top
    - document.querySelector(".ff-standing").getBoundingClientRect().bottom"""  # px

# By how much the table is wider than its card, px.
CUT = """() => { const box = document.querySelector("#turns-table").parentElement;
    return box.scrollWidth - box.clientWidth; }"""


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def _open() -> Room:
    """One round; long enough turns that a slow machine sees both."""
    now = utc_now()
    return open_room(
        2,
        format=Format.TURNS,
        prebid_opens_at=now + seconds(0.5),
        starts_at=now + seconds(30),
        soft_close=SoftClose(window=seconds(0), reset=seconds(0)),
        feedback=Feedback(rank=False, count=Count.SHOWN),
        withdrawal=Withdrawal(allowed=False),
        turns=TurnsTerms(
            rounds=1, first_pause=seconds(8), turn=seconds(25), pause=seconds(5),
            announcement=seconds(8),
        ),
    )  # fmt: skip


def _at_the_table(visitor: Visit, room: Room, number: int, **options: object) -> Page:
    page = visitor(room.suppliers[number], **options).enter(room)
    accept_terms(page)
    return page


def test_each_has_its_turn_and_sees_the_others_offers_at_its_end(visitor: Visit) -> None:
    room = _open()
    worse = _at_the_table(visitor, room, 0)
    better = _at_the_table(visitor, room, 1, viewport=PHONE)
    console = visitor(room.buyer).enter(room, "console/")
    # While the table of turns is hidden, the cards above and below it keep their distance.
    expect(worse.locator("#turns")).to_be_hidden()
    assert worse.evaluate(GAP) == 12
    expect(worse.locator("#amount-hint")).to_contain_text("Only those with an offer before")
    bid(worse, "900", retype=True)
    bid(better, "800", retype=True)
    expect(worse.locator("#turns-back")).to_contain_text("Until the start")

    word = worse.locator("#turns-word")
    expect(word).to_have_text("Pause before the round", timeout=40_000)
    expect(worse.locator("#turns-rows tr")).to_have_count(2)
    expect(worse.locator("#turns-rows tr").first).to_contain_text("(you)")
    expect(worse.locator("#review-open")).to_be_disabled()
    expect(worse.locator("#rank-number")).to_have_text("2")

    expect(word).to_have_text("It is your turn", timeout=20_000)
    expect(better.locator("#turns-word")).to_contain_text("On turn: Participant")
    expect(better.locator("#amount-hint")).to_contain_text("Wait for your turn")
    bid(worse, "700", retype=False)
    expect(worse.locator("#turns-back")).to_contain_text("in this turn")
    better.evaluate("scrollTo(0, 0)")  # nothing lies under the bar at the top
    assert violations(worse) == []
    assert violations(better) == []
    assert violations(console) == []
    _ = worse.emulate_media(color_scheme="dark")
    assert violations(worse, COLOURS) == []
    assert worse.evaluate("document.documentElement.scrollWidth") <= 1440
    assert better.evaluate("document.documentElement.scrollWidth") <= 390
    assert better.evaluate(CUT) <= 0
    expect(better.locator("#turns-rows")).not_to_contain_text("700.00")

    worse.locator("#turns-take-back").click()
    expect(worse.locator("#best-value")).to_have_text("900.00")
    bid(worse, "780", retype=False)

    expect(better.locator("#turns-word")).to_have_text("It is your turn", timeout=30_000)
    expect(better.locator("#turns-rows")).to_contain_text("780.00")
    expect(better.locator("#rank-number")).to_have_text("2")
    expect(worse.locator("#turns-note")).to_contain_text("last turn")

    expect(better.locator("#turns-word")).to_have_text("Before the announcement", timeout=30_000)
    expect(worse.locator("#rank-word")).to_have_text("Won", timeout=20_000)
    expect(better.locator("#rank-number")).to_have_text("2")
    expect(better.locator("#most-cell")).to_be_hidden()
    expect(console.locator("#kpi-best")).to_have_text("780.00")
    kinds = room.kinds()
    assert kinds.count("turn_ended") == 2
    assert kinds.count("offer_taken_back") == 1
    assert "closed" in kinds
