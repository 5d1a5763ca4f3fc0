"""One launched site with an auction of each format beside the open descending price, and the
clients of their suppliers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from examples.bidder import ENDED, socket_address, ticket
from tests.faults.launcher import Running, eventually
from tests.faults.players import Player, player
from tests.faults.site import Inside

FORMATS = (
    "dutch", "japanese", "turns", "sealed", "vickrey", "sealed_rounds", "open_closed",
    "final_stage", "budget",
)  # fmt: skip
SUPPLIERS = 4
STARTS_IN, LENGTH = 15.0, 90.0  # seconds; the faults take some sixty
FINAL_LENGTH = 20.0  # of the open phase that a final stage follows
QUITS_AT = 1  # the level which the last of the Japanese suppliers does not accept
RESTS = ("closed", "lot_sealed", "sealed_round_ended", "seeds_awaited")  # nothing by itself
Message = dict[str, Any]


@dataclass
class Live:
    """One auction and its suppliers' clients."""

    id: str
    starts_at: datetime
    players: list[Any]
    rude: str  # the seat of the supplier that does not play


class Floor:
    """An auction of each format at one launcher, half of the suppliers at either web process."""

    def __init__(self, running: Running, var_dir: Path) -> None:
        self.running = running
        self.urls = [f"http://127.0.0.1:{port}" for port in running.ports]
        self.inside = Inside(var_dir)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.live: dict[str, Live] = {}
        self._runs: list[Any] = []

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Something among the clients, in the background."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def rude_socket(self, of: str, url: str, **options: Any) -> ClientConnection:
        """The extra supplier's socket, without a client's manners."""
        one_time = await asyncio.to_thread(ticket, url, self.rude)
        return await connect(socket_address(url, self.live[of].id, one_time), **options)

    def begin(self) -> None:
        """Open every auction and send the suppliers in."""
        urls = self.urls
        # One supplier more than take part: the one that is rude.
        *tokens, self.rude = self.inside("gather", suppliers=SUPPLIERS + 1)
        for of in FORMATS:
            length = FINAL_LENGTH if of == "final_stage" else LENGTH
            opened = self.inside("open_format", of=of, starts_in=STARTS_IN, seconds=length)
            players = [
                player(of, urls[number % 2], opened["auction"], seat, token)
                for number, (seat, token) in enumerate(zip(opened["seats"], tokens, strict=False))
            ]
            starts_at = datetime.fromisoformat(opened["starts_at"])
            self.live[of] = Live(opened["auction"], starts_at, players, opened["seats"][-1])
        self.live["japanese"].players[-1].stops_at = QUITS_AT
        self._runs = [self.run(one.run()) for one in self.players()]
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

    def assert_answers_flow(self, of: str, seconds: float = 15) -> None:
        """Every supplier of the auction gets further signed answers."""
        players = self.live[of].players
        had = [len(one.receipts) for one in players]
        assert eventually(
            lambda: all(len(one.receipts) > n for one, n in zip(players, had, strict=True)), seconds
        ), self.described(of)

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
