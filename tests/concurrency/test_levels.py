"""Dutch and Japanese auctions through several gates: being first is being received first."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from auctions.clock import AuctionClock
from auctions.domain.commands import AcceptLevel, Officer, Resume
from auctions.domain.terms import (
    DutchTerms,
    Feedback,
    Format,
    JapaneseTerms,
    LotTerms,
    SoftClose,
    Step,
    Withdrawal,
)
from auctions.realtime import lines
from auctions.realtime.gate import Gate
from auctions.realtime.messages import Ack, Refused
from kernel.clock import moment_from_wire, utc_now
from tests.concurrency.processes import HELD, Process, pause, sleep_until
from tests.concurrency.servers import WebProcess, web_processes
from tests.concurrency.test_processes import Caller, answer_to, started, token
from tests.rooms import PATIENCE, Room, Supplier, open_room

pytestmark = pytest.mark.django_db(transaction=True)
OVER = {"auction.lot_closed", "auction.ended"}


def levels(of: Format, seconds: float, **changes: Any) -> dict[str, Any]:
    """Terms with levels of so many seconds, from 100.00 by 1 %."""
    time_of = timedelta(seconds=seconds)
    dutch = of is Format.DUTCH
    return {
        "format": of,
        "lots": (LotTerms(1, "Rebar", Decimal(100), "TNE", start=Decimal("100.00"),
                          step=Step(percent=Decimal(1))),),
        "soft_close": SoftClose(window=timedelta(0), reset=timedelta(0)),
        "feedback": Feedback(rank=False),
        "withdrawal": Withdrawal(allowed=False),
        "dutch": DutchTerms(time_of) if dutch else None,
        "japanese": None if dutch else JapaneseTerms(time_of),
        "reserve": "150.00" if dutch else None,
        **changes,
    }  # fmt: skip


def running(gate: Gate, of: Format, seconds: float, suppliers: int = 2) -> Room:
    room = open_room(suppliers, **levels(of, seconds))
    room.everyone_accepts(gate)
    sleep_until(room.terms.starts_at + timedelta(seconds=0.2))
    return room


def take(gate: Gate, room: Room, supplier: Supplier, level: int) -> Future[Any]:
    command = AcceptLevel(supplier.seat, 1, level, room.ref())
    return gate.submit(command, auction_id=room.id, party=supplier.party)


def of_kind(room: Room, kind: str) -> list[Any]:
    return [entry for entry in room.entries() if entry.kind == kind]


def wait_for(room: Room, kind: str, count: int = 1, seconds: float = 12) -> list[Any]:
    until = time.monotonic() + seconds
    while len(found := of_kind(room, kind)) < count:
        assert time.monotonic() < until, room.kinds()
        time.sleep(0.03)
    return found


@pytest.mark.parametrize("in_order", [True, False], ids=["in order", "negative control"])
def test_the_first_received_wins_though_its_process_is_slower(
    new_process: Callable[..., Process],
    clock: AuctionClock,
    monkeypatch: pytest.MonkeyPatch,
    in_order: bool,
) -> None:
    if not in_order:
        monkeypatch.setattr(lines, "IN_ORDER_OF_RECEIPT", ())
    slow, quick = new_process(), new_process()
    room = running(quick.gate, Format.DUTCH, 60)
    slow.valve.shut()
    first = take(slow.gate, room, room.suppliers[0], 0)
    time.sleep(0.01)
    second = take(quick.gate, room, room.suppliers[1], 0)
    time.sleep(HELD)
    assert second.done() is not in_order
    slow.valve.open.set()

    assert isinstance(first.result(PATIENCE), Ack)
    assert isinstance(second.result(PATIENCE), Refused if in_order else Ack)
    (closed,) = wait_for(room, "lot_closed")
    winner = room.suppliers[0 if in_order else 1]
    assert (closed.body["seat"], closed.body["amount"]) == (winner.seat, "100.00")


def test_a_paused_clock_goes_on_at_its_price_and_no_tick_is_lost_or_doubled(
    new_gate: Callable[..., Gate], clock: AuctionClock
) -> None:
    gate = new_gate()
    room = open_room(2, **levels(Format.DUTCH, 1, resume_notice=timedelta(seconds=1)))
    room.everyone_accepts(gate)
    wait_for(room, "level_opened", 2)
    assert isinstance(pause(gate, room).result(PATIENCE), Ack)
    paused = of_kind(room, "level_opened")[-1]
    time.sleep(1.5)
    assert of_kind(room, "level_opened")[-1].seq == paused.seq
    resume = Resume(by=Officer.BUYER, ref="go")
    gate.submit(resume, auction_id=room.id, party=room.officer).result(PATIENCE)
    wait_for(room, "level_opened", paused.body["level"] + 2)
    stopped = moment_from_wire(of_kind(room, "lot_paused")[0].body["at"])
    (resumed,) = of_kind(room, "lot_resumed")
    remained = moment_from_wire(paused.body["until"]) - stopped
    goes_on = moment_from_wire(resumed.body["at"])
    assert moment_from_wire(resumed.body["deadline"]) == goes_on + remained
    following = of_kind(room, "level_opened")[paused.body["level"] + 1]
    assert moment_from_wire(following.body["at"]) == goes_on + remained
    assert following.body["level"] == paused.body["level"] + 1


def test_a_supplier_whose_line_is_lost_is_in_until_the_level_is_over(
    new_gate: Callable[..., Gate], clock: AuctionClock
) -> None:
    """The process it was connected to dies; through another one it accepts in time."""
    dying, other = new_gate(), new_gate()
    room = running(dying, Format.JAPANESE, 2.5, suppliers=3)
    for supplier in room.suppliers[:2]:
        assert isinstance(take(dying, room, supplier, 0).result(PATIENCE), Ack)
    dying.stop(2)
    assert isinstance(take(other, room, room.suppliers[2], 0).result(PATIENCE), Ack)
    wait_for(room, "level_opened", 2)
    assert of_kind(room, "dropped_out") == []
    for supplier in room.suppliers[:2]:
        assert isinstance(take(other, room, supplier, 1).result(PATIENCE), Ack)
    (out,) = wait_for(room, "dropped_out")
    assert out.body["seat"] == room.suppliers[2].seat
    assert (out.body["level"], out.body["at"]) == (1, of_kind(room, "level_opened")[2].body["at"])
    late = take(other, room, room.suppliers[2], 2).result(PATIENCE)
    assert late.code == "auction.out_of_lot"
    assert "you did not accept level 1 within its time" in late.message


# Real web processes ----------------------------------------------------------------------------

DOOR = 4.0  # seconds in which all clients come in


class Racer(Caller):
    """A client that accepts level 0 of lot 1 at a moment of its own."""

    async def race(self, web: WebProcess, auction: str, at: float) -> None:
        async with await self.socket(web, auction) as socket:
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            ref = f"{self.number}"
            self.asked.append(ref)
            await socket.send(json.dumps({"type": "accept", "ref": ref, "lot": 1, "level": 0}))
            self.told[ref] = await answer_to(socket, ref)


def race(room: Room, application: str = "asgi:application", **environ: str) -> list[Racer]:
    racers = [Racer(token(person), number) for number, person in enumerate(room.suppliers)]

    async def run(webs: list[WebProcess]) -> None:
        at = time.monotonic() + DOOR
        await asyncio.gather(
            *(racer.race(webs[racer.number % 2], str(room.id), at) for racer in racers)
        )

    with web_processes(2, application, **environ) as webs:
        asyncio.run(run(webs))
    return racers


def assert_one_winner(room: Room, racers: list[Racer]) -> None:
    """Exactly one is accepted, the first received; everybody else is refused for good."""
    answers = [answer for racer in racers for answer in racer.told.values()]
    won = [answer for answer in answers if answer["type"] == "ack"]
    lost = [answer for answer in answers if answer["type"] == "refused"]
    undecided = [answer for answer in lost if not answer["final"]]
    assert undecided == [], f"{len(undecided)} acceptances were not decided"
    assert (len(won), len(lost)) == (1, len(racers) - 1)
    assert {answer["code"] for answer in lost} <= OVER
    assert all(won[0]["received_at"] <= answer["received_at"] for answer in lost)
    (closed,) = wait_for(room, "lot_closed")
    (accepted,) = of_kind(room, "level_accepted")
    assert accepted.leaf.hex() == won[0]["leaf"]
    assert closed.body["seat"] == accepted.body["seat"]


@pytest.mark.slow
def test_a_race_of_thirty_two_clients_has_exactly_one_winner(clock: AuctionClock) -> None:
    room = started(32, **levels(Format.DUTCH, 120))
    assert_one_winner(room, race(room))


@pytest.mark.slow
def test_it_is_the_stopped_clock_that_leaves_one_winner() -> None:
    """The negative control: in these processes an acceptance does not stop the clock."""
    room = started(32, **levels(Format.DUTCH, 120))
    racers = race(room, "tests.concurrency.unstopped_app:application")
    with pytest.raises(AssertionError):
        assert_one_winner(room, racers)
    assert sum(answer["type"] == "ack" for racer in racers for answer in racer.told.values()) > 1


@pytest.mark.slow
def test_no_level_is_lost_or_doubled_when_a_web_process_is_killed_in_a_storm_of_ticks(
    clock: AuctionClock,
) -> None:
    room = started(4, **levels(Format.DUTCH, 1))
    callers = [Caller(token(person), number) for number, person in enumerate(room.suppliers)]

    async def ask(caller: Caller, web: WebProcess, until: float) -> None:
        """Accept levels that are not reached yet, over and over."""
        try:
            async with await caller.socket(web, str(room.id)) as socket:
                while time.monotonic() < until:
                    ref = f"{caller.number}-{len(caller.asked)}"
                    caller.asked.append(ref)
                    await socket.send(
                        json.dumps({"type": "accept", "ref": ref, "lot": 1, "level": 99})
                    )
                    caller.told[ref] = await answer_to(socket, ref)
                    await asyncio.sleep(0.02)
        except Exception:
            return

    async def run(first: WebProcess, second: WebProcess) -> None:
        until = time.monotonic() + 8
        tasks = [
            asyncio.create_task(ask(caller, (first, second)[caller.number % 2], until))
            for caller in callers
        ]
        await asyncio.sleep(4)
        await asyncio.to_thread(first.kill)
        await asyncio.gather(*tasks)

    with web_processes(2) as (first, second):
        asyncio.run(run(first, second))
    opened = of_kind(room, "level_opened")
    assert [entry.body["level"] for entry in opened] == list(range(len(opened)))
    starts: datetime = room.terms.starts_at
    moments = [moment_from_wire(entry.body["at"]) for entry in opened]
    assert moments == [starts + timedelta(seconds=number) for number in range(len(opened))]
    assert len(opened) >= int((utc_now() - starts).total_seconds()) - 4
    assert all(
        answer["code"] == "auction.level_not_reached"
        for caller in callers
        for answer in caller.told.values()
    )
