"""Gates of their own for each test, on the real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

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
