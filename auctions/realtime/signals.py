"""Telling hubs that an auction's ledger grew.

Within the process the hub is called, and handed what its own gate wrote. Other processes hear it
through one Valkey channel, by a signal that carries the auction's id and its sender's, and read
the ledger. A signal may be lost: every hub looks at the heads of the auctions it watches once a
second anyway.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

import redis
from django.conf import settings

from auctions.ledger.codec import Entry

log = logging.getLogger(__name__)

HURRY = "hurry"  # a gate waits for the others' watermarks
TIMEOUT = 0.3
QUEUE = 10_000

SENDER = uuid4().hex  # of this process: it has no need to hear itself

Listener = Callable[[UUID, Sequence[Entry]], None]
_listeners: list[Listener] = []


def channel() -> str:
    """The Valkey channel all processes of this installation share."""
    return f"{settings.KEY_PREFIX}:auctions"


def listen(listener: Listener) -> None:
    """Have ``listener`` called, on any thread, for every auction that grew in this process; with
    what was written, where that is known."""
    _listeners.append(listener)


def unlisten(listener: Listener) -> None:
    """Stop calling ``listener``."""
    if listener in _listeners:
        _listeners.remove(listener)


def appended(auction_id: UUID, entries: Sequence[Entry] = ()) -> None:
    """An auction's ledger grew, by ``entries`` if they are at hand, and is committed. Returns at
    once."""
    for listener in tuple(_listeners):
        try:
            listener(auction_id, entries)
        except Exception:
            log.exception("a listener failed")
    _publisher.send(f"{auction_id} {SENDER}")


def grown_elsewhere(body: str) -> UUID | None:
    """The auction that a signal speaks of; None where this process sent it. Raises ValueError."""
    auction_id, _, sender = body.partition(" ")
    return None if sender == SENDER else UUID(auction_id)


def hurry() -> None:
    """Ask all gates to publish their watermarks now."""
    _publisher.send(HURRY)


class _Publisher:
    """Publishes on a thread of its own, so that a slow Valkey never holds a gate up."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._mutex = threading.Lock()
        self._thread: threading.Thread | None = None

    def send(self, body: str) -> None:
        if self._queue.qsize() > QUEUE:
            return
        self._queue.put(body)
        if self._thread is None or not self._thread.is_alive():
            with self._mutex:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(
                        target=self._run, name="auction-signals", daemon=True
                    )
                    self._thread.start()

    def _run(self) -> None:
        client = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
        )
        while True:
            bodies = {self._queue.get()}
            while not self._queue.empty():
                bodies.add(self._queue.get())
            try:
                for body in bodies:
                    client.publish(channel(), body)
            except (redis.RedisError, OSError):
                log.debug("no signal sent: Valkey is away")


_publisher = _Publisher()
