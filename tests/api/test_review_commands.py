"""Commands over HTTP that once fell between the rules: alias, rate and numbers beyond measure."""

from __future__ import annotations

import pytest

from auctions.models import AttemptEntry
from auctions.realtime.process import ready_gate, stop_gate
from auctions.services.policies import surroundings
from tests.people import token_client
from tests.rooms import open_room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _gate():
    ready_gate()
    yield
    stop_gate()


@pytest.mark.parametrize("lot", [2**53, -(2**53), 10**18, 10**30])
def test_a_number_that_no_body_can_hold_is_refused_for_good(lot: int) -> None:
    room = open_room(1)

    answer = token_client(room.suppliers[0].actor).post(
        f"/api/v1/auctions/{room.id}/bids/",
        {"lot": lot, "amount": "990.00"},
        HTTP_IDEMPOTENCY_KEY="a",
    )

    assert answer.status_code == 422
    assert answer.json()["code"] in ("gate.frame_malformed", "gate.command_malformed")


def test_refs_cannot_be_abandoned_faster_than_commands_may_be_sent() -> None:
    room = open_room(1, commands_per_second=2)
    supplier = token_client(room.suppliers[0].actor)
    url = f"/api/v1/auctions/{room.id}/commands/"
    supplier.delete(f"{url}first/")  # from here on the gate knows the terms

    codes = [supplier.delete(f"{url}r{number}/").json()["code"] for number in range(20)]

    assert "gate.rate_limited" in codes
    assert AttemptEntry.objects.filter(auction=room.id).count() < 20


def test_a_blind_buyer_writes_to_an_alias_over_http_too() -> None:
    room = open_room(2, blind=True)
    supplier = room.suppliers[0]
    alias = surroundings(room.auction).alias(supplier.seat)
    assert alias != supplier.seat

    answer = token_client(room.buyer.actor).post(
        f"/api/v1/auctions/{room.id}/messages/",
        {"text": "Which mill?", "to": alias},
        HTTP_IDEMPOTENCY_KEY="m",
    )

    assert answer.status_code == 201, answer.json()
    notes = token_client(supplier.actor).get(f"/api/v1/auctions/{room.id}/").json()["notes"]
    assert [note["text"] for note in notes] == ["Which mill?"]
