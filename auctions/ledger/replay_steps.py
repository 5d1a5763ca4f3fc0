"""What a replay goes through, and how it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain.draft import Limits, no_limits
from auctions.domain.machine import decide
from auctions.domain.refusals import Refusal
from auctions.domain.state import AuctionState
from kernel.errors import FairfallError

# What rules and bodies run into where an entry holds what no auction could have led to.
MISFITS = (
    ArithmeticError,
    AttributeError,
    FairfallError,
    LookupError,
    TypeError,
    ValueError,
)
Asked = tuple[cmd.Command, datetime, datetime | None]  # with receipt and, where drawn, the line


class ReplayFailed(Exception):
    """An entry is not what the rules lead to."""

    def __init__(self, seq: int, why: str) -> None:
        self.seq = seq
        self.why = why
        super().__init__(f"entry {seq}: {why}")


@contextmanager
def fitting(seq: int) -> Iterator[None]:
    """Name the entry where what it holds cannot be looked at together with what stands before."""
    try:
        yield
    except MISFITS as error:
        raise ReplayFailed(seq, "it does not fit what stands before it") from error


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the ledger; ``event`` is None where the export keeps it closed."""

    seq: int
    recorded_at: datetime | None
    event: ev.Event | None


def decided_again(
    state: AuctionState, asked: Asked, seq: int, limits: Limits = no_limits
) -> tuple[ev.Event, ...]:
    """What the command behind an entry, ``seq``, leads to. Raises ReplayFailed where the rules
    refuse it, or it fits nothing that stands before it."""
    try:
        return decide(state, *asked, limits)
    except Refusal as refusal:
        raise ReplayFailed(seq, f"the rules refuse it: {refusal.code}") from refusal
    except MISFITS as error:
        raise ReplayFailed(seq, str(error)) from error
