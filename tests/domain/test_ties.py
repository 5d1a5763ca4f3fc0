"""Ties: how equal amounts rank, and who leads among them."""

from __future__ import annotations

import pytest

from auctions.domain.outcome import leader, ranking
from auctions.domain.terms import TiePolicy
from tests.domain.room import START, Room, seconds, terms


@pytest.mark.parametrize(
    ("policy", "ranks"),
    [
        (TiePolicy.FIRST, {"a": 1, "b": 2, "c": 3, "d": 4}),
        (TiePolicy.EQUAL_BEST, {"a": 1, "b": 1, "c": 3, "d": 4}),
        (TiePolicy.EQUAL_WORST, {"a": 2, "b": 2, "c": 3, "d": 4}),
    ],
)
def test_equal_amounts_rank_as_the_policy_says(policy: TiePolicy, ranks: dict[str, int]) -> None:
    where = Room(terms(ties=policy), seats="abcd", start=True)
    for number, (seat, amount) in enumerate([("d", 90), ("a", 50), ("b", 50), ("c", 60)]):
        where.bid(seat, amount, START + seconds(1 + number))

    assert {one.seat: one.rank for one in ranking(where.state, 1)} == ranks
    first = leader(where.lot)
    assert first is not None
    assert first[0] == "a"  # the first decided leads, whatever the ranks are called
