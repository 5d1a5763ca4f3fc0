"""Gates of their own for each test, on the real database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from auctions.clock import AuctionClock
from auctions.realtime.gate import Gate, Hooks
from auctions.realtime.messages import Ack
from tests.concurrency.processes import GivenStamps, Process, Valve, sleep_until
from tests.rooms import Room, open_room


@pytest.fixture
def new_gate() -> Iterator[Callable[..., Gate]]:
    """Starts gates, each standing for one web process, and ends them after the test."""
    started: list[Gate] = []

    def start(**options: Any) -> Gate:
        gate = Gate(**options)
        gate.start()
        assert gate.lease.wait_until_held(10)
        started.append(gate)
        return gate

    yield start
    for gate in started:
        gate.stop(2)


@pytest.fixture
def clock() -> Iterator[AuctionClock]:
    """A clock that runs on a thread of its own."""
    stop = threading.Event()
    made = AuctionClock()
    thread = threading.Thread(target=made.run, args=(stop.is_set, stop.wait))
    thread.start()
    yield made
    stop.set()
    thread.join(5)


@pytest.fixture
def new_process(new_gate: Callable[..., Gate]) -> Callable[..., Process]:
    """Starts gates that can be given stamps, held back, made fail once and cut off."""

    def start(**options: Any) -> Process:
        stamps, valve = GivenStamps(), Valve()
        cut_off, broken = threading.Event(), threading.Event()

        def fail_once(_: UUID) -> None:
            if broken.is_set():
                broken.clear()
                raise RuntimeError("a failure the gate does not know")

        hooks = Hooks(before_transaction=valve.pass_through, before_commit=fail_once)
        gate = new_gate(stamps=stamps, hooks=hooks, lease_stalled=cut_off.is_set, **options)
        return Process(gate, stamps, valve, cut_off, broken)

    return start


@pytest.fixture
def room(new_gate: Callable[..., Gate]) -> Room:
    """A running auction of two suppliers, the second of whom has bid."""
    gate = new_gate()
    opened = open_room(2)
    opened.everyone_accepts(gate)
    sleep_until(opened.terms.starts_at + timedelta(seconds=0.1))
    assert isinstance(opened.place(gate, opened.suppliers[1], "999.00"), Ack)
    gate.stop(2)
    return opened
