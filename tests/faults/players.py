"""Suppliers of the formats beside the open descending price, at it without a pause."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from auctions.domain.formats.sealed import purpose
from examples.bidder import Bidder, Strategy, ticket
from kernel import sealing

Message = dict[str, Any]
FAR_AWAY = 10_000  # a level that no clock reaches in a test


@dataclass
class Player(Bidder):
    """One supplier; it sends one command at a time, and asks what became of it as any client.

    ``move`` says what to send next. ``held``: nothing any more; ``ends``: what ends its auction.
    """

    seat: str = ""
    rests: float = 0.3  # seconds between two commands

    def __post_init__(self) -> None:
        super().__post_init__()
        self.held = threading.Event()
        self.ends = threading.Event()
        self._rests_until = 0.0

    def move(self, lot: Message) -> Message | None:
        """The next command on this lot, without its ref and lot; None: nothing now."""
        raise NotImplementedError

    async def _consider(self, number: int, lot: Message) -> None:
        if time.monotonic() < self._rests_until or self._open or self.held.is_set():
            return
        command = self.move(lot)
        if command is not None:
            self._rests_until = time.monotonic() + self.rests
            await self._command({**command, "lot": number})

    @property
    def waits(self) -> bool:
        """Whether the answer to a command is missing."""
        return bool(self._open)

    def described(self) -> str:
        """How this client stands, for a failed assertion."""
        lots = {number: lot["phase"] for number, lot in self.lots.items()}
        connected = self._socket is not None
        return f"{self.url}: {self.phase}, {lots}, {connected=}, at {self._cursor}, {self._open}"

    def acked(self, name: str) -> list[Message]:
        """The acknowledgements whose result has this part, in order."""
        return [
            each for each in list(self.receipts)
            if each["type"] == "ack" and name in (each["result"] or {})
        ]  # fmt: skip


@dataclass
class DutchPlayer(Player):
    """Asks for a level that is not reached; in the end for the one that is."""

    def move(self, lot: Message) -> Message | None:
        level = lot.get("level")
        if lot["phase"] != "running" or level is None:
            return None
        return {"type": "accept", "level": level["number"] if self.ends.is_set() else FAR_AWAY}


@dataclass
class JapanesePlayer(Player):
    """Accepts every level; until one, where it is told to. Then asks for a level that is not
    reached, so that something is always under way."""

    stops_at: int = FAR_AWAY

    def __post_init__(self) -> None:
        super().__post_init__()
        self.rests = 1.0

    def move(self, lot: Message) -> Message | None:
        level = lot.get("level")
        if lot["phase"] != "running" or level is None or self.ends.is_set():
            return None
        accepts = level["own"] == "open" and level["number"] < self.stops_at
        return {"type": "accept", "level": level["number"] if accepts else FAR_AWAY}


@dataclass
class TurnsPlayer(Player):
    """An initial offer, then in each turn of its own as little less as the rules allow."""

    def move(self, lot: Message) -> Message | None:
        own, turns = lot.get("own") or {}, lot.get("turns")
        if lot["phase"] == "prebid" and own.get("best") is None:
            return self._bid("900.00")
        if turns is None or not turns["yours"] or turns["changed"]:
            return None
        return self._bid(own["most"])

    def _bid(self, amount: str) -> Message:
        return {"type": "bid", "amount": amount, "retyped": amount}


@dataclass
class OpenPlayer(Player):
    """Bids whenever it does not lead: the next valid price, or quantity where there is a budget."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.rests = 1.0

    def move(self, lot: Message) -> Message | None:
        own, info = lot.get("own") or {}, self.infos[lot["number"]]
        if lot["phase"] != "running" or own.get("leading"):
            return None
        if own.get("best") is None:
            amount = info["floor"] if info["budget"] else "900.00"
        else:
            amount = own["least"] if info["budget"] else own["most"]
        return {"type": "bid", "amount": amount, "retyped": amount}


@dataclass
class SealedPlayer(Player):
    """Replaces its offer by a lower one again and again."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.rests = 1.5  # sealing takes its time
        self.amount = Decimal("900.00")
        self.round = 1
        self.sealed: dict[str, Decimal] = {}  # by envelope
        self.best: Decimal | None = None  # of the last offer that was acknowledged

    def move(self, lot: Message) -> Message | None:
        sealed = lot.get("sealed")
        if lot["phase"] != "running" or sealed is None or not sealed["auditor_key"]:
            return None
        rounds = lot.get("rounds")
        if rounds is not None and rounds["round"] != self.round:
            self.round = rounds["round"]
            self.amount = (self.amount * Decimal("0.98")).quantize(Decimal("0.01"))
        self.amount -= Decimal("0.01")
        text = json.dumps({"amount": self.written()}).encode()
        keys = (bytes.fromhex(sealed[name]) for name in ("auditor_key", "office_key"))
        envelope = sealing.seal(*keys, purpose(self.seat, lot["number"]), text).hex()
        self.sealed[envelope] = self.amount
        of_round = {} if rounds is None else {"round": self.round}
        return {"type": "sealed_offer", "envelope": envelope, **of_round}

    def written(self) -> str:
        """What the envelope says the amount is."""
        return str(self.amount)

    async def _answered(self, message: Message) -> None:
        command = self._open.get(message["ref"], {})
        await super()._answered(message)
        if message["type"] == "ack" and "envelope" in command:
            self.best = self.sealed[command["envelope"]]


@dataclass
class FinalPlayer(SealedPlayer):
    """Bids until the seeds are awaited; in the final stage replaces a lower sealed offer."""

    spoils: bool = False  # its offers name no amount

    def move(self, lot: Message) -> Message | None:
        end, own = lot.get("random_end"), lot.get("own") or {}
        if end is None or lot["phase"] != "running":
            return None
        if end["stage"] == "final" and end["finalist"]:
            if not self.sealed:
                self.amount = Decimal(own["best"]) - 10
            return super().move(lot)
        if end["stage"] != "bidding" or own.get("leading"):
            return None
        amount = "900.00" if own.get("best") is None else own["most"]
        return {"type": "bid", "amount": amount, "retyped": amount}

    def written(self) -> str:
        return "as agreed" if self.spoils else super().written()


PLAYERS: dict[str, type[Player]] = {
    "dutch": DutchPlayer,
    "japanese": JapanesePlayer,
    "turns": TurnsPlayer,
    "sealed": SealedPlayer,
    "vickrey": SealedPlayer,
    "sealed_rounds": SealedPlayer,
    "open_closed": OpenPlayer,
    "final_stage": FinalPlayer,
    "budget": OpenPlayer,
}


def player(of: str, url: str, auction: str, seat: str, token: str) -> Player:
    """A supplier of that format at its seat."""

    async def get_ticket() -> str:
        return await asyncio.to_thread(ticket, url, token)

    return PLAYERS[of](
        url=url, auction=auction, strategy=Strategy(Decimal(1)), get_ticket=get_ticket,
        say=lambda _line: None, seat=seat,
    )  # fmt: skip
