"""A bidder in one file: a client of the live protocol ``fairfall.v1`` to build upon.

Needs Python 3.11 and the package ``websockets``; everything else is the standard library::

    python examples/bidder.py --url http://localhost:8000 --token ff_... \\
        --auction 6b0f... --floor 87.50

What it shows, in the order in which it matters when money is at stake:

* **Signing in.** An API token (made on the account page, with the scope *Bid*) is sent over HTTP to
  get a one-time ticket, valid half a minute, that opens the socket. The token itself never stands
  in a URL.
* **A ref for every command.** The ref is the bidder's own name for a bid. As long as an answer is
  missing, the same command under the same ref may be sent again: it is done at most once.
* **Unanswered commands.** After a lost connection the bidder does not guess. It asks ``status`` for
  each open ref and only acts once it knows.
* **State, then events.** The first message is a whole snapshot. Later ``standing`` messages replace
  what they name; ``event`` messages carry ``prev`` and ``cursor``. Where ``prev`` does not fit the
  last cursor, something is missing and a snapshot is asked for.
* **Confirming.** ``seen`` tells the server how far events were processed, at most once a second.
  Without it the server takes the client for stuck and closes the socket.
* **Receipts.** Every answer is signed. They are kept (``--receipts FILE``) and can be given to
  ``verify`` together with the export of the ledger after the close.

The strategy is deliberately plain: while not leading, bid the highest amount the rules allow
(``most``), or ``--step`` per cent below one's own best, but never below the floor. Replace
:meth:`Strategy.next_bid` by your own.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import random
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

FIRST_PAUSE = 0.5  # seconds before the second attempt to connect
LONGEST_PAUSE = 20.0
SEEN_EVERY = 1.0
PING_EVERY = 15.0
SILENT_AFTER = 45.0  # the server says something every few seconds
ENDED = ("closed", "failed", "cancelled", "annulled")
# Close codes after which it makes no sense to come back: no such auction, no place in it.
FOR_GOOD = (4403, 4404)
# Refusals that leave the ref unused: the same command may simply be sent again.
AGAIN = ("gate.busy", "gate.rate_limited", "gate.unavailable", "gate.not_received")
# Nobody knows whether it was done: ask.
UNKNOWN = "gate.unknown"

Message = dict[str, Any]


class SignInFailed(Exception):
    """The platform refused the token."""


@dataclass
class Strategy:
    """When to bid and how much. Amounts are unit prices in the auction's currency."""

    floor: Decimal
    step: Decimal | None = None  # per cent below one's own best; None: as little as allowed
    patience: tuple[float, float] = (0.3, 1.5)  # seconds to wait before a bid: from, to
    opening: Decimal | None = None  # the first bid where the lot has no ceiling

    def next_bid(self, lot: Message, info: Message) -> Decimal | None:
        """The amount to bid on a lot now, or None to wait."""
        own = lot.get("own")
        if own is None or lot["phase"] not in ("running", "settling", "prebid"):
            return None
        if own["leading"] or not own.get("room", True) or own["withdrawal_pending"]:
            return None
        # Without rank and lead there is nothing to react to: one good bid is enough.
        if own["leading"] is None and own["rank"] is None and own["best"] is not None:
            return None
        most = own["most"] or info["ceiling"]
        if most is None:
            most = str(self.opening if self.opening is not None else self.floor)
        amount = Decimal(most)
        if self.step is not None and own["best"] is not None:
            amount = min(amount, Decimal(own["best"]) * (1 - self.step / 100))
        # Round down: what is rounded up might miss the step by a hair.
        amount = amount.quantize(Decimal(1).scaleb(-info["scale"]), rounding=ROUND_FLOOR)
        return amount if amount >= self.floor and amount > 0 else None


def ticket(url: str, token: str) -> str:
    """A one-time ticket for a socket. Raises SignInFailed, or OSError when nobody answers, or only
    half."""
    request = urllib.request.Request(  # noqa: S310
        f"{url.rstrip('/')}/api/v1/socket-tickets/",
        data=b"{}",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            answer: Message = json.load(response)
    except urllib.error.HTTPError as error:
        if error.code in (401, 403):
            raise SignInFailed(f"the token was refused ({error.code})") from error
        raise
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(f"the answer broke off: {error}") from error
    return str(answer["ticket"])


def socket_address(url: str, auction: str, one_time_ticket: str) -> str:
    """The WebSocket address of an auction on the platform at ``url``."""
    parts = urlsplit(url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    path = f"{parts.path.rstrip('/')}/ws/auctions/{auction}/"
    return urlunsplit((scheme, parts.netloc, path, f"ticket={quote(one_time_ticket)}", ""))


@dataclass
class Bidder:
    """One seat in one auction. ``run`` returns when the auction has ended.

    ``get_ticket`` is awaited before every connection, so that a bot inside the platform may bring
    tickets of its own making. ``say`` receives lines for people.
    """

    url: str
    auction: str
    strategy: Strategy
    get_ticket: Callable[[], Awaitable[str]]
    say: Callable[[str], None] = print
    receipts: list[Message] = field(default_factory=list)
    accept_terms: bool = True

    def __post_init__(self) -> None:
        self.lots: dict[int, Message] = {}
        self.infos: dict[int, Message] = {}
        self.phase = ""
        self._open: dict[str, Message] = {}  # ref -> the command whose answer is missing
        self._cursor = 0
        self._seen = 0
        self._not_before: dict[int, float] = {}
        self._round_trip: float | None = None  # milliseconds, as measured last
        self._socket: ClientConnection | None = None

    async def run(self) -> None:
        """Bid until the auction has ended; reconnect with growing pauses."""
        pause = FIRST_PAUSE
        while self.phase not in ENDED:
            try:
                address = socket_address(self.url, self.auction, await self.get_ticket())
                async with connect(address, max_size=2**22, open_timeout=10) as socket:
                    pause = FIRST_PAUSE
                    self._socket = socket
                    await self._converse(socket)
            except ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code in FOR_GOOD:
                    self.say(f"closed for good: {closed.rcvd.code} {closed.rcvd.reason}")
                    return
            except (OSError, TimeoutError, WebSocketException) as error:
                self.say(f"no connection: {error}")
            finally:
                self._socket = None
            if self.phase in ENDED:
                return
            # Not everybody at once after a restart: a random part of the pause.
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(LONGEST_PAUSE, pause * 2)

    # The conversation ---------------------------------------------------------------------

    async def _converse(self, socket: ClientConnection) -> None:
        acting = asyncio.create_task(self._act())
        confirming = asyncio.create_task(self._confirm())
        measuring = asyncio.create_task(self._measure())
        try:
            while self.phase not in ENDED or self._open:
                async with asyncio.timeout(SILENT_AFTER):
                    frame = await socket.recv()
                await self.take(json.loads(frame))
        finally:
            acting.cancel()
            confirming.cancel()
            measuring.cancel()

    async def take(self, message: Message) -> None:
        """React to one message of the server."""
        kind = message["type"]
        if kind == "welcome":
            self._replace(message["snapshot"])
            for ref in list(self._open):
                await self._send({"type": "status", "ref": ref})
            await self._consent(message["snapshot"])
        elif kind == "snapshot":
            self._replace(message)
            await self._consent(message)
        elif kind == "standing":
            self._update(message["lots"])
        elif kind in ("event", "checkpoint"):
            await self._event(message)
        elif kind in ("ack", "refused"):
            await self._answered(message)
        elif kind == "unknown_ref":
            await self._unknown(message)
        elif kind == "pong":
            self._round_trip = time.monotonic() * 1000 - message["t"]
        elif kind == "heartbeat" and message["cursor"] != self._cursor:
            await self._send({"type": "need_snapshot"})
        elif kind == "ended":
            self.say(f"the server ends the connection: {message['reason']}")

    def _replace(self, snapshot: Message) -> None:
        self.phase = snapshot["phase"]
        self._cursor = snapshot["cursor"]
        self._seen = 0
        self.infos = {info["number"]: info for info in snapshot["lots_info"]}
        self._update(snapshot["lots"])

    def _update(self, lots: list[Message]) -> None:
        for lot in lots:
            before, self.lots[lot["number"]] = self.lots.get(lot["number"]), lot
            if before is None or before.get("own") != lot.get("own"):
                self.say(described(lot))

    async def _event(self, message: Message) -> None:
        if message["prev"] != self._cursor:
            await self._send({"type": "need_snapshot"})
            return
        self._cursor = message["cursor"]
        if message["type"] == "checkpoint":
            return
        self.phase = message["phase"]
        self._update(message["lots"])
        if message["kind"] == "terms_changed":
            await self._send({"type": "need_snapshot"})
        if message["kind"] in ("lot_closed", "closed", "cancelled", "annulled"):
            self.say(f"{message['kind']}: {json.dumps(message['data'], ensure_ascii=False)}")

    async def _consent(self, snapshot: Message) -> None:
        """Accept the terms as they are. A real bidder reads them first."""
        asked = any(command["type"] == "accept_terms" for command in self._open.values())
        if self.accept_terms and snapshot["terms_accepted"] is False and not asked:
            await self._command(
                {
                    "type": "accept_terms",
                    "version": snapshot["terms_version"],
                    "terms_hash": snapshot["terms_hash"],
                }
            )

    # Commands and their answers -----------------------------------------------------------

    async def _command(self, command: Message) -> None:
        command = {**command, "ref": uuid.uuid4().hex}
        self._open[command["ref"]] = command
        await self._send(command)

    async def _answered(self, message: Message) -> None:
        ref = message["ref"]
        command = self._open.get(ref) if ref else None
        if message["type"] == "refused" and message["code"] in (*AGAIN, UNKNOWN):
            if command is not None and message["code"] == UNKNOWN:
                await self._send({"type": "status", "ref": ref})
            elif command is not None:
                await asyncio.sleep(random.uniform(0.3, 1.0))
                await self._send(command)
            return
        self._open.pop(ref, None)
        if message.get("signature"):
            self.receipts.append(message)
        if message["type"] == "refused":
            self.say(f"refused: {message['code']} {message['message']}")

    async def _unknown(self, message: Message) -> None:
        command = self._open.get(message["ref"])
        if command is None:
            return
        if message["pending"]:
            await asyncio.sleep(0.5)
            await self._send({"type": "status", "ref": message["ref"]})
        else:
            # It never arrived. The price may have moved since: give it up and decide anew.
            await self._send({"type": "abandon", "ref": message["ref"]})

    async def _act(self) -> None:
        """Look at every lot several times a second and bid where the strategy says so."""
        while True:
            await asyncio.sleep(0.1)
            if self._open:
                continue  # one command at a time keeps the next one honest
            for number, lot in list(self.lots.items()):
                await self._consider(number, lot)

    async def _consider(self, number: int, lot: Message) -> None:
        amount = self.strategy.next_bid(lot, self.infos[number])
        if amount is None:
            self._not_before.pop(number, None)
            return
        now = time.monotonic()
        at = self._not_before.setdefault(number, now + random.uniform(*self.strategy.patience))
        if now < at or self._open:
            return
        del self._not_before[number]
        text = format(amount, "f")
        # ``retyped`` says that a large step is meant: see the guard in the terms.
        await self._command({"type": "bid", "lot": number, "amount": text, "retyped": text})

    async def _confirm(self) -> None:
        while True:
            await asyncio.sleep(SEEN_EVERY)
            if self._cursor != self._seen:
                self._seen = self._cursor
                await self._send({"type": "seen", "cursor": self._cursor})

    async def _measure(self) -> None:
        """Measure the round trip from time to time and tell it: the buyer's console shows it."""
        while True:
            told = {} if self._round_trip is None else {"rtt": self._round_trip}
            await self._send({"type": "ping", "t": time.monotonic() * 1000, **told})
            await asyncio.sleep(1.0 if self._round_trip is None else PING_EVERY)

    async def _send(self, message: Message) -> None:
        """A lost connection is noticed by the reader; the command stays among the open ones."""
        if self._socket is None:
            return
        try:
            await self._socket.send(json.dumps(message))
        except ConnectionClosed:
            return


def described(lot: Message) -> str:
    """One line about a lot as it stands for us."""
    own = lot.get("own") or {}
    words = [f"lot {lot['number']}", lot["phase"]]
    for name in ("best", "rank", "gap", "most"):
        if own.get(name) is not None:
            words.append(f"{name} {own[name]}")
    if own.get("leading"):
        words.append("leading")
    if lot.get("deadline"):
        words.append(f"until {lot['deadline'][11:19]} UTC")
    return ", ".join(words)


def main() -> int:
    """Bid from the command line."""
    parser = argparse.ArgumentParser(description="Bid in one Fairfall auction.")
    parser.add_argument("--url", default="http://localhost:8000", help="the platform")
    parser.add_argument("--token", required=True, help="an API token with the scope Bid")
    parser.add_argument("--auction", required=True, help="the auction's id")
    parser.add_argument("--floor", required=True, type=Decimal, help="the lowest unit price")
    parser.add_argument("--step", type=Decimal, help="per cent below the own best at each bid")
    parser.add_argument("--receipts", help="keep the signed answers in this file")
    options = parser.parse_args()

    async def get_ticket() -> str:
        return await asyncio.to_thread(ticket, options.url, options.token)

    bidder = Bidder(
        url=options.url,
        auction=options.auction,
        strategy=Strategy(floor=options.floor, step=options.step),
        get_ticket=get_ticket,
    )
    try:
        asyncio.run(bidder.run())
    except SignInFailed as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; open commands:", list(bidder._open), file=sys.stderr)
    finally:
        if options.receipts:
            with open(options.receipts, "w", encoding="utf-8") as file:
                json.dump(bidder.receipts, file, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
