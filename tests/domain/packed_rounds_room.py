"""A room of sealed rounds with three lots, packages and discounts."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain.rules.packages import purpose
from auctions.domain.state import LotPhase
from auctions.domain.terms import PackageTerms, SealedRoundsTerms, Terms
from kernel import sealing
from tests.domain.room import US, lot, seconds
from tests.domain.rounds_room import AUDITOR, LENGTH, OFFICE, PAUSE, STEP, RoundsRoom, rounds_terms

OPEN_END = {"stop_unimproved": False, "least_active": 0}


def only(**fields: Any) -> SealedRoundsTerms:
    """No rule ends the rounds but the last one, and what ``fields`` switch on."""
    return SealedRoundsTerms(**{"pause": PAUSE, **OPEN_END, **fields})


def packed_rounds(own: SealedRoundsTerms | None = None, **fields: Any) -> Terms:
    lots = tuple(lot(number, step=STEP) for number in (1, 2, 3))
    given = {"lots": lots, "packages": PackageTerms(discounts=True)}
    return rounds_terms(own or only(), **{**given, **fields})


class PackedRounds(RoundsRoom):
    def __init__(self, given: Terms | None = None, **fields: Any) -> None:
        super().__init__(given or packed_rounds(), **fields)
        self.placed = 0

    def package(
        self, seat: str, prices: dict[int, Any], number: int = 1, at: datetime | None = None
    ) -> tuple[ev.Event, ...]:
        told = {str(each): str(price) for each, price in prices.items()}
        return self.text(seat, {"prices": told}, number, at)

    def discount(self, seat: str, **content: Any) -> tuple[ev.Event, ...]:
        return self.text(seat, content, 0)

    def text(
        self, seat: str, content: Any, number: int = 1, at: datetime | None = None
    ) -> tuple[ev.Event, ...]:
        text = json.dumps(content).encode("ascii")
        return self.put_package(seat, self.packed(seat, text, number), number, at)

    def packed(self, seat: str, text: bytes, number: int, of: int | None = None) -> str:
        place = (of or self.round) - 1
        keys = (sealing.public_key_of(each[place]) for each in (AUDITOR, OFFICE))
        return sealing.seal(*keys, purpose(seat, number), text, sealing.LONG_TEXT_BYTES).hex()

    def put_package(
        self,
        seat: str,
        envelope: str,
        number: int = 1,
        at: datetime | None = None,
        named: int | None = None,
    ) -> tuple[ev.Event, ...]:
        command = cmd.PlaceSealedPackage(seat, number, envelope, self.ref(), named or self.round)
        return self.do(command, at or self.later())

    def take_package_back(self, seat: str, number: int = 1) -> tuple[ev.Event, ...]:
        return self.do(cmd.WithdrawPackage(seat, number, self.ref(), self.round), self.later())

    def later(self) -> datetime:
        """Another moment of the round under way, each after the one before."""
        self.placed += 1
        return self.begins + self.placed * US

    def bid(self, seat: str, value: Any, number: int = 1) -> tuple[ev.Event, ...]:
        return self.offer(seat, value, self.later(), number)

    def over(self) -> None:
        """The round's deadline and, where anything is sealed, its opening; the next one is under
        way, if there is one."""
        deadline = self.begins + LENGTH
        self.until(deadline)
        if self.state.lots[1].phase is LotPhase.SEALED:
            self.hand_over(deadline + PAUSE)
            self.open(deadline + PAUSE + seconds(1))
        if self.state.phase.is_open:
            self.next()

    @property
    def rejected(self) -> list[tuple[str, int, str]]:
        found = self.of_kind(ev.PackageRejected)
        return [(event.seat, event.package, event.reason) for event in found]

    @property
    def won(self) -> dict[int, str | None]:
        return {number: each.winner for number, each in self.state.lots.items()}


def choices(room: PackedRounds) -> list[tuple[int, Decimal, bool]]:
    """Of each opening: the lots served, the total, whether it is better than the one before."""
    found = room.of_kind(ev.ChoiceFound)
    return [(len(event.lots), event.total, event.better) for event in found]
