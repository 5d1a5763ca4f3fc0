"""Web processes as the tests of boundaries need them: gates whose stamps and course are given."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from auctions.domain.commands import Officer, Pause, Withdraw
from auctions.models import Auction
from auctions.realtime.gate import Gate
from auctions.realtime.stamps import Stamps
from kernel.clock import utc_now
from tests.rooms import PATIENCE, Room, Supplier

MILLISECOND = timedelta(milliseconds=1)
HELD = 0.3  # seconds in which a command that is not held would long have been decided


class Valve:
    """Holds a gate's transactions back until it is opened."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()

    def shut(self) -> None:
        self.open.clear()

    def pass_through(self, _: Any) -> None:
        assert self.open.wait(PATIENCE)


class GivenStamps(Stamps):
    """Stamps that a test gives for its next commands; the clock's own to everybody else."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[datetime] = []
        self._test = threading.current_thread()

    def now(self) -> datetime:
        mine = self.given and threading.current_thread() is self._test
        return self.given.pop(0) if mine else super().now()


@dataclass(slots=True)
class Process:
    """A gate that can be given stamps, be held back, fail once and be cut off."""

    gate: Gate
    stamps: GivenStamps
    valve: Valve
    cut_off: threading.Event
    broken: threading.Event

    def at(self, moment: datetime) -> Gate:
        """The gate, about to receive a command at that moment."""
        self.stamps.given.append(moment)
        return self.gate


def sleep_until(moment: datetime) -> None:
    time.sleep(max(0.0, (moment - utc_now()).total_seconds()))


def bid(gate: Gate, room: Room, supplier: Supplier, amount: str) -> Future[Any]:
    return gate.submit(room.bid(supplier, amount), auction_id=room.id, party=supplier.party)


def standing_still(process: Process) -> datetime:
    """Keep the watermark of ``process`` where it is; a moment that it has not come past."""
    process.cut_off.set()
    time.sleep(0.1)  # a renewal that was under way
    return utc_now()


def pause(gate: Gate, room: Room, ref: str = "p") -> Future[Any]:
    command = Pause(reason="question", by=Officer.BUYER, ref=ref)
    return gate.submit(command, auction_id=room.id, party=room.officer)


def announced(room: Room) -> list[Any]:
    return Auction.objects.values_list("boundaries", flat=True).get(pk=room.id) or []


def wait_until_announced(room: Room, count: int = 1) -> None:
    until = time.monotonic() + 5
    while len(announced(room)) != count:
        assert time.monotonic() < until, announced(room)
        time.sleep(0.01)


def withdraw(gate: Gate, room: Room, of: Supplier, ref: str = "w") -> Future[Any]:
    command = Withdraw(seat=of.seat, lot=1, ref=ref)
    return gate.submit(command, auction_id=room.id, party=of.party)


def happened(room: Room, kind: str) -> Any:
    return next(entry for entry in room.entries() if entry.kind == kind)
