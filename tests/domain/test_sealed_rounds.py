"""Sealed rounds: how one follows another, what counts in each, and when there is no further one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import refusals
from auctions.domain.formats.sealed_rounds import Stop
from auctions.domain.machine import evolve
from auctions.domain.state import EMPTY, LotPhase, Phase
from auctions.domain.terms import (
    Basis,
    Count,
    Disclosure,
    Feedback,
    Format,
    LotOrder,
    SealedRoundsTerms,
    SealedTerms,
    reserve_commitment,
)
from auctions.domain.terms_check import check_terms
from auctions.domain.visibility import Role, Viewer, event_view, price_point, standing
from auctions.ledger.replay import ReplayFailed, replay_own
from auctions.ledger.replay import Step as Entry
from auctions.ledger.snapshot import state_from_text, state_to_text
from tests.domain.room import BEFORE, START, US, Room, levels_terms, lot, minutes, seconds
from tests.domain.rounds_room import LENGTH, PAUSE, STEP, RoundsRoom, rounds_terms
from tests.domain.test_sealed import SealedRoom, amount, envelope

OPEN_END = {"stop_unimproved": False, "least_active": 0}


def only(**fields: Any) -> SealedRoundsTerms:
    """No rule ends the rounds but the last one, and what ``fields`` switch on."""
    return SealedRoundsTerms(**{"pause": PAUSE, **OPEN_END, **fields})


def test_three_rounds_and_the_lowest_offer_wins_at_its_own_price() -> None:
    room = RoundsRoom()
    assert room.round == 1
    room.play(a=900, b=800)
    assert room.round == 2
    room.play(a=780, b=770)
    assert room.round == 3
    closed = [e for e in room.play(a=760, b=750) if isinstance(e, ev.LotClosed)]
    assert [(e.seat, e.amount) for e in closed] == [("b", Decimal("750.00"))]
    assert room.state.phase is Phase.CLOSED
    assert room.state.lots[1].rounds.stop == Stop.LAST_ROUND
    room.replayed()
    assert state_from_text(state_to_text(room.state)) == room.state


def test_the_next_round_starts_a_pause_after_the_opening_at_a_whole_second() -> None:
    room = RoundsRoom()
    room.offer("a", 900)
    room.offer("b", 800)
    opened_at = START + LENGTH + minutes(7) + US
    room.hand_over(opened_at - seconds(1))
    room.open(opened_at)
    begins = START + LENGTH + minutes(7) + seconds(1) + PAUSE
    assert room.lot.phase is LotPhase.WAITING
    assert room.lot.starts_at == begins
    with pytest.raises(refusals.NotOpenYet):
        room.put("a", room.envelope("a", "700", of=2), begins, named=2)
    room.put("a", room.envelope("a", "700", of=2), begins + US, named=2)
    assert room.lot.deadline == begins + LENGTH


def test_whoever_makes_no_offer_keeps_its_best() -> None:
    room = RoundsRoom()
    room.play(a=900, b=800, c=850)
    room.play(a=700, c=690)
    closed = [e for e in room.play(a=650, c=640) if isinstance(e, ev.LotClosed)]
    assert closed[0].seat == "c"
    assert room.lot.seats["b"].best.amount == Decimal(800)
    assert room.lot.seats["b"].first == Decimal(800)


def test_an_offer_must_undercut_the_own_best_by_the_step_else_the_former_one_stands() -> None:
    room = RoundsRoom()
    room.play(a=900, b=800)
    assert room.most("a") == Decimal(890)
    found = room.play(a=891, b=790)
    assert [e.reason for e in found if isinstance(e, ev.OfferRejected)] == ["auction.bid_too_high"]
    assert room.lot.seats["a"].best.amount == Decimal(900)
    assert room.lot.seats["b"].best.amount == Decimal(790)
    own = standing(room.state, Viewer(Role.SUPPLIER, "a")).lots[0].rounds.own
    assert [(each.round, each.amount, each.rejected) for each in own] == [
        (1, Decimal("900.00"), ""),
        (2, None, "auction.bid_too_high"),
    ]
    room.replayed()


def test_exactly_the_step_is_enough_and_the_last_envelope_of_the_round_counts() -> None:
    room = RoundsRoom()
    room.play(a=900, b=800)
    at = room.begins
    room.offer("a", 100, at + US)
    room.offer("a", 890, at + 2 * US)
    room.offer("b", 790, at + 3 * US)
    room.opening()
    assert room.lot.seats["a"].best.amount == Decimal(890)


def test_an_envelope_of_an_earlier_round_is_no_offer_in_a_later_one() -> None:
    room = RoundsRoom()
    kept = room.envelope("a", "500")
    room.play(a=900, b=800)
    room.put("a", kept, room.begins + US)
    room.offer("b", 700)
    found = room.opening()
    assert [e.reason for e in found if isinstance(e, ev.OfferRejected)] == ["cannot_decrypt"]


def test_what_was_meant_for_an_earlier_round_and_comes_late_touches_no_offer() -> None:
    room = RoundsRoom()
    late = room.envelope("a", "850")
    room.play(a=900, b=800)
    at = room.begins
    room.offer("a", 700, at + US)
    for named in (1, 3, 0):
        with pytest.raises(refusals.RoundDiffers):
            room.do(cmd.PlaceSealedOffer("a", 1, late, room.ref(), named), at + 2 * US)
        with pytest.raises(refusals.RoundDiffers):
            room.do(cmd.Withdraw("a", 1, room.ref(), named), at + 2 * US)
    with pytest.raises(refusals.RoundDiffers):
        room.do(cmd.PlaceSealedOffer("a", 1, late, room.ref()), at + 2 * US)
    room.opening()
    assert room.lot.seats["a"].best.amount == Decimal(700)
    room.replayed()


def test_without_sealed_rounds_no_round_may_be_named() -> None:
    for given in (SealedRoom(), Room(start=True), Room(levels_terms(Format.DUTCH), start=True)):
        with pytest.raises(refusals.Refusal):
            given.do(cmd.Withdraw("a", 1, "x", 1), START + US)
    plain = SealedRoom()
    with pytest.raises(refusals.NotInFormat):
        plain.do(cmd.PlaceSealedOffer("a", 1, envelope(amount("1")), "y", 1), START + US)


def test_the_keys_of_one_round_open_no_other() -> None:
    room = RoundsRoom()
    room.play(a=900, b=800)
    room.offer("a", 700)
    at = room.begins + LENGTH + minutes(1)
    room.hand_over(at)
    for of in (1, 3):
        with pytest.raises(refusals.KeyDiffers):
            room.open(at, of=of)
    published = room.of_kind(ev.OffersOpened)
    assert len(published) == 1
    room.open(at)
    assert len({event.auditor_key for event in room.of_kind(ev.OffersOpened)}) == 2


def test_nothing_is_opened_while_the_round_takes_offers() -> None:
    room = RoundsRoom()
    room.offer("a", 900)
    with pytest.raises(refusals.NotAwaitingOpening):
        room.hand_over(START + LENGTH)
    room.play(b=800)
    with pytest.raises(refusals.NotAwaitingOpening):
        room.hand_over(room.begins + US)
    at = room.begins + LENGTH + US
    room.offer("a", 700)
    room.until(at)
    with pytest.raises(refusals.AuditorKeyMissing):
        room.open(at)


def test_in_time_counts_to_the_microsecond_in_every_round() -> None:
    room = RoundsRoom()
    room.play(a=900, b=800)
    end = room.begins + LENGTH
    room.offer("a", 700, end)
    with pytest.raises(refusals.LotClosedAlready):
        room.put("b", room.envelope("b", "600"), end + US)


def test_of_equal_offers_the_one_sealed_first_leads_whatever_the_round() -> None:
    room = RoundsRoom(rounds_terms(only()))
    room.play(a=900, b=700)
    room.play(a=700)
    closed = [e for e in room.play(c=700) if isinstance(e, ev.LotClosed)]
    assert closed[0].seat == "b"


# Why there is no further round ---------------------------------------------------------------


def stopped(room: RoundsRoom) -> list[tuple[int, int, str]]:
    return [(e.lot, e.round, e.cause) for e in room.of_kind(ev.RoundsStopped)]


def test_a_round_that_does_not_lower_the_lead_is_the_last() -> None:
    room = RoundsRoom()
    room.play(a=900, b=800, c=850)
    found = room.play(a=810, c=800)
    assert stopped(room) == [(1, 2, Stop.UNIMPROVED)]
    assert [e.seat for e in found if isinstance(e, ev.LotClosed)] == ["b"]
    room.replayed()


def test_too_few_valid_offers_end_it_and_rejected_ones_do_not_count() -> None:
    room = RoundsRoom(rounds_terms(only(least_active=2)))
    room.play(a=900, b=800)
    room.play(a=895, b=700)
    assert stopped(room) == [(1, 2, Stop.TOO_FEW)]
    room.replayed()


RESERVE = {1: reserve_commitment(bytes(16), "750.00")}


def with_reserve(own: SealedRoundsTerms) -> RoundsRoom:
    lots = (lot(step=STEP, reserve_commitment=RESERVE[1]),)
    given = rounds_terms(own, lots=lots, feedback=Feedback(reserve_met=True))
    room = RoundsRoom(given)
    room.reserves = (cmd.OpenedReserve(1, "00" * 16, Decimal("750.00")),)
    return room


def test_a_reserve_that_is_met_ends_it_only_where_the_terms_say_so() -> None:
    room = with_reserve(only(stop_at_reserve=True))
    room.play(a=900, b=760)
    assert room.of_kind(ev.ReserveOpened) == []
    found = room.play(b=750)
    assert stopped(room) == [(1, 2, Stop.RESERVE_MET)]
    assert [e.amount for e in found if isinstance(e, ev.LotClosed)] == [Decimal("750.00")]
    room.replayed()
    going = with_reserve(only())
    going.play(a=700)
    assert going.round == 2


def test_an_auction_called_off_replays_though_its_reserve_stays_closed() -> None:
    room = with_reserve(only(stop_at_reserve=True))
    room.play(a=900, b=760)
    room.do(cmd.Annul("a mistake", cmd.Officer.BUYER, "x"), room.begins + US)
    room.replayed()


@pytest.mark.parametrize(
    ("rounds", "own", "amounts", "cause"),
    [
        (2, {}, {"a": 810}, Stop.LAST_ROUND),
        (3, {}, {"a": 895}, Stop.UNIMPROVED),
        (3, {"stop_unimproved": False}, {"b": 700}, Stop.TOO_FEW),
        (3, {"stop_unimproved": False, "least_active": 0}, {"b": 700}, Stop.RESERVE_MET),
    ],
)
def test_of_several_rules_the_first_in_order_is_named(
    rounds: int, own: dict[str, Any], amounts: dict[str, int], cause: Stop
) -> None:
    room = with_reserve(SealedRoundsTerms(rounds=rounds, pause=PAUSE, stop_at_reserve=True, **own))
    room.play(a=900, b=800, c=850)
    room.play(**amounts)
    assert stopped(room) == [(1, 2, cause)]


def test_without_an_offer_on_any_lot_nothing_is_opened_and_the_rules_are_asked_at_the_deadline():
    room = RoundsRoom()
    room.until(START + LENGTH)
    assert stopped(room) == [(1, 1, Stop.UNIMPROVED)]
    assert room.lot.outcome is ev.LotOutcome.NO_BID
    assert room.state.phase is Phase.FAILED
    room.replayed()
    patient = RoundsRoom(rounds_terms(only()))
    patient.until(START + LENGTH)
    assert patient.lot.starts_at == START + LENGTH + PAUSE
    patient.next()
    patient.offer("a", 900)
    patient.opening()
    assert patient.lot.seats["a"].best.amount == Decimal(900)
    patient.next()
    patient.until(patient.begins + LENGTH)
    assert patient.lot.winner == "a"
    patient.replayed()


def test_each_lot_ends_by_itself_and_the_others_go_on() -> None:
    room = RoundsRoom(rounds_terms(lots=(lot(1, step=STEP), lot(2, step=STEP))))
    room.offer("a", 900, number=1)
    for seat, value in (("a", 500), ("b", 510)):
        room.offer(seat, value, number=2)
    room.opening()
    assert stopped(room) == [(1, 1, Stop.TOO_FEW)]
    assert room.state.lots[1].winner == "a"
    room.next()
    with pytest.raises(refusals.LotClosedAlready):
        room.offer("a", 100, number=1)
    for seat, value in (("a", 400), ("b", 410)):
        room.offer(seat, value, number=2)
    room.opening()
    assert room.state.phase is Phase.RUNNING
    room.next()
    room.offer("b", 300, number=2)
    room.opening()
    assert (room.state.lots[2].winner, room.state.phase) == ("b", Phase.CLOSED)
    room.replayed()


# Keys ----------------------------------------------------------------------------------------


def test_every_round_has_its_own_keys_and_all_are_made_before_the_first_offer() -> None:
    room = RoundsRoom(keys=False)
    room.keys(cmd.KeyHolder.OFFICE)
    with pytest.raises(refusals.SealingNotReady):
        room.offer("a", 900)
    good = tuple(key for key in RoundsRoom().state.sealing.auditor_rounds)
    office = room.state.sealing.office_rounds
    for bad in (good[:2], (*good, good[0]), (good[0], good[0], good[1]), (*good[:2], "zz"),
                (*good[:2], office[0])):  # fmt: skip
        with pytest.raises(refusals.SealingKeyMalformed):
            room.do(cmd.SetRoundKeys(cmd.KeyHolder.AUDITOR, bad), START + US)
    with pytest.raises(refusals.NotInFormat):
        room.do(cmd.SetSealingKey(cmd.KeyHolder.AUDITOR, good[0]), START + US)
    room.keys(cmd.KeyHolder.AUDITOR, START + US)
    with pytest.raises(refusals.SealingKeyExists):
        room.keys(cmd.KeyHolder.AUDITOR, START + 2 * US)
    room.offer("a", 900, START + 3 * US)
    room.replayed()


# Standing still, taking back, calling off ----------------------------------------------------


def test_a_pause_keeps_the_remaining_time_of_a_round_and_of_the_wait_for_the_next() -> None:
    room = RoundsRoom()
    room.pause(START + minutes(10))
    room.resume(START + minutes(40))
    resumed = START + minutes(41)
    assert room.lot.deadline == START + LENGTH
    room.until(resumed)
    assert room.lot.deadline == resumed + minutes(20)
    for seat, value in (("a", 900), ("b", 800)):
        room.offer(seat, value, resumed + minutes(20))
    opened = resumed + minutes(30)
    room.hand_over(opened)
    room.open(opened)
    room.pause(opened + minutes(2))
    room.resume(opened + minutes(30))
    room.until(opened + minutes(31))
    assert room.lot.phase is LotPhase.WAITING
    assert room.lot.starts_at == opened + minutes(31) + minutes(3)
    room.next()
    assert (room.round, room.lot.phase) == (2, LotPhase.RUNNING)
    room.replayed()


def test_an_offer_of_the_round_is_taken_back_unread_and_what_was_opened_never() -> None:
    room = RoundsRoom()
    room.play(a=900, b=800)
    room.offer("a", 700, room.begins + US)
    room.take_back("a", room.begins + 2 * US)
    with pytest.raises(refusals.NothingToWithdraw):
        room.take_back("b", room.begins + 3 * US)
    own = standing(room.state, Viewer(Role.SUPPLIER, "a")).lots[0].own
    assert (own.best, own.withdrawable_until) == (Decimal("900.00"), None)
    room.replayed()


def test_an_opening_that_never_comes_ends_by_annulment() -> None:
    room = RoundsRoom()
    room.play(a=900, b=800)
    room.offer("a", 700)
    at = room.begins + LENGTH + minutes(60)
    room.do(cmd.Annul("the auditor's key is lost", cmd.Officer.BUYER, "x"), at)
    assert room.state.phase is Phase.ANNULLED
    assert len(room.of_kind(ev.OffersOpened)) == 1
    room.replayed()


def test_nothing_is_edited_once_a_round_started() -> None:
    room = RoundsRoom()
    room.pause(START + minutes(1))
    changed = replace(room.state.rules, version=2, consent_time=minutes(50))
    with pytest.raises(refusals.EditNotAllowed):
        room.change(changed, START + minutes(2))


def test_terms_that_sealed_rounds_do_not_have_are_refused() -> None:
    good = rounds_terms()
    assert check_terms(good) == []
    for fields, field in (
        ({"sealed_rounds": None}, "sealed_rounds"),
        ({"sealed": SealedTerms()}, "sealed"),
        ({"lot_order": LotOrder.SERIAL}, "lot_order"),
        ({"basis": Basis.LEADER}, "basis"),
        ({"prebid_opens_at": BEFORE}, "prebid_opens_at"),
        ({"sealed_rounds": SealedRoundsTerms(rounds=1)}, "sealed_rounds.rounds"),
        ({"sealed_rounds": SealedRoundsTerms(rounds=11)}, "sealed_rounds.rounds"),
        ({"sealed_rounds": SealedRoundsTerms(length=minutes(0))}, "sealed_rounds.length"),
        ({"sealed_rounds": SealedRoundsTerms(pause=minutes(0))}, "sealed_rounds.pause"),
        (
            {"sealed_rounds": SealedRoundsTerms(stop_at_reserve=True)},
            "sealed_rounds.stop_at_reserve",
        ),
        ({"sealed_rounds": SealedRoundsTerms(least_active=3)}, "sealed_rounds.least_active"),
        ({"feedback": Feedback(rank=False)}, "sealed_rounds.stop_unimproved"),
        ({"sealed_rounds": SealedRoundsTerms(least_active=-1)}, "sealed_rounds.least_active"),
    ):
        assert field in {problem.field for problem in check_terms(replace(good, **fields))}
    for own, told in (
        (SealedRoundsTerms(stop_at_reserve=True), Feedback(reserve_met=True)),
        (SealedRoundsTerms(least_active=3), Feedback(count=Count.SHOWN)),
        (SealedRoundsTerms(), Feedback(rank=False, lead=True)),
        (SealedRoundsTerms(stop_unimproved=False), Feedback(rank=False)),
    ):
        assert check_terms(replace(good, sealed_rounds=own, feedback=told)) == []
    odd = replace(good, format=Format.SEALED, sealed=SealedTerms())
    assert "sealed_rounds" in {problem.field for problem in check_terms(odd)}


# Who sees what -------------------------------------------------------------------------------


def test_between_rounds_each_is_told_what_the_feedback_grants() -> None:
    room = RoundsRoom(rounds_terms(feedback=Feedback(rank=True, lead=True)))
    room.play(a=900, b=800)
    for seat, rank in (("a", 2), ("b", 1)):
        told = standing(room.state, Viewer(Role.SUPPLIER, seat)).lots[0]
        assert (told.own.rank, told.lead, told.own.of) == (rank, Decimal("800.00"), None)
        assert (told.rounds.round, told.rounds.rounds) == (2, 3)
        assert (told.rounds.ended, told.rounds.stop) == (None, None)
    told = standing(room.state, Viewer(Role.SUPPLIER, "c")).lots[0]
    assert (told.own.rank, told.lead) == (None, None)
    buyer = standing(room.state, Viewer(Role.BUYER)).lots[0]
    assert [(each.seat, each.best, each.bids) for each in buyer.participants] == [
        ("b", Decimal("800.00"), 1), ("a", Decimal("900.00"), 1), ("c", None, 0),
    ]  # fmt: skip
    assert [(e.valid, e.rejected, e.improved) for e in buyer.rounds.ended] == [(2, 0, True)]


def test_while_a_round_waits_for_its_opening_the_feedback_of_the_last_one_stands() -> None:
    room = RoundsRoom()
    room.play(a=900, b=800)
    room.offer("a", 700)
    room.until(room.begins + LENGTH)
    assert room.lot.phase is LotPhase.SEALED
    assert standing(room.state, Viewer(Role.SUPPLIER, "a")).lots[0].own.rank == 2


def test_offers_are_opened_one_by_one_and_told_when_the_round_is_ended() -> None:
    """No standing in the middle of an opening tells of the offers opened so far."""
    room = RoundsRoom(rounds_terms(feedback=Feedback(rank=True, lead=True)))
    room.play(a=900, b=800, c=850)
    room.offer("a", 700, room.begins + US)
    room.offer("b", 600, room.begins + 2 * US)
    room.until(room.begins + LENGTH)
    before = standing(room.state, Viewer(Role.SUPPLIER, "c")).lots[0]
    at, state = len(room.events), room.state
    room.hand_over(room.begins + LENGTH + US)
    room.open(room.begins + LENGTH + US)
    for event in room.events[at:]:
        state = evolve(state, event, state.seq + 1)
        if isinstance(event, ev.SealedRoundEnded):
            break
        seen = standing(state, Viewer(Role.SUPPLIER, "c")).lots[0]
        assert (seen.own, seen.lead) == (before.own, before.lead)
    assert standing(state, Viewer(Role.SUPPLIER, "c")).lots[0].own.rank == 3


def test_the_chart_shows_what_was_opened_to_whom_the_bid_is_shown() -> None:
    room = RoundsRoom(rounds_terms(feedback=Feedback(rank=True, lead=True)))
    room.play(a=900, b=800)
    points: dict[str, list[Any]] = {}
    state = EMPTY
    for seq, event in enumerate(room.events, 1):
        state = evolve(state, event, seq)
        for name, viewer in (("buyer", Viewer(Role.BUYER)), ("a", Viewer(Role.SUPPLIER, "a")),
                             ("observer", Viewer(Role.OBSERVER))):  # fmt: skip
            point = price_point(state, event, viewer)
            points.setdefault(name, []).extend([] if point is None else [point])
    assert [(each["seat"], each["amount"]) for each in points["buyer"]] == [
        ("a", "900.00"), ("b", "800.00"),
    ]  # fmt: skip
    assert [(each["own"], each["amount"]) for each in points["a"]] == [(True, "900.00")]
    assert points["observer"] == []


def test_why_there_is_no_further_round_is_told_to_the_buyer_and_what_is_public_to_all() -> None:
    for disclosure, told in ((Disclosure.BUYER, None), (Disclosure.PUBLIC, Stop.TOO_FEW)):
        room = RoundsRoom(rounds_terms(disclosure=disclosure))
        room.play(a=900)
        assert standing(room.state, Viewer(Role.SUPPLIER, "a")).lots[0].rounds.stop == told
        assert standing(room.state, Viewer(Role.BUYER)).lots[0].rounds.stop == Stop.TOO_FEW


EVERYBODY = [Viewer(Role.SUPPLIER, "c"), *(Viewer(role) for role in Role if role != "supplier")]


def told(room: RoundsRoom, viewer: Viewer) -> Any:
    views, state = [], EMPTY
    for seq, event in enumerate(room.events, 1):
        before, state = state, evolve(state, event, seq)
        view = event_view(before, state, event, viewer)
        views += [] if view is None else [view]
    return views, standing(room.state, viewer)


@pytest.mark.parametrize("viewer", EVERYBODY)
def test_whether_another_offered_in_a_round_is_told_to_nobody_before_its_deadline(
    viewer: Viewer,
) -> None:
    rooms = [RoundsRoom(), RoundsRoom()]
    for room in rooms:
        room.play(a=900, b=800)
    rooms[1].offer("a", 700, rooms[1].begins + US)
    rooms[1].offer("a", 600, rooms[1].begins + 2 * US)
    rooms[1].offer("b", 500, rooms[1].begins + 3 * US)
    rooms[1].take_back("b", rooms[1].begins + 4 * US)
    assert told(rooms[0], viewer) == told(rooms[1], viewer)


@pytest.mark.parametrize("viewer", EVERYBODY)
def test_what_was_offered_in_a_round_is_told_to_nobody_before_its_opening(viewer: Viewer) -> None:
    rooms = [RoundsRoom(), RoundsRoom()]
    for room, value in zip(rooms, (1, 999), strict=True):
        room.play(a=900, b=800)
        room.offer("a", value)
        room.hand_over(room.begins + LENGTH + US)
    assert told(rooms[0], viewer) == told(rooms[1], viewer)


def test_another_amount_than_the_envelope_of_a_round_held_is_found_by_its_supplier() -> None:
    room = RoundsRoom()
    room.play(a=900, b=800)
    room.play(a=891, b=700)
    for seq, event in enumerate(room.events):
        if isinstance(event, ev.OfferRejected):
            cheated = ev.OfferOpened(event.lot, event.seat, event.offer, Decimal("891.00"))
            events = [*room.events[:seq], cheated, *room.events[seq + 1 :]]
    steps = [Entry(seq, None, event) for seq, event in enumerate(events, 1)]
    with pytest.raises(ReplayFailed, match="holds something else"):
        replay_own(steps, "a")
