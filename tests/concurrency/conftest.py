"""Gates of their own for each test, on the real database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from auctions.clock import AuctionClock
from auctions.realtime.gate import Gate


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
