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
from tests.services import test_sealed_round_offers as rounds

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


def page_of(person: Supplier, room: Room) -> str:
    made = Client()
    made.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    return str(made.get(reverse("auctions:opening", args=[room.id])).content.decode())


def test_every_round_is_recovered_from_its_line_of_the_sheet() -> None:
    """A lost passphrase, in each of three rounds, as the page asks for it and the API takes it."""
    room = rounds.rounds_room()
    keeper = company(Role.ARBITER, operates=True)
    keys = [{"public_key": each.public_key, "wrapped": WRAPPED} for each in rounds.made_keys()]
    assert ask(keeper, room, "sealing/round-keys/", {"keys": keys}).status_code == 200
    for number in (1, 2, 3):
        for each in room.suppliers:
            rounds.offer(room, each, str(1000 - 100 * number))
        own, *others = [
            rounds.AUDITOR[number - 1],
            *(set(rounds.AUDITOR) - {rounds.AUDITOR[number - 1]}),
        ]
        early = ask(keeper, room, "sealing/hand-over/", {"key": own.hex(), "by_sheet": True})
        assert (early.status_code, early.json()["code"]) == (409, "auction.not_awaiting_opening")
        rounds.due_now(room)
        assert f"The key of round {number} on the recovery sheet" in page_of(keeper, room)
        for wrong in others:
            body = {"key": wrong.hex(), "by_sheet": True}
            found = ask(keeper, room, "sealing/hand-over/", body)
            given = rounds.AUDITOR.index(wrong) + 1
            assert (found.status_code, found.json()["code"], found.json()["field"]) == (
                422, "auction.round_key_differs", "key",
            )  # fmt: skip
            assert found.json()["detail"] == (
                f"This is not the key of round {number}, but that of round {given}."
            )
        found = ask(keeper, room, "sealing/hand-over/", {"key": "ab" * 32, "by_sheet": True})
        assert (found.status_code, found.json()["code"]) == (422, "auction.key_differs")
        assert ask(keeper, room, "sealing/").json()["handed_over"] is None

        typed = " ".join(own.hex().upper()[at : at + 8] for at in range(0, 64, 8))
        told = ask(keeper, room, "sealing/hand-over/", {"key": typed, "by_sheet": True})
        assert (told.status_code, told.json()["handed_over"]) == (200, "recovery"), told.json()
        assert "from the recovery sheet" in page_of(room.buyer, room)
        told = ask(room.buyer, room, "sealing/open/", {})
        assert (told.status_code, told.json()["opened"]) == (200, True), told.json()
        if number < 3:
            rounds.due_now(room)
    assert ask(room.buyer, room, "").json()["lots"][0]["winner"] is not None
