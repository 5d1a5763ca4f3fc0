"""A room of three lots for sealed packages and discounts."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain.rules.packages import purpose
from auctions.domain.terms import Format, PackageTerms, Terms
from kernel import sealing
from tests.domain.room import START, US, lot
from tests.domain.test_sealed import END, PUBLIC, SealedRoom, of


def packed(count: int = 3, **fields: Any) -> Terms:
    lots = tuple(lot(number) for number in range(1, count + 1))
    return of(**{"lots": lots, "packages": PackageTerms(discounts=True), **fields})


def envelope(text: str, seat: str, number: int) -> str:
    first, second = PUBLIC.values()
    return sealing.seal(
        first, second, purpose(seat, number), text.encode("ascii"), sealing.LONG_TEXT_BYTES
    ).hex()


def second_price(count: int = 3, **fields: Any) -> Terms:
    return packed(count, **{"format": Format.VICKREY, **fields})


class PackedRoom(SealedRoom):
    def __init__(self, given: Terms | None = None, **fields: Any) -> None:
        super().__init__(given or packed(), **fields)

    def package(
        self, seat: str, prices: dict[int, str], number: int = 1, at: Any = START + US
    ) -> tuple[ev.Event, ...]:
        return self.text(seat, json.dumps({"prices": prices}), number, at)

    def discount(self, seat: str, at: Any = START + US, **content: Any) -> tuple[ev.Event, ...]:
        return self.text(seat, json.dumps(content), 0, at)

    def text(self, seat: str, text: str, number: int = 1, at: Any = START + US) -> Any:
        sealed = envelope(text, seat, number)
        return self.do(cmd.PlaceSealedPackage(seat, number, sealed, self.ref()), at)

    def take_back(self, seat: str, number: int = 1, at: Any = START + US) -> tuple[ev.Event, ...]:
        return self.do(cmd.WithdrawPackage(seat, number, self.ref()), at)

    def results(self) -> dict[int, tuple[str | None, Decimal | None]]:
        """Open everything; each lot's winner and price."""
        self.until(END)
        self.hand_over()
        self.open()
        return {n: (each.winner, each.price) for n, each in self.state.lots.items()}

    def found(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]
