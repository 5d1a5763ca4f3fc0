"""Two suppliers seal offers that are scored: each reads its own values, its score once opened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.terms import Feedback
from auctions.domain.terms_scoring import (
    Criterion,
    CriterionKind,
    ScoringMethod,
    ScoringTerms,
)
from auctions.services import admission
from auctions.services import sealing as service
from kernel.clock import utc_now
from tests.accessibility import violations
from tests.e2e.live import Visitor, accept_terms
from tests.e2e.looking import DESK, PHONE
from tests.e2e.sealed import AUDITOR, sealed_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
QUALITY = ScoringTerms(
    ScoringMethod.WEIGHTED, (Criterion("Warranty", CriterionKind.WEIGHT, Decimal("0.2")),)
)


def _offer(page: Page, amount: str) -> None:
    page.fill("#amount", amount)
    page.press("#amount", "Enter")
    page.locator("#review-confirm").click()
    expect(page.locator("#result")).to_contain_text("Your sealed offer is accepted.")


def test_the_dearer_offer_of_the_better_supplier_wins(visitor: Callable[..., Visitor]) -> None:
    room, keeper = sealed_room(
        scoring=QUALITY,
        starts_at=utc_now() + timedelta(seconds=3),
        length=timedelta(seconds=45),
        feedback=Feedback(rank=True),
    )
    cheap, good = room.suppliers
    admission.set_scoring(
        actor=room.buyer.actor, auction_id=room.id, company_id=good.company.pk, lot=1,
        values=(Decimal("0.2"),), ref="v1",
    )  # fmt: skip
    one = visitor(cheap, viewport=PHONE, color_scheme="dark").enter(room)
    two = visitor(good, viewport=DESK).enter(room)
    console = visitor(room.buyer).enter(room, "console/")
    for page in (one, two):
        accept_terms(page)
    rules = two.locator("#rules")
    expect(rules).to_contain_text("the lowest score, at its own price")
    expect(rules).to_contain_text("0.2 (at most 0.2)")
    assert "0.2 (" not in one.locator("#rules").inner_text()

    _offer(one, "800")
    _offer(two, "900")
    for page in (one, two):
        assert "Score" not in page.locator("main").inner_text()
    assert violations(two) == []

    expect(one.locator("#sealed-note")).to_contain_text("waits for the auditor", timeout=60_000)
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=AUDITOR.hex(), by_sheet=False)
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)

    expect(two.locator("#rankbox")).to_have_attribute("data-state", "leading")
    expect(two.locator("#own-score")).to_contain_text("Score 720")
    expect(one.locator("#rank-number")).to_have_text("2")
    expect(one.locator("#own-score")).to_contain_text("Score 800")
    assert "720" not in one.locator("main").inner_text()
    for page in (one, two):
        assert violations(page) == []
    expect(console.locator("#participants-note")).to_have_text("ranked by score")
    first = console.locator("#participant-rows tr").first
    expect(first).to_contain_text(good.company.legal_name)
    expect(first).to_contain_text("Score 720")
    console.goto(console.url.replace("console/", "opening/"))
    expect(console.locator("#offers tr", has_text="lowest score")).to_contain_text("Score 720.00")
    assert violations(console) == []
