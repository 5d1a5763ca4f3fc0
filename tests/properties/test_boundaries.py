"""Accepted just when received at or before the boundary, to the microsecond.

Across an extension, a pause and a buyer's extension, and whichever order the commands are decided
in: the effective boundary is worked out here from what was asked, not read from the state.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import machine
from auctions.domain.commands import Officer
from auctions.domain.refusals import Refusal, TooLate
from auctions.domain.terms import BuyerExtension, SoftClose
from tests.domain.room import START, US, Room, minutes, seconds, terms

WINDOW, RESET, LENGTH = minutes(3), minutes(2), minutes(20)

offsets = st.sampled_from([-1_000_000, -1, 0, 1, 1_000_000]).map(lambda number: number * US)
microseconds = st.integers(0, 59_999_999).map(lambda number: number * US)


def room() -> Room:
    soft = SoftClose(window=WINDOW, reset=RESET)
    of = terms(length=LENGTH, soft_close=soft, buyer_extension=BuyerExtension(1, minutes(5)))
    return Room(of, start=True)


def taken(where: Room, at: object) -> bool:
    """Whether a bid received at that moment is taken, its boundaries being decided before."""
    try:
        where.bid("a", "500", at)  # type: ignore[arg-type]
    except Refusal:
        return False
    return True


@given(offsets)
def test_at_the_planned_end(offset: timedelta) -> None:
    assert taken(room(), START + LENGTH + offset) == (offset <= timedelta(0))


@given(offsets)
def test_at_the_start(offset: timedelta) -> None:
    where = Room(terms(length=LENGTH))
    assert taken(where, START + offset) == (offset > timedelta(0))


@given(microseconds, offsets)
def test_after_an_extension_by_a_late_bid(late: timedelta, offset: timedelta) -> None:
    where = room()
    bid_at = START + LENGTH - late
    where.bid("b", "900", bid_at)

    moved = bid_at + RESET
    if moved.microsecond:
        moved += timedelta(microseconds=1_000_000 - moved.microsecond)
    effective = max(START + LENGTH, moved)

    assert taken(where, effective + offset) == (offset <= timedelta(0))


@given(microseconds, st.integers(0, 1_000_000).map(lambda n: n * US), offsets)
def test_after_a_pause(elapsed: timedelta, break_: timedelta, offset: timedelta) -> None:
    where = room()
    paused_at = START + elapsed + US
    where.pause(paused_at)
    resume_at = paused_at + break_
    where.resume(resume_at)

    goes_on = resume_at + seconds(60)
    if goes_on.microsecond:
        goes_on += timedelta(microseconds=1_000_000 - goes_on.microsecond)
    remaining = START + LENGTH - paused_at

    assert taken(where, goes_on + remaining + offset) == (offset <= timedelta(0))


@given(st.integers(0, 1_000_000).map(lambda n: n * US), offsets)
def test_within_a_pause_and_at_its_ends(length: timedelta, offset: timedelta) -> None:
    paused_at = START + minutes(5)
    goes_on = paused_at + seconds(61)

    before = room()
    assert taken(before, paused_at + min(offset, timedelta(0)))

    where = room()
    where.pause(paused_at)
    where.resume(paused_at + seconds(1))
    assert taken(where, goes_on + offset) == (offset > timedelta(0))


@given(offsets)
def test_after_the_buyer_extended(offset: timedelta) -> None:
    where = room()
    where.do(cmd.Extend(1, minutes(5), Officer.BUYER, "e"), START + minutes(1))
    assert taken(where, START + LENGTH + minutes(5) + offset) == (offset <= timedelta(0))


@given(offsets)
def test_a_late_clock_lets_no_late_bid_in(offset: timedelta) -> None:
    where = room()  # the boundary is not decided: the state says that the lot still runs
    bid = cmd.PlaceBid("a", 1, Decimal(500), "r", None)
    at = START + LENGTH + offset
    if offset <= timedelta(0):
        assert machine.decide(where.state, bid, at)[0].kind == "bid_placed"
    else:
        with pytest.raises(TooLate):
            machine.decide(where.state, bid, at)
