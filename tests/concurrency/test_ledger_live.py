"""A live auction, through gate and clock to its close, is verified from what everyone was given."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.conf import settings
from django.db import connection, transaction

from auctions.clock import AuctionClock
from auctions.domain.commands import BUYER, EVERYONE, PostMessage, Withdraw
from auctions.domain.terms import SoftClose
from auctions.ledger.checkpoints import read_checkpoints
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.exports import export_ledger
from auctions.ledger.report import Level
from auctions.ledger.verify import verify
from auctions.realtime.gate import Gate
from infra.keys import KeyRing
from kernel.clock import utc_now
from tests.rooms import PATIENCE, Room, open_room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock() -> Iterator[AuctionClock]:
    stop = threading.Event()
    made = AuctionClock()
    thread = threading.Thread(target=made.run, args=(stop.is_set, stop.wait))
    thread.start()
    yield made
    stop.set()
    thread.join(5)


def play(gate: Gate) -> tuple[Room, dict[str, list[Any]], list[Any]]:
    """An auction of some seconds with a reserve, refusals, messages and an extension."""
    room = open_room(
        2,
        reserve="920.00",
        length=timedelta(seconds=4),
        soft_close=SoftClose(window=timedelta(seconds=1), reset=timedelta(seconds=1)),
    )
    room.everyone_accepts(gate)
    one, two = room.suppliers
    answers: dict[str, list[Any]] = {one.seat: [], two.seat: []}

    def ask(supplier: Any, command: Any) -> None:
        future = gate.submit(command, auction_id=room.id, party=supplier.party)
        answers[supplier.seat].append(msgspec.to_builtins(future.result(PATIENCE)))

    def say(to: str, text: str) -> None:
        command = PostMessage(BUYER, to, text, room.ref())
        gate.submit(command, auction_id=room.id, party=room.officer).result(PATIENCE)

    time.sleep(max(0.0, (room.terms.starts_at - utc_now()).total_seconds()) + 0.3)
    ask(one, room.bid(one, "1200.00"))  # above the ceiling
    ask(one, room.bid(one, "950.00"))
    ask(two, room.bid(two, "940"))
    ask(two, replace(room.bid(two, "500.00"), retyped=None))  # past the guard
    say(EVERYONE, "Удачи всем")
    say(two.seat, "Is it one delivery?")
    ask(one, PostMessage(one.seat, BUYER, "When is it due?", room.ref()))
    ask(one, Withdraw(one.seat, 9, room.ref()))  # no such lot
    with connection.cursor() as cursor:
        kept = [signed for _, signed in read_checkpoints(cursor, room.id)]  # what the clock took
    assert kept
    deadline = room.terms.starts_at + room.terms.length
    time.sleep(max(0.0, (deadline - utc_now()).total_seconds() - 0.5))
    ask(one, room.bid(one, "910.00"))  # extends
    until = time.monotonic() + 15
    while "closed" not in room.kinds():
        assert time.monotonic() < until, room.kinds()
        time.sleep(0.05)
    ask(two, room.bid(two, "900.00"))  # after the end
    return room, answers, kept


def test_everyone_can_check_it(new_gate: Callable[..., Gate], clock: AuctionClock) -> None:
    room, answers, kept = play(new_gate())
    one, two = room.suppliers
    keys = KeyRing(settings.PLATFORM_KEY_DIR)
    key = keys.signer(room.terms.platform_key).public_key

    for viewer in (
        Viewer(Scope.FULL),
        Viewer(Scope.PARTICIPANT, one.seat),
        Viewer(Scope.PARTICIPANT, two.seat),
        Viewer(Scope.PUBLIC),
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            raw = export_ledger(cursor, keys, room.id, viewer)
        receipts = answers[viewer.seat] if viewer.seat else []
        report = verify(raw, public_key=key, receipts=receipts, checkpoints=kept)
        assert [found for found in report.findings if found.level is Level.FAILED] == []
        told = [found.text for found in report.findings]
        if viewer.scope is Scope.FULL:
            assert f"Lot 1: won by seat {one.seat} at 910.00 EUR a unit." in told
            assert any("4 refused attempts are" in text for text in told)
        if viewer.seat == two.seat:
            assert "All 3 receipts given stand in the chain." in told
