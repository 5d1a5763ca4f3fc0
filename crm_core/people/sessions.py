"""Telling open sockets that their person may no longer use them.

Every socket joins the channel-layer group :func:`group_of` its user. The message sent there is::

    {"type": "session.ended", "reason": "signed_out" | "deactivated" | "membership_ended"
                | "role_changed",
     "session": str | None,     # hash of one browser session; None: all of the person's
     "company": str | None}     # id of one company; None: all

A socket closes when both restrictions fit it (None fits every socket). The message is a courtesy:
every command re-checks the actor anyway.
"""

from __future__ import annotations

import hashlib
import logging
from typing import Any
from uuid import UUID

import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

log = logging.getLogger(__name__)


def group_of(user_id: UUID | str) -> str:
    """The channel-layer group of all sockets of a person."""
    return f"user_{user_id}"


def session_hash(session_key: str | None) -> str | None:
    """How a message names a browser session without giving it away."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32] if session_key else None


def send_to_user(user_id: UUID | str, message: dict[str, Any]) -> None:
    """Send a message to all sockets of a person; lost without complaint when Valkey is away."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(group_of(user_id), message)
    except (redis.RedisError, OSError) as error:
        log.warning("no live message to %s: %s", user_id, error)


def end_sockets(
    user_id: UUID | str,
    *,
    reason: str,
    session: str | None = None,
    company_id: UUID | str | None = None,
) -> None:
    """Ask the sockets of a person (of one session, of one company) to close."""
    send_to_user(
        user_id,
        {
            "type": "session.ended",
            "reason": reason,
            "session": session,
            "company": str(company_id) if company_id else None,
        },
    )
