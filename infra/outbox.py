"""The outbox: facts written in the caller's transaction, delivered later by the relay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from infra import nudge
from infra.models import OutboxMessage
from kernel.clock import utc_now

SOURCE_NAME = "outbox"

_NEXT = """
INSERT INTO infra_outboxhead AS head (subject, seq) VALUES (%s, 1)
ON CONFLICT (subject) DO UPDATE SET seq = head.seq + 1 RETURNING seq
"""


def emit(
    *,
    type: str,  # noqa: A002
    subject: str,
    payload: Mapping[str, Any],
    actor: str = "",
    parties: Sequence[str] = (),
    occurred_at: datetime | None = None,
    visible_from: datetime | None = None,
) -> OutboxMessage:
    """Write one fact; handlers see it after, and only if, the caller's transaction commits.

    ``type`` is ``room.past_tense`` (``tender.published``); ``subject`` is the URN whose facts stay
    in order; ``payload`` holds JSON values and UUIDs, moments or decimals, which are delivered as
    text. ``actor`` and ``parties`` are URNs. Must be called inside ``transaction.atomic()``: the
    subject stays locked until commit, so emit near the end of the transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("emit() belongs inside a transaction")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [subject])
        seq = cursor.fetchone()[0]
    message = OutboxMessage.objects.create(
        subject=subject,
        seq=seq,
        type=type,
        payload=dict(payload),
        actor=actor,
        parties=list(parties),
        occurred_at=occurred_at or utc_now(),
        visible_from=visible_from,
    )
    if not settings.TESTING:
        transaction.on_commit(nudge.relay, robust=True)
    return message
