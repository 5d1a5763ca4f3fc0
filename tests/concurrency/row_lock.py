"""The negative control of the row lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from auctions.ledger.asking import ask
from auctions.ledger.store import LOCK, Head, head_from

_LOCKS = " FOR NO KEY UPDATE"


def unlocked(cursor: Any, auction_id: UUID) -> Callable[[], Head]:
    """As ``store.ask_lock``, without the lock."""
    assert LOCK.count(_LOCKS) == 1
    return head_from(ask(cursor, LOCK.replace(_LOCKS, ""), (auction_id,)), auction_id)
