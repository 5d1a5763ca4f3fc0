"""A room of sealed rounds: seats a, b and c, a step of 10, two keys for each of three rounds."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain.formats.sealed import purpose
from auctions.domain.terms import (
    Feedback,
    Format,
    SealedRoundsTerms,
    SoftClose,
    Step,
    StepKind,
    Terms,
)
from auctions.ledger.replay import Step as Entry
from auctions.ledger.replay import replay_all, replay_own
from kernel import sealing
from tests.domain.room import BEFORE, START, US, Room, lot, minutes, seconds, terms

AUDITOR, OFFICE = ([(base + number).to_bytes(32) for number in range(10)] for base in (101, 501))
STEP = Step(kind=StepKind.ABSOLUTE, absolute=Decimal(10), percent=None)
LENGTH, PAUSE = minutes(30), minutes(5)
LATE = START + minutes(600)  # after the last round of all


def rounds_terms(own: SealedRoundsTerms | None = None, **fields: Any) -> Terms:
    given = {
        "lots": (lot(step=STEP),),
        "format": Format.SEALED_ROUNDS,
        "soft_close": SoftClose(window=minutes(0), reset=minutes(0)),
        "feedback": Feedback(rank=True),
        "sealed_rounds": own or SealedRoundsTerms(pause=PAUSE),
    }
    return terms(**{**given, **fields})


class RoundsRoom(Room):
    """``opening`` plays a round's deadline and opening, five minutes later."""

    def __init__(
        self,
        given: Terms | None = None,
        *,
        seats: str = "abc",
        keys: bool = True,
        start: bool = True,
    ):
        super().__init__(given or rounds_terms(), seats=seats)
        if keys:
            for holder in cmd.KeyHolder:
                self.keys(holder)
        if start:
            self.until(START)

    def keys(self, holder: cmd.KeyHolder, at: datetime = BEFORE) -> tuple[ev.Event, ...]:
        own = self.state.rules.sealed_rounds
        assert own is not None
        secrets = (AUDITOR if holder is cmd.KeyHolder.AUDITOR else OFFICE)[: own.rounds]
        public = tuple(sealing.public_key_of(secret).hex() for secret in secrets)
        return self.do(cmd.SetRoundKeys(holder, public), at)

    @property
    def round(self) -> int:
        return self.state.sealing.round if self.state.sealing else 0

    def envelope(self, seat: str, value: str, number: int = 1, of: int | None = None) -> str:
        """Sealed to the keys of the round ``of``: usually the one under way."""
        place = (of or self.round) - 1
        keys = (sealing.public_key_of(each[place]) for each in (AUDITOR, OFFICE))
        text = json.dumps({"amount": value}).encode("ascii")
        return sealing.seal(*keys, purpose(seat, number), text).hex()

    def offer(
        self, seat: str, value: str | int, at: datetime | None = None, number: int = 1
    ) -> tuple[ev.Event, ...]:
        at = at or self.begins + US
        return self.put(seat, self.envelope(seat, str(value), number), at, number)

    def put(
        self, seat: str, envelope: str, at: datetime, number: int = 1, named: int | None = None
    ) -> tuple[ev.Event, ...]:
        named = named or self.round
        return self.do(cmd.PlaceSealedOffer(seat, number, envelope, self.ref(), named), at)

    def take_back(
        self, seat: str, at: datetime, number: int = 1, named: int | None = None
    ) -> tuple[ev.Event, ...]:
        return self.do(cmd.Withdraw(seat, number, self.ref(), named or self.round), at)

    @property
    def begins(self) -> datetime:
        """When the round under way began, or the next one begins."""
        found = [each.starts_at for each in self.state.lots.values() if each.outcome is None]
        return max(at for at in found if at is not None)

    def hand_over(self, at: datetime) -> tuple[ev.Event, ...]:
        return self.do(cmd.HandOverKey(cmd.KeyMeans.PERSON), at)

    def open(self, at: datetime, of: int | None = None) -> tuple[ev.Event, ...]:
        place = (of or self.round) - 1
        keys = AUDITOR[place].hex(), OFFICE[place].hex()
        return self.do(cmd.OpenOffers(*keys, cmd.KeyMeans.PLATFORM, self.reserves), at)

    def opening(self) -> tuple[ev.Event, ...]:
        at = self.begins + LENGTH + PAUSE
        self.hand_over(at)
        return self.open(at + seconds(1))

    def next(self) -> None:
        """Let the next round start."""
        self.until(self.begins)

    def play(self, **amounts: int) -> tuple[ev.Event, ...]:
        """A whole round, offers in the order given; the next one is under way, if there is one."""
        for place, (seat, amount) in enumerate(amounts.items(), start=1):
            self.offer(seat, amount, self.begins + place * US)
        found = self.opening()
        if self.state.phase.is_open:
            self.next()
        return found

    def replayed(self) -> None:
        steps = [Entry(seq, LATE, event) for seq, event in enumerate(self.events, 1)]
        assert replay_all(steps, {}) == self.state
        for seat in self.state.seats:
            replay_own(steps, seat)

    def of_kind(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]
