"""One transaction's worth of decisions: the commands of one auction, in order of receipt.

Used by the gate on its own connections, by the clock, and by services inside their callers'
transactions. Nothing here commits; whoever calls it does, and may answer only afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from auctions.domain import machine
from auctions.domain.commands import Command, OpenedReserve, Tick
from auctions.domain.events import Event
from auctions.domain.refusals import Refusal
from auctions.domain.state import AuctionState
from auctions.ledger import store
from auctions.ledger.codec import (
    ATTEMPT_ABANDONED,
    ATTEMPT_REFUSED,
    Attempt,
    Entry,
)
from auctions.ledger.limits import limits_of
from auctions.ledger.reserves import open_reserves
from auctions.ledger.store import Head, Loaded
from auctions.realtime.answers import (
    Abandon,
    Answer,
    Work,
    own_entry,
    plain_ack,
)
from auctions.realtime.authority import Authority
from auctions.realtime.errors import Abandoned, NotReceived, Unavailable
from auctions.realtime.leases import ask_living
from auctions.realtime.lines import Lines, draws
from auctions.realtime.party import Party
from auctions.realtime.plain_amounts import tells_what_is_sealed
from auctions.realtime.refs import Refs
from auctions.realtime.wire import at_scale, refused
from infra.keys import key_ring
from kernel.errors import FairfallError
from kernel.signing import Signer

Lock = Callable[[Any, UUID], Callable[[], Head]]

MOST_TICKS = 100  # due moments decided in one transaction
BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cached:
    """A state kept in memory, good while the auction's row still shows the same head."""

    loaded: Loaded
    rules_version: int

    @property
    def state(self) -> AuctionState:
        return self.loaded.state


@dataclass(slots=True)
class Ruling:
    """What a transaction decided. Works that are not answered wait for a boundary."""

    answers: list[tuple[Work, Answer]]
    entries: list[Entry]  # what was written to the ledger
    cached: Cached
    due: datetime | None
    announces: bool  # the row tells the other gates of a boundary that waits here


def decide_in_transaction(
    cursor: Any,
    auction_id: UUID,
    works: Sequence[Work],
    *,
    process: UUID | None = None,
    cached: Cached | None = None,
    lock: Lock = store.ask_lock,
    complete_to: datetime | None = None,
    ticks_until: datetime | None = None,
) -> Ruling:
    """Lock the auction, decide ``works`` in order of their moments, write what came of it.

    ``process`` is the gate the works come from: its lease must still be the one they were stamped
    under. All it received up to ``complete_to`` stands among them or is decided; no line is drawn
    after that. ``ticks_until`` also decides what is due up to that moment (the clock). Due moments
    before a command are decided before it, once every other gate's watermark allows. A boundary
    command that waits in ``process`` is announced on the row, and what was received later than
    another gate's announced boundary waits; without ``process`` nothing is announced, but waited
    for all the same. Raises AuctionUnknown; a poor database raises psycopg's errors and leaves
    nothing.
    """
    asked = _Asked(cursor, auction_id, works, lock)
    head = asked.head()
    batch = _Batch(cursor, head, process, _state(cursor, head, cached))
    batch.prepare(works, complete_to, asked)
    batch.take_in_order(works)
    if ticks_until is not None:
        batch.tick_until(ticks_until)
    return batch.write()


def _state(cursor: Any, head: Head, cached: Cached | None) -> Loaded:
    """The state at the head: the cached one, or evolved from it, or from the ledger alone."""
    known = None
    if cached is not None and cached.rules_version == head.rules_version:
        if (cached.loaded.seq, cached.loaded.hash) == (head.seq, head.hash):
            return cached.loaded
        known = cached.loaded if cached.loaded.seq < head.seq else None
    if known is not None:
        try:
            return _at_head(cursor, head, known)
        except store.LedgerBroken:
            pass  # what was kept in memory is of another history: the ledger is the truth
    return _at_head(cursor, head, None)


def _at_head(cursor: Any, head: Head, known: Loaded | None) -> Loaded:
    loaded = store.load_state(cursor, head.auction, rules_version=head.rules_version, known=known)
    if (loaded.seq, loaded.hash) != (head.seq, head.hash):
        raise store.LedgerBroken(f"auction {head.auction}: the head is not that of its entries")
    return loaded


class _Asked:
    """What deciding needs of the database, asked for together and in this order: the lock, and
    then, so that nothing is older than the lock, living gates, rights, what became of the refs."""

    def __init__(self, cursor: Any, auction_id: UUID, works: Sequence[Work], lock: Lock) -> None:
        self.head = lock(cursor, auction_id)
        self.gates = ask_living(cursor)
        self.authority = Authority(cursor, auction_id, (work.party for work in works))
        self.refs = Refs(cursor, auction_id, works)


class _Batch:
    """The state of one transaction's decisions."""

    def __init__(self, cursor: Any, head: Head, process: UUID | None, loaded: Loaded) -> None:
        self._cursor = cursor
        self._head = head
        self._process = process
        self._loaded = loaded
        self._state = loaded.state
        self._events: list[Event] = []
        self._attempts: list[Attempt] = []
        self._answers: list[tuple[Work, Answer]] = []
        # Read before the living gates: a gate that came in between stamps nothing before it.
        # The earlier of two readings of one clock: nothing happens after it is recorded.
        self._now = min(head.now, head.recorded_at)
        self._limits = limits_of(key_ring(), head.auction)
        self._reserves: tuple[OpenedReserve, ...] | None = None
        self._drawn: set[int] = set()
        self._authority: Authority
        self._lines: Lines
        self._refs: Refs

    def prepare(self, works: Sequence[Work], complete_to: datetime | None, asked: _Asked) -> None:
        """Take in what was asked for."""
        self._lines = Lines(self._process, asked.gates(), self._head.boundaries, complete_to)
        for work in works:
            # What is here was received before the lock was got, whatever a clock that runs ahead
            # says. So nothing is recorded before it was received, and a line drawn under the lock
            # lies behind all that was accepted before.
            work.received_at = min(work.received_at, self._head.recorded_at)
            if not self._lines.holds(work.line):
                work.line = None  # drawn by a transaction that failed, or behind another line
        self._authority = asked.authority
        self._refs = asked.refs

    def take_in_order(self, works: Sequence[Work]) -> None:
        """Decide what may be decided, in order of moments; announce what the rest waits for."""
        by_receipt = sorted(works, key=lambda each: each.received_at)
        order = {id(work): number for number, work in enumerate(by_receipt)}

        def place(work: Work) -> tuple[datetime, bool, int]:
            # What was received at the very moment of a line counts; lines at one moment follow
            # each other as they were received.
            return work.moment, draws(work), order[id(work)]

        queue = sorted(works, key=place)
        while queue:
            work = queue[0]
            if draws(work) and id(work) not in self._drawn:
                self._drawn.add(id(work))
                self._decide_due_before(work.received_at)
                self._draw(work)
                queue.sort(key=place)
                continue
            if not self.take(work):
                self._wait(queue)
                return
            queue.pop(0)

    def _wait(self, queue: Sequence[Work]) -> None:
        """Put back what waits, and have the others wait behind the first line among it."""
        for work in queue:
            work.waits = True
            if draws(work):
                self._draw(work)
        allowed = [work for work in queue if self._barred(work.party) is None]
        self._lines.announce(sorted(allowed, key=lambda each: each.moment))

    def _draw(self, work: Work) -> None:
        """Settle when a command that draws a line takes effect.

        An officer's line stays where it was received, unless a bid decided elsewhere has overtaken
        it; then it is drawn at the moment of the lock, behind all that counts. The line of a
        supplier's withdrawal is always drawn so: whether somebody else has bid must not move it.
        What is due before that ends the wait: a command in time is never late by being drawn. A
        line the other gates already wait behind stays. So does that of a service, which announces
        nothing: drawn anew at each attempt, it would never be reached while bids come in.
        """
        due = machine.due(self._state)
        if work.line is not None or (due is not None and due < work.received_at):
            return  # settled before, or not to be settled yet
        latest = self._latest_counted()
        stays = self._process is None or work.received_at >= latest
        if work.party.seat is None and stays:
            work.line = work.received_at
            return
        line = max(self._head.recorded_at, latest)
        work.line = line if due is None else min(line, due)
        if work.party.seat is None:
            work.received_at = work.line

    def _latest_counted(self) -> datetime:
        offers = (mine.best for lot in self._state.lots.values() for mine in lot.seats.values())
        sealed = (
            offer
            for lot in self._state.lots.values()
            if lot.sealed is not None
            for offer in lot.sealed.offers.values()
        )
        seats = () if self._state.packages is None else self._state.packages.seats.values()
        packages = (offer for mine in seats for offer in mine.offers.values())
        return max(
            (offer.received_at for offer in (*offers, *sealed, *packages) if offer is not None),
            default=BEFORE_ALL,
        )

    # One command --------------------------------------------------------------------------

    def take(self, work: Work) -> bool:
        """Decide one command; False when it, and all later ones, must wait for a boundary."""
        if (barred := self._barred(work.party)) is not None:
            self._answer(work, refused(work.ref, barred))
            return True
        gives_up = isinstance(work.command, Abandon)
        command = None if gives_up else at_scale(work.command, self._state)
        if self._refs.used(work, command, self._answers):
            return True
        if work.epoch is not None and work.epoch != self._lines.epoch:
            self._answer(work, refused(work.ref, NotReceived()))
            return True
        if command is None:
            self._attempt(work, None, Abandoned())
            return True
        if (over := self._authority.over_limit(work.party, command, self._state)) is not None:
            self._answer(work, refused(work.ref, over))
            return True
        if not self._ready_for(work):
            if self._lines.overdue(work, self._now):
                self._answer(work, refused(work.ref, Unavailable()))
                return True
            return False
        self._decide(work, command)
        return True

    def _barred(self, party: Party) -> FairfallError | None:
        """Why nothing of this party is decided: its rights, or that its person stands on two
        sides."""
        return self._authority.refusal(party) or self._authority.conflict(party, self._state)

    def _ready_for(self, work: Work) -> bool:
        """Decide what was due before the command; whether nothing stands before it any more."""
        return self._decide_due_before(work.moment) and self._lines.allow(work)

    def _decide_due_before(self, moment: datetime) -> bool:
        """Decide what was due before ``moment``; whether the other gates allow all of it."""
        while (due := machine.due(self._state)) is not None and due < moment:
            if due > self._now or not self._lines.passed(due, by_own=False):
                return False
            self._tick(due)
        return True

    def _tick(self, due: datetime) -> None:
        if self._reserves is None:
            hidden = any(lot.reserve_commitment for lot in self._state.rules.lots)
            self._reserves = (
                open_reserves(self._cursor, key_ring(), self._head.auction) if hidden else ()
            )
        tick = Tick(due=due, reserves=self._reserves)
        self._apply(machine.decide(self._state, tick, due, None, self._limits))

    def tick_until(self, moment: datetime) -> None:
        """Decide what is due up to ``moment`` as far as the watermarks of all gates allow."""
        for _ in range(MOST_TICKS):
            due = machine.due(self._state)
            if due is None or due > min(moment, self._now):
                return
            if not self._lines.passed(due, by_own=True):
                return
            self._tick(due)

    def _decide(self, work: Work, command: Command) -> None:
        after = len(self._events)
        try:
            events = machine.decide(self._state, command, work.received_at, work.line, self._limits)
        except Refusal as error:
            if work.ref is None or tells_what_is_sealed(self._state, command):
                self._answer(work, refused(work.ref, error))
            else:
                self._attempt(work, command, error)
            return
        self._apply(events)
        if work.ref is None or not events:
            self._answer(work, plain_ack(work))
            return
        self._refs.record(work, command, after + own_entry(events, work.ref), None)

    def _apply(self, events: Sequence[Event]) -> None:
        for event in events:
            self._state = machine.evolve(self._state, event, self._state.seq + 1)
            self._events.append(event)

    def _attempt(self, work: Work, command: Command | None, error: FairfallError) -> None:
        """Keep what the rules refuse, or (None) what is given up, in the chain of attempts."""
        told = isinstance(error, Refusal)
        self._attempts.append(
            Attempt(
                kind=ATTEMPT_REFUSED if told else ATTEMPT_ABANDONED,
                party=work.party.key,
                ref=work.ref or "",
                received_at=work.received_at,
                after=self._state.seq,
                command=command,
                code=error.code,
                data=error.data if told else None,
            )
        )
        self._refs.record(work, command, len(self._attempts) - 1, error)

    def _answer(self, work: Work, answer: Answer) -> None:
        self._answers.append((work, answer))

    def _signer(self) -> Signer:
        return key_ring().signer(self._state.rules.platform_key)

    # All of them --------------------------------------------------------------------------

    def write(self) -> Ruling:
        """Append entries, attempts and outcomes; move the head and the due moment."""
        due = machine.due(self._state)
        announced, announces = self._lines.announced, self._lines.announces
        if not self._events and not self._attempts:
            if self._head.due != due or self._head.boundaries != announced:
                store.append(self._cursor, self._head, due=due, boundaries=announced)
            cached = Cached(self._loaded, self._head.rules_version)
            return Ruling(self._answers, [], cached, due, announces)
        entries = store.chain_events(self._head, self._events)
        attempts = store.chain_attempts(self._head, self._attempts)
        head = store.append(
            self._cursor,
            self._head,
            entries=entries,
            attempts=attempts,
            phase=self._state.phase.value,
            due=due,
            closed_at=self._state.ended_at,
            boundaries=announced,
            along=self._refs.write(entries, attempts, self._signer, self._answers),
        )
        loaded = Loaded(self._state, head.seq, head.hash)
        store.save_snapshot(
            self._cursor,
            head.auction,
            loaded,
            previous_seq=self._head.seq,
            rules_version=head.rules_version,
        )
        cached = Cached(loaded, head.rules_version)
        return Ruling(self._answers, entries, cached, due, announces)
