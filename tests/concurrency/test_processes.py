"""Two real web processes in a storm of bids, one of them killed without warning."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from auctions.clock import AuctionClock
from auctions.realtime.process import ready_gate, stop_gate
from examples.bidder import Bidder, Strategy, socket_address, ticket
from kernel.clock import utc_now
from tests.concurrency.servers import WebProcess, web_processes
from tests.concurrency.test_storm import assert_rules_agree
from tests.people import make_token
from tests.rooms import Room, Supplier, open_room

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
STORM = 2.0
PACE = 0.999  # of the bid before: seven thousand bids until a storm has run dry


@dataclass(slots=True)
class Caller:
    """A bidder that keeps book: what it asked, what it was told."""

    token: str
    number: int
    asked: list[str] = field(default_factory=list)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def storm(self, web: WebProcess, auction: str, until: float) -> None:
        try:
            async with await self.socket(web, auction) as socket:
                price = 990.0
                while time.monotonic() < until:
                    price = round(price * PACE, 2)
                    if price < 1:
                        return
                    ref = f"{self.number}-{len(self.asked)}"
                    self.asked.append(ref)
                    self.asks(ref)
                    await socket.send(
                        json.dumps({"type": "bid", "ref": ref, "lot": 1,
                                    "amount": f"{price:.2f}", "retyped": f"{price:.2f}"})
                    )  # fmt: skip
                    self.told[ref] = await answer_to(socket, ref)
                    self.was_told(ref)
        except (ConnectionClosed, OSError):
            return

    def asks(self, ref: str) -> None:
        """Called right before a bid is sent."""

    def was_told(self, ref: str) -> None:
        """Called right after its answer came."""

    async def socket(self, web: WebProcess, auction: str) -> Any:
        one_time = await asyncio.to_thread(ticket, web.url, self.token)
        return connect(socket_address(web.url, auction, one_time), open_timeout=20)

    async def ask_again(self, web: WebProcess, auction: str) -> dict[str, dict[str, Any]]:
        """The status of every ref without an answer, until it is not pending."""
        found = {}
        async with await self.socket(web, auction) as socket:
            for ref in self.asked:
                if ref in self.told:
                    continue
                while True:
                    await socket.send(json.dumps({"type": "status", "ref": ref}))
                    found[ref] = await answer_to(socket, ref)
                    if not found[ref].get("pending"):
                        break
                    await asyncio.sleep(0.2)
        return found


async def answer_to(socket: ClientConnection, ref: str) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = json.loads(await socket.recv())
        if message.get("ref") == ref and message["type"] in ("ack", "refused", "unknown_ref"):
            return message


def started(suppliers: int, **changes: Any) -> Room:
    """A room whose lot runs and whose suppliers may all bid."""
    gate = ready_gate()
    made = open_room(suppliers, commands_per_second=1000, **changes)
    made.everyone_accepts(gate)
    stop_gate()
    time.sleep(max(0.0, (made.terms.starts_at - utc_now()).total_seconds() + 0.1))
    return made


@pytest.fixture
def room() -> Room:
    return started(8)


def token(person: Supplier) -> str:
    return make_token(person.actor, name="storm")[1]


def recorded(room: Room) -> dict[str, Any]:
    return {each.body["ref"]: each for each in room.entries() if each.kind == "bid_placed"}


def storm(
    room: Room, seconds: float, application: str = "asgi:application", **environ: str
) -> list[Caller]:
    """Every supplier bids for so long, half of them at either of two web processes."""
    callers = [Caller(token(person), number) for number, person in enumerate(room.suppliers)]

    async def run(webs: list[WebProcess]) -> None:
        until = time.monotonic() + seconds
        await asyncio.gather(
            *(caller.storm(webs[caller.number % 2], str(room.id), until) for caller in callers)
        )

    with web_processes(2, application, **environ) as webs:
        asyncio.run(run(webs))
    return callers


def given(callers: list[Caller]) -> dict[str, dict[str, Any]]:
    return {ref: answer for caller in callers for ref, answer in caller.told.items()}


def assert_all_decided(callers: list[Caller]) -> None:
    """Every bid got its answer, and no bid was turned away undecided."""
    answers = given(callers)
    assert [ref for caller in callers for ref in caller.asked if ref not in answers] == []
    assert all(caller.told for caller in callers)
    undecided = [answer for answer in answers.values() if answer.get("final") is False]
    assert undecided == [], f"{len(undecided)} of {len(answers)} bids were not decided"


def assert_recorded(room: Room, callers: list[Caller]) -> None:
    """What was acknowledged is what the ledger holds, gapless and by the rules."""
    entries = room.entries()
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    bids = recorded(room)
    acked = {ref: answer for ref, answer in given(callers).items() if answer["type"] == "ack"}
    assert acked.keys() == bids.keys()
    assert all(bids[ref].leaf.hex() == answer["leaf"] for ref, answer in acked.items())
    assert_rules_agree(entries)


def test_thirty_two_bidders_through_two_web_processes() -> None:
    room = started(32)

    callers = storm(room, STORM + 4)

    assert_all_decided(callers)
    assert_recorded(room, callers)


@pytest.mark.parametrize("lock", ["on", "off"], ids=["locked", "negative control"])
def test_it_is_the_row_lock_that_keeps_two_web_processes_apart(room: Room, lock: str) -> None:
    """Both ways each transaction rests between reading and writing.

    Without the lock the database's constraints still keep the ledger whole, but the bids of
    whoever comes second are turned away undecided.
    """
    callers = storm(room, STORM + 2, "tests.concurrency.slow_app:application", ROW_LOCK=lock)

    assert_recorded(room, callers)
    if lock == "on":
        assert_all_decided(callers)
    else:
        with pytest.raises(AssertionError, match="bids were not decided"):
            assert_all_decided(callers)


def test_no_acknowledged_bid_is_lost_when_a_process_is_killed(room: Room) -> None:
    callers = [Caller(token(person), number) for number, person in enumerate(room.suppliers)]
    auction = str(room.id)

    async def run(first: WebProcess, second: WebProcess) -> dict[str, dict[str, Any]]:
        until = time.monotonic() + STORM + 4
        tasks = [
            asyncio.create_task(caller.storm((first, second)[caller.number % 2], auction, until))
            for caller in callers
        ]
        while sum(len(caller.told) for caller in callers) < 100 and time.monotonic() < until:
            await asyncio.sleep(0.05)
        await asyncio.to_thread(first.kill)
        await asyncio.sleep(STORM / 2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        statuses: dict[str, dict[str, Any]] = {}
        for caller in callers:
            statuses |= await caller.ask_again(second, auction)
        return statuses

    with web_processes(2) as (first, second):
        statuses = asyncio.run(run(first, second))
        bids = recorded(room)

    acked = {
        ref: answer
        for caller in callers
        for ref, answer in caller.told.items()
        if answer["type"] == "ack"
    }
    assert len(acked) >= 50
    for ref, answer in acked.items():
        assert bids[ref].leaf.hex() == answer["leaf"]
    for ref, answer in statuses.items():
        assert (answer["type"] == "ack") is (ref in bids), answer
        if answer["type"] == "unknown_ref":
            assert not answer["pending"]
    numbers = [entry.seq for entry in room.entries()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_example_bidder_bids_down_to_its_floor(room: Room, clock: AuctionClock) -> None:
    said: list[str] = []

    async def run(web: list[WebProcess]) -> list[Bidder]:
        bidders = []
        for number, floor in enumerate(("940.00", "960.00")):
            secret = tokens[number]

            async def get_ticket(secret: str = secret, url: str = web[number].url) -> str:
                return await asyncio.to_thread(ticket, url, secret)

            bidders.append(
                Bidder(
                    url=web[number].url,
                    auction=str(room.id),
                    strategy=Strategy(Decimal(floor), step=Decimal(1), patience=(0.0, 0.1)),
                    get_ticket=get_ticket,
                    say=said.append,
                )
            )
        tasks = [asyncio.create_task(bidder.run()) for bidder in bidders]
        await asyncio.sleep(6)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return bidders

    tokens = [token(person) for person in room.suppliers[:2]]
    with web_processes(2) as web:
        bidders = asyncio.run(run(web))

    assert bidders[0].lots[1]["own"]["leading"] is True, said
    assert all(0 < bidder._round_trip < 60_000 for bidder in bidders)
    assert bidders[1].lots[1]["own"]["rank"] == 2, said
    amounts = {Decimal(each.body["amount"]) for each in recorded(room).values()}
    assert Decimal("940.00") <= min(amounts) < Decimal("970.00")
    assert bidders[0].receipts
