"""The hub: the read side of the live protocol, one per process.

It pulls. A signal from another process through Valkey, or the look at the heads of all watched
auctions once a second, wakes an auction's one reader, which takes what follows from the ledger.
What the gate of this process wrote is handed over, and read only where it does not continue what
is known here. Nothing can be lost between a commit and its telling; without Valkey
viewers are at most a second late.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
import redis.asyncio
from channels.db import database_sync_to_async
from django.conf import settings
from redis import RedisError

from auctions.domain.rules import automatic_pause
from auctions.domain.state import EMPTY, AuctionState
from auctions.domain.visibility import Role, Viewer
from auctions.ledger.codec import Entry
from auctions.models import Auction
from auctions.realtime import messages as m
from auctions.realtime import signals
from auctions.realtime.connections import Connections
from auctions.realtime.handover import Handover
from auctions.realtime.mailbox import Mailbox
from auctions.realtime.outgoing import Round, told
from auctions.realtime.presence import Presence, Seen
from auctions.realtime.process import gate
from auctions.realtime.reading import Reader
from auctions.realtime.recheck import Rechecks
from auctions.realtime.rendering import Surroundings
from auctions.realtime.watch import Watch
from auctions.services.policies import surroundings

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
BEAT_EVERY = 5.0
LONGEST_PAUSE = 5.0
BEATS_WITHOUT_DATABASE = 10.0
PRESENCE_ROUNDS = 2  # looks between two writes of presence


class Hub:
    """Follows the auctions that somebody watches in this process."""

    def __init__(self, *, valkey: bool = True, now: Callable[[], datetime] | None = None) -> None:
        self._reader = Reader()
        self._watches: dict[UUID, Watch] = {}
        self._users: dict[UUID, int] = {}
        self._loop = asyncio.get_running_loop()
        self._now = now or gate().stamps.now
        self._looked = time.monotonic()
        self.presence = Presence()
        self.connections = Connections(
            now=self._now, shared=self.presence.is_shared, held=self._held_by_losses
        )
        self.rechecks = Rechecks(self._known_state)
        self.answers = Handover(self._loop)
        self._shown_presence: dict[UUID, m.Presence] = {}
        self._rounds = 0
        self._listener = self._heard_here
        signals.listen(self._listener)
        self._tasks = [
            asyncio.create_task(self._look_forever(), name="hub look"),
            asyncio.create_task(self._show_presence_forever(), name="hub presence"),
            asyncio.create_task(self.rechecks.run(), name="hub rechecks"),
            asyncio.create_task(self.connections.run(), name="hub connections"),
        ]
        if valkey:
            self._tasks.append(asyncio.create_task(self._listen(), name="hub listen"))

    async def close(self) -> None:
        """Follow nothing any more."""
        signals.unlisten(self._listener)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for watch in list(self._watches.values()):
            await watch.stop()
        self._watches.clear()
        await self.connections.close()
        await self.presence.close()
        await asyncio.to_thread(self._reader.close)

    # Sockets ------------------------------------------------------------------------------

    async def join(self, auction_id: UUID, viewer: Viewer, mailbox: Mailbox, you: m.You) -> None:
        """Welcome a socket; it hears everything after its welcome."""
        watch = self._hold(auction_id)
        try:
            await watch.join(viewer, mailbox, you)
        except BaseException:
            await self._let_go(auction_id)
            raise

    async def leave(self, auction_id: UUID, viewer: Viewer, mailbox: Mailbox) -> None:
        """A socket that joined is gone."""
        watch = self._watches.get(auction_id)
        if watch is not None:
            watch.leave(viewer, mailbox)
            await self._let_go(auction_id)

    async def refresh(self, auction_id: UUID, viewer: Viewer, mailbox: Mailbox, you: m.You) -> None:
        """Send the socket a whole snapshot."""
        watch = self._watches.get(auction_id)
        if watch is not None:
            await watch.refresh(viewer, mailbox, you)

    def around(self, auction_id: UUID) -> Surroundings:
        """The surroundings of an auction that a socket has joined."""
        return self._watches[auction_id].around

    def commands_per_second(self, auction_id: UUID) -> int:
        """How fast the terms of an auction that a socket has joined let a party be."""
        return self._watches[auction_id].state.rules.commands_per_second

    def _known_state(self, auction_id: UUID) -> AuctionState | None:
        watch = self._watches.get(auction_id)
        return None if watch is None or watch.state is EMPTY else watch.state

    def _hold(self, auction_id: UUID) -> Watch:
        watch = self._watches.get(auction_id)
        if watch is None:
            watch = Watch(auction_id, self._reader, _surroundings, self._now)
            self._watches[auction_id] = watch
            watch.start()
        self._users[auction_id] = self._users.get(auction_id, 0) + 1
        return watch

    async def _let_go(self, auction_id: UUID) -> None:
        left = self._users[auction_id] = self._users[auction_id] - 1
        if left == 0:
            del self._users[auction_id]
            self._shown_presence.pop(auction_id, None)
            await self._watches.pop(auction_id).stop()

    def connected(
        self, auction_id: UUID, seat: str, socket: object, rtt_ms: float | None = None
    ) -> None:
        """A socket of that seat is there; ``rtt_ms`` is what its client measured last."""
        self.presence.enter(auction_id, seat, socket, Seen(rtt_ms), self._now())

    def _held_by_losses(self) -> list[UUID]:
        """The watched auctions that an automatic pause holds."""
        return [
            auction_id
            for auction_id, watch in list(self._watches.items())
            if automatic_pause.held(watch.state)
        ]

    def sockets(self) -> Counter[Role]:
        """How many sockets follow an auction here, by what they may see. From any thread."""
        found: Counter[Role] = Counter()
        for watch in list(self._watches.values()):
            for viewer, audience in list(watch.audiences.items()):
                found[viewer.role] += len(audience.mailboxes)
        return found

    # Being woken --------------------------------------------------------------------------

    def _heard_here(self, auction_id: UUID, entries: Sequence[Entry]) -> None:
        if auction_id in self._watches and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, auction_id, entries)

    def _wake(self, auction_id: UUID, entries: Sequence[Entry] = ()) -> None:
        watch = self._watches.get(auction_id)
        if watch is not None:
            watch.wake(entries)

    async def _listen(self) -> None:
        """Hear the signals of other processes; with Valkey away, try again."""
        pause = 0.2
        while True:
            client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
            try:
                async with client.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await pubsub.subscribe(signals.channel())
                    pause = 0.2
                    while True:
                        message = await pubsub.get_message(timeout=5)
                        if message is not None:
                            self._heard(message["data"].decode("ascii", "replace"))
            except (RedisError, OSError) as error:
                log.warning("no signals from other processes: %s", error)
            finally:
                await client.aclose()
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    def _heard(self, body: str) -> None:
        if body == signals.HURRY:
            gate().lease.hurry()
            return
        try:
            auction_id = signals.grown_elsewhere(body)
        except ValueError:
            log.warning("a signal that is none: %r", body[:80])
            return
        if auction_id is not None:
            self._wake(auction_id)

    async def _look_forever(self) -> None:
        beat_at = time.monotonic() + BEAT_EVERY
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self._look()
                if time.monotonic() >= beat_at:
                    beat_at = time.monotonic() + BEAT_EVERY
                    await self._beat()
            except Exception:
                log.exception("the hub's look failed")

    async def _show_presence_forever(self) -> None:
        """Apart from the look: a Valkey that answers late must not hold standings up."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self._show_presence()
            except Exception:
                log.exception("presence cannot be shown")

    async def _look(self) -> None:
        """Wake whoever is behind its ledger, and judge the lag of every socket."""
        now = self._now()
        watched = list(self._watches)
        if watched:
            try:
                heads = await self._loop.run_in_executor(
                    self._reader.pool, partial(self._reader.heads, watched)
                )
                self._looked = time.monotonic()
            except psycopg.Error as error:
                log.warning("the heads cannot be read: %s", error)
                heads = []
            for auction_id, seq, checkpoints in heads:
                watch = self._watches.get(auction_id)
                if watch and (seq > watch.state.seq or checkpoints > watch.checkpoints):
                    watch.wake()
        for watch in list(self._watches.values()):
            watch.look(now)
            for audience in list(watch.audiences.values()):
                for mailbox in list(audience.mailboxes):
                    mailbox.look()

    async def _show_presence(self) -> None:
        """Share who is here, and tell buyers who is anywhere, when it changed."""
        now = self._now()
        self._rounds += 1
        if self._rounds % PRESENCE_ROUNDS == 0:
            await self.presence.write(now)
        for auction_id, watch in list(self._watches.items()):
            audience = watch.audiences.get(Viewer(Role.BUYER))
            if audience is None:
                self._shown_presence.pop(auction_id, None)
                continue
            latest = await self.presence.message(auction_id, now)
            shown = self._shown_presence.get(auction_id)
            newcomers = audience.take_newcomers()
            changed = shown is None or (shown.connected, shown.seats) != (
                latest.connected, latest.seats
            )  # fmt: skip
            mailboxes = audience.in_turn() if changed else list(newcomers)
            if mailboxes:
                await Round().give(mailboxes, Mailbox.presence, told([latest]))
            self._shown_presence[auction_id] = latest

    async def _beat(self) -> None:
        """The cursor is worth telling only while the database confirms it."""
        if self._watches and time.monotonic() - self._looked > BEATS_WITHOUT_DATABASE:
            return
        now = self._now()
        for watch in list(self._watches.values()):
            await watch.heartbeat(now)


@partial(database_sync_to_async, thread_sensitive=False)
def _read_surroundings(auction_id: UUID) -> Surroundings:
    return surroundings(Auction.objects.get(pk=auction_id))


async def _surroundings(auction_id: UUID) -> Surroundings:
    return await _read_surroundings(auction_id)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of this process (of the running event loop), made on first use."""
    loop = asyncio.get_running_loop()
    found = _hubs.get(loop)
    if found is None:
        found = _hubs[loop] = Hub()
    return found


def running_hubs() -> list[Hub]:
    """The hubs that were needed yet, one per event loop. From any thread."""
    return list(_hubs.values())


async def close_hub() -> None:
    """Close the running loop's hub, if there is one."""
    found = _hubs.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()
