"""Rooms of sealed offers on a lot with positions: 10, 3 and half a unit of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from auctions.domain import events as ev
from auctions.domain.formats.sealed import purpose
from auctions.domain.rules.sealed_lines import text_bytes
from auctions.domain.terms import SealedRoundsTerms, Terms
from kernel import sealing
from tests.domain.room import START, US
from tests.domain.rounds_room import AUDITOR, OFFICE, PAUSE, RoundsRoom, rounds_terms
from tests.domain.test_lines import lines_lot
from tests.domain.test_sealed import PUBLIC, SealedRoom, of


def content(prices: str | Sequence[str]) -> str:
    """The text of an offer; the unit prices with spaces between them."""
    each = prices.split() if isinstance(prices, str) else list(prices)
    return json.dumps({"lines": each}, separators=(",", ":"))


def sealed_terms(**fields: Any) -> Terms:
    return of(**{"lots": (lines_lot(),), **fields})


def rounds_of_lines(own: SealedRoundsTerms | None = None, **fields: Any) -> Terms:
    lots = (lines_lot(),)
    return rounds_terms(own or SealedRoundsTerms(pause=PAUSE), **{"lots": lots, **fields})


class LinesRoom(SealedRoom):
    """One sealed offer each, opened together."""

    def __init__(self, given: Terms | None = None, **fields: Any):
        super().__init__(given or sealed_terms(), **fields)

    def sealed(self, seat: str, text: str, size: int | None = None) -> str:
        first, second = PUBLIC.values()
        size = size or text_bytes(self.state.rules.lots[0])
        return sealing.seal(first, second, purpose(seat, 1), text.encode(), size).hex()

    def priced(self, seat: str, prices: str, at: datetime = START + US) -> tuple[ev.Event, ...]:
        found: tuple[ev.Event, ...] = self.put(seat, self.sealed(seat, content(prices)), at)
        return found

    def rejected(self, text: str) -> str:
        """Why an offer of that text is no offer."""
        self.put("a", self.sealed("a", text))
        self.opened()
        self.replayed()
        (found,) = [each for each in self.events if isinstance(each, ev.OfferRejected)]
        return found.reason


class RoundsOfLinesRoom(RoundsRoom):
    """Sealed rounds of positions."""

    def __init__(self, given: Terms | None = None, **fields: Any):
        super().__init__(given or rounds_of_lines(), **fields)

    def envelope(self, seat: str, value: str, number: int = 1, of: int | None = None) -> str:
        """``value`` are unit prices with spaces between them."""
        place = (of or self.round) - 1
        keys = (sealing.public_key_of(each[place]) for each in (AUDITOR, OFFICE))
        size = text_bytes(self.state.rules.lots[number - 1])
        return sealing.seal(*keys, purpose(seat, number), content(value).encode(), size).hex()
