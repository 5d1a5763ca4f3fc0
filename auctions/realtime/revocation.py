"""Hearing at once that a person may no longer use a socket.

The people's room sends ``session.ended`` to the channel-layer group of the user. The message may
be lost (Valkey away); the socket looks by itself every few seconds, and every command is checked
inside its transaction.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

from channels.layers import get_channel_layer
from redis import RedisError

from crm_core.people.sessions import group_of, session_hash

log = logging.getLogger(__name__)

RETRY = 5.0


class Revocations:
    """The messages that may concern one socket."""

    def __init__(self, user_id: UUID, session: str | None, company_id: UUID) -> None:
        self._group = group_of(user_id)
        self._session = session_hash(session)
        self._company = str(company_id)

    async def wait(self, revoked: Callable[[], Awaitable[None]]) -> None:
        """Call ``revoked`` once a message fits this socket."""
        layer = get_channel_layer()
        if layer is None:
            return
        while True:
            try:
                channel = await layer.new_channel()
                await layer.group_add(self._group, channel)
                try:
                    while True:
                        if self._fits(await layer.receive(channel)):
                            await revoked()
                            return
                finally:
                    await layer.group_discard(self._group, channel)
            except (RedisError, OSError) as error:
                log.debug("revocations are not heard: %s", error)
                await asyncio.sleep(RETRY)

    def _fits(self, message: dict[str, object]) -> bool:
        return (
            message.get("type") == "session.ended"
            and message.get("session") in (None, self._session)
            and message.get("company") in (None, self._company)
        )
