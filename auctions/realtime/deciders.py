"""Deciding a batch: one transaction from the lock to the commit, wherever it is done.

A gate thread has one decider. :class:`Decider` does it here; ``auctions.realtime.apart`` has it
done by another process.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import psycopg

from auctions.ledger.codec import Entry
from auctions.ledger.store import ask_lock
from auctions.realtime.answers import Answer, Work
from auctions.realtime.batch import Cached, Lock, Ruling, decide_in_transaction
from auctions.realtime.database import Pipelined

KEPT_STATES = 500


class Undecided(Exception):
    """Nothing was decided, and nothing was written."""


class CommitLost(Exception):
    """Nobody knows whether it was decided: the one who committed was lost while committing."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a batch. Works that are not answered wait for a boundary."""

    answers: list[tuple[Work, Answer]]
    entries: list[Entry]  # written to the ledger
    announces: bool  # the row tells the other gates of a boundary that waits here
    commands_per_second: int | None  # as the terms allow each party; None: there are none


class Deciding(Protocol):
    """One gate thread's way to decide. Of that thread only."""

    def decide(
        self, process: UUID, auction_id: UUID, batch: Sequence[Work], complete_to: datetime
    ) -> Decided:
        """Decide and commit. The works' moments and lines are settled in place.

        Raises AuctionUnknown, Undecided or psycopg's errors (nothing was written), CommitLost; and
        anything else where one of the commands broke it. After any of them nothing is kept of the
        auction's state.
        """

    def close(self) -> None:
        """End the connection."""


class Decider:
    """Decides on the calling thread, on a connection of its own; keeps the latest states.

    ``before_commit`` is where a test may hold it back; ``lock`` how the auction's row is locked.
    """

    def __init__(
        self,
        *,
        name: str,
        before_commit: Callable[[UUID], None] | None = None,
        lock: Lock = ask_lock,
    ) -> None:
        self._name = name
        self._before_commit = before_commit
        self._lock = lock
        self._connection: Pipelined | None = None
        self._states: OrderedDict[UUID, Cached] = OrderedDict()

    def decide(
        self, process: UUID, auction_id: UUID, batch: Sequence[Work], complete_to: datetime
    ) -> Decided:
        cached = self._states.pop(auction_id, None)
        ruling = self._transaction(process, auction_id, batch, complete_to, cached)
        self._states[auction_id] = ruling.cached
        while len(self._states) > KEPT_STATES:
            self._states.popitem(last=False)
        terms = ruling.cached.state.terms
        return Decided(
            ruling.answers,
            ruling.entries,
            ruling.announces,
            None if terms is None else terms.commands_per_second,
        )

    def _transaction(
        self,
        process: UUID,
        auction_id: UUID,
        batch: Sequence[Work],
        complete_to: datetime,
        cached: Cached | None,
    ) -> Ruling:
        connection = self._connection
        if connection is None or connection.closed:
            connection = self._connection = Pipelined(name=self._name)
        try:
            # The connection is in pipeline mode: what deciding reads is one round trip, what it
            # writes another.
            ruling = decide_in_transaction(
                connection.begin(),
                auction_id,
                batch,
                process=process,
                cached=cached,
                lock=self._lock,
                complete_to=complete_to,
            )
            if self._before_commit is not None:
                self._before_commit(auction_id)
        except BaseException:
            _roll_back(connection)
            raise
        try:
            connection.commit()
        except psycopg.Error as error:
            aborted = error.sqlstate is not None and not connection.broken
            _roll_back(connection)
            if aborted:
                raise
            raise CommitLost from error
        return ruling

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def _roll_back(connection: Pipelined) -> None:
    try:
        connection.rollback()
    except psycopg.Error:
        connection.close()
