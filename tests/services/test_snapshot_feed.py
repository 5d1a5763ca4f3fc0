"""What a snapshot keeps of a long auction: the latest lines, and every extension for the chart."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from auctions.realtime.audience import FEED
from auctions.realtime.snapshots import snapshot_for
from auctions.services.policies import place_of
from kernel.clock import utc_now
from reference.models import Currency, Unit
from tests import tender_house as house

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LATE = timedelta(minutes=29, seconds=30)


def test_an_extension_outlasts_the_lines_that_follow_it():
    Currency.objects.create(code="EUR", digits=2, name_en="Euro")
    Unit.objects.create(code="TNE", symbol_en="t", name_en="tonne")
    officer, seller = house.buyer(), house.supplier("Baltmet AS")
    tender = house.published(
        officer, [seller],
        **{"length": "30", "soft_close.window": "1", "soft_close.reset": "40"},
    )  # fmt: skip
    house.accept(seller, tender)
    following = [
        (LATE + timedelta(seconds=number), seller, str(Decimal(540) - 3 * number))
        for number in range(1, FEED + 20)
    ]

    house.play(tender, [(MINUTE, seller, "545"), (LATE, seller, "540"), *following], to_end=False)
    snapshot = snapshot_for(place_of(officer, tender.auction_id), utc_now())

    kinds = [item.kind for item in snapshot.feed]
    assert kinds.count("deadline_moved") == 1
    assert kinds[0] == "deadline_moved"
    assert kinds[1:] == ["bid_placed"] * FEED
    assert len(snapshot.points) == len(following) + 2
