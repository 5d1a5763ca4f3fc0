"""The buyer's page of the times once there are bids: its extensions stay as they were agreed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from auctions.domain.terms import BuyerExtension
from auctions.realtime.process import ready_gate, stop_gate
from auctions.selectors import load
from kernel.clock import utc_now
from tests.api.sealed import ask
from tests.rooms import Room, open_room

pytestmark = pytest.mark.django_db(transaction=True)
AGREED = BuyerExtension(times=2, length=timedelta(minutes=10))


@pytest.fixture
def room() -> Iterator[Room]:
    gate = ready_gate()
    made = open_room(1, buyer_extension=AGREED)
    made.everyone_accepts(gate)
    time.sleep(max(0.0, (made.terms.starts_at - utc_now()).total_seconds() + 0.05))
    yield made
    stop_gate()


def paused(room: Room, *, bid: bool) -> tuple[Client, str, dict[str, Any]]:
    """The page as the buyer gets it, and what its form says."""
    if bid:
        amount = {"amount": "700.00", "retyped": "700.00"}
        placed = ask(room.suppliers[0], room, "bids/", {"lot": 1, **amount}, "b1")
        assert placed.status_code == 201, placed.json()
    assert ask(room.buyer, room, "pause/", {"reason": "A drawing was replaced."}, "p")
    made = Client()
    made.force_login(room.buyer.user, backend="django.contrib.auth.backends.ModelBackend")
    url = f"/auctions/{room.id}/times/"
    form = made.get(url).context["form"]
    assert form.fields["extension_times"].disabled is bid
    return made, url, {name: form[name].value() for name in form.fields}


def test_with_bids_the_number_stands_and_the_length_only_shrinks(room: Room) -> None:
    made, url, given = paused(room, bid=True)
    page = made.get(url).content.decode()
    assert "Stays as it is: there are bids." in page
    assert "Only shorter: there are bids." in page

    refused = made.post(url, {**given, "extension_length": "0:10:01"})
    assert refused.status_code == 409
    assert list(refused.context["form"].errors) == ["extension_length"]
    shorter = made.post(url, {**given, "extension_times": "100", "extension_length": "0:09:00"})
    assert shorter.status_code == 302
    assert load(room.id).rules.buyer_extension == BuyerExtension(2, timedelta(minutes=9))


def test_over_http_more_extensions_are_refused(room: Room) -> None:
    paused(room, bid=True)
    terms = ask(room.buyer, room, "").json()["terms"]
    more = {**terms["buyer_extension"], "times": 100}
    new = {**terms, "version": 2, "buyer_extension": more}
    refused = ask(room.buyer, room, "terms/", {"terms": new}, "t1")
    assert refused.json()["code"] == "auction.edit_not_allowed"
    assert "buyer_extension.times" in refused.content.decode()


def test_before_any_bid_both_may_change(room: Room) -> None:
    made, url, given = paused(room, bid=False)
    more = {**given, "extension_times": "3", "extension_length": "0:20:00"}
    assert made.post(url, more).status_code == 302
    assert load(room.id).rules.buyer_extension == BuyerExtension(3, timedelta(minutes=20))
