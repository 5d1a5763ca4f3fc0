"""Joining and leaving at the same moment."""

from __future__ import annotations

import asyncio

import pytest

from auctions.realtime.hub import hub
from auctions.realtime.messages import Ack
from auctions.realtime.process import gate
from tests.realtime.conftest import in_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


async def test_a_socket_that_joins_while_the_last_other_one_leaves_hears_what_follows(
    opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await opened(1)
    await asyncio.sleep(0.6)
    one = room.suppliers[0]
    first = await opened.client(room, one)
    watch = hub()._watches[room.id]
    taking, go_on = asyncio.Event(), asyncio.Event()
    refused = watch._refused

    async def slow(audience):
        found = await refused(audience)
        taking.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(watch, "_refused", slow)
    joining = asyncio.create_task(opened.client(room, one))
    await asyncio.wait_for(taking.wait(), 5)
    await first.close()
    go_on.set()
    second = await joining

    answer = await in_database(lambda: room.place(gate(), one, "990.00"))()
    assert isinstance(answer, Ack), answer

    await second.until("event", seconds=5, kind="bid_placed")
