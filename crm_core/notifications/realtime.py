"""The bell's socket: tells a person's open pages that there is something new.

The server sends ``{"type": "notices_changed"}`` after a notice for the signed-in person, whichever
company it is for; the page then fetches its own bell. Nothing is accepted from the client. Close
codes: 4401 not signed in, 4409 the session ended.
"""

from __future__ import annotations

import logging
from typing import Any

import structlog
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.urls import path

from crm_core.people.sessions import group_of, session_hash
from infra.requests import request_id

log = logging.getLogger(__name__)


class BellConsumer(AsyncJsonWebsocketConsumer):
    """One open page of a signed-in person."""

    group = ""

    async def connect(self) -> None:
        user = self.scope["user"]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id(None), user_id=str(user.pk))
        await self.accept()
        if not user.is_authenticated:
            await self.close(4401)
            return
        self.group = group_of(user.pk)
        try:
            await self.channel_layer.group_add(self.group, self.channel_name)
        except OSError as error:
            log.warning("the bell is deaf: %s", error)
            await self.close(1013)

    async def disconnect(self, code: int) -> None:
        if self.group:
            try:
                await self.channel_layer.group_discard(self.group, self.channel_name)
            except OSError as error:
                log.debug("not taken off the group: %s", error)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """What a page sends is dropped."""

    async def notice_created(self, message: dict[str, Any]) -> None:
        """A notice for this person."""
        await self.send_json({"type": "notices_changed"})

    async def session_ended(self, message: dict[str, Any]) -> None:
        """Sign-out of this browser, or the account's end; a single company's end is not ours."""
        own = self.scope["session"].session_key
        if message.get("company") is None and message.get("session") in (None, session_hash(own)):
            await self.close(4409)


urlpatterns = [path("ws/notices/", BellConsumer.as_asgi())]
