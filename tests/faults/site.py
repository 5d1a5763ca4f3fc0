"""A launched site with a live auction: clients that bid and watch, and keep book of it all."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from examples.bidder import Bidder, Strategy, socket_address, ticket
from tests.faults.launcher import ROOT, Running, environment, eventually

Message = dict[str, Any]
LATE = timedelta(seconds=3)  # the promise is about one; the rest is for a busy machine


class Inside:
    """A program inside the installation; see tests.faults.inside."""

    def __init__(self, var_dir: Path) -> None:
        self._log = open(var_dir / "log" / "inside.log", "ab")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.inside"],
            cwd=ROOT,
            env=environment(var_dir, DEMO="1"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self._mutex = threading.Lock()

    def __call__(self, do: str, **given: Any) -> Any:
        """What came of a request."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._mutex:
            print(json.dumps({"do": do, **given}), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        assert line, f"the program inside ended: see {self._log.name}"
        answer = json.loads(line)
        assert "done" in answer, answer["failed"]
        return answer["done"]

    def close(self) -> None:
        """End the program."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._log.close()


@dataclass
class Willing(Strategy):
    """Bids whenever it does not lead, as little less as the rules allow, unless held."""

    held: threading.Event = field(default_factory=threading.Event)

    def next_bid(self, lot: Message, info: Message) -> Decimal | None:
        return None if self.held.is_set() else super().next_bid(lot, info)


def _strategy(bidder: Bidder) -> Willing:
    assert isinstance(bidder.strategy, Willing)
    return bidder.strategy


class Onlooker:
    """The buyer's socket: what lead it was shown when, and whether it was put out."""

    # As a browser's: somebody looks, so that the demonstration goes on.
    HEADERS = {"Cookie": "fairfall=shown"}

    def __init__(self, url: str, auction: str, token: str) -> None:
        self._url, self._auction, self._token = url, auction, token
        self.leads: list[tuple[datetime, Decimal]] = []
        self.ends: list[str] = []
        self.lot: Message = {}

    async def run(self) -> None:
        """Watch until cancelled; come back as every client must."""
        while True:
            try:
                one_time = await asyncio.to_thread(ticket, self._url, self._token)
                address = socket_address(self._url, self._auction, one_time)
                async with connect(
                    address, max_size=2**22, open_timeout=10, additional_headers=self.HEADERS
                ) as socket:
                    async for frame in socket:
                        message = json.loads(frame)
                        self._take(message.get("snapshot", message))
                        if "cursor" in message:
                            seen = {"type": "seen", "cursor": message["cursor"]}
                            await socket.send(json.dumps(seen))
                self.ends.append("closed")
            except (ConnectionClosed, WebSocketException, OSError) as error:
                self.ends.append(str(error))
            await asyncio.sleep(0.5)

    def _take(self, message: Message) -> None:
        for lot in message.get("lots") or ():
            self.lot = lot
            if lot["lead"] is not None:
                self.leads.append((datetime.now(UTC), Decimal(lot["lead"])))

    def saw(self, amount: Decimal) -> datetime | None:
        """When a lead of ``amount`` or better was first shown."""
        return next((at for at, lead in self.leads if lead <= amount), None)


class Site:
    """Everything around one launcher: suppliers bid at the first web process and at the second,
    the buyer watches at both."""

    def __init__(self, running: Running, var_dir: Path, suppliers: int = 4) -> None:
        self.running = running
        self.inside = Inside(var_dir)
        # One supplier more than bid: the one that is rude.
        opened = self.inside("open_auction", suppliers=suppliers + 1, seconds=3600, starts_in=0.5)
        self.auction: str = opened["auction"]
        self.rude: Message = opened["suppliers"].pop()
        self._buyer: str = opened["buyer"]
        self.urls = [f"http://127.0.0.1:{port}" for port in running.ports]
        self.bidders = [
            self.bidder(self.auction, each["token"], self.urls[number % len(self.urls)])
            for number, each in enumerate(opened["suppliers"])
        ]
        self.seats = [each["seat"] for each in opened["suppliers"]]
        self.onlookers = [Onlooker(url, self.auction, opened["buyer"]) for url in self.urls]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        for each in (*self.bidders, *self.onlookers):
            self.begin(each.run())

    def bidder(self, auction: str, token: str, url: str) -> Bidder:
        """The client of ``examples/bidder.py``, with receipts."""

        async def get_ticket() -> str:
            return await asyncio.to_thread(ticket, url, token)

        strategy = Willing(Decimal(1), patience=(0.2, 0.8))
        return Bidder(
            url=url, auction=auction, strategy=strategy, get_ticket=get_ticket,
            say=lambda _line: None,
        )  # fmt: skip

    async def socket(self, url: str, token: str, **options: Any) -> ClientConnection:
        """A socket of the auction, without a client's manners."""
        one_time = await asyncio.to_thread(ticket, url, token)
        return await connect(socket_address(url, self.auction, one_time), **options)

    async def slow_reader(self, url: str) -> ClientConnection:
        """The buyer's socket that reads nothing."""
        return await self.socket(url, self._buyer, max_queue=1, ping_interval=None)

    def begin(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something among the clients."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    @contextmanager
    def held(self, *urls: str) -> Iterator[list[Bidder]]:
        """No bids at these web processes (at all, where none is named), and no answer missing;
        yields the bidders that are held."""
        held = [each for each in self.bidders if not urls or each.url in urls]
        for each in held:
            _strategy(each).held.set()
        try:
            assert eventually(lambda: not any(each._open for each in held), 30)
            yield held
        finally:
            for each in held:
                _strategy(each).held.clear()

    # Book-keeping -------------------------------------------------------------------------

    def receipts(self) -> list[Message]:
        """Every signed answer the bidders got."""
        return [receipt for bidder in self.bidders for receipt in list(bidder.receipts)]

    def bids(self) -> list[Message]:
        """The bids in the ledger, whose chain is checked on the way."""
        entries = self.inside("ledger", auction=self.auction)
        return [
            each for each in entries
            if each["kind"] == "bid_placed" and each["body"]["seat"] in self.seats
        ]  # fmt: skip

    def acked(self) -> list[Message]:
        """The acknowledgements of bids, those got by asking for a status among them."""
        return [
            receipt for receipt in self.receipts()
            if receipt["type"] == "ack" and "amount" in (receipt["result"] or {})
        ]  # fmt: skip

    def assert_bids_flow(self, more: int = 10, seconds: float = 30) -> None:
        """Bids go on being acknowledged, to every bidder that is not held."""
        bidding = [each for each in self.bidders if not _strategy(each).held.is_set()]
        had = [len(bidder.receipts) for bidder in bidding]

        def more_each() -> list[int]:
            return [len(each.receipts) - before for each, before in zip(bidding, had, strict=True)]

        assert eventually(lambda: min(more_each()) > 0 and sum(more_each()) >= more, seconds), (
            more_each()
        )

    def assert_nothing_lost(self) -> None:
        """Every acknowledged bid is in the ledger with the leaf its receipt names, once."""
        acked = self.acked()
        assert acked
        leaves = {each["body"]["ref"]: each["leaf"] for each in self.bids()}
        for receipt in acked:
            assert leaves.get(receipt["ref"]) == receipt["leaf"], receipt

    def assert_shown_in_time(self, since: datetime) -> None:
        """Every lead since then was shown to the onlookers at both web processes, hardly late."""
        best = None
        for each in self.bids():
            amount, at = Decimal(each["body"]["amount"]), datetime.fromisoformat(each["at"])
            if best is not None and amount >= best:
                continue
            best = amount
            if at < since:
                continue
            for onlooker in self.onlookers:
                eventually(lambda a=amount, o=onlooker: o.saw(a) is not None, 5)  # type: ignore[misc]
                seen = onlooker.saw(amount)
                assert seen is not None, f"{amount} of {at} was never shown"
                assert seen - at < LATE, f"{amount} of {at} was shown at {seen}"

    def assert_all_stand_true(self) -> None:
        """With the bidders held, every client is on the standing that the ledger gives, and
        every bid in the ledger is known to its bidder: nothing half-done, no status a lie."""
        with self.held():
            known = {each["ref"] for each in self.acked()}
            assert known == {each["body"]["ref"] for each in self.bids()}
            best = self._best()
            assert eventually(lambda: self._stand_as(best), 10), (best, self._shown())

    def _best(self) -> dict[str, Decimal]:
        best: dict[str, Decimal] = {}
        for each in self.bids():
            seat, amount = each["body"]["seat"], Decimal(each["body"]["amount"])
            best[seat] = min(amount, best.get(seat, amount))
        return best

    def _stand_as(self, best: dict[str, Decimal]) -> bool:
        shown = self._shown()
        owns = [None if each is None else Decimal(each) for each in shown["own"]]
        return owns == [best.get(seat) for seat in self.seats] and all(
            lead is not None and Decimal(lead) == min(best.values()) for lead in shown["lead"]
        )

    def _shown(self) -> dict[str, list[str | None]]:
        return {
            "own": [(each.lots[1]["own"] or {}).get("best") for each in self.bidders],
            "lead": [each.lot.get("lead") for each in self.onlookers],
        }

    def close(self) -> None:
        """End the clients."""
        self.begin(self._end_all()).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self.inside.close()

    async def _end_all(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for each in others:
            each.cancel()
        await asyncio.gather(*others, return_exceptions=True)
