"""The one gate of this process."""

from __future__ import annotations

import atexit
import threading
import time

from django.conf import settings

from auctions.realtime import signals
from auctions.realtime.apart import DeciderApart
from auctions.realtime.deciding_process import DecidingProcess, deciding_process, end_deciding
from auctions.realtime.gate import Gate

LOOK_EVERY = 0.02

_mutex = threading.Lock()
_gate: Gate | None = None
_apart: DecidingProcess | None = None


def gate() -> Gate:
    """The gate of this process, started on first use. From any thread."""
    global _gate
    if _gate is None:
        with _mutex:
            if _gate is None:
                made = _made()
                made.start()
                atexit.register(stop_gate)
                _gate = made
    return _gate


def _made() -> Gate:
    """Deciding by itself, or by a process apart where the settings say so."""
    global _apart
    if not settings.GATE_PROCESS:
        return Gate(appended=signals.appended, waiting=signals.hurry)
    apart = _apart = deciding_process()
    return Gate(
        appended=signals.appended,
        waiting=signals.hurry,
        deciding=lambda number: DeciderApart(apart, number),
    )


def running_gate() -> Gate | None:
    """The gate of this process, if it was needed yet."""
    return _gate


def is_ready() -> bool:
    """Whether the gate of this process takes commands now and can have them decided; started if it
    was not needed yet. Returns at once."""
    found = gate()
    return found.lease.held and (_apart is None or _apart.ready())


def ready_gate(seconds: float = 5.0) -> Gate:
    """The gate of this process, once it is ready (or the time is up). Blocks."""
    until = time.monotonic() + seconds
    found = gate()
    found.lease.wait_until_held(seconds)
    while not is_ready() and time.monotonic() < until:
        time.sleep(LOOK_EVERY)
    return found


def stop_gate() -> None:
    """Decide what is waiting and end; the next use starts another."""
    global _gate, _apart
    with _mutex:
        ended, _gate = _gate, None
        apart, _apart = _apart, None
    if ended is not None:
        ended.stop()
    if apart is not None:
        end_deciding()
