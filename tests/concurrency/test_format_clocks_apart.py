"""Two web processes whose clocks are two seconds apart, and the moments of the formats: a level of
a Dutch clock opens, a Japanese level ends, a turn ends, sealed offers end, a random end's window
ends. Whoever asks through either process is judged by one clock, the database's."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from auctions.clock import AuctionClock
from auctions.domain.events import event_from
from auctions.domain.formats.sealed import purpose
from auctions.domain.terms import Format, OpenClosedTerms, TurnsTerms
from auctions.realtime.gate import Gate
from auctions.realtime.messages import Ack
from auctions.realtime.process import ready_gate, stop_gate
from auctions.selectors import load
from crm_core.companies.models import Role
from examples.bidder import socket_address, ticket
from kernel import sealing
from kernel.clock import moment_from_wire, utc_now
from tests.concurrency.processes import bid
from tests.concurrency.servers import WebProcess, web_processes
from tests.concurrency.test_clocks_apart import ASTRAY
from tests.concurrency.test_levels import OVER, levels, of_kind, wait_for
from tests.concurrency.test_processes import answer_to, token
from tests.faults import format_rooms
from tests.rooms import PATIENCE, Room, Supplier, company, open_room

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
COMES_IN = timedelta(seconds=15)  # until the start: everybody accepts the terms and connects
SECOND = timedelta(seconds=1)
TOO_EARLY = "auction.level_not_reached"
LEVEL = 2  # of the Dutch clock, that everybody wants
TURN = 1.5 * SECOND
LENGTH, WINDOW = 3 * SECOND, 1.5 * SECOND
Command = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A command, by whom and through which process; when it was sent and answered."""

    seat: str
    web: int
    sent_at: datetime
    answered_at: datetime
    answer: dict[str, Any]

    @property
    def received_at(self) -> datetime:
        return moment_from_wire(self.answer["received_at"])

    @property
    def taken(self) -> bool:
        return bool(self.answer["type"] == "ack")


class Table:
    """One room, and every supplier's socket at either process."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.asked: list[Asked] = []
        self.tokens = [token(each) for each in room.suppliers]
        self._numbers = count()
        self._sockets: dict[tuple[str, int], ClientConnection] = {}

    @property
    def starts_at(self) -> datetime:
        return self.room.terms.starts_at

    async def come_in(self, webs: list[WebProcess], closing: AsyncExitStack) -> None:
        for supplier, secret in zip(self.room.suppliers, self.tokens, strict=True):
            for number, web in enumerate(webs):
                one_time = await asyncio.to_thread(ticket, web.url, secret)
                address = socket_address(web.url, str(self.room.id), one_time)
                opened = await closing.enter_async_context(connect(address, open_timeout=20))
                self._sockets[supplier.seat, number] = opened

    async def ask(self, seat: str, web: int, command: Command) -> Asked:
        ref = f"{seat}-{web}-{next(self._numbers)}"
        socket, sent_at = self._sockets[seat, web], utc_now()
        await socket.send(json.dumps({**command, "ref": ref, "lot": 1}))
        answer = await answer_to(socket, ref)
        made = Asked(seat, web, sent_at, utc_now(), answer)
        self.asked.append(made)
        return made

    async def storm(
        self, since: datetime, until: datetime, command: Callable[..., Command]
    ) -> None:
        """Every supplier asks through both processes by turns, all the time."""

        async def one(supplier: Supplier, web: int) -> None:
            await until_moment(since)
            while utc_now() < until:
                await self.ask(supplier.seat, web, command(supplier, next(self._numbers)))
                web = 1 - web
                await asyncio.sleep(0.02)

        await asyncio.gather(*(one(each, at % 2) for at, each in enumerate(self.room.suppliers)))

    def assert_stamps(self) -> None:
        """Everything was decided, and each stamp lies between the asking and the answer."""
        for each in self.asked:
            assert each.answer.get("final") is not False, each
            assert each.sent_at - ASTRAY < each.received_at < each.answered_at + ASTRAY, each

    def assert_judged_by_one_clock(self, in_time: Callable[[Asked], bool]) -> None:
        """The stamp decides; there are such in time and such out of time from either process."""
        self.assert_stamps()
        for each in self.asked:
            assert each.taken is in_time(each), each
        assert {(each.web, each.taken) for each in self.asked} == {
            (web, taken) for web in (0, 1) for taken in (True, False)
        }


async def until_moment(moment: datetime) -> None:
    await asyncio.sleep(max(0.0, (moment - utc_now()).total_seconds()))


# What is done around the moments ----------------------------------------------------------------


async def want_the_level(dutch: Table) -> None:
    """Everybody accepts a level again and again, from before it opens until somebody has it."""
    opens = dutch.starts_at + LEVEL * SECOND

    async def want(seat: str, web: int) -> None:
        await until_moment(opens - 0.4 * SECOND)
        while True:
            made = await dutch.ask(seat, web, {"type": "accept", "level": LEVEL})
            if made.answer.get("code") != "auction.level_not_reached":
                return
            await asyncio.sleep(0.01)

    suppliers = enumerate(dutch.room.suppliers)
    await asyncio.gather(*(want(each.seat, at % 2) for at, each in suppliers))


async def accept_around_the_end(japanese: Table, ends: datetime) -> None:
    """Two suppliers each, one at either process, long and shortly before and after."""
    apart = (-0.5, -0.5, -0.1, -0.1, 0.1, 0.1, 0.5, 0.5)

    async def accept(seat: str, web: int, seconds: float) -> None:
        await until_moment(ends + seconds * SECOND)
        await japanese.ask(seat, web, {"type": "accept", "level": 0})

    suppliers = enumerate(zip(japanese.room.suppliers, apart, strict=True))
    await asyncio.gather(*(accept(each.seat, at % 2, then) for at, (each, then) in suppliers))


def falling(_: Supplier, number: int) -> Command:
    """A price below every one before, by more than the step."""
    amount = f"{80_000 - 20 * number}.00"
    return {"type": "bid", "amount": amount, "retyped": amount}


def sealed_offers(room: Room) -> Callable[[Supplier, int], Command]:
    """An offer of each supplier, sealed once: that takes its time."""
    own = load(room.id).sealing
    assert own is not None
    keys = bytes.fromhex(own.auditor), bytes.fromhex(own.office)
    text = json.dumps({"amount": "500.00"}).encode()
    made = {
        each.seat: sealing.seal(*keys, purpose(each.seat, 1), text).hex() for each in room.suppliers
    }
    return lambda supplier, _: {"type": "sealed_offer", "envelope": made[supplier.seat]}


# The rooms --------------------------------------------------------------------------------------


@dataclass
class House:
    """Opens rooms that all start at one moment, where everybody has said yes."""

    gate: Gate
    keeper: Supplier
    starts_at: datetime

    def open(self, suppliers: int, **terms: Any) -> Table:
        room = open_room(
            suppliers, **{"starts_at": self.starts_at, "commands_per_second": 1000, **terms}
        )
        format_rooms.set_keys(room, self.keeper)
        room.everyone_accepts(self.gate)
        return Table(room)

    def turns(self, suppliers: int) -> Table:
        one_round = TurnsTerms(
            rounds=1, first_pause=SECOND, turn=TURN, pause=SECOND, announcement=SECOND
        )
        made = self.open(
            suppliers,
            **{**format_rooms.terms("turns"), "turns": one_round, "prebid_opens_at": utc_now()},
        )
        for each in made.room.suppliers:
            assert isinstance(bid(self.gate, made.room, each, "90000.00").result(PATIENCE), Ack)
        return made


def test_through_either_process_a_format_s_moments_are_those_of_one_clock(
    clock: AuctionClock,
) -> None:
    with ExitStack() as resources:
        webs: list[WebProcess] = []
        for ahead in ("1", "-1"):
            made = web_processes(1, "tests.concurrency.ahead_app:application", CLOCK_AHEAD=ahead)
            webs += resources.enter_context(made)
        keeper = company(Role.ARBITER, operates=True)
        house = House(ready_gate(), keeper, utc_now() + COMES_IN)
        start = house.starts_at
        dutch = house.open(6, **levels(Format.DUTCH, 1))
        japanese = house.open(8, **levels(Format.JAPANESE, LENGTH.total_seconds()))
        turns = house.turns(3)
        sealed = house.open(4, **format_rooms.terms("sealed"), length=LENGTH)
        ends_at_random = OpenClosedTerms(window=WINDOW, final=timedelta(0))
        random = house.open(
            4,
            **{
                **format_rooms.terms("open_closed"),
                "lots": format_rooms.terms("turns")["lots"],  # by steps of ten
                "open_closed": ends_at_random,
            },
            length=LENGTH,
        )
        stop_gate()
        offers = sealed_offers(sealed.room)
        over = start + LENGTH + WINDOW

        async def all_at_once() -> None:
            async with AsyncExitStack() as closing:
                tables = (dutch, japanese, turns, sealed, random)
                await asyncio.gather(*(each.come_in(webs, closing) for each in tables))
                assert utc_now() < start, "they came in too late"
                await asyncio.gather(
                    want_the_level(dutch),
                    accept_around_the_end(japanese, start + LENGTH),
                    turns.storm(start, start + 2 * SECOND + 3 * TURN, falling),
                    sealed.storm(start + LENGTH / 2, start + 1.3 * LENGTH, offers),
                    random.storm(start + LENGTH / 2, over + 0.5 * SECOND, falling),
                )

        asyncio.run(all_at_once())
        assert_the_first_after_it_opened_has_the_level(dutch)
        assert_in_until_the_level_ended(japanese, start + LENGTH)
        assert_each_offered_in_its_turn(turns)
        sealed.assert_judged_by_one_clock(lambda asked: asked.received_at <= start + LENGTH)
        random.assert_judged_by_one_clock(lambda asked: asked.received_at <= over)
        assert_void_after_the_cut_off(random, keeper, start + LENGTH)


# What became of each ----------------------------------------------------------------------------


def assert_the_first_after_it_opened_has_the_level(dutch: Table) -> None:
    """Of all who asked, before and after."""
    opens = dutch.starts_at + LEVEL * SECOND
    dutch.assert_stamps()
    (won,) = [each for each in dutch.asked if each.taken]
    early = [each for each in dutch.asked if each.answer.get("code") == TOO_EARLY]
    late = [each for each in dutch.asked if each.answer.get("code") in OVER]
    assert len(early) + len(late) + 1 == len(dutch.asked)
    assert max(each.received_at for each in early) < opens <= won.received_at
    assert all(won.received_at < each.received_at for each in late)
    assert {each.web for each in early} == {each.web for each in (won, *late)} == {0, 1}
    (closed,) = wait_for(dutch.room, "lot_closed")
    assert closed.body["seat"] == won.seat
    assert [each.body["level"] for each in of_kind(dutch.room, "level_opened")] == [0, 1, LEVEL]


def assert_in_until_the_level_ended(japanese: Table, ends: datetime) -> None:
    """Whoever was received within the level is in, everybody else is out."""
    japanese.assert_judged_by_one_clock(lambda asked: asked.received_at <= ends)
    late = {each.seat for each in japanese.asked if not each.taken}
    dropped = wait_for(japanese.room, "dropped_out", len(late))
    assert {each.body["seat"] for each in dropped if each.body["level"] == 0} == late


def assert_each_offered_in_its_turn(turns: Table) -> None:
    """Whatever was sent when, through whichever process: taken is what was received in the turn."""
    wait_for(turns.room, "lot_closed")
    started = [each.body for each in of_kind(turns.room, "stage_started")]
    ended = [each.body["seat"] for each in of_kind(turns.room, "turn_ended")]
    own = {
        seat: (moment_from_wire(stage["at"]), moment_from_wire(stage["ends_at"]))
        for seat, stage in zip(
            ended, (each for each in started if each["what"] == "turn"), strict=True
        )
    }
    assert own.keys() == {each.seat for each in turns.room.suppliers}

    def in_turn(asked: Asked) -> bool:
        begins, ends = own[asked.seat]
        return begins <= asked.received_at <= ends

    turns.assert_judged_by_one_clock(in_turn)


def assert_void_after_the_cut_off(random: Table, keeper: Supplier, window: datetime) -> None:
    """Once the seeds are open, of the bids that were taken count those until the cut-off."""
    wait_for(random.room, "seeds_awaited")
    format_rooms.open_seeds(random.room, keeper)
    (drawn,) = wait_for(random.room, "end_drawn")
    cut_off = window + event_from("end_drawn", drawn.body).offset
    taken = [each for each in random.asked if each.taken]
    void = [each for each in taken if each.received_at > cut_off]
    voided = {each.body["seat"]: each.body["bids"] for each in of_kind(random.room, "bids_voided")}
    assert voided == dict(Counter(each.seat for each in void))
    (closed,) = wait_for(random.room, "lot_closed")
    counted = [each for each in taken if each.received_at <= cut_off]
    best = min(counted, key=lambda each: Decimal(each.answer["result"]["amount"]))
    assert Decimal(closed.body["amount"]) == Decimal(best.answer["result"]["amount"])
