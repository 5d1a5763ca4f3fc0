"""The gate: the one way in for every command, whoever sends it.

Commands that arrive while an auction's transaction runs are decided together in the next one.
Four named threads serve the auctions, each auction always by the same thread; each thread has one
database connection of its own. What a command leads to never depends on whether its sender is
still there to hear it.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from auctions.domain.commands import Command
from auctions.ledger.codec import Entry
from auctions.ledger.store import AuctionUnknown, ask_lock
from auctions.realtime import logged, metrics
from auctions.realtime.answers import Abandon, Answer, Work
from auctions.realtime.batch import Lock
from auctions.realtime.deciders import CommitLost, Decider, Deciding, Undecided
from auctions.realtime.deciding_process import LINKS
from auctions.realtime.errors import Busy, OutcomeUnknown, RateLimited, Unavailable
from auctions.realtime.lanes import Lane
from auctions.realtime.leases import Lease
from auctions.realtime.party import Party
from auctions.realtime.rate import DEFAULT_RATE, RateLimiter
from auctions.realtime.stamps import Stamps
from auctions.realtime.wire import ref_of, refused
from kernel.clock import MICROSECOND
from kernel.errors import FairfallError

THREADS = LINKS
LARGEST_BATCH = 256
SMALL_BATCH = 16
LONGEST_QUEUE = 20_000  # commands of one auction waiting in this process
RETRY_WAITING = 0.02  # seconds until a command held by a boundary is tried again
RETRY_CLEARING = 0.25  # seconds until a boundary nobody waits for is tried to be taken back again
OFFICER_RATE = 10
KEPT_RATES = 2_000


def _nothing(*_: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Hooks:
    """Where a test may hold a gate back. Each is called on the gate's own thread."""

    before_transaction: Callable[[UUID], None] = _nothing
    before_commit: Callable[[UUID], None] = _nothing


class Gate:
    """The way in of one process. ``appended`` is told the auction, and what was written, after each
    commit that wrote; ``waiting`` when a command waits for the other gates' watermarks."""

    def __init__(
        self,
        *,
        stamps: Stamps | None = None,
        threads: int = THREADS,
        lease_stalled: Callable[[], bool] = lambda: False,
        hooks: Hooks | None = None,
        appended: Callable[[UUID, Sequence[Entry]], None] = _nothing,
        waiting: Callable[[], None] = _nothing,
        lock: Lock = ask_lock,
        deciding: Callable[[int], Deciding] | None = None,
    ) -> None:
        self.stamps = stamps or Stamps()
        self.lease = Lease(self.stamps, self.watermark, stalled=lease_stalled)
        self._hooks = hooks or Hooks()
        self._appended = appended
        self._waiting = waiting
        self._mutex = threading.Lock()
        self._pending: dict[UUID, deque[Work]] = {}
        self._limiter = RateLimiter()
        self._rates: dict[UUID, int] = {}

        def here(number: int) -> Deciding:
            return Decider(
                name=f"gate-{number}",
                before_commit=self._hooks.before_commit,
                lock=metrics.timed(lock),
            )

        self._lanes = [Lane((deciding or here)(number)) for number in range(threads)]
        self._threads: list[threading.Thread] = []
        self._stopping = False

    # Life ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to serve; returns at once."""
        self.lease.start()
        for number, lane in enumerate(self._lanes):
            thread = threading.Thread(
                target=self._serve, args=(lane,), name=f"gate-{number}", daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def stop(self, seconds: float = 5.0) -> None:
        """Decide what is waiting, then end the threads and give up the lease."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._has_pending():
            time.sleep(0.01)
        self._stopping = True
        for lane in self._lanes:
            lane.stop()
        for thread in self._threads:
            thread.join(max(0.1, until - time.monotonic()))
        self.lease.stop()

    def _has_pending(self) -> bool:
        with self._mutex:
            return bool(self._pending)

    # In -----------------------------------------------------------------------------------

    def submit(
        self, command: Command, *, auction_id: UUID, party: Party, limited: bool = True
    ) -> Future[Answer]:
        """Stamp the command and have it decided. From any thread; never blocks.

        The future always resolves, to ``Ack`` or ``Refused``; it cannot be cancelled. ``limited``
        counts it against the party's rate.
        """
        if limited and (error := self._too_fast(auction_id, party)) is not None:
            return _turned_away(command, error)
        return self._enqueue(command, auction_id, party)

    def abandon(self, ref: str, *, auction_id: UUID, party: Party) -> Future[Answer]:
        """Have ``ref`` never done, unless it was decided before; the future as of submit.

        It leaves an entry like a command, so it counts against the party's rate.
        """
        if (error := self._too_fast(auction_id, party)) is not None:
            return _turned_away(Abandon(ref), error)
        return self._enqueue(Abandon(ref), auction_id, party)

    def holds(self, auction_id: UUID, party: str, ref: str) -> bool:
        """Whether this process still has a command of that ref to decide."""
        with self._mutex:
            return any(
                work.ref == ref and work.party.key == party
                for work in self._pending.get(auction_id, ())
            )

    def waiting(self) -> int:
        """How many commands this process still has to decide."""
        with self._mutex:
            return sum(len(queue) for queue in self._pending.values())

    def watermark(self) -> datetime:
        """Everything this process received up to this moment is decided; later stamps are later."""
        with self._mutex:
            epoch = self.lease.epoch
            oldest = min(
                (
                    work.moment
                    for queue in self._pending.values()
                    for work in queue
                    if work.epoch == epoch
                ),
                default=None,
            )
            now = self.stamps.now()
            # A line drawn later than it was received may lie ahead of this process's clock.
            return now if oldest is None else min(now, oldest - MICROSECOND)

    def _too_fast(self, auction_id: UUID, party: Party) -> FairfallError | None:
        if party.user_id is None:
            return None
        known = self._rates.get(auction_id, DEFAULT_RATE)
        rate = OFFICER_RATE if party.seat is None else known
        if self._limiter.allow(auction_id, party.key, rate):
            return None
        return RateLimited(per_second=rate)

    def _enqueue(
        self, command: Command | Abandon, auction_id: UUID, party: Party
    ) -> Future[Answer]:
        future: Future[Answer] = Future()
        future.set_running_or_notify_cancel()  # from here on nobody can cancel it
        error: FairfallError | None = None
        with self._mutex:
            # The epoch is read before ``held``: see Lease._acquire for the order there.
            epoch = self.lease.epoch
            queue = self._pending.get(auction_id)
            if self._stopping or not self.lease.held:
                error = Unavailable()
            elif queue is not None and len(queue) >= LONGEST_QUEUE:
                error = Busy()
            else:
                if queue is None:
                    queue = self._pending[auction_id] = deque()
                work = Work(
                    command, party, self.stamps.now(), epoch, future, context=copy_context()
                )
                queue.append(work)
        if error is not None:
            return _turned_away(command, error)
        self._lane(auction_id).put(auction_id)
        return future

    def _lane(self, auction_id: UUID) -> Lane:
        return self._lanes[auction_id.int % len(self._lanes)]

    # The threads --------------------------------------------------------------------------

    def _serve(self, lane: Lane) -> None:
        while (auction_id := lane.next()) is not None:
            with self._mutex:
                # As they came; but a line drawn later than it was received is out of order.
                queue = sorted(self._pending.get(auction_id, ()), key=_received_at)
                batch = queue[: _share(len(queue))]
                complete_to = self._complete_to(queue, len(batch))
            if not batch and auction_id not in lane.announced:
                continue
            try:
                self._decide(lane, auction_id, batch, complete_to)
            except Exception:
                logged.failed(auction_id, batch)
                self._answer(auction_id, [(work, _refusal(work, Unavailable())) for work in batch])
            self._again(lane, auction_id)
        lane.decider.close()

    def _again(self, lane: Lane, auction_id: UUID) -> None:
        """Come back to what arrived meanwhile at once, to what waits for a boundary soon.

        A boundary whose command failed is taken back by a transaction without commands: the other
        gates must not hold theirs for something that is never decided.
        """
        with self._mutex:
            queue = self._pending.get(auction_id)
            if queue is None and auction_id not in lane.announced:
                return
            waits = queue is not None and queue[0].waits
        if waits:
            self._waiting()
        lane.put(auction_id, RETRY_WAITING if waits else RETRY_CLEARING if queue is None else 0.0)

    def _complete_to(self, queue: Sequence[Work], taken: int) -> datetime:
        """Whatever was received up to then, and is not decided, is among the first ``taken``."""
        if len(queue) > taken:
            return queue[taken].received_at - MICROSECOND
        return self.stamps.now()

    def _decide(
        self, lane: Lane, auction_id: UUID, batch: list[Work], complete_to: datetime
    ) -> None:
        self._hooks.before_transaction(auction_id)
        try:
            with metrics.DECIDE.time():
                decided = lane.decider.decide(self.lease.process, auction_id, batch, complete_to)
        except CommitLost as lost:
            logged.undecided(auction_id, batch, lost.__cause__ or lost)
            lane.announced.add(auction_id)  # perhaps: then it has to be taken back
            self._answer(auction_id, [(work, _refusal(work, OutcomeUnknown())) for work in batch])
            return
        except FairfallError as error:
            if isinstance(error, AuctionUnknown):
                lane.announced.discard(auction_id)
            self._answer(auction_id, [(work, _refusal(work, error)) for work in batch])
            return
        except (psycopg.Error, Undecided) as error:
            logged.undecided(auction_id, batch, error)
            self._answer(auction_id, [(work, _refusal(work, Unavailable())) for work in batch])
            return
        except Exception:
            if len(batch) <= 1:
                raise
            # One command must not take the others down with it.
            in_order = sorted(batch, key=lambda each: each.moment)
            for work, later in zip(in_order, [*in_order[1:], None], strict=True):
                until = complete_to if later is None else later.moment - MICROSECOND
                try:
                    self._decide(lane, auction_id, [work], min(complete_to, until))
                except Exception:
                    logged.failed(auction_id, [work])
                    self._answer(auction_id, [(work, _refusal(work, Unavailable()))])
                if work.waits:
                    return
            return
        if decided.announces:
            lane.announced.add(auction_id)
        else:
            lane.announced.discard(auction_id)
        if decided.commands_per_second is not None:
            self._remember_rate(auction_id, decided.commands_per_second)
        if batch:
            metrics.BATCH_SIZE.observe(len(batch))
        self._answer(auction_id, decided.answers)
        if decided.entries:
            self._appended(auction_id, decided.entries)

    def _remember_rate(self, auction_id: UUID, per_second: int) -> None:
        self._rates[auction_id] = per_second
        while len(self._rates) > KEPT_RATES:
            del self._rates[next(iter(self._rates))]

    def _answer(self, auction_id: UUID, answers: list[tuple[Work, Answer]]) -> None:
        """Take decided commands out of the queue, then tell their senders."""
        decided = {id(work) for work, _ in answers}
        with self._mutex:
            queue = self._pending.get(auction_id)
            if queue is not None:
                left = deque(work for work in queue if id(work) not in decided)
                if left:
                    self._pending[auction_id] = left
                else:
                    del self._pending[auction_id]
        metrics.answered(answers, self.stamps.now())
        for work, answer in answers:
            if not work.future.done():
                work.future.set_result(answer)
        logged.decided(auction_id, answers)


def _received_at(work: Work) -> datetime:
    return work.received_at


def _share(waiting: int) -> int:
    """How many of those that wait are decided next.

    Not all of many: while one half is decided, the senders of the other are answered and send
    again. If all were in one batch, the sockets and the decider would take turns resting.
    """
    return min(LARGEST_BATCH, max(SMALL_BATCH, waiting // 2))


def _refusal(work: Work, error: FairfallError) -> Answer:
    return refused(work.ref, error)


def _turned_away(command: Command | Abandon, error: FairfallError) -> Future[Answer]:
    metrics.turned_away(command, error.code)
    future: Future[Answer] = Future()
    future.set_result(refused(ref_of(command), error))
    return future
