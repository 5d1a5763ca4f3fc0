"""What this process's gate wrote is told without being read again; what is missing is read."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from auctions.ledger.codec import Entry
from auctions.realtime import signals
from auctions.realtime.hub import LOOK_EVERY, hub
from auctions.realtime.messages import Ack
from auctions.realtime.process import gate
from auctions.realtime.steps import Step
from tests.realtime.conftest import in_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


def followed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by the entry after which the ledger is read, at each reading."""
    reader = hub()._reader
    steps, found = reader.steps, []

    def counted(auction_id: Any, state: Any) -> list[Step]:
        found.append(state.seq)
        return steps(auction_id, state)

    monkeypatch.setattr(reader, "steps", counted)
    return found


async def place(room: Any, supplier: Any, amount: str) -> None:
    answer = await in_database(lambda: room.place(gate(), supplier, amount))()
    assert isinstance(answer, Ack), answer


async def test_a_bid_decided_here_is_told_without_being_read(
    opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await opened(1)
    await asyncio.sleep(0.6)
    one = room.suppliers[0]
    client = await opened.client(room, one)
    await asyncio.sleep(LOOK_EVERY * 1.5)  # what the start of the lot woke has been read
    read = followed(monkeypatch)

    for amount in ("990.00", "980.00", "970.00"):
        await place(room, one, amount)
        await client.until("event", seconds=5, kind="bid_placed")

    assert read == []


async def test_what_is_missing_between_two_hand_overs_is_read(
    opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await opened(1)
    await asyncio.sleep(0.6)
    one = room.suppliers[0]
    client = await opened.client(room, one)
    await asyncio.sleep(LOOK_EVERY * 1.5)
    read = followed(monkeypatch)
    watch = hub()._watches[room.id]
    known, wake = watch.state.seq, watch.wake
    handed: list[Entry] = []
    monkeypatch.setattr(watch, "wake", lambda entries=(): handed.extend(entries))
    for amount in ("990.00", "980.00"):
        await place(room, one, amount)
    await asyncio.sleep(0.1)
    assert handed[0].seq == known + 1
    assert handed[-1].seq > known + 1

    wake(handed[-1:])  # those before it never came

    seen = [await client.until("event", seconds=5, kind="bid_placed") for _ in range(2)]
    assert [event["data"]["amount"] for event in seen] == ["990.00", "980.00"]
    assert read == [known]


async def test_a_hand_over_that_is_known_already_is_not_told_again(opened) -> None:
    room = await opened(1)
    await asyncio.sleep(0.6)
    one = room.suppliers[0]
    client = await opened.client(room, one)
    watch = hub()._watches[room.id]
    handed: list[Entry] = []
    signals.listen(listener := lambda auction_id, entries: handed.extend(entries))
    try:
        await place(room, one, "990.00")
    finally:
        signals.unlisten(listener)
    first = await client.until("event", seconds=5, kind="bid_placed")

    watch.wake(handed)
    await place(room, one, "980.00")

    second = await client.until("event", seconds=5, kind="bid_placed")
    assert second["prev"] == first["cursor"]
    assert second["data"]["amount"] == "980.00"


async def test_a_process_does_not_hear_its_own_signals() -> None:
    auction_id = uuid4()
    assert signals.grown_elsewhere(f"{auction_id} {signals.SENDER}") is None
    assert signals.grown_elsewhere(f"{auction_id} another") == auction_id
    with pytest.raises(ValueError, match="badly formed"):
        signals.grown_elsewhere("nonsense")
