"""A tap on the relay's shoulder, so that it need not wait for its next poll.

The tap carries nothing and may be lost: the relay polls anyway.
"""

from __future__ import annotations

import logging
import time
from functools import cache
from typing import Any

import redis
from django.conf import settings

log = logging.getLogger(__name__)


def _channel() -> str:
    return f"{settings.KEY_PREFIX}:relay"


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.2, socket_timeout=0.2)


def relay() -> None:
    """Wake the relay; without Valkey, do nothing."""
    try:
        _client().publish(_channel(), b"1")
    except redis.RedisError:
        log.debug("relay not nudged: Valkey is away")


class Listener:
    """Waits for a tap, or for the time to pass."""

    def __init__(self) -> None:
        self._pubsub: Any = None

    def wait(self, seconds: float) -> None:
        """Return after ``seconds``, or earlier on a tap."""
        until = time.monotonic() + seconds
        try:
            if self._pubsub is None:
                self._pubsub = redis.Redis.from_url(
                    settings.REDIS_URL, socket_connect_timeout=0.2
                ).pubsub(ignore_subscribe_messages=True)
                self._pubsub.subscribe(_channel())
            while (left := until - time.monotonic()) > 0:
                if self._pubsub.get_message(timeout=left) is not None:
                    return
        except redis.RedisError:
            self._pubsub = None
            time.sleep(max(0.0, until - time.monotonic()))
