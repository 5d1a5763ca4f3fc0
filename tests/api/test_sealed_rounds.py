"""Sealed rounds over HTTP: the keys of every round, the office's copy, the snapshot, the page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from auctions.domain.terms import Format, SealedRoundsTerms, SoftClose
from auctions.realtime.process import ready_gate, stop_gate
from crm_core.companies.models import Role
from kernel import sealing
from kernel.clock import utc_now
from tests.api.sealed import WRAPPED, ask
from tests.rooms import Room, Supplier, company, open_room

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = [
    {"public_key": sealing.public_key_of(number.to_bytes(32)).hex(), "wrapped": WRAPPED}
    for number in (7, 8)
]


@pytest.fixture
def room() -> Iterator[Room]:
    gate = ready_gate()
    made = open_room(
        2,
        format=Format.SEALED_ROUNDS,
        sealed_rounds=SealedRoundsTerms(rounds=2),
        soft_close=SoftClose(window=timedelta(0), reset=timedelta(0)),
    )
    made.everyone_accepts(gate)
    time.sleep(max(0.0, (made.terms.starts_at - utc_now()).total_seconds() + 0.05))
    yield made
    stop_gate()


def test_the_keys_of_every_round_are_set_at_once(room: Room) -> None:
    keeper = company(Role.ARBITER, operates=True)
    for bad in ([], KEYS[:1], [{"public_key": "zz", "wrapped": WRAPPED}] * 2, [{}], "x", KEYS * 6):
        found = ask(keeper, room, "sealing/round-keys/", {"keys": bad})
        assert found.status_code in (400, 422), found.json()
    stranger = company(Role.BIDDER, sells=True)
    assert ask(stranger, room, "sealing/round-keys/", {"keys": KEYS}).status_code == 404
    assert ask(room.buyer, room, "sealing/round-keys/", {"keys": KEYS}).status_code == 403
    made = ask(keeper, room, "sealing/round-keys/", {"keys": KEYS})
    assert (made.status_code, made.json()["round"], made.json()["rounds"]) == (200, 1, 2)
    again = ask(keeper, room, "sealing/round-keys/", {"keys": KEYS})
    assert (again.status_code, again.json()["code"]) == (409, "auction.sealing_key_exists")

    copy = ask(room.buyer, room, "sealing/office-key/").json()
    assert copy["key"] == copy["keys"][0]
    assert len(copy["keys"]) == 2
    lot = ask(room.suppliers[0], room, "").json()["lots"][0]
    assert lot["sealed"]["auditor_key"] == KEYS[0]["public_key"]
    assert (lot["rounds"]["round"], lot["rounds"]["rounds"], lot["rounds"]["own"]) == (1, 2, [])
    assert lot["rounds"].get("ended") is None
    buyer = ask(room.buyer, room, "").json()["lots"][0]
    assert (buyer["rounds"]["ended"], buyer["rounds"].get("own")) == ([], None)


def test_the_pages_say_which_round_it_is(room: Room) -> None:
    def page(person: Supplier, name: str) -> Any:
        made = Client()
        made.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
        return made.get(reverse(f"auctions:{name}", args=[room.id]))

    keeper = company(Role.ARBITER, operates=True)
    assert b"one for each round" in page(keeper, "opening").content
    assert ask(keeper, room, "sealing/round-keys/", {"keys": KEYS}).status_code == 200
    buyer = page(room.buyer, "opening")
    assert b"The deadline of round 1 has passed" in buyer.content
    assert b"Your copy of the office keys" in buyer.content
    assert b'id="rounds"' in page(room.buyer, "console").content
    own = page(room.suppliers[0], "room")
    assert b'id="rounds-own"' in own.content
