"""Sealed offers on lots with positions: the envelope, what is opened or rejected, who sees it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain import events as ev
from auctions.domain.refusals import EnvelopeMalformed
from auctions.domain.rules.sealed_lines import envelope_bytes, text_bytes
from auctions.domain.terms import (
    Disclosure,
    Format,
    LineRules,
    PackageTerms,
    SealedRoundsTerms,
    SealedTerms,
)
from auctions.domain.terms_check import MAX_LINES, check_terms
from auctions.domain.visibility import Role, Viewer, event_view, standing
from auctions.ledger.replay import ReplayFailed, Step, replay_all, replay_own
from auctions.ledger.snapshot import state_from_text, state_to_text
from kernel import sealing
from kernel.decimals import MAX_SCALE
from tests.domain.forged import steps_of
from tests.domain.lines_room import (
    LinesRoom,
    RoundsOfLinesRoom,
    content,
    rounds_of_lines,
    sealed_terms,
)
from tests.domain.room import minutes
from tests.domain.rounds_room import LATE, PAUSE
from tests.domain.test_lines import line, lines_lot
from tests.domain.test_sealed import envelope


def prices_told(room: Any) -> list[tuple[str, int, tuple[Decimal, ...]]]:
    return [(e.seat, e.bid, e.prices) for e in room.events if isinstance(e, ev.BidLines)]


# The envelope --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("positions", "size"), [(1, 128), (4, 128), (5, 256), (10, 384), (MAX_LINES, 2560)]
)
def test_an_envelope_has_a_size_of_the_number_of_positions_alone(positions: int, size: int) -> None:
    lot = lines_lot(lines=tuple(line(n, "1") for n in range(1, positions + 1)))
    assert text_bytes(lot) == size
    longest = content(["9" * 15 + "." + "9" * MAX_SCALE] * positions)
    assert size - sealing.TEXT_BYTES < len(longest) <= size


def test_envelopes_of_any_prices_are_of_one_size_and_others_are_refused() -> None:
    room = LinesRoom()
    size = envelope_bytes(room.state.rules.lots[0])
    for prices in ("1 1 1", "99.99 49.999 999999999999999.99", "0.01 0.001 0.01"):
        room.priced("a", prices)
        sealed = room.events[-1]
        assert isinstance(sealed, ev.SealedOfferPlaced)
        assert len(sealed.envelope) == 2 * size
    for wrong in (size - 128, size + 128, size + 1):
        text = content("1 1 1").encode().ljust(max(0, wrong - 81))
        raw = (bytes.fromhex(room.sealed("a", text[:128].decode())) + bytes(400))[:wrong]
        with pytest.raises(EnvelopeMalformed):
            room.put("a", raw.hex())


def test_a_lot_of_more_positions_takes_no_envelope_of_a_lot_of_one_price() -> None:
    five = lines_lot(lines=tuple(line(n, "1") for n in range(1, 6)))
    room = LinesRoom(sealed_terms(lots=(five,)))
    with pytest.raises(EnvelopeMalformed):
        room.put("a", envelope('{"amount":"9"}'))
    room.put("a", room.sealed("a", content("1 1 1 1 1")))


# The opening ---------------------------------------------------------------------------------


def test_the_lowest_total_wins_and_its_prices_stand_behind_it() -> None:
    room = LinesRoom()
    room.priced("a", "20 30 5")
    room.priced("b", "19.99 30.001 5.05")
    closed = room.opened()
    # 199.90 + 90.00 (of 90.003) + 2.52 (half to even of 2.525)
    assert (closed.seat, closed.amount) == ("b", Decimal("292.42"))
    opened = [e for e in room.events if isinstance(e, ev.OfferOpened)]
    assert [e.amount for e in opened] == [Decimal("292.50"), Decimal("292.42")]
    assert prices_told(room) == [
        ("a", opened[0].offer, (Decimal("20.00"), Decimal("30.000"), Decimal("5.00"))),
        ("b", opened[1].offer, (Decimal("19.99"), Decimal("30.001"), Decimal("5.05"))),
    ]
    best = room.lot.seats["b"].best
    assert best is not None
    assert best.lines == prices_told(room)[1][2]
    assert state_from_text(state_to_text(room.state)) == room.state
    room.replayed()


def test_a_replaced_offer_tells_nothing_of_its_prices() -> None:
    room = LinesRoom()
    room.priced("a", "20 30 5")
    room.priced("a", "21 30 5")
    assert room.opened().amount == Decimal("302.50")
    assert len(prices_told(room)) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (content("20 30"), "auction.lines_missing"),
        (content("20 30 5 1"), "auction.lines_missing"),
        (content(""), "auction.lines_missing"),
        (content("0 30 5"), "auction.line_not_positive"),
        (content("20.001 30 5"), "auction.line_scale"),
        (content("20 50.001 5"), "auction.line_above_ceiling"),
        (content("95 30 5"), "auction.above_ceiling"),
        (content("0.0001 30 5"), "auction.line_scale"),
        (content("-1 30 5"), "malformed"),
        (content("1e1 30 5"), "malformed"),
        (content("1.0000001 30 5"), "malformed"),
        ('{"amount":"9"}', "malformed"),
        ('{"lines":"20 30 5"}', "malformed"),
        ('{"lines":[20,30,5]}', "malformed"),
        ('{"lines":[["20"],"30","5"]}', "malformed"),
        ('{"lines":["20","30","5"],"amount":"292.50"}', "malformed"),
        ('["20","30","5"]', "malformed"),
        ("", "malformed"),
    ],
)
def test_what_does_not_fit_is_rejected_with_its_reason(text: str, reason: str) -> None:
    room = LinesRoom()
    assert room.rejected(text) == reason
    assert prices_told(room) == []
    assert room.lot.winner is None


def test_the_rules_of_the_lot_are_about_the_total() -> None:
    on_grid = sealed_terms(lots=(lines_lot(grid=Decimal(10)),))
    assert LinesRoom(on_grid).rejected(content("20 30 5")) == "auction.off_grid"
    huge = sealed_terms(lots=(lines_lot(ceiling=None),))
    found = LinesRoom(huge).rejected(content("999999999999999 1 1"))
    assert found == "auction.above_ceiling"


def test_nothing_is_a_price_only_where_the_terms_say_so() -> None:
    room = LinesRoom(sealed_terms(line_rules=LineRules(zero=True)))
    room.priced("a", "0 30 5")
    assert room.opened().amount == Decimal("92.50")
    room.replayed()
    room = LinesRoom(sealed_terms(line_rules=LineRules(zero=True)))
    assert room.rejected(content("0 0 0")) == "auction.not_positive"


def test_an_envelope_of_one_price_is_no_offer_for_positions_nor_the_other_way() -> None:
    four = lines_lot(lines=tuple(line(n, "1") for n in range(1, 5)))  # of the same size
    room = LinesRoom(sealed_terms(lots=(four,)))
    room.put("a", envelope('{"amount":"9"}'))
    room.opened()
    (found,) = [e.reason for e in room.events if isinstance(e, ev.OfferRejected)]
    assert found == "malformed"


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.decimals("0.01", "500", places=2),
            st.decimals("0.001", "60", places=3),
            st.decimals("0.01", "900", places=2),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_is_sealed_the_ledger_replays_and_the_totals_are_theirs(
    offers: list[tuple[Decimal, ...]],
) -> None:
    room = LinesRoom()
    for seat, prices in zip("abc", offers, strict=False):
        room.priced(seat, " ".join(map(str, prices)))
    room.opened()
    lot = room.state.rules.lots[0]
    expected = {}
    for seat, prices in zip("abc", offers, strict=False):
        parts = [
            (each.quantity * price).quantize(Decimal("0.01"))  # half to even
            for each, price in zip(lot.lines or (), prices, strict=True)
        ]
        if prices[1] <= 50 and sum(parts) <= 1000:
            expected[seat] = sum(parts)
    opened = {e.seat: e.amount for e in room.events if isinstance(e, ev.OfferOpened)}
    assert opened == expected
    assert {seat for seat, _, _ in prices_told(room)} == expected.keys()
    room.replayed()


# Rounds --------------------------------------------------------------------------------------


def offers_of(room: RoundsOfLinesRoom, **prices: str) -> None:
    for seat, given_prices in prices.items():
        room.offer(seat, given_prices)
    room.opening()
    if room.state.phase.is_open:
        room.next()


def test_rounds_step_against_the_own_best_total() -> None:
    room = RoundsOfLinesRoom(rounds_of_lines(SealedRoundsTerms(pause=PAUSE, least_active=0)))
    offers_of(room, a="20 30 5", b="25 30 5")
    # A total of 291.50 is a step of 1 below 292.50; of 341.60 it is not below 342.50 by one.
    offers_of(room, a="19.90 30 5", b="24.91 30 5")
    best = {seat: mine.best for seat, mine in room.lot.seats.items()}
    assert best["a"] is not None
    assert best["b"] is not None
    assert (best["a"].amount, best["b"].amount) == (Decimal("291.50"), Decimal("342.50"))
    assert best["a"].lines == (Decimal("19.90"), Decimal("30.000"), Decimal("5.00"))
    assert best["b"].lines == (Decimal("25.00"), Decimal("30.000"), Decimal("5.00"))
    assert [e.reason for e in room.of_kind(ev.OfferRejected)] == ["auction.bid_too_high"]
    offers_of(room, a="19 30 5")
    assert (room.lot.winner, room.lot.price) == ("a", Decimal("282.50"))
    assert state_from_text(state_to_text(room.state)) == room.state
    room.replayed()


def test_a_price_may_rise_from_round_to_round_only_where_the_terms_say_so() -> None:
    room = RoundsOfLinesRoom(rounds_of_lines(line_rules=LineRules(rise=False)))
    offers_of(room, a="20 30 5", b="25 30 5")
    offers_of(room, a="19 31 5", b="24 30 5")
    assert [e.reason for e in room.of_kind(ev.OfferRejected)] == ["auction.line_rises"]
    free = RoundsOfLinesRoom()
    offers_of(free, a="20 30 5", b="25 30 5")
    offers_of(free, a="19 31 5", b="24 30 5")
    assert free.of_kind(ev.OfferRejected) == []
    room.replayed()
    free.replayed()


def test_prices_of_a_round_are_told_nobody_before_all_of_it_are_opened() -> None:
    room = RoundsOfLinesRoom()
    room.offer("a", "20 30 5")
    room.offer("b", "25 30 5")
    at = room.begins + minutes(35)
    room.hand_over(at)
    before = room.state
    room.open(at + minutes(1))
    buyer = Viewer(Role.BUYER)
    assert all(one.lines is None for one in standing(before, buyer).lots[0].participants or ())
    shown = standing(room.state, buyer).lots[0].participants or ()
    assert {one.seat: one.lines is not None for one in shown} == {"a": True, "b": True, "c": False}


# Who sees the prices -------------------------------------------------------------------------


def test_prices_are_seen_by_their_own_seat_and_the_buyer_alone() -> None:
    room = LinesRoom()
    room.priced("a", "20 30 5")
    room.opened()
    best = room.lot.seats["a"].best
    assert best is not None
    viewers = {
        Viewer(Role.SUPPLIER, "a"): True,
        Viewer(Role.BUYER): True,
        Viewer(Role.SUPPLIER, "b"): False,
        Viewer(Role.NEUTRAL): False,
        Viewer(Role.OBSERVER): False,
    }
    entry = next(e for e in room.events if isinstance(e, ev.BidLines))
    for viewer, may in viewers.items():
        shown = standing(room.state, viewer).lots[0]
        told = {one.lines for one in shown.participants or ()}
        told |= {None if shown.own is None else shown.own.lines}
        assert (best.lines in told) is may, viewer
        assert event_view(room.state, room.state, entry, viewer) is None


# The terms -----------------------------------------------------------------------------------


def codes(of: Any) -> list[tuple[str, str | None]]:
    return [(each.code, each.field) for each in check_terms(of)]


def test_sealed_formats_take_positions_but_not_the_second_price() -> None:
    assert codes(sealed_terms()) == []
    assert codes(rounds_of_lines()) == []
    vickrey = sealed_terms(format=Format.VICKREY, sealed=SealedTerms())
    assert codes(vickrey) == [("terms.rule_not_here", "lots.1.lines")]


def test_positions_and_packages_exclude_each_other() -> None:
    of = sealed_terms(lots=(lines_lot(), lines_lot(2)), packages=PackageTerms())
    assert codes(of) == [("terms.lines_not_packaged", "packages")]


def test_a_record_for_everybody_would_open_the_prices_with_the_keys() -> None:
    for of in (
        sealed_terms(disclosure=Disclosure.PUBLIC),
        rounds_of_lines(disclosure=Disclosure.PUBLIC),
    ):
        assert codes(of) == [("terms.sealed_lines_not_public", "disclosure")]


# Tampering -----------------------------------------------------------------------------------


def changed(steps: list[Step], prices: str | None) -> tuple[list[Step], int]:
    """The prices of the seat a exchanged, or closed; and the number of their entry."""
    found = list(steps)
    for place, step in enumerate(steps):
        event = step.event
        if isinstance(event, ev.BidLines) and event.seat == "a":
            other = None
            if prices is not None:
                other = ev.BidLines(event.lot, "a", event.bid, tuple(map(Decimal, prices.split())))
            found[place] = Step(step.seq, step.recorded_at, other)
            return found, step.seq
    raise AssertionError("no prices of a")


@pytest.mark.parametrize("in_rounds", [False, True])
@pytest.mark.parametrize("prices", ["20.00 31.000 5.00", "20.01 29.966 5.00", None])
def test_other_prices_than_those_of_the_envelope_are_found(
    in_rounds: bool, prices: str | None
) -> None:
    if in_rounds:
        of_rounds = RoundsOfLinesRoom()
        offers_of(of_rounds, a="20 30 5", b="25 30 5")
        room: Any = of_rounds
    else:
        room = LinesRoom()
        room.priced("a", "20 30 5")
        room.priced("b", "25 30 5")
        room.opened()
    steps, at = changed(steps_of(room, LATE), prices)
    with pytest.raises(ReplayFailed) as caught:
        replay_own(steps, "a")
    assert caught.value.seq == at
    with pytest.raises(ReplayFailed) as caught:
        replay_all(steps, {})
    assert caught.value.seq == at


def test_an_export_without_the_prices_of_others_is_checked_by_what_is_own() -> None:
    room = LinesRoom()
    room.priced("a", "20 30 5")
    room.priced("b", "25 30 5")
    room.opened()
    steps = [
        Step(
            step.seq,
            step.recorded_at,
            None if getattr(step.event, "seat", "b") == "a" else step.event,
        )
        for step in steps_of(room, LATE)
    ]
    replay_own(steps, "b")
    assert json.loads(content("1 2")) == {"lines": ["1", "2"]}
