"""What is counted of the gate, the hub and the sockets of this process.

Labels are kinds of things and never a company, a seat, an auction or an amount: figures are read by
people who may not see those, and each value would be kept as a series for ever. Counting costs
microseconds; what is told per command is added up for a batch first.
"""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from prometheus_client import Counter, Histogram

from auctions.domain.commands import AcceptLevel, PlaceBid
from auctions.realtime.answers import Answer, Work
from auctions.realtime.errors import NOT_FINAL
from auctions.realtime.messages import Refused

T = TypeVar("T")
_SHORT = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8)

BIDS = Counter("fairfall_bids", "Bids answered by the gate of this process.", ["outcome"])
REFUSALS = Counter("fairfall_refusals", "Commands refused, each once.", ["code"])
BATCH_SIZE = Histogram(
    "fairfall_gate_batch_size",
    "Commands decided together in one transaction.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
LOCK_WAIT = Histogram(
    "fairfall_gate_lock_wait_seconds",
    "Until the gate had the lock of an auction's row, or gave up.",
    buckets=_SHORT,
)
DECIDE = Histogram(
    "fairfall_gate_decide_seconds",
    "One transaction of the gate, from before the lock to after the commit.",
    buckets=_SHORT,
)
ANSWER = Histogram(
    "fairfall_gate_answer_seconds",
    "From receipt to answer, of each batch's command that had waited longest.",
    buckets=_SHORT,
)
LAPSES = Counter("fairfall_gate_lease_lapses", "Leases that ended because they were not renewed.")
HUB_LAG = Histogram(
    "fairfall_hub_lag_seconds",
    "From an entry's recording to its place in the mailboxes of all audiences of this process.",
    buckets=(0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 5, 10),
)
RENDER = Histogram(
    "fairfall_hub_render_seconds",
    "Rendering the standing for one audience.",
    buckets=(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25),
)
DROPPED = Counter(
    "fairfall_mailbox_dropped",
    "Messages not sent: their reader was behind and gets the latest state instead.",
)
BEHIND = Counter("fairfall_mailbox_behind", "Times a socket fell behind.")
CLOSED = Counter("fairfall_sockets_closed", "Sockets that this process closed.", ["code"])

_BID = {
    outcome: BIDS.labels(outcome) for outcome in ("accepted", "refused", "repeated", "undecided")
}


def timed(
    lock: Callable[[Any, Any], Callable[[], T]],
    observe: Callable[[float], None] = LOCK_WAIT.observe,
) -> Callable[[Any, Any], Callable[[], T]]:
    """``lock``, with the seconds until it is there observed, also when it fails."""

    def asked(cursor: Any, auction_id: Any) -> Callable[[], T]:
        began = time.perf_counter()
        take = lock(cursor, auction_id)

        def taken() -> T:
            try:
                return take()
            finally:
                observe(time.perf_counter() - began)

        return taken

    return asked


def answered(answers: Sequence[tuple[Work, Answer]], now: datetime) -> None:
    """Count what the gate is about to tell its senders."""
    if not answers:
        return
    bids: Tally[str] = Tally()
    codes: Tally[str] = Tally()
    for work, answer in answers:
        if isinstance(work.command, PlaceBid | AcceptLevel):
            bids[_outcome(answer)] += 1
        if isinstance(answer, Refused) and not answer.repeated:
            codes[answer.code] += 1
    for outcome, number in bids.items():
        _BID[outcome].inc(number)
    for code, number in codes.items():
        REFUSALS.labels(code).inc(number)
    oldest = min(work.received_at for work, _ in answers)
    ANSWER.observe(max(0.0, (now - oldest).total_seconds()))


def turned_away(command: object, code: str) -> None:
    """Count a command that was refused before it had a place in the queue."""
    REFUSALS.labels(code).inc()
    if isinstance(command, PlaceBid | AcceptLevel):
        _BID["undecided" if code in NOT_FINAL else "refused"].inc()


def _outcome(answer: Answer) -> str:
    if answer.repeated:
        return "repeated"
    if not isinstance(answer, Refused):
        return "accepted"
    return "refused" if answer.final else "undecided"
