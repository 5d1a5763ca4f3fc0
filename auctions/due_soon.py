"""States read ahead for the clock, of auctions whose moment comes soon.

A thousand auctions may be due at one instant. At the instant itself each then costs what was added
since, not its whole ledger. Nothing here can be stale: a state counts only as far as the chain goes
on from it, and whoever decides looks at that under the auction's lock.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import structlog

from auctions.ledger import store
from auctions.realtime.batch import Cached

log = structlog.get_logger(__name__)

AHEAD = timedelta(seconds=5)
PAST = timedelta(seconds=5)  # one that waits, or that another clock holds, is kept for so long
MOST = 2000  # states held
AT_ONCE = 10  # read at one look, so that what becomes due meanwhile does not wait

_SOON = """
SELECT id, rules_version FROM auctions_auction
WHERE due > clock_timestamp() - %s AND due < clock_timestamp() + %s ORDER BY due LIMIT %s
"""


class DueSoon:
    """What one clock has read ahead."""

    def __init__(self) -> None:
        self._states: dict[UUID, Cached | None] = {}  # None: it could not be read

    def state(self, auction_id: UUID) -> Cached | None:
        """The state of an auction as it was read, or as it was decided last."""
        return self._states.get(auction_id)

    def keep(self, auction_id: UUID, decided: Cached) -> None:
        """Hold the state that was decided: the next moment may be near."""
        self._states[auction_id] = decided

    def read(self, connection: psycopg.Connection[Any]) -> bool:
        """Read a few more and let go of what is not due soon; whether more is to be read."""
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute(_SOON, (PAST, AHEAD, MOST))
            soon = dict(cursor.fetchall())
        self._states = {key: state for key, state in self._states.items() if key in soon}
        unread = [key for key in soon if key not in self._states]
        for auction_id in unread[:AT_ONCE]:
            self._states[auction_id] = _read(connection, auction_id, soon[auction_id])
        return len(unread) > AT_ONCE


def _read(connection: psycopg.Connection[Any], auction_id: UUID, version: int) -> Cached | None:
    try:
        with connection.transaction(), connection.cursor() as cursor:
            return Cached(store.load_state(cursor, auction_id, rules_version=version), version)
    except Exception:
        if connection.closed:
            raise
        # Whoever decides it reads it again, and says what is wrong with it.
        log.info("an auction could not be read ahead", auction_id=auction_id, exc_info=True)
        return None
