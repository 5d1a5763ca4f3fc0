"""Automatic bids on PostgreSQL: one batch, nothing told at rest, opened and checked at the end."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from auctions.domain.commands import Cancel, Officer
from auctions.domain.state import EMPTY
from auctions.domain.terms import AutomaticBids, SoftClose
from auctions.domain.visibility import Role, Viewer
from auctions.ledger.disclosure import Scope
from auctions.ledger.disclosure import Viewer as Reader
from auctions.ledger.exports import export_ledger
from auctions.ledger.report import Level
from auctions.ledger.store import read_after
from auctions.ledger.verify import verify
from auctions.outbid import cascade, states
from auctions.realtime import messages as m
from auctions.realtime import reading
from auctions.realtime.messages import Ack, Refused
from auctions.realtime.process import gate, stop_gate
from auctions.realtime.reading import steps_after
from auctions.realtime.rendering import Renderer
from auctions.realtime.wire import command_of
from auctions.selectors import load
from auctions.services.own_bids import own_bids
from auctions.services.policies import place_of, surroundings
from infra.keys import key_ring
from kernel.clock import utc_now
from tests.rooms import Room, Supplier, open_room
from tests.whole_database import everything_kept, tells

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "873.51"


@pytest.fixture
def running() -> Iterator[Room]:
    yield running_room()
    stop_gate()
    connection.close_pool()


def running_room(**terms: Any) -> Room:
    room = open_room(3, automatic_bids=AutomaticBids(), **terms)
    room.everyone_accepts(gate())
    time.sleep(0.6)
    return room


def limit(
    room: Room, supplier: Supplier, amount: str, *, ref: str = "", retyped: str | None = None
) -> Ack | Refused:
    message = m.SetLimit(ref=ref or room.ref(), lot=1, amount=amount, retyped=retyped)
    command = command_of(message, supplier.party, room.id)
    return gate().submit(command, auction_id=room.id, party=supplier.party).result(20)


def end(room: Room) -> None:
    """Let the lot close by itself."""
    for _ in range(200):
        if not load(room.id).phase.is_open:
            return
        time.sleep(0.1)
        tick(room)
    raise AssertionError("still open")


def tick(room: Room) -> None:
    from django.db import transaction

    from auctions.realtime.batch import decide_in_transaction

    with transaction.atomic(), connection.cursor() as cursor:
        decide_in_transaction(cursor, room.id, [], ticks_until=utc_now())


def exported(room: Room, viewer: Reader) -> bytes:
    with connection.cursor() as cursor:
        return export_ledger(cursor, key_ring(), room.id, viewer)


def test_a_cascade_is_one_batch_and_one_standing(
    running: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _ = running.suppliers
    assert isinstance(running.place(gate(), first, "990.00"), Ack)
    assert isinstance(limit(running, first, SECRET), Ack)
    assert isinstance(running.place(gate(), second, "900.00"), Ack)
    bid, automatic = running.entries()[-2:]
    assert (bid.kind, automatic.kind) == ("bid_placed", "automatic_bid_placed")
    assert automatic.recorded_at == bid.recorded_at
    assert automatic.body["received_at"] == bid.body["received_at"]
    assert automatic.body["cause"] == bid.seq
    assert automatic.body["seat"] == first.seat
    assert Decimal(automatic.body["amount"]) < 900
    with connection.cursor() as cursor:
        steps = steps_after(cursor, running.id, EMPTY)
    for page in (1, 2, 3):  # wherever a page of the ledger ends
        monkeypatch.setattr(reading, "read_after", partial(read_after, limit=page))
        with connection.cursor() as cursor:
            assert steps_after(cursor, running.id, EMPTY) == steps
    # How it stood between them is nothing that anybody was shown.
    assert steps[-2].after == steps[-1].after == load(running.id)
    assert steps[-1].before == steps[-2].before
    assert cascade(running.id, bid.seq) == cascade(running.id, automatic.seq) == (
        bid.seq, automatic.seq
    )  # fmt: skip
    before, after = states.around(running.id, bid.seq, running.auction.rules_version)
    assert (before.seq, after.seq) == (bid.seq - 1, automatic.seq)


def test_nothing_kept_or_shown_to_others_tells_the_limit_or_that_there_is_one(
    running: Room, caplog: pytest.LogCaptureFixture
) -> None:
    first, second, _ = running.suppliers
    running.place(gate(), first, "990.00")
    with caplog.at_level("DEBUG"):
        assert isinstance(limit(running, first, SECRET), Ack)
        refused = limit(running, first, "989.99")
        assert isinstance(refused, Refused)
        assert refused.code == "auction.limit_too_high"
        running.place(gate(), second, "950.00")
    assert SECRET not in caplog.text
    kept = everything_kept()
    assert tells(kept, "950.00"), "what is public is there"
    assert not tells(kept, SECRET)
    assert not tells(kept, "989.99")
    others = (
        Viewer(Role.BUYER), Viewer(Role.OBSERVER), Viewer(Role.ADMIN), Viewer(Role.NEUTRAL),
        Viewer(Role.VERIFIER), Viewer(Role.SUPPLIER, second.seat),
    )  # fmt: skip
    around = surroundings(running.auction)
    with connection.cursor() as cursor:
        steps = steps_after(cursor, running.id, EMPTY)
    for viewer in others:
        renderer = Renderer(viewer, around)
        views = [renderer.event(each.before, each.after, each.event) for each in steps]
        told = str(views) + str(renderer.lots(steps[-1].after, utc_now()))
        assert "automatic" not in told
        assert "limit_set" not in told
        assert "LimitView(amount='" not in told
        assert SECRET not in told
    mine = Renderer(Viewer(Role.SUPPLIER, first.seat), around).lots(steps[-1].after, utc_now())
    assert mine[0].own.limit == m.LimitView(amount=SECRET, room=True, left=19)


def test_the_same_request_again_gets_the_first_answer(running: Room) -> None:
    first = running.suppliers[0]
    running.place(gate(), first, "990.00")
    one = limit(running, first, SECRET, ref="again")
    two = limit(running, first, SECRET, ref="again")
    assert isinstance(one, Ack)
    assert isinstance(two, Ack)
    assert (two.leaf, two.repeated) == (one.leaf, True)
    other = limit(running, first, "870.00", ref="again")
    assert isinstance(other, Refused)
    assert other.code == "gate.ref_conflict"
    assert running.kinds().count("bid_limit_set") == 1


@pytest.fixture
def ended() -> Iterator[tuple[Room, list[dict[str, Any]]]]:
    room = running_room(
        length=timedelta(seconds=4),
        soft_close=SoftClose(window=timedelta(0), reset=timedelta(0)),
    )
    first, second, third = room.suppliers
    room.place(gate(), first, "990.00")
    answers = [limit(room, first, SECRET)]
    room.place(gate(), second, "950.00")
    answers.append(limit(room, second, "900.00"))
    room.place(gate(), third, "899.00")
    limit(room, first, "880.00")
    end(room)
    import msgspec

    yield room, [msgspec.to_builtins(each) for each in answers]
    stop_gate()
    connection.close_pool()


def test_the_export_opens_the_limits_and_the_verifier_derives_the_cascade(
    ended: tuple[Room, list[dict[str, Any]]],
) -> None:
    room, receipts = ended
    full = exported(room, Reader(Scope.FULL))
    report = verify(full, receipts=receipts)
    assert report.passed, [each.text for each in report.findings if each.level is Level.FAILED]
    assert any("All 2 receipts" in each.text for each in report.findings)
    opened = [
        each["body"] for each in json.loads(full)["entries"] if each["kind"] == "bid_limit_opened"
    ]
    assert SECRET in {each["amount"] for each in opened}
    own = exported(room, Reader(Scope.PARTICIPANT, room.suppliers[0].seat))
    assert verify(own).passed
    kinds = [each.get("kind") for each in json.loads(own)["entries"]]
    assert kinds.count("bid_limit_opened") == 2  # its own alone
    bids = own_bids(place_of(room.suppliers[0].actor, room.id))
    assert [bid.automatic for bid in bids].count(True) >= 2


def test_an_auction_that_ends_early_opens_no_limit_and_still_verifies(running: Room) -> None:
    first, second, _ = running.suppliers
    running.place(gate(), first, "990.00")
    limit(running, first, SECRET)
    limit(running, second, SECRET)
    running.place(gate(), second, "950.00")
    gate().submit(
        Cancel("no need any more", Officer.BUYER, running.ref()),
        auction_id=running.id,
        party=running.officer,
    ).result(20)
    full = exported(running, Reader(Scope.FULL))
    assert SECRET.encode() not in full
    report = verify(full)
    assert report.passed, [each.text for each in report.findings if each.level is Level.FAILED]
    assert any("1 limits for automatic bids were not opened" in f.text for f in report.findings)


def test_the_same_over_http(running: Room) -> None:
    first, second, _ = running.suppliers
    running.place(gate(), first, "990.00")
    client = Client(headers={"X-Company": str(first.company.pk)})
    client.force_login(first.user, backend="django.contrib.auth.backends.ModelBackend")

    def post(name: str, body: dict[str, Any], ref: str) -> Any:
        return client.post(
            f"/api/v1/auctions/{running.id}/{name}/",
            body,
            content_type="application/json",
            HTTP_IDEMPOTENCY_KEY=ref,
        )

    answer = post("bid-limits", {"lot": 1, "amount": SECRET}, "limit")
    assert answer.status_code == 201
    assert answer.json()["result"] == {"lot": 1}
    assert SECRET not in answer.content.decode()
    own = client.get(f"/api/v1/auctions/{running.id}/").json()["lots"][0]["own"]
    assert own["limit"] == {"amount": SECRET, "room": True, "left": 19}
    running.place(gate(), second, "950.00")
    assert post("bid-limit-ends", {"lot": 1}, "end").status_code == 201
    again = post("bid-limit-ends", {"lot": 1}, "end2")
    assert (again.status_code, again.json()["code"]) == (409, "auction.no_limit")
    bids = client.get(f"/api/v1/auctions/{running.id}/").json()["own_bids"]
    assert [bid["automatic"] for bid in bids] == [False, True]
