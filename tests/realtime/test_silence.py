"""A socket that cannot be told anything is ended, so that its client comes back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from auctions.realtime import consumers
from auctions.realtime.hub import hub
from auctions.realtime.mailbox import CLOSE_RETRY
from tests.realtime.conftest import Client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


async def test_who_is_not_welcomed_in_time_is_sent_back(
    opened: Any, unopened: type[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await opened(2)
    here, other = room.suppliers
    await opened.client(room, here)
    monkeypatch.setattr(consumers, "WELCOME_WITHIN", 0.5)

    async with hub()._watches[room.id].lock:  # as long as the ledger cannot be read
        waiting = await unopened(room, other).open()
        assert await waiting.closed_with(5) == CLOSE_RETRY
    await waiting.close()

    again = await opened.client(room, other)
    assert again.welcome["you"]["seat"] == other.seat


async def test_a_socket_whose_writing_failed_is_sent_back(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await opened(1)
    client = await opened.client(room, room.suppliers[0])
    await asyncio.sleep(0.2)
    (audience,) = hub()._watches[room.id].audiences.values()
    (mailbox,) = audience.mailboxes

    def fail() -> None:
        raise ValueError("cannot be written")

    monkeypatch.setattr(mailbox, "_next", fail)
    await client.send(type="ping", t=1)

    assert await client.closed_with(5) == CLOSE_RETRY
