"""A decision other than the auction's result is published with its reason to all who took part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from marketplace.tenders.errors import DepartureNeedsReason
from marketplace.tenders.models import Tender
from marketplace.tenders.protocol import protocol_for
from marketplace.tenders.services import ending
from tests import tender_house as house
from tests.services.test_protocol_pdf import text_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
REASON = "The cheaper one cannot deliver in May."


@pytest.fixture
def closed(officer: Any, sellers: Any) -> Tender:
    tender = house.published(officer, sellers)
    for seller in sellers:
        house.accept(seller, tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00"), (2 * MINUTE, sellers[1], "530.00")])
    return Tender.objects.select_related("company").get(pk=tender.pk)


def decide(officer: Any, tender: Tender, company_id: Any, reason: str = "") -> None:
    ending.confirm_result(
        actor=officer, tender_id=tender.pk, lot=1, company_id=company_id, reason=reason
    )
    tender.refresh_from_db()


@pytest.mark.parametrize("to_nobody", [False, True])
def test_the_loser_reads_the_reason_but_no_price(
    officer: Any, sellers: Any, closed: Tender, to_nobody: bool
) -> None:
    chosen = None if to_nobody else sellers[0].company_id
    with pytest.raises(DepartureNeedsReason):
        decide(officer, closed, chosen)
    decide(officer, closed, chosen, REASON)
    award = protocol_for(sellers[1], closed)["lots"][0]["award"]
    assert (award["departs"], award["reason"]) == (True, REASON)
    assert "price" not in award
    assert "name" not in award
    browser = house.signed_in(sellers[1])
    for page in ("result", "protocol"):
        assert REASON in browser.get(f"/tenders/{closed.pk}/{page}/").content.decode()
    assert browser.get(f"/tenders/{closed.pk}/protocol.json").json()["lots"][0]["award"] == award
    pdf = text_of(browser.get(f"/tenders/{closed.pk}/protocol.pdf").content)
    assert "otherwise than the auction ended" in pdf
    assert REASON in pdf


def test_the_winners_award_departs_from_nothing_and_stays_between_two(
    officer: Any, sellers: Any, closed: Tender
) -> None:
    decide(officer, closed, sellers[1].company_id, "as it ended")
    award = protocol_for(sellers[0], closed)["lots"][0]["award"]
    assert award["departs"] is False
    assert "reason" not in award


def test_the_rule_is_read_before_bidding_and_stands_in_the_protocol(
    officer: Any, sellers: Any, closed: Tender
) -> None:
    rule = "Each lot goes to the lowest unit price, of equal ones the earlier entry"
    document = protocol_for(sellers[0], closed)
    assert document["terms"]["award_rule"].startswith(rule)
    assert document["ledger"]["closing"]["head"] == document["ledger"]["head"]
    other = house.published(officer, sellers)
    page = house.signed_in(sellers[0]).get(f"/tenders/{other.pk}/").content.decode()
    assert rule in page
