"""Who is connected: told to the buyer, never where the terms are blind.

Each process knows its own sockets and writes them to Valkey every few seconds, where they lapse
by themselves. Without Valkey a buyer sees those of its own process.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import redis.asyncio
from django.conf import settings
from redis import RedisError

from auctions.realtime import messages as m
from kernel.clock import moment_from_wire, moment_to_wire
from kernel.errors import FairfallError
from kernel.ids import new_id

log = logging.getLogger(__name__)

LAPSES_AFTER = timedelta(seconds=12)
KEY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Seen:
    """One seat at one process. ``rtt_ms`` is what the client measured last."""

    rtt_ms: float | None = None
    since: str = ""


def key_of(auction_id: UUID | str) -> str:
    """Where an auction's presence is kept in Valkey: a hash of ``process:seat`` to JSON."""
    return f"{settings.KEY_PREFIX}:presence:{auction_id}"


class Presence:
    """The seats connected to this process, and what other processes say of theirs."""

    def __init__(self) -> None:
        self._process = str(new_id())
        self._here: dict[UUID, dict[str, dict[Any, Seen]]] = {}
        self._written: dict[UUID, set[str]] = {}
        self._client: redis.asyncio.Redis | None = None

    def enter(self, auction_id: UUID, seat: str, socket: Any, seen: Seen, at: datetime) -> None:
        """A socket of that seat is connected, or has measured its round trip anew."""
        sockets = self._here.setdefault(auction_id, {}).setdefault(seat, {})
        before = sockets.get(socket)
        since = moment_to_wire(at) if before is None else before.since
        rtt = seen.rtt_ms if seen.rtt_ms is not None or before is None else before.rtt_ms
        sockets[socket] = Seen(rtt, since)

    def leave(self, auction_id: UUID, seat: str | None, socket: Any) -> None:
        """The socket is gone."""
        seats = self._here.get(auction_id, {})
        if seat is None or seat not in seats:
            return
        seats[seat].pop(socket, None)
        if not seats[seat]:
            del seats[seat]
        if not seats:
            del self._here[auction_id]

    async def message(self, auction_id: UUID, now: datetime) -> m.Presence:
        """Who is connected anywhere, as the buyer is told."""
        seats = dict(await self._elsewhere(auction_id, now))
        for seat, sockets in self._here.get(auction_id, {}).items():
            seats[seat] = _newest(list(sockets.values()))
        told = {
            seat: {"online": True, "rtt_ms": _whole(seen.rtt_ms), "since": seen.since}
            for seat, seen in sorted(seats.items())
        }
        return m.Presence(now=moment_to_wire(now), connected=len(told), seats=told)

    async def is_shared(self) -> bool:
        """Whether Valkey answers, so that what other processes say can be known."""
        try:
            return bool(await self._valkey().ping())
        except (RedisError, OSError):
            return False

    async def write(self, now: datetime) -> None:
        """Tell the other processes who is here; take back who is not any more."""
        touched = set(self._here) | set(self._written)
        if not touched:
            return
        try:
            pipe = self._valkey().pipeline(transaction=False)
            written: dict[UUID, set[str]] = {}
            for auction_id in touched:
                here = self._here.get(auction_id, {})
                key = key_of(auction_id)
                gone = self._written.get(auction_id, set()) - set(here)
                if gone:
                    pipe.hdel(key, *(f"{self._process}:{seat}" for seat in gone))
                for seat, sockets in here.items():
                    seen = _newest(list(sockets.values()))
                    value = {"rtt": seen.rtt_ms, "since": seen.since, "at": moment_to_wire(now)}
                    pipe.hset(key, f"{self._process}:{seat}", json.dumps(value))
                if here:
                    pipe.expire(key, KEY_SECONDS)
                    written[auction_id] = set(here)
            await pipe.execute()
            self._written = written
        except (RedisError, OSError) as error:
            log.debug("presence is not shared: %s", error)

    async def close(self) -> None:
        """Let go of Valkey."""
        if self._client is not None:
            await self._client.aclose()

    async def _elsewhere(self, auction_id: UUID, now: datetime) -> dict[str, Seen]:
        try:
            kept = await self._valkey().hgetall(key_of(auction_id))
        except (RedisError, OSError):
            return {}
        return alive(kept, now, but=self._process)

    def _valkey(self) -> redis.asyncio.Redis:
        if self._client is None:
            self._client = redis.asyncio.Redis.from_url(
                settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5
            )
        return self._client


def alive(kept: dict[bytes, bytes], now: datetime, *, but: str = "") -> dict[str, Seen]:
    """The seats of a presence hash that were confirmed lately."""
    found: dict[str, Seen] = {}
    for name, value in kept.items():
        process, _, seat = name.decode().partition(":")
        try:
            fields = json.loads(value)
            fresh = now - moment_from_wire(fields["at"]) < LAPSES_AFTER
        except (ValueError, KeyError, FairfallError):
            continue
        if fresh and process != but:
            found[seat] = Seen(fields.get("rtt"), fields.get("since", ""))
    return found


def _newest(sockets: list[Seen]) -> Seen:
    """One line for a seat with several sockets: the best round trip, the longest stay."""
    measured = [seen.rtt_ms for seen in sockets if seen.rtt_ms is not None]
    return Seen(min(measured, default=None), min(seen.since for seen in sockets))


def _whole(milliseconds: float | None) -> int | None:
    return None if milliseconds is None else round(milliseconds)


def connected_seats(auction_id: UUID, now: datetime) -> set[str]:
    """The seats with an open socket anywhere; empty where Valkey is away. Blocks briefly."""
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5
    )
    try:
        return set(alive(client.hgetall(key_of(auction_id)), now))
    except (RedisError, OSError):
        return set()
    finally:
        client.close()
