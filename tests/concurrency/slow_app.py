"""The ASGI application for tests of the row lock: each transaction rests between reading its
auction's row and writing, so that the other process comes between wherever nothing keeps it out.

``ROW_LOCK=off`` reads the row without locking it. The product has no such setting: this module
builds the process's gate itself.
"""

from __future__ import annotations

import atexit
import os
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from asgi import application
from auctions.ledger.store import Head, ask_lock
from auctions.realtime import process, signals
from auctions.realtime.gate import Gate
from tests.concurrency.row_lock import unlocked

__all__ = ["application"]

RESTS = 0.02

_lock = unlocked if os.environ["ROW_LOCK"] == "off" else ask_lock


def _lock_and_rest(cursor: Any, auction_id: UUID) -> Callable[[], Head]:
    head = _lock(cursor, auction_id)

    def rested() -> Head:
        found = head()
        time.sleep(RESTS)
        return found

    return rested


process._gate = Gate(appended=signals.appended, waiting=signals.hurry, lock=_lock_and_rest)
process._gate.start()
atexit.register(process.stop_gate)
