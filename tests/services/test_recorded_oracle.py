"""Recordings that another, simpler text of the same rules makes: the engine agrees with each.

It keeps nothing but offers and a counter, and reckons in fractions throughout.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from auctions import recorded

FEATURES = {"F1": (0, 0.05, 0.1, 0.15), "F2": (0, 0.02, 0.1)}
MOST = sum((Fraction(max(values)) for values in FEATURES.values()), Fraction(0))
FIRST_PAUSE, PAUSE, TURN, LAST_PAUSE = 300, 120, 120, 120  # seconds
ROUNDS = 3


class _Oracle:
    """One auction of three rounds as it goes, and the recording of it."""

    def __init__(self, seed: int, *, meat: bool, bidders: int, step: float) -> None:
        self.random = Random(f"{seed} {meat} {bidders} {step}")
        self.meat = meat
        self.value = round(self.random.uniform(1000, 50_000), 2)
        self.step = round(self.value * step, 2)
        self.bids = [self._bid(f"b{place}") for place in range(bidders)]
        self.counter = 0
        self.offers: dict[str, tuple[float, int]] = {}
        for bid in sorted(self.bids, key=lambda bid: str(bid["date"])):
            self._place(bid["id"], bid["value"]["amount"])
        self.coefficient = {
            bid["id"]: 1 + sum(Fraction(each["value"]) for each in bid["parameters"]) / (1 - MOST)
            for bid in self.bids
        }
        self.schedule: list[dict[str, Any]] = []
        self.ends = 0
        self.attempts: list[dict[str, Any]] = []

    def _bid(self, name: str) -> dict[str, Any]:
        hour, minute = self.random.randrange(24), self.random.randrange(60)
        chosen = {code: self.random.choice(FEATURES[code]) for code in FEATURES if self.meat}
        amount = round(self.value * self.random.choice((1, 1, 0.99, 0.97, 0.9)), 2)
        return {
            "id": name,
            "date": f"2026-02-20T{hour:02}:{minute:02}:{int(name[1:]):02}+00:00",
            "value": {"amount": amount},
            "parameters": [{"code": code, "value": value} for code, value in chosen.items()],
        }

    def _place(self, who: str, amount: float) -> None:
        self.counter += 1
        self.offers[who] = (amount, self.counter)

    def _number(self, value: float) -> Fraction:
        return Fraction(value) if self.meat else Fraction(str(value))

    def _score(self, who: str) -> Fraction:
        return self._number(self.offers[who][0]) / self.coefficient[who]

    def _worst_first(self) -> list[str]:
        return sorted(
            self.offers, key=lambda who: (self._score(who), self.offers[who][1]), reverse=True
        )

    def _rows(self) -> list[list[Any]]:
        """Scores as the recorded system states them: of ``meat`` alone."""
        return [
            [who, self.offers[who][0], str(self._score(who)) if self.meat else None, None]
            for who in self._worst_first()
        ]

    def _stage(self, kind: str, length: int) -> None:
        self.schedule.append({"type": kind, "offset_s": self.ends})
        self.ends += length

    def _amount(self, had: float) -> float:
        """What somebody who had that might try: taking back, nothing, about a step less."""
        return self.random.choice(
            [
                -1,
                0,
                -5,
                round(had - self.step, 2),
                round(had - self.step + 0.01, 2),
                round(had - self.step * self.random.uniform(1, 2), 2),
            ]
        )

    def _turn(self, turn: str) -> None:
        self._stage("bids", TURN)
        start = self.offers[turn]
        for second in sorted(self.random.randrange(100) for _ in range(self.random.randrange(5))):
            who = self.random.choice([turn, turn, turn, *self.offers])
            amount = self._amount(start[0])
            answer = self._answer(turn, who, amount, start)
            self.attempts.append(
                {
                    "stage": len(self.schedule) - 1,
                    "t": second,
                    "bidder": who,
                    "amount": amount,
                    "expected": answer,
                }
            )

    def _answer(self, turn: str, who: str, amount: float, start: tuple[float, int]) -> str:
        if who != turn:
            return "rejected: Not valid bidder"
        if amount == -1:
            self.offers[who] = start
            return "withdrawn"
        if amount <= 0:
            return "rejected: Too low value"
        if self._number(amount) > self._number(start[0]) - self._number(self.step):
            return "rejected: Too high value"
        self._place(who, amount)
        return "accepted"

    def recording(self) -> dict[str, Any]:
        initial = self._rows()
        order: list[str] = []
        amounts: list[float] = []
        for number in range(ROUNDS):
            self._stage("pause", PAUSE if number else FIRST_PAUSE)
            for who in self._worst_first():
                self._turn(who)
                order.append(who)
                amounts.append(self.offers[who][0])
        self._stage("pre_announcement", LAST_PAUSE)
        self._stage("announcement", 0)
        enum = {code: [{"value": value} for value in FEATURES[code]] for code in FEATURES}
        features = [{"code": code, "enum": enum[code]} for code in FEATURES]
        return {
            "kind": "meat" if self.meat else "default",
            "n_bidders": len(self.bids),
            "tender": {
                "auctionPeriod": {"startDate": "2026-03-02T09:00:00+00:00"},
                "minimalStep": {"amount": self.step, "currency": "UAH"},
                "bids": self.bids,
                **({"features": features} if self.meat else {}),
            },
            "attempts": self.attempts,
            "expected": {
                "schedule": self.schedule,
                "turn_order": order,
                "stage_amounts": amounts,
                "initial": initial,
                "results_worst_to_best": self._rows(),
                "winner": self._worst_first()[-1],
            },
        }


@pytest.mark.parametrize("step", [0, 0.005, 0.03])
@pytest.mark.parametrize("bidders", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("meat", [False, True])
def test_the_engine_agrees(*, meat: bool, bidders: int, step: float) -> None:
    answers: set[str] = set()
    for seed in range(4):
        made = _Oracle(seed, meat=meat, bidders=bidders, step=step).recording()
        assert recorded.check(made).disagreements == ()
        answers |= {each["expected"].partition(":")[0] for each in made["attempts"]}
    assert answers == {"accepted", "withdrawn", "rejected"}
