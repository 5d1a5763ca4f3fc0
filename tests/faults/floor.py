"""One launched site with an auction of each format beside the open descending price, and the
clients of their suppliers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from examples.bidder import ENDED, socket_address, ticket
from kernel.clock import utc_now
from tests.faults import rude
from tests.faults.format_rooms import LENGTH
from tests.faults.launcher import Running, eventually
from tests.faults.players import Player, player
from tests.faults.site import Inside

FORMATS = (
    "dutch", "japanese", "turns", "sealed", "vickrey", "sealed_rounds", "open_closed",
    "final_stage", "budget",
)  # fmt: skip
WORKER, RELAY = " worker ", "manage.py relay"
SUPPLIERS = 4
STARTS_IN = 15.0  # seconds
READY_IN = 25.0  # seconds in which a site is ready on a machine that does nothing else of weight
QUITS_AT = 1  # the level which the last of the Japanese suppliers does not accept
RESTS = {"closed", "lot_closed", "lot_sealed", "sealed_round_ended", "seeds_awaited"}  # of a lot
Message = dict[str, Any]


@dataclass
class Live:
    """One auction and its suppliers' clients."""

    id: str
    starts_at: datetime
    players: list[Any]
    rude: str  # the seat of the supplier that does not play


class Floor:
    """An auction of each format at one launcher, half of the suppliers at either web process.

    A machine on which the site took long to be ready (``ready_in`` seconds) takes as much longer
    for the faults, so the auctions last as much longer.
    """

    def __init__(self, running: Running, var_dir: Path, ready_in: float) -> None:
        self.running = running
        self.stretch = min(3.0, max(1.0, ready_in / READY_IN))
        self.urls = [f"http://127.0.0.1:{port}" for port in running.ports]
        self.inside = Inside(var_dir)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.live: dict[str, Live] = {}
        self._runs: list[Any] = []
        self._told: Message = {}

    @property
    def length(self) -> timedelta:
        """How long each auction lasts."""
        return LENGTH * self.stretch

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Something among the clients, in the background."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def rude_socket(self, of: str, url: str, **options: Any) -> ClientConnection:
        """The extra supplier's socket, without a client's manners."""
        one_time = await asyncio.to_thread(ticket, url, self.rude)
        return await connect(socket_address(url, self.live[of].id, one_time), **options)

    def attack(self, frames: Mapping[str, Sequence[str | bytes]]) -> dict[str, set[int | None]]:
        """Send these frames to the rooms of their formats, to all at once and through either web
        process; with which codes each room put the senders out."""

        async def ended(of: str, url: str) -> int | None:
            return await rude.closed_after(await self.rude_socket(of, url), frames[of])

        async def all_ended() -> list[int | None]:
            async with asyncio.timeout(70):
                return await asyncio.gather(*(ended(of, url) for of in frames for url in self.urls))

        # Apart from the suppliers' clients, which must not wait for what the attackers do.
        codes = iter(asyncio.run(all_ended()))
        return {of: {next(codes) for _ in self.urls} for of in frames}

    def of_the_rude(self) -> dict[str, list[Message]]:
        """What each ledger holds of the supplier that is rude."""
        return {
            of: [each for each in self.ledger(of) if each["body"].get("seat") == live.rude]
            for of, live in self.live.items()
        }

    def begin(self) -> None:
        """Open every auction and send the suppliers in."""
        urls = self.urls
        # One supplier more than take part: the one that is rude.
        *tokens, self.rude = self.inside("gather", suppliers=SUPPLIERS + 1)
        for of in FORMATS:
            how = {"starts_in": STARTS_IN, "stretch": self.stretch}
            opened = self.inside("open_format", of=of, **how)
            players = [
                player(of, urls[number % 2], opened["auction"], seat, token)
                for number, (seat, token) in enumerate(zip(opened["seats"], tokens, strict=False))
            ]
            starts_at = datetime.fromisoformat(opened["starts_at"])
            self.live[of] = Live(opened["auction"], starts_at, players, opened["seats"][-1])
            if of == "japanese":
                players[-1].stops_at = QUITS_AT
            self._runs += [self.run(one.run()) for one in players]
        self._assert_all_came_in()
        # Mails whose task died with its worker wait for the calendar.
        self.inside("sweep_every_second", on=True)
        self.assert_all_go_on()

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

    def awaits_seeds(self, of: str) -> bool:
        """Whether all of its suppliers know within a minute of the end of its open phase that only
        the seeds are missing."""
        self.wait_for_deadline(of)
        players = self.live[of].players
        return eventually(
            lambda: all(one.lots[1]["phase"] == "awaiting_seeds" for one in players), 60
        )

    def finalists(self) -> list[Any]:
        """The clients of those that take part in the final stage."""
        named = {each["body"]["seat"] for each in self.of_kind("final_stage", "finalist_named")}
        return [each for each in self.live["final_stage"].players if each.seat in named]

    def rests(self, of: str) -> bool:
        """Whether nothing more happens there by itself: the lot, or its round, is over."""
        last: list[str] = [
            each["kind"] for each in self.ledger(of)
            if each["kind"] in RESTS or each["kind"] == "sealed_round_started"
        ]  # fmt: skip
        return last != [] and last[-1] in RESTS

    def wait_for_deadline(self, of: str) -> None:
        """Wait for the moment at which the ledger has the lot, or the round of now, end. How soon
        the faults were over is the machine's affair."""
        ends = max(
            datetime.fromisoformat(each["body"]["deadline"]) for each in self.ledger(of)
            if each["kind"] in {"lot_started", "sealed_round_started"}
        )  # fmt: skip
        time.sleep(max(0.0, (ends - utc_now()).total_seconds()))

    def assert_all_run(self) -> None:
        """Bids are taken in every auction; the sealed rounds' next round is begun for it."""
        if self.rests("sealed_rounds"):
            self.open_round(1)
        over = [of for of in FORMATS if self.rests(of)]
        assert over == [], f"the faults outlasted {over}"
        # A fault may take most of a level: nobody is to be kept by it from accepting two.
        assert eventually(self._all_accepted_the_level, 20), self.described("japanese")

    def _all_accepted_the_level(self) -> bool:
        level = self.of_kind("japanese", "level_opened")[-1]["body"]["level"]
        out = {each["body"]["seat"] for each in self.of_kind("japanese", "dropped_out")}
        quits = {self.live["japanese"].players[-1].seat} if level >= QUITS_AT else set()
        return {
            each["body"]["seat"] for each in self.of_kind("japanese", "level_accepted")
            if each["body"]["level"] == level
        } >= {one.seat for one in self.live["japanese"].players} - out - quits  # fmt: skip

    def open_round(self, number: int) -> None:
        """Open the offers of a sealed round, once all of its suppliers know that it is over."""
        of = "sealed_rounds"
        players = self.live[of].players
        over = eventually(lambda: all(one.lots[1]["phase"] == "sealed" for one in players), 60)
        assert over, self.described(of)
        assert eventually(lambda: not any(one.waits for one in players), 30)
        assert {one.round for one in players} == {number}
        self.inside("open_offers", auction=self.live[of].id, number=number)
        assert eventually(lambda: not self.rests(of) or self.of_kind(of, "lot_closed") != [], 20)

    def assert_all_go_on(self) -> None:
        """The ledger of every auction that is not over grows; the Japanese one, whose levels are
        long, has that of now, and commands are answered in it."""
        for of in FORMATS:
            had = self.ledger(of)
            if of == "japanese":
                self.assert_answers_flow(of, seconds=40)
                assert eventually(self._has_the_level_of_now, 40), self.ledger(of)[-1]
                continue
            assert eventually(
                lambda of=of, had=had: len(self.ledger(of)) > len(had) or self.rests(of), 40
            ), (of, had[-1])

    def _has_the_level_of_now(self) -> bool:
        last = self.of_kind("japanese", "level_opened")[-1]
        return self.rests("japanese") or datetime.fromisoformat(last["body"]["until"]) > utc_now()

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

    def assert_answers_flow(self, *of: str, seconds: float = 15) -> None:
        """Every supplier gets further signed answers, in each of these auctions that is not over
        meanwhile."""
        had = {each: [len(one.receipts) for one in self.live[each].players] for each in of}

        def silent() -> list[str]:
            return [
                each for each in of
                if any(
                    len(one.receipts) <= n
                    for one, n in zip(self.live[each].players, had[each], strict=True)
                )
                and not self.rests(each)
            ]  # fmt: skip

        assert eventually(lambda: silent() == [], seconds), [
            line for each in silent() for line in self.described(each)
        ]

    def kill_tellers(self) -> None:
        """Kill the relay and the worker, this while no mail is on its way: nobody could know
        whether that mail had gone out, and it would be sent again only after minutes."""
        parts = (WORKER, RELAY)
        assert eventually(lambda: all(self.running.find(part) is not None for part in parts), 30)
        assert eventually(lambda: self.inside("mails_on_their_way") == 0, 30)
        for part in parts:
            self.running.kill(part)

    def untold(self, of: str) -> bool:
        """Whether its timelines know less than its ledger."""
        head = self.ledger(of)[-1]["seq"]
        return bool(self.inside("timelines", auction=self.live[of].id)["until"] < head)

    def assert_told_once(self, of: str) -> None:
        """All that the ledger holds now is in the timelines of both sides, and no more of it."""
        head = self.ledger(of)[-1]["seq"]

        def told() -> bool:
            self._told = self.inside("timelines", auction=self.live[of].id)
            sides = self._told["buyer"], self._told["supplier"]
            return bool(
                self._told["until"] >= head and all(one == self._told["happened"] for one in sides)
            )

        assert eventually(told, 60), (of, head, self._told)

    def assert_close_told_once(self, of: str) -> None:
        """Of the auction that closed each person has one notice and one mail."""

        def told() -> bool:
            self._told = found = self.inside("notices", auction=self.live[of].id)
            once = dict.fromkeys(found["people"], 1)
            return bool(
                found["until"] == found["head"]
                and (found["accepted"], found["closed"], found["given_up"]) == (SUPPLIERS, 1, 0)
                and found["notices"] == found["mails"] == once
            )

        assert eventually(told, 60), (of, self._told)

    def verified(self, of: str) -> None:
        """The ended auction's ledger passes with every signed answer that was given, and what it
        holds was told once."""
        receipts = [receipt for one in self.live[of].players for receipt in one.receipts]
        report = self.inside("verify_ended", auction=self.live[of].id, receipts=receipts)
        assert report["failed"] == []
        self.assert_told_once(of)
        self.assert_close_told_once(of)

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
