"""A room for tests of the rules: terms with short names, seats that accepted, a gate in small."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from auctions.domain import commands as cmd
from auctions.domain import machine
from auctions.domain.commands import Officer, OpenedReserve
from auctions.domain.events import Event
from auctions.domain.state import AuctionState, BidLimit
from auctions.domain.terms import (
    DutchTerms,
    Feedback,
    Format,
    Guard,
    JapaneseTerms,
    LotTerms,
    SoftClose,
    Step,
    Terms,
    Withdrawal,
    limit_commitment,
    reserve_commitment,
)
from kernel.decimals import to_wire

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
US = timedelta(microseconds=1)
BEFORE = START - timedelta(hours=1)
NO_SOFT_CLOSE = SoftClose(window=timedelta(0), reset=timedelta(0))


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def lot(number: int = 1, **fields: Any) -> LotTerms:
    given = {"title": f"Lot {number}", "quantity": Decimal(10), "unit": "TNE"}
    return LotTerms(number=number, **{**given, "ceiling": Decimal(1000), **fields})


def terms(**fields: Any) -> Terms:
    """Defaults of the product, without the guard unless a test is about it, and without a soft
    close where offers are sealed."""
    given = {
        "lots": (lot(),),
        "starts_at": START,
        "currency": "EUR",
        "platform_key": "key-1",
        "guard": Guard(warn=None, retype=None, block=None),
    }
    if fields.get("format") in (Format.SEALED, Format.VICKREY):
        given["soft_close"] = NO_SOFT_CLOSE
    return Terms(**{**given, **fields})


SALT = "00" * 16


def with_reserve(of: Terms, amount: str) -> Terms:
    """The terms with a hidden reserve of that much for each lot."""
    committed = reserve_commitment(bytes.fromhex(SALT), amount)
    return replace(of, lots=tuple(replace(each, reserve_commitment=committed) for each in of.lots))


def opened_reserves(of: Terms, amount: str) -> tuple[OpenedReserve, ...]:
    """Those of :func:`with_reserve`, as a room is handed them."""
    return tuple(OpenedReserve(each.number, SALT, Decimal(amount)) for each in of.lots)


def levels_terms(of: Format, *, count: int = 1, reserve: str = "110.00", **fields: Any) -> Terms:
    """Terms with levels: from 100.00 by 1 %, 60 s a level. A Dutch lot has a reserve."""
    dutch = of is Format.DUTCH
    given = {
        "format": of,
        "lots": tuple(
            level_lot(number, reserve if dutch else None) for number in range(1, count + 1)
        ),
        "feedback": Feedback(rank=False),
        "soft_close": NO_SOFT_CLOSE,
        "withdrawal": Withdrawal(allowed=False),
        "dutch": DutchTerms() if dutch else None,
        "japanese": None if dutch else JapaneseTerms(level=seconds(60)),
    }
    return terms(**{**given, **fields})


def level_lot(number: int = 1, reserve: str | None = None, **fields: Any) -> LotTerms:
    commitment = None if reserve is None else reserve_commitment(bytes.fromhex(SALT), reserve)
    given = {
        "ceiling": None,
        "start": Decimal("100.00"),
        "step": Step(percent=Decimal(1)),
        "reserve_commitment": commitment,
    }
    return lot(number, **{**given, **fields})


def limit_command(
    seat: str, lot: int, amount: Decimal, ref: str, retyped: bool | None = None
) -> cmd.SetBidLimit:
    """A limit whose ``sealed`` is no secret: :func:`plain_limits` reads it."""
    opened = cmd.OpenedLimit(hashlib.sha256(f"{seat}{ref}".encode()).hexdigest(), amount)
    text = to_wire(amount)
    commitment = limit_commitment(bytes.fromhex(opened.salt), text)
    sealed = opened.salt + text.encode().hex()
    return cmd.SetBidLimit(seat, lot, commitment, ref, retyped, sealed, opened)


def plain_limits(lot: int, seat: str, limit: BidLimit) -> cmd.OpenedLimit | None:
    """What the limits made here commit to."""
    return cmd.OpenedLimit(limit.sealed[:64], Decimal(bytes.fromhex(limit.sealed[64:]).decode()))


class Room:
    """One auction with seats a, b, c ... Every method returns the events it led to.

    As the gate does, it decides due boundaries before a command received after them.
    """

    def __init__(self, of: Terms | None = None, seats: str = "abc", start: bool = False) -> None:
        self.state = AuctionState()
        self.events: list[Event] = []
        self.reserves: tuple[OpenedReserve, ...] = ()
        self.count = 0
        self._apply((machine.genesis("T-1", "Steel", of or terms()),))
        for seat in seats:
            self.admit(seat)
        if start:
            self.until(START)

    def _apply(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        for event in events:
            self.state = machine.evolve(self.state, event, self.state.seq + 1)
        self.events += events
        return events

    def do(
        self, command: cmd.Command, at: datetime, line: datetime | None = None
    ) -> tuple[Event, ...]:
        while (due := machine.due(self.state)) is not None and due < at:
            self._apply(
                machine.decide(self.state, cmd.Tick(due, self.reserves), due, None, plain_limits)
            )
        return self._apply(machine.decide(self.state, command, at, line, plain_limits))

    def limit(
        self,
        seat: str,
        amount: str | int,
        at: datetime,
        lot: int = 1,
        retyped: bool | None = None,
    ) -> tuple[Event, ...]:
        """Have bids placed down to ``amount``."""
        command = limit_command(seat, lot, Decimal(amount), self.ref(), retyped)
        return self.do(command, at)

    def end_limit(self, seat: str, at: datetime, lot: int = 1) -> tuple[Event, ...]:
        return self.do(cmd.EndBidLimit(seat, lot, self.ref()), at)

    def until(self, at: datetime) -> tuple[Event, ...]:
        """Let everything due at or before ``at`` happen."""
        seen = len(self.events)
        while (due := machine.due(self.state)) is not None and due <= at:
            self._apply(
                machine.decide(self.state, cmd.Tick(due, self.reserves), due, None, plain_limits)
            )
        return tuple(self.events[seen:])

    def ref(self) -> str:
        self.count += 1
        return f"r{self.count}"

    def admit(self, seat: str, at: datetime = BEFORE) -> tuple[Event, ...]:
        return (*self.do(cmd.AdmitSeat(seat), at), *self.accept(seat, at))

    def accept(self, seat: str, at: datetime = BEFORE) -> tuple[Event, ...]:
        version, digest = self.state.rules.version, self.state.terms_hash
        return self.do(cmd.AcceptTerms(seat, version, digest, self.ref()), at)

    def bid(
        self, seat: str, amount: str | int, at: datetime, lot: int = 1, retyped: str | None = None
    ) -> tuple[Event, ...]:
        again = None if retyped is None else Decimal(retyped)
        return self.do(cmd.PlaceBid(seat, lot, Decimal(amount), self.ref(), again), at)

    def take(self, seat: str, level: int, at: datetime, lot: int = 1) -> tuple[Event, ...]:
        return self.do(cmd.AcceptLevel(seat, lot, level, self.ref()), at)

    def withdraw(
        self, seat: str, at: datetime, lot: int = 1, line: datetime | None = None
    ) -> tuple[Event, ...]:
        return self.do(cmd.Withdraw(seat, lot, self.ref()), at, line)

    def decide_withdrawal(
        self, approve: bool, at: datetime, by: Officer = Officer.BUYER
    ) -> tuple[Event, ...]:
        return self.do(cmd.DecideWithdrawal(1, approve, "a slip", by, self.ref()), at)

    def pause(self, at: datetime) -> tuple[Event, ...]:
        return self.do(cmd.Pause("a question", Officer.BUYER, self.ref()), at)

    def resume(self, at: datetime) -> tuple[Event, ...]:
        return self.do(cmd.Resume(Officer.BUYER, self.ref()), at)

    def change(self, new: Terms, at: datetime) -> tuple[Event, ...]:
        return self.do(cmd.ChangeTerms(new, Officer.BUYER, self.ref(), extensions_kept=True), at)

    def most(self, seat: str, lot: int = 1) -> Decimal | None:
        return machine.next_valid_bid(self.state, seat, lot)

    @property
    def lot(self) -> Any:
        return self.state.lots[1]


def kinds(events: tuple[Event, ...]) -> list[str]:
    return [event.kind for event in events]
