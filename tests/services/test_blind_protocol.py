"""What a blind buyer learns of an auction that ended before its lots closed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from marketplace.tenders.protocol import protocol_for
from marketplace.tenders.services import ending
from tests import tender_house as house
from tests.people import make_token

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NAMES = ("Baltmet AS", "Nordwerk Stahl GmbH")


@pytest.mark.parametrize("blind", [True, False])
def test_a_cancelled_auction_tells_a_blind_buyer_no_names(blind: bool) -> None:
    officer = house.buyer()
    sellers = [house.supplier(name) for name in NAMES]
    tender = house.published(officer, sellers, blind=blind)
    for each in sellers:
        house.accept(each, tender)
    steps = [(MINUTE, sellers[0], "540.00"), (2 * MINUTE, sellers[1], "530.00")]
    house.play(tender, steps, to_end=False)
    ending.cancel(actor=officer, tender_id=tender.pk, reason="The need has gone.")
    tender.refresh_from_db()

    document = protocol_for(officer, tender)

    standing = document["lots"][0]["standing"]
    assert [row["price"] for row in standing] == ["530.00", "540.00"]
    told = json.dumps(standing)
    assert any(name in told for name in NAMES) is not blind
    assert [row["company_id"] is None for row in standing] == [blind, blind]
    assert {each["bids"] for each in document["participants"]} == ({None} if blind else {1})
    _token, secret = make_token(officer, name="test")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    export = json.loads(client.get(f"/api/v1/auctions/{tender.auction_id}/ledger/").content)
    opened = [entry.get("kind") for entry in export["entries"]]
    assert ("bid_placed" in opened) is not blind


def test_a_closed_auction_tells_it_the_names() -> None:
    officer, seller = house.buyer(), house.supplier(NAMES[0])
    tender = house.published(officer, [seller], blind=True)
    house.accept(seller, tender)
    house.play(tender, [(MINUTE, seller, "540.00")])

    document = protocol_for(officer, tender)

    assert document["lots"][0]["standing"][0]["name"] == NAMES[0]
