"""One transaction's worth of decisions: the commands of one auction, in order of receipt.

Used by the gate on its own connections, by the clock, and by services inside their callers'
transactions. Nothing here commits; whoever calls it does, and may answer only afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings

from auctions.domain import machine
from auctions.domain.codec import to_body
from auctions.domain.commands import BOUNDARY_COMMANDS, Command, OpenedReserve, Tick
from auctions.domain.events import Event
from auctions.domain.refusals import Refusal
from auctions.domain.state import AuctionState
from auctions.ledger import store
from auctions.ledger.codec import (
    ATTEMPT_ABANDONED,
    ATTEMPT_REFUSED,
    Attempt,
    Entry,
    payload_hash,
)
from auctions.ledger.keys import KeyRing
from auctions.ledger.outcomes import Outcome, find_outcomes, record_outcomes
from auctions.ledger.receipts import ACCEPTED, REFUSED, Receipt
from auctions.ledger.reserves import open_reserves
from auctions.ledger.store import Head, Loaded
from auctions.realtime.authority import Authority
from auctions.realtime.errors import Abandoned, NotAllowed, NotReceived, RefConflict
from auctions.realtime.leases import LivingGate, living_gates
from auctions.realtime.messages import Ack, Refused
from auctions.realtime.party import Party
from auctions.realtime.wire import at_scale, ref_of, refused, result_of
from kernel.clock import moment_to_wire
from kernel.errors import FairfallError
from kernel.ids import new_id

Answer = Ack | Refused
MOST_TICKS = 100  # due moments decided in one transaction


@dataclass(frozen=True, slots=True)
class Abandon:
    """Not a command of the rules: ``ref`` shall never be done."""

    ref: str


@dataclass(slots=True, eq=False)
class Work:
    """One command on its way. ``epoch`` None: stamped inside the transaction that decides it."""

    command: Command | Abandon
    party: Party
    received_at: datetime
    epoch: int | None = None
    future: Future[Answer] = field(default_factory=Future)
    waits: bool = False  # for a boundary: it was looked at and put back

    @property
    def ref(self) -> str | None:
        return ref_of(self.command)  # type: ignore[arg-type]


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
    events: list[Event]
    entries: list[Entry]
    cached: Cached | None
    wrote: bool
    due: datetime | None


@dataclass(slots=True)
class _Recorded:
    """An outcome in the making: its leaf is known once the batch's entries are chained."""

    work: Work
    payload: bytes
    index: int  # of its entry among the new entries (accepted) or attempts
    error: FairfallError | None
    command: Command | None


def decide_in_transaction(
    cursor: Any,
    auction_id: UUID,
    works: Sequence[Work],
    *,
    process: UUID | None = None,
    cached: Cached | None = None,
    lock: Callable[[Any, UUID], Head] = store.lock_auction,
    ticks_until: datetime | None = None,
) -> Ruling:
    """Lock the auction, decide ``works`` in order of ``received_at``, write what came of it.

    ``process`` is the gate the works come from: its lease must still be the one they were stamped
    under. ``ticks_until`` also decides what is due up to that moment (the clock). Due moments
    before a command are decided before it, once every other gate's watermark allows. Raises
    AuctionUnknown; a poor database raises psycopg's errors and leaves nothing.
    """
    head = lock(cursor, auction_id)
    batch = _Batch(cursor, head, process, _state(cursor, head, cached))
    batch.prepare(works)
    for work in sorted(works, key=lambda each: each.received_at):
        if not batch.take(work):
            break
    if ticks_until is not None:
        batch.tick_until(ticks_until)
    return batch.write()


def _state(cursor: Any, head: Head, cached: Cached | None) -> Loaded:
    known = None
    if cached is not None and cached.rules_version == head.rules_version:
        if (cached.loaded.seq, cached.loaded.hash) == (head.seq, head.hash):
            return cached.loaded
        known = cached.loaded if cached.loaded.seq < head.seq else None
    try:
        return store.load_state(cursor, head.auction, rules_version=head.rules_version, known=known)
    except store.LedgerBroken:
        if known is None:
            raise
        return store.load_state(cursor, head.auction, rules_version=head.rules_version)


def key_ring() -> KeyRing:
    """The keys of this installation."""
    return KeyRing(settings.PLATFORM_KEY_DIR)


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
        self._recorded: list[_Recorded] = []
        self._answers: list[tuple[Work, Answer]] = []
        self._repeats: list[tuple[Work, _Recorded]] = []
        self._gates: list[LivingGate] = []
        self._epoch: int | None = None
        self._now = head.recorded_at
        self._outcomes: dict[tuple[str, str], Outcome] = {}
        self._fresh: dict[tuple[str, str], _Recorded] = {}
        self._reserves: tuple[OpenedReserve, ...] | None = None
        self._authority: Authority

    def prepare(self, works: Sequence[Work]) -> None:
        """Read what deciding needs: living gates, rights, and what became of the refs."""
        self._gates = living_gates(self._cursor)
        self._epoch = next(
            (gate.epoch for gate in self._gates if gate.process == self._process), None
        )
        self._cursor.execute("SELECT clock_timestamp()")
        self._now = self._cursor.fetchone()[0].astimezone(UTC)
        self._authority = Authority(
            self._cursor, self._head.auction, (work.party for work in works)
        )
        refs = [(work.party.key, work.ref) for work in works if work.ref is not None]
        self._outcomes = find_outcomes(self._cursor, self._head.auction, refs)

    # One command --------------------------------------------------------------------------

    def take(self, work: Work) -> bool:
        """Decide one command; False when it, and all later ones, must wait for a boundary."""
        if not self._authority.allows(work.party):
            self._answer(work, refused(work.ref, NotAllowed()))
            return True
        if isinstance(work.command, Abandon):
            self._abandon(work, work.command)
            return True
        command = at_scale(work.command, self._state)
        if self._known(work, payload_hash(command)):
            return True
        if work.epoch is not None and work.epoch != self._epoch:
            self._answer(work, refused(work.ref, NotReceived()))
            return True
        if not self._ready_for(work, command):
            work.waits = True
            return False
        self._decide(work, command)
        return True

    def _known(self, work: Work, payload: bytes) -> bool:
        """Whether the ref was used before; then it is answered again."""
        if work.ref is None:
            return False
        place = (work.party.key, work.ref)
        fresh = self._fresh.get(place)
        if fresh is not None:
            if fresh.command is None:
                self._answer(work, refused(work.ref, Abandoned()))
            elif fresh.payload == payload:
                self._repeats.append((work, fresh))
            else:
                self._answer(work, refused(work.ref, RefConflict()))
            return True
        outcome = self._outcomes.get(place)
        if outcome is None:
            return False
        if outcome.kind == "abandoned" or outcome.payload_hash == payload:
            self._answer(work, repeated(outcome))
        else:
            self._answer(work, refused(work.ref, RefConflict()))
        return True

    def _ready_for(self, work: Work, command: Command) -> bool:
        """Decide what was due before the command; whether nothing stands before it any more."""
        while (due := machine.due(self._state)) is not None and due < work.received_at:
            if due > self._now or not self._passed(due, self._process):
                return False
            self._tick(due)
        if isinstance(command, BOUNDARY_COMMANDS):
            return self._passed(work.received_at, self._process)
        return True

    def _passed(self, boundary: datetime, but: UUID | None) -> bool:
        """Whether every living gate, ``but`` one, has decided all it received up to then.

        The gate the batch comes from is left out: what it received up to a boundary that lies
        before one of the batch's commands stands in this batch, or in an earlier one.
        """
        return all(gate.watermark >= boundary for gate in self._gates if gate.process != but)

    def _tick(self, due: datetime) -> None:
        if self._reserves is None:
            self._reserves = open_reserves(self._cursor, key_ring(), self._head.auction)
        tick = Tick(due=due, reserves=self._reserves)
        self._apply(machine.decide(self._state, tick, due))

    def tick_until(self, moment: datetime) -> None:
        """Decide what is due up to ``moment`` as far as the watermarks of all gates allow."""
        for _ in range(MOST_TICKS):
            due = machine.due(self._state)
            if due is None or due > min(moment, self._now) or not self._passed(due, None):
                return
            self._tick(due)

    def _decide(self, work: Work, command: Command) -> None:
        after = len(self._events)
        try:
            events = machine.decide(self._state, command, work.received_at)
        except Refusal as error:
            self._refuse(work, command, error)
            return
        self._apply(events)
        if work.ref is None or not events:
            self._answer(work, _plain_ack(work))
            return
        self._record(work, command, after + _own_entry(events, work.ref), None)

    def _apply(self, events: Sequence[Event]) -> None:
        for event in events:
            self._state = machine.evolve(self._state, event, self._state.seq + 1)
            self._events.append(event)

    def _refuse(self, work: Work, command: Command, error: Refusal) -> None:
        if work.ref is None:
            self._answer(work, refused(None, error))
            return
        self._attempts.append(
            Attempt(
                kind=ATTEMPT_REFUSED,
                party=work.party.key,
                ref=work.ref,
                received_at=work.received_at,
                after=self._state.seq,
                command=command,
                code=error.code,
                data=error.data,
            )
        )
        self._record(work, command, len(self._attempts) - 1, error)

    def _abandon(self, work: Work, abandon: Abandon) -> None:
        place = (work.party.key, abandon.ref)
        if (fresh := self._fresh.get(place)) is not None:
            self._repeats.append((work, fresh))
        elif (outcome := self._outcomes.get(place)) is not None:
            self._answer(work, repeated(outcome))
        elif work.epoch is not None and work.epoch != self._epoch:
            self._answer(work, refused(abandon.ref, NotReceived()))
        else:
            self._attempts.append(
                Attempt(
                    kind=ATTEMPT_ABANDONED,
                    party=work.party.key,
                    ref=abandon.ref,
                    received_at=work.received_at,
                    after=self._state.seq,
                    code=Abandoned.code,
                )
            )
            self._record(work, None, len(self._attempts) - 1, Abandoned())

    def _record(
        self, work: Work, command: Command | None, index: int, error: FairfallError | None
    ) -> None:
        payload = bytes(32) if command is None else payload_hash(command)
        recorded = _Recorded(work, payload, index, error, command)
        self._recorded.append(recorded)
        self._fresh[work.party.key, work.ref or ""] = recorded

    def _answer(self, work: Work, answer: Answer) -> None:
        self._answers.append((work, answer))

    # All of them --------------------------------------------------------------------------

    def write(self) -> Ruling:
        """Append entries, attempts and outcomes; move the head and the due moment."""
        due = machine.due(self._state)
        if not self._events and not self._attempts:
            if self._head.due != due:
                store.append(self._cursor, self._head, due=due)
            cached = Cached(self._loaded, self._head.rules_version)
            return Ruling(self._answers, [], [], cached, False, due)
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
        )
        loaded = Loaded(self._state, head.seq, head.hash)
        store.save_snapshot(
            self._cursor,
            head.auction,
            loaded,
            previous_seq=self._head.seq,
            rules_version=head.rules_version,
        )
        self._record_outcomes(entries, attempts)
        cached = Cached(loaded, head.rules_version)
        return Ruling(self._answers, self._events, entries, cached, bool(entries), due)

    def _record_outcomes(self, entries: Sequence[Entry], attempts: Sequence[Entry]) -> None:
        auction = str(self._head.auction)
        if not self._recorded:
            return
        signer = key_ring().signer(self._state.rules.platform_key)
        given: dict[int, Answer] = {}
        outcomes = []
        for recorded in self._recorded:
            work = recorded.work
            entry = (entries if recorded.error is None else attempts)[recorded.index]
            receipt = Receipt(
                auction=auction,
                outcome=ACCEPTED if recorded.error is None else REFUSED,
                id=str(new_id()),
                leaf=entry.leaf,
                party=work.party.key,
                ref=work.ref or "",
                payload=recorded.payload,
                received_at=work.received_at,
            )
            answer = _answer_of(recorded, receipt.signed(signer))
            given[id(recorded)] = answer
            self._answer(work, answer)
            outcomes.append(
                Outcome(
                    id=UUID(receipt.id),
                    party=work.party.key,
                    ref=work.ref or "",
                    kind=_outcome_kind(recorded),
                    payload_hash=recorded.payload,
                    received_at=work.received_at,
                    seq=entry.seq,
                    answer=msgspec.json.encode(answer).decode(),
                    actor_id=work.party.user_id,
                )
            )
        record_outcomes(self._cursor, self._head.auction, outcomes)
        for work, recorded in self._repeats:
            first = given[id(recorded)]
            self._answer(work, msgspec.structs.replace(first, repeated=True))


def _outcome_kind(recorded: _Recorded) -> str:
    if recorded.error is None:
        return "accepted"
    return "abandoned" if recorded.command is None else "refused"


def _own_entry(events: Sequence[Event], ref: str) -> int:
    """Which of a command's entries stands for it: the one that carries its ref, else the first."""
    return next(
        (index for index, event in enumerate(events) if getattr(event, "ref", None) == ref), 0
    )


def _plain_ack(work: Work) -> Ack:
    """The answer to what left no entry of its own, so there is nothing to sign: the platform's
    commands without a ref, and accepting what is accepted already."""
    return Ack(
        ref=work.ref or "", leaf="", id="", key_id="", signature="",
        received_at=moment_to_wire(work.received_at),
    )  # fmt: skip


def _answer_of(recorded: _Recorded, signed: dict[str, Any]) -> Answer:
    work, error = recorded.work, recorded.error
    proof = {
        "leaf": signed["leaf"],
        "id": signed["id"],
        "key_id": signed["key_id"],
        "signature": signed["signature"],
        "received_at": signed["received_at"],
    }
    if error is None and recorded.command is not None:
        return Ack(ref=work.ref or "", result=result_of(recorded.command), **proof)
    error = error or Abandoned()
    return Refused(
        ref=work.ref,
        code=error.code,
        message=error.message,
        data=to_body(dict(error.data)),
        final=True,
        field=error.field,
        **proof,
    )


def repeated(outcome: Outcome) -> Answer:
    """The first answer to a ref, given again."""
    document = json.loads(outcome.answer)
    kind = Ack if document["type"] == "ack" else Refused
    return msgspec.structs.replace(msgspec.convert(document, kind), repeated=True)
