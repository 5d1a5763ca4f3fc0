"""The ASGI application for the negative control of the race: an acceptance does not stop the clock.

The product has no such setting: this module changes its own process, and builds its gate itself.
"""

from __future__ import annotations

import atexit
from dataclasses import replace
from typing import Any

from asgi import application
from auctions.domain import evolve
from auctions.domain.events import LevelAccepted
from auctions.domain.state import AuctionState
from auctions.realtime import process, signals
from auctions.realtime.gate import Gate

__all__ = ["application"]

_stopped = evolve._REDUCERS[LevelAccepted]


def _unstopped(state: AuctionState, event: Any, seq: int) -> AuctionState:
    after = _stopped(state, event, seq)
    lot = after.lots[event.lot]
    assert lot.levels is not None
    running = replace(lot, levels=replace(lot.levels, stops_at=None))
    return replace(after, lots={**after.lots, lot.number: running})


evolve._REDUCERS[LevelAccepted] = _unstopped
process._gate = Gate(appended=signals.appended, waiting=signals.hurry)
process._gate.start()
atexit.register(process.stop_gate)
