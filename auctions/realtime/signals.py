"""Telling hubs that an auction's ledger grew. A signal carries nothing but the auction's id.

Within the process the hub is called; other processes hear it through one Valkey channel. A signal
may be lost: every hub looks at the heads of the auctions it watches once a second anyway.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from uuid import UUID

import redis
from django.conf import settings

log = logging.getLogger(__name__)

HURRY = "hurry"  # a gate waits for the others' watermarks
TIMEOUT = 0.3
QUEUE = 10_000

_listeners: list[Callable[[UUID], None]] = []


def channel() -> str:
    """The Valkey channel all processes of this installation share."""
    return f"{settings.KEY_PREFIX}:auctions"


def listen(listener: Callable[[UUID], None]) -> None:
    """Have ``listener`` called, on any thread, for every auction that grew in this process."""
    _listeners.append(listener)


def unlisten(listener: Callable[[UUID], None]) -> None:
    """Stop calling ``listener``."""
    if listener in _listeners:
        _listeners.remove(listener)


def appended(auction_id: UUID) -> None:
    """An auction's ledger grew and is committed. Returns at once."""
    for listener in tuple(_listeners):
        try:
            listener(auction_id)
        except Exception:
            log.exception("a listener failed")
    _publisher.send(str(auction_id))


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
