"""Discounts in sealed rounds: which one gives way to which, and what they do to the choice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import events as ev
from auctions.domain.formats.sealed_rounds import Stop
from auctions.domain.state import Phase
from tests.domain.packed_rounds_room import PackedRounds, choices, only, packed_rounds

FORMER: dict[str, Any] = {"percent": "10", "lots": [1, 2], "count": 2}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"percent": "11", "lots": [1, 2], "count": 2}, ""),
        ({"percent": "10", "lots": [1], "count": 2}, ""),
        ({"percent": "10", "lots": [1, 2]}, ""),
        (FORMER, "discount_not_better"),
        ({"percent": "9", "count": 1}, "discount_not_better"),
        ({"percent": "20", "lots": [1, 2, 3]}, "discount_not_better"),
        ({"percent": "20", "lots": [1, 2], "count": 3}, "discount_not_better"),
        ({"percent": "20", "count": 2, "sum": "1"}, "discount_sum"),
    ],
)
def test_a_discount_gives_way_only_to_a_better_one(content: Any, reason: str) -> None:
    room = PackedRounds()
    for number in (1, 2):
        room.bid("a", 500, number)
    room.discount("a", **FORMER)
    room.over()
    assert choices(room)[-1][:2] == (2, Decimal("9000.00"))
    room.discount("a", **content)
    room.over()
    expected = [("a", 0, reason)] if reason else []
    assert room.rejected == expected
    stands = room.state.packages.seats["a"].discount
    assert (stands.percent, stands.lots, stands.count) == (
        (Decimal(10), (1, 2), 2)
        if reason
        else (Decimal(content["percent"]), tuple(content.get("lots", ())), content.get("count", 0))
    )
    room.replayed()


def test_a_discount_on_a_sum_is_none_in_any_round() -> None:
    room = PackedRounds()
    room.bid("a", 500)
    room.discount("a", percent="10", sum="100")
    room.over()
    assert room.rejected == [("a", 0, "discount_sum")]
    assert room.state.packages.seats["a"].discount is None


def test_a_discount_alone_can_make_the_choice_better() -> None:
    room = PackedRounds(packed_rounds(only(stop_unimproved=True)))
    for number in (1, 2, 3):
        room.bid("a", 500, number)
    room.over()
    room.discount("a", percent="10", count=3)
    room.over()
    assert room.state.phase is Phase.RUNNING
    room.over()
    assert {each.price for each in room.state.lots.values()} == {Decimal("450.00")}
    (found,) = room.of_kind(ev.LotsAllocated)
    assert found.discounts == ("a",)
    assert room.state.lots[1].rounds.stop == Stop.LAST_ROUND
