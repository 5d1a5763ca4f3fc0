"""Packages over HTTP: sealed by the example program, replaced, taken back, refused."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from auctions.domain.rules.packages import purpose
from auctions.domain.terms import Format, PackageTerms, SealedTerms, SoftClose
from auctions.realtime.process import ready_gate, stop_gate
from auctions.services import sealing as service
from crm_core.companies.models import Role
from examples.sealed_offer import seal_package
from kernel import sealing
from kernel.clock import utc_now
from tests.api.sealed import AUDITOR, PACKAGE, WRAPPED, ask
from tests.domain.room import lot
from tests.rooms import Room, company, open_room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Iterator[Room]:
    gate = ready_gate()
    made = open_room(
        2,
        lots=(lot(1), lot(2)),
        format=Format.SEALED,
        sealed=SealedTerms(),
        packages=PackageTerms(per_supplier=2),
        soft_close=SoftClose(window=timedelta(0), reset=timedelta(0)),
    )
    made.everyone_accepts(gate)
    time.sleep(max(0.0, (made.terms.starts_at - utc_now()).total_seconds() + 0.05))
    keeper = company(Role.ARBITER, operates=True)
    body = {"public_key": sealing.public_key_of(AUDITOR).hex(), "wrapped": WRAPPED}
    assert ask(keeper, made, "sealing/auditor-key/", body).status_code == 200
    yield made
    stop_gate()


def test_the_example_seals_a_package_that_the_rules_open(room: Room) -> None:
    one, other = room.suppliers
    keys = ask(one, room, "").json()["lots"][0]["sealed"]
    made = seal_package(keys["auditor_key"], keys["office_key"], one.seat, 1, {1: "10.50", 2: "7"})
    body = {"package": 1, "envelope": made["envelope"]}
    first = ask(one, room, "sealed-packages/", body, "p1")
    again = ask(one, room, "sealed-packages/", body, "p1")
    assert (first.status_code, again.status_code) == (201, 200), first.json()
    assert first.json()["result"] == {"package": 1, "fingerprint": made["fingerprint"]}
    assert first.json()["signature"]
    mine = ask(one, room, "").json()["lots"][0]["packages"]["own"]
    assert [(each["package"], each["fingerprint"]) for each in mine] == [(1, made["fingerprint"])]
    assert ask(other, room, "").json()["lots"][0]["packages"]["own"] == []
    assert ask(room.buyer, room, "").json()["lots"][0]["packages"]["sealed"] is None

    office = bytes.fromhex(service.office_key(actor=room.buyer.actor, auction_id=room.id))
    opener = sealing.Opener(AUDITOR, office)
    envelope = bytes.fromhex(made["envelope"])
    text = opener.open(purpose(one.seat, 1), envelope, sealing.LONG_ENVELOPE_BYTES)
    assert json.loads(text) == {"prices": {"1": "10.50", "2": "7"}}

    gone = ask(one, room, "package-withdrawals/", {"package": 1}, "p2")
    assert (gone.status_code, gone.json()["result"]) == (201, {"package": 1})
    assert ask(one, room, "").json()["lots"][0]["packages"]["own"] == []


def test_refusals_are_problems(room: Room) -> None:
    one = room.suppliers[0]
    for number, code in ((0, 422), (3, 422)):  # no discounts here, and two packages at most
        body = {"package": number, "envelope": PACKAGE}
        wrong = ask(one, room, "sealed-packages/", body, f"n{number}")
        assert (wrong.status_code, wrong.json()["code"]) == (code, "auction.package_number")
    short = ask(one, room, "sealed-packages/", {"package": 1, "envelope": "00"}, "s1")
    assert (short.status_code, short.json()["code"]) == (422, "auction.envelope_malformed")
    none = ask(one, room, "package-withdrawals/", {"package": 1}, "s2")
    assert (none.status_code, none.json()["code"]) == (409, "auction.no_package")
    odd = ask(one, room, "sealed-packages/", {"package": "1", "envelope": "00"}, "s3")
    assert odd.status_code == 422
    buyer = ask(room.buyer, room, "sealed-packages/", {"package": 1, "envelope": "00"}, "s4")
    assert buyer.status_code == 403
    stranger = company(Role.BIDDER, sells=True)
    body = {"package": 1, "envelope": "00"}
    assert ask(stranger, room, "sealed-packages/", body, "s5").status_code == 404
