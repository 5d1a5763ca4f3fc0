"""The mailbox: events are never dropped, state is, and a stuck reader is dealt with."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from auctions.realtime import messages as m
from auctions.realtime.mailbox import Mailbox
from auctions.realtime.wire import ENCODER


class Wire:
    """Where the mailbox writes to; its clock is set by hand."""

    def __init__(self) -> None:
        self.sent: list[dict[str, object]] = []
        self.closed: list[int] = []
        self.asked = 0
        self.now = 100.0
        self.mailbox = Mailbox(self.send, self.close, self.ask, monotonic=lambda: self.now)

    async def send(self, text: str) -> None:
        self.sent.append(msgspec.json.decode(text))

    async def close(self, code: int) -> None:
        self.closed.append(code)

    def ask(self) -> None:
        self.asked += 1

    async def flush(self) -> list[dict[str, object]]:
        task = asyncio.create_task(self.mailbox.run())
        await asyncio.sleep(0.01)
        task.cancel()
        return self.sent

    def event(self, cursor: int) -> None:
        self.mailbox.event(b'{"cursor":%d}' % cursor, cursor)

    def standing(self, number: int, *points: str) -> None:
        made = m.Standing(
            now=str(number),
            lots=[],
            points=[m.PricePoint(lot=1, at=at, amount="1.00") for at in points],
        )
        self.mailbox.standing(made, ENCODER.encode(made))


@pytest.fixture
def wire() -> Wire:
    return Wire()


async def test_of_standings_the_latest_wins_but_no_point_is_lost(wire: Wire) -> None:
    wire.standing(1, "a")
    wire.standing(2, "b")
    wire.standing(3)

    sent = await wire.flush()

    assert [(each["now"], [point["at"] for point in each["points"]]) for each in sent] == [
        ("3", ["a", "b"])
    ]


async def test_events_are_all_sent_in_order_before_the_standing(wire: Wire) -> None:
    wire.standing(1)
    for cursor in (1, 2, 3):
        wire.event(cursor)

    sent = await wire.flush()

    assert [each.get("cursor", "standing") for each in sent] == [1, 2, 3, "standing"]


async def test_a_reader_two_seconds_behind_gets_one_snapshot_once_it_caught_up(wire: Wire) -> None:
    wire.event(1)
    await wire.flush()
    wire.now += 2.5
    await wire.mailbox.look()
    wire.event(2)
    wire.standing(1)
    assert len(await wire.flush()) == 1
    assert wire.asked == 0

    wire.mailbox.seen(1)
    assert wire.asked == 1
    wire.mailbox.whole(b'{"snapshot":true}', 2)
    wire.event(3)

    sent = await wire.flush()
    assert sent[1:] == [{"snapshot": True}, {"cursor": 3}]
    assert wire.closed == []


async def test_a_reader_thirty_seconds_behind_is_closed(wire: Wire) -> None:
    wire.event(1)
    wire.now += 30.5
    await wire.mailbox.look()

    assert wire.closed == [4408]


async def test_a_reader_that_confirms_is_left_alone(wire: Wire) -> None:
    wire.event(1)
    wire.mailbox.seen(1)
    wire.now += 60
    await wire.mailbox.look()
    wire.event(2)

    assert [each["cursor"] for each in await wire.flush()] == [1, 2]
    assert wire.closed == []


async def test_answers_reach_even_a_reader_that_is_behind(wire: Wire) -> None:
    wire.event(1)
    wire.now += 3
    await wire.mailbox.look()
    wire.mailbox.answer(b'{"ack":true}')

    assert {"ack": True} in await wire.flush()
