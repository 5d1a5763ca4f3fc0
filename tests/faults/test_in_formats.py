"""Faults while an auction of each other format runs under bin/run: no level is lost or doubled,
each turn keeps its moments, nobody is out or without its offer but by the terms, every
acknowledgement is in the ledger, and every ledger is verified.

One launcher serves the whole file; the tests run in the order they stand in.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from auctions.domain.events import event_from
from examples.bidder import ENDED
from tests.faults.format_rooms import DUTCH_TICK, JAPANESE_LEVEL, WINDOW
from tests.faults.launcher import Running, eventually, left_running
from tests.faults.players import JapanesePlayer, Player, SealedPlayer, player
from tests.faults.site import Inside

pytestmark = pytest.mark.slow
WEB, CLOCK, VALKEY, POSTGRES = "daphne", "auctionclock", "valkey", "postgres"
DECIDER = "auctiondecider"
FORMATS = (
    "dutch", "japanese", "turns", "sealed", "vickrey", "sealed_rounds", "open_closed", "budget",
)  # fmt: skip
SUPPLIERS = 4
STARTS_IN, LENGTH = 15.0, 90.0  # seconds; the faults take some sixty
QUITS_AT = 1  # the level which the last of the Japanese suppliers does not accept
REFUSED = {"auction.level_not_reached", "gate.abandoned"}  # abandoned: it had never arrived
RESTS = ("closed", "lot_sealed", "sealed_round_ended", "seeds_awaited")  # nothing by itself
OVER = {"auction.lot_closed", "auction.ended"}
Message = dict[str, Any]


@dataclass
class Live:
    """One auction and its suppliers' clients."""

    id: str
    starts_at: datetime
    players: list[Any]


class Floor:
    """An auction of each format at one launcher, half of the suppliers at either web process."""

    def __init__(self, running: Running, var_dir: Path) -> None:
        self.running = running
        self.inside = Inside(var_dir)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.live: dict[str, Live] = {}
        self._runs: list[Any] = []

    def begin(self) -> None:
        """Open every auction and send the suppliers in."""
        urls = [f"http://127.0.0.1:{port}" for port in self.running.ports]
        tokens = self.inside("gather", suppliers=SUPPLIERS)
        for of in FORMATS:
            opened = self.inside("open_format", of=of, starts_in=STARTS_IN, seconds=LENGTH)
            players = [
                player(of, urls[number % 2], opened["auction"], seat, token)
                for number, (seat, token) in enumerate(zip(opened["seats"], tokens, strict=True))
            ]
            starts_at = datetime.fromisoformat(opened["starts_at"])
            self.live[of] = Live(opened["auction"], starts_at, players)
        self.live["japanese"].players[-1].stops_at = QUITS_AT
        self._runs = [
            asyncio.run_coroutine_threadsafe(one.run(), self._loop) for one in self.players()
        ]
        self._assert_all_came_in()

    def players(self) -> list[Player]:
        return [each for live in self.live.values() for each in live.players]

    def _assert_all_came_in(self) -> None:
        """Before the start everybody accepted the terms, and made its initial offer."""
        first = {"turns": "bid_placed"}
        for of in FORMATS:
            kind = first.get(of, "terms_accepted")
            assert eventually(
                lambda of=of, kind=kind: len(self.of_kind(of, kind)) == SUPPLIERS, STARTS_IN
            ), of

    def assert_nobody_gave_up(self) -> None:
        """No client ended before its auction."""
        for one, run in zip(self.players(), self._runs, strict=True):
            assert not run.done() or run.result() is None, one
            assert not run.done() or one.phase in ENDED, one

    def described(self, of: str) -> list[str]:
        """How each client of the auction stands."""
        runs = dict(zip(map(id, self.players()), self._runs, strict=True))
        return [f"{one.described()}, {runs[id(one)]}" for one in self.live[of].players]

    def ledger(self, of: str) -> list[Message]:
        """Every entry; its chain is checked on the way."""
        found: list[Message] = self.inside("ledger", auction=self.live[of].id)
        return found

    def of_kind(self, of: str, kind: str) -> list[Message]:
        return [each for each in self.ledger(of) if each["kind"] == kind]

    def assert_all_go_on(self) -> None:
        """The ledger of every auction that is not over grows."""
        for of in FORMATS:
            had = self.ledger(of)
            assert eventually(
                lambda of=of, had=had: len(self.ledger(of)) > len(had) or had[-1]["kind"] in RESTS,
                40,
            ), (of, had[-1])

    def assert_nothing_lost(self) -> None:
        """Every acknowledgement's leaf is in the ledger under its ref, once."""
        for of, live in self.live.items():
            acks = [
                receipt for one in live.players for receipt in list(one.receipts)
                if receipt["type"] == "ack"
            ]  # fmt: skip
            entries = self.ledger(of)
            refs = [each["body"]["ref"] for each in entries if each["body"].get("ref")]
            assert len(refs) == len(set(refs)), of
            leaves = {each["leaf"] for each in entries}
            assert acks, of
            assert [each for each in acks if each["leaf"] not in leaves] == [], of

    def verified(self, of: str) -> None:
        """The ended auction's ledger passes with every signed answer that was given."""
        receipts = [receipt for one in self.live[of].players for receipt in one.receipts]
        report = self.inside("verify_ended", auction=self.live[of].id, receipts=receipts)
        assert report["failed"] == []

    def close(self) -> None:
        async def end_all() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for each in others:
                each.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end_all(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self.inside.close()


@pytest.fixture(scope="module")
def floor() -> Iterator[Floor]:
    folder = Path(tempfile.mkdtemp(prefix="fairfall-"))
    folder.chmod(0o755)
    with ExitStack() as ending:
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        running = Running(folder / "var", web_processes=2)
        ending.callback(_stop, running, folder / "var")
        assert running.says("Ctrl-C stops everything", 240), running.told()
        assert eventually(
            lambda: all(running.status("/readyz", p) == 200 for p in running.ports), 60
        )
        made = Floor(running, folder / "var")
        ending.callback(made.close)
        made.begin()
        yield made


def _stop(running: Running, var_dir: Path) -> None:
    running.process.send_signal(signal.SIGTERM)
    running.process.wait(30)
    assert left_running(var_dir) == []


@pytest.fixture
def goes_on(floor: Floor) -> Iterator[None]:
    floor.assert_all_go_on()
    yield
    floor.assert_nobody_gave_up()
    floor.assert_all_go_on()
    floor.assert_nothing_lost()


fault = pytest.mark.usefixtures("goes_on")


@fault
def test_a_killed_clock_is_made_up_for(floor: Floor) -> None:
    killed = floor.running.kill(CLOCK)

    assert floor.running.comes_back(CLOCK, killed)


@fault
def test_a_killed_decider_is_replaced(floor: Floor) -> None:
    for web in floor.running.find_all(WEB):
        (killed,) = floor.running.find_all(DECIDER, of=web)
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda web=web: floor.running.find_all(DECIDER, of=web) != [], 30)


@fault
def test_a_killed_web_process_is_come_back_to(floor: Floor) -> None:
    killed = floor.running.kill(WEB)

    def come_back() -> bool:
        webs = floor.running.find_all(WEB)
        return len(webs) == 2 and killed not in webs

    assert eventually(come_back, 60)


@fault
def test_a_killed_database_leaves_nothing_half_done(floor: Floor) -> None:
    killed = floor.running.kill(POSTGRES)

    assert floor.running.comes_back(POSTGRES, killed)


@fault
def test_connections_cut_leave_nothing_half_done(floor: Floor) -> None:
    for _ in range(4):
        assert floor.inside("cut_connections") > 0
        time.sleep(0.25)


@fault
def test_a_killed_valkey_is_done_without(floor: Floor) -> None:
    killed = floor.running.kill(VALKEY)

    assert floor.running.comes_back(VALKEY, killed)


# What became of each ---------------------------------------------------------------------------


def moment(entry: Message, name: str = "at") -> datetime:
    return datetime.fromisoformat(entry["body"][name])


def assert_levels_hold(floor: Floor, of: str, length: timedelta) -> None:
    """Every level once, each at its moment, whatever was dead at it."""
    opened = floor.of_kind(of, "level_opened")
    starts = floor.live[of].starts_at
    assert [each["body"]["level"] for each in opened] == list(range(len(opened)))
    assert [moment(each) for each in opened] == [
        starts + number * length for number in range(len(opened))
    ]


def _refusals(players: list[Player]) -> set[str]:
    return {
        each["code"] for one in players for each in list(one.receipts) if each["type"] == "refused"
    }


def test_of_the_dutch_clock_no_price_was_lost_and_one_of_all_wins_it(floor: Floor) -> None:
    players = floor.live["dutch"].players
    assert _refusals(players) <= REFUSED

    for each in players:
        each.ends.set()

    assert eventually(lambda: floor.of_kind("dutch", "lot_closed") != [], 20)
    assert eventually(lambda: all(each.phase == "closed" for each in players), 20)
    assert_levels_hold(floor, "dutch", DUTCH_TICK)
    (closed,) = floor.of_kind("dutch", "lot_closed")
    (winner,) = [one for one in players if one.acked("level")]
    (accepted,) = floor.of_kind("dutch", "level_accepted")
    assert winner.seat == closed["body"]["seat"] == accepted["body"]["seat"]
    assert _refusals(players) <= REFUSED | OVER
    floor.verified("dutch")


def test_of_the_japanese_rounds_each_is_out_only_by_a_level_it_did_not_accept(
    floor: Floor,
) -> None:
    players: list[JapanesePlayer] = floor.live["japanese"].players
    quitter = players[-1]
    told = quitter.lots[1]["level"]
    assert (told["own"], told["missed"]) == ("out", QUITS_AT)

    for one in players[1:]:
        one.ends.set()

    assert eventually(lambda: floor.of_kind("japanese", "lot_closed") != [], 40)
    assert_levels_hold(floor, "japanese", JAPANESE_LEVEL)
    out = {
        each["body"]["seat"]: each["body"]["level"]
        for each in floor.of_kind("japanese", "dropped_out")
    }
    assert out[quitter.seat] == QUITS_AT
    accepted = {
        one.seat: sorted({each["result"]["level"] for each in one.acked("level")})
        for one in players
    }
    for seat, levels in accepted.items():
        assert levels == list(range(len(levels)))
        assert out.get(seat, len(levels)) == len(levels)  # none was forgotten by an outage
    (closed,) = floor.of_kind("japanese", "lot_closed")
    most = max(len(levels) for levels in accepted.values())
    assert len(accepted[closed["body"]["seat"]]) == most
    floor.verified("japanese")


def test_of_the_turns_each_began_and_ended_at_its_moment(floor: Floor) -> None:
    assert eventually(lambda: floor.of_kind("turns", "lot_closed") != [], 60)
    started = floor.of_kind("turns", "stage_started")
    assert [each["body"]["stage"] for each in started] == list(range(len(started)))
    moments = [moment(each) for each in started]
    assert moments[0] == floor.live["turns"].starts_at
    assert moments[1:] == [moment(each, "ends_at") for each in started[:-1]]
    turns = floor.of_kind("turns", "turn_ended")
    assert len(turns) == sum(each["body"]["what"] == "turn" for each in started)
    (closed,) = floor.of_kind("turns", "lot_closed")
    best = {
        one.seat: min(Decimal(each["result"]["amount"]) for each in one.acked("amount"))
        for one in floor.live["turns"].players
    }
    won = Decimal(closed["body"]["amount"])
    assert won == best[closed["body"]["seat"]] == min(best.values())
    floor.verified("turns")


@pytest.mark.parametrize("of", ["sealed", "vickrey"])
def test_of_the_sealed_offers_the_last_acknowledged_one_counts(floor: Floor, of: str) -> None:
    players: list[SealedPlayer] = floor.live[of].players
    assert eventually(lambda: all(each.lots[1]["phase"] == "sealed" for each in players), 120), (
        floor.described(of)
    )
    assert eventually(lambda: not any(each.waits for each in players), 30)

    floor.inside("open_offers", auction=floor.live[of].id)

    (closed,) = floor.of_kind(of, "lot_closed")
    best = sorted((each.best, each.seat) for each in players if each.best is not None)
    assert len(best) == SUPPLIERS
    assert closed["body"]["seat"] in [seat for amount, seat in best if amount == best[0][0]]
    counts = best[0] if of == "sealed" else best[1]
    assert closed["body"]["amount"] == str(counts[0])
    floor.verified(of)


def test_of_the_sealed_rounds_each_opens_alone_and_the_last_decides(floor: Floor) -> None:
    of = "sealed_rounds"
    players: list[SealedPlayer] = floor.live[of].players

    def all_in(phase: str) -> bool:
        return eventually(lambda: all(one.lots[1]["phase"] == phase for one in players), 60)

    for number in (1, 2):
        assert all_in("sealed"), floor.described(of)
        assert eventually(lambda: not any(one.waits for one in players), 30)
        assert {one.round for one in players} == {number}
        floor.inside("open_offers", auction=floor.live[of].id, number=number)
        if number == 1:
            assert all_in("running"), floor.described(of)

    (closed,) = floor.of_kind(of, "lot_closed")
    best = sorted((one.best, one.seat) for one in players if one.best is not None)
    assert len(best) == SUPPLIERS
    assert closed["body"]["amount"] == str(best[0][0])
    assert closed["body"]["seat"] in [seat for amount, seat in best if amount == best[0][0]]
    floor.verified(of)


def test_of_the_random_end_bids_count_to_the_cut_off_and_no_longer(floor: Floor) -> None:
    of, live = "open_closed", floor.live["open_closed"]
    awaits = eventually(
        lambda: all(one.lots[1]["phase"] == "awaiting_seeds" for one in live.players), 60
    )
    assert awaits, floor.described(of)

    floor.inside("open_seeds", auction=live.id)

    (drawn,) = floor.of_kind(of, "end_drawn")
    offset = event_from("end_drawn", drawn["body"]).offset
    assert timedelta(0) < offset <= WINDOW
    ends = live.starts_at + timedelta(seconds=LENGTH) + offset
    bids = floor.of_kind(of, "bid_placed")
    in_time = [each for each in bids if moment(each, "received_at") <= ends]
    voided = {
        each["body"]["seat"]: each["body"]["bids"] for each in floor.of_kind(of, "bids_voided")
    }
    assert sum(voided.values()) == len(bids) - len(in_time)
    best = min(in_time, key=lambda each: (Decimal(each["body"]["amount"]), each["seq"]))
    (closed,) = floor.of_kind(of, "lot_closed")
    assert closed["body"]["amount"] == best["body"]["amount"]
    assert closed["body"]["seat"] == best["body"]["seat"]
    floor.verified(of)


def test_of_the_budget_the_greatest_acknowledged_quantity_wins(floor: Floor) -> None:
    of, live = "budget", floor.live["budget"]
    assert eventually(lambda: all(one.phase == "closed" for one in live.players), 60)
    (closed,) = floor.of_kind(of, "lot_closed")
    assert moment(closed) == live.starts_at + timedelta(seconds=LENGTH)
    acked = [
        (Decimal(each["result"]["amount"]), one.seat)
        for one in live.players for each in one.acked("amount")
    ]  # fmt: skip
    most = max(amount for amount, _ in acked)
    assert Decimal(closed["body"]["amount"]) == most
    assert closed["body"]["seat"] in [seat for amount, seat in acked if amount == most]
    floor.verified(of)
