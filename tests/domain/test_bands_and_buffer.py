"""Steps by price band, the front buffer, and lots that end one after another."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from auctions.domain.refusals import BidTooHigh, LeadBuffered
from auctions.domain.terms import (
    Band,
    BuyerExtension,
    Feedback,
    FrontBuffer,
    LotOrder,
    SoftClose,
    Step,
    StepKind,
)
from auctions.domain.terms_check import check_terms
from tests.domain.room import START, Room, lot, minutes, seconds, terms

D = Decimal
BANDS = Step(
    StepKind.BANDS,
    None,
    None,
    (Band(D(0), D("0.5")), Band(D(100), D(5)), Band(D(500), None, D(2))),
)
SEEN = Feedback(lead=True, after_first_bid=False, lead_min_bidders=1)


@pytest.mark.parametrize(
    ("best", "most"),
    [
        ("1000", "980"),
        ("500", "490"),
        ("499.99", "494.99"),
        ("100", "95"),
        ("99.99", "99.49"),
        ("0.40", None),
    ],
)
def test_the_step_is_that_of_the_band_of_the_own_best(best: str, most: str | None) -> None:
    where = Room(terms(lots=(lot(step=BANDS),)), start=True)
    where.bid("a", best, START + seconds(1))

    told = where.most("a")
    assert told is not None
    if most is None:
        assert told <= 0
        return
    assert told == D(most)
    with pytest.raises(BidTooHigh):
        where.bid("a", str(told + D("0.01")), START + seconds(2))
    where.bid("a", most, START + seconds(2))


@pytest.mark.parametrize(
    ("step", "codes"),
    [
        (Step(StepKind.BANDS, None, None), ["terms.missing"]),
        (Step(StepKind.PERCENT, None, D(1), (Band(D(0), D(1)),)), ["terms.missing"]),
        (Step(StepKind.BANDS, None, None, (Band(D(1), D(1)),)), ["terms.bands_unordered"]),
        (
            Step(StepKind.BANDS, None, None, (Band(D(0), D(1)), Band(D(0), D(2)))),
            ["terms.bands_unordered"],
        ),
        (Step(StepKind.BANDS, None, None, (Band(D(0), D(1), D(1)),)), ["terms.missing"]),
        (Step(StepKind.BANDS, None, None, (Band(D(0), D("0.001")),)), ["terms.too_many_digits"]),
        (Step(StepKind.BANDS, None, None, (Band(D(0), None, D(100)),)), ["terms.out_of_range"]),
        (Step(StepKind.BANDS, None, None, ()), ["terms.out_of_range"]),
    ],
)
def test_bands_that_cannot_be_are_refused(step: Step, codes: list[str]) -> None:
    assert [each.code for each in check_terms(terms(lots=(lot(step=step),)))] == codes


@pytest.mark.parametrize(
    ("buffer", "most"), [(FrontBuffer(D(10)), "590"), (FrontBuffer(None, D(5)), "570")]
)
def test_taking_the_lead_needs_the_buffer(buffer: FrontBuffer, most: str) -> None:
    where = Room(terms(front_buffer=buffer, feedback=SEEN), start=True)
    where.bid("a", 600, START + seconds(1))
    for amount in ("599.99", str(D(most) + D("0.01"))):
        with pytest.raises(LeadBuffered) as caught:
            where.bid("b", amount, START + seconds(2))
        assert caught.value.data["most"] == f"{most}.00"
    where.bid("b", 600, START + seconds(3))  # equal: it does not take the lead
    where.bid("b", most, START + seconds(4))
    # Whoever leads goes on by the step alone.
    where.bid("b", str(where.most("b")), START + seconds(5))


def test_behind_the_lead_only_the_step_counts() -> None:
    where = Room(terms(front_buffer=FrontBuffer(D(50)), feedback=SEEN), start=True)
    where.bid("a", 600, START + seconds(1))
    where.bid("b", 700, START + seconds(2))

    assert where.most("b") == D("696.50")


def test_a_front_buffer_needs_the_lead_seen() -> None:
    found = check_terms(terms(front_buffer=FrontBuffer(D(1))))
    assert [each.code for each in found] == ["terms.lead_not_always_seen"]


def staggered(**fields: Any) -> Room:
    lots = tuple(lot(number) for number in (1, 2, 3))
    given = {"lots": lots, "lot_order": LotOrder.STAGGERED, "lot_gap": minutes(5), **fields}
    return Room(terms(**given), start=True)


def ends(where: Room) -> list[float]:
    return [
        (each.deadline - START).total_seconds() / 60
        for each in where.state.lots.values()
        if each.deadline is not None
    ]


def test_staggered_lots_start_together_and_end_one_after_another() -> None:
    where = staggered()
    assert all(each.started for each in where.state.lots.values())
    assert ends(where) == [30, 35, 40]


def test_an_extension_pushes_the_lots_behind() -> None:
    where = staggered()
    where.bid("a", 900, START + minutes(29))  # leaves three minutes: 32
    assert ends(where) == [32, 37, 42]
    where.bid("a", 900, START + minutes(30), lot=2)
    assert ends(where) == [32, 37, 42]  # far from its own window
    where.bid("a", 890, START + minutes(36), lot=2)
    assert ends(where)[1:] == [39, 44]


def test_what_is_planned_later_stays() -> None:
    where = staggered(lot_gap=minutes(5))
    where.bid("a", 900, START + minutes(34), lot=2)  # 37: the third stood at 40
    assert ends(where)[1:] == [37, 42]


def test_an_extension_by_the_buyer_pushes_too_and_no_hard_stop_is_passed() -> None:
    where = staggered(
        buyer_extension=BuyerExtension(1, minutes(10)),
        soft_close=SoftClose(hard_stop=minutes(33)),
    )
    from auctions.domain.commands import Extend, Officer

    where.do(Extend(1, minutes(10), Officer.BUYER, where.ref()), START + minutes(1))
    assert ends(where) == [33, 38, 43]
    assert [each.hard_stop for each in where.state.lots.values()] == [
        START + minutes(33),
        START + minutes(38),
        START + minutes(43),
    ]


def test_after_a_pause_the_order_of_ends_holds() -> None:
    where = staggered()
    where.pause(START + minutes(10))
    where.resume(START + minutes(20))
    where.until(START + minutes(22))
    assert ends(where) == [41, 46, 51]
