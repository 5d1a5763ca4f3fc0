"""Disqualified offers count no more, requalified ones again; abnormally low ones are named."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import outcome
from auctions.domain.commands import Officer
from auctions.domain.events import LotOutcome, SeatDisqualified, WinnerChanged
from auctions.domain.refusals import (
    AlreadyAwarded,
    AlreadyDisqualified,
    Disqualified,
    NotDisqualified,
    NotForBuyer,
    NotInFormat,
    ReasonMissing,
)
from auctions.domain.rules.abnormal import flags
from auctions.domain.terms import Format, Terms
from auctions.domain.visibility import Role, Viewer, event_view, standing
from auctions.ledger.replay import ReplayFailed, Step, replay_all
from tests.domain.room import BEFORE, START, Room, levels_terms, minutes, seconds, terms
from tests.domain.rounds_room import rounds_terms
from tests.domain.test_final_stage import both
from tests.domain.test_sealed import LATER, SealedRoom
from tests.domain.test_sealed import of as sealed_terms

D = Decimal
CLOSED = START + minutes(40)


def played(**fields: Any) -> Room:
    where = Room(terms(**fields), start=True)
    for number, (seat, amount) in enumerate([("a", 900), ("b", 800), ("c", 700)]):
        where.bid(seat, amount, START + seconds(1 + number))
    return where


def out(where: Room, seat: str, at: Any, undo: bool = False, reason: str = "forged papers") -> Any:
    kind = cmd.Requalify if undo else cmd.Disqualify
    return where.do(kind(seat, reason, Officer.BUYER, where.ref()), at)


def order(where: Room) -> list[str]:
    return [one.seat for one in outcome.ranking(where.state, 1)]


def test_while_the_lot_runs_its_offers_leave_the_order_and_it_cannot_bid() -> None:
    where = played()
    out(where, "c", START + seconds(10))

    assert order(where) == ["b", "a"]
    with pytest.raises(Disqualified):
        where.bid("c", 600, START + seconds(11))
    closed = where.until(CLOSED)
    assert closed[0].seat == "b"  # type: ignore[union-attr]


def test_after_the_close_the_next_wins_and_requalifying_reverses_it() -> None:
    where = played()
    where.until(CLOSED)
    assert where.lot.winner == "c"

    first, second = out(where, "c", CLOSED)
    assert isinstance(first, SeatDisqualified)
    assert second == WinnerChanged(1, LotOutcome.WON, "b", D("800.00"), CLOSED)
    assert (where.lot.winner, where.lot.price) == ("b", D(800))

    back = out(where, "c", CLOSED + seconds(5), undo=True)
    assert back[1].seat == "c"
    assert where.lot.winner == "c"


def test_nobody_left_is_no_bid() -> None:
    where = Room(start=True)
    where.bid("a", 900, START + seconds(1))
    where.until(CLOSED)
    out(where, "a", CLOSED)
    assert (where.lot.outcome, where.lot.winner) == (LotOutcome.NO_BID, None)


def test_disqualifying_somebody_else_changes_no_winner() -> None:
    where = played()
    where.until(CLOSED)
    assert len(out(where, "a", CLOSED)) == 1


def test_what_is_refused() -> None:
    where = played()
    with pytest.raises(ReasonMissing):
        out(where, "a", START + seconds(9), reason=" ")
    with pytest.raises(NotDisqualified):
        out(where, "a", START + seconds(9), undo=True)
    out(where, "a", START + seconds(9))
    with pytest.raises(AlreadyDisqualified):
        out(where, "a", START + seconds(10))
    where.until(CLOSED)
    where.do(cmd.RecordAward(1, "c", D(700), "", where.ref()), CLOSED)
    with pytest.raises(AlreadyAwarded):
        out(where, "c", CLOSED)


def test_a_lot_is_never_awarded_to_a_disqualified_supplier() -> None:
    where = played()
    where.until(CLOSED)
    out(where, "c", CLOSED)
    with pytest.raises(Disqualified):
        where.do(cmd.RecordAward(1, "c", D(700), "", where.ref()), CLOSED)


def test_a_blind_buyer_waits_for_the_close() -> None:
    where = played(blind=True)
    with pytest.raises(NotForBuyer):
        out(where, "a", START + seconds(9))
    where.until(CLOSED)
    out(where, "a", CLOSED)


def test_its_supplier_is_told_why_and_no_other() -> None:
    where = played()
    (event,) = out(where, "c", START + seconds(9))
    told = event_view(where.state, where.state, event, Viewer(Role.SUPPLIER, "c"))
    assert told is not None
    assert told["reason"] == "forged papers"
    for viewer in (Viewer(Role.SUPPLIER, "a"), Viewer(Role.OBSERVER)):
        assert event_view(where.state, where.state, event, viewer) is None
    own = standing(where.state, Viewer(Role.SUPPLIER, "c")).lots[0].own
    assert own is not None
    assert own.disqualified


@pytest.mark.parametrize(
    ("bids", "flagged"),
    [
        ([("a", 1000), ("b", 1000), ("a", 600)], ["a"]),  # just 40 % below the other's first
        ([("a", 1000), ("b", 1000), ("b", 990), ("a", 601)], ["a"]),  # 39.3 % below the next
        ([("a", 1000), ("b", 860), ("a", 602)], ["a"]),  # just 30 % below the next
        ([("a", 1000), ("b", 860), ("a", 603)], []),
        ([("a", 100)], []),
    ],
)
def test_what_is_abnormally_low(bids: list[tuple[str, int]], flagged: list[str]) -> None:
    where = Room(start=True)
    for number, (seat, amount) in enumerate(bids):
        where.bid(seat, amount, START + seconds(1 + number))
    assert flags(where.state, 1) == []  # nothing before the close
    where.until(CLOSED)
    assert [flag.seat for flag in flags(where.state, 1)] == flagged


def test_the_figures_are_the_others_first_offers_and_the_next_final_one() -> None:
    where = Room(start=True)
    steps = [("a", 1000), ("b", 900), ("c", 800), ("b", 700), ("a", 300)]
    for number, (seat, amount) in enumerate(steps):
        where.bid(seat, amount, START + seconds(1 + number))
    where.until(CLOSED)
    (flag,) = flags(where.state, 1)
    assert (flag.mean, flag.below_mean) == (850, Fraction(550, 850))
    assert (flag.next_offer, flag.below_next) == (700, Fraction(400, 700))


def test_the_verifier_decides_it_all_again() -> None:
    where = played()
    out(where, "a", START + seconds(9))
    where.until(CLOSED)
    out(where, "c", CLOSED)
    out(where, "c", CLOSED + minutes(1), undo=True)
    out(where, "a", CLOSED + minutes(2), undo=True)

    def steps(events: list[Any]) -> list[Step]:
        return [Step(seq, CLOSED, event) for seq, event in enumerate(events, start=1)]

    assert replay_all(steps(where.events), {}) == where.state
    place = next(n for n, e in enumerate(where.events) if isinstance(e, WinnerChanged))
    forged = [*where.events]
    forged[place] = replace(forged[place], seat="a", amount=D(900))  # type: ignore[arg-type]
    with pytest.raises(ReplayFailed) as caught:
        replay_all(steps(forged), {})
    assert caught.value.seq == place + 1


@pytest.mark.parametrize(
    "of",
    [
        levels_terms(Format.DUTCH), levels_terms(Format.JAPANESE), sealed_terms(),
        sealed_terms(format=Format.VICKREY), rounds_terms(), both(),
    ],
    ids=lambda of: of.format.value,
)  # fmt: skip
@pytest.mark.parametrize("undo", [False, True])
def test_where_no_next_can_step_in_there_is_none(of: Terms, undo: bool) -> None:
    where = Room(of)
    for at in (BEFORE, START + minutes(1)):
        with pytest.raises(NotInFormat):
            out(where, "a", at, undo=undo)
    assert not any(seat.disqualified for seat in where.state.seats.values())


def test_nor_after_a_vickrey_close_where_the_payment_would_follow_from_whom_is_put_out() -> None:
    where = SealedRoom(sealed_terms(format=Format.VICKREY))
    for seat, amount in (("a", "70"), ("b", "80"), ("c", "90")):
        where.offer(seat, amount)
    where.opened()
    for seat in "ab":
        with pytest.raises(NotInFormat):
            out(where, seat, LATER)
    assert (where.lot.winner, where.lot.price) == ("a", D("80.00"))
    # Instead the award passes it over, with a reason; another is paid what it asked.
    where.do(cmd.RecordAward(1, "b", D("80.00"), "forged papers", where.ref()), LATER)
    assert where.state.awards == {1: "b"}
