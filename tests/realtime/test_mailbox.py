"""The mailbox: events are never dropped, state is, and a stuck reader is dealt with.

All of it where the server takes whole frames, and where it takes messages only.
"""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from auctions.realtime import messages as m
from auctions.realtime.mailbox import MOST_WAITING, Mailbox
from auctions.realtime.outgoing import BREATH_EVERY, Round, Told, shown, told
from infra.sockets.frames import FrameWriter, text_frame
from tests.realtime.framing import payloads_of


class Wire:
    """Where the mailbox writes to; its clock is set by hand."""

    writer: FrameWriter | None = None

    def __init__(self) -> None:
        self.sent: list[dict[str, object]] = []
        self.closed: list[int] = []
        self.asked = 0
        self._running: asyncio.Task[None] | None = None
        self.now = 100.0
        self.mailbox = Mailbox(
            self.send, self.closed.append, self.ask, self.writer, monotonic=lambda: self.now
        )

    async def send(self, text: str) -> None:
        self.sent.append(msgspec.json.decode(text))

    def ask(self) -> None:
        self.asked += 1

    async def flush(self) -> list[dict[str, object]]:
        if self._running is None:
            self._running = asyncio.create_task(self.mailbox.run())
        await asyncio.sleep(0.03)
        return self.sent

    def event(self, *cursors: int) -> None:
        payloads = tuple(b'{"cursor":%d}' % cursor for cursor in cursors)
        frames = b"".join(map(text_frame, payloads))
        self.mailbox.events(Told(payloads, frames, (cursors[-1], self.now)))

    def standing(self, number: int, *points: str) -> None:
        points_ = [m.PricePoint(lot=1, at=at, amount="1.00") for at in points]
        self.mailbox.standing(shown(m.Standing(now=str(number), lots=[], points=points_)))

    def presence(self, connected: int) -> None:
        self.mailbox.presence(told([m.Presence(now="", connected=connected, seats={})]))


class Kernel(FrameWriter):
    """Takes a number of writes, and what comes then only when somebody has read."""

    def __init__(self, sent: list[dict[str, object]], room: int) -> None:
        self._sent = sent
        self.room = room
        self.writes = 0
        self._waiting = b""

    def write(self, frames: bytes) -> bool:
        if self._waiting:
            return False
        self.writes += 1
        if self.room:
            self.room -= 1
            self._sent += [msgspec.json.decode(each) for each in payloads_of(frames)]
        else:
            self._waiting = frames
        return True

    def waiting(self) -> int:
        return len(self._waiting)

    def read(self, room: int) -> None:
        waited, self._waiting, self.room = self._waiting, b"", room
        if waited:
            self.write(waited)


class FrameWire(Wire):
    def __init__(self, room: int = 10_000) -> None:
        self.writer = self.kernel = Kernel([], room)
        super().__init__()
        self.kernel._sent = self.sent


@pytest.fixture(params=[Wire, FrameWire])
def wire(request: pytest.FixtureRequest) -> Wire:
    return request.param()


@pytest.fixture
def full() -> FrameWire:
    """Its reader has not read for so long that the kernel holds back one message."""
    wire = FrameWire(room=0)
    wire.mailbox.answer(b'{"first":true}')
    assert wire.sent == []
    return wire


async def test_events_are_all_sent_in_order(wire: Wire) -> None:
    wire.event(1)
    wire.event(2, 3)
    wire.event(4)

    assert [each["cursor"] for each in await wire.flush()] == [1, 2, 3, 4]


async def test_a_reader_two_seconds_behind_gets_one_snapshot_once_it_caught_up(wire: Wire) -> None:
    wire.event(1)
    await wire.flush()
    wire.now += 2.5
    wire.mailbox.look()
    wire.event(2)
    wire.standing(1)
    wire.presence(1)
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
    wire.mailbox.look()

    assert wire.closed == [4408]


async def test_of_events_told_together_the_last_one_has_to_be_confirmed(wire: Wire) -> None:
    wire.event(1, 2, 3)
    wire.mailbox.seen(2)
    wire.now += 2.5
    assert wire.mailbox.lag() == 2.5

    wire.mailbox.seen(3)
    assert wire.mailbox.lag() == 0


async def test_a_reader_that_confirms_is_left_alone(wire: Wire) -> None:
    wire.event(1)
    wire.mailbox.seen(1)
    wire.now += 60
    wire.mailbox.look()
    wire.event(2)

    assert [each["cursor"] for each in await wire.flush()] == [1, 2]
    assert wire.closed == []


async def test_answers_reach_even_a_reader_that_is_behind(wire: Wire) -> None:
    wire.event(1)
    wire.now += 3
    wire.mailbox.look()
    wire.mailbox.answer(b'{"ack":true}')

    assert {"ack": True} in await wire.flush()


async def test_without_frames_the_latest_standing_wins_but_no_point_is_lost() -> None:
    wire = Wire()
    wire.standing(1, "a")
    wire.event(1)
    wire.standing(2, "b")
    wire.event(2)
    wire.standing(3)

    event, second, standing = await wire.flush()

    assert (event, second) == ({"cursor": 1}, {"cursor": 2})
    assert standing["now"] == "3"
    assert [point["at"] for point in standing["points"]] == ["a", "b"]


async def test_frames_are_written_at_once_and_wake_nobody() -> None:
    wire = FrameWire()
    wire.event(1, 2)
    wire.standing(1, "a")
    wire.presence(2)
    wire.mailbox.answer(b'{"ack":true}')

    assert [next(iter(each)) for each in wire.sent] == ["cursor", "cursor", "type", "type", "ack"]
    assert wire.kernel.writes == 4  # what is told together is written together
    assert not wire.mailbox._wake.is_set()


async def test_while_the_kernel_is_full_events_wait_and_of_standings_the_latest_wins(
    full: FrameWire,
) -> None:
    full.standing(1, "a")
    full.event(1, 2)
    full.presence(1)
    full.standing(2, "b")
    full.mailbox.answer(b'{"ack":true}')
    full.presence(7)
    full.event(3)
    full.standing(3)
    assert await full.flush() == []

    full.kernel.read(room=100)
    sent = await full.flush()

    assert sent[:5] == [
        {"first": True}, {"cursor": 1}, {"cursor": 2}, {"ack": True}, {"cursor": 3}
    ]  # fmt: skip
    assert [each["type"] for each in sent[5:]] == ["standing", "presence"]
    assert sent[5]["now"] == "3"
    assert [point["at"] for point in sent[5]["points"]] == ["a", "b"]
    assert sent[6]["connected"] == 7
    full.event(4)  # and from then on at once again
    assert sent[7] == {"cursor": 4}


async def test_nothing_overtakes_what_waits_though_the_kernel_has_room_again(
    full: FrameWire,
) -> None:
    full.event(1)
    full.kernel.read(room=100)
    full.event(2)  # before anybody looked
    full.standing(1)

    sent = await full.flush()

    assert sent[:3] == [{"first": True}, {"cursor": 1}, {"cursor": 2}]
    assert len(sent) == 4


async def test_a_reader_that_takes_one_message_at_a_time_gets_each_once_and_in_order(
    full: FrameWire,
) -> None:
    full.event(*range(1, 8))
    running = asyncio.create_task(full.mailbox.run())
    for number in range(8):
        full.standing(number, f"p{number}")
        full.kernel.read(room=1)
        async with asyncio.timeout(2):
            while len(full.sent) <= number:
                await asyncio.sleep(0.01)
    full.kernel.read(room=9)
    async with asyncio.timeout(2):
        while len(full.sent) < 9:
            await asyncio.sleep(0.01)
    running.cancel()

    assert full.sent[1:8] == [{"cursor": number} for number in range(1, 8)]
    assert full.sent[8]["now"] == "7"
    assert [point["at"] for point in full.sent[8]["points"]] == [f"p{n}" for n in range(8)]


async def test_a_snapshot_replaces_the_standing_that_waited(full: FrameWire) -> None:
    full.standing(1, "a")
    full.mailbox.whole(b'{"snapshot":true}', 5)
    full.kernel.read(room=100)

    assert await full.flush() == [{"first": True}, {"snapshot": True}]


async def test_a_reader_for_whom_too_much_waits_is_closed(full: FrameWire) -> None:
    full.event(*range(1, MOST_WAITING + 1))
    full.mailbox.look()
    assert full.closed == []

    full.mailbox.answer(b"{}")
    full.mailbox.look()
    assert full.closed == [4408]


async def test_who_goes_round_many_sockets_lets_the_loop_turn_and_one_that_fails_go() -> None:
    wires = [FrameWire() for _ in range(3 * BREATH_EVERY)]
    broken = wires[5]

    def fail(_: bytes) -> bool:
        raise RuntimeError

    broken.kernel.write = fail  # type: ignore[method-assign]
    turns = 0

    async def turning() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(turning())
    beat = told([m.Heartbeat(now="", cursor=1)])
    await Round().give([wire.mailbox for wire in wires], Mailbox.beat, beat)
    task.cancel()

    assert turns == 3
    assert broken.closed == [1012]
    assert [len(wire.sent) for wire in wires] == [int(wire is not broken) for wire in wires]
