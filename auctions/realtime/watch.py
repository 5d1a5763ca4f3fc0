"""One auction as this process watches it: its state, its audiences, its one reader."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import psycopg

from auctions.domain.events import Event, SeatAdmitted
from auctions.domain.state import EMPTY, AuctionState, LotPhase
from auctions.domain.visibility import Viewer
from auctions.ledger.codec import Entry
from auctions.realtime import messages as m
from auctions.realtime import metrics
from auctions.realtime.audience import Audience
from auctions.realtime.mailbox import Mailbox
from auctions.realtime.outgoing import BREATH_EVERY, Round
from auctions.realtime.reading import Reader, replayed
from auctions.realtime.rendering import Renderer, Surroundings
from auctions.realtime.steps import Step, following, steps_from
from auctions.realtime.wire import ENCODER

log = logging.getLogger(__name__)

STANDING_EVERY = 0.05
LEAST_PAUSE = 0.01
RETRY = 0.5
T = TypeVar("T")


class Watch:
    """Reads what follows from the ledger whenever it is woken. Of the event loop's thread only."""

    def __init__(
        self,
        auction_id: UUID,
        reader: Reader,
        surroundings: Callable[[UUID], Awaitable[Surroundings]],
        now: Callable[[], datetime],
    ) -> None:
        self.auction_id = auction_id
        self.state: AuctionState = EMPTY
        self.checkpoints = 0
        self.audiences: dict[Viewer, Audience] = {}
        self.lock = asyncio.Lock()
        # Held while sockets are gone round, so that each hears everything in the same order, and a
        # whole snapshot comes neither before nor after what it holds. Always inside ``lock``.
        self._telling = asyncio.Lock()
        self._history: list[tuple[Entry, Event]] = []
        self._reader = reader
        self._ask_surroundings = surroundings
        self._around: Surroundings | None = None
        self._now = now
        self._handed: list[Entry] = []  # committed by this process's gate, not yet told
        self._unread = False  # whether the ledger may hold what was not handed over
        self._wake = asyncio.Event()
        self._moved = asyncio.Event()
        self._looked_at: datetime | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._catching: set[asyncio.Task[None]] = set()
        self._next: asyncio.Task[None] | None = None  # one that has not begun to read

    @property
    def around(self) -> Surroundings:
        if self._around is None:
            raise RuntimeError("the auction was not read yet")
        return self._around

    def wake(self, entries: Sequence[Entry] = ()) -> None:
        """The ledger grew by ``entries``, which are committed; without them, it may have grown."""
        if entries:
            self._handed += entries
        else:
            self._unread = True
        self._wake.set()

    def start(self) -> None:
        """Begin to follow."""
        self._tasks = [
            asyncio.create_task(self._follow(), name=f"follow {self.auction_id}"),
            asyncio.create_task(self._show(), name=f"show {self.auction_id}"),
        ]

    async def stop(self) -> None:
        """Follow no more."""
        tasks = [*self._tasks, *self._catching]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # Coming and going ---------------------------------------------------------------------

    async def join(self, viewer: Viewer, mailbox: Mailbox, you: m.You) -> None:
        """Put the welcome into the mailbox and let it hear whatever follows."""
        # Apart from this socket: should it be gone halfway, the others must still be told.
        await asyncio.shield(self._catching_up())
        async with self.lock:
            audience = self.audiences.get(viewer)
            if audience is None:
                audience = await self._new_audience(viewer)
            refused = await self._refused(audience)
            async with self._telling:
                # The others are shown it now, or points that the snapshot has would follow it. All
                # at once: should this socket be gone halfway, they would not be told.
                standing = audience.stand(self.state, self._now())
                if standing is not None:
                    for each in audience.in_turn():
                        each.standing(standing)
                snapshot = audience.snapshot(self.state, self._now(), you, refused)
                welcome = m.Welcome(
                    protocol="fairfall.v1",
                    now=snapshot.now,
                    you=you,
                    cursor=snapshot.cursor,
                    snapshot=snapshot,
                )
                mailbox.whole(ENCODER.encode(welcome), snapshot.cursor)
                # The last other socket of this audience may have left and taken it along.
                self.audiences[viewer] = audience
                audience.add(mailbox)

    async def refresh(self, viewer: Viewer, mailbox: Mailbox, you: m.You) -> None:
        """Put a whole snapshot into the mailbox."""
        async with self.lock:
            audience = self.audiences.get(viewer)
            if audience is None or mailbox not in audience.mailboxes:
                return
            refused = await self._refused(audience)
            async with self._telling:
                snapshot = audience.snapshot(self.state, self._now(), you, refused)
                mailbox.whole(ENCODER.encode(snapshot), snapshot.cursor)

    def leave(self, viewer: Viewer, mailbox: Mailbox) -> None:
        """Let the mailbox hear no more; the last one takes its audience along."""
        audience = self.audiences.get(viewer)
        if audience is not None:
            audience.remove(mailbox)
            if not audience.mailboxes:
                del self.audiences[viewer]

    async def _new_audience(self, viewer: Viewer) -> Audience:
        audience = Audience(Renderer(viewer, self.around))
        await self._in_pool(audience.recall, replayed(self._history), self.checkpoints)
        return audience

    async def _refused(self, audience: Audience) -> list[m.OwnBid]:
        seat = audience.renderer.viewer.seat
        if seat is None:
            return []
        return await self._in_pool(self._reader.refused_bids, self.auction_id, seat)

    async def _in_pool(self, call: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reader.pool, call, *arguments)

    # Following ----------------------------------------------------------------------------

    async def _follow(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                async with self.lock:
                    await self._advance()
            except psycopg.Error as error:
                log.warning("auction %s cannot be read: %s", self.auction_id, error)
                await asyncio.sleep(RETRY)
                self.wake()
            except Exception:
                log.exception("auction %s cannot be followed", self.auction_id)
                await asyncio.sleep(RETRY)

    def _catching_up(self) -> asyncio.Task[None]:
        """A task of the watch's own that takes in all that the ledger holds from now on; those who
        come before it has begun to read share it."""
        if self._next is None:
            self._next = asyncio.create_task(self._caught_up(), name=f"catch up {self.auction_id}")
            self._catching.add(self._next)
            self._next.add_done_callback(self._has_caught_up)
        return self._next

    async def _caught_up(self) -> None:
        async with self.lock:
            self._next = None
            self._unread = True
            await self._advance()

    def _has_caught_up(self, task: asyncio.Task[None]) -> None:
        """A failure is told to whoever joins; should all of them be gone, to nobody."""
        self._catching.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.wake()

    async def _advance(self) -> None:
        """Take in what was handed over or follows in the ledger, and tell every audience. Under
        the lock."""
        handed, self._handed = self._handed, []
        unread, self._unread = self._unread, False
        continued = None if unread else following(handed, self.state.seq)
        signed: list[dict[str, Any]] = []
        if continued is not None:
            steps = steps_from(self.state, continued)
        else:
            steps = await self._in_pool(self._reader.steps, self.auction_id, self.state)
            signed = await self._in_pool(
                self._reader.checkpoints, self.auction_id, self.checkpoints
            )
        follows = self._around is not None  # else what was read is history, and late for nobody
        if self._around is None or any(isinstance(step.event, SeatAdmitted) for step in steps):
            self._around = await self._ask_surroundings(self.auction_id)
            for audience in self.audiences.values():
                audience.renderer.around = self._around
        if not steps and not signed:
            return
        self._history += [(step.entry, step.event) for step in steps]
        if steps:
            self.state = steps[-1].after
        self.checkpoints += len(signed)
        async with self._telling:
            await self._tell(steps, signed)
        if steps and follows:
            lag = (self._now() - steps[0].entry.recorded_at).total_seconds()
            metrics.HUB_LAG.observe(max(0.0, lag))
        self._moved.set()

    async def _tell(self, steps: Sequence[Step], signed: Sequence[dict[str, Any]]) -> None:
        """Tell every audience; each socket gets what belongs together in one write."""
        now, going = self._now(), Round()
        for audience in self._in_turn():
            try:
                rest: Sequence[Step] = audience.of_interest(steps)
                while True:
                    part, rest = rest[:BREATH_EVERY], rest[BREATH_EVERY:]
                    events = audience.tell(part, () if rest else signed, now)
                    if events is not None:
                        await going.give(audience.in_turn(), Mailbox.events, events)
                    await going.worked(len(part))
                    if not rest:
                        break
            except Exception:
                self._send_back(audience)

    def _in_turn(self) -> list[Audience]:
        audiences = list(self.audiences.values())
        random.shuffle(audiences)
        return audiences

    def _send_back(self, audience: Audience) -> None:
        """An audience that failed halfway is forgotten; its sockets come back and get all anew."""
        viewer = audience.renderer.viewer
        log.exception("auction %s cannot be told to %s", self.auction_id, viewer)
        if self.audiences.get(viewer) is audience:
            del self.audiences[viewer]
        for mailbox in audience.dissolve():
            mailbox.send_back()

    async def _show(self) -> None:
        """Standings, at most twenty a second; the latest wins."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            began = time.monotonic()
            async with self._telling:
                going = Round()
                for audience in self._in_turn():
                    try:
                        with metrics.RENDER.time():
                            standing = audience.stand(self.state, self._now())
                        if standing is not None:
                            await going.give(audience.in_turn(), Mailbox.standing, standing)
                        await going.worked(1)
                    except Exception:
                        self._send_back(audience)
            # Twenty a second also where a pass takes long; the others get their turn in any case.
            left = began + STANDING_EVERY - time.monotonic()
            await asyncio.sleep(max(LEAST_PAUSE, left))

    def look(self, now: datetime) -> None:
        """Once a second: a lot may have come into its last window, which the standing tells."""
        before, self._looked_at = self._looked_at, now
        if before is None or self.state.terms is None:
            return
        window = self.state.rules.soft_close.window
        for lot in self.state.lots.values():
            if lot.phase is not LotPhase.RUNNING or lot.deadline is None:
                continue
            if before < lot.deadline - window <= now:
                self._moved.set()

    async def heartbeat(self, now: datetime) -> None:
        """Tell every socket its current cursor."""
        async with self._telling:
            going = Round()
            for audience in list(self.audiences.values()):
                await going.give(audience.in_turn(), Mailbox.beat, audience.heartbeat(now))
